//! What waits: each kind with its values, until it is settled.

use std::collections::BTreeSet;

use doorstep_client_core::document::Changeset;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Timestamp;
use doorstep_server::limits::REVIEW_ENTRIES_MAX;
use doorstep_server::review::{Queue, ReviewKind};
use doorstep_server::store::{AuditQuery, Role, SetAside};
use doorstep_server::{agency, auth::Bearer};
use serde_json::{Value, json};

use super::*;

#[test]
fn an_office_in_which_nothing_waits_is_told_so() {
    let office = Office::start();
    let page = office.get("/v1/office/review");
    assert_eq!((&page["entries"], &page["next"]), (&json!([]), &Value::Null));
    let counts = page["counts"].as_object().unwrap();
    assert_eq!(counts.len(), ReviewKind::ALL.len());
    assert!(counts.values().all(|count| *count == 0));
}

#[test]
fn i8_a_conflict_is_shown_with_both_values_their_authors_and_times_until_one_is_picked() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    let address = format!("/v1/office/records/{}", ana.patient);
    let seen = office.get(&address);
    for name in ["Rosie", "Rosita"] {
        let mut content = seen["content"].clone();
        content["preferred"] = name.into();
        office.put(&address, &json!({ "seen": seen["version"], "content": content }));
    }
    let entry = waiting(&office, "conflict").remove(0);
    assert_eq!((&entry["record"], &entry["scope"]), (&json!(ana.patient), &json!(ana.scope)));
    assert_eq!(entry["severity"], "warning");
    let words = entry["words"].as_str().unwrap();
    assert!(words.contains("patient of Ros") && words.contains("pick one"), "{words}");
    let field = &entry["details"]["fields"][0];
    assert_eq!(field["path"], "preferred");
    let values = field["values"].as_array().unwrap();
    let shown: BTreeSet<&str> = values.iter().map(|value| value["value"].as_str().unwrap()).collect();
    assert_eq!(shown, BTreeSet::from(["Rosie", "Rosita"]));
    for value in values {
        assert_eq!(value["author"]["name"], "Office Sample");
        let at: Timestamp = value["at"].as_str().unwrap().parse().unwrap();
        assert!((0..60_000).contains(&(now().as_millisecond() - at.as_millisecond())));
    }
    let pick =
        json!({ "seen": office.get(&address)["version"], "path": "preferred", "pick": values[0]["id"] });
    assert_eq!(office.post(&action(&entry, "resolve"), &pick).0, 200);
    assert_eq!(waiting(&office, "conflict"), [Value::Null; 0]);
}

#[test]
fn i9_late_work_is_shown_until_somebody_has_seen_it() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    office.app().store.revoke(office.agency().id, ana.scope, ana.nurse, act()).unwrap();
    assert_eq!(ana.create(ana.scope, new_id(), plan("Walks")), "merged");
    let entry = waiting(&office, "late_work").remove(0);
    assert_eq!((&entry["staff"]["name"], &entry["patient"]), (&json!("Ana Sample"), &json!("Rosa Sample")));
    assert_eq!(entry["details"]["record_kind"], "care_plan");
    assert_eq!(entry["device"], json!(ana.rogue.enrolled.device));
    let words = "Work of Ana Sample on a care plan of Rosa Sample arrived after her assignment had ended";
    assert_eq!(entry["words"], words);
    assert_eq!(office.get(&action(&entry, "show"))["content"]["title"], "Walks");
    assert_eq!(office.post(&action(&entry, "seen"), &json!({})).0, 200);
    assert_eq!(waiting(&office, "late_work"), [Value::Null; 0]);
}

#[test]
fn i10_what_was_set_aside_is_shown_until_it_is_accepted_or_discarded() {
    let office = Office::start();
    let (ana, bea) = (Opened::of(&office, "Ana Sample"), Opened::of(&office, "Bea Sample"));
    for title in ["Walks", "Stairs"] {
        assert_eq!(bea.create(ana.scope, new_id(), plan(title)), "no_grant");
    }
    let entries = waiting(&office, "quarantine");
    assert_eq!(entries.len(), 2);
    let since = |entry: &Value| serde_json::from_value::<Timestamp>(entry["since"].clone()).unwrap();
    assert!(since(&entries[0]) <= since(&entries[1]), "the oldest first");
    assert_eq!(entries[0]["details"]["reason"], "no_grant");
    assert_eq!(
        (&entries[0]["staff"]["name"], &entries[0]["scope"]),
        (&json!("Bea Sample"), &json!(ana.scope))
    );
    assert_eq!(office.get(&action(&entries[0], "show"))["examined"]["would"], "merge");
    assert_eq!(office.post(&action(&entries[0], "accept"), &json!({})).0, 200);
    assert_eq!(waiting(&office, "quarantine")[0]["id"], entries[1]["id"]);
    assert_eq!(office.post(&action(&entries[1], "discard"), &json!({ "reason": "twice" })).0, 200);
    assert_eq!(waiting(&office, "quarantine"), [Value::Null; 0]);
}

fn aside(ana: &Opened, number: usize) -> SetAside {
    SetAside {
        record: Some(RecordId::from_bytes((number as u128).to_be_bytes())),
        scope: None,
        device: ana.rogue.enrolled.device,
        staff: ana.nurse,
        reason: "malformed".to_owned(),
        changes: Changeset::from_bytes(vec![1]),
        received_at: Timestamp::from_millisecond((number / 2) as i64).unwrap(),
    }
}

#[test]
fn i14_the_queue_comes_in_pages_of_its_limit_and_one_past_it_is_on_the_next() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    let (store, agency) = (&office.app().store, office.agency().id);
    let set_aside = |numbers: std::ops::Range<usize>| {
        store.set_aside(agency, numbers.map(|number| aside(&ana, number)).collect()).unwrap();
    };
    let page = |after: &Value| {
        let after = after.as_str().map(|after| format!("?after={after}")).unwrap_or_default();
        let page = office.get(&format!("/v1/office/review{after}"));
        let ids = page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].clone());
        (ids.collect::<Vec<Value>>(), page["next"].clone())
    };
    set_aside(0..REVIEW_ENTRIES_MAX);
    let (all, next) = page(&Value::Null);
    assert_eq!((all.len(), &next), (REVIEW_ENTRIES_MAX, &Value::Null));
    set_aside(REVIEW_ENTRIES_MAX..REVIEW_ENTRIES_MAX + 1);
    let (first, next) = page(&Value::Null);
    assert_eq!((first, next.is_string()), (all.clone(), true));
    // What is settled meanwhile moves nothing.
    let settled = store.waiting(agency).unwrap().pop().unwrap();
    let outcome = doorstep_server::store::Outcome::Accepted;
    assert!(store.review(agency, settled.id, outcome, act()).unwrap());
    let (second, end) = page(&next);
    assert_eq!((second.len(), &end), (1, &Value::Null));
    assert!(!all.contains(&second[0]));
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    assert_eq!(ask(&office, &agent, "/v1/office/review?after=nowhere", None), 400);
    assert_eq!(ask(&office, &agent, "/v1/office/review?kind=nothing", None), 400);
}

/// The status that somebody is answered with; the office by default.
fn ask(office: &Office, agent: &ureq::Agent, path: &str, token: Option<&str>) -> u16 {
    let token = token.map_or_else(|| office.token().to_owned(), str::to_owned);
    let call =
        agent.get(format!("{}{path}", office.url())).header("authorization", format!("Bearer {token}"));
    call.call().unwrap().status().as_u16()
}

#[test]
fn the_most_urgent_comes_first_whatever_its_kind() {
    let office = Office::start();
    let (ana, bea) = (Opened::of(&office, "Ana Sample"), Opened::of(&office, "Bea Sample"));
    office.app().store.revoke(office.agency().id, ana.scope, ana.nurse, act()).unwrap();
    assert_eq!(ana.create(ana.scope, new_id(), plan("Walks")), "merged");
    assert_eq!(bea.create(ana.scope, new_id(), plan("Walks")), "no_grant");
    seen::use_old_token(&office, &bea.rogue.enrolled.refresh_token);
    let page = office.get("/v1/office/review");
    let kinds = page["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap());
    assert_eq!(kinds.collect::<Vec<_>>(), ["token_reuse", "quarantine", "late_work"]);
}

#[test]
fn another_agency_sees_nothing_of_it() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    seen::use_old_token(&office, &ana.rogue.enrolled.refresh_token);
    let entry = waiting(&office, "token_reuse").remove(0);
    let store = &*office.app().store;
    let other = agency::found(store, &SystemEnvironment, "Other").unwrap().id;
    let queue = Queue::read(store, other, None, now()).unwrap();
    assert!(queue.page(None, None, true).entries.is_empty());
    let member = agency::hire(store, &SystemEnvironment, other, "Other Office", Role::Office).unwrap();
    let (token, _) =
        office.app().keys.issue(Bearer::Staff(other, member.id), SystemEnvironment.now()).unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let address = format!("{}{}", office.url(), action(&entry, "seen"));
    let call = agent.post(address).header("authorization", format!("Bearer {token}"));
    assert_eq!(call.send_json(json!({ "state": entry["state"] })).unwrap().status().as_u16(), 404);
    assert_eq!(waiting(&office, "token_reuse").len(), 1);
}

#[test]
fn a_phones_token_opens_no_queue() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let token = &ana.rogue.enrolled.access_token;
    assert_eq!(ask(&office, &agent, "/v1/office/review", Some(token)), 401);
}

#[test]
fn every_record_of_which_the_queue_shows_what_it_says_is_in_the_audit_log() {
    let office = Office::start();
    let (one, other) = (open_case(&office, "Long", ""), open_case(&office, "Short", ""));
    let nurse = office.hire("Ana Sample");
    let mut records = Vec::new();
    for scope in [&one, &other] {
        records.push(make(&office, "appointment", Some(scope), computed::booked(nurse, 60, 90)).0);
    }
    let store = &office.app().store;
    let read = || -> Vec<String> {
        let query = AuditQuery { rows_max: 1_000, ..AuditQuery::default() };
        let entries = store.audit_entries(office.agency().id, query).unwrap();
        let reads = entries.into_iter().filter(|entry| entry.code == "record_read");
        reads.map(|entry| entry.record.unwrap().to_string()).collect()
    };
    assert!(read().is_empty());
    assert_eq!(waiting(&office, "late_work"), [Value::Null; 0]);
    assert!(read().is_empty(), "nothing of them was shown");
    assert_eq!(waiting(&office, "double_booking").len(), 1);
    records.sort_unstable();
    let mut shown = read();
    shown.sort_unstable();
    assert_eq!(shown, records);
}
