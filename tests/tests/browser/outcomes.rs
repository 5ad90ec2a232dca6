//! What the care comes to.

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::goal::{Achievement, Goal};
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use doorstep_client_core::record::{CheckPoint, Date};

use super::*;
use crate::review::picture;

#[test]
fn what_was_made_and_met_is_counted_for_a_period_and_taken_along_as_a_table_without_a_script() {
    let office = Office::start();
    let phone = office.phone("=Ana <b>Sample</b>");
    phone.device.open_case(&patient("Rosa")).unwrap();
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let now = SystemEnvironment.now();
    let today: Date = now.to_string()[..10].parse().unwrap();
    let goal = Goal {
        description: "Walks".into(),
        start: Some(today),
        achievement: Achievement::Achieved,
        ..Goal::default()
    };
    let visit = Visit {
        nurse: Some(phone.nurse),
        status: VisitStatus::Finished,
        check_in: Some(CheckPoint { at: now, position: None }),
        check_out: Some(CheckPoint { at: now, position: None }),
        ..Visit::default()
    };
    phone.device.create(scope, &goal.into()).unwrap();
    phone.device.create(scope, &visit.into()).unwrap();
    phone.sync();
    let look = Look { has_script: false, width: 360, is_dark: true, ..Look::default() };
    let Some(browser) = Browser::open("what the care comes to", look) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.go(&format!("{}/office/outcomes", office.url()));
    let headlines = browser.text_of(".headlines");
    assert!(headlines.starts_with("Goals met\n1 of 1\nVisits made\n1"), "{headlines}");
    assert!(browser.text_of(".card table tbody").contains("=Ana <b>Sample</b> 1 1 0"));
    picture(&browser, "outcomes-narrow-dark");
    let csv = office_csv(&office, "visits.csv");
    assert!(csv.contains("'=Ana <b>Sample</b>,0,0,1,0,0\r\n"), "{csv}");
    browser.press("Last 7 days");
    browser.wait_for("a[aria-current=true]");
    browser.go(&format!("{}/office/outcomes?from=2026-03-02&until=2026-03-01", office.url()));
    assert!(browser.text_of("#period-wrong").contains("That is no period"));
    browser.go(&format!("{}/office/outcomes?from=2026-03-01&until=2026-03-02", office.url()));
    assert!(browser.text_of(".headlines").starts_with("Goals met\n0 of 0"), "there was nothing then");
}

fn office_csv(office: &Office, table: &str) -> String {
    let call = ureq::get(format!("{}/office/outcomes/{table}", office.url()));
    let mut answer = call.header("authorization", format!("Bearer {}", office.token())).call().unwrap();
    answer.body_mut().read_to_string().unwrap()
}
