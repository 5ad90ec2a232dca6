//! A patient's chart, its records and their forms.

use doorstep_client_core::document::Header;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::goal::Goal;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_server::merge;
use doorstep_server::sample::{self, Sample, SampleSize};
use doorstep_server::store::StaffMember;

use super::*;

/// Two phones, each with the case of the first one's patient.
fn with_two_phones() -> (Office, Phone, Phone, ScopeId) {
    let (office, ana) = with_a_case();
    let ben = office.phone("Ben Sample");
    let scope = ana.device.caseload().unwrap()[0].case.scope;
    office.grant(scope, ben.nurse);
    ben.sync();
    (office, ana, ben, scope)
}

fn task(title: &str) -> AnyRecord {
    Task { title: title.to_owned(), ..Task::default() }.into()
}

fn rename(phone: &Phone, record: RecordId, title: &str) {
    let read = phone.device.read(record).unwrap();
    let AnyRecord::Task(known) = read.record.clone() else { panic!("it is a task") };
    let changed = Task { title: title.to_owned(), ..known };
    phone.device.save(record, &read.version, &changed.into()).unwrap();
}

#[test]
fn a_conflict_of_two_phones_is_seen_in_the_chart_and_settled_at_the_field() {
    let (office, ana, ben, scope) = with_two_phones();
    let Some(browser) = Browser::open("a conflict is settled", Look { has_script: false, ..Look::default() })
    else {
        return;
    };
    let record = ana.device.create(scope, &task("Call the doctor")).unwrap().header.id;
    ana.sync();
    ben.sync();
    rename(&ana, record, "Call Dr. Stone");
    rename(&ben, record, "Call Dr. Marsh");
    ana.sync();
    ben.sync();
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/cases/{scope}", office.url()));
    let waits = browser.text_of("section.urgent");
    assert!(waits.contains("Call Dr. "), "{waits}");
    browser.click("section.urgent li a");
    let values = browser.text_of(".form-rivals");
    for said in ["Call Dr. Stone", "Call Dr. Marsh", "Ana Sample", "Ben Sample"] {
        assert!(values.contains(said), "{said} is not in {values}");
    }
    browser.press("Pick “Call Dr. Marsh”");
    browser.wait_for_text("The value is picked.");
    assert!(!browser.shows(".form-rivals") && browser.text_of("h1").contains("Call Dr. Marsh"));
    let history = browser.text_of(".changes");
    for said in ["Olu Sample", "Ana Sample", "Ben Sample", "Call the doctor", "Call Dr. Stone"] {
        assert!(history.contains(said), "{said} is not in {history}");
    }
    ana.sync();
    let AnyRecord::Task(settled) = ana.device.read(record).unwrap().record else { panic!("it is a task") };
    assert_eq!(settled.title, "Call Dr. Marsh");
}

#[test]
fn an_edit_of_an_old_screen_merges_with_what_a_phone_wrote_meanwhile_and_a_conflict_shows_at_the_field() {
    let (office, ana) = with_a_case();
    let Some(browser) = Browser::open("an edit merges", Look::default()) else { return };
    let scope = ana.device.caseload().unwrap()[0].case.scope;
    let goal = Goal { description: "Walk to the park".into(), ..Goal::default() };
    let record = ana.device.create(scope, &task("Order gauze")).unwrap().header.id;
    ana.device.create(scope, &goal.into()).unwrap();
    ana.sync();
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/records/{record}/edit", office.url()));
    browser.wait_until("the stream opens", "return !document.querySelector('[data-live-on]').hidden");
    // Meanwhile the phone writes the title, and the office's form is told and kept.
    rename(&ana, record, "Order gauze and tape");
    browser.fill("#field-note", "The pharmacy delivers.");
    ana.sync();
    browser.wait_for("[data-notice=changed]:not([hidden])");
    browser.click("button[name=save]");
    browser.wait_for_text("merged with what somebody else has changed");
    let facts = browser.text_of("main");
    assert!(facts.contains("Order gauze and tape") && facts.contains("The pharmacy delivers."), "{facts}");
    // Both write the title: both values are kept, and shown at once.
    browser.go(&format!("{}/office/records/{record}/edit", office.url()));
    ana.sync();
    rename(&ana, record, "Order gauze, tape and gloves");
    ana.sync();
    browser.fill("#field-title", "Order nothing");
    browser.click("button[name=save]");
    browser.wait_for_text("both are kept");
    let values = browser.text_of(".form-rivals");
    assert!(values.contains("Order nothing") && values.contains("Order gauze, tape and gloves"), "{values}");
}

#[test]
fn a_record_is_added_with_what_is_wrong_at_its_field_and_then_entered_in_error_for_a_reason() {
    let (office, ana) = with_a_case();
    let look = Look { has_script: false, ..Look::default() };
    let Some(browser) = Browser::open("a record is added", look) else { return };
    let scope = ana.device.caseload().unwrap()[0].case.scope;
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/cases/{scope}/new/task", office.url()));
    browser.fill("#field-note", "By Friday.");
    browser.fill("#field-due", "Friday");
    browser.click("button[name=save]");
    browser.wait_for(".form-faults");
    let wrong = browser.text_of("#field-due-wrong");
    assert!(wrong.contains("Not a date"), "{wrong}");
    browser.fill("#field-due", "2031-05-02");
    browser.fill("#field-title", "<script>alert(1)</script>");
    browser.click("button[name=save]");
    browser.wait_for_text("Added.");
    assert!(browser.text_of("h1").contains("<script>alert(1)</script>"));
    assert!(browser.text_of("main").contains("By Friday."), "nothing typed is lost");
    browser.press("Entered in error…");
    browser.click("input[value=duplicate]");
    browser.click("button.danger");
    browser.wait_for_text("The record counts as entered in error.");
    browser.go(&format!("{}/office/cases/{scope}", office.url()));
    assert!(!browser.text_of("main").contains("<script>"), "it counts nowhere");
}

/// A server with a made-up agency on it.
fn with_a_sample() -> (Office, Sample) {
    let office = Office::start();
    let now = SystemEnvironment.now();
    let sample = sample::agency(7, SampleSize { nurses: 3, cases: 4 }, now);
    let (store, agency) = (&*office.app().store, office.agency());
    for (record, staff) in &sample.staff {
        let id = StaffId::from(*record);
        let member = StaffMember { id, name: staff.name.clone(), role: Role::Nurse, is_active: true };
        store.add_staff(agency.id, member).unwrap();
    }
    let by = StaffId::from(sample.staff[0].0);
    let keep = |scope: ScopeId, records: &[(RecordId, AnyRecord)]| {
        let headed = records
            .iter()
            .map(|(id, record)| (Header { id: *id, scope, kind: record.kind() }, record.clone()));
        merge::create_all(store, agency.id, by, &headed.collect::<Vec<_>>(), now).unwrap();
    };
    keep(agency.directory, &sample.directory());
    for case in &sample.cases {
        keep(case.scope, &case.records);
        office.grant(case.scope, case.nurse);
    }
    (office, sample)
}

#[test]
fn a_chart_of_much_stays_small_and_its_pages_can_be_read() {
    let (office, sample) = with_a_sample();
    let look = Look { has_script: false, ..Look::default() };
    let Some(browser) = Browser::open("a chart stays small", look) else { return };
    sign_in(&browser, &office, Role::Office);
    let case = &sample.cases[0];
    let of_kind = |kind| case.records.iter().find(|(_, record)| record.kind() == kind).unwrap().0;
    let chart = format!("/office/cases/{}", case.scope);
    let pages = [
        ("chart", chart.clone()),
        ("chart-coverage", format!("{chart}/records/coverage")),
        ("chart-observations", format!("{chart}/records/observation")),
        ("chart-plan", format!("{chart}/plan")),
        ("chart-outcomes", format!("{chart}/outcomes")),
        ("chart-timeline", format!("{chart}/timeline")),
        ("chart-arrived", format!("{chart}/timeline?order=arrived")),
        ("chart-as-of", format!("{chart}/as-of?at=2100-01-01T00:00")),
        ("directory", "/office/directory".to_owned()),
        ("record", format!("/office/records/{}", of_kind(Kind::CarePlan))),
        ("record-edit", format!("/office/records/{}/edit", of_kind(Kind::CarePlan))),
        ("record-mistake", format!("/office/records/{}/mistake", of_kind(Kind::Goal))),
        ("record-new", format!("{chart}/new/assessment?instrument={}", sample.instrument.0)),
    ];
    for (name, path) in pages {
        browser.go(&(office.url() + &path));
        let bytes = browser.run("return new TextEncoder().encode(document.documentElement.outerHTML).length");
        assert!(bytes.as_u64().unwrap() < 100_000, "{name} has {bytes} bytes");
        let headings = browser.run("return document.querySelectorAll('h1').length");
        assert_eq!(headings, 1, "{name}");
        if let Some(folder) = std::env::var_os("DOORSTEP_PICTURES") {
            browser.picture(&std::path::Path::new(&folder).join(format!("{name}.png")));
        }
    }
}

#[test]
fn hostile_text_is_shown_as_text_and_an_untouched_form_changes_nothing() {
    const HOSTILE: &str = "\"><img src=x onerror=\"window.hurt=1\"><script>window.hurt=1</script>\u{202E}gnp";
    let office = Office::start();
    let ana = office.phone("Ana Sample");
    ana.device.open_case(&Patient { preferred: HOSTILE.to_owned(), ..patient("Rosa") }).unwrap();
    let scope = ana.device.caseload().unwrap()[0].case.scope;
    let long = format!("{HOSTILE}{}", "w".repeat(400));
    let task = Task { title: HOSTILE.to_owned(), note: long.as_str().into(), ..Task::default() };
    let record = ana.device.create(scope, &task.into()).unwrap().header.id;
    ana.sync();
    let look = Look { has_script: false, ..Look::default() };
    let Some(browser) = Browser::open("hostile text is text", look) else { return };
    sign_in(&browser, &office, Role::Office);
    let chart = format!("/office/cases/{scope}");
    let pages = ["", "/plan", "/outcomes", "/timeline", "/timeline?order=arrived", "/records/task"];
    let pages = pages.iter().map(|page| format!("{chart}{page}"));
    let record_page = format!("/office/records/{record}");
    for page in pages.chain([format!("{chart}/as-of?at=2100-01-01T00:00"), record_page.clone()]) {
        browser.go(&(office.url() + &page));
        let hurt =
            browser.run("return window.hurt || document.querySelectorAll('main img, main script').length");
        assert_eq!(hurt, 0, "{page}");
    }
    assert!(browser.text_of("h1").contains("<script>window.hurt=1</script>"));
    let version = ana.device.read(record).unwrap().version;
    browser.go(&format!("{}{record_page}/edit", office.url()));
    browser.click("button[name=save]");
    browser.wait_for_text("Saved.");
    ana.sync();
    assert_eq!(ana.device.read(record).unwrap().version, version);
}

#[test]
fn a_measure_is_drawn_with_its_goal_and_its_table_and_the_chart_as_it_stood_is_shown() {
    let (office, sample) = with_a_sample();
    let look = Look { has_script: false, ..Look::default() };
    let Some(browser) = Browser::open("a measure is drawn", look) else { return };
    sign_in(&browser, &office, Role::Office);
    let chart = format!("{}/office/cases/{}", office.url(), sample.cases[0].scope);
    browser.go(&format!("{chart}/outcomes"));
    let drawn = browser.text_of("svg.plot desc").is_empty();
    assert!(drawn, "a description is for whoever does not see the drawing");
    for part in [".plot-line", ".plot-point", ".plot-goal", ".plot-visit"] {
        browser.wait_for(&format!("svg {part}"));
    }
    browser.click("details summary");
    assert!(browser.text_of("details table").contains("kg"));
    browser.go(&format!("{chart}/as-of?at=1999-01-01T00:00"));
    browser.wait_for_text("Nothing of this case had arrived by then.");
    browser.go(&format!("{chart}/as-of?at=2100-01-01T00:00"));
    assert!(browser.text_of("main").contains("Heart failure"));
}

#[test]
fn the_form_of_a_new_record_that_is_sent_again_with_something_else_is_an_edit_of_what_it_made() {
    let (office, phone) = with_a_case();
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let now = SystemEnvironment.now();
    let record = RecordId::new(now, &mut (&SystemEnvironment as &dyn Environment).entropy());
    let send = |title: &str| {
        let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).build().into();
        let answer = agent
            .post(format!("{}/office/cases/{scope}/new/task", office.url()))
            .header("authorization", format!("Bearer {}", office.token()))
            .send_form([("record", record.to_string().as_str()), ("title", title)]);
        assert_eq!(answer.unwrap().status(), 303, "{title}");
    };
    send("Order dressings");
    send("Order dressings");
    let shown = |path: &str| office.get(&format!("/v1/office/records/{record}"))[path].clone();
    assert_eq!(shown("history").as_array().unwrap().len(), 1, "the same again changes nothing");
    send("Order larger dressings");
    assert_eq!(shown("content")["title"], "Order larger dressings");
    assert_eq!(shown("history").as_array().unwrap().len(), 2);
}
