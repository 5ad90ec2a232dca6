use super::super::caseload::{Case, next_appointment, order};
use super::super::timeline::{timeline, when};
use super::*;
use crate::record::condition::Condition;
use crate::record::patient::Patient;

#[test]
fn the_timeline_has_everything_valid_newest_first_and_undated_records_last() {
    let wrong = Visit { entered_in_error: true, ..finished(-HOUR) };
    let old = Condition { onset: Some("2011".parse().unwrap()), ..Condition::default() };
    let patient = Patient { given: "Agnes".into(), ..Patient::default() };
    let chart = records([
        patient.into(),
        old.into(),
        measured(table::HEART_RATE, 72.0, -DAY),
        wrong.into(),
        appointment(DAY, 1).into(),
    ]);
    let entries = timeline(Chart::new(&chart));
    let order: Vec<_> = entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(order, [Kind::Appointment, Kind::Observation, Kind::Condition, Kind::Patient]);
    assert_eq!(entries[1].summary, "Heart rate 72 /min");
    assert_eq!(entries[2].at.unwrap().to_string(), "2011-01-01T00:00:00Z");
}

#[test]
fn every_kind_of_a_case_that_happens_has_its_time() {
    assert_eq!(when(&finished(0).into()), Some(at(-HOUR)));
    assert_eq!(when(&appointment(5, 1).into()), Some(at(5)));
    for &kind in Kind::ALL {
        assert_eq!(when(&kind.empty()), None, "{kind}");
    }
}

#[test]
fn the_next_appointment_is_the_first_that_is_open_and_not_over() {
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..appointment(HOUR, 1) };
    let chart = records([
        appointment(-DAY, 1).into(),
        cancelled.into(),
        appointment(3 * HOUR, 1).into(),
        appointment(2 * HOUR, 2).into(),
    ]);
    let next = |nurse: Option<u8>| {
        let nurse = nurse.map(|number| StaffId::from_bytes([number; 16]));
        next_appointment(Chart::new(&chart), nurse, now())
    };
    assert_eq!(next(Some(1)), Some((at(3 * HOUR), id(3))));
    assert_eq!(next(None), Some((at(2 * HOUR), id(4))));
    assert_eq!(next(Some(9)), None);
}

#[test]
fn an_appointment_that_is_under_way_is_still_the_next_one() {
    let chart = records([appointment(-HOUR, 1).into()]);
    assert_eq!(next_appointment(Chart::new(&chart), None, now()), Some((at(-HOUR), id(1))));
    let later = Now::new(at(1), 0);
    assert_eq!(next_appointment(Chart::new(&chart), None, later), None);
}

#[test]
fn cases_come_by_their_next_appointment_and_then_by_name() {
    let case = |number: u8, name: &str, start: Option<i64>| {
        let patient = AnyRecord::from(Patient { given: name.into(), ..Patient::default() });
        let mut chart = records([patient]);
        chart.extend(start.map(|start| (id(9), appointment(start, 1).into())));
        Case::of(ScopeId::from_bytes([number; 16]), Chart::new(&chart), None, now())
    };
    let mut cases = [
        case(1, "Zoe", None),
        case(2, "Bea", Some(2 * HOUR)),
        case(3, "Ada", None),
        case(4, "Cid", Some(HOUR)),
    ];
    order(&mut cases);
    let names: Vec<_> = cases.iter().map(|case| case.patient_name.as_str()).collect();
    assert_eq!(names, ["Cid", "Bea", "Ada", "Zoe"]);
}
