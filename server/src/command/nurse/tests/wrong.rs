//! What is typed wrong, and what the command says to it.

use super::*;

#[test]
fn an_ambiguous_or_unknown_name_lists_the_candidates() {
    let desk = Desk::with_caseload();
    let ambiguous = desk.fails("chart ko");
    assert!(ambiguous.contains("fits 2") && ambiguous.contains("Kovács") && ambiguous.contains("Kowalski"));
    let unknown = desk.fails("chart zo");
    assert!(
        unknown.contains("no case on this phone is \"zo\"") && unknown.contains("Bob Kowalski"),
        "{unknown}"
    );
    assert!(desk.fails("chart 7").contains("no list with numbers"));
    desk.types("caseload");
    assert!(desk.fails("chart 7").contains("it ends at 2"));
}

#[test]
fn ids_and_their_ends_name_cases_and_records() {
    let desk = Desk::with_caseload();
    assert!(desk.types("chart 20202020").starts_with("Ágnes"));
    assert!(desk.types("show b1b1b1b1").contains("Appointment, Bob Kowalski"));
    assert!(desk.types("show a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1").contains("Patient, Bob Kowalski"));
}

#[test]
fn a_phone_that_is_not_there_or_not_enrolled_says_how_to_enrol() {
    let desk = Desk::new();
    assert!(desk.fails("caseload").contains("there is no phone in"));
    assert!(desk.fails("enrol --server http://server BAD").contains("ask the office for a new code"));
    assert!(desk.fails("caseload").contains("is not enrolled"));
    assert!(desk.fails("--offline enrol --server http://server GOOD").contains("needs the network"));
    desk.server.state().is_away = true;
    assert!(desk.fails("enrol --server http://server GOOD").contains("whether the server runs"));
}

#[test]
fn offline_is_never_online() {
    let desk = Desk::with_caseload();
    desk.server.state().is_away = true;
    assert!(desk.types("--offline measure bob spo2 97").contains("1 change not sent yet"));
    assert!(desk.fails("--offline sync").contains("leave out --offline"));
}

#[test]
fn a_measurement_that_cannot_be_is_not_recorded() {
    let desk = Desk::with_caseload();
    for (line, said) in [
        ("measure bob bp 120", "not a blood pressure"),
        ("measure bob bp 80/120", "must be above"),
        ("measure bob bp 120/80 kPa", "recorded in mmHg"),
        ("measure bob weight 82", "Add kg or lb"),
        ("measure bob temp 986", "not possible"),
        ("measure bob temp 98.6 C", "must be a number from 20 to 46"),
        ("measure bob pulse 7200", "must be a number from 10 to 350"),
        ("measure bob pulse fast", "not a number"),
        ("measure bob mood 3", "neither a LOINC code nor one of bp, pulse"),
        ("measure bob 8867-5 3 /min", "neither a LOINC code"),
        ("measure bob 2093-3 180", "needs a unit"),
    ] {
        let error = desk.fails(line);
        assert!(error.contains(said), "{line}: {error}");
    }
    assert_eq!(desk.json("status")["unsent_changes"], 0);
    for line in
        ["weight 180 lbs", "glucose 140", "glucose 7.8 mmol/l", "temp 37", "pain 3", "2093-3 180 mg/dL"]
    {
        desk.types(&format!("measure bob {line}"));
    }
    assert_eq!(desk.json("status")["unsent_changes"], 6);
}

#[test]
fn a_visit_is_begun_once_and_finished_once() {
    let desk = Desk::with_caseload();
    assert!(desk.fails("visit finish").contains("no visit of yours is going on"));
    desk.types("visit start bob");
    assert!(desk.fails("visit start agnes").contains("the visit of Bob Kowalski is still going on"));
    let visit = desk.json("visit finish")["saved"]["id"].as_str().unwrap().to_owned();
    assert!(desk.fails(&format!("visit finish --visit {visit}")).contains("was finished today 08:00"));
    assert!(desk.fails("visit note --visit bob words").contains("expected a visit"));
}

#[test]
fn a_value_is_picked_only_after_it_was_seen() {
    let desk = Desk::with_caseload();
    assert!(desk.fails("resolve bob preferred 1").contains("look at the values first"));
    desk.types("show bob");
    assert!(desk.fails("resolve bob preferred 1").contains("had no conflict"));
}

#[test]
fn a_case_needs_a_name() {
    let desk = Desk::with_caseload();
    let error = desk.run("ann", "open-case _ _", false).map(|_| ());
    assert!(format!("{:#}", error.unwrap_err()).contains("a patient needs a name"));
}

#[test]
fn a_note_without_words_is_not_saved() {
    let mut desk = Desk::with_caseload();
    desk.types("visit start bob");
    desk.surroundings.write = Box::new(|_| Ok(Written::More(String::new())));
    assert!(desk.fails("visit note").contains("nothing to save"));
}

#[test]
#[cfg(unix)]
fn the_key_of_an_encrypted_phone_is_beside_its_folder_and_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with_caseload();
    let key = desk.folder.path().join("ann.key");
    assert_eq!(key.exists(), doorstep_client_core::device::IS_ENCRYPTING);
    if key.exists() {
        assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&key, "11".repeat(32)).unwrap();
        assert!(desk.fails("caseload").contains("check --key-file"));
        std::fs::remove_file(&key).unwrap();
        assert!(desk.fails("caseload").contains("name its file with --key-file"));
    }
}
