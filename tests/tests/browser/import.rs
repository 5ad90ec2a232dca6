//! Bundles that are uploaded: shown first, imported once somebody confirms.

use std::path::{Path, PathBuf};

use doorstep_tests::sample_data;
use serde_json::{Value, json};

use super::*;

/// A bundle of one patient with a condition, and with two resources of which nothing can be made.
fn bundle(given: &str) -> Value {
    let subject = json!({ "reference": format!("Patient/{}", given.len()) });
    let condition = json!({
        "resourceType": "Condition", "id": "c1", "subject": subject, "code": { "text": "Heart failure" },
        "clinicalStatus": { "coding": [{ "code": "active" }] }
    });
    let patient = json!({
        "resourceType": "Patient", "id": given.len().to_string(), "birthDate": "1941-03-09",
        "name": [{ "family": "Sample", "given": [given] }]
    });
    let others =
        [json!({ "resourceType": "Claim", "id": "x" }), json!({ "resourceType": "Condition", "id": "c2" })];
    let entries =
        [patient, condition].into_iter().chain(others).map(|resource| json!({ "resource": resource }));
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries.collect::<Vec<_>>() })
}

fn keep(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn choose(browser: &Browser, office: &Office, files: &[PathBuf]) {
    browser.go(&format!("{}/office/import", office.url()));
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    browser.keys("[name=bundles]", &files.join("\n"));
    browser.press("Show what they hold");
}

fn records(office: &Office) -> Vec<(String, u32)> {
    let snapshot = office.app().store.snapshot(office.agency().id).unwrap();
    let cases = snapshot.cases(office.app().environment.now()).unwrap();
    cases.into_iter().map(|case| (case.scope.title, case.records)).collect()
}

#[test]
fn a_bundle_is_shown_before_it_is_imported_and_again_changes_nothing() {
    let office = Office::start();
    let phone = office.phone("Ana Sample");
    let look = Look { has_script: false, ..Look::default() };
    let Some(browser) = Browser::open("a bundle is imported", look) else { return };
    sign_in(&browser, &office, Role::Office);
    let folder = tempfile::tempdir().unwrap();
    let hostile = "<img src=x onerror=alert(1)>\u{202e}";
    let files = [
        keep(folder.path(), "agnes.json", &bundle("Agnes").to_string()),
        keep(folder.path(), "hostile <b>.json", &bundle(hostile).to_string()),
        keep(folder.path(), "broken.json", "{\n  \"resourceType\": "),
        keep(folder.path(), "list.json", "[]"),
    ];
    choose(&browser, &office, &files);
    browser.wait_for_text("Agnes Sample");
    browser.press("What is left out, and why");
    let page = browser.text();
    for said in [
        "Born March 9, 1941",
        "1 × Claim: resources of this type are not imported",
        "1 × Condition: its patient is not in the bundle",
        "it is not JSON (line 2,",
        "This is no FHIR R4 bundle",
        "hostile <b>.json",
        "<img src=x",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    assert!(records(&office).is_empty(), "nothing is written yet");
    assert_eq!(browser.url(), format!("{}/office/import", office.url()));
    browser.choose("[name=nurse]", &phone.nurse.to_string());
    if let Some(folder) = std::env::var_os("DOORSTEP_PICTURES") {
        browser.picture(&Path::new(&folder).join("import.png"));
    }
    browser.press("Import");
    browser.wait_for("#done");
    assert_eq!(records(&office).len(), 2);
    assert!(records(&office).contains(&("Agnes Sample".to_owned(), 2)));
    phone.sync();
    assert_eq!(phone.device.caseload().unwrap().len(), 2, "they are on the nurse's phone");
    choose(&browser, &office, &files[..1]);
    browser.wait_for_text("In the caseload already");
    browser.wait_for_text("Nothing new");
    let written_otherwise = Value::String(
        bundle("Agnes").to_string().replace("\"5\"", "\"50\"").replace("Patient/5", "Patient/50"),
    );
    let other = keep(folder.path(), "other.json", written_otherwise.as_str().unwrap());
    choose(&browser, &office, &[other]);
    browser.wait_for_text("Born the same day, similar name");
    browser.press("Import");
    browser.wait_for_text("Choose at least one patient.");
    assert_eq!(records(&office).len(), 2);
}

#[test]
fn the_sample_bundles_are_imported_whole() {
    const TEST: &str = "the_sample_bundles_are_imported_whole";
    let Some(bundles) = sample_data::synthea() else {
        return sample_data::skip(TEST, "Synthea's bundles");
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(bundles.canonicalize().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.truncate(3);
    let office = Office::start();
    let Some(browser) = Browser::open(TEST, Look::default()) else { return };
    sign_in(&browser, &office, Role::Admin);
    choose(&browser, &office, &files);
    browser.wait_for("[name=nurse]");
    browser.press("Import");
    browser.wait_for("#done");
    let records = records(&office);
    assert_eq!(records.len(), 3);
    assert!(records.iter().all(|(_, count)| *count > 20), "{records:?}");
    // What was imported is not kept any more.
    assert_eq!(browser.run("return document.querySelectorAll('[name=upload]').length"), 0);
}
