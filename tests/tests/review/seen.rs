//! What goes away by being seen, and comes back once something about it changes.

use doorstep_client_core::document::StoreId;
use doorstep_client_core::limits::CLOCK_SKEW_SECONDS_MAX;
use doorstep_server::store::{AuditQuery, Contact};
use serde_json::{Value, json};

use super::*;

/// Buys two tokens in a row and then shows the first one again, as whoever copied it would.
pub(super) fn use_old_token(office: &Office, first: &str) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let buy = |token: &str| {
        let call = agent.post(format!("{}/v1/token", office.url()));
        let mut answer = call.send_json(json!({ "refresh_token": token })).unwrap();
        answer.body_mut().read_json::<Value>().unwrap()
    };
    let second = buy(first)["refresh_token"].as_str().unwrap().to_owned();
    assert!(buy(&second)["refresh_token"].is_string());
    assert!(buy(first)["refresh_token"].is_null());
}

#[test]
fn a_session_that_ended_by_token_reuse_is_shown_until_somebody_has_seen_it_for_good() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    use_old_token(&office, &ana.rogue.enrolled.refresh_token);
    let entry = waiting(&office, "token_reuse").remove(0);
    assert_eq!((&entry["staff"]["name"], &entry["severity"]), (&json!("Ana Sample"), &json!("urgent")));
    assert_eq!(entry["device"], json!(ana.rogue.enrolled.device));
    let (status, seen) = see(&office, &entry);
    assert_eq!((status, &seen["by"]["name"]), (200, &json!("Office Sample")));
    assert_eq!(waiting(&office, "token_reuse"), [Value::Null; 0]);
    let page = office.get("/v1/office/review?with_seen=true");
    assert_eq!(page["entries"][0]["seen"], seen, "who wants to know finds it");
    assert_eq!(page["counts"]["token_reuse"], 0);
}

#[test]
fn i12_a_clock_that_is_off_is_shown_until_it_is_seen_and_again_when_it_moves_on() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    let off = |clock_skew_s| {
        let contact =
            Contact { at: now(), unsent_count: 0, clock_skew_s, cursor_seq: None, store: StoreId([1; 8]) };
        let device = ana.rogue.enrolled.device;
        office.app().store.note_contact(office.agency().id, device, contact).unwrap();
        waiting(&office, "clock_skew")
    };
    assert_eq!(off(CLOCK_SKEW_SECONDS_MAX), [Value::Null; 0]);
    assert_eq!(off(-CLOCK_SKEW_SECONDS_MAX), [Value::Null; 0]);
    assert_eq!(off(-CLOCK_SKEW_SECONDS_MAX - 1)[0]["details"]["ahead_s"], -CLOCK_SKEW_SECONDS_MAX - 1);
    let entry = off(CLOCK_SKEW_SECONDS_MAX + 1).remove(0);
    assert_eq!(entry["words"], "The clock of Ana Sample's a phone without manners is 5 minutes ahead");
    assert_eq!(see(&office, &entry).0, 200);
    assert_eq!(off(2 * CLOCK_SKEW_SECONDS_MAX + 1), [Value::Null; 0], "it drifts a little");
    assert_eq!(off(2 * CLOCK_SKEW_SECONDS_MAX + 2).len(), 1);
    assert_eq!(off(0), [Value::Null; 0]);
}

#[test]
fn only_what_is_as_it_was_shown_is_seen() {
    let office = Office::start();
    let (ana, bea) = (Opened::of(&office, "Ana Sample"), Opened::of(&office, "Bea Sample"));
    assert_eq!(bea.create(ana.scope, new_id(), plan("Walks")), "no_grant");
    let aside = waiting(&office, "quarantine").remove(0);
    let address = format!("/v1/office/review/{}/seen", aside["id"].as_str().unwrap());
    let (status, problem) = office.post(&address, &json!({ "state": aside["state"] }));
    assert_eq!((status, &problem["code"]), (409, &json!("not_settled")));
    use_old_token(&office, &ana.rogue.enrolled.refresh_token);
    let entry = waiting(&office, "token_reuse").remove(0);
    let (status, problem) = office.post(&action(&entry, "seen"), &json!({ "state": "another" }));
    assert_eq!((status, &problem["code"]), (409, &json!("changed_since")));
    for id in ["nothing", "token_reuse-00", "token_reuse"] {
        let address = format!("/v1/office/review/{id}/seen");
        assert_eq!(office.post(&address, &json!({ "state": "" })).0, 404, "{id}");
    }
    assert_eq!(waiting(&office, "token_reuse").len(), 1);
}

#[test]
fn that_an_entry_was_seen_is_in_the_audit_log_once() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    use_old_token(&office, &ana.rogue.enrolled.refresh_token);
    let entry = waiting(&office, "token_reuse").remove(0);
    let first = see(&office, &entry);
    assert_eq!(see(&office, &entry), first, "again changes nothing");
    let query = AuditQuery { rows_max: 1_000, ..AuditQuery::default() };
    let entries = office.app().store.audit_entries(office.agency().id, query).unwrap();
    let seen: Vec<_> = entries.iter().filter(|entry| entry.code == "review_seen").collect();
    assert_eq!((seen.len(), seen[0].device), (1, Some(ana.rogue.enrolled.device)));
    let details = json!({ "kind": "token_reuse", "entry": entry["id"] });
    assert_eq!(seen[0].details, Some(details));
}
