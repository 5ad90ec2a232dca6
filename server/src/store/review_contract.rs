//! What every store must do with what the office has to look at.

use doorstep_client_core::care::bookings::Booking;
use doorstep_client_core::care::licences::Seeing;
use doorstep_client_core::document::{Changeset, StoreId};
use doorstep_client_core::ids::DeviceId;
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::coverage::{Authorisation, Coverage};
use doorstep_client_core::record::patient::{Address, Patient};
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use doorstep_client_core::record::{AnyRecord, CheckPoint, Coding, Kind};

use super::contract::{
    AGENCY, BY, CASE, NURSE, OTHER_AGENCY, agency, agency_with_case, at, commit_one, phone, record, version,
    write,
};
use super::kept::keep;
use super::*;
use crate::limits::REVIEWS_TOLD_MAX;

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! review_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::review_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        review_contract! {
            $make,
            i9_a_phone_can_know_of_nothing_past_its_highest_cursor,
            i9_a_phone_that_is_enrolled_anew_knows_what_it_knew_before,
            late_work_waits_until_somebody_has_seen_it,
            what_was_set_aside_is_reviewed_once_and_kept,
            a_phone_is_told_once_nothing_of_its_records_waits,
            i14_a_phone_is_told_of_so_many_reviews_and_of_the_newest_past_that,
            what_is_accepted_is_stored_with_that_or_not_at_all,
            what_was_seen_is_kept_in_its_state_and_audited_once,
            the_facts_of_a_whole_agency_are_those_of_its_records,
            facts_leave_out_what_was_entered_in_error_or_is_of_another_time,
        }
    };
}
pub(super) use review_contract;

const STORE: StoreId = StoreId([1; 8]);
const OFFICE: StaffId = StaffId::from_bytes([0x0f; 16]);
const ACT: Act = Act { by: Agent::Staff(OFFICE), at: Timestamp::UNIX_EPOCH };

fn enrol(store: &dyn Store, number: u8) -> DeviceId {
    store.add_enrolment_code(AGENCY, NURSE, [200 + number; 32], at(100), BY).unwrap();
    store.enrol([200 + number; 32], phone(number), at(10)).unwrap().unwrap().device.id
}

fn sync(store: &dyn Store, device: DeviceId, from: StoreId, cursor_seq: Option<Seq>) {
    let contact = Contact { at: at(11), unsent_count: 0, clock_skew_s: 0, cursor_seq, store: from };
    store.note_contact(AGENCY, device, contact).unwrap();
}

pub(super) fn i9_a_phone_can_know_of_nothing_past_its_highest_cursor(store: &dyn Store) {
    agency_with_case(store);
    let device = enrol(store, 1);
    let known = || store.known_seq(AGENCY, device, STORE).unwrap();
    assert_eq!(known(), 2, "it was enrolled after the case was opened");
    sync(store, device, STORE, Some(7));
    assert_eq!(known(), 7);
    sync(store, device, STORE, Some(5));
    sync(store, device, STORE, None);
    assert_eq!(known(), 7, "what it says of itself now is not what counts");
    assert!(store.known_seq(OTHER_AGENCY, device, STORE).is_err());
}

pub(super) fn i9_a_phone_that_is_enrolled_anew_knows_what_it_knew_before(store: &dyn Store) {
    agency_with_case(store);
    let before = enrol(store, 1);
    sync(store, before, STORE, Some(2));
    commit_one(store, write(record(2), None, 2)).unwrap();
    let anew = enrol(store, 2);
    assert_eq!(store.known_seq(AGENCY, anew, STORE).unwrap(), 2, "the store is the same");
    assert_eq!(store.known_seq(AGENCY, anew, StoreId([2; 8])).unwrap(), 3, "another begins with what is now");
    sync(store, anew, STORE, Some(3));
    assert_eq!(store.known_seq(AGENCY, before, STORE).unwrap(), 3);
}

pub(super) fn late_work_waits_until_somebody_has_seen_it(store: &dyn Store) {
    agency_with_case(store);
    let late = RecordWrite { is_late: true, ..write(record(2), None, 2) };
    let (first, device) = (commit_one(store, late.clone()).unwrap(), late.log.device);
    let again = RecordWrite { is_late: true, ..write(record(2), Some(2), 3) };
    let second = commit_one(store, again).unwrap();
    commit_one(store, write(record(3), None, 3)).unwrap();
    let waiting = store.late_work(AGENCY).unwrap();
    let seqs: Vec<Seq> = waiting.iter().map(|late| late.seq).collect();
    assert_eq!(seqs, [second, first]);
    let expected = LateWork {
        seq: first,
        scope: CASE,
        record: record(2),
        staff: NURSE,
        device,
        received_at: at(2),
        seen: None,
    };
    assert_eq!(waiting[1], expected);
    assert_eq!(store.see_late_work(OTHER_AGENCY, first, ACT).unwrap(), None);
    for _ in 0..2 {
        let seen = store.see_late_work(AGENCY, first, ACT).unwrap().unwrap();
        assert_eq!(seen.seen, Some((OFFICE, ACT.at)));
    }
    assert_eq!(store.late_work(AGENCY).unwrap().len(), 1);
    let entries = store.audit_entries(AGENCY, AuditQuery { rows_max: 100, ..AuditQuery::default() }).unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.code == "late_work_seen").count(), 1);
}

/// Sets the changes aside and returns their id.
fn set_aside(store: &dyn Store, device: DeviceId, number: u8, changes: u8) -> [u8; 16] {
    let aside = SetAside {
        record: Some(record(number)),
        scope: Some(CASE),
        device,
        staff: NURSE,
        reason: "no_grant".to_owned(),
        changes: Changeset::from_bytes(vec![changes; 9]),
        received_at: at(i64::from(changes)),
    };
    store.set_aside(AGENCY, vec![aside]).unwrap();
    store.waiting(AGENCY).unwrap()[0].id
}

pub(super) fn what_was_set_aside_is_reviewed_once_and_kept(store: &dyn Store) {
    agency_with_case(store);
    let device = enrol(store, 1);
    let id = set_aside(store, device, 2, 20);
    let waiting = store.waiting(AGENCY).unwrap();
    assert_eq!((waiting.len(), waiting[0].bytes, waiting[0].received_at), (1, 9, at(20)));
    assert_eq!(store.set_aside_as(OTHER_AGENCY, id).unwrap(), None);
    assert!(!store.review(OTHER_AGENCY, id, Outcome::Accepted, ACT).unwrap_or(false));
    let discarded = Outcome::Discarded("written for another patient".to_owned());
    assert!(store.review(AGENCY, id, discarded.clone(), ACT).unwrap());
    assert!(!store.review(AGENCY, id, Outcome::Accepted, ACT).unwrap());
    let kept = store.set_aside_as(AGENCY, id).unwrap().unwrap();
    assert_eq!(kept.review, Some((discarded, OFFICE, ACT.at)));
    assert_eq!(kept.quarantined.set_aside.changes.as_bytes(), [20; 9]);
    assert!(store.waiting(AGENCY).unwrap().is_empty());
}

pub(super) fn a_phone_is_told_once_nothing_of_its_records_waits(store: &dyn Store) {
    agency_with_case(store);
    let device = enrol(store, 1);
    let (first, second) = (set_aside(store, device, 2, 20), set_aside(store, device, 2, 21));
    store.review(AGENCY, first, Outcome::Discarded("late".to_owned()), ACT).unwrap();
    assert_eq!(store.told(AGENCY, NURSE, 0).unwrap(), []);
    store.review(AGENCY, second, Outcome::Accepted, ACT).unwrap();
    let head = store.snapshot(AGENCY).unwrap().head().unwrap();
    let told = store.told(AGENCY, NURSE, head - 1).unwrap();
    assert_eq!(told, [Told { record: record(2), outcome: Outcome::Accepted }]);
    assert_eq!(store.told(AGENCY, NURSE, head).unwrap(), []);
    assert_eq!(store.told(AGENCY, OFFICE, 0).unwrap(), []);
}

pub(super) fn i14_a_phone_is_told_of_so_many_reviews_and_of_the_newest_past_that(store: &dyn Store) {
    agency_with_case(store);
    let device = enrol(store, 1);
    let id = |number: usize| RecordId::from_bytes((number as u128).to_be_bytes());
    let aside = |number| SetAside {
        record: Some(id(number)),
        scope: None,
        device,
        staff: NURSE,
        reason: "no_grant".to_owned(),
        changes: Changeset::from_bytes(vec![1]),
        received_at: at(20),
    };
    store.set_aside(AGENCY, (1..=REVIEWS_TOLD_MAX + 1).map(aside).collect()).unwrap();
    let waiting = store.waiting(AGENCY).unwrap();
    let review = |entry: &Waiting| store.review(AGENCY, entry.id, Outcome::Accepted, ACT).unwrap();
    let told = || store.told(AGENCY, NURSE, 0).unwrap();
    let (last, first) = waiting.split_last().unwrap();
    assert!(first.iter().all(review));
    assert_eq!(told().len(), REVIEWS_TOLD_MAX);
    assert!(review(last));
    assert_eq!((told().len(), Some(told()[0].record)), (REVIEWS_TOLD_MAX, last.record));
}

pub(super) fn what_is_accepted_is_stored_with_that_or_not_at_all(store: &dyn Store) {
    agency_with_case(store);
    let device = enrol(store, 1);
    let (first, second) = (set_aside(store, device, 2, 20), set_aside(store, device, 3, 21));
    let accept = |id, write| store.accept(AGENCY, id, write, ACT).unwrap();
    let is_waiting = |id| store.waiting(AGENCY).unwrap().iter().any(|waiting| waiting.id == id);
    let is_stored = |number| store.snapshot(AGENCY).unwrap().stamp(record(number)).unwrap().is_some();
    assert_eq!(accept(first, write(record(2), Some(9), 10)), Err(Stale));
    assert!(is_waiting(first) && !is_stored(2), "it was made from another version");
    assert_eq!(accept(first, write(record(2), None, 2)), Ok(true));
    assert!(!is_waiting(first) && is_stored(2));
    store.review(AGENCY, second, Outcome::Discarded("twice".to_owned()), ACT).unwrap();
    assert_eq!(accept(second, write(record(3), None, 3)), Ok(false));
    assert!(!is_stored(3), "somebody was faster and discarded it");
}

pub(super) fn what_was_seen_is_kept_in_its_state_and_audited_once(store: &dyn Store) {
    agency_with_case(store);
    agency(store, OTHER_AGENCY);
    let see = |state: &str| {
        let event = AuditEvent::ReviewSeen {
            kind: "credential",
            entry: "credential-1".to_owned(),
            scope: None,
            record: None,
            staff: Some(NURSE),
            device: None,
        };
        store.see(AGENCY, "credential-1".to_owned(), state.to_owned(), event, ACT).unwrap();
    };
    see("a");
    see("a");
    let seen = |state: &str| Seen {
        entry: "credential-1".to_owned(),
        state: state.to_owned(),
        by: OFFICE,
        at: ACT.at,
    };
    assert_eq!(store.seen(AGENCY).unwrap(), [seen("a")]);
    see("b");
    assert_eq!(store.seen(AGENCY).unwrap(), [seen("b")]);
    assert_eq!(store.seen(OTHER_AGENCY).unwrap(), []);
    let entries = store.audit_entries(AGENCY, AuditQuery { rows_max: 100, ..AuditQuery::default() }).unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.code == "review_seen").count(), 2);
}

fn appointment(start: i64) -> Appointment {
    Appointment {
        start: Some(at(start)),
        end: Some(at(start + 60)),
        nurse: Some(NURSE),
        ..Appointment::default()
    }
}

fn visit(check_in: i64) -> Visit {
    let point = |second| Some(CheckPoint { at: at(second), position: None });
    Visit {
        nurse: Some(NURSE),
        status: VisitStatus::Finished,
        service_type: Some(Coding::new("urn:x", "G0299", "Nursing")),
        check_in: point(check_in),
        check_out: point(check_in + 60),
        ..Visit::default()
    }
}

fn insured() -> Coverage {
    let authorisation = Authorisation { number: "A7".to_owned(), ..Authorisation::default() };
    let authorisations = [("a1".into(), authorisation)].into();
    Coverage { payer: "Sample Health".to_owned(), authorisations, ..Coverage::default() }
}

pub(super) fn the_facts_of_a_whole_agency_are_those_of_its_records(store: &dyn Store) {
    agency_with_case(store);
    agency(store, OTHER_AGENCY);
    let living_in = Address { state: "MA".to_owned(), ..Address::default() };
    keep(store, 2, Patient { family: "Long".to_owned(), address: living_in, ..Patient::default() });
    let proposed = Appointment { status: AppointmentStatus::Proposed, ..appointment(300) };
    keep(store, 3, appointment(200));
    keep(store, 4, proposed.clone());
    keep(store, 5, visit(100));
    keep(store, 6, insured());
    let conflict = RecordWrite { expected: Some(version(6)), ..conflicting(6, 7) };
    commit_one(store, conflict).unwrap();

    let facts = store.snapshot(AGENCY).unwrap();
    let found = facts.open_appointments(at(0), at(1_000)).unwrap();
    let expected = [(3, appointment(200)), (4, proposed)].map(|(number, appointment)| OpenAppointment {
        seeing: Seeing::to_come(record(number), CASE, &appointment).unwrap(),
        booking: Booking::of(record(number), CASE, &appointment),
        changed_at: at(i64::from(number)),
    });
    assert_eq!(found, expected);
    assert!(found[0].booking.is_some() && found[1].booking.is_none());
    let seeing = Seeing::made(record(5), CASE, &visit(100)).unwrap();
    assert_eq!(facts.begun_visits(at(0)).unwrap(), [BegunVisit { seeing, changed_at: at(5) }]);
    let finished = FinishedVisit { at: at(100), service: Some("G0299".to_owned()) };
    assert_eq!(facts.finished_visits(CASE, at(0)).unwrap(), [finished]);
    assert_eq!(facts.patient_states().unwrap(), [(CASE, "MA".to_owned())]);
    let insurance = facts.insurances().unwrap().remove(0);
    assert_eq!((insurance.record, insurance.scope, insurance.changed_at), (record(6), CASE, at(7)));
    assert_eq!(insurance.coverage.authorisations, insured().authorisations);
    let in_conflict =
        InConflict { record: record(6), scope: CASE, kind: Kind::Coverage, changed_at: at(7), fields: 2 };
    assert_eq!(facts.conflicts().unwrap(), [in_conflict]);
    let other = store.snapshot(OTHER_AGENCY).unwrap();
    assert!(other.open_appointments(at(0), at(1_000)).unwrap().is_empty());
    assert!(other.begun_visits(at(0)).unwrap().is_empty());
    assert!(other.finished_visits(CASE, at(0)).unwrap().is_empty());
    assert!(other.patient_states().unwrap().is_empty());
    assert!(other.insurances().unwrap().is_empty() && other.conflicts().unwrap().is_empty());
}

/// A write of a coverage with two fields in conflict.
fn conflicting(number: u8, now: u8) -> RecordWrite {
    let view = AnyRecord::from(insured()).to_json().to_string();
    let projection = Projection { view, conflicts: 2, ..Projection::default() };
    RecordWrite { kind: Kind::Coverage, projection, ..write(record(number), None, now) }
}

pub(super) fn facts_leave_out_what_was_entered_in_error_or_is_of_another_time(store: &dyn Store) {
    agency_with_case(store);
    keep(store, 2, Appointment { entered_in_error: true, ..appointment(200) });
    keep(store, 3, Appointment { status: AppointmentStatus::Cancelled, ..appointment(200) });
    keep(store, 4, Visit { entered_in_error: true, ..visit(200) });
    keep(store, 5, Visit { status: VisitStatus::Missed, ..visit(200) });
    keep(store, 6, Coverage { entered_in_error: true, ..insured() });
    keep(store, 7, appointment(500));
    keep(store, 8, Visit { status: VisitStatus::InProgress, ..visit(500) });
    let facts = store.snapshot(AGENCY).unwrap();
    let starts = |from, until| -> Vec<Timestamp> {
        let found = facts.open_appointments(at(from), at(until)).unwrap();
        found.into_iter().map(|one| one.seeing.at).collect()
    };
    assert_eq!(starts(0, 501), [at(500)]);
    assert_eq!((starts(500, 501).len(), starts(501, 900).len(), starts(0, 500).len()), (1, 0, 0));
    let begun = |since| facts.begun_visits(at(since)).unwrap().len();
    assert_eq!((begun(0), begun(500), begun(501)), (1, 1, 0));
    assert_eq!(facts.finished_visits(CASE, at(0)).unwrap(), [], "one is under way, the others were none");
    assert_eq!(facts.insurances().unwrap(), []);
}
