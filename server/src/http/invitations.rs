//! Inviting somebody to enrol a phone.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::wire::EnrolmentLink;
use serde::{Deserialize, Serialize};

use super::{Answer, Asked, Named, OfficeCaller, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::auth::qr_svg;

/// What an invitation says beside the code.
#[derive(Deserialize)]
pub struct InviteRequest {
    /// Where phones find this server: what whoever asks sees in her browser's address line.
    server_url: String,
}

/// What is handed to whoever is invited, and to nobody else.
#[derive(Serialize)]
pub struct Invitation {
    code: String,
    expires_at: Timestamp,
    /// The server and the code together.
    link: String,
    /// The link as a QR code.
    svg: String,
}

/// `POST /v1/office/staff/{staff}/invite`
pub async fn make(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    Asked(asked): Asked<InviteRequest>,
) -> Answer<Invitation> {
    caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        let refused = |_| Problem::bad_request("server_url must be https://HOST or http://HOST:PORT");
        EnrolmentLink::new(&asked.server_url, "CODE").map_err(refused)?;
        let (code, expires_at) = app.enrolments.invite(caller.agency, staff, caller.act(app).by)?;
        let code = code.to_string();
        let link = EnrolmentLink::new(&asked.server_url, &code).map_err(refused)?;
        let svg = qr_svg(&link).map_err(|cannot| Problem::bad_request(cannot.to_string()))?;
        Ok(Json(Invitation { code, expires_at, link: link.to_string(), svg }))
    })
    .await
}
