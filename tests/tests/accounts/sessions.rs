//! Sessions in browsers: what carries them, what they open, and how they end.

use doorstep_client_core::document::Header;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::patient::Patient;
use doorstep_server::auth::Bearer;
use doorstep_server::limits::{SESSION_HOURS_MAX, SESSION_IDLE_MINUTES_MAX};
use doorstep_server::merge;

use super::*;

#[test]
fn somebody_of_the_office_signs_in_and_asks_the_offices_api() {
    let house = House::open();
    let browser = house.browser();
    browser.get("/v1/office/staff").is(401, "token_missing");
    let begun = browser.sign_in(" OLU", PASSWORD).ok();
    assert_eq!((&begun["name"], &begun["sign_in_name"]), (&json!("Olu Sample"), &json!("olu")));
    assert_eq!((&begun["role"], &begun["has_second_factor"]), (&json!("office"), &json!(false)));
    assert_eq!(browser.get("/v1/office/staff").ok().as_array().unwrap().len(), 2);
    assert_eq!(browser.get("/v1/session").ok()["csrf_token"], begun["csrf_token"]);
    browser.get("/v1/office/audit").is(403, "forbidden");
    assert_eq!(house.signed_in("ada").get("/v1/office/audit").status, 200, "an admin may");
}

#[test]
fn cookies_are_kept_from_scripts_from_plain_http_and_from_other_sites() {
    let house = House::open();
    let answer = house.browser().sign_in("olu", PASSWORD);
    let [session, browser] = answer.cookies.try_into().unwrap();
    let attributes = "Path=/; Secure; HttpOnly; SameSite=Strict";
    let (id, rest) = session.strip_prefix("__Host-doorstep=").unwrap().split_once("; ").unwrap();
    assert_eq!((id.len(), rest), (43, attributes), "256 random bits, and gone when the browser is shut");
    let (id, rest) = browser.strip_prefix("__Host-doorstep-browser=").unwrap().split_once("; ").unwrap();
    assert_eq!((id.len(), rest), (43, format!("{attributes}; Max-Age=15552000").as_str()));
}

#[test]
fn what_changes_something_needs_the_sessions_own_token() {
    let house = House::open();
    let olu = house.signed_in("olu");
    let other = house.signed_in("olu").kept.borrow().csrf_token.clone();
    let own = olu.kept.borrow().csrf_token.clone();
    let new = json!({ "kind": "patient", "content": { "family": "Sample" } });
    for wrong in [None, Some(String::new()), Some("guess".to_owned()), other] {
        olu.kept.borrow_mut().csrf_token = wrong;
        olu.post("/v1/office/records", &new).is(403, "csrf_token_wrong");
        olu.post("/v1/session/end", &json!({})).is(403, "csrf_token_wrong");
        let path = format!("/v1/office/cases/{}/grants/{}", ScopeId::from_bytes([1; 16]), house.olu);
        olu.ask("DELETE", &path, &Value::Null).is(403, "csrf_token_wrong");
        assert_eq!(olu.get("/v1/office/cases").status, 200, "reading needs none");
    }
    olu.kept.borrow_mut().csrf_token = own;
    assert_eq!(olu.post("/v1/office/records", &new).status, 200);
    let app = house.app();
    let (token, _) = app.keys.issue(Bearer::Staff(house.agency, house.olu), house.clock.now()).unwrap();
    let session = olu.kept.borrow().session.clone().unwrap();
    let headers =
        [("authorization", format!("Bearer {token}")), ("cookie", format!("__Host-doorstep={session}"))];
    let by_token = send(&format!("{}/v1/office/records", olu.url), "POST", &headers, &new);
    assert_eq!(by_token.status, 200, "no site can make a browser send a bearer token: {}", by_token.body);
}

#[test]
fn a_sign_in_begins_a_session_of_a_new_id_whatever_the_browser_had() {
    let house = House::open();
    let planted = "A".repeat(43);
    let victim = house.browser();
    victim.kept.borrow_mut().session = Some(planted.clone());
    assert_eq!(victim.sign_in("olu", PASSWORD).status, 200);
    let first = victim.kept.borrow().clone();
    assert_ne!(first.session.as_ref(), Some(&planted));
    let attacker = house.browser();
    attacker.kept.borrow_mut().session = Some(planted);
    attacker.get("/v1/session").is(401, "signed_out");

    assert_eq!(victim.sign_in("olu", PASSWORD).status, 200);
    assert_ne!(victim.kept.borrow().session, first.session);
    *attacker.kept.borrow_mut() = first;
    attacker.get("/v1/session").is(401, "signed_out");
}

#[test]
fn i14_a_session_that_is_not_used_ends_after_its_minutes_and_not_before() {
    let house = House::open();
    let (olu, ada) = (house.signed_in("olu"), house.signed_in("ada"));
    let idle_s = SESSION_IDLE_MINUTES_MAX * 60;
    house.clock.pass_s(idle_s - 1);
    assert_eq!(olu.get("/v1/office/cases").status, 200);
    house.clock.pass_s(1);
    ada.get("/v1/office/cases").is(401, "signed_out");
    house.clock.pass_s(idle_s - 2);
    assert_eq!(olu.get("/v1/office/cases").status, 200, "she has just used it");
}

#[test]
fn i14_a_session_that_is_used_ends_after_its_hours_and_not_before() {
    let house = House::open();
    let olu = house.signed_in("olu");
    for _ in 0..SESSION_HOURS_MAX * 4 - 1 {
        house.clock.pass_s(15 * 60);
        assert_eq!(olu.get("/v1/session").status, 200);
    }
    house.clock.pass_s(15 * 60 - 1);
    assert_eq!(olu.get("/v1/session").status, 200);
    house.clock.pass_s(1);
    olu.get("/v1/session").is(401, "signed_out");
}

#[test]
fn one_signs_out_here_or_everywhere_and_an_admin_signs_others_out() {
    let house = House::open();
    let [here, there, ada] = ["olu", "olu", "ada"].map(|name| house.signed_in(name));
    let ended = here.post("/v1/session/end", &json!({}));
    assert!(ended.cookies[0].starts_with("__Host-doorstep=;") && ended.cookies[0].ends_with("Max-Age=0"));
    here.get("/v1/session").is(401, "signed_out");
    assert_eq!(there.get("/v1/session").status, 200);
    assert_eq!(here.sign_in("olu", PASSWORD).status, 200);
    assert_eq!(here.post("/v1/session/end-everywhere", &json!({})).status, 200);
    there.get("/v1/session").is(401, "signed_out");

    assert_eq!(there.sign_in("olu", PASSWORD).status, 200);
    let sign_out = format!("/v1/office/staff/{}/sign-out", house.ada);
    there.post(&sign_out, &json!({})).is(403, "forbidden");
    ada.post(&format!("/v1/office/staff/{}/sign-out", house.olu), &json!({})).ok();
    there.get("/v1/office/cases").is(401, "signed_out");
    assert_eq!(ada.get("/v1/session").status, 200);
    assert_eq!(house.count("signed_out", Some(house.olu)), 3);
}

#[test]
fn a_session_of_one_agency_opens_nothing_of_another() {
    let house = House::open();
    let store = &house.app().store;
    let other = agency::found(&**store, &*house.clock, "Other").unwrap().id;
    let eve = house.hire(other, "Eve Sample", Role::Admin, "eve");
    let (scope, record) = (ScopeId::from_bytes([7; 16]), RecordId::from_bytes([8; 16]));
    let header = Header { id: record, scope, kind: Kind::Patient };
    let patient = Patient { family: "Sample".into(), ..Patient::default() };
    let now = house.clock.now();
    merge::create_all(&**store, house.agency, house.ada, &[(header, patient.into())], now).unwrap();

    let (ada, eve_in) = (house.signed_in("ada"), house.signed_in("eve"));
    assert_eq!(ada.get(&format!("/v1/office/cases/{scope}")).status, 200);
    for path in [format!("/v1/office/cases/{scope}"), format!("/v1/office/records/{record}")] {
        eve_in.get(&path).is(404, "not_found");
    }
    assert_eq!(eve_in.get("/v1/office/cases").ok(), json!([]));
    for act in ["leave", "return", "sign-out"] {
        eve_in.post(&format!("/v1/office/staff/{}/{act}", house.olu), &json!({})).is(404, "not_found");
    }
    let olu = house.olu;
    eve_in.post(&format!("/v1/office/staff/{olu}/role"), &json!({ "role": "nurse" })).is(404, "not_found");
    eve_in
        .post(&format!("/v1/office/staff/{olu}/reset"), &json!({ "sign_in_name": "x" }))
        .is(404, "not_found");
    let seen = eve_in.get("/v1/office/staff").ok();
    assert_eq!(seen.as_array().unwrap().iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&json!(eve)]);
}
