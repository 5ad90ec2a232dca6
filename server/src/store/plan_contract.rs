//! What every store must do with an agency's days.

use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus, AppointmentType};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::visit::{MissedReason, Visit, VisitStatus};
use doorstep_client_core::record::{CheckPoint, Coding};

use super::contract::{
    AGENCY, CASE, NURSE, OTHER_AGENCY, OTHER_CASE, agency, agency_with_case, at, commit_one, opening, record,
};
use super::kept::{keep, keep_in, open};
use super::*;

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! plan_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::plan_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        plan_contract! {
            $make,
            a_day_is_planned_with_all_that_became_of_it,
            a_plan_leaves_out_other_days_other_nurses_and_what_was_entered_in_error,
            a_visit_is_planned_with_its_appointment_whenever_it_was_made,
            scopes_are_titled_at_once,
            open_cases_without_an_appointment_to_come_are_listed_by_title_in_pages,
        }
    };
}
pub(super) use plan_contract;

const OTHER_NURSE: StaffId = StaffId::from_bytes([0x52; 16]);

fn appointment(start: i64) -> Appointment {
    Appointment {
        start: Some(at(start)),
        end: Some(at(start + 60)),
        nurse: Some(NURSE),
        ..Appointment::default()
    }
}

fn visit(check_in: i64) -> Visit {
    let point = Some(CheckPoint { at: at(check_in), position: None });
    Visit { nurse: Some(NURSE), status: VisitStatus::InProgress, check_in: point, ..Visit::default() }
}

fn planned(store: &dyn Store, from: i64, until: i64, nurse: Option<StaffId>) -> Vec<Planned> {
    store.snapshot(AGENCY).unwrap().day_plan(at(from), at(until), nurse).unwrap()
}

fn records(plan: &[Planned]) -> Vec<RecordId> {
    plan.iter().map(|planned| planned.record).collect()
}

pub(super) fn a_day_is_planned_with_all_that_became_of_it(store: &dyn Store) {
    agency_with_case(store);
    let nursing = Some(Coding::new("urn:x", "G0299", "Nursing"));
    let emergency = AppointmentType::Emergency;
    keep(store, 2, Appointment { status: AppointmentStatus::Cancelled, ..appointment(300) });
    keep(
        store,
        3,
        Appointment { service_type: nursing.clone(), appointment_type: emergency, ..appointment(200) },
    );
    let check_out = Some(CheckPoint { at: at(290), position: None });
    let made = Visit { appointment: Some(record(3)), check_out, ..visit(210) };
    keep(store, 4, Visit { status: VisitStatus::Finished, service_type: nursing.clone(), ..made });
    let expected = [
        Planned {
            record: record(3),
            scope: CASE,
            nurse: Some(NURSE),
            at: Some(at(200)),
            end: Some(at(260)),
            service_type: nursing.clone(),
            conflicts: 0,
            standing: PlanStanding::Appointment {
                status: AppointmentStatus::Booked,
                appointment_type: AppointmentType::Emergency,
            },
        },
        Planned {
            record: record(2),
            scope: CASE,
            nurse: Some(NURSE),
            at: Some(at(300)),
            end: Some(at(360)),
            service_type: None,
            conflicts: 0,
            standing: PlanStanding::Appointment {
                status: AppointmentStatus::Cancelled,
                appointment_type: AppointmentType::Routine,
            },
        },
        Planned {
            record: record(4),
            scope: CASE,
            nurse: Some(NURSE),
            at: Some(at(210)),
            end: Some(at(290)),
            service_type: nursing,
            conflicts: 0,
            standing: PlanStanding::Visit {
                status: VisitStatus::Finished,
                appointment: Some(record(3)),
                missed_reason: None,
            },
        },
    ];
    assert_eq!(planned(store, 200, 301, None), expected);
}

pub(super) fn a_plan_leaves_out_other_days_other_nurses_and_what_was_entered_in_error(store: &dyn Store) {
    agency_with_case(store);
    agency(store, OTHER_AGENCY);
    keep(store, 2, appointment(100));
    keep(store, 3, Appointment { entered_in_error: true, ..appointment(200) });
    keep(store, 4, Appointment { nurse: Some(OTHER_NURSE), ..appointment(200) });
    keep(store, 5, Appointment { nurse: None, ..appointment(250) });
    keep(store, 6, Visit { entered_in_error: true, ..visit(210) });
    keep(store, 7, visit(220));
    keep(store, 8, Visit { nurse: Some(OTHER_NURSE), ..visit(300) });
    assert_eq!(records(&planned(store, 200, 300, None)), [4, 5, 7].map(record));
    assert_eq!(records(&planned(store, 100, 301, Some(OTHER_NURSE))), [4, 8].map(record));
    assert_eq!(records(&planned(store, 100, 301, Some(NURSE))), [2, 7].map(record));
    let other = store.snapshot(OTHER_AGENCY).unwrap();
    assert_eq!(other.day_plan(at(0), at(1_000), None).unwrap(), []);
}

pub(super) fn a_visit_is_planned_with_its_appointment_whenever_it_was_made(store: &dyn Store) {
    agency_with_case(store);
    keep(store, 2, appointment(200));
    keep(store, 3, appointment(250));
    let missed = Visit { status: VisitStatus::Missed, check_in: None, ..visit(0) };
    let why = Some(MissedReason::NotHome);
    keep(store, 4, Visit { appointment: Some(record(2)), missed_reason: why.clone(), ..missed });
    keep(store, 5, Visit { appointment: Some(record(3)), nurse: Some(OTHER_NURSE), ..visit(900) });
    let plan = planned(store, 200, 300, Some(NURSE));
    assert_eq!(records(&plan), [2, 3, 4, 5].map(record));
    let standing =
        PlanStanding::Visit { status: VisitStatus::Missed, appointment: Some(record(2)), missed_reason: why };
    assert_eq!((plan[2].at, &plan[2].standing), (None, &standing));
    assert_eq!(
        records(&planned(store, 900, 901, None)),
        [record(5)],
        "without its appointment of another day"
    );
}

pub(super) fn scopes_are_titled_at_once(store: &dyn Store) {
    agency_with_case(store);
    commit_one(store, opening(OTHER_CASE, record(2))).unwrap();
    keep_in(store, OTHER_CASE, 3, appointment(1));
    let unknown = ScopeId::from_bytes([9; 16]);
    let titles = store.snapshot(AGENCY).unwrap().titles(&[CASE, unknown, OTHER_CASE, CASE]).unwrap();
    let title = "Ada Long".to_owned();
    assert_eq!(titles, HashMap::from([(CASE, title.clone()), (OTHER_CASE, title)]));
    agency(store, OTHER_AGENCY);
    assert!(store.snapshot(OTHER_AGENCY).unwrap().titles(&[CASE]).unwrap().is_empty());
}

pub(super) fn open_cases_without_an_appointment_to_come_are_listed_by_title_in_pages(store: &dyn Store) {
    agency(store, AGENCY);
    agency(store, OTHER_AGENCY);
    let named = |given: &str| Patient { given: given.to_owned(), ..Patient::default() };
    let (ada, bea) = (open(store, 0x21, named("Ada")), open(store, 0x22, named("Bea")));
    let (cid, dan) = (open(store, 0x23, named("Cid")), open(store, 0x24, named("Dan")));
    let act = Act { by: Agent::Command, at: at(5) };
    store.grant(AGENCY, cid, NURSE, act).unwrap();
    store.close_case(AGENCY, dan, CloseReason::Other, act).unwrap();
    keep_in(store, ada, 1, appointment(100));
    keep_in(store, bea, 2, Appointment { status: AppointmentStatus::Cancelled, ..appointment(200) });
    let unbooked = |from, nurse, after, rows_max| {
        let found = store.snapshot(AGENCY).unwrap().unbooked_cases(at(from), nurse, after, rows_max).unwrap();
        found.into_iter().map(|(scope, _)| scope).collect::<Vec<_>>()
    };
    assert_eq!(
        unbooked(100, None, None, 9),
        [bea, cid],
        "one to come, one cancelled, none, and a closed case"
    );
    assert_eq!(unbooked(101, None, None, 9), [ada, bea, cid], "it is over");
    assert_eq!(unbooked(101, None, None, 2), [ada, bea]);
    assert_eq!(unbooked(101, None, Some(bea), 2), [cid]);
    assert_eq!(unbooked(101, Some(NURSE), None, 9), [cid]);
    let other = store.snapshot(OTHER_AGENCY).unwrap();
    assert_eq!(other.unbooked_cases(at(0), None, None, 9).unwrap(), []);
}
