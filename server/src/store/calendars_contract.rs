//! What every store must do with the secret addresses of schedules.

use super::contract::{AGENCY, BY, NURSE, OTHER_AGENCY, agency, at};
use super::*;

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! calendars_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::calendars_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        calendars_contract! {
            $make,
            a_schedule_has_one_address_until_it_is_taken_away,
            who_leaves_loses_the_address_for_good,
        }
    };
}
pub(super) use calendars_contract;

const HASH: [u8; 32] = [7; 32];

fn whose(store: &dyn Store, hash: [u8; 32]) -> Option<(AgencyId, StaffId)> {
    store.calendar_of_secret(hash).unwrap().map(|(agency, member)| (agency, member.id))
}

fn audited(store: &dyn Store) -> Vec<Option<serde_json::Value>> {
    let search = AuditSearch { code: Some("calendar_set".to_owned()), rows_max: 9, ..AuditSearch::default() };
    store.search_audit(AGENCY, search).unwrap().into_iter().map(|entry| entry.details).collect()
}

pub(super) fn a_schedule_has_one_address_until_it_is_taken_away(store: &dyn Store) {
    agency(store, AGENCY);
    agency(store, OTHER_AGENCY);
    assert_eq!(whose(store, HASH), None);
    let act = Act { at: at(5), ..BY };
    store.set_calendar_secret(AGENCY, NURSE, HASH, act).unwrap();
    assert_eq!(whose(store, HASH), Some((AGENCY, NURSE)));
    store.set_calendar_secret(AGENCY, NURSE, [8; 32], Act { at: at(6), ..BY }).unwrap();
    assert_eq!((whose(store, HASH), whose(store, [8; 32])), (None, Some((AGENCY, NURSE))));
    assert_eq!(store.calendars(AGENCY).unwrap(), [(NURSE, at(6))]);
    assert_eq!(store.calendars(OTHER_AGENCY).unwrap(), []);
    assert!(!store.revoke_calendar(OTHER_AGENCY, NURSE, act).unwrap());
    assert!(store.revoke_calendar(AGENCY, NURSE, act).unwrap());
    assert!(!store.revoke_calendar(AGENCY, NURSE, act).unwrap());
    assert_eq!(whose(store, [8; 32]), None);
    let nobody = store.set_calendar_secret(AGENCY, StaffId::from_bytes([9; 16]), HASH, act);
    assert!(matches!(nobody, Err(StoreError::NoSuch("member of staff"))));
    assert_eq!(audited(store).len(), 3, "what changes nothing leaves no entry");
}

pub(super) fn who_leaves_loses_the_address_for_good(store: &dyn Store) {
    agency(store, AGENCY);
    store.set_calendar_secret(AGENCY, NURSE, HASH, BY).unwrap();
    store.change_staff(AGENCY, NURSE, StaffChange::Leave, BY).unwrap();
    assert_eq!(whose(store, HASH), None);
    assert!(store.set_calendar_secret(AGENCY, NURSE, HASH, BY).is_err());
    store.change_staff(AGENCY, NURSE, StaffChange::Return, BY).unwrap();
    assert_eq!(whose(store, HASH), None);
    assert_eq!(audited(store)[0], Some(serde_json::json!({ "is_on": false })));
}
