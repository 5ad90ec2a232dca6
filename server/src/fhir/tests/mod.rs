//! A handwritten bundle with a resource of every sort, and the real ones where they are at hand.

mod real;

use doorstep_client_core::record::care_plan::CarePlan;
use doorstep_client_core::record::care_team_member::CareTeamMember;
use doorstep_client_core::record::goal::{Comparator, Goal};
use doorstep_client_core::record::medication::Medication;
use doorstep_client_core::record::observation::Observation;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use doorstep_client_core::record::{AnyRecord, Kind};

use super::bundle::{self, Imported, NotABundle, Reason};
use super::count::ImportCount;

const SMALL_BUNDLE: &str = include_str!("small_bundle.json");

fn small() -> Imported {
    bundle::read(SMALL_BUNDLE.as_bytes()).unwrap()
}

fn records<'a, T>(imported: &'a Imported) -> Vec<&'a T>
where
    &'a T: TryFrom<&'a AnyRecord>,
{
    imported.cases[0].records.iter().filter_map(|(_, record)| record.try_into().ok()).collect()
}

fn reason(imported: &Imported, entry: usize) -> &Reason {
    &imported.skipped.iter().find(|skipped| skipped.entry == entry).unwrap().reason
}

#[test]
fn a_patient_keeps_her_name_her_home_and_how_to_speak_with_her() {
    let imported = small();
    let patient = records::<Patient>(&imported)[0];
    assert_eq!(patient.full_name(), "Aggie Doyle");
    assert_eq!(
        (patient.given.as_str(), patient.address.line.as_str()),
        ("Agnes Marie", "12 Elm Street, Flat 3")
    );
    assert_eq!(patient.language.as_ref().unwrap().code, "pl");
    assert!(patient.needs_interpreter);
    assert_eq!((patient.phones.len(), patient.identifiers.len()), (1, 1));
    assert_eq!(imported.cases[0].records[0].0, imported.cases[0].patient);
}

#[test]
fn a_practitioner_joins_the_care_team_with_the_place_of_work() {
    let imported = small();
    let doctor = records::<CareTeamMember>(&imported)[0];
    assert_eq!(
        (doctor.name.as_str(), doctor.organisation.as_str()),
        ("Dr. Elizbeth Ratke", "Elm Street Practice")
    );
    assert_eq!((doctor.npi.as_str(), doctor.fax.as_str()), ("1234567893", "508-555-0101"));
}

#[test]
fn references_lead_to_the_records_that_the_targets_became() {
    let imported = small();
    let of = |kind: Kind| {
        let mut of_kind = imported.cases[0].records.iter().filter(|(_, record)| record.kind() == kind);
        of_kind.next().unwrap().0
    };
    let medication = records::<Medication>(&imported)[0];
    assert_eq!(medication.prescriber, Some(of(Kind::CareTeamMember)));
    assert_eq!(medication.reason, Some(of(Kind::Condition)));
    assert_eq!(records::<Observation>(&imported)[0].visit, Some(of(Kind::Visit)));
    let plan = records::<CarePlan>(&imported)[0];
    assert!(plan.conditions.iter().eq([of(Kind::Condition).to_string().as_str()]));
    assert!(plan.goals.iter().eq([of(Kind::Goal).to_string().as_str()]));
    assert_eq!(records::<Goal>(&imported)[0].condition, Some(of(Kind::Condition)));
}

#[test]
fn each_form_of_result_is_kept() {
    let imported = small();
    let summaries: Vec<_> = records::<Observation>(&imported)
        .into_iter()
        .map(|observation| AnyRecord::from(observation.clone()).summary())
        .collect();
    assert_eq!(
        summaries,
        [
            "Blood pressure 138/84 mmHg",
            "Body weight 7120 kg",
            "Tobacco smoking status Never smoker",
            "Diet Salts everything"
        ]
    );
}

#[test]
fn an_amount_that_cannot_be_true_is_kept_as_words() {
    let imported = small();
    let slip = records::<Observation>(&imported)[1];
    assert_eq!((slip.value.clone(), slip.value_text.as_str()), (None, "7120 kg"));
    assert!(slip.note.contains("cannot be true") && slip.note.contains("Dated 2026-10-01"));
}

#[test]
fn a_dose_a_target_and_a_plan_read_as_a_nurse_says_them() {
    let imported = small();
    let medication = records::<Medication>(&imported)[0];
    assert_eq!((medication.dose.as_str(), medication.frequency.as_str()), ("20 mg", "once a day"));
    assert_eq!(&*medication.note, "In the morning");
    let goal = records::<Goal>(&imported)[0];
    assert_eq!(
        (goal.target.comparator.clone(), goal.target.value.as_ref().unwrap().value),
        (Comparator::AtMost, 70.0)
    );
    let plan = records::<CarePlan>(&imported)[0];
    assert_eq!(plan.title, "Heart failure self management plan");
    let weighing = plan.interventions.values().next().unwrap();
    assert_eq!((weighing.words(), weighing.frequency.as_str()), ("Daily weighing", "every morning"));
}

#[test]
fn an_encounter_says_by_whom_and_where_and_invents_no_end() {
    let imported = small();
    let visits = records::<Visit>(&imported);
    assert_eq!(&*visits[0].note, "Seen by: Dr. Elizbeth Ratke.\n\nAt: Elm Street Practice.");
    assert_eq!(visits[1].status, VisitStatus::Unknown);
    assert!(visits[1].check_out.is_none() && visits[1].note.contains("Finished"));
}

#[test]
fn what_becomes_no_record_is_named_with_its_reason() {
    let imported = small();
    assert_eq!(*reason(&imported, 1), Reason::NotMapped);
    assert!(matches!(reason(&imported, 12), Reason::Unfit(problems) if problems[0].field == "value"));
    assert_eq!(*reason(&imported, 13), Reason::Malformed);
    assert_eq!(*reason(&imported, 14), Reason::NoPatient);
    assert_eq!(*reason(&imported, 17), Reason::Repeated);
    assert_eq!(*reason(&imported, 18), Reason::NotMapped);
    assert_eq!(imported.skipped[6].resource_type, "(none)");
    assert_eq!(imported.skipped.len() + imported.cases[0].records.len(), 20);
}

#[test]
fn the_same_bundle_yields_the_same_records() {
    assert_eq!(small().cases[0].records, small().cases[0].records);
}

#[test]
fn in_a_bundle_of_two_patients_each_practitioner_joins_the_cases_that_she_treats() {
    let json = r#"{"resourceType":"Bundle","entry":[
        {"resource":{"resourceType":"Patient","id":"1","name":[{"text":"Ann"}]}},
        {"resource":{"resourceType":"Patient","id":"2","name":[{"text":"Ben"}]}},
        {"resource":{"resourceType":"Practitioner","id":"both","name":[{"family":"Both"}]}},
        {"resource":{"resourceType":"Practitioner","id":"none","name":[{"family":"None"}]}},
        {"resource":{"resourceType":"Encounter","id":"e1","subject":{"reference":"Patient/1"},
            "participant":[{"individual":{"reference":"Practitioner/both"}}]}},
        {"resource":{"resourceType":"Encounter","id":"e2","subject":{"reference":"Patient/2"},
            "participant":[{"individual":{"reference":"Practitioner/both"}}]}}]}"#;
    let imported = bundle::read(json.as_bytes()).unwrap();
    let members = imported.cases.iter().map(|case| {
        let is_member = |record: &AnyRecord| record.kind() == Kind::CareTeamMember;
        case.records.iter().filter(|(_, record)| is_member(record)).map(|(id, _)| *id).collect::<Vec<_>>()
    });
    let members: Vec<_> = members.collect();
    assert_eq!((members[0].len(), members[1].len()), (1, 1));
    assert_ne!(members[0], members[1]);
    assert_eq!(*reason(&imported, 3), Reason::Unrelated);
}

#[test]
fn the_count_is_one_line_of_json_by_kind_and_resource_type() {
    let mut count = ImportCount::default();
    let imported = small();
    for case in &imported.cases {
        count.add_case(case.patient, case.records.iter().map(|(id, record)| (*id, record.kind())));
    }
    count.add_bundle(&imported.skipped);
    assert_eq!(
        count.to_string(),
        r#"{"bundles":1,"cases":1,"records":{"patient":1,"condition":1,"medication":1,"allergy":1,"care_team_member":1,"goal":1,"care_plan":1,"visit":2,"observation":4},"skipped":{"(none)":1,"Condition":1,"Immunization":1,"Observation":3,"Organization":1}}"#
    );
}

#[test]
fn what_is_no_bundle_is_refused_without_quoting_it() {
    assert_eq!(bundle::read(b"{\"Agnes\"").unwrap_err(), NotABundle::NotJson { line: 1, column: 8 });
    assert_eq!(bundle::read(b"{\"resourceType\":\"Patient\"}").unwrap_err(), NotABundle::NotFhir);
    assert!(bundle::read(b"{\"resourceType\":\"Bundle\"}").unwrap().cases.is_empty());
}
