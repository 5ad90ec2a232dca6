//! What every store must do with pages of cases.

use doorstep_client_core::care::Now;
use doorstep_client_core::care::alerts::EXPIRY_NOTICE_DAYS;
use doorstep_client_core::document::Changeset;
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::coverage::{Authorisation, AuthorisationStatus, Coverage, CoverageStatus};
use doorstep_client_core::record::patient::{Identifier, Patient, Phone};
use doorstep_client_core::record::task::{Task, TaskStatus};
use doorstep_client_core::record::visit::Visit;
use doorstep_client_core::record::{Kind, Period};

use super::contract::{AGENCY, BY, NURSE, OTHER_AGENCY, agency, at, commit_one, record, write};
use super::kept::{keep_in, open};
use super::*;
use crate::limits::CASE_SEARCH_CHARS_MAX;

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! caseload_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::caseload_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        caseload_contract! {
            $make,
            cases_are_found_by_names_numbers_and_ids_however_they_are_written,
            a_renamed_case_is_found_by_its_new_name_alone,
            cases_are_cut_by_who_has_them,
            cases_are_cut_by_whether_they_are_open,
            a_case_that_is_closed_is_nobodys_until_it_is_open_again,
            cases_go_from_nurse_to_nurse_all_of_them_or_none,
            cases_are_cut_by_how_visits_are_authorised,
            cases_that_need_attention_are_told_with_why,
            a_case_in_a_page_tells_of_its_patient,
            pages_hold_every_case_once_in_each_order,
            a_place_stays_where_it_is_while_cases_come_and_go,
            an_agency_pages_through_its_own_cases_alone,
        }
    };
}
pub(super) use caseload_contract;

const DAY_S: i64 = 24 * 60 * 60;
/// 1970-04-11.
const TODAY: i64 = 100 * DAY_S;

fn named(given: &str, family: &str) -> Patient {
    Patient { given: given.to_owned(), family: family.to_owned(), ..Patient::default() }
}

fn all() -> CaseQuery {
    CaseQuery::all(Now::new(at(TODAY), 0), at(TODAY - 3_600), usize::MAX)
}

fn looking_for(words: &str) -> CaseQuery {
    CaseQuery { words: SearchWords::parse(words).unwrap(), ..all() }
}

fn page(store: &dyn Store, query: &CaseQuery) -> CasePage {
    let page = store.snapshot(AGENCY).unwrap().case_page(query).unwrap();
    assert!(query.after.is_some() || query.rows_max < usize::MAX || page.count == page.rows.len() as u64);
    page
}

fn scopes(page: &CasePage) -> Vec<ScopeId> {
    page.rows.iter().map(|row| row.summary.scope.id).collect()
}

fn found(store: &dyn Store, query: &CaseQuery) -> Vec<ScopeId> {
    scopes(&page(store, query))
}

pub(super) fn cases_are_found_by_names_numbers_and_ids_however_they_are_written(store: &dyn Store) {
    agency(store, AGENCY);
    let phone = Phone { number: "+1 (617) 555-0123".to_owned(), ..Phone::default() };
    let identifier = Identifier { value: "MRN 44-7".to_owned(), ..Identifier::default() };
    let rosa = Patient {
        preferred: "Rosita".to_owned(),
        birth_date: Some("1940-03-02".parse().unwrap()),
        phones: [("p1".into(), phone)].into(),
        identifiers: [("i1".into(), identifier)].into(),
        ..named("Rosa María", "Núñez-O'Brien")
    };
    let rosa = open(store, 0xa1, rosa);
    let other = open(store, 0xb2, named("Łukasz", "Straße"));
    let found = |words: &str| found(store, &looking_for(words));
    for words in [
        "rosa",
        "ROSITA",
        "maria nunez",
        "obrien rosa",
        "O’Brien",
        "nuñez",
        "555-0123",
        "6175550123",
        "(617) 555",
        "mrn44",
        "44-7",
        "MRN 44-7",
        "1940-03-02",
        "a1a1a1a1-a1a1",
        "a1a1a1a1",
    ] {
        assert_eq!(found(words), [rosa], "{words}");
    }
    assert_eq!(found("lukasz strasse"), [other]);
    for words in ["rosa strasse", "rosax", "a1a1a1a", "9999"] {
        assert_eq!(found(words), [], "{words}");
    }
    for words in ["", "  ", "-", "s"] {
        assert_eq!(found(words).len(), 2, "{words}");
    }
    assert!(SearchWords::parse(&"ñ".repeat(CASE_SEARCH_CHARS_MAX)).is_ok());
    assert_eq!(SearchWords::parse(&"ñ".repeat(CASE_SEARCH_CHARS_MAX + 1)), Err(SearchTooLong));
}

pub(super) fn a_renamed_case_is_found_by_its_new_name_alone(store: &dyn Store) {
    agency(store, AGENCY);
    let case = open(store, 1, named("Ada", "Long"));
    let mut renamed = RecordWrite { scope: case, kind: Kind::Patient, ..write(record(1), Some(1), 2) };
    renamed.projection.case_name = Some(CaseName::of(&named("Ada", "Short")));
    commit_one(store, renamed).unwrap();
    assert_eq!(found(store, &looking_for("long")), []);
    let page = page(store, &looking_for("ada short"));
    assert_eq!(page.rows[0].summary.scope.title, "Ada Short");
}

pub(super) fn cases_are_cut_by_who_has_them(store: &dyn Store) {
    agency(store, AGENCY);
    let [one, other, third] = [1, 2, 3].map(|number| open(store, number, named("Case", &number.to_string())));
    store.grant(AGENCY, one, NURSE, BY).unwrap();
    store.grant(AGENCY, other, NURSE, BY).unwrap();
    store.revoke(AGENCY, other, NURSE, BY).unwrap();
    let of = |assigned| page(store, &CaseQuery { assigned: Some(assigned), ..all() });
    assert_eq!(scopes(&of(AssignedTo::Nurse(NURSE))), [one]);
    assert_eq!(of(AssignedTo::Nurse(NURSE)).rows[0].summary.nurses, [NURSE]);
    assert_eq!(scopes(&of(AssignedTo::Nobody)), [other, third]);
    assert_eq!(scopes(&of(AssignedTo::Nurse(StaffId::from_bytes([9; 16])))), []);
}

pub(super) fn cases_are_cut_by_whether_they_are_open(store: &dyn Store) {
    agency(store, AGENCY);
    let [one, other] = [1, 2].map(|number| open(store, number, named("Case", &number.to_string())));
    let of = |status| found(store, &CaseQuery { status: Some(status), ..all() });
    assert_eq!((of(CaseStatus::Open), of(CaseStatus::Closed)), (vec![one, other], vec![]));
    store.close_case(AGENCY, one, CloseReason::GoalsMet, BY).unwrap();
    assert_eq!((of(CaseStatus::Open), of(CaseStatus::Closed)), (vec![other], vec![one]));
    assert_eq!(found(store, &all()), [one, other]);
}

pub(super) fn a_case_that_is_closed_is_nobodys_until_it_is_open_again(store: &dyn Store) {
    agency(store, AGENCY);
    let case = open(store, 1, named("Ada", "Long"));
    store.grant(AGENCY, case, NURSE, BY).unwrap();
    let office = StaffId::from_bytes([0x0f; 16]);
    let act = |second| Act { by: Agent::Staff(office), at: at(second) };
    assert_eq!(store.close_case(AGENCY, case, CloseReason::Moved, act(5)).unwrap(), [NURSE]);
    let closed = || store.snapshot(AGENCY).unwrap().scope(case).unwrap().unwrap().closed;
    let expected = Some(Closed { at: at(5), by: office, reason: CloseReason::Moved });
    assert_eq!(closed(), expected);
    let grant = store.snapshot(AGENCY).unwrap().grants_in(case).unwrap().remove(0);
    assert_eq!((grant.is_current(), grant.ended_at), (false, Some(at(5))));
    assert_eq!(store.close_case(AGENCY, case, CloseReason::Other, act(6)).unwrap(), []);
    assert_eq!(closed(), expected, "it stays closed as it was");
    assert!(matches!(store.grant(AGENCY, case, NURSE, BY), Err(StoreError::CaseClosed)));
    commit_one(store, RecordWrite { scope: case, is_late: true, ..write(record(9), None, 9) }).unwrap();
    assert_eq!(store.late_work(AGENCY).unwrap().len(), 1, "what arrives late is merged");
    assert!(store.reopen_case(AGENCY, case, act(7)).unwrap());
    assert!(!store.reopen_case(AGENCY, case, act(8)).unwrap());
    assert_eq!(closed(), None);
    assert!(!store.snapshot(AGENCY).unwrap().grants_in(case).unwrap().iter().any(Grant::is_current));
    store.grant(AGENCY, case, NURSE, BY).unwrap();
    let entries = AuditQuery { scope: Some(case), rows_max: 100, ..AuditQuery::default() };
    let entries = store.audit_entries(AGENCY, entries).unwrap();
    let of = |code: &str| entries.iter().filter(|entry| entry.code == code).collect::<Vec<_>>();
    assert_eq!((of("case_closed").len(), of("case_reopened").len(), of("grant_ended").len()), (1, 1, 1));
    assert_eq!(of("case_closed")[0].details, Some(serde_json::json!({ "reason": "moved" })));
    for not_a_case in
        [ScopeId::from_bytes([9; 16]), store.snapshot(AGENCY).unwrap().agency().unwrap().directory]
    {
        let refused = store.close_case(AGENCY, not_a_case, CloseReason::Other, BY);
        assert!(matches!(refused, Err(StoreError::NoSuch("case"))));
        assert!(matches!(store.reopen_case(AGENCY, not_a_case, BY), Err(StoreError::NoSuch("case"))));
    }
}

pub(super) fn cases_go_from_nurse_to_nurse_all_of_them_or_none(store: &dyn Store) {
    agency(store, AGENCY);
    let [kim, lee] = [NURSE, StaffId::from_bytes([0x52; 16])];
    let member = |id, is_active| StaffMember { id, name: "Lee".to_owned(), role: Role::Nurse, is_active };
    store.add_staff(AGENCY, member(lee, true)).unwrap();
    let gone = StaffId::from_bytes([0x53; 16]);
    store.add_staff(AGENCY, member(gone, false)).unwrap();
    let [one, other] = [1, 2].map(|number| open(store, number, named("Case", &number.to_string())));
    let assign =
        |scopes: &[ScopeId], to, instead_of| store.assign(AGENCY, scopes.to_vec(), to, instead_of, BY);
    let of = |scope| {
        let grants = store.snapshot(AGENCY).unwrap().grants_in(scope).unwrap();
        grants.into_iter().filter(Grant::is_current).map(|grant| grant.staff).collect::<Vec<_>>()
    };
    assert_eq!(assign(&[one, other], kim, InsteadOf::Nobody).unwrap(), [kim].into());
    assert_eq!(assign(&[one], lee, InsteadOf::Nobody).unwrap(), [lee].into());
    assert_eq!((of(one), of(other)), (vec![kim, lee], vec![kim]));
    assert_eq!(assign(&[one, other], kim, InsteadOf::Nurse(lee)).unwrap(), [lee].into());
    assert_eq!((of(one), of(other)), (vec![kim], vec![kim]), "kim had them already");
    assert_eq!(
        assign(&[one, other], lee, InsteadOf::Nurse(gone)).unwrap(),
        [].into(),
        "she has none to give"
    );
    assert_eq!(assign(&[one, other], lee, InsteadOf::Everybody).unwrap(), [kim, lee].into());
    assert_eq!(assign(&[one, other], lee, InsteadOf::Everybody).unwrap(), [].into(), "again is nothing new");
    assert_eq!((of(one), of(other)), (vec![lee], vec![lee]));
    let last = store.snapshot(AGENCY).unwrap().grants_in(one).unwrap();
    let (ended, begun) =
        (last.iter().filter_map(|grant| grant.end_seq).max(), last.last().unwrap().begin_seq);
    assert!(ended < Some(begun), "one ends before the other begins");
    store.close_case(AGENCY, other, CloseReason::Moved, BY).unwrap();
    let refused = assign(&[one, other], kim, InsteadOf::Everybody);
    assert!(matches!(refused, Err(StoreError::CaseClosed)));
    assert!(matches!(assign(&[one], gone, InsteadOf::Everybody), Err(StoreError::NoSuch("member of staff"))));
    assert_eq!(of(one), [lee], "what is refused has changed nothing");
}

/// A coverage with an authorisation from one day until another, counted from today.
fn covered(from: i64, until: i64) -> Coverage {
    let day = |days: i64| Some(at(TODAY + days * DAY_S).to_string()[..10].parse().unwrap());
    let period = Some(Period { start: day(from), end: day(until) });
    let authorisation = Authorisation { number: "A7".to_owned(), period, ..Authorisation::default() };
    let authorisation = Authorisation { status: AuthorisationStatus::Approved, ..authorisation };
    let authorisations = [("a1".into(), authorisation)].into();
    Coverage { payer: "Sample Health".to_owned(), authorisations, ..Coverage::default() }
}

pub(super) fn cases_are_cut_by_how_visits_are_authorised(store: &dyn Store) {
    agency(store, AGENCY);
    let notice = i64::from(EXPIRY_NOTICE_DAYS);
    let cancelled = Coverage { status: CoverageStatus::Cancelled, ..covered(-1, 100) };
    let cases = [
        (1, "for long", vec![covered(-30, notice + 1)]),
        (2, "runs out", vec![covered(-30, notice)]),
        (3, "has a successor", vec![covered(-30, 0), covered(1, 300)]),
        (4, "over", vec![covered(-30, -1)]),
        (5, "to come", vec![covered(1, 100)]),
        (6, "cancelled", vec![cancelled, Coverage { entered_in_error: true, ..covered(-1, 100) }]),
        (7, "never", vec![]),
    ];
    let mut record = 100;
    for (number, family, coverages) in cases {
        let case = open(store, number, named(&number.to_string(), family));
        for coverage in coverages {
            record += 1;
            keep_in(store, case, record, coverage);
        }
    }
    let of = |authorised| -> Vec<u8> {
        let page = page(store, &CaseQuery { authorised: Some(authorised), ..all() });
        scopes(&page).into_iter().map(|scope| scope.as_bytes()[0]).collect()
    };
    assert_eq!(of(Authorised::Now), [1, 2, 3]);
    assert_eq!(of(Authorised::RunsOut), [2]);
    assert_eq!(of(Authorised::Not), [4, 5, 6, 7]);
    let rows = page(store, &all()).rows;
    let until = |row: &CaseRow| row.authorised_until.map(|day| day.to_string());
    assert_eq!(until(&rows[2]).as_deref(), Some("1970-04-11"));
    assert_eq!((until(&rows[3]), until(&rows[4])), (None, None));
    let mut ended =
        RecordWrite { scope: rows[0].summary.scope.id, ..write(super::contract::record(101), Some(101), 2) };
    ended.kind = Kind::Coverage;
    commit_one(store, ended).unwrap();
    assert_eq!(of(Authorised::Now), [2, 3], "what a coverage authorised before counts no more");
}

fn task(due: &str) -> Task {
    Task { title: "Call".to_owned(), due: Some(due.parse().unwrap()), ..Task::default() }
}

fn appointment(start: i64) -> Appointment {
    Appointment {
        start: Some(at(start)),
        end: Some(at(start + 60)),
        nurse: Some(NURSE),
        ..Appointment::default()
    }
}

pub(super) fn cases_that_need_attention_are_told_with_why(store: &dyn Store) {
    agency(store, AGENCY);
    let case = |number: u8| open(store, number, named("Case", &number.to_string()));
    let [conflicted, late, aside, overdue, missed, quiet] = [1, 2, 3, 4, 5, 6].map(case);
    let write_in = |scope, number: u8, conflicts, is_late| {
        let mut write = RecordWrite { scope, is_late, ..write(record(number), None, number) };
        write.projection.conflicts = conflicts;
        commit_one(store, write).unwrap();
    };
    write_in(conflicted, 10, 2, false);
    write_in(late, 11, 0, true);
    let set_aside = SetAside {
        record: Some(record(12)),
        scope: Some(aside),
        device: DeviceId::from_bytes([1; 16]),
        staff: NURSE,
        reason: "malformed".to_owned(),
        changes: Changeset::from_bytes(vec![1]),
        received_at: at(5),
    };
    store.set_aside(AGENCY, vec![set_aside]).unwrap();
    keep_in(store, overdue, 20, task("1970-04-10"));
    keep_in(store, overdue, 21, task("1970-03"));
    for (number, due) in [(22, "1970-04-11"), (23, "1970-04"), (24, "1970")] {
        keep_in(store, quiet, number, task(due));
    }
    keep_in(store, quiet, 25, Task { status: TaskStatus::Completed, ..task("1970-04-10") });
    keep_in(store, missed, 30, appointment(TODAY - 3_601));
    keep_in(store, quiet, 31, appointment(TODAY - 3_601));
    keep_in(store, quiet, 32, Visit { appointment: Some(record(31)), ..Visit::default() });
    keep_in(store, quiet, 33, appointment(TODAY - 3_600));
    keep_in(
        store,
        quiet,
        34,
        Appointment { status: AppointmentStatus::Proposed, ..appointment(TODAY - 9_000) },
    );
    keep_in(store, quiet, 35, Appointment { entered_in_error: true, ..appointment(TODAY - 9_000) });
    let found = page(store, &CaseQuery { needs_attention: true, ..all() });
    let none = Attention::default();
    let expected = [
        (conflicted, Attention { conflicts: 2, ..none }),
        (late, Attention { late_work: 1, ..none }),
        (aside, Attention { set_aside: 1, ..none }),
        (overdue, Attention { overdue_tasks: 2, ..none }),
        (missed, Attention { missed_appointments: 1, ..none }),
    ];
    let why: Vec<_> = found.rows.iter().map(|row| (row.summary.scope.id, row.attention)).collect();
    assert_eq!(why, expected);
    let rows = page(store, &all()).rows;
    let quiet = rows.iter().find(|row| row.summary.scope.id == quiet).unwrap();
    assert!(!quiet.attention.is_needed(), "{:?}", quiet.attention);
}

pub(super) fn a_case_in_a_page_tells_of_its_patient(store: &dyn Store) {
    agency(store, AGENCY);
    let born = Some("1940-03".parse().unwrap());
    let case = open(store, 1, Patient { birth_date: born, ..named("Ada", "Long") });
    keep_in(
        store,
        case,
        10,
        Coverage { status: CoverageStatus::Cancelled, payer: "Old".to_owned(), ..covered(0, 1) },
    );
    keep_in(store, case, 11, covered(0, 1));
    keep_in(store, case, 12, appointment(TODAY + 60));
    let row = page(store, &all()).rows.remove(0);
    assert_eq!(
        (row.patient, row.birth_date, row.payer.as_deref()),
        (Some(record(1)), born, Some("Sample Health"))
    );
    let CaseSummary { next_appointment, records, changed_at, scope, .. } = row.summary;
    assert_eq!((next_appointment, records, changed_at), (Some(at(TODAY + 60)), 4, Some(at(12))));
    assert_eq!((scope.title.as_str(), scope.closed), ("Ada Long", None));
    assert_eq!(store.snapshot(AGENCY).unwrap().cases(at(TODAY)).unwrap()[0].scope, scope);
}

const ORDERS: [CaseOrder; 3] = [CaseOrder::Title, CaseOrder::NextAppointment, CaseOrder::LastChange];

/// Nine cases, some of one name, some with an appointment at the same time.
fn nine(store: &dyn Store) {
    for number in 1..=9 {
        let case = open(store, number, named(["Éva", "Zoe", "eva"][usize::from(number) % 3], "Sample"));
        if number % 4 > 0 {
            keep_in(store, case, 100 + number, appointment(TODAY + i64::from(number % 4)));
        }
    }
}

/// Every case, page by page, with something done before each further page.
fn paged(store: &dyn Store, order: CaseOrder, between: &dyn Fn()) -> Vec<ScopeId> {
    let mut query = CaseQuery { order, rows_max: 2, ..all() };
    let mut found = Vec::new();
    loop {
        let page = page(store, &query);
        found.extend(scopes(&page));
        let Some(next) = page.next else { return found };
        assert_eq!(next.to_string().parse(), Ok(next));
        query.after = Some(next);
        between();
    }
}

pub(super) fn pages_hold_every_case_once_in_each_order(store: &dyn Store) {
    agency(store, AGENCY);
    nine(store);
    for order in ORDERS {
        let paged = paged(store, order, &|| {});
        assert_eq!(paged, found(store, &CaseQuery { order, ..all() }), "{order:?}");
        assert_eq!(paged.len(), 9);
    }
    let numbers =
        |order| -> Vec<u8> { paged(store, order, &|| {}).iter().map(|scope| scope.as_bytes()[0]).collect() };
    assert_eq!(numbers(CaseOrder::Title), [2, 3, 5, 6, 8, 9, 1, 4, 7]);
    assert_eq!(numbers(CaseOrder::NextAppointment), [1, 5, 9, 2, 6, 3, 7, 4, 8]);
    assert_eq!(numbers(CaseOrder::LastChange), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    for not_a_place in ["", "title", "title.x", "next.x.1", "change.1", "title.1.2.3"] {
        assert_eq!(not_a_place.parse::<CasePlace>(), Err(NotAPlace));
    }
    let page = page(store, &CaseQuery { rows_max: 2, ..all() });
    assert_eq!((page.rows.len(), page.count), (2, 9));
}

pub(super) fn a_place_stays_where_it_is_while_cases_come_and_go(store: &dyn Store) {
    agency(store, AGENCY);
    nine(store);
    for (turn, order) in ORDERS.into_iter().enumerate() {
        let before = found(store, &CaseQuery { order, ..all() });
        let number = std::cell::Cell::new(60 - 10 * u8::try_from(turn).unwrap());
        let paged = paged(store, order, &|| {
            // Before every place in two orders, and behind the last in the third.
            let case = open(store, number.get(), named("Aaron", "Sample"));
            keep_in(store, case, 100 + number.get(), appointment(TODAY));
            number.set(number.get() + 1);
        });
        assert_eq!(paged, before, "{order:?}");
    }
}

pub(super) fn an_agency_pages_through_its_own_cases_alone(store: &dyn Store) {
    agency(store, AGENCY);
    nine(store);
    agency(store, OTHER_AGENCY);
    let other = store.snapshot(OTHER_AGENCY).unwrap();
    for order in ORDERS {
        let after = page(store, &CaseQuery { order, rows_max: 1, ..all() }).next;
        assert_eq!(other.case_page(&CaseQuery { order, after, ..all() }).unwrap().rows, []);
    }
    let attention = CaseQuery { needs_attention: true, authorised: Some(Authorised::Not), ..all() };
    let attention = CaseQuery { assigned: Some(AssignedTo::Nobody), ..attention };
    assert_eq!(other.case_page(&attention).unwrap().count, 0);
}
