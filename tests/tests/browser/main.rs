//! The office's day in a real browser, on a real server, with real phones.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod account;
mod audit;
mod cases;
mod chart;
mod every_page;
mod files;
mod import;
mod live;
mod outcomes;
mod review;
mod schedule;
mod staff;
mod today;

use doorstep_client_core::record::patient::Patient;
use doorstep_server::store::Role;
use doorstep_tests::browser::{Browser, Look};
use doorstep_tests::office::{Office, Phone};

/// Signs in as somebody new of this role.
fn sign_in(browser: &Browser, office: &Office, role: Role) {
    let name = format!("{}.sample", role.code());
    let (_, password) = office.account("Olu Sample", role, &name);
    browser.go(&office.url());
    browser.fill("[name=name]", &name);
    browser.fill("[name=password]", &password);
    browser.click("button.main");
    browser.wait_for("main h1");
    browser.wait_for_text("Olu Sample");
}

/// A patient of this name.
fn patient(given: &str) -> Patient {
    Patient { given: given.to_owned(), family: "Sample".to_owned(), ..Patient::default() }
}

/// A server with a nurse whose phone has opened a case.
fn with_a_case() -> (Office, Phone) {
    let office = Office::start();
    let phone = office.phone("Ana Sample");
    phone.device.open_case(&patient("Rosa")).unwrap();
    phone.sync();
    (office, phone)
}
