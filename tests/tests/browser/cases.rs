//! The caseload: found, cut, assigned, closed.

use doorstep_client_core::record::patient::Phone as Telephone;
use doorstep_server::store::Grant;

use super::*;

/// Who has the only case, or the case of this patient.
fn nurses_of(office: &Office, title: &str) -> Vec<String> {
    let snapshot = office.app().store.snapshot(office.agency().id).unwrap();
    let cases = snapshot.cases(office.app().environment.now()).unwrap();
    let scope = cases.into_iter().map(|case| case.scope).find(|scope| scope.title == title).unwrap().id;
    let current = snapshot.grants_in(scope).unwrap().into_iter().filter(Grant::is_current);
    current.map(|grant| snapshot.staff(grant.staff).unwrap().unwrap().name).collect()
}

fn keep_picture(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("DOORSTEP_PICTURES") {
        browser.picture(&std::path::Path::new(&folder).join(format!("{name}.png")));
    }
}

#[test]
fn a_case_is_found_as_one_types_by_name_and_by_phone_and_no_address_says_what_was_typed() {
    let (office, phone) = with_a_case();
    let telephone = Telephone { number: "(617) 555-0142".to_owned(), ..Telephone::default() };
    let ben = Patient { phones: [("p".into(), telephone)].into(), ..patient("Ben") };
    phone.device.open_case(&ben).unwrap();
    phone.sync();
    let Some(browser) = Browser::open("a case is found as one types", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.press("Caseload");
    browser.wait_for_text("2 cases");
    for (typed, found, hidden) in
        [("rös", "Rosa", "Ben"), ("5550142", "Ben", "Rosa"), ("sample ben", "Ben", "Rosa")]
    {
        browser.fill("[name=words]", typed);
        browser.wait_for_text("1 case");
        browser.wait_for_text(&format!("{found} Sample"));
        browser.wait_until(
            "the other one is gone",
            &format!("return !document.querySelector('.cases').innerText.includes('{hidden}')"),
        );
        assert_eq!(browser.url(), format!("{}/office/cases", office.url()));
    }
    // What changes meanwhile does not bring back what was not looked for.
    browser.run("document.querySelector('.cases tbody').dataset.old = 'yes'");
    phone.device.open_case(&patient("Benita")).unwrap();
    phone.sync();
    browser.wait_for_text("Benita Sample");
    assert!(!browser.text_of(".cases").contains("Rosa"));
    browser.fill("[name=words]", "nobody at all");
    browser.wait_for_text("No case is like this.");
    browser.choose("[name=status]", "all");
    browser.run("document.querySelector('[name=words]').value = ''");
    browser.choose("[name=order]", "change");
    browser.wait_for_text("3 cases");
    browser.wait_until("the address can be kept", "return location.search === '?status=all&order=change'");
}

#[test]
fn cases_go_to_another_nurse_in_one_act_and_leave_the_first_ones_phone() {
    let (office, phone) = with_a_case();
    phone.device.open_case(&patient("Ben")).unwrap();
    phone.sync();
    let bo = office.hire("Bo Sample");
    let Some(browser) = Browser::open("cases go to another nurse", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.press("Caseload");
    browser.press("Select all that are shown");
    browser.choose("#assign [name=to]", &bo.to_string());
    browser.choose("#assign [name=instead_of]", &phone.nurse.to_string());
    browser.press("Assign");
    browser.wait_for_text("The selected cases are assigned.");
    assert_eq!(
        (nurses_of(&office, "Rosa Sample"), nurses_of(&office, "Ben Sample")),
        (vec!["Bo Sample".to_owned()], vec!["Bo Sample".to_owned()])
    );
    phone.sync();
    assert!(phone.device.caseload().unwrap().is_empty(), "the phone has let go of them (I11)");
    browser.click("a[href$='/team']");
    browser.wait_for_text("Had this case before");
    browser.wait_for_text("Ana Sample");
    keep_picture(&browser, "team");
}

#[test]
fn a_case_is_handed_over_closed_and_opened_again_without_a_script() {
    let (office, phone) = with_a_case();
    let look = Look { has_script: false, width: 360, ..Look::default() };
    let Some(browser) = Browser::open("a case is handed over without a script", look) else { return };
    let bo = office.hire("Bo Sample");
    sign_in(&browser, &office, Role::Office);
    browser.press("Caseload");
    browser.fill("[name=words]", "rosa");
    browser.press("Search");
    browser.click("a[href$='/team']");
    browser.choose("[name=to]", &bo.to_string());
    browser.choose("[name=instead_of]", &phone.nurse.to_string());
    browser.press("Assign");
    browser.wait_for_text("The case is assigned.");
    assert_eq!(nurses_of(&office, "Rosa Sample"), ["Bo Sample"]);
    browser.press("Close the case …");
    browser.choose("[name=reason]", "goals_met");
    browser.press("Close the case");
    browser.wait_for_text("Nobody has this case");
    browser.wait_for_text("the goals are met");
    browser.press("Caseload");
    browser.wait_for_text("Closed cases are left out");
    browser.choose("[name=status]", "closed");
    browser.press("Search");
    browser.click("a[href$='/team']");
    browser.press("Open the case again");
    browser.wait_for_text("The case is open again.");
    assert!(nurses_of(&office, "Rosa Sample").is_empty());
    keep_picture(&browser, "team-360");
}

#[test]
fn what_a_patient_and_a_nurse_are_called_is_shown_as_it_is_and_never_run() {
    let office = Office::start();
    let hostile =
        "<script>document.title='run'</script>\"><img src=x onerror=\"document.title='run'\">\u{202e}gnol";
    let phone = office.phone("'\"><script>document.title='run'</script>");
    let long = Patient { family: "x".repeat(200), ..patient(hostile) };
    phone.device.open_case(&long).unwrap();
    phone.sync();
    let Some(browser) = Browser::open("hostile names are shown as they are", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.press("Caseload");
    browser.wait_for_text("<script>");
    browser.fill("[name=words]", hostile);
    browser.keys("[name=words]", "\u{e007}");
    browser.wait_for(".cases a, .empty");
    browser.go(&format!("{}/office/cases", office.url()));
    browser.run("document.querySelector('.cases td a').click()");
    browser.wait_for_text("Had this case before");
    browser.wait_for_text("<script>");
    assert_eq!(browser.run("return document.querySelectorAll('main script, main img').length"), 0);
    assert!(!browser.run("return document.title").as_str().unwrap().contains("run"));
}

#[test]
fn a_case_is_opened_once_and_not_again_for_the_same_patient_unless_somebody_says_so() {
    let (office, _phone) = with_a_case();
    let Some(browser) = Browser::open("a case is opened", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.press("Caseload");
    browser.press("Open a case");
    browser.fill("[name=birth_date]", "yesterday");
    browser.press("Open the case");
    browser.wait_for_text("This cannot be saved yet.");
    browser.fill("[name=given]", "Benjamin");
    browser.fill("[name=family]", "Sample");
    browser.fill("[name=birth_date]", "1948-03-09");
    browser.press("Open the case");
    browser.wait_for_text("The case is open. Assign it to a nurse.");
    assert!(nurses_of(&office, "Benjamin Sample").is_empty());
    browser.press("Caseload");
    browser.press("Open a case");
    browser.fill("[name=given]", "Ben");
    browser.fill("[name=family]", "Sampel");
    browser.fill("[name=birth_date]", "1948-03-09");
    browser.keys("[name=birth_date]", "\u{e007}");
    browser.wait_for_text("There may be a case of this patient already");
    assert!(
        browser.text_of("main").contains("Benjamin Sample")
            && browser.text_of("main").contains("Born the same day")
    );
    keep_picture(&browser, "new");
    browser.run("document.querySelector('main form').dataset.old = 'yes'");
    browser.keys("[name=birth_date]", "\u{e007}");
    browser.wait_until(
        "the form is shown again",
        "return document.querySelector('main form:not([data-old])') !== null",
    );
    browser.wait_for_text("There may be a case of this patient already");
    let sent = browser.run_until_called(
        "const form = new URLSearchParams(new FormData(document.querySelector('main form')));
         form.append('anyway', 'yes');
         fetch('/office/cases/new', { method: 'POST', body: form }).then((answer) => arguments[0](answer.url));",
    );
    assert!(sent.as_str().unwrap().contains("/team"), "{sent}");
    browser.press("It is another patient: open the case");
    browser.wait_for_text("This case was opened by the same form before.");
    let snapshot = office.app().store.snapshot(office.agency().id).unwrap();
    assert_eq!(
        snapshot.cases(office.app().environment.now()).unwrap().len(),
        3,
        "sent twice, it is opened once"
    );
}
