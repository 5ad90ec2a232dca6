//! Setting passwords: with a code, and with the one until now.

use doorstep_server::limits::{ACCOUNT_FAILURES_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};

use super::*;

const NEXT: &str = "nine green kettles";

#[test]
fn a_code_sets_a_password_once_within_its_day() {
    let house = House::open();
    let set = |code: &str| house.browser().post("/v1/password", &json!({ "code": code, "password": NEXT }));
    let code = house.code(house.agency, house.olu);
    house.clock.pass_s(24 * 3_600);
    set(&code).is(403, "code_unknown");
    let code = house.code(house.agency, house.olu);
    house.clock.pass_s(24 * 3_600 - 1);
    assert_eq!(set(&code.to_lowercase().replace('-', " ")).ok()["staff"], json!(house.olu));
    set(&code).is(403, "code_unknown");
    house.browser().sign_in("olu", PASSWORD).is(401, "sign_in_failed");
    assert_eq!(house.browser().sign_in("olu", NEXT).status, 200);
}

#[test]
fn a_reset_ends_every_session_and_the_old_password() {
    let house = House::open();
    let (olu, ada) = (house.signed_in("olu"), house.signed_in("ada"));
    let reset = ada.post(&format!("/v1/office/staff/{}/reset", house.olu), &json!({})).ok();
    assert_eq!(olu.get("/v1/session").status, 200, "until the code is used, nothing changes");
    let elsewhere = house.browser();
    elsewhere.post("/v1/password", &json!({ "code": reset["code"], "password": NEXT })).ok();
    olu.get("/v1/session").is(401, "signed_out");
    assert_eq!(elsewhere.get("/v1/office/cases").status, 200, "and she is signed in where she set it");
    assert_eq!(ada.get("/v1/session").status, 200);
    assert_eq!(house.count("password_set", Some(house.olu)), 4, "twice a code was made, and used");
}

#[test]
fn a_password_that_is_short_long_common_or_ones_name_is_refused_and_the_code_stays_good() {
    let house = House::open();
    let code = house.code(house.agency, house.olu);
    let set =
        |password: &str| house.browser().post("/v1/password", &json!({ "code": code, "password": password }));
    let long = "vbqyekoucxhwzpldngtjafmirs".repeat(6);
    for password in [
        &long[..PASSWORD_CHARS_MIN - 1],
        &long[..PASSWORD_CHARS_MAX + 1],
        "password1234",
        "123456789012",
        "Olu.Sample.2026",
    ] {
        let refused = set(password);
        refused.is(400, "password_refused");
        assert!(!refused.body.to_string().contains(password));
    }
    assert_eq!(set(&long[..PASSWORD_CHARS_MAX]).status, 200);
    assert_eq!(house.browser().sign_in("olu", &long[..PASSWORD_CHARS_MAX]).status, 200);
}

#[test]
fn changing_a_password_needs_the_one_until_now_and_ends_the_other_sessions() {
    let house = House::open();
    let [here, there] = ["olu", "olu"].map(|name| house.signed_in(name));
    let change = |current: &str, password: &str| {
        here.post("/v1/session/password", &json!({ "current": current, "password": password }))
    };
    change(NEXT, NEXT).is(403, "password_wrong");
    change(PASSWORD, "password1234").is(400, "password_refused");
    assert_eq!(there.get("/v1/session").status, 200);
    change(PASSWORD, NEXT).ok();
    there.get("/v1/session").is(401, "signed_out");
    assert_eq!(here.get("/v1/session").status, 200);
    there.sign_in("olu", PASSWORD).is(401, "sign_in_failed");
    assert_eq!(there.sign_in("olu", NEXT).status, 200);
}

#[test]
fn whoever_finds_a_session_open_cannot_guess_its_password_at_leisure() {
    let house = House::open();
    let olu = house.signed_in("olu");
    let change =
        |current: &str| olu.post("/v1/session/password", &json!({ "current": current, "password": NEXT }));
    for _ in 0..ACCOUNT_FAILURES_MAX {
        change("eight green kettles").is(403, "password_wrong");
    }
    change(PASSWORD).is(429, "locked_out");
    assert_eq!(house.count("sign_in_locked_out", Some(house.olu)), 1);
    assert_eq!(house.browser().sign_in("olu", PASSWORD).status, 200, "which locks no sign-in out");
}

#[test]
fn nobody_signs_in_before_a_password_is_set_whatever_is_tried() {
    let house = House::open();
    let sign_in_name = Some(SignInName::parse("new").unwrap());
    let new = NewMember { name: "New Sample", role: Role::Admin, sign_in_name };
    agency::hire_by(&*house.app().store, &*house.clock, house.agency, new, house.act()).unwrap();
    for password in ["", "new", "admin", "password", "New Sample"] {
        house.browser().sign_in("new", password).is(401, "sign_in_failed");
    }
}
