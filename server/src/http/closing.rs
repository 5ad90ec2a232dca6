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
        let nurses = app.store.close_case(caller.agency, scope, asked.reason, caller.act(app))?;
        for nurse in nurses {
            app.poke(Poke::assignments(caller.agency, nurse));
        }
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
        app.store.reopen_case(caller.agency, scope, caller.act(app))?;
        state(app, &caller, scope)
    })
    .await
}

/// The case as it is now; those who look at it are told.
fn state(app: &App, caller: &Permitted, scope: ScopeId) -> Result<Json<CaseState>, Problem> {
    app.poke(Poke::records(caller.agency, &[scope], None));
    let snapshot = caller.snapshot(app)?;
    let closed = snapshot.scope(scope)?.and_then(|scope| scope.closed);
    let names = names(&*snapshot)?;
    Ok(Json(CaseState { closed: closed.map(|closed| Closing::of(&closed, &names)) }))
}
