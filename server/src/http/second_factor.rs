//! One's own second factor.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Body as Refusal;
use super::session::{DONE, Done, SessionCaller, Visiting};
use super::{Answer, Asked, blocking};
use crate::app::App;

/// What an authenticator app needs, for its owner's eyes alone.
#[derive(Serialize, ToSchema)]
pub struct SecondFactorOffer {
    /// In base 32, to be typed.
    secret: String,
    /// `otpauth://…`
    link: String,
    /// The link as a QR code.
    svg: String,
}

/// Begins a second factor: what an authenticator app needs.
#[utoipa::path(
    post,
    path = "/v1/session/second-factor",
    security(("session" = ["oversee"])),
    responses(
        (status = 200, body = SecondFactorOffer, description = "What is to be confirmed"),
        SessionCaller,
        (status = 409, body = Refusal, description = "there is a second factor already (exists)"),
    )
)]
pub async fn begin(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
) -> Answer<SecondFactorOffer> {
    blocking(app, move |app| {
        let offer = app.sign_ins.begin_second_factor(&live)?;
        Ok(Json(SecondFactorOffer { secret: offer.secret, link: offer.link, svg: offer.svg }))
    })
    .await
}

/// A code that the app shows.
#[derive(Deserialize, ToSchema)]
pub struct ConfirmRequest {
    code: String,
}

/// Confirms a second factor: from now on it is needed.
#[utoipa::path(
    post,
    path = "/v1/session/second-factor/confirm",
    request_body = ConfirmRequest,
    security(("session" = ["oversee"])),
    responses(
        (status = 200, body = Done, description = "There is a second factor"),
        SessionCaller,
        Asked<ConfirmRequest>,
        (
            status = 403, body = Refusal,
            description = "the code is wrong (second_factor_wrong), or the session's token (csrf_token_wrong)"
        ),
        (status = 409, body = Refusal, description = "none was begun (no_second_factor)"),
    )
)]
pub async fn confirm(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
    Asked(asked): Asked<ConfirmRequest>,
) -> Answer<Done> {
    blocking(app, move |app| {
        app.sign_ins.confirm_second_factor(&live, &asked.code)?;
        Ok(DONE)
    })
    .await
}

/// That it is the account's owner who asks.
#[derive(Deserialize, ToSchema)]
pub struct RemoveRequest {
    password: String,
}

/// Removes the second factor.
#[utoipa::path(
    post,
    path = "/v1/session/second-factor/remove",
    request_body = RemoveRequest,
    security(("session" = ["oversee"])),
    responses(
        (status = 200, body = Done, description = "There is no second factor"),
        SessionCaller,
        Asked<RemoveRequest>,
        (
            status = 403, body = Refusal,
            description = "the password is wrong (password_wrong), or the session's token (csrf_token_wrong)"
        ),
        (status = 409, body = Refusal, description = "there is none (no_second_factor)"),
        (status = 429, body = Refusal, description = "too many passwords were wrong (locked_out, address_locked_out)"),
    )
)]
pub async fn remove(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
    Visiting(from): Visiting,
    Asked(asked): Asked<RemoveRequest>,
) -> Answer<Done> {
    blocking(app, move |app| {
        app.sign_ins.remove_second_factor(&live, &asked.password, &from)?;
        Ok(DONE)
    })
    .await
}
