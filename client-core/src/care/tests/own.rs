use super::super::own;
use super::*;
use crate::record::patient::{Address, Patient};
use crate::record::staff::{Credential, Staff};

const NURSE: StaffId = StaffId::from_bytes([1; 16]);

fn patient(name: &str, state: &str) -> Patient {
    let address = Address { state: state.into(), ..Address::default() };
    Patient { family: name.into(), address, ..Patient::default() }
}

fn told(staff: Option<&Staff>, records: Vec<(u8, AnyRecord)>) -> Vec<String> {
    let located = (1..)
        .zip(records)
        .map(|(number, (case, record))| (ScopeId::from_bytes([case; 16]), id(number), record));
    let records: Vec<_> = located.collect();
    own::alerts(NURSE, staff, &records, now()).into_iter().map(|alert| alert.message).collect()
}

#[test]
fn a_nurse_is_told_of_her_own_double_bookings_across_her_cases() {
    let both = |nurse| {
        vec![
            (1, patient("Long", "").into()),
            (2, patient("Short", "").into()),
            (1, appointment(HOUR, 1).into()),
            (2, appointment(HOUR + HOUR / 2, nurse).into()),
        ]
    };
    let expected =
        "Appointment of 2026-11-24 13:30 UTC begins while that of 2026-11-24 13:00 UTC with Long lasts";
    assert_eq!(told(None, both(1)), [expected]);
    assert!(told(None, both(2)).is_empty(), "a colleague's appointment");
}

#[test]
fn a_nurse_is_told_of_patients_whom_she_sees_without_a_licence_and_of_what_of_hers_runs_out() {
    let licence = Credential { state: "NH".into(), expires: day(60), ..Credential::default() };
    let staff = Staff { credentials: [("k1".into(), licence)].into(), ..Staff::default() };
    let chart = |nurse| {
        let visit = Visit { nurse: Some(StaffId::from_bytes([nurse; 16])), ..finished(-HOUR) };
        vec![(1, patient("Long", "MA").into()), (1, appointment(HOUR, nurse).into()), (1, visit.into())]
    };
    let expected = [
        "You have no licence in MA for the appointment of 2026-11-24 13:00 UTC, and 1 other",
        "Your RN NH: runs out in 60 days",
    ];
    assert_eq!(told(Some(&staff), chart(1)), expected);
    assert_eq!(told(Some(&staff), chart(2)), expected[1..], "a colleague's");
    assert!(told(None, chart(1)).is_empty(), "until the directory has come");
}
