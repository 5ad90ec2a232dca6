//! Review: what waits is settled where it is shown.

use doorstep_client_core::document::Author;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_client_core::wire::Push;
use doorstep_server::store::{Act, Agent};
use doorstep_tests::rogue::{Rogue, creation, new_id};
use serde_json::json;

use super::*;

const HOSTILE: &str =
    "<script>document.title='pwned'</script>\"><img src=x onerror=\"document.title='pwned'\">\u{202e}txt";

pub(crate) fn picture(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("DOORSTEP_PICTURES") {
        browser.picture(&std::path::Path::new(&folder).join(format!("{name}.png")));
    }
}

/// Two different values for the name by which a patient is called, one from her nurse's phone, one from the office.
fn contradict(office: &Office, phone: &Phone, (of_phone, of_office): (&str, &str)) -> RecordId {
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let id = phone.device.chart(scope).unwrap().records[&Kind::Patient][0].header.id;
    let path = format!("/v1/office/records/{id}");
    let shown = office.get(&path);
    let saved = phone.device.read(id).unwrap();
    let AnyRecord::Patient(patient) = saved.record else { panic!("it is the patient") };
    let edited = Patient { preferred: of_phone.to_owned(), ..patient };
    phone.device.save(id, &saved.version, &edited.into()).unwrap();
    let mut content = shown["content"].clone();
    content["preferred"] = json!(of_office);
    office.put(&path, &json!({ "seen": shown["version"], "content": content }));
    phone.sync();
    id
}

#[test]
fn a_conflict_that_arrives_is_shown_and_settled_by_picking_one_of_its_values() {
    let (office, phone) = with_a_case();
    let Some(browser) = Browser::open("a conflict is settled", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/review", office.url()));
    browser.wait_for_text("Nothing waits here");
    browser.wait_until("the stream opens", "return !document.querySelector('[data-live-on]').hidden");
    let patient = contradict(&office, &phone, ("Rosie", HOSTILE));
    browser.wait_for_text("Rosie");
    let shown = browser.text_of(".waiting li");
    for said in ["Ana Sample", "Office Sample", "Rosie", "<script>"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    picture(&browser, "review-conflict");
    browser.press("Pick “Rosie”");
    browser.wait_for_text("The value is picked.");
    browser.wait_for_text("Nothing waits here");
    assert_ne!(browser.run("return document.title"), "pwned");
    let record = office.get(&format!("/v1/office/records/{patient}"));
    assert_eq!((&record["content"]["preferred"], &record["conflicts"]), (&json!("Rosie"), &json!([])));
}

#[test]
fn what_was_set_aside_is_read_and_discarded_for_a_reason_without_a_script() {
    let (office, phone) = with_a_case();
    let look = Look { has_script: false, width: 360, is_dark: true, ..Look::default() };
    let Some(browser) = Browser::open("what was set aside is discarded", look) else { return };
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let other = Rogue::enrol(&office.url(), &office.invite(office.hire("Bea Sample")));
    push(&other, scope, HOSTILE, "no_grant");
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/review?kind=quarantine", office.url()));
    picture(&browser, "review-set-aside-narrow-dark");
    browser.press("Look and decide");
    for said in ["Bea Sample", "Rosa Sample", "The case was not assigned to her.", "<script>"] {
        browser.wait_for_text(said);
    }
    picture(&browser, "review-written-narrow-dark");
    browser.press("Discard it");
    assert!(browser.text_of("#reason-wrong").contains("Say why"), "{}", browser.text());
    browser.fill("#reason", "It belongs to another patient.");
    browser.press("Discard it");
    browser.wait_for_text("The work was discarded.");
    assert_eq!(office.get("/v1/office/review")["counts"]["quarantine"], 0);
}

#[test]
fn late_work_is_read_and_marked_as_seen_and_found_again_among_what_was_seen() {
    let office = Office::start();
    let Some(browser) = Browser::open("late work is seen", Look { width: 1920, ..Look::default() }) else {
        return;
    };
    let nurse = office.hire("Ana Sample");
    let rogue = Rogue::enrol(&office.url(), &office.invite(nurse));
    let (scope, patient) = (doorstep_tests::rogue::new_scope(), new_id());
    let changes = creation(scope, patient, super::patient("Rosa"), rogue.author());
    assert_eq!(rogue.push(vec![Push { record: patient, changes }]), ["merged"]);
    let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
    office.app().store.revoke(office.agency().id, scope, nurse, act).unwrap();
    push(&rogue, scope, "Order gauze", "merged");
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/review", office.url()));
    assert!(browser.text_of(".waiting li").contains("It arrived after her assignment had ended"));
    browser.press("What she wrote");
    browser.wait_for_text("Order gauze");
    picture(&browser, "review-late");
    browser.press("Mark as seen");
    browser.wait_for_text("Nothing waits here");
}

fn push(rogue: &Rogue, scope: doorstep_client_core::ids::ScopeId, title: &str, expected: &str) {
    let (id, by): (RecordId, Author) = (new_id(), rogue.author());
    let task = Task { title: title.to_owned(), ..Task::default() };
    let changes = creation(scope, id, task, by);
    assert_eq!(rogue.push(vec![Push { record: id, changes }]), [expected]);
}
