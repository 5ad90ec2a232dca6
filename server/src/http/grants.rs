//! Which nurses a case is assigned to.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::{ScopeId, StaffId};
use serde::{Deserialize, Serialize};

use super::{Answer, Asked, Named, OfficeCaller, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::{App, Poke};
use crate::store::Seq;

/// Whom to assign.
#[derive(Deserialize)]
pub struct GrantRequest {
    staff: StaffId,
}

/// Where in the agency's order the assignment began or ended.
#[derive(Serialize)]
pub struct Assigned {
    seq: Seq,
}

/// `POST /v1/office/cases/{scope}/grants`
pub async fn begin(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(scope): Named<ScopeId>,
    Asked(asked): Asked<GrantRequest>,
) -> Answer<Assigned> {
    blocking(app, move |app| {
        require(app, &caller, scope)?;
        let seq = app.store.grant(caller.agency, scope, asked.staff, caller.act(app))?;
        app.poke(Poke::assignments(caller.agency, asked.staff));
        Ok(Json(Assigned { seq }))
    })
    .await
}

/// `DELETE /v1/office/cases/{scope}/grants/{staff}`
pub async fn end(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named((scope, staff)): Named<(ScopeId, StaffId)>,
) -> Answer<Assigned> {
    blocking(app, move |app| {
        require(app, &caller, scope)?;
        let seq = app.store.revoke(caller.agency, scope, staff, caller.act(app))?;
        app.poke(Poke::assignments(caller.agency, staff));
        Ok(Json(Assigned { seq: seq.ok_or_else(|| Problem::not_found("assignment"))? }))
    })
    .await
}

fn require(app: &App, caller: &OfficeCaller, scope: ScopeId) -> Result<(), Problem> {
    let snapshot = caller.snapshot(app)?;
    let kind = snapshot.scope(scope)?.ok_or_else(|| Problem::not_found("case"))?.kind;
    let grants = snapshot.grants_of(caller.member.id)?;
    caller.require(Action::Assign, Relation::to_scope(scope, Some(kind), &grants))
}
