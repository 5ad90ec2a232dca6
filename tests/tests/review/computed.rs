//! What follows from the records: it appears with its values, and vanishes once they are mended.

use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;
use doorstep_server::review::{Queue, ReviewKind};
use serde_json::{Value, json};

use super::*;

fn minutes(from_now: i64) -> Timestamp {
    now().saturating_add_ms(from_now * 60_000)
}

/// The day that is so many days after today, UTC.
fn day(days: i64) -> String {
    minutes(days * 24 * 60).to_string()[..10].to_owned()
}

/// A booked appointment from one minute from now until before another.
pub(super) fn booked(nurse: StaffId, from: i64, until: i64) -> Value {
    json!({ "nurse": nurse, "start": minutes(from), "end": minutes(until), "status": "booked" })
}

fn licence(state: &str, expires: &str) -> Value {
    json!({ "credential_type": "RN", "state": state, "number": "S1", "expires": expires })
}

#[test]
fn a_double_booking_across_cases_is_shown_with_both_appointments_until_one_is_moved() {
    let office = Office::start();
    let (one, other) = (open_case(&office, "Long", ""), open_case(&office, "Short", ""));
    let (ana, bea) = (office.hire("Ana Sample"), office.hire("Bea Sample"));
    let (first, _) = make(&office, "appointment", Some(&one), booked(ana, 60, 120));
    let (second, _) = make(&office, "appointment", Some(&other), booked(ana, 90, 150));
    make(&office, "appointment", Some(&other), booked(bea, 60, 150));
    let entry = waiting(&office, "double_booking").remove(0);
    assert_eq!((&entry["staff"]["name"], &entry["severity"]), (&json!("Ana Sample"), &json!("urgent")));
    let details = &entry["details"];
    assert_eq!((&details["first"]["record"], &details["second"]["record"]), (&json!(first), &json!(second)));
    assert_eq!(
        (&details["first"]["patient"], &details["second"]["patient"]),
        (&json!("Long"), &json!("Short"))
    );
    assert_eq!(entry["scope"], json!(other));
    let words = entry["words"].as_str().unwrap();
    assert!(words.starts_with("Ana Sample is booked with Short at 20") && words.contains("with Long lasts"));

    let end = office.get(&format!("/v1/office/records/{first}"))["content"]["end"].clone();
    set(&office, &second, json!({ "start": end }));
    assert_eq!(waiting(&office, "double_booking"), [Value::Null; 0], "one may begin when the other ends");
    set(&office, &second, json!({ "start": minutes(90) }));
    assert_eq!(waiting(&office, "double_booking")[0]["id"], entry["id"]);
    for fields in [json!({ "status": "cancelled" }), json!({ "status": "booked", "entered_in_error": true })]
    {
        set(&office, &second, fields);
        assert_eq!(waiting(&office, "double_booking"), [Value::Null; 0]);
    }
}

#[test]
fn a_double_booking_that_was_seen_is_back_when_a_time_of_it_changes() {
    let office = Office::start();
    let scope = open_case(&office, "Long", "");
    let ana = office.hire("Ana Sample");
    make(&office, "appointment", Some(&scope), booked(ana, 60, 120));
    let (second, _) = make(&office, "appointment", Some(&scope), booked(ana, 90, 150));
    let entry = waiting(&office, "double_booking").remove(0);
    assert_eq!(see(&office, &entry).0, 200);
    set(&office, &second, json!({ "reason": "wound care" }));
    assert_eq!(waiting(&office, "double_booking"), [Value::Null; 0], "that is another matter");
    set(&office, &second, json!({ "start": minutes(100) }));
    let back = waiting(&office, "double_booking").remove(0);
    assert_eq!((&back["id"], &back["seen"]), (&entry["id"], &Value::Null));
    assert_eq!(office.post(&action(&back, "seen"), &json!({ "state": entry["state"] })).0, 409);
}

#[test]
fn visits_and_appointments_without_a_licence_in_the_patients_state_are_shown_until_there_is_one() {
    let office = Office::start();
    let scope = open_case(&office, "Long", "Massachusetts");
    let ana = office.hire("Ana Sample");
    set(&office, ana, json!({ "credentials": { "nh": licence("NH", &day(300)) } }));
    let made = json!({
        "nurse": ana,
        "status": "finished",
        "check_in": { "at": minutes(-120) },
        "check_out": { "at": minutes(-60) },
    });
    let (visit, _) = make(&office, "visit", Some(&scope), made);
    let entry = waiting(&office, "unlicensed_visit").remove(0);
    assert_eq!((&entry["record"], &entry["severity"]), (&json!(visit), &json!("warning")));
    let (appointment, _) = make(&office, "appointment", Some(&scope), booked(ana, 60, 90));
    let entry = waiting(&office, "unlicensed_visit").remove(0);
    assert_eq!((&entry["record"], &entry["severity"]), (&json!(appointment), &json!("urgent")));
    assert_eq!((&entry["staff"]["name"], &entry["patient"]), (&json!("Ana Sample"), &json!("Long")));
    let details = &entry["details"];
    assert_eq!((&details["state"], &details["count"]), (&json!("MA"), &json!(2)));
    assert!(
        entry["words"].as_str().unwrap().starts_with("Ana Sample has no licence in MA for the appointment")
    );

    let lapsed = json!({ "nh": licence("NH", &day(300)), "ma": licence("MA", &day(-1)) });
    set(&office, ana, json!({ "credentials": lapsed }));
    assert_eq!(waiting(&office, "unlicensed_visit")[0]["details"]["last_day"], day(-1));
    let renewed = json!({ "nh": licence("NH", &day(300)), "ma": licence("MA", &day(300)) });
    set(&office, ana, json!({ "credentials": renewed }));
    assert_eq!(waiting(&office, "unlicensed_visit"), [Value::Null; 0]);
}

#[test]
fn a_licence_is_shown_60_days_before_it_runs_out_by_the_agencys_calendar() {
    let office = Office::start();
    let ana = office.hire("Ana Sample");
    set(&office, ana, json!({ "credentials": { "ma": licence("MA", "2027-01-24") } }));
    let agency = office.agency().id;
    let at = |moment: &str| {
        let queue = Queue::read(&*office.app().store, agency, None, moment.parse().unwrap()).unwrap();
        queue.counts()[&ReviewKind::Credential]
    };
    assert_eq!([at("2026-11-24T23:59:59Z"), at("2026-11-25T00:00:00Z")], [0, 1], "61 days, 60 days");
    set(&office, agency, json!({ "time_zone": "America/New_York" }));
    assert_eq!([at("2026-11-25T04:59:59Z"), at("2026-11-25T05:00:00Z")], [0, 1]);
    set(&office, agency, json!({ "time_zone": "Pacific/Kiritimati" }));
    assert_eq!([at("2026-11-24T09:59:59Z"), at("2026-11-24T10:00:00Z")], [0, 1]);
}

#[test]
fn a_licence_that_was_seen_is_back_once_it_has_run_out_and_gone_once_it_is_renewed() {
    let office = Office::start();
    let ana = office.hire("Ana Sample");
    set(&office, ana, json!({ "credentials": { "ma": licence("MA", &day(10)) } }));
    let entry = waiting(&office, "credential").remove(0);
    assert_eq!(
        (&entry["words"], &entry["severity"]),
        (&json!("Ana Sample's RN MA runs out in 10 days"), &json!("notice"))
    );
    assert_eq!(see(&office, &entry).0, 200);
    assert_eq!(waiting(&office, "credential"), [Value::Null; 0]);
    let later = now().saturating_add_ms(11 * 24 * 3_600_000);
    let queue = Queue::read(&*office.app().store, office.agency().id, None, later).unwrap();
    assert_eq!(queue.counts()[&ReviewKind::Credential], 1, "seen as about to run out, not as run out");
    set(&office, ana, json!({ "credentials": { "ma": licence("MA", &day(300)) } }));
    let queue = Queue::read(&*office.app().store, office.agency().id, None, later).unwrap();
    assert_eq!(queue.counts()[&ReviewKind::Credential], 0);
}

#[test]
fn an_authorisation_is_shown_60_days_before_it_runs_out_and_when_its_visits_are_used_up() {
    let office = Office::start();
    let scope = open_case(&office, "Long", "");
    let authorisation = |days, visits| {
        let period = json!({ "start": day(-30), "end": day(days) });
        let service = json!({ "system": "urn:x", "code": "G0299", "display": "RN" });
        json!({ "a1": { "number": "A7", "status": "approved", "period": period, "visits_approved": visits,
            "service": service } })
    };
    let coverage = |authorisations| json!({ "payer": "Sample Health", "authorisations": authorisations });
    let (record, _) = make(&office, "coverage", Some(&scope), coverage(authorisation(61, 1)));
    assert_eq!(waiting(&office, "authorisation"), [Value::Null; 0]);
    set(&office, &record, json!({ "authorisations": authorisation(60, 1) }));
    let entry = waiting(&office, "authorisation").remove(0);
    assert_eq!(entry["words"], "Authorisation A7 of Long: runs out in 60 days");
    assert_eq!((&entry["record"], &entry["details"]["last_day"]), (&json!(record), &json!(day(60))));
    set(&office, &record, json!({ "authorisations": authorisation(200, 1) }));

    let visit = |code: &str, status: &str| {
        json!({
            "status": status,
            "service_type": { "system": "urn:x", "code": code, "display": "RN" },
            "check_in": { "at": minutes(-120) },
            "check_out": { "at": minutes(-60) },
        })
    };
    make(&office, "visit", Some(&scope), visit("G0300", "finished"));
    make(&office, "visit", Some(&scope), visit("G0299", "in-progress"));
    assert_eq!(waiting(&office, "authorisation"), [Value::Null; 0], "of another service, or not finished");
    let (made, _) = make(&office, "visit", Some(&scope), visit("G0299", "finished"));
    let entry = waiting(&office, "authorisation").remove(0);
    assert_eq!(entry["words"], "Authorisation A7 of Long: 1 of 1 visits made");
    assert_eq!(entry["details"]["is_used_up"], true);
    set(&office, &made, json!({ "entered_in_error": true }));
    assert_eq!(waiting(&office, "authorisation"), [Value::Null; 0]);
}
