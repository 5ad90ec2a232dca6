//! Staff and phones: who works here is hired, given a phone, and parted from it.

use doorstep_client_core::document::Document;
use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::record::staff::{Credential, CredentialType};
use doorstep_server::merge::{self, Save};

use super::*;
use crate::review::picture;

const HOSTILE: &str = "<b>Bea</b>\"><img src=x onerror=\"document.title='pwned'\">\u{202e}";

/// A certificate of hers that has run out.
fn certify(office: &Office, nurse: doorstep_client_core::ids::StaffId) {
    let (store, agency) = (&*office.app().store, office.agency().id);
    let stored = store.snapshot(agency).unwrap().record(nurse.into()).unwrap().unwrap();
    let AnyRecord::Staff(mut record) = Document::load(&stored.document).unwrap().read().unwrap() else {
        panic!("it is hers")
    };
    let credential = Credential {
        credential_type: CredentialType::BasicLifeSupport,
        number: HOSTILE.to_owned(),
        expires: Some("2026-01-31".parse().unwrap()),
        ..Credential::default()
    };
    record.credentials.insert("k1".into(), credential);
    let save = Save::Edit(nurse.into(), stored.stamp.version);
    merge::save(store, agency, nurse, &save, &record.into(), office.app().environment.now()).unwrap();
}

#[test]
fn an_admin_hires_somebody_and_hands_a_one_time_code_over_which_opens_the_office() {
    let office = Office::start();
    let Some(browser) = Browser::open("somebody is hired", Look::default()) else { return };
    sign_in(&browser, &office, Role::Admin);
    browser.go(&format!("{}/office/staff", office.url()));
    browser.fill("[name=name]", HOSTILE);
    browser.choose("[name=role]", "office");
    browser.fill("[name=sign_in_name]", "admin.sample");
    browser.press("Hire");
    browser.wait_for_text("Somebody has this sign-in name.");
    assert_eq!(browser.run("return document.querySelector('[name=name]').value"), HOSTILE, "nothing is lost");
    browser.fill("[name=sign_in_name]", "bea.sample");
    browser.press("Hire");
    browser.wait_for_text("This is shown once.");
    let code = browser.text_of(".code");
    picture(&browser, "staff-code");
    browser.press("Done");
    browser.wait_for_text("No password yet");
    assert!(browser.text_of("h1").contains("<b>Bea</b>"), "{}", browser.text());
    assert_ne!(browser.run("return document.title"), "pwned");
    browser.press("Sign out");
    browser.press("I have a one-time code and no password yet");
    browser.wait_for("[name=again]");
    browser.fill("[name=code]", &code);
    browser.fill("[name=password]", "nine blue kettles");
    browser.fill("[name=again]", "nine blue kettles");
    browser.click("button.main");
    browser.wait_for_text("<b>Bea</b>");
}

#[test]
fn a_phone_is_locked_and_wiped_after_what_is_lost_was_said_without_a_script() {
    let (office, phone) = with_a_case();
    certify(&office, phone.nurse);
    let look = Look { has_script: false, width: 360, is_dark: true, ..Look::default() };
    let Some(browser) = Browser::open("a phone is wiped", look) else { return };
    sign_in(&browser, &office, Role::Admin);
    browser.go(&format!("{}/office/staff", office.url()));
    let row = browser.text_of(".people tbody tr");
    assert!(row.contains("Ana Sample") && row.contains("Has run out"), "{row}");
    picture(&browser, "staff-narrow-dark");
    browser.press("Ana Sample");
    browser.press("Lock");
    browser.wait_for_text("The phone is locked");
    assert!(browser.text_of(".phones").contains("Locked"));
    picture(&browser, "member-narrow-dark");
    browser.press("Unlock");
    browser.press("Wipe");
    browser.wait_for_text("It last reported nothing unsent");
    picture(&browser, "wipe-narrow-dark");
    browser.press("Wipe this phone");
    browser.wait_for_text("will be wiped at its next contact");
    assert_eq!(office.get("/v1/office/devices")[0]["standing"], "wiping");
}

#[test]
fn a_nurse_is_invited_by_a_picture_and_the_office_that_is_no_admin_only_looks() {
    let office = Office::start();
    let nurse = office.hire("Ana Sample");
    let look = Look { width: 1920, language: "es-US", ..Look::default() };
    let Some(browser) = Browser::open("a nurse is invited", look) else { return };
    sign_in(&browser, &office, Role::Admin);
    browser.go(&format!("{}/office/staff/{nurse}", office.url()));
    picture(&browser, "member-wide-es");
    browser.press("Crear una invitación");
    browser.wait_for(".qr svg");
    let (code, link) = (browser.text_of(".code"), browser.text());
    assert!(link.contains(&office.url()[..12]), "{link}");
    picture(&browser, "invitation-wide-es");
    let rogue = doorstep_tests::rogue::Rogue::enrol(&office.url(), &code);
    assert_eq!(rogue.author().staff, nurse);
    browser.press("Cerrar sesión");
    browser.wait_for("[autocomplete=username]");
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/staff/{nurse}", office.url()));
    assert!(!browser.shows("form[action*=staff]"), "{}", browser.text());
}
