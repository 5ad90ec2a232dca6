//! Second factors.

use totp_rs::{Builder, Secret};

use super::*;

/// An authenticator app.
struct Phone(Secret);

impl Phone {
    /// Takes up what the server offers, and confirms it.
    fn of(house: &House, browser: &Browser) -> Self {
        let offer = browser.post("/v1/session/second-factor", &json!({})).ok();
        let phone = Self(Secret::try_from_base32(offer["secret"].as_str().unwrap()).unwrap());
        let code = json!({ "code": phone.code(house, 0) });
        browser.post("/v1/session/second-factor/confirm", &code).ok();
        phone
    }

    /// What it shows, its clock so many seconds ahead.
    fn code(&self, house: &House, ahead_s: i64) -> String {
        let second = u64::try_from(house.clock.now().as_second() + ahead_s).unwrap();
        Builder::new().with_secret(self.0.clone()).build().unwrap().generate(second).to_string()
    }
}

fn sign_in(house: &House, code: Option<&str>) -> Answer {
    let asked = json!({ "name": "olu", "password": PASSWORD, "code": code });
    house.browser().post("/v1/sign-in", &asked)
}

#[test]
fn a_second_factor_counts_once_it_is_confirmed() {
    let house = House::open();
    let olu = house.signed_in("olu");
    let offer = olu.post("/v1/session/second-factor", &json!({})).ok();
    let link = offer["link"].as_str().unwrap();
    assert!(link.starts_with("otpauth://totp/Doorstep:olu?secret=") && link.contains("issuer=Doorstep"));
    assert!(offer["svg"].as_str().unwrap().starts_with("<svg"));
    let wrong = json!({ "code": "000000" });
    olu.post("/v1/session/second-factor/confirm", &wrong).is(403, "second_factor_wrong");
    assert_eq!(sign_in(&house, None).status, 200, "it is not confirmed");
    let phone = Phone::of(&house, &olu);
    sign_in(&house, None).is(401, "second_factor_needed");
    sign_in(&house, Some("000000")).is(403, "second_factor_wrong");
    house.clock.pass_s(60);
    assert_eq!(sign_in(&house, Some(&phone.code(&house, 0))).ok()["has_second_factor"], true);
    olu.post("/v1/session/second-factor", &json!({})).is(409, "exists");
    assert_eq!(house.count("second_factor_set", Some(house.olu)), 1);
}

#[test]
fn a_code_works_once() {
    let house = House::open();
    let phone = Phone::of(&house, &house.signed_in("olu"));
    sign_in(&house, Some(&phone.code(&house, 0))).is(403, "second_factor_wrong");
    house.clock.pass_s(60);
    let code = phone.code(&house, 0);
    assert_eq!(sign_in(&house, Some(&code)).status, 200);
    sign_in(&house, Some(&code)).is(403, "second_factor_wrong");
    sign_in(&house, Some(&phone.code(&house, -30))).is(403, "second_factor_wrong");
    house.clock.pass_s(30);
    sign_in(&house, Some(&code)).is(403, "second_factor_wrong");
    assert_eq!(sign_in(&house, Some(&phone.code(&house, 0))).status, 200);
}

#[test]
fn a_phones_clock_may_be_half_a_minute_off() {
    let house = House::open();
    let phone = Phone::of(&house, &house.signed_in("olu"));
    for (ahead_s, status) in [(-60, 403), (60, 403), (-30, 200), (30, 200)] {
        house.clock.pass_s(120);
        assert_eq!(sign_in(&house, Some(&phone.code(&house, ahead_s))).status, status, "{ahead_s}");
    }
}

#[test]
fn a_second_factor_is_removed_with_the_password_or_by_an_admins_reset() {
    let house = House::open();
    let olu = house.signed_in("olu");
    Phone::of(&house, &olu);
    let remove =
        |password: &str| olu.post("/v1/session/second-factor/remove", &json!({ "password": password }));
    remove("eight green kettles").is(403, "password_wrong");
    remove(PASSWORD).ok();
    remove(PASSWORD).is(409, "no_second_factor");
    assert_eq!(sign_in(&house, None).status, 200);

    Phone::of(&house, &olu);
    let code = house.code(house.agency, house.olu);
    sign_in(&house, None).is(401, "second_factor_needed");
    house.browser().post("/v1/password", &json!({ "code": code, "password": PASSWORD })).ok();
    assert_eq!(sign_in(&house, None).status, 200);
}

#[test]
fn a_code_does_not_stand_in_for_the_password_and_wrong_ones_lock_out() {
    let house = House::open();
    let phone = Phone::of(&house, &house.signed_in("olu"));
    house.clock.pass_s(60);
    let asked = json!({ "name": "olu", "password": "eight green kettles", "code": phone.code(&house, 0) });
    house.browser().post("/v1/sign-in", &asked).is(401, "sign_in_failed");
    let mut last = sign_in(&house, Some("000000"));
    while last.status == 403 {
        last = sign_in(&house, Some("000000"));
    }
    last.is(429, "locked_out");
    sign_in(&house, Some(&phone.code(&house, 0))).is(429, "locked_out");
}
