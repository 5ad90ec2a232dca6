//! Signing in and out, setting a password with a one-time code, and choosing a language.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::assets::{ASSETS, Assets};
use super::frame::{Asking, LANGUAGE_COOKIE, page};
use super::gate::{Posted, said};
use super::words::{Language, Words};
use crate::app::App;
use crate::http::{Problem, SessionCaller, Visiting, begin, blocking, ended};

/// Where one goes who says nowhere.
const HOME: &str = "/office";
/// A year.
const LANGUAGE_SECONDS: u32 = 365 * 24 * 3_600;

/// Where to go after signing in.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    words: Words,
    assets: &'static Assets,
    next: String,
    name: String,
    needs_code: bool,
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    words: Words,
    assets: &'static Assets,
    refusal: Option<String>,
}

/// The way in: from the server's bare address to the pages.
#[utoipa::path(get, path = "/", security(()), responses((status = 303, description = "To the pages")))]
pub async fn root() -> Redirect {
    Redirect::to(HOME)
}

/// Where one signs in.
#[utoipa::path(
    get,
    path = "/office/sign-in",
    security(()),
    responses((status = 200, description = "The page"))
)]
pub async fn show(asking: Asking, Query(Next { next }): Query<Next>) -> Result<Html<String>, Problem> {
    let words = asking.words;
    let (name, refusal) = (String::new(), None);
    page(&SignInPage { words, assets: &ASSETS, next: own(&next), name, needs_code: false, refusal })
}

/// Signs in.
#[utoipa::path(
    post,
    path = "/office/sign-in",
    security(()),
    responses((status = 303, description = "Signed in"), (status = 401, description = "The page, with what was wrong")),
)]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Visiting(from): Visiting,
    headers: HeaderMap,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let next = own(form.line("next"));
    let name = form.line("name").to_owned();
    let (as_name, password) = (name.clone(), form.get("password").unwrap_or_default().to_owned());
    let code = Some(form.line("code").to_owned()).filter(|code| !code.is_empty());
    let begun = begin(app, headers, from, move |app, from| {
        app.sign_ins.sign_in(&as_name, &password, code.as_deref(), from)
    });
    match begun.await {
        Ok((cookies, _)) => Ok((cookies, Redirect::to(&next)).into_response()),
        Err(problem) => {
            let needs_code = matches!(problem.code(), "second_factor_needed" | "second_factor_wrong");
            let refusal = Some(said(&problem, asking.words));
            let words = asking.words;
            let again = page(&SignInPage { words, assets: &ASSETS, next, name, needs_code, refusal })?;
            Ok((problem.status(), again).into_response())
        }
    }
}

/// Where one sets a password with a one-time code.
#[utoipa::path(
    get,
    path = "/office/password",
    security(()),
    responses((status = 200, description = "The page"))
)]
pub async fn password(asking: Asking) -> Result<Html<String>, Problem> {
    page(&PasswordPage { words: asking.words, assets: &ASSETS, refusal: None })
}

/// Sets a password with a one-time code, and signs in.
#[utoipa::path(
    post,
    path = "/office/password",
    security(()),
    responses((status = 303, description = "Set"), (status = 403, description = "The page, with what was wrong")),
)]
pub async fn set_password(
    State(app): State<Arc<App>>,
    Visiting(from): Visiting,
    headers: HeaderMap,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let password = form.get("password").unwrap_or_default().to_owned();
    let words = asking.words;
    let refused = |status: StatusCode, refusal: String| {
        let again = page(&PasswordPage { words, assets: &ASSETS, refusal: Some(refusal) })?;
        Ok((status, again).into_response())
    };
    if form.get("again") != Some(&password) {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, words.say("password-differs").into_owned());
    }
    let code = form.line("code").to_owned();
    let begun = begin(app, headers, from, move |app, from| app.sign_ins.set_password(&code, &password, from));
    match begun.await {
        Ok((cookies, _)) => Ok((cookies, Redirect::to(HOME)).into_response()),
        Err(problem) => refused(problem.status(), said(&problem, words)),
    }
}

/// Signs out.
#[utoipa::path(
    post,
    path = "/office/sign-out",
    security(("session" = ["oversee"])),
    responses((status = 303, description = "Signed out"))
)]
pub async fn sign_out(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
) -> Result<Response, Problem> {
    blocking(app, move |app| Ok(app.sign_ins.sign_out(&live)?)).await?;
    Ok((ended(), Redirect::to("/office/sign-in")).into_response())
}

/// That the session lasts, for a page whose stream of events has broken off.
#[utoipa::path(
    get,
    path = "/office/alive",
    security(("session" = ["oversee"])),
    responses((status = 204, description = "It lasts"))
)]
pub async fn alive(_: SessionCaller) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Chooses a language for this browser.
#[utoipa::path(
    post,
    path = "/office/language",
    security(()),
    responses((status = 303, description = "Chosen: back to the page"))
)]
pub async fn choose_language(form: Posted) -> Result<Response, Problem> {
    let chosen = Language::of_code(form.line("language"));
    let code = chosen.ok_or_else(|| Problem::bad_request("this language is not spoken here"))?.code();
    let kept = format!(
        "{LANGUAGE_COOKIE}={code}; Path=/office; HttpOnly; SameSite=Strict; Max-Age={LANGUAGE_SECONDS}"
    );
    Ok((AppendHeaders([(SET_COOKIE, kept)]), Redirect::to(&own(form.line("next")))).into_response())
}

/// The address, if it is that of one of these pages: no link leads somebody who signs in to elsewhere.
fn own(next: &str) -> String {
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_own = next == HOME || next.starts_with("/office/");
    if is_own && is_plain && !next.contains("//") { next.to_owned() } else { HOME.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_signs_in_is_led_to_no_other_site() {
        for (next, led) in [
            ("/office/cases/1", "/office/cases/1"),
            ("", HOME),
            ("//evil.example/office/", HOME),
            ("https://evil.example", HOME),
            ("/office//evil.example", HOME),
            ("/office/\\evil.example", HOME),
            ("/office/\r\nset-cookie: a=b", HOME),
            ("/officer", HOME),
        ] {
            assert_eq!(own(next), led, "{next:?}");
        }
    }
}
