//! What is found when somebody else than the server writes in the audit log.

use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::store::{Act, Agent, AuditEvent, AuditFault, AuditHead, AuditLog, AuditReport, AuditVerifier};

const AGENCY: AgencyId = AgencyId::from_bytes([1; 16]);
const ENTRIES: u8 = 8;

/// A log of [`ENTRIES`] entries, every column of which is set somewhere.
fn logged() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
    let directory = ScopeId::from_bytes([2; 16]);
    let created_at = Timestamp::UNIX_EPOCH;
    store.create_agency(Agency { id: AGENCY, name: "Home".to_owned(), directory, created_at }).unwrap();
    let act = Act {
        by: Agent::Device(DeviceId::from_bytes([3; 16]), StaffId::from_bytes([4; 16])),
        at: created_at,
    };
    for number in 0..ENTRIES / 2 {
        let (scope, record) = (ScopeId::from_bytes([number; 16]), RecordId::from_bytes([number; 16]));
        let (fields, seq) = (vec!["note".to_owned()], 7);
        let changed = AuditEvent::RecordChanged { scope, record, kind: Kind::Visit, fields, seq };
        let (device, staff) = (DeviceId::from_bytes([5; 16]), StaffId::from_bytes([6; 16]));
        let enrolled = AuditEvent::DeviceEnrolled { device, staff };
        store.audit(AGENCY, act, vec![changed, enrolled]).unwrap();
    }
    (store, folder)
}

/// What a look through the log finds once this was done to the database, past the triggers.
fn found_after(sql: &str) -> AuditReport {
    let (store, _folder) = logged();
    assert_eq!(store.verify_audit(AGENCY, None).unwrap().faults, []);
    let sql = format!("DROP TRIGGER audit_is_never_edited; DROP TRIGGER audit_is_never_removed; {sql}");
    store.writer.run(move |connection| Ok(connection.execute_batch(&sql)?)).unwrap();
    store.verify_audit(AGENCY, None).unwrap()
}

#[test]
fn an_edit_of_any_column_is_found_with_its_place() {
    for column in [
        "at_ms = at_ms + 1",
        "code = 'case_read'",
        "actor = 'nobody'",
        "by_staff = x'00'",
        "by_device = NULL",
        "scope = zeroblob(16)",
        "record = NULL",
        "staff = zeroblob(16)",
        "device = zeroblob(16)",
        "details = '{}'",
    ] {
        let found = found_after(&format!("UPDATE audit SET {column} WHERE number = 3"));
        assert_eq!(found.faults, [AuditFault::Edited { number: 3 }], "{column}");
    }
    let found = found_after("UPDATE audit SET hash = zeroblob(32) WHERE number = 3");
    assert_eq!(found.faults, [AuditFault::Edited { number: 3 }, AuditFault::Edited { number: 4 }]);
    let found = found_after("UPDATE audit SET number = 99 WHERE number = 3");
    assert_eq!(found.faults[0], AuditFault::Missing { first: 3, last: 3 });
    let found = found_after("UPDATE audit SET agency = x'07' WHERE number = 3");
    assert_eq!(found.faults, [AuditFault::Missing { first: 3, last: 3 }]);
}

#[test]
fn entries_that_were_removed_are_named_also_at_the_end() {
    let missing = |first, last| [AuditFault::Missing { first, last }];
    assert_eq!(found_after("DELETE FROM audit WHERE number IN (4, 5)").faults, missing(4, 5));
    assert_eq!(found_after("DELETE FROM audit WHERE number = 1").faults, missing(1, 1));
    assert_eq!(found_after("DELETE FROM audit WHERE number > 6").faults, missing(7, 8));
    assert_eq!(found_after("DELETE FROM audit").faults, missing(1, 8));
}

#[test]
fn entries_that_were_moved_or_put_there_are_named() {
    let moved = found_after(
        "UPDATE audit SET number = 50 WHERE number = 3; UPDATE audit SET number = 3 WHERE number = 4;
         UPDATE audit SET number = 4 WHERE number = 50",
    );
    assert_eq!(moved.faults, [3, 4, 5].map(|number| AuditFault::Edited { number }));
    let copied = |number: i64| {
        format!(
            "INSERT INTO audit SELECT agency, {number}, at_ms, code, actor, by_staff, by_device, scope, record, staff,
                 device, details, hash FROM audit WHERE number = 2"
        )
    };
    assert_eq!(
        found_after(&copied(9)).faults,
        [AuditFault::Edited { number: 9 }, AuditFault::Unexpected { number: 9 }]
    );
    assert_eq!(found_after(&copied(0)).faults, [AuditFault::Unexpected { number: 0 }]);
}

#[test]
fn an_end_that_was_cut_with_what_remembers_it_is_found_by_an_entry_that_was_noted() {
    let (store, _folder) = logged();
    let noted = store.audit_head(AGENCY).unwrap();
    assert_eq!(noted.to_string().parse(), Ok(noted), "it is printed as it is given back");
    assert_eq!(noted.number, u64::from(ENTRIES));
    store
        .writer
        .run(|connection| {
            Ok(connection.execute_batch(
                "DROP TRIGGER audit_is_never_removed; DELETE FROM audit WHERE number > 6;
                 UPDATE agencies SET audit_number = 6, audit_hash = (SELECT hash FROM audit WHERE number = 6)",
            )?)
        })
        .unwrap();
    assert_eq!(store.verify_audit(AGENCY, None).unwrap().faults, [], "a cut like this cannot show by itself");
    let found = store.verify_audit(AGENCY, Some(noted)).unwrap();
    assert_eq!(found.faults, [AuditFault::NotAsNoted { number: 8 }]);
    let other = AuditHead { number: 6, hash: noted.hash };
    assert_eq!(
        store.verify_audit(AGENCY, Some(other)).unwrap().faults,
        [AuditFault::NotAsNoted { number: 6 }]
    );
}

#[test]
fn a_report_lists_faults_up_to_its_limit_and_not_one_more() {
    let (store, _folder) = logged();
    let act = Act { by: Agent::Command, at: Timestamp::UNIX_EPOCH };
    let staff = StaffId::from_bytes([1; 16]);
    store.audit(AGENCY, act, vec![AuditEvent::SignedOut { staff }; AuditVerifier::FAULTS_MAX]).unwrap();
    let count = |at_most: usize| {
        let sql = format!(
            "DROP TRIGGER IF EXISTS audit_is_never_edited;
            UPDATE audit SET at_ms = at_ms + 1 WHERE number <= {at_most} AND at_ms = 0"
        );
        store.writer.run(move |connection| Ok(connection.execute_batch(&sql)?)).unwrap();
        store.verify_audit(AGENCY, None).unwrap().faults.len()
    };
    assert_eq!(count(AuditVerifier::FAULTS_MAX), AuditVerifier::FAULTS_MAX);
    assert_eq!(count(AuditVerifier::FAULTS_MAX + 1), AuditVerifier::FAULTS_MAX);
}

#[test]
fn the_database_itself_refuses_to_edit_or_remove_an_entry() {
    let (store, _folder) = logged();
    for sql in ["UPDATE audit SET code = 'x'", "DELETE FROM audit"] {
        assert!(store.writer.run(move |connection| Ok(connection.execute_batch(sql)?)).is_err(), "{sql}");
    }
    assert_eq!(store.verify_audit(AGENCY, None).unwrap().faults, []);
}

#[test]
fn what_is_rolled_back_leaves_no_entry() {
    let (store, _folder) = logged();
    let before = store.audit_head(AGENCY).unwrap();
    let failed = store.writer.run(|connection| -> Result<(), StoreError> {
        let act = Act { by: Agent::Command, at: Timestamp::UNIX_EPOCH };
        audit::append(
            connection,
            AGENCY,
            act,
            &[AuditEvent::SignedOut { staff: StaffId::from_bytes([1; 16]) }],
        )?;
        Err(StoreError::Busy)
    });
    assert!(failed.is_err());
    assert_eq!(store.audit_head(AGENCY).unwrap(), before);
}
