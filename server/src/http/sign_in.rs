//! Signing in, and setting a password with a one-time code.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::error::Body as Refusal;
use super::session::{Cookies, SessionAnswer, Visiting, begun, session_id};
use super::{Asked, Problem, blocking};
use crate::app::App;
use crate::auth::{LiveSession, SignInError, SignedIn, Visitor};
use crate::limits::{ACCOUNT_LOCK_OUT_MINUTES, ADDRESS_LOCK_OUT_MINUTES};

/// Who somebody says she is, and how she shows it.
#[derive(Deserialize, ToSchema)]
pub struct SignInRequest {
    name: String,
    password: String,
    /// Of the second factor, where the account has one.
    code: Option<String>,
}

/// Begins a session for somebody of the office.
#[utoipa::path(
    post,
    path = "/v1/sign-in",
    request_body = SignInRequest,
    security(()),
    responses(
        (status = 200, body = SessionAnswer, description = "A session has begun: its cookies are set"),
        Asked<SignInRequest>,
        (
            status = 401, body = Refusal,
            description = "the name or the password is wrong (sign_in_failed), or a code is needed (second_factor_needed)"
        ),
        (status = 403, body = Refusal, description = "the second factor's code is wrong or was used (second_factor_wrong)"),
        (status = 429, body = Refusal, description = "too many attempts have failed (locked_out, address_locked_out)"),
    )
)]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Visiting(from): Visiting,
    headers: HeaderMap,
    Asked(asked): Asked<SignInRequest>,
) -> Result<(Cookies, Json<SessionAnswer>), Problem> {
    let begun = begin(app, headers, from, move |app, from| {
        app.sign_ins.sign_in(&asked.name, &asked.password, asked.code.as_deref(), from)
    });
    let (cookies, live) = begun.await?;
    Ok((cookies, Json(SessionAnswer::from(&live))))
}

/// A password, and the one-time code with which it is set.
#[derive(Deserialize, ToSchema)]
pub struct SetPasswordRequest {
    code: String,
    password: String,
}

/// Sets a password with a one-time code, removes the second factor, ends every session and begins one.
#[utoipa::path(
    post,
    path = "/v1/password",
    request_body = SetPasswordRequest,
    security(()),
    responses(
        (status = 200, body = SessionAnswer, description = "A session has begun: its cookies are set"),
        Asked<SetPasswordRequest>,
        (status = 403, body = Refusal, description = "the code is not one, or is used up or too old (code_unknown)"),
        (status = 429, body = Refusal, description = "too many attempts have failed (address_locked_out)"),
    )
)]
pub async fn set_password(
    State(app): State<Arc<App>>,
    Visiting(from): Visiting,
    headers: HeaderMap,
    Asked(asked): Asked<SetPasswordRequest>,
) -> Result<(Cookies, Json<SessionAnswer>), Problem> {
    let begun = begin(app, headers, from, move |app, from| {
        app.sign_ins.set_password(&asked.code, &asked.password, from)
    });
    let (cookies, live) = begun.await?;
    Ok((cookies, Json(SessionAnswer::from(&live))))
}

/// Begins a session in place of the browser's last one.
pub async fn begin(
    app: Arc<App>,
    headers: HeaderMap,
    from: Visitor,
    begin: impl FnOnce(&App, &Visitor) -> Result<SignedIn, SignInError> + Send + 'static,
) -> Result<(Cookies, LiveSession), Problem> {
    blocking(app, move |app| {
        let signed_in = begin(app, &from)?;
        match session_id(&headers).map(|id| app.sign_ins.session(&id)) {
            Some(Ok(last)) => app.sign_ins.sign_out(&last)?,
            None | Some(Err(SignInError::SignedOut)) => {}
            Some(Err(error)) => return Err(error.into()),
        }
        let live = app.sign_ins.session(&signed_in.session)?;
        Ok((begun(&signed_in), live))
    })
    .await
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        // At most: it may have begun a while ago.
        let wait_minutes = match error {
            SignInError::LockedOut => Some(ACCOUNT_LOCK_OUT_MINUTES),
            SignInError::AddressLockedOut => Some(ADDRESS_LOCK_OUT_MINUTES),
            _ => None,
        };
        let (status, code) = match error {
            SignInError::Wrong => (StatusCode::UNAUTHORIZED, "sign_in_failed"),
            SignInError::SecondFactorNeeded => (StatusCode::UNAUTHORIZED, "second_factor_needed"),
            SignInError::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out"),
            SignInError::SecondFactorWrong => (StatusCode::FORBIDDEN, "second_factor_wrong"),
            SignInError::WrongPassword => (StatusCode::FORBIDDEN, "password_wrong"),
            SignInError::BadCode => (StatusCode::FORBIDDEN, "code_unknown"),
            SignInError::LockedOut => (StatusCode::TOO_MANY_REQUESTS, "locked_out"),
            SignInError::AddressLockedOut => (StatusCode::TOO_MANY_REQUESTS, "address_locked_out"),
            SignInError::Busy(_) => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            SignInError::Password(_) => (StatusCode::BAD_REQUEST, "password_refused"),
            SignInError::HasSecondFactor => (StatusCode::CONFLICT, "exists"),
            SignInError::NoSecondFactor => (StatusCode::CONFLICT, "no_second_factor"),
            SignInError::CannotDraw(_) => return Self::internal(),
            SignInError::Store(error) => return error.into(),
        };
        let problem = Self::new(status, code, error.to_string());
        match wait_minutes {
            Some(minutes) => problem.retry_after_s(60 * minutes.unsigned_abs()),
            None => problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::RETRY_AFTER;
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn who_is_locked_out_is_told_for_how_long_at_most() {
        for (error, minutes) in [
            (SignInError::LockedOut, Some(ACCOUNT_LOCK_OUT_MINUTES)),
            (SignInError::AddressLockedOut, Some(ADDRESS_LOCK_OUT_MINUTES)),
            (SignInError::Wrong, None),
        ] {
            let answer = Problem::from(error).into_response();
            let wait = answer.headers().get(RETRY_AFTER).map(|wait| wait.to_str().unwrap().to_owned());
            assert_eq!(wait, minutes.map(|minutes| (60 * minutes).to_string()));
        }
    }
}
