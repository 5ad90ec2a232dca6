//! What becomes of staff, and of what they hold.

use doorstep_server::auth::Bearer;
use doorstep_tests::command;
use doorstep_tests::process::server_binary;

use super::*;

fn path(staff: impl std::fmt::Display, act: &str) -> String {
    format!("/v1/office/staff/{staff}/{act}")
}

fn member(browser: &Browser, id: &Value) -> Value {
    let all = browser.get("/v1/office/staff").ok();
    all.as_array().unwrap().iter().find(|member| member["id"] == *id).unwrap().clone()
}

#[test]
fn an_admin_hires_somebody_who_sets_her_password_with_the_code() {
    let house = House::open();
    let ada = house.signed_in("ada");
    let new = json!({ "name": "Bea Sample", "role": "office", "sign_in_name": "Bea.S" });
    let hired = ada.post("/v1/office/staff", &new).ok();
    assert_eq!((&hired["sign_in_name"], &hired["role"]), (&json!("bea.s"), &json!("office")));
    assert_eq!(member(&ada, &hired["id"])["has_password"], false);
    let set = json!({ "code": hired["reset"]["code"], "password": PASSWORD });
    assert_eq!(house.browser().post("/v1/password", &set).ok()["staff"], hired["id"]);
    assert_eq!(house.browser().sign_in("bea.s", PASSWORD).status, 200);
    assert_eq!(member(&ada, &hired["id"])["has_password"], true);
    let record = ada.get(&format!("/v1/office/records/{}", hired["id"].as_str().unwrap())).ok();
    assert_eq!(record["content"]["role"], "office", "and she stands in the directory");

    ada.post("/v1/office/staff", &new).is(409, "exists");
    assert_eq!(ada.get("/v1/office/staff").ok().as_array().unwrap().len(), 3, "nobody was hired twice");
    let nameless = json!({ "name": " ", "role": "office" });
    ada.post("/v1/office/staff", &nameless).is(422, "invalid");
    let odd = json!({ "name": "Cy Sample", "role": "office", "sign_in_name": "c y" });
    ada.post("/v1/office/staff", &odd).is(400, "bad_request");
    let nurse = json!({ "name": "Cy Sample", "role": "nurse", "sign_in_name": "cy" });
    ada.post("/v1/office/staff", &nurse).is(400, "bad_request");
    let nurse = json!({ "name": "Cy Sample", "role": "nurse" });
    assert_eq!(ada.post("/v1/office/staff", &nurse).ok()["reset"], Value::Null);
}

#[test]
fn only_an_admin_manages_staff() {
    let house = House::open();
    let olu = house.signed_in("olu");
    olu.post("/v1/office/staff", &json!({ "name": "Bea", "role": "admin" })).is(403, "forbidden");
    olu.post(&path(house.olu, "role"), &json!({ "role": "admin" })).is(403, "forbidden");
    for act in ["leave", "return", "reset", "sign-out"] {
        olu.post(&path(house.ada, act), &json!({})).is(403, "forbidden");
    }
    assert_eq!(house.signed_in("ada").get("/v1/session").ok()["role"], "admin");
}

#[test]
fn a_nurse_cannot_sign_in_to_the_office() {
    let house = House::open();
    let (ada, olu) = (house.signed_in("ada"), house.signed_in("olu"));
    ada.post(&path(house.olu, "role"), &json!({ "role": "nurse" })).ok();
    olu.get("/v1/office/cases").is(401, "signed_out");
    house.browser().sign_in("olu", PASSWORD).is(401, "sign_in_failed");
    ada.post(&path(house.olu, "reset"), &json!({})).is(409, "not_of_office");
    let hired = ada.post("/v1/office/staff", &json!({ "name": "Cy Sample", "role": "nurse" })).ok();
    let reset = path(hired["id"].as_str().unwrap(), "reset");
    ada.post(&reset, &json!({ "sign_in_name": "cy" })).is(409, "not_of_office");
    let record = ada.get(&format!("/v1/office/records/{}", house.olu)).ok();
    assert_eq!(record["content"].get("role"), None, "a nurse, which goes without saying");
    ada.post(&path(house.olu, "role"), &json!({ "role": "office" })).ok();
    house.browser().sign_in("olu", PASSWORD).is(401, "sign_in_failed");
    assert_eq!(ada.post(&path(house.olu, "reset"), &json!({})).status, 200);
}

#[test]
fn a_leavers_sessions_and_tokens_end_at_once_and_who_returns_starts_with_a_code() {
    let house = House::open();
    let (ada, olu) = (house.signed_in("ada"), house.signed_in("olu"));
    let (token, _) =
        house.app().keys.issue(Bearer::Staff(house.agency, house.olu), house.clock.now()).unwrap();
    let code = ada.post(&path(house.olu, "reset"), &json!({})).ok()["code"].clone();
    assert_eq!(ada.post(&path(house.olu, "leave"), &json!({})).ok()["is_active"], false);
    olu.get("/v1/office/cases").is(401, "signed_out");
    house.browser().sign_in("olu", PASSWORD).is(401, "sign_in_failed");
    house
        .browser()
        .post("/v1/password", &json!({ "code": code, "password": PASSWORD }))
        .is(403, "code_unknown");
    let cases = format!("{}/v1/office/cases", olu.url);
    send(&cases, "GET", &[("authorization", format!("Bearer {token}"))], &Value::Null).is(403, "forbidden");
    let record = ada.get(&format!("/v1/office/records/{}", house.olu)).ok();
    assert_eq!(record["content"]["has_left"], true);

    ada.post(&path(house.olu, "return"), &json!({})).ok();
    olu.get("/v1/office/cases").is(401, "signed_out");
    house.browser().sign_in("olu", PASSWORD).is(401, "sign_in_failed");
    let code = ada.post(&path(house.olu, "reset"), &json!({})).ok()["code"].clone();
    house.browser().post("/v1/password", &json!({ "code": code, "password": PASSWORD })).ok();
    assert_eq!(house.count("staff_changed", Some(house.olu)), 3, "hired, left, came back");
}

#[test]
fn an_agencys_last_admin_stays_one() {
    let house = House::open();
    let ada = house.signed_in("ada");
    ada.post(&path(house.ada, "leave"), &json!({})).is(409, "last_admin");
    ada.post(&path(house.ada, "role"), &json!({ "role": "office" })).is(409, "last_admin");
    ada.post(&path(house.olu, "role"), &json!({ "role": "admin" })).ok();
    ada.post(&path(house.ada, "role"), &json!({ "role": "office" })).ok();
    ada.post(&path(house.olu, "leave"), &json!({})).is(403, "forbidden");
    house.signed_in("olu").post(&path(house.olu, "leave"), &json!({})).is(409, "last_admin");
}

#[test]
fn the_command_hires_the_first_admin_and_resets_her() {
    let folder = scratch();
    let binary = server_binary().unwrap();
    let ask = |arguments: &[&str]| command::ask(&binary, folder.path(), arguments).unwrap();
    let hired = ask(&["staff", "add", "Olu Ade", "--role", "admin", "--sign-in", "Olu.Ade"]);
    assert_eq!((&hired["sign_in_name"], hired["code"].as_str().unwrap().len()), (&json!("olu.ade"), 9));
    let reset = ask(&["staff", "reset", "olu ade", "--sign-in", "olu"]);
    assert_eq!((&reset["staff"], &reset["sign_in_name"]), (&hired["id"], &json!("olu")));
    assert_ne!(reset["code"], hired["code"]);
    assert!(command::ask(&binary, folder.path(), &["staff", "leave", "Olu Ade"]).is_err(), "the last admin");
    ask(&["staff", "add", "Bea Bo", "--role", "admin"]);
    assert_eq!(ask(&["staff", "role", "Olu Ade", "office"])["role"], "office");
    assert_eq!(ask(&["staff", "leave", "Olu Ade"])["is_active"], false);
    assert!(command::ask(&binary, folder.path(), &["staff", "reset", "Olu Ade"]).is_err(), "she has left");
    assert_eq!(ask(&["staff", "return", "Olu Ade"])["is_active"], true);
    assert_eq!(ask(&["staff", "sign-out", "Olu Ade"])["ended"], 0);
    let listed = ask(&["staff", "list"]);
    let olu = listed.as_array().unwrap().iter().find(|member| member["name"] == "Olu Ade").unwrap();
    assert_eq!((&olu["sign_in_name"], &olu["has_password"]), (&json!("olu"), &json!(false)));
}
