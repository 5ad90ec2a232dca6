//! The audit log, for the agency's admins.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::{ScopeId, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, OfficeCaller, Queried, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::describe;
use crate::limits::AUDIT_ENTRIES_MAX;
use crate::store::{AuditEntry, AuditHead, AuditQuery};

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Past this number.
    #[serde(default)]
    #[param(format = "uint64")]
    after: u64,
    /// Of what this member of staff did, or what was done about her.
    #[param(value_type = Option<describe::Id>)]
    staff: Option<StaffId>,
    /// About this case.
    #[param(value_type = Option<describe::Id>)]
    case: Option<ScopeId>,
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub struct Page {
    /// The log's last entry: where there are more than this answer holds, ask again past its last.
    head: AuditHead,
    entries: Vec<AuditEntry>,
}

/// Entries of the audit log, in order.
#[utoipa::path(
    get,
    path = "/v1/office/audit",
    params(Asked),
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Page, description = "A page of the log"),
        OfficeCaller,
        Queried<Asked>,
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Queried(asked): Queried<Asked>,
) -> Answer<Page> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        let query = AuditQuery {
            after: asked.after,
            staff: asked.staff,
            scope: asked.case,
            since: None,
            rows_max: AUDIT_ENTRIES_MAX,
        };
        let entries = app.store.audit_entries(caller.agency, query)?;
        Ok(Json(Page { head: app.store.audit_head(caller.agency)?, entries }))
    })
    .await
}
