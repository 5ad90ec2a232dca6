//! One's own account.

use totp_rs::{Builder, Secret};

use super::*;
use crate::review::picture;

#[test]
fn a_password_is_changed_and_a_second_factor_set_up_needed_and_removed_without_a_script() {
    let office = Office::start();
    let look = Look { has_script: false, width: 360, is_dark: true, ..Look::default() };
    let Some(browser) = Browser::open("one's own account", look) else { return };
    let (_, password) = office.account("Olu Sample", Role::Office, "olu.sample");
    enter(&browser, &office, &password, None);
    browser.go(&format!("{}/office/account", office.url()));
    picture(&browser, "account-narrow-dark");
    let change = |current: &str, new: &str, again: &str| {
        browser.fill("[name=current]", current);
        browser.fill("[name=password]", new);
        browser.fill("[name=again]", again);
        browser.press("Change the password");
    };
    for (current, new, again, said) in [
        (&*password, "nine blue kettles", "nine red kettles", "differ"),
        (&*password, "short", "short", "Choose another password"),
        ("not mine at all", "nine blue kettles", "nine blue kettles", "is wrong"),
    ] {
        change(current, new, again);
        browser.wait_for_text(said);
        let wrong = browser.text_of("#password-wrong");
        assert!(wrong.contains(said), "{said}: {wrong}");
    }
    change(&password, "nine blue kettles", "nine blue kettles");
    browser.wait_for_text("The password was changed.");

    browser.press("Set up a second factor");
    let secret = browser.text_of(".qr + .facts dd");
    picture(&browser, "factor-narrow-dark");
    browser.fill("[name=code]", "1");
    browser.press("Confirm");
    assert!(browser.text_of("#code-wrong").contains("wrong"));
    assert_eq!(browser.text_of(".qr + .facts dd"), secret, "it is the same still");
    browser.fill("[name=code]", &code(&secret, 0));
    browser.press("Confirm");
    browser.wait_for_text("The second factor is set up.");

    browser.press("Sign out of every browser");
    enter(&browser, &office, "nine blue kettles", Some(&code(&secret, 30)));
    browser.go(&format!("{}/office/account", office.url()));
    browser.fill(".stacked [autocomplete=current-password]", "nine blue kettles");
    browser.press("Remove the second factor");
    browser.wait_for_text("The second factor was removed.");
}

fn enter(browser: &Browser, office: &Office, password: &str, code: Option<&str>) {
    browser.go(&office.url());
    browser.fill("[name=name]", "olu.sample");
    browser.fill("[name=password]", password);
    browser.fill("[name=code]", code.unwrap_or_default());
    browser.click("button.main");
    browser.wait_for(".bar");
}

/// What an authenticator app shows so many seconds from now.
fn code(secret: &str, seconds: u64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("a").build_noncompliant();
    let now = u64::try_from(
        doorstep_client_core::environment::Environment::now(
            &doorstep_client_core::environment::SystemEnvironment,
        )
        .as_second(),
    )
    .unwrap();
    totp.generate(now + seconds).to_string()
}
