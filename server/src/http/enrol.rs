//! Enrolment of phones and their access tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answer, Asked, blocking};
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

/// What buys an access token.
#[derive(Deserialize)]
pub struct TokenRequest {
    refresh_token: String,
}

/// A new access token.
#[derive(Serialize)]
pub struct TokenAnswer {
    access_token: String,
}

/// `POST /v1/token`
pub async fn refresh(State(app): State<Arc<App>>, Asked(asked): Asked<TokenRequest>) -> Answer<TokenAnswer> {
    blocking(app, move |app| {
        Ok(Json(TokenAnswer { access_token: app.enrolments.refresh(&asked.refresh_token)? }))
    })
    .await
}
