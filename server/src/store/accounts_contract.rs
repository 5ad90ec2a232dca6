//! What every store must do with accounts, sessions, and what becomes of staff.

use super::contract::{AGENCY, BY, CASE, NURSE, OTHER_AGENCY, agency, agency_with_case, at};
use super::*;
use crate::limits::{
    ACCOUNT_FAILURES_COUNTED_MINUTES, ACCOUNT_FAILURES_MAX, ACCOUNT_LOCK_OUT_MINUTES,
    BROWSERS_PER_PERSON_MAX, SESSIONS_PER_PERSON_MAX,
};

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! accounts_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::accounts_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        accounts_contract! {
            $make,
            a_sign_in_name_is_one_persons_on_the_whole_server,
            i14_a_name_fails_so_often_and_is_then_locked_out_until_its_time_has_passed,
            failures_that_lie_further_apart_are_forgotten,
            attempts_under_way_count_before_they_fail_and_not_once_they_are_forgiven,
            a_success_forgives_what_failed_before_it,
            nobodys_name_is_locked_out_as_anybodys_and_is_in_no_audit_log,
            what_strangers_fail_at_does_not_lock_a_known_browser_out,
            an_address_that_is_locked_out_is_audited_where_it_can_be_told_whose_it_was,
            a_password_code_is_good_once_until_it_expires_or_a_newer_is_made,
            a_new_password_ends_what_was_good_before_it,
            another_password_keeps_the_session_in_which_it_was_set,
            a_second_factors_step_is_taken_once_and_none_before_it,
            a_second_factor_is_confirmed_with_the_secret_that_was_begun_last,
            an_account_that_changed_since_it_was_checked_begins_no_session,
            i14_a_person_has_so_many_sessions_and_the_oldest_goes_for_one_more,
            i14_so_many_browsers_are_known_and_the_longest_unused_goes_for_one_more,
            who_leaves_loses_sessions_codes_password_and_assignments_at_once,
            who_becomes_a_nurse_loses_what_lets_her_in_and_keeps_her_assignments,
            an_agency_keeps_its_last_admin,
            another_agencys_staff_are_nobody,
        }
    };
}
pub(super) use accounts_contract;

const ADA: StaffId = StaffId::from_bytes([0xad; 16]);
const MINUTE_S: i64 = 60;

fn name(text: &str) -> SignInName {
    SignInName::parse(text).unwrap()
}

fn member(id: StaffId, role: Role) -> StaffMember {
    StaffMember { id, name: "Ada".to_owned(), role, is_active: true }
}

fn session(number: u8) -> NewSession {
    NewSession { hash: [number; 32], browser: [100; 32], second_factor_step: None }
}

fn by(second: i64) -> Act {
    Act { at: at(second), ..BY }
}

/// An agency with an admin whose sign-in name is `ada` and who set the password `first` at second 10, in a session [1].
fn admin(store: &dyn Store) {
    agency_with_case(store);
    store.hire(AGENCY, member(ADA, Role::Admin), Some(name("ada")), BY).unwrap();
    store.add_password_code(AGENCY, ADA, [50; 32], at(100), BY).unwrap();
    assert!(store.redeem_password_code([50; 32], "first".to_owned(), session(1), at(10)).unwrap());
}

fn attempt(text: &str, browser: Option<u8>) -> Attempt {
    let name_hash = std::array::from_fn(|index| text.as_bytes().get(index).copied().unwrap_or(0));
    Attempt::Name { name: text.to_owned(), name_hash, browser: browser.map(|number| [number; 32]) }
}

/// Tries and fails. Says whether it could be tried.
fn fails(store: &dyn Store, text: &str, browser: Option<u8>, second: i64) -> bool {
    let Some(begun) = store.begin_attempt(attempt(text, browser), at(second)).unwrap() else { return false };
    let account = begun.account.map(|account| (account.agency, account.member.id));
    let counted_under = Some(begun.counted_under);
    store
        .fail_attempt(FailedAttempt { counted_under, account, is_address_locked_out: false }, at(second))
        .unwrap();
    true
}

/// Signs in as `ada`, whatever her password.
fn signs_in(store: &dyn Store, session: NewSession, second: i64) -> bool {
    let begun = store.begin_attempt(attempt("ada", None), at(second)).unwrap().expect("nobody is locked out");
    store.begin_session(begun.counted_under, begun.account.unwrap(), session, at(second)).unwrap()
}

fn is_open(store: &dyn Store, number: u8) -> bool {
    store.session([number; 32]).unwrap().is_some()
}

fn audited(store: &dyn Store, agency: AgencyId) -> Vec<String> {
    let query = AuditQuery { rows_max: 1_000, ..AuditQuery::default() };
    store.audit_entries(agency, query).unwrap().into_iter().map(|entry| entry.code).collect()
}

fn count_of(store: &dyn Store, code: &str) -> usize {
    audited(store, AGENCY).iter().filter(|audited| *audited == code).count()
}

pub(super) fn a_sign_in_name_is_one_persons_on_the_whole_server(store: &dyn Store) {
    admin(store);
    agency(store, OTHER_AGENCY);
    let taken = store.set_sign_in_name(OTHER_AGENCY, NURSE, name("ADA"), BY);
    assert!(matches!(taken, Err(StoreError::Exists(_))), "{taken:?}");
    let other = StaffId::from_bytes([0xae; 16]);
    assert!(store.hire(AGENCY, member(other, Role::Office), Some(name("ada")), BY).is_err());
    assert!(store.snapshot(AGENCY).unwrap().staff(other).unwrap().is_none(), "and nobody was hired");
    store.set_sign_in_name(AGENCY, ADA, name("ada.a"), BY).unwrap();
    store.set_sign_in_name(OTHER_AGENCY, NURSE, name("ada"), BY).unwrap();
    assert_eq!(store.account(AGENCY, ADA).unwrap().unwrap().password.as_deref(), Some("first"));
    let states = store.account_states(AGENCY).unwrap();
    let state =
        AccountState { staff: ADA, name: name("ada.a"), has_password: true, has_second_factor: false };
    assert_eq!(states, [state]);
}

pub(super) fn i14_a_name_fails_so_often_and_is_then_locked_out_until_its_time_has_passed(store: &dyn Store) {
    admin(store);
    for number in 1..=ACCOUNT_FAILURES_MAX {
        assert!(fails(store, "ada", None, 1_000), "failure {number}");
        assert_eq!(count_of(store, "sign_in_locked_out"), usize::from(number == ACCOUNT_FAILURES_MAX));
    }
    assert!(!fails(store, "ada", None, 1_000));
    assert_eq!(count_of(store, "sign_in_failed"), ACCOUNT_FAILURES_MAX as usize);
    let end = 1_000 + ACCOUNT_LOCK_OUT_MINUTES * MINUTE_S;
    assert!(!fails(store, "ada", None, end - 1));
    assert!(fails(store, "ada", None, end));
    assert!(fails(store, "ada", None, end), "and counting begins anew");
}

pub(super) fn failures_that_lie_further_apart_are_forgotten(store: &dyn Store) {
    admin(store);
    let counted_s = ACCOUNT_FAILURES_COUNTED_MINUTES * MINUTE_S;
    for number in 0..3 * i64::from(ACCOUNT_FAILURES_MAX) {
        let round = number / i64::from(ACCOUNT_FAILURES_MAX - 1);
        assert!(fails(store, "ada", None, 1_000 + round * counted_s), "{number}");
    }
    assert_eq!(count_of(store, "sign_in_locked_out"), 0);
}

pub(super) fn attempts_under_way_count_before_they_fail_and_not_once_they_are_forgiven(store: &dyn Store) {
    admin(store);
    let begin = || store.begin_attempt(attempt("ada", None), at(1_000)).unwrap();
    let begun: Vec<Begun> = (0..ACCOUNT_FAILURES_MAX).map(|_| begin().unwrap()).collect();
    assert!(begin().is_none());
    store.forgive_attempt(begun[0].counted_under).unwrap();
    assert!(begin().is_some());
    assert!(begin().is_none());
    assert_eq!(count_of(store, "sign_in_locked_out"), 0, "nothing has failed");
}

pub(super) fn a_success_forgives_what_failed_before_it(store: &dyn Store) {
    admin(store);
    for second in [1_000, 1_001] {
        for _ in 1..ACCOUNT_FAILURES_MAX {
            assert!(fails(store, "ada", None, second));
        }
        assert!(signs_in(store, session(second as u8), second));
    }
}

pub(super) fn nobodys_name_is_locked_out_as_anybodys_and_is_in_no_audit_log(store: &dyn Store) {
    admin(store);
    let before = audited(store, AGENCY);
    for _ in 0..ACCOUNT_FAILURES_MAX {
        assert!(fails(store, "nobody", None, 1_000));
    }
    assert!(!fails(store, "nobody", None, 1_000));
    assert!(fails(store, "ada", None, 1_000));
    assert_eq!(audited(store, AGENCY).len(), before.len() + 1, "of ada's");
}

pub(super) fn what_strangers_fail_at_does_not_lock_a_known_browser_out(store: &dyn Store) {
    admin(store);
    while fails(store, "ada", None, 1_000) {}
    assert!(!fails(store, "ada", Some(99), 1_000), "a browser that only says so");
    for _ in 0..ACCOUNT_FAILURES_MAX {
        assert!(fails(store, "ada", Some(100), 1_000), "hers");
    }
    assert!(!fails(store, "ada", Some(100), 1_000), "which is counted for itself");
    store.hire(AGENCY, member(StaffId::from_bytes([0xae; 16]), Role::Office), Some(name("bea")), BY).unwrap();
    while fails(store, "bea", None, 1_000) {}
    assert!(!fails(store, "bea", Some(100), 1_000), "it is not bea's");
}

pub(super) fn an_address_that_is_locked_out_is_audited_where_it_can_be_told_whose_it_was(store: &dyn Store) {
    admin(store);
    let lock_out = |account| {
        let failed = FailedAttempt { counted_under: None, account, is_address_locked_out: true };
        store.fail_attempt(failed, at(1_000)).unwrap();
        count_of(store, "sign_in_locked_out")
    };
    assert_eq!(lock_out(None), 1, "in the only agency");
    agency(store, OTHER_AGENCY);
    assert_eq!(lock_out(None), 1, "of several, nobody knows which");
    assert_eq!(lock_out(Some((AGENCY, ADA))), 2);
    assert!(!audited(store, OTHER_AGENCY).contains(&"sign_in_locked_out".to_owned()));
}

pub(super) fn a_password_code_is_good_once_until_it_expires_or_a_newer_is_made(store: &dyn Store) {
    admin(store);
    let redeem = |code: u8, second| {
        let holder = store.code_holder([code; 32], at(second)).unwrap().map(|account| account.member.id);
        let is_good =
            store.redeem_password_code([code; 32], "next".to_owned(), session(code), at(second)).unwrap();
        assert_eq!(holder, is_good.then_some(ADA));
        is_good
    };
    assert!(!redeem(50, 11), "it was used");
    let add = |code: u8| store.add_password_code(AGENCY, ADA, [code; 32], at(100), by(12)).unwrap();
    add(51);
    assert!(!redeem(51, 100));
    assert!(redeem(51, 99));
    add(52);
    add(53);
    assert!(!redeem(52, 13) && redeem(53, 13));
    let of_nurse = store.add_password_code(AGENCY, NURSE, [54; 32], at(100), BY);
    assert!(matches!(of_nurse, Err(StoreError::NoSuch(_))), "{of_nurse:?}");
}

/// Ada has a second factor from then on, whose last step was 5.
fn with_second_factor(store: &dyn Store) {
    admin(store);
    store.begin_second_factor(AGENCY, ADA, vec![7]).unwrap();
    assert!(store.confirm_second_factor(AGENCY, ADA, vec![7], 5, by(20)).unwrap());
}

pub(super) fn a_new_password_ends_what_was_good_before_it(store: &dyn Store) {
    with_second_factor(store);
    store.add_password_code(AGENCY, ADA, [51; 32], at(100), by(30)).unwrap();
    assert!(is_open(store, 1), "a code by itself ends nothing");
    while fails(store, "ada", None, 40) {}
    let new = NewSession { browser: [101; 32], ..session(2) };
    assert!(store.redeem_password_code([51; 32], "next".to_owned(), new, at(50)).unwrap());
    assert!(!is_open(store, 1) && is_open(store, 2));
    let account = store.account(AGENCY, ADA).unwrap().unwrap();
    assert_eq!((account.password.as_deref(), account.second_factor), (Some("next"), None));
    assert!(!fails(store, "ada", Some(100), 60), "the old browser is a stranger");
    assert!(fails(store, "ada", Some(101), 60));
    let last = audited(store, AGENCY);
    let last: Vec<&str> = last[last.len() - 5..].iter().map(String::as_str).collect();
    assert_eq!(last, ["password_set", "second_factor_set", "signed_out", "signed_in", "sign_in_failed"]);
}

pub(super) fn another_password_keeps_the_session_in_which_it_was_set(store: &dyn Store) {
    admin(store);
    assert!(signs_in(store, NewSession { browser: [101; 32], ..session(2) }, 20));
    let checked = || store.account(AGENCY, ADA).unwrap().unwrap();
    let stale = Account { password: Some("older".to_owned()), ..checked() };
    assert!(!store.change_password(stale, "next".to_owned(), [2; 32], by(30)).unwrap());
    assert!(store.change_password(checked(), "next".to_owned(), [2; 32], by(30)).unwrap());
    assert!(!is_open(store, 1) && is_open(store, 2));
    while fails(store, "ada", None, 40) {}
    assert!(!fails(store, "ada", Some(100), 40) && fails(store, "ada", Some(101), 40));
}

pub(super) fn a_second_factors_step_is_taken_once_and_none_before_it(store: &dyn Store) {
    with_second_factor(store);
    let with_step =
        |number, step| signs_in(store, NewSession { second_factor_step: Some(step), ..session(number) }, 30);
    assert!(!with_step(2, 5), "it confirmed the factor");
    assert!(with_step(3, 7));
    assert!(!with_step(4, 7) && !with_step(5, 6) && !is_open(store, 5));
    assert!(with_step(6, 8));
    let checked = store.account(AGENCY, ADA).unwrap().unwrap();
    assert!(store.remove_second_factor(checked.clone(), by(40)).unwrap());
    assert!(!store.remove_second_factor(checked, by(40)).unwrap());
}

pub(super) fn a_second_factor_is_confirmed_with_the_secret_that_was_begun_last(store: &dyn Store) {
    admin(store);
    let confirm = |secret: u8| store.confirm_second_factor(AGENCY, ADA, vec![secret], 5, by(20)).unwrap();
    assert!(!confirm(7), "none was begun");
    store.begin_second_factor(AGENCY, ADA, vec![7]).unwrap();
    store.begin_second_factor(AGENCY, ADA, vec![8]).unwrap();
    assert!(!confirm(7) && confirm(8));
    store.begin_second_factor(AGENCY, ADA, vec![9]).unwrap();
    assert!(!confirm(9), "the one that she has is removed first");
    assert_eq!(store.account(AGENCY, ADA).unwrap().unwrap().second_factor, Some(vec![8]));
}

pub(super) fn an_account_that_changed_since_it_was_checked_begins_no_session(store: &dyn Store) {
    admin(store);
    let begun = store.begin_attempt(attempt("ada", None), at(20)).unwrap().unwrap();
    let checked = begun.account.unwrap();
    let begin = |checked: &Account, number| {
        store.begin_session(begun.counted_under, checked.clone(), session(number), at(20)).unwrap()
    };
    assert!(!begin(&Account { password: Some("older".to_owned()), ..checked.clone() }, 2));
    assert!(!begin(&Account { password: None, ..checked.clone() }, 2));
    assert!(!begin(&Account { second_factor: Some(vec![7]), ..checked.clone() }, 2));
    assert!(begin(&checked, 2));
    store.hire(AGENCY, member(StaffId::from_bytes([0xae; 16]), Role::Admin), None, BY).unwrap();
    store.change_staff(AGENCY, ADA, StaffChange::Role(Role::Office), by(30)).unwrap().unwrap();
    assert!(!begin(&checked, 3));
}

pub(super) fn i14_a_person_has_so_many_sessions_and_the_oldest_goes_for_one_more(store: &dyn Store) {
    admin(store);
    let limit = u8::try_from(SESSIONS_PER_PERSON_MAX).unwrap();
    for number in 2..=limit {
        assert!(signs_in(store, session(number), 20 + i64::from(number)));
    }
    assert!(is_open(store, 1));
    assert!(signs_in(store, session(limit + 1), 60));
    assert!(!is_open(store, 1) && is_open(store, 2) && is_open(store, limit + 1));
}

pub(super) fn i14_so_many_browsers_are_known_and_the_longest_unused_goes_for_one_more(store: &dyn Store) {
    admin(store);
    let limit = u8::try_from(BROWSERS_PER_PERSON_MAX).unwrap();
    let sign_in = |number: u8| {
        let new = NewSession { browser: [100 + number; 32], ..session(number + 2) };
        assert!(signs_in(store, new, 20 + i64::from(number)));
    };
    (1..limit).for_each(sign_in);
    let is_known = |number: u8| {
        let begun = store.begin_attempt(attempt("ada", Some(100 + number)), at(100)).unwrap().unwrap();
        begun.counted_under == [100 + number; 32]
    };
    assert!(is_known(0));
    sign_in(limit);
    assert!(!is_known(0) && is_known(1) && is_known(limit));
}

pub(super) fn who_leaves_loses_sessions_codes_password_and_assignments_at_once(store: &dyn Store) {
    with_second_factor(store);
    store.hire(AGENCY, member(StaffId::from_bytes([0xae; 16]), Role::Admin), None, BY).unwrap();
    store.grant(AGENCY, CASE, ADA, BY).unwrap();
    store.add_password_code(AGENCY, ADA, [51; 32], at(100), by(30)).unwrap();
    let left = store.change_staff(AGENCY, ADA, StaffChange::Leave, by(40)).unwrap().unwrap();
    assert!(!left.is_active && !is_open(store, 1));
    assert!(store.code_holder([51; 32], at(41)).unwrap().is_none());
    let account = store.account(AGENCY, ADA).unwrap().unwrap();
    assert_eq!((account.password, account.second_factor), (None, None));
    let grants = store.snapshot(AGENCY).unwrap().grants_of(ADA).unwrap();
    assert_eq!(grants.iter().map(|grant| grant.ended_at).collect::<Vec<_>>(), [Some(at(40))]);
    assert!(
        matches!(store.grant(AGENCY, CASE, ADA, by(41)), Err(StoreError::NoSuch(_))),
        "nor do they begin"
    );
    let head = store.audit_head(AGENCY).unwrap();
    store.change_staff(AGENCY, ADA, StaffChange::Leave, by(41)).unwrap().unwrap();
    assert_eq!(store.audit_head(AGENCY).unwrap(), head, "she had left");
    let last = audited(store, AGENCY);
    assert_eq!(last[last.len() - 3..], ["staff_changed", "signed_out", "grant_ended"].map(str::to_owned));
    assert!(store.add_password_code(AGENCY, ADA, [52; 32], at(100), by(50)).is_err());
    assert!(store.change_staff(AGENCY, ADA, StaffChange::Return, by(60)).unwrap().unwrap().is_active);
    assert!(store.add_password_code(AGENCY, ADA, [52; 32], at(100), by(70)).is_ok());
}

pub(super) fn who_becomes_a_nurse_loses_what_lets_her_in_and_keeps_her_assignments(store: &dyn Store) {
    admin(store);
    store.hire(AGENCY, member(StaffId::from_bytes([0xae; 16]), Role::Admin), None, BY).unwrap();
    store.grant(AGENCY, CASE, ADA, BY).unwrap();
    store.change_staff(AGENCY, ADA, StaffChange::Role(Role::Office), by(40)).unwrap().unwrap();
    assert!(is_open(store, 1), "office and admin both work in the office");
    store.change_staff(AGENCY, ADA, StaffChange::Role(Role::Nurse), by(41)).unwrap().unwrap();
    assert!(!is_open(store, 1));
    assert_eq!(store.account(AGENCY, ADA).unwrap().unwrap().password, None);
    assert!(store.snapshot(AGENCY).unwrap().grants_of(ADA).unwrap()[0].is_current());
}

pub(super) fn an_agency_keeps_its_last_admin(store: &dyn Store) {
    admin(store);
    let bea = StaffId::from_bytes([0xae; 16]);
    for change in [StaffChange::Leave, StaffChange::Role(Role::Office), StaffChange::Role(Role::Nurse)] {
        assert_eq!(store.change_staff(AGENCY, ADA, change, by(40)).unwrap(), None, "{change:?}");
    }
    assert!(is_open(store, 1));
    assert_eq!(
        store.snapshot(AGENCY).unwrap().staff(ADA).unwrap().map(|ada| (ada.role, ada.is_active)),
        Some((Role::Admin, true))
    );
    store.hire(AGENCY, member(bea, Role::Admin), None, BY).unwrap();
    assert!(store.change_staff(AGENCY, ADA, StaffChange::Leave, by(41)).unwrap().is_some());
    assert_eq!(
        store.change_staff(AGENCY, bea, StaffChange::Leave, by(42)).unwrap(),
        None,
        "who left counts not"
    );
}

pub(super) fn another_agencys_staff_are_nobody(store: &dyn Store) {
    admin(store);
    agency(store, OTHER_AGENCY);
    let is_nobody = |error: StoreError| assert!(matches!(error, StoreError::NoSuch(_)), "{error:?}");
    is_nobody(store.change_staff(OTHER_AGENCY, ADA, StaffChange::Leave, BY).unwrap_err());
    is_nobody(store.end_sessions(OTHER_AGENCY, ADA, BY).unwrap_err());
    is_nobody(store.set_sign_in_name(OTHER_AGENCY, ADA, name("eve"), BY).unwrap_err());
    is_nobody(store.add_password_code(OTHER_AGENCY, ADA, [51; 32], at(100), BY).unwrap_err());
    is_nobody(store.begin_second_factor(OTHER_AGENCY, ADA, vec![7]).unwrap_err());
    assert!(store.account(OTHER_AGENCY, ADA).unwrap().is_none());
    assert!(store.account_states(OTHER_AGENCY).unwrap().is_empty());
    assert!(is_open(store, 1));
    assert_eq!(store.end_sessions(AGENCY, ADA, BY).unwrap(), 1);
}
