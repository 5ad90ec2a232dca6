//! What every store must do with what the office has to look at.

use doorstep_client_core::document::{Changeset, StoreId};
use doorstep_client_core::ids::DeviceId;

use super::contract::{
    AGENCY, BY, CASE, NURSE, OTHER_AGENCY, agency, agency_with_case, at, commit_one, phone, record, write,
};
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
