//! Settling it.

use serde_json::{Value, json};

use super::{Office, Opened, creation, new_id, plan};
use doorstep_client_core::wire::{FrameBody, Push, Reviewed, SyncRequest};
use doorstep_server::limits::DISCARD_REASON_CHARS_MAX;

/// A plan that a nurse wrote into a case that is not hers; its id in quarantine.
fn set_aside(office: &Office, ana: &Opened, bea: &Opened, title: &str) -> String {
    assert_eq!(bea.create(ana.scope, new_id(), plan(title)), "no_grant");
    office.get("/v1/office/quarantine")[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn what_was_set_aside_is_shown_as_what_it_would_do_and_accepted_on_behalf_of_its_author() {
    let office = Office::start();
    let (ana, bea) = (Opened::of(&office, "Ana Sample"), Opened::of(&office, "Bea Sample"));
    let address = format!("/v1/office/quarantine/{}", set_aside(&office, &ana, &bea, "Walks"));
    let shown = office.get(&address);
    assert_eq!((&shown["reason"], &shown["staff_name"]), (&json!("no_grant"), &json!("Bea Sample")));
    assert_eq!(shown["scope"], ana.scope.to_string());
    let examined = &shown["examined"];
    assert_eq!((&examined["would"], &examined["kind"]), (&json!("merge"), &json!("care_plan")));
    assert_eq!(examined["is_new"], true);
    assert_eq!(examined["changes"][0]["by"], bea.nurse.to_string());
    let fields = examined["changes"][0]["fields"].as_array().unwrap();
    let title = json!({ "path": "title", "before": null, "after": "Walks" });
    assert!(fields.contains(&title), "{fields:?}");

    let record = examined["record"].as_str().unwrap();
    for _ in 0..2 {
        let accepted = office.post(&format!("{address}/accept"), &json!({}));
        assert_eq!(accepted, (200, json!({ "is_accepted": true })));
    }
    let merged = office.get(&format!("/v1/office/records/{record}"));
    assert_eq!((&merged["content"]["title"], &merged["scope"]), (&json!("Walks"), &json!(ana.scope)));
    assert_eq!(merged["history"][0]["by"], bea.nurse.to_string());
    let shown = office.get(&address);
    assert_eq!(shown["examined"], json!({ "would": "nothing_new" }));
    let review = &shown["review"];
    assert_eq!((&review["is_accepted"], &review["by"]["name"]), (&json!(true), &json!("Office Sample")));
    let late = office.post(&format!("{address}/discard"), &json!({ "reason": "too late" }));
    assert_eq!((late.0, &late.1["code"]), (409, &json!("reviewed_before")));
}

#[test]
fn what_cannot_be_admitted_says_why_and_is_not_accepted() {
    let office = Office::start();
    let (ana, bea) = (Opened::of(&office, "Ana Sample"), Opened::of(&office, "Bea Sample"));
    assert_eq!(bea.create(ana.scope, new_id(), plan("")), "invalid");
    let id = office.get("/v1/office/quarantine")[0]["id"].as_str().unwrap().to_owned();
    let address = format!("/v1/office/quarantine/{id}");
    let examined = &office.get(&address)["examined"];
    assert_eq!((&examined["would"], &examined["code"]), (&json!("refuse"), &json!("invalid")));
    let (status, problem) = office.post(&format!("{address}/accept"), &json!({}));
    assert_eq!((status, &problem["code"]), (422, &json!("not_admitted")));
    assert_eq!(office.get(&address)["review"], Value::Null);
}

#[test]
fn i14_it_is_discarded_for_a_reason_of_bounded_length_and_kept() {
    let office = Office::start();
    let (ana, bea) = (Opened::of(&office, "Ana Sample"), Opened::of(&office, "Bea Sample"));
    let address = format!("/v1/office/quarantine/{}", set_aside(&office, &ana, &bea, "Walks"));
    let discard = |reason: &str| office.post(&format!("{address}/discard"), &json!({ "reason": reason })).0;
    assert_eq!(discard(" "), 422);
    assert_eq!(discard(&"x".repeat(DISCARD_REASON_CHARS_MAX + 1)), 422);
    assert_eq!(discard(&"é".repeat(DISCARD_REASON_CHARS_MAX)), 200);
    let shown = office.get(&address);
    assert_eq!(shown["review"]["discarded_because"], "é".repeat(DISCARD_REASON_CHARS_MAX));
    assert_eq!(shown["examined"]["would"], "merge", "it is kept as it was");
    let (status, problem) = office.post(&format!("{address}/accept"), &json!({}));
    assert_eq!((status, &problem["code"]), (409, &json!("reviewed_before")));
}

#[test]
fn an_id_that_is_none_or_of_nothing_is_answered_so() {
    let office = Office::start();
    for (id, status) in [("nothing", 400), ("00", 400), ("00000000000000000000000000000000", 404)] {
        for action in ["accept", "discard"] {
            let address = format!("/v1/office/quarantine/{id}/{action}");
            assert_eq!(office.post(&address, &json!({ "reason": "none" })).0, status, "{address}");
        }
    }
    assert_eq!(office.post("/v1/office/review/late/7/seen", &json!({})).0, 404);
}

#[test]
fn i8_the_office_settles_a_conflict_by_picking_one_of_its_values() {
    let office = Office::start();
    let ana = Opened::of(&office, "Ana Sample");
    let address = format!("/v1/office/records/{}", ana.patient);
    let seen = office.get(&address);
    for name in ["Rosie", "Rosita"] {
        let mut content = seen["content"].clone();
        content["preferred"] = name.into();
        office.put(&address, &json!({ "seen": seen["version"], "content": content }));
    }
    let shown = office.get(&address);
    let conflict = &shown["conflicts"][0];
    let other =
        conflict["values"].as_array().unwrap().iter().find(|value| value["is_shown"] == false).unwrap();
    let pick = |pick: &Value| {
        let picked = json!({ "seen": shown["version"], "path": conflict["path"], "pick": pick });
        office.post(&format!("{address}/resolve"), &picked)
    };
    assert_eq!(pick(&json!("nothing")).1["code"], "no_such_conflict");
    assert_eq!(pick(&other["id"]).0, 200);
    let settled = office.get(&address);
    assert_eq!(settled["conflicts"], json!([]));
    assert_eq!(settled["content"]["preferred"], other["value"]);
}

#[test]
fn who_offers_discarded_work_again_is_told_again_that_it_is_discarded() {
    let office = Office::start();
    let (ana, bea) = (Opened::of(&office, "Ana Sample"), Opened::of(&office, "Bea Sample"));
    let record = new_id();
    let changes = creation(ana.scope, record, plan("Walks"), bea.rogue.author());
    let mut cursor = None;
    let mut push = || {
        let pushes = vec![Push { record, changes: changes.clone() }];
        let request = SyncRequest { pushes, cursor: cursor.clone(), ..bea.rogue.request(None) };
        let frames = bea.rogue.send(&request.to_body()).unwrap();
        cursor = frames.last().and_then(|last| last.cursor.clone());
        frames.into_iter().find_map(|frame| match frame.body {
            FrameBody::Reviewed(reviewed) => Some(reviewed),
            _ => None,
        })
    };
    assert_eq!(push(), None);
    let id = office.get("/v1/office/quarantine")[0]["id"].as_str().unwrap().to_owned();
    let address = format!("/v1/office/quarantine/{id}/discard");
    assert_eq!(office.post(&address, &json!({ "reason": "not yours" })).0, 200);
    let told = Some(vec![Reviewed { record, discarded_because: Some("not yours".to_owned()) }]);
    assert_eq!(push(), told);
    assert_eq!(push(), told, "its cursor says that it knows; what was refused again says otherwise");
}

#[test]
fn the_list_of_what_was_set_aside_says_what_still_waits() {
    let office = Office::start();
    let (ana, bea) = (Opened::of(&office, "Ana Sample"), Opened::of(&office, "Bea Sample"));
    let id = set_aside(&office, &ana, &bea, "Walks");
    assert_eq!(office.get("/v1/office/quarantine")[0]["is_waiting"], true);
    office.post(&format!("/v1/office/quarantine/{id}/accept"), &json!({}));
    assert_eq!(office.get("/v1/office/quarantine")[0]["is_waiting"], false);
}
