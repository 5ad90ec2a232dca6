//! The schedule: a visit is booked against advice, moved and called off, and the phone hears of each.

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::patient::Patient;
use doorstep_server::limits::{CASES_OFFERED_MAX, UNBOOKED_CASES_MAX};

use super::*;

/// What nobody is called, and somebody may type.
const HOSTILE: &str = "\"><img src=x onerror=\"window.wasHacked=1\"><script>window.wasHacked=1</script>";

/// Tomorrow, far from any change of the day at midnight.
fn tomorrow() -> String {
    let now = jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC);
    now.date().tomorrow().unwrap().to_string()
}

/// The appointments of a case, as the phone has them.
fn on_phone(phone: &Phone, scope: ScopeId) -> Vec<Appointment> {
    phone.sync();
    let chart = phone.device.chart(scope).unwrap();
    let appointments = chart.records.get(&Kind::Appointment).into_iter().flatten();
    appointments.map(|listed| serde_json::from_value(listed.view.clone()).unwrap()).collect()
}

/// Types when and by whom, as a browser sends it without a script.
fn type_in(browser: &Browser, day: &str, time: &str) {
    // What a date input takes by keys depends on the browser's language: it is set as the server shows it.
    browser.run(&format!(
        "document.querySelector('form.stacked [name=day]').value = '{day}';
         document.querySelector('form.stacked [name=time]').value = '{time}'"
    ));
}

#[test]
fn a_visit_is_booked_against_advice_and_moved_and_cancelled_and_the_phone_hears_of_each() {
    let (office, phone) = with_a_case();
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let Some(browser) = Browser::open("a visit is booked", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    let day = tomorrow();

    // Two visits at the same time: the second is told of the first.
    for (number, time) in [(1, "09:00"), (2, "09:30")] {
        browser.go(&format!("{}/office/schedule", office.url()));
        browser.wait_for_text("Rosa Sample");
        browser.go(&format!("{}/office/schedule/book?case={scope}&at={day}", office.url()));
        type_in(&browser, &day, time);
        browser.fill("[name=reason]", HOSTILE);
        browser.click("form.stacked button.main");
        if number == 2 {
            browser.wait_for_text("The nurse is booked at the same time");
            let typed = browser.run("return document.querySelector('[name=reason]').value");
            assert_eq!(typed, HOSTILE, "nothing is lost");
            browser.press("Book anyway");
        }
        browser.wait_for_text("The visit is booked.");
        assert_eq!(browser.run("return window.wasHacked"), serde_json::Value::Null);
    }
    let booked = on_phone(&phone, scope);
    assert_eq!(booked.len(), 2);
    assert!(booked.iter().all(|one| one.nurse == Some(phone.nurse) && one.reason == HOSTILE));

    // The week and the day show both.
    browser.go(&format!("{}/office/schedule?day={day}", office.url()));
    browser.wait_for(".board .slot.planned");
    let week = browser.run("return document.querySelectorAll('.board .slot').length");
    assert_eq!(week, 2);
    browser.click(".board .slot a");
    browser.wait_for_text("As agreed");

    // Moved by an hour: only the time is another.
    type_in(&browser, &day, "11:00");
    browser.click("form[aria-labelledby=move] button.main");
    browser.wait_for_text("The visit is moved.");
    let starts = |phone: &Phone| -> Vec<String> {
        let mut starts: Vec<String> =
            on_phone(phone, scope).iter().map(|one| one.start.unwrap().to_string()).collect();
        starts.sort();
        starts
    };
    assert_eq!(starts(&phone), [format!("{day}T09:30:00Z"), format!("{day}T11:00:00Z")]);

    // Called off, with a reason.
    browser.fill("[name=cancellation_reason]", "The patient is away.");
    browser.press("Cancel the visit");
    browser.wait_for_text("The visit is cancelled.");
    assert!(!browser.shows("form[aria-labelledby=move]"), "it cannot be moved any more");
    let cancelled = on_phone(&phone, scope);
    let cancelled: Vec<_> =
        cancelled.iter().filter(|one| one.status == AppointmentStatus::Cancelled).collect();
    assert_eq!((cancelled.len(), cancelled[0].cancellation_reason.as_str()), (1, "The patient is away."));
    browser.go(&format!("{}/office/schedule?day={day}", office.url()));
    browser.wait_for(".board .slot.cancelled");
}

#[test]
fn without_a_script_a_visit_is_booked_and_moved_by_keyboard_alone() {
    let (office, phone) = with_a_case();
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let look = Look { has_script: false, ..Look::default() };
    let Some(browser) = Browser::open("a visit is moved by keyboard", look) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/schedule/book?case={scope}", office.url()));
    browser.wait_for("form.stacked");
    browser.keys("[name=day]", "01022031");
    browser.keys("[name=time]", "0830AM");
    browser.keys("[name=minutes]", "\u{e007}");
    browser.wait_for_text("The visit is booked.");
    assert_eq!(on_phone(&phone, scope)[0].start.unwrap().to_string(), "2031-01-02T08:30:00Z");
    browser.keys("[name=time]", "0945AM");
    browser.keys("[name=minutes]", "\u{e007}");
    browser.wait_for_text("The visit is moved.");
    let moved = on_phone(&phone, scope);
    assert_eq!((moved.len(), moved[0].start.unwrap().to_string()), (1, "2031-01-02T09:45:00Z".to_owned()));
}

#[test]
fn whoever_looks_for_a_case_finds_it_as_she_types_and_hostile_names_stay_names() {
    let (office, phone) = with_a_case();
    let hostile =
        Patient { given: HOSTILE.to_owned(), family: "\u{202e}Hostile".to_owned(), ..Patient::default() };
    phone.device.open_case(&hostile).unwrap();
    phone.sync();
    let Some(browser) = Browser::open("a case is found", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/schedule", office.url()));
    browser.wait_for_text("Open cases without a next appointment");
    browser.wait_for_text("Hostile");
    browser.press("Book a visit");
    browser.fill("[name=sought]", "hosti");
    browser.wait_for_text("Hostile");
    assert!(!browser.url().contains("hosti"), "what is looked for stands in no address");
    browser.click("[data-region=found] a");
    browser.wait_for("form.stacked");
    browser.wait_for_text("Hostile");
    assert_eq!(browser.run("return window.wasHacked"), serde_json::Value::Null);
}

#[test]
fn a_calendar_reads_when_a_nurse_visits_and_no_names_until_its_address_is_taken_away() {
    let (office, phone) = with_a_case();
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let start = SystemEnvironment.now().saturating_add_ms(3_600_000);
    let appointment = Appointment {
        start: Some(start),
        nurse: Some(phone.nurse),
        reason: "Dressing".to_owned(),
        place: "12 Elm St".to_owned(),
        ..Appointment::default()
    };
    phone.device.create(scope, &appointment.into()).unwrap();
    phone.sync();
    let Some(browser) = Browser::open("a calendar reads a schedule", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/schedule?nurse={}", office.url(), phone.nurse));
    browser.press("Calendar feed");
    browser.press("Make an address");
    browser.wait_for("input.address");
    let address = browser.run("return document.querySelector('input.address').value");
    let address = address.as_str().unwrap();
    let read = |address: &str| {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.get(address).call().unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let (kind, kept) = (header("content-type"), header("cache-control"));
        (answer.status().as_u16(), kind, kept, answer.body_mut().read_to_string().unwrap())
    };
    let (status, kind, kept, feed) = read(address);
    assert_eq!((status, kind.as_str(), kept.as_str()), (200, "text/calendar; charset=utf-8", "private"));
    assert_eq!(feed.matches("BEGIN:VEVENT").count(), 1);
    for told in ["Rosa", "Sample", "Dressing", "Elm", &scope.to_string()] {
        assert!(!feed.contains(told), "{told} stands in {feed}");
    }
    assert_eq!(read(&address.replace(".ics", "")).0, 404);
    browser.go(&format!("{}/office/staff/{}/calendar", office.url(), phone.nurse));
    browser.wait_for_text("It is not shown again");
    assert!(!browser.shows("input.address"));
    browser.press("Take the address away");
    browser.wait_for_text("The address is no more.");
    assert_eq!(read(address).0, 404);
}

/// A page, asked for by somebody of the office's token.
fn page(office: &Office, path: &str, form: Option<&str>) -> String {
    let (url, bearer) = (format!("{}{path}", office.url()), format!("Bearer {}", office.token()));
    let answer = match form {
        None => ureq::get(url).header("authorization", bearer).call(),
        Some(form) => ureq::post(url)
            .header("authorization", bearer)
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form),
    };
    answer.unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn i14_lists_of_cases_hold_as_many_as_the_limits_say_and_lead_on_to_one_more() {
    let office = Office::start();
    let open = |count: usize| {
        for number in 0..count {
            let content = serde_json::json!({ "given": "Ada", "family": format!("Long {number}") });
            let (status, _) = office
                .post("/v1/office/records", &serde_json::json!({ "kind": "patient", "content": content }));
            assert_eq!(status, 200);
        }
    };
    let unbooked = || page(&office, "/office/schedule", None);
    let found = || page(&office, "/office/schedule/choose", Some("sought=ada"));
    let count = |text: &str| text.matches("/office/schedule/book?case=").count();
    open(UNBOOKED_CASES_MAX);
    assert_eq!(UNBOOKED_CASES_MAX, CASES_OFFERED_MAX);
    assert_eq!((count(&unbooked()), count(&found())), (UNBOOKED_CASES_MAX, CASES_OFFERED_MAX));
    assert!(!unbooked().contains("after=") && !found().contains("There are more."));
    open(1);
    assert_eq!((count(&unbooked()), count(&found())), (UNBOOKED_CASES_MAX, CASES_OFFERED_MAX));
    assert!(unbooked().contains("after=") && found().contains("There are more."));
}
