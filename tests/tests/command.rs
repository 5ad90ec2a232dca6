//! The `doorstep` command as its user meets it: a real process, what it prints, what it leaves on disk.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

use std::path::Path;
use std::process::{Command, Output};

use doorstep_tests::process::server_binary;
use doorstep_tests::sample_data::{skip, synthea};
use doorstep_tests::world::scratch;
use serde_json::{Value, json};

const SMALL_BUNDLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/src/fhir/tests/small_bundle.json");

fn doorstep(arguments: &[&str]) -> Output {
    Command::new(server_binary().unwrap()).args(arguments).output().unwrap()
}

/// The last line of what a command printed: one JSON value.
fn last_line(output: &Output) -> Value {
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(printed.lines().last().unwrap()).unwrap()
}

fn import(data: &Path, path: &str) -> Value {
    last_line(&doorstep(&["--data", data.to_str().unwrap(), "import", path, "--json"]))
}

#[test]
fn a_demo_day_loses_nothing_and_ends_with_everybody_the_same() {
    let figures = last_line(&doorstep(&["demo", "--once", "--json", "--seed", "5"]));
    assert_eq!((&figures["lost"], &figures["converged"]), (&json!(0), &json!(true)));
    assert_eq!((&figures["phones"], &figures["cases"]), (&json!(8), &json!(24)));
    assert!(figures["changes"].as_u64() > figures["records"].as_u64(), "nobody changed anything: {figures}");
    assert!(figures["conflicts"].as_u64() > Some(0), "nobody collided: {figures}");
}

#[test]
fn a_demo_day_is_told_with_its_deaths_and_its_collisions() {
    let output = doorstep(&["demo", "--once", "--seed", "5"]);
    let told = String::from_utf8_lossy(&output.stdout);
    for event in ["visits", "no signal", "dies in the middle", "What the office sees", "until somebody picks"]
    {
        assert!(told.contains(event), "no {event:?} in\n{told}");
    }
}

#[test]
fn importing_twice_changes_nothing() {
    let data = scratch();
    let first = import(data.path(), SMALL_BUNDLE);
    assert_eq!((&first["bundles"], &first["cases"]), (&json!(1), &json!(1)));
    assert!(first["records"]["observation"].as_u64() > Some(0), "{first}");
    assert!(!first["skipped"].as_object().unwrap().is_empty(), "{first}");
    let second = import(data.path(), SMALL_BUNDLE);
    assert_eq!((&second["cases"], &second["records"]), (&json!(0), &json!({})));
}

#[test]
fn every_real_patient_becomes_a_case() {
    let Some(folder) = synthea() else {
        return skip("every_real_patient_becomes_a_case", "Synthea's bundles");
    };
    let data = scratch();
    let first = import(data.path(), folder.to_str().unwrap());
    assert_eq!((&first["bundles"], &first["cases"]), (&json!(39), &json!(39)));
    assert_eq!(first["records"]["observation"], json!(6_035));
    let second = import(data.path(), folder.to_str().unwrap());
    assert_eq!((&second["cases"], &second["records"]), (&json!(0), &json!({})));
}

#[test]
fn a_file_that_cannot_be_imported_is_named_and_the_rest_is_imported() {
    let (data, files) = (scratch(), scratch());
    std::fs::write(files.path().join("broken.json"), "{").unwrap();
    std::fs::copy(SMALL_BUNDLE, files.path().join("whole.json")).unwrap();
    let (data, folder) = (data.path().to_str().unwrap(), files.path().to_str().unwrap());
    let output = doorstep(&["--data", data, "import", folder, "--json"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("broken.json"));
    let counted: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&counted["bundles"], &counted["cases"]), (&json!(1), &json!(1)));
}

#[test]
fn what_could_not_become_a_record_is_said_with_its_reason() {
    let (data, files) = (scratch(), scratch());
    let bundle = json!({"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Patient", "id": "p", "name": [{"family": "Sample"}]}},
        {"resource": {"resourceType": "Observation", "id": "undated", "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}, "valueQuantity": {"value": 72}}},
        {"resource": {"resourceType": "Claim", "id": "c"}},
    ]});
    std::fs::write(files.path().join("one.json"), bundle.to_string()).unwrap();
    let (data, folder) = (data.path().to_str().unwrap(), files.path().to_str().unwrap());
    let output = doorstep(&["--data", data, "import", folder, "--json"]);
    let counted = last_line(&output);
    assert_eq!(counted["records"], json!({"patient": 1}));
    assert_eq!(counted["skipped"], json!({"Claim": 1, "Observation": 1}));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("one.json: 1 × Observation skipped") && said.contains("must say when"), "{said}");
    assert!(!said.contains("Claim"), "what is never imported needs no reason: {said}");
}

#[test]
fn a_case_is_assigned_by_a_name_that_the_list_of_cases_shows() {
    let data = scratch();
    import(data.path(), SMALL_BUNDLE);
    let folder = data.path().to_str().unwrap();
    let ask = |arguments: &[&str]| doorstep(&[&["--data", folder, "--json"], arguments].concat());
    let nurse = last_line(&ask(&["staff", "add", "Kim Reyes"]));
    let cases = last_line(&ask(&["staff", "cases"]));
    let patient = cases[0]["title"].as_str().unwrap();
    assert_eq!(cases[0]["nurses"], json!([]));
    last_line(&ask(&["staff", "grant", "Kim Reyes", patient]));
    assert_eq!(last_line(&ask(&["staff", "cases"]))[0]["nurses"], json!([nurse["id"]]));
    for (arguments, told) in [
        (["staff", "grant", "Kim Reyes", "Nobody"].as_slice(), "`doorstep staff cases` shows all"),
        (&["staff", "grant", "Nobody", patient], "`doorstep staff list` shows all"),
        (&["staff", "add", ""], "name: must not be empty"),
    ] {
        let refused = ask(arguments);
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn the_audit_log_is_verified_against_a_noted_entry_and_written_to_a_file() {
    let data = scratch();
    let folder = data.path().to_str().unwrap();
    last_line(&doorstep(&["--data", folder, "staff", "add", "Kim Reyes", "--json"]));
    let whole = last_line(&doorstep(&["--data", folder, "audit", "verify", "--json"]));
    assert_eq!((&whole["is_whole"], &whole["entries"]), (&json!(true), &json!(3)), "{whole}");
    let head = whole["head"].as_str().unwrap();
    let file = data.path().join("audit.csv");
    let written = ["audit", "export", "--format", "csv", "-o", file.to_str().unwrap(), "--json"];
    let written = last_line(&doorstep(&[&["--data", folder], &written[..]].concat()));
    assert_eq!(written["entries"], 4, "the export is the fourth");
    assert!(std::fs::read_to_string(&file).unwrap().contains("exported"));
    last_line(&doorstep(&["--data", folder, "audit", "verify", "--expect", head, "--json"]));
    let other = format!("2:{}", "0".repeat(64));
    let refused = doorstep(&["--data", folder, "audit", "verify", "--expect", &other]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("entry 2 is not the one that was noted"));
}
