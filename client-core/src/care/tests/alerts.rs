use super::super::alerts::*;
use super::*;
use crate::record::agency::{Agency, Threshold, VisitRules};
use crate::record::allergy::{Allergy, AllergyStatus, AllergyVerification, Criticality};
use crate::record::coverage::{Authorisation, AuthorisationStatus, Coverage};
use crate::record::medication::{Medication, MedicationStatus};
use crate::record::staff::{Credential, CredentialType, Staff};
use crate::record::task::{Priority, Task, TaskStatus};
use crate::record::visit::{MissedReason, Signature, SignatureRole};

fn told<const N: usize>(chart: [AnyRecord; N]) -> Vec<String> {
    told_by(&Agency::default(), chart)
}

fn told_by<const N: usize>(agency: &Agency, chart: [AnyRecord; N]) -> Vec<String> {
    let chart = records(chart);
    alerts(Chart::new(&chart), agency, now()).into_iter().map(|alert| alert.message).collect()
}

#[test]
fn a_vital_sign_outside_the_usual_bounds_is_told_and_one_on_the_bound_is_not() {
    assert_eq!(
        told([measured(table::SYSTOLIC, 181.0, -HOUR)]),
        ["Systolic blood pressure 181 mmHg, above 180 mmHg"]
    );
    assert_eq!(
        told([measured(table::OXYGEN_SATURATION, 91.0, -HOUR)]),
        ["Oxygen saturation by pulse oximetry 91%, below 92%"]
    );
    assert!(told([measured(table::SYSTOLIC, 180.0, -HOUR)]).is_empty());
}

#[test]
fn the_agencys_threshold_replaces_the_usual_bounds_until_it_is_ended() {
    let mut threshold = Threshold {
        code: Some(table::vital_of(table::SYSTOLIC).unwrap().coding()),
        unit: "mm[Hg]".into(),
        high: Some(150.0),
        ..Threshold::default()
    };
    let agency = |threshold| Agency { thresholds: [("k1".into(), threshold)].into(), ..Agency::default() };
    let low_and_high = || [measured(table::SYSTOLIC, 151.0, -HOUR), measured(table::DIASTOLIC, 50.0, -HOUR)];
    assert_eq!(told_by(&agency(threshold.clone()), low_and_high()).len(), 2);
    let low = [measured(table::SYSTOLIC, 80.0, -HOUR)];
    assert!(told_by(&agency(threshold.clone()), low).is_empty(), "the agency sets no lower bound");
    threshold.ended = true;
    assert_eq!(told_by(&agency(threshold), low_and_high()).len(), 1);
}

#[test]
fn a_component_out_of_bounds_is_told_too() {
    let part = Component {
        code: Some(table::vital_of(table::DIASTOLIC).unwrap().coding()),
        value: Some(Quantity::new(130.0, "mm[Hg]")),
        ..Component::default()
    };
    let pressure = Observation {
        code: Some(Coding::new(code_system::LOINC, table::BLOOD_PRESSURE, "Blood pressure")),
        components: [("k1".into(), part)].into(),
        performed_at: Some(at(-HOUR)),
        ..Observation::default()
    };
    assert_eq!(told([pressure.into()]), ["Diastolic blood pressure 130 mmHg, above 120 mmHg"]);
}

#[test]
fn a_later_normal_measurement_and_30_days_silence_an_alert() {
    let high = |seconds| measured(table::HEART_RATE, 150.0, seconds);
    assert!(told([high(-2 * HOUR), measured(table::HEART_RATE, 80.0, -HOUR)]).is_empty());
    assert_eq!(told([measured(table::HEART_RATE, 80.0, -2 * HOUR), high(-HOUR)]).len(), 1);
    assert_eq!(told([high(-30 * DAY)]).len(), 1);
    assert!(told([high(-31 * DAY)]).is_empty());
}

#[test]
fn what_was_entered_in_error_raises_no_alert() {
    let wrong = Observation {
        entered_in_error: true,
        ..measured(table::HEART_RATE, 250.0, -HOUR).try_into().unwrap()
    };
    assert!(told([wrong.into()]).is_empty());
}

#[test]
fn a_task_is_overdue_from_the_day_after_it_was_due_and_while_it_is_open() {
    let task = |days, status| Task { title: "Call".into(), due: day(days), status, ..Task::default() };
    assert_eq!(told([task(-1, TaskStatus::Requested).into()]), ["Call: 1 day overdue"]);
    assert!(told([task(0, TaskStatus::Requested).into()]).is_empty());
    assert!(told([task(-1, TaskStatus::Completed).into()]).is_empty());
}

#[test]
fn whether_a_task_is_overdue_depends_on_the_day_where_the_patient_lives() {
    let chart = records([Task { title: "Call".into(), due: day(0), ..Task::default() }.into()]);
    let told = |offset| alerts(Chart::new(&chart), &Agency::default(), Now::new(at(13 * HOUR), offset)).len();
    assert_eq!(told(0), 1);
    assert_eq!(told(-5 * 3_600), 0, "it is still the evening of the 24th in Boston");
}

#[test]
fn the_most_urgent_comes_first() {
    let task = |priority| Task { title: "Call".into(), due: day(-1), priority, ..Task::default() };
    let chart = records([task(Priority::Routine).into(), task(Priority::Stat).into()]);
    let found = alerts(Chart::new(&chart), &Agency::default(), now());
    assert_eq!(found.iter().map(|alert| alert.record).collect::<Vec<_>>(), [id(2), id(1)]);
    assert_eq!(found[0].severity, Severity::Urgent);
}

fn reacts_to(substance: &str) -> Allergy {
    Allergy {
        substance: Some(Coding::new(code_system::SNOMED_CT, "1", substance)),
        criticality: Criticality::High,
        ..Allergy::default()
    }
}

fn takes(name: &str) -> Medication {
    Medication { code: Some(Coding::new(code_system::RXNORM, "2", name)), ..Medication::default() }
}

#[test]
fn a_medication_that_bears_an_allergys_name_or_is_of_its_class_is_told() {
    let pairs = [
        ("Aspirin", "Aspirin 81 MG Oral Tablet"),
        ("Allergy to penicillin", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"),
        ("Penicillins", "Penicillin V Potassium 250 MG"),
        ("Sulfa drugs", "Sulfamethoxazole 800 MG / Trimethoprim 160 MG"),
    ];
    for (substance, medication) in pairs {
        let expected = format!("{medication} in spite of allergy: {substance}");
        assert_eq!(told([reacts_to(substance).into(), takes(medication).into()]), [expected]);
    }
}

#[test]
fn other_medications_stopped_ones_and_refuted_or_past_allergies_are_not() {
    let aspirin = || takes("Aspirin 81 MG Oral Tablet");
    let penicillin_v = takes("Penicillin V Potassium 250 MG Oral Tablet");
    assert!(told([reacts_to("Sulfa drugs").into(), takes("Ferrous sulfate 325 MG").into()]).is_empty());
    assert!(told([reacts_to("Potassium chloride tablet").into(), penicillin_v.into()]).is_empty());
    assert!(told([reacts_to("Shellfish allergy").into(), aspirin().into()]).is_empty());
    let stopped = Medication { status: MedicationStatus::Stopped, ..aspirin() };
    assert!(told([reacts_to("Aspirin").into(), stopped.into()]).is_empty());
    let refuted = Allergy { verification_status: AllergyVerification::Refuted, ..reacts_to("Aspirin") };
    assert!(told([refuted.into(), aspirin().into()]).is_empty());
    let resolved = Allergy { clinical_status: AllergyStatus::Resolved, ..reacts_to("Aspirin") };
    assert!(told([resolved.into(), aspirin().into()]).is_empty());
}

fn covered<const N: usize>(authorisations: [Authorisation; N]) -> AnyRecord {
    let authorisations = authorisations.into_iter().map(|each| (each.number.as_str().into(), each)).collect();
    Coverage { payer: "Medicare".into(), authorisations, ..Coverage::default() }.into()
}

fn authorisation(number: &str, days: i64) -> Authorisation {
    Authorisation {
        number: number.into(),
        period: until(days),
        status: AuthorisationStatus::Approved,
        ..Authorisation::default()
    }
}

#[test]
fn an_authorisation_is_told_60_days_before_it_runs_out_and_not_61() {
    assert_eq!(told([covered([authorisation("A", 60)])]), ["Authorisation A: runs out in 60 days"]);
    assert!(told([covered([authorisation("A", 61)])]).is_empty());
    assert_eq!(told([covered([authorisation("A", 0)])]), ["Authorisation A: runs out today"]);
    assert_eq!(told([covered([authorisation("A", -1)])]), ["Authorisation A: ran out 1 day ago"]);
    assert!(told([covered([authorisation("A", -61)])]).is_empty());
}

#[test]
fn an_authorisation_with_a_successor_or_without_approval_is_not_told() {
    assert!(told([covered([authorisation("A", 5), authorisation("B", 90)])]).is_empty());
    let denied = Authorisation { status: AuthorisationStatus::Denied, ..authorisation("A", 5) };
    assert!(told([covered([denied])]).is_empty());
}

#[test]
fn an_authorisation_is_used_up_by_finished_visits_in_its_period() {
    let approved = |visits| Authorisation { visits_approved: Some(visits), ..authorisation("A", 90) };
    let signature = Signature { role: SignatureRole::Nurse, ..Signature::default() };
    let visit = |seconds| Visit { signatures: [("k".into(), signature.clone())].into(), ..finished(seconds) };
    let visits = || [visit(-DAY), visit(-2 * DAY), visit(-100 * DAY)].map(AnyRecord::from);
    let [a, b, long_ago] = visits();
    assert_eq!(told([covered([approved(2)]), a, b, long_ago]), ["Authorisation A: 2 of 2 visits made"]);
    let [a, b, long_ago] = visits();
    assert!(told([covered([approved(3)]), a, b, long_ago]).is_empty());
}

#[test]
fn a_home_visit_is_to_be_signed_within_the_agencys_hours() {
    let agency = Agency {
        visit_rules: VisitRules { sign_within_hours: Some(2), ..VisitRules::default() },
        ..Agency::default()
    };
    assert!(told_by(&agency, [finished(-2 * HOUR).into()]).is_empty());
    let late = [finished(-2 * HOUR - 1).into()];
    assert_eq!(told_by(&agency, late), ["Visit of 2026-11-24 09:59 UTC is not signed"]);
    let signed = Visit { signed_version: "a1".into(), ..finished(-3 * HOUR) };
    assert!(told_by(&agency, [signed.into()]).is_empty());
}

#[test]
fn a_missed_visit_is_told_until_another_appointment_is_booked() {
    let missed = || Visit {
        status: VisitStatus::Missed,
        missed_reason: Some(MissedReason::NotHome),
        ..Visit::default()
    };
    assert_eq!(told([missed().into()]), ["Visit missed, patient not at home, and no appointment booked"]);
    assert!(told([missed().into(), appointment(DAY, 1).into()]).is_empty());
}

#[test]
fn an_appointment_at_which_nobody_checked_in_is_told_after_two_hours() {
    assert!(told([appointment(-2 * HOUR, 1).into()]).is_empty());
    let late = || AnyRecord::from(appointment(-2 * HOUR - 1, 1));
    assert_eq!(told([late()]), ["Nobody checked in at the appointment of 2026-11-24 09:59 UTC"]);
    let kept = Visit { appointment: Some(id(1)), status: VisitStatus::InProgress, ..Visit::default() };
    assert!(told([late(), kept.into()]).is_empty());
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..appointment(-DAY, 1) };
    assert!(told([cancelled.into()]).is_empty());
}

#[test]
fn a_licence_is_told_60_days_before_it_expires_and_not_once_it_is_replaced_or_its_holder_has_left() {
    let licence = |days| Credential {
        credential_type: CredentialType::RegisteredNurse,
        state: "MA".into(),
        expires: day(days),
        ..Credential::default()
    };
    let holder = |credential| Staff {
        name: "Ana Ruiz".into(),
        credentials: [("k1".into(), credential)].into(),
        ..Staff::default()
    };
    let told = |staff: Staff| {
        let directory = records([staff.into()]);
        let found = credential_alerts(Chart::new(&directory), now());
        found.into_iter().map(|alert| alert.message).collect::<Vec<_>>()
    };
    assert_eq!(told(holder(licence(60))), ["Ana Ruiz RN MA: runs out in 60 days"]);
    assert_eq!(told(holder(licence(-3))), ["Ana Ruiz RN MA: ran out 3 days ago"]);
    assert!(told(holder(licence(61))).is_empty());
    assert!(told(holder(Credential { ended: true, ..licence(-3) })).is_empty());
    assert!(told(Staff { has_left: true, ..holder(licence(-3)) }).is_empty());
}
