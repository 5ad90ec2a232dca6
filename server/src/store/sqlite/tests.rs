use std::sync::mpsc::channel;

use doorstep_client_core::care::Now;
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId};
use doorstep_client_core::record::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::store::accounts_contract::accounts_contract;
use crate::store::audit_contract::audit_contract;
use crate::store::calendars_contract::calendars_contract;
use crate::store::caseload_contract::caseload_contract;
use crate::store::contract::contract;
use crate::store::files_contract::files_contract;
use crate::store::outcomes_contract::outcomes_contract;
use crate::store::phones_contract::phones_contract;
use crate::store::plan_contract::plan_contract;
use crate::store::review_contract::review_contract;
use crate::store::{Authorised, CaseQuery, SearchWords};

fn new_store() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (SqliteStore::open(folder.path(), &SystemEnvironment).unwrap(), folder)
}

contract!(new_store);
audit_contract!(new_store);
calendars_contract!(new_store);
caseload_contract!(new_store);
files_contract!(new_store);
accounts_contract!(new_store);
phones_contract!(new_store);
outcomes_contract!(new_store);
plan_contract!(new_store);
review_contract!(new_store);

fn agency(number: u8) -> Agency {
    Agency {
        id: AgencyId::from_bytes([number; 16]),
        name: "Home".to_owned(),
        directory: ScopeId::from_bytes([number; 16]),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn work_that_queued_up_shares_a_transaction_and_fails_alone() {
    let (store, _folder) = new_store();
    let (release, released) = channel::<()>();
    std::thread::scope(|threads| {
        threads.spawn(|| store.writer.run(move |_| released.recv().map_err(|_| StoreError::BrokenOff)));
        let queued: Vec<_> = [1u8, 1, 2, 3]
            .map(|number| {
                let store = &store;
                threads.spawn(move || store.create_agency(agency(number)).is_ok())
            })
            .into();
        let panicking = threads.spawn(|| {
            store.writer.run(|connection| -> Result<(), StoreError> {
                people::create_agency(connection, &agency(9))?;
                panic!("as if by a defect")
            })
        });
        release.send(()).unwrap();
        let done = queued.into_iter().map(|work| work.join().unwrap()).filter(|is_done| *is_done).count();
        assert_eq!(done, 3, "the second of the same id fails alone");
        assert!(matches!(panicking.join().unwrap(), Err(StoreError::BrokenOff)));
    });
    assert_eq!(store.agencies().unwrap().len(), 3);
}

#[test]
fn two_processes_share_one_order_and_one_identity() {
    let (server, folder) = new_store();
    let command = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
    assert_eq!(server.identity(), command.identity());
    server.create_agency(agency(1)).unwrap();
    let id = agency(1).id;
    std::thread::scope(|threads| {
        for store in [&server, &command] {
            threads.spawn(move || {
                for _ in 0..20 {
                    let bumped = store.writer.run(move |connection| {
                        let mut order = commit::Order::of(connection, id)?;
                        order.next();
                        order.keep()
                    });
                    bumped.unwrap();
                }
            });
        }
    });
    assert_eq!(server.snapshot(id).unwrap().head().unwrap(), 40);
}

#[test]
fn i3_a_commit_that_a_verdict_rests_on_waits_for_the_disk() {
    const FULL: i64 = 2;
    let (store, _folder) = new_store();
    let synchronous = store.writer.run(|connection| {
        Ok(connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(synchronous.unwrap(), FULL);
}

#[test]
fn what_was_stored_is_there_after_reopening() {
    let (store, folder) = new_store();
    let identity = store.identity();
    store.create_agency(agency(1)).unwrap();
    drop(store);
    let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
    assert_eq!(store.identity(), identity);
    assert_eq!(store.agencies().unwrap(), [agency(1)]);
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let (store, folder) = new_store();
    drop(store);
    let connection = open::connect(&folder.path().join(SqliteStore::FILE_NAME)).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    let refused = SqliteStore::open(folder.path(), &SystemEnvironment).err().unwrap();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }));
}

#[test]
fn lists_are_answered_out_of_indexes() {
    let (store, _folder) = new_store();
    let reading = store.readers.begin().unwrap();
    for sql in [
        "SELECT id, document FROM records WHERE agency = x'' AND scope = x'' AND id > x'' ORDER BY id",
        "SELECT id FROM records WHERE agency = x'' AND scope = x'' AND seq > 1 ORDER BY seq",
        "SELECT seq FROM log WHERE agency = x'' AND seq > 1 ORDER BY seq LIMIT 3",
        "SELECT seq, fields FROM log WHERE agency = x'' ORDER BY seq DESC LIMIT 3",
        "SELECT id FROM records WHERE agency = x'' AND conflicts > 0",
    ] {
        let mut statement = reading.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let plan: Vec<String> =
            statement.query_map((), |row| row.get(3)).unwrap().map(|step| step.unwrap()).collect();
        assert!(plan.iter().all(|step| step.starts_with("SEARCH")), "{sql}: {plan:?}");
    }
}

#[test]
fn a_store_that_has_proved_to_be_writable_has_begun_its_log() {
    let (store, folder) = new_store();
    drop(store);
    let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
    let log_bytes = || {
        let log = folder.path().join(format!("{}-wal", SqliteStore::FILE_NAME));
        std::fs::metadata(log).map_or(0, |log| log.len())
    };
    assert_eq!(log_bytes(), 0);
    store.prove_writable().unwrap();
    assert!(log_bytes() > 0);
}

#[test]
fn a_statement_that_is_kept_is_compiled_once() {
    let (store, _folder) = new_store();
    let reading = store.readers.begin().unwrap();
    let sql = "SELECT scope FROM grants WHERE agency = ?1 AND staff = ?2 ORDER BY begin_seq";
    for bound in [[1u8; 16], [2; 16], [3; 16]] {
        let mut kept = reading.prepare_cached(sql).unwrap();
        assert!(!kept.exists((bound, bound)).unwrap());
        assert_eq!(kept.get_status(rusqlite::StatementStatus::RePrepare), 0);
    }
}

#[cfg(unix)]
#[test]
fn the_data_folder_is_open_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    SqliteStore::open(&folder, &SystemEnvironment).unwrap();
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn what_the_review_looks_at_is_read_out_of_indexes_alone() {
    let (store, _folder) = new_store();
    let reading = store.readers.begin().unwrap();
    for query in facts::ALL.into_iter().chain(files::ALL).chain(plan::ALL).chain(outcomes::ALL) {
        let mut statement = reading.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
        let nothing = vec![rusqlite::types::Null; statement.parameter_count()];
        let plan = statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get(3)).unwrap();
        let plan: Vec<String> = plan.collect::<Result<_, _>>().unwrap();
        let is_covered = plan.len() == 1 && plan[0].contains("USING COVERING INDEX");
        assert!(is_covered, "{query}\n{plan:?}");
    }
}

/// A database as the schema before the office's pages left it: a case with a patient and a coverage, and two changes.
fn database_of_schema_6(folder: &std::path::Path) {
    let connection = open::connect(&folder.join(SqliteStore::FILE_NAME)).unwrap();
    for (migration, number) in open::MIGRATIONS[..6].iter().zip(1u32..) {
        connection.execute_batch(migration).unwrap();
        connection.pragma_update(None, "user_version", number).unwrap();
    }
    connection
        .execute_batch(
            r#"INSERT INTO agencies (id, name, directory, created_at_ms)
                   VALUES (x'01010101010101010101010101010101', 'Home', x'0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d', 0);
               INSERT INTO scopes (agency, id, kind, title, opened_at_ms)
                   SELECT id, x'0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c', 'case', 'Rosa Núñez', 0 FROM agencies;
               INSERT INTO records (agency, id, scope, kind, seq, changed_at_ms, is_open, is_entered_in_error,
                       conflicts, version, view, document)
                   SELECT agency, x'0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a', id, 'patient', 1, 0, 0, 0, 0, x'',
                       '{"given":"Rosa","family":"Núñez","birth_date":"1940-03-02"}', x'' FROM scopes
                   UNION ALL SELECT agency, x'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b', id, 'coverage', 2, 0, 0, 0, 0, x'',
                       '{"payer":"Sample Health","authorisations":{"a1":{"number":"A7","status":"approved",
                         "period":{"start":"1970-01-01","end":"1970-12-31"}}}}', x'' FROM scopes
                   UNION ALL SELECT agency, x'0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e', id, 'appointment', 3, 0, 1, 1, 0,
                       x'', '{"entered_in_error":true}', x'' FROM scopes;
               INSERT INTO log (agency, seq, scope, record, staff, received_at_ms, changes)
                   SELECT agency, seq, scope, id, id, 0, x'' FROM records;
               INSERT INTO audit (agency, number, at_ms, code, actor, details, hash)
                   SELECT agency, 1, 0, 'record_created', 'command', '{"fields":["given"],"seq":1}', x'' FROM scopes;"#,
        )
        .unwrap();
}

#[test]
fn a_database_of_the_schema_before_is_brought_up_to_date_with_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    database_of_schema_6(folder.path());
    let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
    let snapshot = store.snapshot(AgencyId::from_bytes([1; 16])).unwrap();
    let fields: Vec<Vec<String>> =
        snapshot.activity(0, 9).unwrap().into_iter().map(|head| head.fields).collect();
    assert_eq!(fields, [vec!["given".to_owned()], vec![], vec![]]);
    let words = SearchWords::parse("nunez 1940-03-02").unwrap();
    let query = CaseQuery::all(Now::new(Timestamp::UNIX_EPOCH, 0), Timestamp::UNIX_EPOCH, 9);
    let query = CaseQuery { words, authorised: Some(Authorised::Now), ..query };
    let page = snapshot.case_page(&query).unwrap();
    let [row] = &page.rows[..] else { panic!("{page:?}") };
    assert_eq!(row.patient, Some(RecordId::from_bytes([0xa; 16])));
    assert_eq!(row.authorised_until.map(|day| day.to_string()).as_deref(), Some("1970-12-31"));
    let in_error = snapshot.stamp(RecordId::from_bytes([0xe; 16]));
    assert!(in_error.is_err() || !in_error.unwrap().unwrap().is_open);
}

#[test]
fn what_a_page_shows_of_a_case_is_read_by_its_case() {
    let (store, _folder) = new_store();
    let reading = store.readers.begin().unwrap();
    let of = |facts: &str| format!("SELECT count(*) FROM {facts} AND records.scope = ?3");
    for query in [of(case_filter::OVERDUE), of(case_filter::MISSED), assigning::NURSES_OF.to_owned()] {
        let mut statement = reading.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
        let nothing = vec![rusqlite::types::Null; statement.parameter_count()];
        let plan = statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get(3)).unwrap();
        let plan: Vec<String> = plan.collect::<Result<_, _>>().unwrap();
        assert!(plan[0].contains("INDEX") && plan[0].contains("scope=?"), "{query}\n{plan:?}");
    }
}
