//! What every store must count of an agency's care.

use std::collections::BTreeMap;

use doorstep_client_core::care::Now;
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::goal::{Achievement, Comparator, Goal, GoalStatus, Target};
use doorstep_client_core::record::observation::{Component, Observation, ObservationStatus};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use doorstep_client_core::record::{CheckPoint, Coding, Quantity, code_system};

use super::contract::{AGENCY, BY, NURSE, OTHER_AGENCY, agency, at, record};
use super::kept::{keep_in, open};
use super::*;

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! outcomes_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::outcomes_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        outcomes_contract! {
            $make,
            visits_of_a_period_are_counted_for_the_agency_and_each_nurse,
            goals_count_as_they_stand_for_whoever_has_the_case,
            measures_move_as_they_do_in_the_chart,
            overdue_tasks_count_for_whom_they_are,
        }
    };
}
pub(super) use outcomes_contract;

const OTHER_NURSE: StaffId = StaffId::from_bytes([0x52; 16]);
const NOW: i64 = 10_000;

fn outcomes(store: &dyn Store, from: i64, until: i64) -> Outcomes {
    store.snapshot(AGENCY).unwrap().outcomes(at(from), at(until), Now::new(at(NOW), 0)).unwrap()
}

fn case(store: &dyn Store) -> ScopeId {
    agency(store, AGENCY);
    let case = open(store, 1, Patient { family: "Long".to_owned(), ..Patient::default() });
    store.grant(AGENCY, case, NURSE, BY).unwrap();
    case
}

fn appointment(start: i64) -> Appointment {
    Appointment { start: Some(at(start)), nurse: Some(NURSE), ..Appointment::default() }
}

fn visit(check_in: i64) -> Visit {
    let check_in = Some(CheckPoint { at: at(check_in), position: None });
    Visit { nurse: Some(NURSE), status: VisitStatus::Finished, check_in, ..Visit::default() }
}

pub(super) fn visits_of_a_period_are_counted_for_the_agency_and_each_nurse(store: &dyn Store) {
    let case = case(store);
    let missed = |appointment| Visit {
        appointment,
        nurse: Some(NURSE),
        status: VisitStatus::Missed,
        ..Visit::default()
    };
    keep_in(store, case, 10, appointment(100));
    keep_in(store, case, 11, Appointment { status: AppointmentStatus::Cancelled, ..appointment(199) });
    keep_in(store, case, 12, Appointment { nurse: Some(OTHER_NURSE), ..appointment(150) });
    keep_in(store, case, 13, Appointment { nurse: None, ..appointment(150) });
    keep_in(store, case, 14, Appointment { entered_in_error: true, ..appointment(150) });
    keep_in(store, case, 15, appointment(200));
    keep_in(store, case, 20, visit(110));
    keep_in(store, case, 21, Visit { status: VisitStatus::Cancelled, ..visit(110) });
    keep_in(store, case, 22, visit(99));
    keep_in(store, case, 23, missed(Some(record(10))));
    keep_in(store, case, 24, missed(Some(record(15))));
    // By its record, which arrived at second 120.
    keep_in(store, case, 120, missed(None));
    let counted = outcomes(store, 100, 200);
    let hers = VisitCounts { planned: 2, cancelled: 1, made: 1, missed: 2 };
    assert_eq!(counted.nurses[&NURSE].visits, hers);
    assert_eq!(counted.nurses[&OTHER_NURSE].visits, VisitCounts { planned: 1, ..VisitCounts::default() });
    assert_eq!(counted.agency.visits, VisitCounts { planned: 4, ..hers });
    agency(store, OTHER_AGENCY);
    let other = store.snapshot(OTHER_AGENCY).unwrap();
    assert_eq!(other.outcomes(at(0), at(NOW), Now::new(at(NOW), 0)).unwrap(), Outcomes::default());
}

pub(super) fn goals_count_as_they_stand_for_whoever_has_the_case(store: &dyn Store) {
    let case = case(store);
    store
        .add_staff(
            AGENCY,
            StaffMember { id: OTHER_NURSE, name: "Lee".to_owned(), role: Role::Nurse, is_active: true },
        )
        .unwrap();
    store.grant(AGENCY, case, OTHER_NURSE, BY).unwrap();
    store.revoke(AGENCY, case, OTHER_NURSE, Act { at: at(50), ..BY }).unwrap();
    let goal =
        |status, achievement| Goal { status, achievement, description: "Walks".into(), ..Goal::default() };
    keep_in(store, case, 10, goal(GoalStatus::Active, Achievement::InProgress));
    keep_in(store, case, 11, goal(GoalStatus::Active, Achievement::Achieved));
    // Ended, by a change that arrived at second 60.
    keep_in(store, case, 60, goal(GoalStatus::Completed, Achievement::Achieved));
    keep_in(
        store,
        case,
        12,
        Goal { entered_in_error: true, ..goal(GoalStatus::Active, Achievement::Achieved) },
    );
    let later = Some("2000-01-01".parse().unwrap());
    keep_in(store, case, 13, Goal { start: later, ..goal(GoalStatus::Active, Achievement::Achieved) });
    let pursued = BTreeMap::from([
        ((GoalStatus::Active, Achievement::InProgress), 1),
        ((GoalStatus::Active, Achievement::Achieved), 1),
    ]);
    let mut with_ended = pursued.clone();
    with_ended.insert((GoalStatus::Completed, Achievement::Achieved), 1);
    let counted = outcomes(store, 50, 100);
    assert_eq!(counted.agency.goals, with_ended);
    assert_eq!(
        (&counted.nurses[&NURSE].goals, &counted.nurses[&OTHER_NURSE].goals),
        (&with_ended, &with_ended)
    );
    let counted = outcomes(store, 61, 100);
    assert_eq!(counted.agency.goals, pursued);
    assert!(!counted.nurses.contains_key(&OTHER_NURSE), "her time with the case was over");
}

fn aim(code: &str, value: f64) -> Goal {
    let target = Target {
        measure: Some(Coding::new(code_system::LOINC, code, "")),
        comparator: Comparator::AtMost,
        value: Some(Quantity::new(value, "kg")),
        due: None,
    };
    Goal { description: "Less".into(), target, ..Goal::default() }
}

fn measured(code: &str, value: f64, second: i64) -> Observation {
    Observation {
        code: Some(Coding::new(code_system::LOINC, code, "")),
        value: Some(Quantity::new(value, "kg")),
        performed_at: Some(at(second)),
        ..Observation::default()
    }
}

/// The same as a part of a panel.
fn in_panel(code: &str, value: f64, second: i64) -> Observation {
    let Observation { code, value, performed_at, .. } = measured(code, value, second);
    let part = Component { code, value, ..Component::default() };
    let code = Some(Coding::new(code_system::LOINC, "panel", ""));
    Observation { code, components: [("c1".into(), part)].into(), performed_at, ..Observation::default() }
}

pub(super) fn measures_move_as_they_do_in_the_chart(store: &dyn Store) {
    let case = case(store);
    for (number, code) in [(10, "down"), (11, "up"), (12, "same"), (13, "there"), (14, "once"), (15, "never")]
    {
        keep_in(store, case, number, aim(code, 100.0));
    }
    keep_in(store, case, 16, Goal { status: GoalStatus::Completed, ..aim("down", 100.0) });
    keep_in(store, case, 17, Goal { description: "Walks".into(), ..Goal::default() });
    let mut number = 20;
    let mut keep = |observation: Observation| {
        keep_in(store, case, number, observation);
        number += 1;
    };
    keep(measured("down", 180.0, 1));
    keep(in_panel("down", 160.0, 2));
    keep(measured("down", 999.0, 3));
    keep(measured("up", 120.0, 1));
    keep(in_panel("up", 150.0, 2));
    for second in 1..=4 {
        keep(measured("same", 120.0, second));
        keep(in_panel("there", 150.0, second));
    }
    keep(measured("there", 99.0, 5));
    keep(measured("once", 150.0, 1));
    // The last of "down" was none: in another unit, of another system, cancelled, or entered in error.
    keep(Observation { value: Some(Quantity::new(999.0, "lb")), ..measured("down", 0.0, 9) });
    keep(Observation { code: Some(Coding::new("urn:x", "down", "")), ..measured("down", 999.0, 9) });
    keep(Observation { status: ObservationStatus::Cancelled, ..measured("down", 999.0, 9) });
    keep(Observation { status: ObservationStatus::Cancelled, ..in_panel("down", 999.0, 9) });
    keep(Observation { entered_in_error: true, ..in_panel("down", 999.0, 9) });
    keep(measured("down", 110.0, 5));
    let expected = MeasureCounts { on_target: 1, improving: 1, steady: 1, worsening: 1, unclear: 2 };
    let counted = outcomes(store, 0, NOW);
    assert_eq!(counted.agency.measures, expected);
    assert_eq!(counted.nurses[&NURSE].measures, expected);
}

pub(super) fn overdue_tasks_count_for_whom_they_are(store: &dyn Store) {
    let case = case(store);
    let task = |due: &str, assignee| Task {
        title: "Call".to_owned(),
        due: Some(due.parse().unwrap()),
        assignee,
        ..Task::default()
    };
    keep_in(store, case, 10, task("1969-12-31", Some(NURSE)));
    keep_in(store, case, 11, task("1969", None));
    keep_in(store, case, 12, task("1970-01-01", Some(NURSE)));
    let counted = outcomes(store, 0, NOW);
    assert_eq!((counted.agency.overdue_tasks, counted.nurses[&NURSE].overdue_tasks), (2, 1));
}
