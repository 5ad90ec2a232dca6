//! The page of the day.

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::CheckPoint;
use doorstep_client_core::record::visit::{Visit, VisitStatus};

use super::*;

#[test]
fn a_visit_that_arrives_from_a_phone_is_shown_without_a_reload() {
    let (office, phone) = with_a_case();
    let Some(browser) = Browser::open("a visit that arrives is shown", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.run("window.wasLoadedOnce = true");
    browser.wait_until("the stream opens", "return !document.querySelector('[data-live-on]').hidden");
    begin_a_visit(&phone);
    browser.wait_for(&format!("#nurse-{} .slot.under-way", phone.nurse));
    browser.wait_for_text("Rosa Sample");
    let arrived = browser.text_of(".arrivals li");
    assert!(arrived.contains("Ana Sample") && arrived.contains("Rosa Sample"), "{arrived}");
    assert_eq!(browser.run("return window.wasLoadedOnce"), true, "the page was not loaded anew");
    if let Some(folder) = std::env::var_os("DOORSTEP_PICTURES") {
        browser.picture(&std::path::Path::new(&folder).join("today.png"));
    }
}

#[test]
fn a_row_that_is_told_to_a_page_speaks_the_language_of_the_page() {
    let (office, phone) = with_a_case();
    let look = Look { language: "es-US", ..Look::default() };
    let Some(browser) = Browser::open("a row speaks the language of the page", look) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.wait_until("the stream opens", "return !document.querySelector('[data-live-on]').hidden");
    begin_a_visit(&phone);
    let told = browser.text_of(&format!("#nurse-{} .slot.under-way", phone.nurse));
    assert!(told.contains("En curso") && !told.contains(" AM") && !told.contains(" PM"), "{told}");
}

/// The nurse is with her first patient, and the office gets to know.
fn begin_a_visit(phone: &Phone) {
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let now = SystemEnvironment.now();
    let visit = Visit {
        nurse: Some(phone.nurse),
        status: VisitStatus::InProgress,
        check_in: Some(CheckPoint { at: now, position: None }),
        note: "Wound clean.".into(),
        ..Visit::default()
    };
    phone.device.create(scope, &visit.into()).unwrap();
    phone.sync();
}
