use super::filled::{self, filled};
use super::*;

#[test]
fn every_kind_has_a_line_that_a_nurse_would_want_to_read() {
    let lines: [&str; 21] = [
        "Aggie Doyle, born 1941-03-09, female",
        "Essential hypertension, recurrence, provisional, since 2011, until 2019-05",
        "Metformin 500 MG, 500 mg, Oral route, twice daily with meals, as needed, on hold",
        "Penicillin, Hives, high risk, inactive",
        "Morse Fall Scale, score 55, high risk, Unsteady at night.",
        "Nora Doyle, daughter, primary caregiver, lives with the patient, no longer involved",
        "Dr. Elizbeth Ratke, Primary care physician, Elm Street Practice, inactive",
        "Medicare, Part A, member 1EG4-TE5-MK73, 1 authorisation, cancelled",
        "Incoming fax, with Dr. Ratke, Wound culture, No new order",
        "Walk to church again, Systolic blood pressure at most 140 mmHg, by 2027-03-01, improving",
        "Wound care, active, 1 intervention, signed 2026-10-02",
        "2026-11-24 06:00 UTC, Skilled nursing by an RN, Dressing, Day centre, pending",
        "Skilled nursing by an RN, finished, patient not at home, Wound clean, edges closed.",
        "Blood pressure 1, Sitting, left arm, high",
        "Insulin pen, taught to caregiver, teaches back with prompting",
        "Reduce lisinopril to 5 mg, accepted, Agreed.",
        "Call the pharmacy, due 2026-11-24, Urgent, completed",
        "Wound photograph, Left heel, Heel",
        "Ana Ruiz, ACM, office, has left",
        "Morse Fall Scale, version 1, 1 question, active",
        "Elm Home Health, America/New_York, phones may be offline for 7 days",
    ];
    for (&kind, line) in Kind::ALL.iter().zip(lines) {
        assert_eq!(filled(kind).summary(), line);
    }
}

#[test]
fn a_blood_pressure_reads_as_it_is_spoken() {
    let part = |code, value| Component {
        code: Some(vitals::vital_of(code).unwrap().coding()),
        value: Some(Quantity::new(value, "mm[Hg]")),
        ..Component::default()
    };
    let components =
        [("a".into(), part(vitals::DIASTOLIC, 84.0)), ("b".into(), part(vitals::SYSTOLIC, 138.4))].into();
    let pressure = Observation { value: None, components, ..filled::observation() };
    assert_eq!(pressure.summary(), "Blood pressure 138.4/84 mmHg, Sitting, left arm, high");
}

#[test]
fn an_observation_says_its_result_whatever_its_form() {
    let empty = || Observation { code: snomed("1", "Smoking"), ..Observation::default() };
    let coded = Observation { value_code: snomed("2", "Never smoked"), ..empty() };
    assert_eq!(coded.summary(), "Smoking Never smoked");
    assert_eq!(Observation { value_text: "Gave up".into(), ..empty() }.summary(), "Smoking Gave up");
    let refused = Observation { not_obtained_reason: "asleep".into(), ..empty() };
    assert_eq!(refused.summary(), "Smoking not obtained: asleep");
    let parts = Observation { components: filled::observation().components, ..empty() };
    assert_eq!(parts.summary(), "Smoking Systolic blood pressure 128 mmHg");
    let warm = Observation { value: Some(Quantity::new(37.123, "Cel")), ..empty() };
    assert_eq!(warm.summary(), "Smoking 37.12 °C");
}

#[test]
fn a_finished_home_visit_without_the_nurses_signature_says_so() {
    let unsigned = Visit { status: VisitStatus::Finished, ..Visit::default() };
    assert_eq!(unsigned.summary(), "Visit, finished, not signed");
    let signature = Signature { role: SignatureRole::Nurse, ..Signature::default() };
    let signed = Visit { signatures: one(signature), ..unsigned };
    assert_eq!(signed.summary(), "Visit, finished");
}

#[test]
fn an_empty_record_of_any_kind_has_a_summary_too() {
    for &kind in Kind::ALL {
        let summary = kind.empty().summary();
        assert!(!summary.contains(", ,"), "{kind}: {summary}");
    }
}
