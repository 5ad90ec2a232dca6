//! Which nurses a case is assigned to.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::{ScopeId, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Body as Refusal;
use super::{Answer, Asked, Named, OfficeCaller, Problem, blocking};
use crate::access::Action;
use crate::app::{App, Poke};
use crate::describe;
use crate::store::Seq;

/// Whom to assign.
#[derive(Deserialize, ToSchema)]
pub struct GrantRequest {
    #[schema(value_type = describe::Id)]
    staff: StaffId,
}

/// Where in the agency's order the assignment began or ended.
#[derive(Serialize, ToSchema)]
pub struct Assigned {
    #[schema(value_type = u64)]
    seq: Seq,
}

/// Assigns a case to a nurse.
#[utoipa::path(
    post,
    path = "/v1/office/cases/{scope}/grants",
    params(("scope" = describe::Id, Path, description = "The case")),
    request_body = GrantRequest,
    security(("office" = ["assign"])),
    responses(
        (status = 200, body = Assigned, description = "The case is assigned"),
        OfficeCaller,
        Named<ScopeId>,
        Asked<GrantRequest>,
        (status = 409, body = Refusal, description = "the case is closed (case_closed)"),
    )
)]
pub async fn begin(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(scope): Named<ScopeId>,
    Asked(asked): Asked<GrantRequest>,
) -> Answer<Assigned> {
    blocking(app, move |app| {
        let (caller, _) = caller.require_in(app, Action::Assign, scope)?;
        let seq = app.store.grant(caller.agency, scope, asked.staff, caller.act(app))?;
        app.poke(Poke::assignments(caller.agency, asked.staff));
        Ok(Json(Assigned { seq }))
    })
    .await
}

/// Ends a nurse's assignment to a case.
#[utoipa::path(
    delete,
    path = "/v1/office/cases/{scope}/grants/{staff}",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("staff" = describe::Id, Path, description = "The member of staff")
    ),
    security(("office" = ["assign"])),
    responses(
        (status = 200, body = Assigned, description = "The assignment has ended"),
        OfficeCaller,
        Named<ScopeId>,
    )
)]
pub async fn end(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named((scope, staff)): Named<(ScopeId, StaffId)>,
) -> Answer<Assigned> {
    blocking(app, move |app| {
        let (caller, _) = caller.require_in(app, Action::Assign, scope)?;
        let seq = app.store.revoke(caller.agency, scope, staff, caller.act(app))?;
        app.poke(Poke::assignments(caller.agency, staff));
        Ok(Json(Assigned { seq: seq.ok_or_else(|| Problem::not_found("assignment"))? }))
    })
    .await
}
