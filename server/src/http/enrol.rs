//! Enrolment of phones and their access tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answer, Asked, Problem, blocking};
use crate::app::App;

/// What a phone says to be enrolled.
#[derive(Deserialize)]
pub struct EnrolRequest {
    code: String,
    device_name: String,
    app_version: String,
    device_time: Timestamp,
}

/// Who the phone now is.
#[derive(Serialize)]
pub struct EnrolAnswer {
    agency: AgencyId,
    staff: StaffId,
    device: DeviceId,
    access_token: String,
    refresh_token: String,
    server_time: Timestamp,
}

/// `POST /v1/enrol`
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
#[derive(Deserialize)]
pub struct TokenRequest {
    refresh_token: String,
}

/// What the phone goes on with.
#[derive(Serialize)]
pub struct TokenAnswer {
    access_token: String,
    refresh_token: String,
}

/// `POST /v1/token`
pub async fn refresh(State(app): State<Arc<App>>, Asked(asked): Asked<TokenRequest>) -> Answer<TokenAnswer> {
    blocking(app, move |app| {
        let renewed = app.enrolments.refresh(&asked.refresh_token)?;
        Ok(Json(TokenAnswer { access_token: renewed.access_token, refresh_token: renewed.refresh_token }))
    })
    .await
}

/// What the server now knows of a phone that was wiped.
#[derive(Serialize)]
pub struct WipedAnswer {
    wiped_at: Timestamp,
}

/// `POST /v1/wiped`
pub async fn wiped(State(app): State<Arc<App>>, Asked(asked): Asked<TokenRequest>) -> Answer<WipedAnswer> {
    blocking(app, move |app| {
        let holder = app.enrolments.note_wiped(&asked.refresh_token)?;
        let not_asked = || Problem::new(StatusCode::CONFLICT, "not_asked", "nobody asked for it to be wiped");
        Ok(Json(WipedAnswer { wiped_at: holder.device.wiped_at.ok_or_else(not_asked)? }))
    })
    .await
}
