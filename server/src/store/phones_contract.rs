//! What every store must do with phones after their enrolment.

use doorstep_client_core::ids::DeviceId;

use super::contract::{AGENCY, BY, NURSE, OTHER_AGENCY, agency_with_case, at, phone};
use super::*;
use crate::limits::{REFRESH_SUCCESSORS_MAX, REPLACED_TOKEN_DAYS_KEPT};

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! phones_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::phones_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        phones_contract! {
            $make,
            a_refresh_token_buys_a_successor_again_and_again_until_one_is_used,
            a_refresh_token_whose_successor_was_used_ends_the_session_and_tells_the_office_once,
            the_successor_that_nobody_used_first_is_replaced_with_its_parent,
            i14_so_many_successors_wait_and_the_oldest_goes_for_one_more,
            a_replaced_token_is_remembered_up_to_its_days_and_not_one_longer,
            a_phone_that_is_not_welcome_gets_no_successor,
            a_wipe_is_asked_once_and_noted_once_by_any_token_of_the_phone,
            a_new_signing_key_retires_the_one_before_it_and_old_ones_are_forgotten,
        }
    };
}
pub(super) use phones_contract;

/// A phone with its first token, [1; 32].
fn enrolled(store: &dyn Store) -> DeviceId {
    agency_with_case(store);
    store.add_enrolment_code(AGENCY, NURSE, [200; 32], at(100), BY).unwrap();
    store.enrol([200; 32], phone(1), at(10)).unwrap().unwrap().device.id
}

/// Shows a token and says how the phone then stands.
fn show(store: &dyn Store, token: u8, successor: u8, second: i64) -> Standing {
    let shown = store.rotate_refresh_token([token; 32], [successor; 32], at(second)).unwrap();
    shown.expect("the token is known").holder.standing()
}

fn is_known(store: &dyn Store, token: [u8; 32]) -> bool {
    store.note_wiped(token, at(0)).unwrap().is_some()
}

pub(super) fn a_refresh_token_buys_a_successor_again_and_again_until_one_is_used(store: &dyn Store) {
    enrolled(store);
    assert_eq!(store.rotate_refresh_token([99; 32], [2; 32], at(11)).unwrap(), None);
    assert_eq!(show(store, 1, 2, 11), Standing::Welcome);
    assert_eq!(show(store, 1, 3, 12), Standing::Welcome, "the answer was lost on its way");
    assert_eq!(show(store, 2, 4, 13), Standing::Welcome, "or it was late");
    assert_eq!(show(store, 2, 5, 14), Standing::Welcome);
    assert_eq!(show(store, 5, 6, 15), Standing::Welcome);
    assert!(store.token_reuses(AGENCY).unwrap().is_empty());
}

pub(super) fn a_refresh_token_whose_successor_was_used_ends_the_session_and_tells_the_office_once(
    store: &dyn Store,
) {
    let device = enrolled(store);
    show(store, 1, 2, 11);
    show(store, 2, 3, 12);
    let shown = store.rotate_refresh_token([1; 32], [4; 32], at(13)).unwrap().unwrap();
    assert!(shown.is_reuse);
    assert_eq!(shown.holder.standing(), Standing::SessionEnded);
    assert!(!is_known(store, [4; 32]), "and nothing was bought");
    assert_eq!(show(store, 3, 5, 14), Standing::SessionEnded, "the other holder's are no good either");
    let again = store.rotate_refresh_token([1; 32], [6; 32], at(15)).unwrap().unwrap();
    assert!(!again.is_reuse);
    assert_eq!(
        store.token_reuses(AGENCY).unwrap(),
        [TokenReuse { device, staff: NURSE, detected_at: at(13) }]
    );
    assert!(store.token_reuses(OTHER_AGENCY).unwrap().is_empty());
}

pub(super) fn the_successor_that_nobody_used_first_is_replaced_with_its_parent(store: &dyn Store) {
    enrolled(store);
    show(store, 1, 2, 11);
    show(store, 1, 3, 12);
    assert_eq!(show(store, 3, 4, 13), Standing::Welcome);
    assert_eq!(show(store, 2, 5, 14), Standing::SessionEnded, "two hold what the phone alone should");
}

pub(super) fn i14_so_many_successors_wait_and_the_oldest_goes_for_one_more(store: &dyn Store) {
    enrolled(store);
    let limit = u8::try_from(REFRESH_SUCCESSORS_MAX).unwrap();
    for number in 0..limit {
        show(store, 1, 100 + number, 11 + i64::from(number));
    }
    assert!(is_known(store, [100; 32]));
    show(store, 1, 100 + limit, 60);
    assert!(!is_known(store, [100; 32]));
    assert!(is_known(store, [101; 32]));
    assert_eq!(show(store, 100 + limit, 2, 61), Standing::Welcome);
}

pub(super) fn a_replaced_token_is_remembered_up_to_its_days_and_not_one_longer(store: &dyn Store) {
    enrolled(store);
    let kept_s = REPLACED_TOKEN_DAYS_KEPT * 24 * 3_600;
    show(store, 1, 2, 11);
    show(store, 2, 3, 20);
    show(store, 3, 4, 20 + kept_s);
    assert!(is_known(store, [1; 32]));
    show(store, 4, 5, 21 + kept_s);
    assert!(!is_known(store, [1; 32]));
}

pub(super) fn a_phone_that_is_not_welcome_gets_no_successor(store: &dyn Store) {
    let device = enrolled(store);
    store.set_device_locked(AGENCY, device, true, BY).unwrap();
    assert!(store.set_device_locked(OTHER_AGENCY, device, false, BY).is_err());
    assert_eq!(show(store, 1, 2, 11), Standing::Locked);
    assert!(!is_known(store, [2; 32]));
    store.set_device_locked(AGENCY, device, false, BY).unwrap();
    assert_eq!(show(store, 1, 2, 12), Standing::Welcome, "the token at hand was not used up");
}

pub(super) fn a_wipe_is_asked_once_and_noted_once_by_any_token_of_the_phone(store: &dyn Store) {
    let device = enrolled(store);
    show(store, 1, 2, 11);
    show(store, 2, 3, 12);
    let noted = store.note_wiped([2; 32], at(13)).unwrap().unwrap();
    assert_eq!(noted.device.wiped_at, None, "nobody asked");
    assert!(store.ask_wipe(OTHER_AGENCY, device, Act { at: at(14), ..BY }).is_err());
    store.ask_wipe(AGENCY, device, Act { at: at(14), ..BY }).unwrap();
    store.ask_wipe(AGENCY, device, Act { at: at(15), ..BY }).unwrap();
    assert_eq!(show(store, 3, 4, 16), Standing::Wiping);
    assert_eq!(show(store, 1, 4, 16), Standing::Wiping, "a replaced token says it too");
    assert!(store.note_wiped([99; 32], at(17)).unwrap().is_none());
    store.note_wiped([1; 32], at(17)).unwrap();
    let noted = store.note_wiped([3; 32], at(18)).unwrap().unwrap().device;
    assert_eq!((noted.wipe_asked_at, noted.wiped_at), (Some(at(14)), Some(at(17))));
    assert_eq!(show(store, 3, 4, 19), Standing::Wiped, "a copy of the phone is told to do the same");
}

pub(super) fn a_new_signing_key_retires_the_one_before_it_and_old_ones_are_forgotten(store: &dyn Store) {
    let key = |kid: &str, second| StoredKey {
        kid: kid.to_owned(),
        pkcs8: vec![1],
        created_at: at(second),
        retired_at: None,
    };
    let kept = || -> Vec<(String, Option<Timestamp>)> {
        store.signing_keys().unwrap().into_iter().map(|key| (key.kid, key.retired_at)).collect()
    };
    store.add_first_signing_key(key("a", 1)).unwrap();
    store.rotate_signing_key(key("b", 10), at(0)).unwrap();
    assert_eq!(kept(), [("b".to_owned(), None), ("a".to_owned(), Some(at(10)))]);
    store.rotate_signing_key(key("c", 20), at(10)).unwrap();
    assert_eq!(kept().len(), 3, "retired at this moment, not before it");
    store.rotate_signing_key(key("d", 30), at(11)).unwrap();
    let names: Vec<String> = kept().into_iter().map(|(kid, _)| kid).collect();
    assert_eq!(names, ["d", "c", "b"]);
}
