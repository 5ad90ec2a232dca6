//! Enrolment of phones and their access tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Body as Refusal;
use super::{Answer, Asked, Problem, blocking};
use crate::app::App;
use crate::describe;

/// What a phone says to be enrolled.
#[derive(Deserialize, ToSchema)]
pub struct EnrolRequest {
    code: String,
    device_name: String,
    app_version: String,
    #[schema(value_type = describe::Time)]
    device_time: Timestamp,
}

/// Who the phone now is.
#[derive(Serialize, ToSchema)]
pub struct EnrolAnswer {
    #[schema(value_type = describe::Id)]
    agency: AgencyId,
    #[schema(value_type = describe::Id)]
    staff: StaffId,
    #[schema(value_type = describe::Id)]
    device: DeviceId,
    access_token: String,
    refresh_token: String,
    #[schema(value_type = describe::Time)]
    server_time: Timestamp,
}

/// Enrols a phone by a one-time code.
#[utoipa::path(
    post,
    path = "/v1/enrol",
    request_body = EnrolRequest,
    security(()),
    responses(
        (status = 200, body = EnrolAnswer, description = "The phone is enrolled"),
        Asked<EnrolRequest>,
        (
            status = 403, body = Refusal,
            description = "the code is not one, or is used up or too old (code_unknown)"
        ),
        (status = 429, body = Refusal, description = "too many codes were wrong, or the address asks too often (throttled)"),
    )
)]
pub async fn enrol(State(app): State<Arc<App>>, Asked(asked): Asked<EnrolRequest>) -> Answer<EnrolAnswer> {
    blocking(app, move |app| {
        let enrolled =
            app.enrolments.enrol(&asked.code, &asked.device_name, &asked.app_version, asked.device_time)?;
        Ok(Json(EnrolAnswer {
            agency: enrolled.holder.agency,
            staff: enrolled.holder.staff.id,
            device: enrolled.holder.device.id,
            access_token: enrolled.access_token,
            refresh_token: enrolled.refresh_token,
            server_time: app.environment.now(),
        }))
    })
    .await
}

/// The token that buys others, and that a phone is known by.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    refresh_token: String,
}

/// What the phone goes on with.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    access_token: String,
    refresh_token: String,
}

/// Buys an access token with a refresh token, which is replaced.
#[utoipa::path(
    post,
    path = "/v1/token",
    request_body = TokenRequest,
    security(()),
    responses(
        (status = 200, body = TokenAnswer, description = "The tokens to go on with"),
        Asked<TokenRequest>,
        (
            status = 403, body = Refusal,
            description = "the token is not known (refresh_token_unknown), or the phone is not welcome \
                (device_locked, session_ended, device_wipe)"
        ),
        (status = 429, body = Refusal, description = "the address asks too often (throttled)"),
    )
)]
pub async fn refresh(State(app): State<Arc<App>>, Asked(asked): Asked<TokenRequest>) -> Answer<TokenAnswer> {
    blocking(app, move |app| {
        let renewed = app.enrolments.refresh(&asked.refresh_token)?;
        Ok(Json(TokenAnswer { access_token: renewed.access_token, refresh_token: renewed.refresh_token }))
    })
    .await
}

/// What the server now knows of a phone that was wiped.
#[derive(Serialize, ToSchema)]
pub struct WipedAnswer {
    #[schema(value_type = describe::Time)]
    wiped_at: Timestamp,
}

/// Tells that a phone has destroyed what it held.
#[utoipa::path(
    post,
    path = "/v1/wiped",
    request_body = TokenRequest,
    security(()),
    responses(
        (status = 200, body = WipedAnswer, description = "The server knows"),
        Asked<TokenRequest>,
        (status = 403, body = Refusal, description = "the token is not known (refresh_token_unknown)"),
        (status = 409, body = Refusal, description = "nobody asked for it (not_asked)"),
        (status = 429, body = Refusal, description = "the address asks too often (throttled)"),
    )
)]
pub async fn wiped(State(app): State<Arc<App>>, Asked(asked): Asked<TokenRequest>) -> Answer<WipedAnswer> {
    blocking(app, move |app| {
        let holder = app.enrolments.note_wiped(&asked.refresh_token)?;
        let not_asked = || Problem::new(StatusCode::CONFLICT, "not_asked", "nobody asked for it to be wiped");
        Ok(Json(WipedAnswer { wiped_at: holder.device.wiped_at.ok_or_else(not_asked)? }))
    })
    .await
}
