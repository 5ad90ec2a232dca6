//! Who saw and changed what.

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_server::auth::Bearer;
use doorstep_server::limits::{AUDIT_ROWS_MAX, FOUND_CASES_MAX};
use doorstep_server::store::{Act, Agent, AuditEvent};

use super::*;
use crate::review::picture;

const HOSTILE: &str = "<script>document.title='pwned'</script>\u{202e}";

#[test]
fn an_admin_finds_who_read_a_chart_without_a_name_in_the_address_checks_the_log_and_exports_it() {
    let (office, phone) = with_a_case();
    phone.device.open_case(&patient(HOSTILE)).unwrap();
    phone.sync();
    let Some(browser) = Browser::open("an admin looks through the log", Look::default()) else { return };
    let scopes: Vec<_> = phone.device.caseload().unwrap().into_iter().map(|one| one.case.scope).collect();
    for scope in scopes {
        office.get(&format!("/v1/office/cases/{scope}"));
    }
    sign_in(&browser, &office, Role::Admin);
    browser.go(&format!("{}/office/audit", office.url()));
    browser.wait_for_text("Signed in");
    picture(&browser, "audit");
    browser.fill("[name=words]", "script");
    browser.wait_for(".found a");
    assert!(browser.text_of(".found").contains("<script>"));
    assert!(!browser.url().contains("script"), "{}", browser.url());
    browser.click(".found a");
    browser.wait_for(".chosen");
    browser.choose("[name=code]", "case_read");
    browser.press("Search");
    browser.wait_until("one is found", "return document.querySelectorAll('.log tbody tr').length === 1");
    let row = browser.text_of(".log tbody tr");
    assert!(row.contains("Office Sample") && row.contains("Chart read") && row.contains("<script>"), "{row}");
    browser.press("Check the log");
    browser.wait_for_text("The log is whole");
    let head = browser.text_of(".code-line");
    browser.fill("[name=noted]", &head.replace(|c: char| c.is_ascii_hexdigit(), "0").replacen("0", "1", 1));
    browser.press("Check the log");
    browser.wait_for_text("is not the one that was noted");
    picture(&browser, "audit-tampered");
    assert_ne!(browser.run("return document.title"), "pwned");
    // As the button does, so that what is downloaded can be looked at.
    let exported = browser.run_until_called(
        "const form = document.querySelector('[action=\"/office/audit/export\"]');
         const fields = new URLSearchParams(new FormData(form)); fields.set('format', 'csv');
         fetch(form.action, { method: 'POST', body: fields }).then((answer) => answer.text()).then(arguments[0])",
    );
    let exported = exported.as_str().unwrap();
    assert!(exported.starts_with("number,at,code,") && exported.contains(",case_read,"), "{exported}");
    assert!(exported.trim_end().lines().last().unwrap().contains(",exported,"), "{exported}");
}

/// A page as an admin is answered by her token.
fn page(office: &Office, path: &str, form: Option<&str>) -> String {
    let (staff, _) = office.account(
        "Ada Sample",
        Role::Admin,
        &format!("ada.{}", SystemEnvironment.now().as_millisecond()),
    );
    let bearer = Bearer::Staff(office.agency().id, staff);
    let (token, _) = office.app().keys.issue(bearer, SystemEnvironment.now()).unwrap();
    let (url, token) = (format!("{}{path}", office.url()), format!("Bearer {token}"));
    let mut answer = match form {
        None => ureq::get(url).header("authorization", token).call().unwrap(),
        Some(form) => {
            let call = ureq::post(url).header("authorization", token);
            call.header("content-type", "application/x-www-form-urlencoded").send(form).unwrap()
        }
    };
    answer.body_mut().read_to_string().unwrap()
}

#[test]
fn i14_a_page_of_the_log_holds_entries_up_to_the_limit_and_the_next_goes_on_past_it() {
    let office = Office::start();
    let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
    let scope = doorstep_tests::rogue::new_scope();
    let read = |count: usize| {
        let events = vec![AuditEvent::CaseRead { scope }; count];
        office.app().store.audit(office.agency().id, act, events).unwrap();
        let page = page(&office, &format!("/office/audit?case={scope}&staff="), None);
        (page.matches("<td class=\"number\">").count(), page.contains("Older"))
    };
    assert_eq!(read(AUDIT_ROWS_MAX), (AUDIT_ROWS_MAX, false));
    assert_eq!(read(1), (AUDIT_ROWS_MAX, true));
}

#[test]
fn i14_charts_are_found_up_to_the_limit_and_past_it_more_is_to_be_typed() {
    let (office, phone) = with_a_case();
    let find = |count: usize| {
        for number in 0..count {
            phone.device.open_case(&patient(&format!("Rosa {number}"))).unwrap();
        }
        phone.sync();
        let page = page(&office, "/office/audit", Some("words=rosa"));
        (page.matches("/office/audit?case=").count(), page.contains("There are more"))
    };
    assert_eq!(find(FOUND_CASES_MAX - 1), (FOUND_CASES_MAX, false));
    assert_eq!(find(1), (FOUND_CASES_MAX, true));
}
