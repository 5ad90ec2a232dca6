//! What every store must find in the audit log.

use super::contract::{AGENCY, CASE, NURSE, OTHER_AGENCY, agency, at};
use super::*;

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! audit_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::audit_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        audit_contract! {
            $make,
            entries_are_found_by_who_case_act_and_period,
            pages_of_entries_hold_each_once_the_newest_first,
            an_agency_searches_its_own_log_alone,
        }
    };
}
pub(super) use audit_contract;

const OFFICE: StaffId = StaffId::from_bytes([0x0f; 16]);

/// Six entries, the fourth of them by a clock that was set back. Their numbers.
fn logged(store: &dyn Store) -> [u64; 6] {
    agency(store, AGENCY);
    let by = |staff| Agent::Staff(staff);
    for (second, staff, event) in [
        (10, OFFICE, AuditEvent::CaseRead { scope: CASE }),
        (20, OFFICE, AuditEvent::DeviceInvited { staff: NURSE }),
        (30, NURSE, AuditEvent::CaseRead { scope: CASE }),
        (15, NURSE, AuditEvent::SignedOut { staff: NURSE }),
        (30, OFFICE, AuditEvent::CaseRead { scope: ScopeId::from_bytes([9; 16]) }),
        (40, OFFICE, AuditEvent::TokenMade { staff: OFFICE }),
    ] {
        store.audit(AGENCY, Act { by: by(staff), at: at(second) }, vec![event]).unwrap();
    }
    let head = store.audit_head(AGENCY).unwrap().number;
    std::array::from_fn(|index| head - 5 + index as u64)
}

fn found(store: &dyn Store, search: AuditSearch) -> Vec<u64> {
    let search = AuditSearch { rows_max: if search.rows_max == 0 { 100 } else { search.rows_max }, ..search };
    store.search_audit(AGENCY, search).unwrap().into_iter().map(|entry| entry.number).collect()
}

pub(super) fn entries_are_found_by_who_case_act_and_period(store: &dyn Store) {
    let [read, invited, hers, back, other, token] = logged(store);
    let any = AuditSearch::default;
    let staff = |staff| AuditSearch { staff: Some(staff), ..any() };
    let code = |code: &str| AuditSearch { code: Some(code.to_owned()), ..any() };
    let (case, from, until) = (Some(CASE), Some(at(20)), Some(at(40)));
    assert_eq!(found(store, staff(NURSE)), [hers, invited, back], "what was done about her, too");
    assert_eq!(found(store, staff(OFFICE)), [token, other, invited, read]);
    assert_eq!(found(store, AuditSearch { scope: case, ..any() }), [hers, read]);
    assert_eq!(found(store, AuditSearch { scope: case, ..staff(NURSE) }), [hers]);
    assert_eq!(found(store, code("case_read")), [other, hers, read]);
    assert_eq!(found(store, AuditSearch { code: code("case_read").code, ..staff(OFFICE) }), [other, read]);
    assert_eq!(found(store, AuditSearch { scope: case, from, ..code("case_read") }), [hers]);
    assert_eq!(found(store, AuditSearch { from, until, ..any() }), [other, hers, invited]);
    assert_eq!(found(store, AuditSearch { from, until, ..staff(NURSE) }), [hers, invited]);
    assert!(found(store, code("nothing")).is_empty());
}

pub(super) fn pages_of_entries_hold_each_once_the_newest_first(store: &dyn Store) {
    logged(store);
    let newest = |search: AuditSearch| {
        let all = found(store, search.clone());
        let mut paged = Vec::new();
        let mut before = None;
        loop {
            let page = found(store, AuditSearch { before, rows_max: 1, ..search.clone() });
            let Some(last) = page.last() else { break };
            before = Some(*last);
            paged.extend(page);
        }
        assert_eq!(paged, all);
        all.len()
    };
    assert_eq!(newest(AuditSearch::default()), 6);
    assert_eq!(newest(AuditSearch { staff: Some(OFFICE), ..AuditSearch::default() }), 4);
    assert_eq!(newest(AuditSearch { scope: Some(CASE), ..AuditSearch::default() }), 2);
    assert_eq!(newest(AuditSearch { code: Some("case_read".to_owned()), ..AuditSearch::default() }), 3);
    let unknown = AuditSearch { before: Some(9_999), ..AuditSearch::default() };
    assert_eq!(found(store, unknown).len(), 6);
}

pub(super) fn an_agency_searches_its_own_log_alone(store: &dyn Store) {
    let [read, ..] = logged(store);
    agency(store, OTHER_AGENCY);
    for search in [
        AuditSearch::default(),
        AuditSearch { staff: Some(OFFICE), ..AuditSearch::default() },
        AuditSearch { scope: Some(CASE), ..AuditSearch::default() },
        AuditSearch { code: Some("case_read".to_owned()), ..AuditSearch::default() },
        AuditSearch { before: Some(read + 1), ..AuditSearch::default() },
    ] {
        let search = AuditSearch { rows_max: 100, ..search };
        assert_eq!(store.search_audit(OTHER_AGENCY, search).unwrap(), []);
    }
}
