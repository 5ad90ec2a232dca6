//! What every store must do. A store's own tests call [`contract!`](contract) with a way to make an empty one;
//! each promise becomes a test of its own.

use std::sync::atomic::{AtomicBool, Ordering};

use doorstep_client_core::document::{Changeset, StoreId, Version};
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{Kind, Timestamp};

use super::*;

/// Makes a test of each promise, over the store that `$make` makes. `$make` returns the store and whatever must
/// outlive it.
macro_rules! contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        contract! {
            $make,
            agencies_share_nothing,
            a_record_comes_back_as_it_was_stored,
            a_stale_write_fails_alone,
            a_record_that_must_not_exist_does_not_replace_one_that_does,
            a_case_opens_with_its_first_record_once,
            a_record_without_a_scope_is_refused_and_nothing_is_stored,
            a_record_never_moves_to_another_scope,
            grants_begin_and_end_in_the_agencys_order,
            the_directory_is_never_granted,
            i5_no_reader_sees_a_seq_before_the_one_before_it,
            of_two_writers_of_the_same_version_one_is_stale,
            a_snapshot_does_not_see_what_is_committed_after_it,
            documents_come_in_pages_in_the_order_of_their_ids,
            the_log_comes_in_pages_in_order_without_ones_own,
            a_forged_seq_finds_nothing,
            what_arrived_last_is_told_with_its_fields,
            the_soonest_open_appointment_of_each_scope_is_found,
            cases_are_summed_up,
            the_patients_name_becomes_the_cases_title,
            a_code_enrols_one_phone_once,
            a_code_that_has_expired_enrols_nothing,
            the_highest_cursor_is_kept,
            setting_aside_twice_is_setting_aside_once,
            the_first_signing_key_stays,
        }
    };
}
pub(super) use contract;

pub(super) const AGENCY: AgencyId = AgencyId::from_bytes([0xa1; 16]);
pub(super) const OTHER_AGENCY: AgencyId = AgencyId::from_bytes([0xa2; 16]);
const DIRECTORY: ScopeId = ScopeId::from_bytes([0xd1; 16]);
pub(super) const CASE: ScopeId = ScopeId::from_bytes([0xc1; 16]);
pub(super) const OTHER_CASE: ScopeId = ScopeId::from_bytes([0xc2; 16]);
pub(super) const NURSE: StaffId = StaffId::from_bytes([0x51; 16]);
pub(super) const BY: Act = Act { by: Agent::Command, at: Timestamp::UNIX_EPOCH };
const DEVICE: DeviceId = DeviceId::from_bytes([0xde; 16]);

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_millisecond(second * 1_000).unwrap()
}

pub(super) fn record(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

pub(super) fn version(number: u8) -> Version {
    Version::from_bytes(&[number; 32]).unwrap()
}

pub(super) fn write(record: RecordId, expected: Option<u8>, now: u8) -> RecordWrite {
    RecordWrite {
        record,
        scope: CASE,
        kind: Kind::Observation,
        expected: expected.map(version),
        version: version(now),
        document: vec![now; 100],
        projection: Projection { view: format!("{{\"n\":{now}}}"), ..Projection::default() },
        fields: vec!["value".to_owned()],
        log: LogWrite {
            origin: Some(StoreId([1; 8])),
            device: Some(DEVICE),
            staff: NURSE,
            changes: Changeset::from_bytes(vec![now; 10]),
            received_at: at(i64::from(now)),
        },
        open_case: None,
        is_late: false,
    }
}

pub(super) fn opening(scope: ScopeId, patient: RecordId) -> RecordWrite {
    let case = OpenCase { title: "Ada Long".to_owned(), by: NURSE, grant_to: Some(NURSE) };
    RecordWrite { scope, kind: Kind::Patient, open_case: Some(case), ..write(patient, None, 1) }
}

/// An agency with a nurse and a case whose `patient` record is `record(1)`.
pub(super) fn agency_with_case(store: &dyn Store) {
    agency(store, AGENCY);
    store.commit(AGENCY, vec![opening(CASE, record(1))]).unwrap()[0].unwrap();
}

pub(super) fn agency(store: &dyn Store, id: AgencyId) {
    store
        .create_agency(Agency { id, name: "Home".to_owned(), directory: DIRECTORY, created_at: at(0) })
        .unwrap();
    let nurse = StaffMember { id: NURSE, name: "Kim".to_owned(), role: Role::Nurse, is_active: true };
    store.add_staff(id, nurse).unwrap();
}

pub(super) fn commit_one(store: &dyn Store, write: RecordWrite) -> Result<Seq, Stale> {
    store.commit(AGENCY, vec![write]).unwrap().remove(0)
}

fn now(store: &dyn Store) -> Box<dyn Snapshot> {
    store.snapshot(AGENCY).unwrap()
}

fn all(scopes: &[ScopeId], after: Seq) -> LogQuery<'_> {
    LogQuery { scopes, after, upto: Seq::MAX, not_from: None, rows_max: usize::MAX, bytes_max: usize::MAX }
}

pub(super) fn agencies_share_nothing(store: &dyn Store) {
    agency_with_case(store);
    agency(store, OTHER_AGENCY);
    let other = store.snapshot(OTHER_AGENCY).unwrap();
    assert_eq!(other.head().unwrap(), 0);
    assert_eq!(other.record(record(1)).unwrap(), None);
    assert_eq!(other.scope(CASE).unwrap(), None);
    assert_eq!(other.grants_of(NURSE).unwrap(), []);
    assert_eq!(other.log(all(&[CASE], 0)).unwrap(), []);
    assert_eq!(other.cases(at(0)).unwrap(), []);
    assert_eq!(store.agencies().unwrap().len(), 2);
}

pub(super) fn a_record_comes_back_as_it_was_stored(store: &dyn Store) {
    agency_with_case(store);
    let mut written = write(record(2), None, 7);
    written.projection.at = Some(at(99));
    written.projection.nurse = Some(NURSE);
    written.projection.conflicts = 2;
    written.projection.is_open = true;
    let seq = commit_one(store, written.clone()).unwrap();
    let found = now(store).record(record(2)).unwrap().unwrap();
    assert_eq!((found.document, found.view), (written.document, written.projection.view));
    let expected = RecordStamp {
        record: record(2),
        scope: CASE,
        kind: Kind::Observation,
        seq,
        changed_at: at(7),
        at: Some(at(99)),
        nurse: Some(NURSE),
        is_open: true,
        is_entered_in_error: false,
        conflicts: 2,
        version: version(7),
        document_bytes: 100,
    };
    assert_eq!(found.stamp, expected);
    assert_eq!(now(store).stamp(record(2)).unwrap(), Some(expected.clone()));
    assert_eq!(now(store).versions(CASE).unwrap(), [(record(1), version(1)), (record(2), version(7))]);
    assert_eq!(now(store).changed_since(CASE, seq - 1).unwrap(), [expected]);
    assert_eq!(now(store).in_conflict().unwrap().len(), 1);
    assert_eq!(now(store).views(CASE).unwrap().len(), 2);
}

pub(super) fn a_stale_write_fails_alone(store: &dyn Store) {
    agency_with_case(store);
    commit_one(store, write(record(2), None, 2)).unwrap();
    let writes = vec![write(record(2), Some(9), 3), write(record(3), None, 3), write(record(2), Some(2), 4)];
    let committed = store.commit(AGENCY, writes).unwrap();
    let head = now(store).head().unwrap();
    assert_eq!(committed, [Err(Stale), Ok(head - 1), Ok(head)]);
    assert_eq!(now(store).record(record(2)).unwrap().unwrap().stamp.version, version(4));
    assert_eq!(now(store).log(all(&[CASE], head - 2)).unwrap().len(), 2);
}

pub(super) fn a_record_that_must_not_exist_does_not_replace_one_that_does(store: &dyn Store) {
    agency_with_case(store);
    commit_one(store, write(record(2), None, 2)).unwrap();
    assert_eq!(commit_one(store, write(record(2), None, 3)), Err(Stale));
    assert_eq!(commit_one(store, write(record(9), Some(1), 3)), Err(Stale));
    assert_eq!(now(store).record(record(2)).unwrap().unwrap().stamp.version, version(2));
}

pub(super) fn a_case_opens_with_its_first_record_once(store: &dyn Store) {
    agency_with_case(store);
    let scope = now(store).scope(CASE).unwrap().unwrap();
    assert_eq!((scope.kind, scope.title.as_str()), (ScopeKind::Case, "Ada Long"));
    let grants = now(store).grants_of(NURSE).unwrap();
    assert_eq!(grants, [Grant { scope: CASE, staff: NURSE, begin_seq: 1, end_seq: None, ended_at: None }]);
    assert_eq!(now(store).stamp(record(1)).unwrap().unwrap().seq, 2);
    assert_eq!(commit_one(store, opening(CASE, record(2))), Err(Stale));
    assert_eq!(now(store).head().unwrap(), 2);
}

pub(super) fn a_record_without_a_scope_is_refused_and_nothing_is_stored(store: &dyn Store) {
    agency_with_case(store);
    let lost = RecordWrite { scope: OTHER_CASE, ..write(record(3), None, 3) };
    assert!(matches!(
        store.commit(AGENCY, vec![write(record(2), None, 2), lost]),
        Err(StoreError::NoSuch("scope"))
    ));
    assert_eq!(now(store).stamp(record(2)).unwrap(), None);
    assert_eq!(now(store).head().unwrap(), 2);
}

pub(super) fn a_record_never_moves_to_another_scope(store: &dyn Store) {
    agency_with_case(store);
    commit_one(store, opening(OTHER_CASE, record(2))).unwrap();
    let moved = RecordWrite { scope: OTHER_CASE, kind: Kind::Patient, ..write(record(1), Some(1), 3) };
    assert!(store.commit(AGENCY, vec![moved]).is_err());
    assert_eq!(now(store).stamp(record(1)).unwrap().unwrap().scope, CASE);
}

pub(super) fn grants_begin_and_end_in_the_agencys_order(store: &dyn Store) {
    agency_with_case(store);
    let colleague = StaffId::from_bytes([0x52; 16]);
    assert!(matches!(store.grant(AGENCY, CASE, colleague, BY), Err(StoreError::NoSuch("member of staff"))));
    let member = StaffMember { id: colleague, name: "Lee".to_owned(), role: Role::Nurse, is_active: true };
    store.add_staff(AGENCY, member).unwrap();
    assert!(matches!(store.grant(AGENCY, OTHER_CASE, colleague, BY), Err(StoreError::NoSuch("case"))));
    assert_eq!(store.grant(AGENCY, CASE, colleague, BY).unwrap(), 3);
    assert_eq!(store.grant(AGENCY, CASE, colleague, BY).unwrap(), 3, "it has begun already");
    assert_eq!(store.revoke(AGENCY, CASE, colleague, BY).unwrap(), Some(4));
    assert_eq!(store.revoke(AGENCY, CASE, colleague, BY).unwrap(), None);
    assert_eq!(store.grant(AGENCY, CASE, colleague, BY).unwrap(), 5);
    let first =
        Grant { scope: CASE, staff: colleague, begin_seq: 3, end_seq: Some(4), ended_at: Some(BY.at) };
    let again = Grant { scope: CASE, staff: colleague, begin_seq: 5, end_seq: None, ended_at: None };
    assert_eq!(now(store).grants_of(colleague).unwrap(), [first, again]);
    assert_eq!(now(store).grants_in(CASE).unwrap().len(), 3);
    assert_eq!(now(store).head().unwrap(), 5);
}

pub(super) fn the_directory_is_never_granted(store: &dyn Store) {
    agency_with_case(store);
    assert_eq!(now(store).scope(DIRECTORY).unwrap().unwrap().kind, ScopeKind::Directory);
    assert!(matches!(store.grant(AGENCY, DIRECTORY, NURSE, BY), Err(StoreError::NoSuch("case"))));
}

pub(super) fn i5_no_reader_sees_a_seq_before_the_one_before_it(store: &dyn Store) {
    agency_with_case(store);
    let start = now(store).head().unwrap();
    let is_over = AtomicBool::new(false);
    let (writers, each) = (4u8, 25u8);
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            let mut seen = start;
            loop {
                let was_over = is_over.load(Ordering::SeqCst);
                let snapshot = now(store);
                let seqs: Vec<Seq> =
                    snapshot.activity(seen, usize::MAX).unwrap().iter().map(|head| head.seq).collect();
                assert_eq!(seqs, (seen + 1..=snapshot.head().unwrap()).collect::<Vec<_>>());
                seen += seqs.len() as Seq;
                if was_over {
                    return seen;
                }
            }
        });
        let commits: Vec<_> = (0..writers)
            .map(|writer| {
                threads.spawn(move || {
                    let mut last = 0;
                    for number in 0..each {
                        let id = RecordId::from_bytes(
                            [[100 + writer; 8], [number; 8]].concat().try_into().unwrap(),
                        );
                        let seq = commit_one(store, write(id, None, 1)).unwrap();
                        assert!(seq > last);
                        last = seq;
                    }
                })
            })
            .collect();
        commits.into_iter().for_each(|commit| commit.join().unwrap());
        is_over.store(true, Ordering::SeqCst);
        assert_eq!(reader.join().unwrap(), start + u64::from(writers) * u64::from(each));
    });
}

pub(super) fn of_two_writers_of_the_same_version_one_is_stale(store: &dyn Store) {
    agency_with_case(store);
    commit_one(store, write(record(2), None, 1)).unwrap();
    for round in 1..20 {
        let outcomes: Vec<_> = std::thread::scope(|threads| {
            let commits: Vec<_> = (0..2)
                .map(|_| {
                    threads.spawn(|| commit_one(store, write(record(2), Some(round), round + 1)).is_ok())
                })
                .collect();
            commits.into_iter().map(|commit| commit.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|is_ok| **is_ok).count(), 1);
    }
}

pub(super) fn a_snapshot_does_not_see_what_is_committed_after_it(store: &dyn Store) {
    agency_with_case(store);
    let before = now(store);
    commit_one(store, write(record(2), None, 2)).unwrap();
    assert_eq!(before.head().unwrap(), 2);
    assert_eq!(before.stamp(record(2)).unwrap(), None);
    assert_eq!(before.versions(CASE).unwrap().len(), 1);
    assert_eq!(now(store).head().unwrap(), 3);
}

pub(super) fn documents_come_in_pages_in_the_order_of_their_ids(store: &dyn Store) {
    agency_with_case(store);
    for number in [5, 3, 4, 2] {
        commit_one(store, write(record(number), None, number)).unwrap();
    }
    let page = |after, rows_max, bytes_max| -> Vec<RecordId> {
        let documents = now(store).documents(CASE, after, rows_max, bytes_max).unwrap();
        documents.into_iter().map(|(record, _)| record).collect()
    };
    assert_eq!(page(None, 2, usize::MAX), [record(1), record(2)]);
    assert_eq!(page(Some(record(2)), 2, usize::MAX), [record(3), record(4)]);
    assert_eq!(page(Some(record(4)), 2, usize::MAX), [record(5)]);
    assert_eq!(page(Some(record(5)), 2, usize::MAX), []);
    assert_eq!(page(None, usize::MAX, 150), [record(1), record(2)]);
    assert_eq!(page(None, usize::MAX, 1), [record(1)], "one at least");
    assert_eq!(now(store).documents(CASE, Some(record(4)), 1, 1).unwrap()[0].1, vec![5; 100]);
}

pub(super) fn the_log_comes_in_pages_in_order_without_ones_own(store: &dyn Store) {
    agency_with_case(store);
    commit_one(store, opening(OTHER_CASE, record(2))).unwrap();
    let mut others = write(record(3), None, 3);
    others.log.origin = Some(StoreId([2; 8]));
    commit_one(store, others).unwrap();
    let mut offices = write(record(4), None, 4);
    (offices.log.origin, offices.log.device) = (None, None);
    commit_one(store, offices).unwrap();
    let snapshot = now(store);
    let records = |query: LogQuery<'_>| -> Vec<RecordId> {
        snapshot.log(query).unwrap().iter().map(|entry| entry.head.record).collect()
    };
    let both = [OTHER_CASE, CASE];
    assert_eq!(records(all(&both, 0)), [1, 2, 3, 4].map(record));
    assert_eq!(records(all(&[CASE], 0)), [1, 3, 4].map(record));
    assert_eq!(records(all(&[], 0)), []);
    let not_from = Some(StoreId([1; 8]));
    assert_eq!(records(LogQuery { not_from, ..all(&both, 0) }), [3, 4].map(record));
    assert_eq!(records(LogQuery { rows_max: 2, ..all(&both, 0) }), [1, 2].map(record));
    assert_eq!(records(LogQuery { bytes_max: 11, ..all(&both, 0) }), [1, 2].map(record));
    assert_eq!(records(LogQuery { upto: 5, ..all(&both, 2) }), [2, 3].map(record));
    assert_eq!(snapshot.log(all(&[CASE], 4)).unwrap()[0].changes.as_bytes(), [3; 10]);
}

pub(super) fn a_forged_seq_finds_nothing(store: &dyn Store) {
    agency_with_case(store);
    assert_eq!(now(store).log(all(&[CASE], Seq::MAX)).unwrap(), []);
    assert_eq!(now(store).changed_since(CASE, Seq::MAX).unwrap(), []);
    assert_eq!(now(store).activity(Seq::MAX, 10).unwrap(), []);
}

pub(super) fn what_arrived_last_is_told_with_its_fields(store: &dyn Store) {
    agency_with_case(store);
    let fields = vec!["note".to_owned(), "check_out".to_owned()];
    commit_one(store, RecordWrite { fields: fields.clone(), ..write(record(2), None, 3) }).unwrap();
    commit_one(store, RecordWrite { fields: Vec::new(), ..write(record(2), Some(3), 4) }).unwrap();
    let latest = now(store).latest_activity(2).unwrap();
    assert_eq!(latest.iter().map(|head| head.received_at).collect::<Vec<_>>(), [at(4), at(3)]);
    assert_eq!(latest.into_iter().map(|head| head.fields).collect::<Vec<_>>(), [vec![], fields.clone()]);
    assert_eq!(now(store).latest_activity(usize::MAX).unwrap().len(), 3);
    assert_eq!(now(store).activity(2, 1).unwrap()[0].fields, fields);
    assert_eq!(now(store).log(all(&[CASE], 2)).unwrap()[0].head.fields, fields);
}

fn appointment(id: u8, scope: ScopeId, second: i64, is_open: bool) -> RecordWrite {
    let mut appointment = RecordWrite { scope, kind: Kind::Appointment, ..write(record(id), None, id) };
    appointment.projection.at = Some(at(second));
    appointment.projection.nurse = Some(NURSE);
    appointment.projection.is_open = is_open;
    appointment
}

pub(super) fn the_soonest_open_appointment_of_each_scope_is_found(store: &dyn Store) {
    agency_with_case(store);
    commit_one(store, opening(OTHER_CASE, record(2))).unwrap();
    for (id, scope, second, is_open) in [
        (10, CASE, 500, true),
        (11, CASE, 400, false),
        (12, CASE, 100, true),
        (13, OTHER_CASE, 450, true),
        (14, OTHER_CASE, 700, true),
    ] {
        commit_one(store, appointment(id, scope, second, is_open)).unwrap();
    }
    let next = now(store).next_appointments(NURSE, at(200)).unwrap();
    assert_eq!(next, [(OTHER_CASE, at(450)), (CASE, at(500))]);
    assert_eq!(now(store).next_appointments(StaffId::from_bytes([9; 16]), at(0)).unwrap(), []);
}

pub(super) fn cases_are_summed_up(store: &dyn Store) {
    agency_with_case(store);
    commit_one(store, appointment(10, CASE, 500, true)).unwrap();
    let mut conflicting = write(record(3), None, 30);
    conflicting.projection.conflicts = 2;
    commit_one(store, conflicting).unwrap();
    let cases = now(store).cases(at(200)).unwrap();
    assert_eq!(cases.len(), 1, "the directory is no case");
    assert_eq!(cases[0].nurses, [NURSE]);
    assert_eq!(cases[0].next_appointment, Some(at(500)));
    assert_eq!((cases[0].conflicts, cases[0].records, cases[0].changed_at), (2, 3, Some(at(30))));
}

pub(super) fn the_patients_name_becomes_the_cases_title(store: &dyn Store) {
    agency_with_case(store);
    let mut renamed = RecordWrite { kind: Kind::Patient, ..write(record(1), Some(1), 2) };
    let ada = Patient { given: "Ada".to_owned(), family: "Short".to_owned(), ..Patient::default() };
    renamed.projection.case_name = Some(CaseName::of(&ada));
    commit_one(store, renamed).unwrap();
    assert_eq!(now(store).scope(CASE).unwrap().unwrap().title, "Ada Short");
}

pub(super) fn phone(number: u8) -> NewDevice {
    NewDevice {
        id: DeviceId::from_bytes([number; 16]),
        name: "Kim's phone".to_owned(),
        app_version: "1.0".to_owned(),
        clock_skew_s: -3,
        refresh_token_hash: [number; 32],
    }
}

pub(super) fn a_code_enrols_one_phone_once(store: &dyn Store) {
    agency_with_case(store);
    store.add_enrolment_code(AGENCY, NURSE, [7; 32], at(100), BY).unwrap();
    assert_eq!(store.enrol([8; 32], phone(1), at(10)).unwrap(), None, "an unknown code");
    let holder = store.enrol([7; 32], phone(1), at(10)).unwrap().unwrap();
    assert_eq!((holder.agency, holder.staff.id, holder.device.clock_skew_s), (AGENCY, NURSE, -3));
    assert!(holder.is_welcome());
    assert_eq!(store.enrol([7; 32], phone(2), at(11)).unwrap(), None, "a used code");
    assert_eq!(now(store).devices().unwrap(), [holder.device]);
}

pub(super) fn a_code_that_has_expired_enrols_nothing(store: &dyn Store) {
    agency_with_case(store);
    store.add_enrolment_code(AGENCY, NURSE, [7; 32], at(100), BY).unwrap();
    assert_eq!(store.enrol([7; 32], phone(1), at(100)).unwrap(), None);
    assert_eq!(now(store).devices().unwrap(), []);
    let stranger = StaffId::from_bytes([9; 16]);
    assert!(store.add_enrolment_code(AGENCY, stranger, [9; 32], at(100), BY).is_err());
}

pub(super) fn the_highest_cursor_is_kept(store: &dyn Store) {
    agency_with_case(store);
    store.add_enrolment_code(AGENCY, NURSE, [7; 32], at(100), BY).unwrap();
    let phone = store.enrol([7; 32], phone(1), at(10)).unwrap().unwrap().device.id;
    for (second, cursor_seq) in [(20, Some(9)), (21, Some(4)), (22, None)] {
        let contact =
            Contact { at: at(second), unsent_count: 3, clock_skew_s: 1, cursor_seq, store: StoreId([1; 8]) };
        store.note_contact(AGENCY, phone, contact).unwrap();
    }
    let device = now(store).holder(phone).unwrap().unwrap().device;
    assert_eq!((device.cursor_seq_max, device.unsent_count), (9, 3));
    assert_eq!(device.last_contact_at, Some(at(22)));
}

pub(super) fn setting_aside_twice_is_setting_aside_once(store: &dyn Store) {
    agency_with_case(store);
    let aside = SetAside {
        record: Some(record(3)),
        scope: None,
        device: DEVICE,
        staff: NURSE,
        reason: "malformed".to_owned(),
        changes: Changeset::from_bytes(vec![1, 2, 3]),
        received_at: at(5),
    };
    let other = SetAside { record: None, received_at: at(6), ..aside.clone() };
    store.set_aside(AGENCY, vec![aside.clone()]).unwrap();
    store.set_aside(AGENCY, vec![aside.clone(), other.clone()]).unwrap();
    let kept: Vec<SetAside> =
        now(store).quarantined(10).unwrap().into_iter().map(|entry| entry.set_aside).collect();
    assert_eq!(kept, [other, aside]);
    assert_eq!(now(store).quarantined(1).unwrap().len(), 1);
}

pub(super) fn the_first_signing_key_stays(store: &dyn Store) {
    let key =
        |kid: &str| StoredKey { kid: kid.to_owned(), pkcs8: vec![1], created_at: at(1), retired_at: None };
    assert_eq!(store.add_first_signing_key(key("a")).unwrap().kid, "a");
    assert_eq!(store.add_first_signing_key(key("b")).unwrap().kid, "a");
    assert_eq!(store.signing_keys().unwrap().len(), 1);
}
