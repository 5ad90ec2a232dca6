//! Synthea's bundles, where the folder with them is at hand.

use std::path::PathBuf;

use super::*;

/// The bundles, by file name; none, with a word, where there is no such folder.
fn bundles() -> Vec<Vec<u8>> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/synthea"));
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no folder with Synthea's bundles");
        return Vec::new();
    };
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn every_real_bundle_loses_nothing_that_is_mapped() {
    let bundles = bundles();
    let mut count = ImportCount::default();
    for json in &bundles {
        let imported = bundle::read(json).unwrap();
        let unfit: Vec<_> =
            imported.skipped.iter().filter(|skipped| skipped.reason != Reason::NotMapped).collect();
        assert!(unfit.is_empty(), "{unfit:?}");
        assert_eq!(imported.cases.len(), 1);
        for case in &imported.cases {
            count.add_case(case.patient, case.records.iter().map(|(id, record)| (*id, record.kind())));
        }
        count.add_bundle(&imported.skipped);
    }
    if bundles.is_empty() {
        return;
    }
    assert_eq!(
        count.to_string(),
        concat!(
            r#"{"bundles":39,"cases":39,"records":{"patient":39,"condition":306,"medication":232,"allergy":15,"#,
            r#""care_team_member":63,"goal":90,"care_plan":123,"visit":904,"observation":6035},"#,
            r#""skipped":{"Claim":1136,"DiagnosticReport":437,"ExplanationOfBenefit":904,"ImagingStudy":10,"#,
            r#""Immunization":467,"Organization":63,"Procedure":375}}"#
        )
    );
}

#[test]
fn every_real_record_passes_its_checks_has_its_own_id_and_is_the_same_when_read_again() {
    let mut ids = std::collections::HashSet::new();
    for json in &bundles() {
        let (once, again) = (bundle::read(json).unwrap(), bundle::read(json).unwrap());
        assert_eq!(once.cases[0].records, again.cases[0].records);
        for (id, record) in &once.cases[0].records {
            assert_eq!(record.check(), []);
            assert!(ids.insert(*id), "two records with one id");
        }
    }
}

#[test]
fn real_amounts_stay_amounts_and_real_references_lead_somewhere() {
    for json in &bundles() {
        let imported = bundle::read(json).unwrap();
        let ids: std::collections::HashSet<_> = imported.cases[0].records.iter().map(|(id, _)| *id).collect();
        for observation in records::<Observation>(&imported) {
            assert!(observation.value_text.is_empty());
            assert!(ids.contains(&observation.visit.unwrap()));
        }
        for medication in records::<Medication>(&imported) {
            assert!(ids.contains(&medication.prescriber.unwrap()));
        }
        for doctor in records::<CareTeamMember>(&imported) {
            assert!(!doctor.organisation.is_empty());
        }
    }
}
