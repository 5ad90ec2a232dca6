//! What the command says of a phone that is locked, wiped, or not known any more.

use super::*;

#[test]
fn a_phone_is_enrolled_by_the_link_that_its_qr_code_holds() {
    let desk = Desk::new();
    let link = "enrol doorstep://enrol?server=https://doorstep.example.org&code=GOOD";
    assert!(desk.types(link).contains("your phone at https://doorstep.example.org"));
    assert!(desk.types_on("bea", "enrol GOOD").unwrap_err().to_string().contains("--server URL"));
}

#[test]
fn a_locked_phone_says_so_and_that_everything_is_safe() {
    let desk = Desk::with_caseload();
    desk.types("measure bob spo2 97");
    desk.server.state().refusal = Some("device_locked");
    assert!(desk.fails("sync").contains("ask the office"));
    assert!(desk.fails("caseload").contains("locked this phone"));
    assert!(desk.types("status").contains("by the office"));
    let status = desk.json("status");
    assert_eq!((&status["locked_by"], &status["unsent_changes"]), (&"office".into(), &1.into()));
    desk.server.state().refusal = None;
    desk.types("sync");
    assert!(desk.types("caseload").contains("Kowalski"));
    assert_eq!(desk.json("status")["unsent_changes"], 0);
}

#[test]
fn a_phone_past_its_lease_opens_with_a_sync() {
    let desk = Desk::with_caseload();
    desk.later(14 * 24 * 60 + 1);
    assert!(desk.fails("today").contains("run `doorstep nurse sync` to open it again"));
    assert_eq!(desk.json("status")["locked_by"], "lease");
    desk.types("sync");
    desk.types("today");
}

#[test]
fn a_session_that_has_ended_asks_for_a_new_code() {
    let desk = Desk::with_caseload();
    desk.server.state().refusal = Some("session_ended");
    assert!(desk.fails("sync").contains("enrol it again with a new code"));
    desk.types("measure bob spo2 97");
}

#[test]
fn a_wiped_phone_is_gone_with_its_key_and_tells_the_office_until_it_has_heard() {
    let desk = Desk::with_caseload();
    desk.types("caseload");
    desk.server.state().refusal = Some("device_wipe");
    desk.server.state().loses_receipt = true;
    assert!(desk.fails("sync").contains("was wiped"));
    assert!(!desk.folder.path().join("ann.key").exists());
    let files = || std::fs::read_dir(desk.folder.path().join("ann")).unwrap().count();
    assert_eq!(files(), 1, "what is still to be told");
    assert!(desk.fails("today").contains("the next command tells it again"));
    desk.server.state().loses_receipt = false;
    assert!(desk.fails("today").contains("was wiped"));
    assert_eq!(files(), 0);
    desk.server.state().refusal = None;
    desk.types("enrol --server http://server GOOD");
}
