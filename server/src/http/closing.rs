//! Whether a case is open.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::ScopeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cases::{Closing, names};
use super::{Answer, Asked, Named, OfficeCaller, Permitted, Problem, blocking};
use crate::access::Action;
use crate::app::{App, Poke};
use crate::store::CloseReason;

/// Why a case is closed.
#[derive(Deserialize, ToSchema)]
pub struct CloseRequest {
    reason: CloseReason,
}

/// Whether a case is open, from now on.
#[derive(Serialize, ToSchema)]
pub struct CaseState {
    /// That it is closed; none while it is open.
    closed: Option<Closing>,
}

/// Closes a case, which ends every assignment to it: it leaves the phones at their next exchange. Its chart stays. A case that
/// is closed stays closed as it was.
#[utoipa::path(
    post,
    path = "/v1/office/cases/{scope}/close",
    params(("scope" = crate::describe::Id, Path, description = "The case")),
    request_body = CloseRequest,
    security(("office" = ["assign"])),
    responses(
        (status = 200, body = CaseState, description = "The case is closed"),
        OfficeCaller,
        Named<ScopeId>,
        Asked<CloseRequest>,
    )
)]
pub async fn close(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(scope): Named<ScopeId>,
    Asked(asked): Asked<CloseRequest>,
) -> Answer<CaseState> {
    blocking(app, move |app| {
        let (caller, _) = caller.require_in(app, Action::Assign, scope)?;
        close_case(app, &caller, scope, asked.reason)?;
        state(app, &caller, scope)
    })
    .await
}

/// Opens a case again. It is assigned to nobody.
#[utoipa::path(
    post,
    path = "/v1/office/cases/{scope}/reopen",
    params(("scope" = crate::describe::Id, Path, description = "The case")),
    security(("office" = ["assign"])),
    responses(
        (status = 200, body = CaseState, description = "The case is open"),
        OfficeCaller,
        Named<ScopeId>,
    )
)]
pub async fn reopen(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(scope): Named<ScopeId>,
) -> Answer<CaseState> {
    blocking(app, move |app| {
        let (caller, _) = caller.require_in(app, Action::Assign, scope)?;
        reopen_case(app, &caller, scope)?;
        state(app, &caller, scope)
    })
    .await
}

/// Closes a case, and tells the phones of those who had it, and whoever looks at it.
pub fn close_case(app: &App, caller: &Permitted, scope: ScopeId, reason: CloseReason) -> Result<(), Problem> {
    let nurses = app.store.close_case(caller.agency, scope, reason, caller.act(app))?;
    for nurse in nurses {
        app.poke(Poke::assignments(caller.agency, nurse));
    }
    app.poke(Poke::records(caller.agency, &[scope], None));
    Ok(())
}

/// Opens a case again, and tells whoever looks at it.
pub fn reopen_case(app: &App, caller: &Permitted, scope: ScopeId) -> Result<(), Problem> {
    app.store.reopen_case(caller.agency, scope, caller.act(app))?;
    app.poke(Poke::records(caller.agency, &[scope], None));
    Ok(())
}

/// The case as it is now.
fn state(app: &App, caller: &Permitted, scope: ScopeId) -> Result<Json<CaseState>, Problem> {
    let snapshot = caller.snapshot(app)?;
    let closed = snapshot.scope(scope)?.and_then(|scope| scope.closed);
    let names = names(&*snapshot)?;
    Ok(Json(CaseState { closed: closed.map(|closed| Closing::of(&closed, &names)) }))
}
