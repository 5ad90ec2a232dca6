use super::super::licences::*;
use super::*;
use crate::record::staff::{Credential, CredentialType, Staff};

const CASE: ScopeId = ScopeId::from_bytes([0xc1; 16]);
const NURSE: StaffId = StaffId::from_bytes([1; 16]);

fn licence(credential_type: CredentialType, state: &str, days: i64) -> Credential {
    Credential { credential_type, state: state.into(), expires: day(days), ..Credential::default() }
}

fn nurse(credential: Credential) -> Staff {
    Staff { credentials: [("k1".into(), credential)].into(), ..Staff::default() }
}

fn found(staff: &Staff, state: &str, seeings: &[Seeing]) -> Vec<Unlicensed> {
    unlicensed(seeings.iter().copied(), &[(NURSE, staff)].into(), &[(CASE, state)].into(), now())
}

fn to_come(seconds: i64) -> Seeing {
    Seeing::to_come(id(9), CASE, &appointment(seconds, 1)).unwrap()
}

fn made(seconds: i64) -> Seeing {
    let visit = Visit { nurse: Some(NURSE), ..finished(seconds + HOUR) };
    Seeing::made(id(8), CASE, &visit).unwrap()
}

#[test]
fn who_sees_a_patient_needs_a_licence_of_the_patients_state_that_is_valid_then() {
    use CredentialType::*;
    let is_told = |credential| !found(&nurse(credential), "MA", &[to_come(10 * DAY)]).is_empty();
    assert!(!is_told(licence(RegisteredNurse, "MA", 10)), "its last day");
    assert!(is_told(licence(RegisteredNurse, "MA", 9)));
    assert!(is_told(licence(RegisteredNurse, "NH", 100)), "another state's");
    assert!(!is_told(licence(RegisteredNurse, "Massachusetts", 100)));
    assert!(!is_told(licence(PracticalNurse, "ma", 100)));
    assert!(is_told(licence(CertifiedCaseManager, "MA", 100)), "a certificate is no licence");
    assert!(is_told(Credential { ended: true, ..licence(RegisteredNurse, "MA", 100) }));
    assert!(!is_told(Credential { expires: None, ..licence(RegisteredNurse, "MA", 0) }));
    assert!(is_told(Credential { issued: day(11), ..licence(RegisteredNurse, "MA", 100) }));
    assert!(!is_told(Credential { issued: day(10), ..licence(RegisteredNurse, "MA", 100) }));
}

#[test]
fn what_is_not_known_is_not_told() {
    let nobody = nurse(licence(CredentialType::RegisteredNurse, "NH", 100));
    assert!(found(&nobody, " ", &[to_come(DAY)]).is_empty(), "the patient's state");
    let stranger = Seeing { nurse: StaffId::from_bytes([2; 16]), ..to_come(DAY) };
    assert!(found(&nobody, "MA", &[stranger]).is_empty(), "the nurse");
    let elsewhere = Seeing { scope: ScopeId::from_bytes([0xc2; 16]), ..to_come(DAY) };
    assert!(found(&nobody, "MA", &[elsewhere]).is_empty(), "the patient");
}

#[test]
fn the_day_is_that_of_the_agencys_clocks() {
    let staff = nurse(licence(CredentialType::RegisteredNurse, "MA", 1));
    let late = to_come(DAY + 13 * HOUR);
    let told = |offset_s| {
        let now = Now::new(at(0), offset_s);
        unlicensed([late], &[(NURSE, &staff)].into(), &[(CASE, "MA")].into(), now).len()
    };
    assert_eq!(told(0), 1, "one o'clock in the night after its last day");
    assert_eq!(told(-5 * 3_600), 0, "it is still the evening before in Boston");
}

#[test]
fn a_nurse_and_a_case_are_told_once_with_the_next_appointment_or_else_the_last_visit() {
    let staff = nurse(licence(CredentialType::RegisteredNurse, "NH", 100));
    let all = found(&staff, "MA", &[made(-DAY), to_come(2 * DAY), to_come(DAY), made(-2 * DAY)]);
    assert_eq!((all.len(), all[0].count, all[0].seeing.at), (1, 4, at(DAY)));
    assert_eq!((all[0].state.as_str(), all[0].last_day), ("MA", None));
    let made_only = found(&staff, "MA", &[made(-2 * DAY), made(-DAY)]);
    assert_eq!((made_only[0].count, made_only[0].seeing.at), (2, at(-DAY)));
}

#[test]
fn visits_are_told_for_30_days_and_appointments_60_days_ahead() {
    let staff = nurse(licence(CredentialType::RegisteredNurse, "NH", 100));
    let is_told = |seeing| !found(&staff, "MA", &[seeing]).is_empty();
    assert!(is_told(made(-VISIT_NOTICE_DAYS * DAY)) && !is_told(made(-VISIT_NOTICE_DAYS * DAY - 1)));
    assert!(is_told(to_come(60 * DAY)) && !is_told(to_come(60 * DAY + 1)));
}

#[test]
fn what_did_not_take_place_or_was_entered_in_error_is_seeing_nobody() {
    let visit = |status| Visit { nurse: Some(NURSE), status, ..finished(0) };
    assert!(Seeing::made(id(1), CASE, &visit(VisitStatus::InProgress)).is_some());
    for status in [VisitStatus::Cancelled, VisitStatus::Missed, VisitStatus::Planned] {
        assert_eq!(Seeing::made(id(1), CASE, &visit(status)), None);
    }
    let wrong = Visit { entered_in_error: true, ..visit(VisitStatus::Finished) };
    assert_eq!(Seeing::made(id(1), CASE, &wrong), None);
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..appointment(HOUR, 1) };
    assert_eq!(Seeing::to_come(id(1), CASE, &cancelled), None);
    let wrong = Appointment { entered_in_error: true, ..appointment(HOUR, 1) };
    assert_eq!(Seeing::to_come(id(1), CASE, &wrong), None);
}
