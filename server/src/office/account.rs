//! The caller's own account: her password, her second factor, her sessions.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::frame::{Area, Asking, Frame, done, page};
use super::gate::{Posted, said};
use crate::app::App;
use crate::auth::Offer;
use crate::http::{Permitted, Problem, SessionCaller, Visiting, blocking, ended};
use crate::limits::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};

const HERE: &str = "/office/account";

#[derive(Template)]
#[template(path = "account/page.html")]
struct Page {
    frame: Frame,
    sign_in_name: String,
    has_second_factor: bool,
    /// What an authenticator app needs, while a second factor is being set up.
    offer: Option<Offer>,
    wrong: Option<Wrong>,
}

/// What is wrong with what was sent, and in which form.
struct Wrong {
    form: Form,
    words: String,
}

/// A form of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Password,
    Factor,
    Removal,
}

impl Page {
    fn wrong_in(&self, form: Form) -> Option<&str> {
        self.wrong.as_ref().filter(|wrong| wrong.form == form).map(|wrong| wrong.words.as_str())
    }

    fn password_hint(&self) -> std::borrow::Cow<'static, str> {
        self.frame.local.words.with("account-password-hint", "chars", PASSWORD_CHARS_MIN)
    }

    fn password_chars_max(&self) -> usize {
        PASSWORD_CHARS_MAX
    }
}

/// Whose page it is, and in which words.
struct Own {
    caller: SessionCaller,
    asking: Asking,
}

impl Own {
    fn page(
        self,
        app: &App,
        offer: Option<Offer>,
        wrong: Option<(Form, &Problem)>,
    ) -> Result<Response, Problem> {
        let words = self.asking.words;
        let text = wrong.map(|(form, problem)| Wrong { form, words: said(problem, words) });
        let status = wrong.map_or(StatusCode::OK, |(_, problem)| problem.status());
        self.page_saying(app, offer, text, status)
    }

    fn page_saying(
        self,
        app: &App,
        offer: Option<Offer>,
        wrong: Option<Wrong>,
        status: StatusCode,
    ) -> Result<Response, Problem> {
        let caller: Permitted = self.caller.permitted();
        let session = &self.caller.0.session;
        let frame = Frame::new(app, &caller, &*caller.snapshot(app)?, self.asking, Area::Account)?;
        let shown: Html<String> = page(&Page {
            sign_in_name: session.name.to_string(),
            has_second_factor: session.has_second_factor,
            offer,
            wrong,
            frame,
        })?;
        Ok((status, shown).into_response())
    }
}

/// The caller's own account.
#[utoipa::path(
    get,
    path = "/office/account",
    security(("session" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: SessionCaller,
    asking: Asking,
) -> Result<Response, Problem> {
    blocking(app, move |app| Own { caller, asking }.page(app, None, None)).await
}

/// Sets another password, and ends every other session.
#[utoipa::path(
    post,
    path = "/office/account/password",
    security(("session" = ["oversee"])),
    responses((status = 303, description = "Set"), (status = 422, description = "The page, with what is wrong"))
)]
pub async fn set_password(
    State(app): State<Arc<App>>,
    caller: SessionCaller,
    Visiting(from): Visiting,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let field = |name| form.get(name).unwrap_or_default();
        if field("password") != field("again") {
            let words = asking.words.say("password-differs").into_owned();
            let wrong = Some(Wrong { form: Form::Password, words });
            return Own { caller, asking }.page_saying(app, None, wrong, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let changed = app.sign_ins.change_password(&caller.0, field("current"), field("password"), &from);
        match changed.map_err(Problem::from) {
            Ok(()) => Ok(done(HERE, "password-changed").into_response()),
            Err(problem) => wrong(app, Own { caller, asking }, None, Form::Password, problem),
        }
    })
    .await
}

/// Begins a second factor: what an authenticator app needs.
#[utoipa::path(
    post,
    path = "/office/account/second-factor",
    security(("session" = ["oversee"])),
    responses((status = 200, description = "The page, with what is to be confirmed"))
)]
pub async fn begin_second_factor(
    State(app): State<Arc<App>>,
    caller: SessionCaller,
    asking: Asking,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let offer = app.sign_ins.begin_second_factor(&caller.0)?;
        Own { caller, asking }.page(app, Some(offer), None)
    })
    .await
}

/// Confirms a second factor: from now on it is needed.
#[utoipa::path(
    post,
    path = "/office/account/second-factor/confirm",
    security(("session" = ["oversee"])),
    responses((status = 303, description = "Confirmed"), (status = 403, description = "The page: the code is wrong"))
)]
pub async fn confirm_second_factor(
    State(app): State<Arc<App>>,
    caller: SessionCaller,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        match app.sign_ins.confirm_second_factor(&caller.0, form.line("code")).map_err(Problem::from) {
            Ok(()) => Ok(done(HERE, "second-factor-on").into_response()),
            Err(problem) if problem.code() == "second_factor_wrong" => {
                let offer = app.sign_ins.begun_second_factor(&caller.0)?;
                Own { caller, asking }.page(app, Some(offer), Some((Form::Factor, &problem)))
            }
            Err(problem) => Err(problem),
        }
    })
    .await
}

/// Removes the second factor.
#[utoipa::path(
    post,
    path = "/office/account/second-factor/remove",
    security(("session" = ["oversee"])),
    responses((status = 303, description = "Removed"), (status = 403, description = "The page, with what is wrong"))
)]
pub async fn remove_second_factor(
    State(app): State<Arc<App>>,
    caller: SessionCaller,
    Visiting(from): Visiting,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let password = form.get("password").unwrap_or_default();
        match app.sign_ins.remove_second_factor(&caller.0, password, &from).map_err(Problem::from) {
            Ok(()) => Ok(done(HERE, "second-factor-off").into_response()),
            Err(problem) => wrong(app, Own { caller, asking }, None, Form::Removal, problem),
        }
    })
    .await
}

/// Signs out in every browser.
#[utoipa::path(
    post,
    path = "/office/account/sign-out-everywhere",
    security(("session" = ["oversee"])),
    responses((status = 303, description = "Signed out"))
)]
pub async fn sign_out_everywhere(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
) -> Result<Response, Problem> {
    blocking(app, move |app| Ok(app.sign_ins.sign_out_everywhere(&live)?)).await?;
    Ok((ended(), Redirect::to("/office/sign-in")).into_response())
}

/// The page again with what its owner can mend; anything else is refused as it is.
fn wrong(
    app: &App,
    own: Own,
    offer: Option<Offer>,
    form: Form,
    problem: Problem,
) -> Result<Response, Problem> {
    match problem.code() {
        "password_wrong" | "password_refused" | "locked_out" | "address_locked_out" => {
            own.page(app, offer, Some((form, &problem)))
        }
        _ => Err(problem),
    }
}
