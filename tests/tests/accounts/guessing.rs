//! Whoever guesses passwords is slowed down, learns nothing, and locks nobody out for good.

use doorstep_server::limits::{
    ACCOUNT_FAILURES_MAX, ACCOUNT_LOCK_OUT_MINUTES, ADDRESS_FAILURES_PER_MINUTE_MAX, ADDRESS_LOCK_OUT_MINUTES,
};

use super::*;

const WRONG: &str = "eight green kettles";

/// Fails under a name as often as is taken, each time from another address.
fn guess_until_locked_out(house: &House, name: &str) -> Vec<(u16, Value)> {
    let guess = |number: u32| {
        let answer = house.browser().at(&format!("198.51.100.{number}")).sign_in(name, WRONG);
        (answer.status, answer.body)
    };
    (1..=ACCOUNT_FAILURES_MAX + 1).map(guess).collect()
}

#[test]
fn i14_an_account_is_locked_out_after_so_many_failures_and_opens_by_itself() {
    let house = House::open();
    let answers = guess_until_locked_out(&house, "olu");
    let (last, before) = answers.split_last().unwrap();
    assert!(before.iter().all(|(status, body)| (*status, &body["code"]) == (401, &json!("sign_in_failed"))));
    assert_eq!((last.0, &last.1["code"]), (429, &json!("locked_out")));
    house.browser().sign_in("olu", PASSWORD).is(429, "locked_out");
    house.browser().sign_in("OLU", PASSWORD).is(429, "locked_out");
    assert_eq!(house.browser().sign_in("ada", PASSWORD).status, 200, "others sign in");
    assert_eq!(house.count("sign_in_failed", Some(house.olu)), ACCOUNT_FAILURES_MAX as usize);
    assert_eq!(house.count("sign_in_locked_out", Some(house.olu)), 1);
    house.clock.pass_s(ACCOUNT_LOCK_OUT_MINUTES * 60 - 1);
    house.browser().sign_in("olu", PASSWORD).is(429, "locked_out");
    house.clock.pass_s(1);
    assert_eq!(house.browser().sign_in("olu", PASSWORD).status, 200);
}

#[test]
fn whoever_guesses_cannot_keep_the_owner_out() {
    let house = House::open();
    let olu = house.signed_in("olu");
    let elsewhere = house.browser();
    for _ in 0..3 {
        guess_until_locked_out(&house, "olu");
        assert_eq!(olu.sign_in("olu", PASSWORD).status, 200, "her browser is known");
        elsewhere.sign_in("olu", PASSWORD).is(429, "locked_out");
        house.clock.pass_s(ACCOUNT_LOCK_OUT_MINUTES * 60);
    }
    guess_until_locked_out(&house, "olu");
    let code = house.code(house.agency, house.olu);
    let set = json!({ "code": code, "password": "nine green kettles" });
    assert_eq!(elsewhere.post("/v1/password", &set).status, 200, "an admin's code opens a new browser");
    assert_eq!(elsewhere.sign_in("olu", "nine green kettles").status, 200);
}

#[test]
fn a_name_that_is_nobodys_is_answered_and_costs_as_one_that_is_somebodys() {
    let house = House::open();
    let runs = |name: &str| {
        let before = house.app().sign_ins.password_runs();
        let answers = guess_until_locked_out(&house, name);
        (answers, house.app().sign_ins.password_runs() - before)
    };
    let sign_in_name = Some(SignInName::parse("new").unwrap());
    let new = NewMember { name: "New Sample", role: Role::Office, sign_in_name };
    agency::hire_by(&*house.app().store, &*house.clock, house.agency, new, house.act()).unwrap();
    let somebodys = runs("olu");
    assert_eq!(somebodys.1, u64::from(ACCOUNT_FAILURES_MAX), "one run for each that was checked");
    assert_eq!(runs("nobody"), somebodys);
    house.clock.pass_s(3_600);
    assert_eq!(runs("new"), somebodys, "nor does one without a password differ");
    house.clock.pass_s(3_600);
    assert_eq!(runs("not a name at all: \u{fc}"), somebodys);
}

#[test]
fn i14_an_address_is_locked_out_after_so_many_failures_in_a_minute_and_opens_by_itself() {
    let house = House::open();
    let guess = |number: u32| house.browser().sign_in(&format!("nobody{number}"), WRONG).status;
    for number in 1..ADDRESS_FAILURES_PER_MINUTE_MAX {
        assert_eq!(guess(number), 401, "{number}");
    }
    assert_eq!(house.signed_in("olu").get("/v1/session").status, 200, "one is left");
    assert_eq!(guess(0), 401);
    let runs = house.app().sign_ins.password_runs();
    house.browser().sign_in("olu", PASSWORD).is(429, "address_locked_out");
    let code = json!({ "code": house.code(house.agency, house.olu), "password": PASSWORD });
    house.browser().post("/v1/password", &code).is(429, "address_locked_out");
    assert_eq!(house.app().sign_ins.password_runs(), runs, "it costs nothing any more");
    assert_eq!(house.count("sign_in_locked_out", None), 1);
    assert_eq!(house.browser().at("192.0.2.2").sign_in("olu", PASSWORD).status, 200, "another address");
    house.clock.pass_s(ADDRESS_LOCK_OUT_MINUTES * 60 - 1);
    house.browser().sign_in("olu", PASSWORD).is(429, "address_locked_out");
    house.clock.pass_s(1);
    assert_eq!(house.browser().sign_in("olu", PASSWORD).status, 200);
}

#[test]
fn wrong_codes_count_against_their_address() {
    let house = House::open();
    let code = json!({ "code": house.code(house.agency, house.olu), "password": PASSWORD });
    let wrong = json!({ "code": "AAAA-AAAA", "password": PASSWORD });
    for _ in 0..ADDRESS_FAILURES_PER_MINUTE_MAX {
        house.browser().post("/v1/password", &wrong).is(403, "code_unknown");
    }
    house.browser().post("/v1/password", &code).is(429, "address_locked_out");
    assert_eq!(house.browser().at("192.0.2.2").post("/v1/password", &code).status, 200);
}

#[test]
fn without_a_declared_proxy_nobody_chooses_his_address() {
    let house = House::open_with(false);
    for number in 0..ADDRESS_FAILURES_PER_MINUTE_MAX {
        let claimed = house.browser().at(&format!("198.51.100.{number}"));
        claimed.sign_in(&format!("nobody{number}"), WRONG).is(401, "sign_in_failed");
    }
    house.browser().at("203.0.113.9").sign_in("olu", PASSWORD).is(429, "address_locked_out");
}

#[test]
fn many_guesses_at_once_are_counted_one_by_one() {
    let house = House::open();
    let codes: Vec<Value> = std::thread::scope(|threads| {
        let guess = |number: u32| {
            let browser = house.browser().at(&format!("198.51.100.{number}"));
            threads.spawn(move || browser.sign_in("olu", WRONG).body["code"].clone())
        };
        let guesses: Vec<_> = (0..3 * ACCOUNT_FAILURES_MAX).map(guess).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    let checked = codes.iter().filter(|code| *code == "sign_in_failed").count();
    assert!(checked <= ACCOUNT_FAILURES_MAX as usize, "{codes:?}");
    assert!(
        codes.iter().all(|code| ["sign_in_failed", "locked_out", "busy"].contains(&code.as_str().unwrap()))
    );
}
