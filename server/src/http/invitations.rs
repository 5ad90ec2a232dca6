//! Inviting somebody to enrol a phone.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::wire::EnrolmentLink;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Asked, Named, OfficeCaller, Permitted, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::auth::qr_svg;
use crate::describe;

/// What an invitation says beside the code.
#[derive(Deserialize, ToSchema)]
pub struct InviteRequest {
    /// Where phones find this server: what whoever asks sees in her browser's address line.
    server_url: String,
}

/// What is handed to whoever is invited, and to nobody else.
#[derive(Serialize, ToSchema)]
pub struct Invitation {
    pub(crate) code: String,
    #[schema(value_type = describe::Time)]
    pub(crate) expires_at: Timestamp,
    /// The server and the code together.
    pub(crate) link: String,
    /// The link as a QR code.
    pub(crate) svg: String,
}

/// Invites a member of staff to enrol a phone.
#[utoipa::path(
    post,
    path = "/v1/office/staff/{staff}/invite",
    params(("staff" = describe::Id, Path, description = "The member of staff")),
    request_body = InviteRequest,
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Invitation, description = "To be handed to her, and to nobody else"),
        OfficeCaller,
        Named<StaffId>,
        Asked<InviteRequest>,
    )
)]
pub async fn make(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    Asked(asked): Asked<InviteRequest>,
) -> Answer<Invitation> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| Ok(Json(invite_for(app, &caller, staff, &asked.server_url)?))).await
}

/// Invites a member of staff to enrol a phone with the server at this address.
pub(crate) fn invite_for(
    app: &App,
    caller: &Permitted,
    staff: StaffId,
    server_url: &str,
) -> Result<Invitation, Problem> {
    let refused = |_| Problem::bad_request("server_url must be https://HOST or http://HOST:PORT");
    EnrolmentLink::new(server_url, "CODE").map_err(refused)?;
    let (code, expires_at) = app.enrolments.invite(caller.agency, staff, caller.act(app).by)?;
    let code = code.to_string();
    let link = EnrolmentLink::new(server_url, &code).map_err(refused)?;
    let svg = qr_svg(&link).map_err(|cannot| Problem::bad_request(cannot.to_string()))?;
    Ok(Invitation { code, expires_at, link: link.to_string(), svg })
}
