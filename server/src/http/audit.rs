//! The audit log, for the agency's admins.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::{ScopeId, StaffId};
use serde::{Deserialize, Serialize};

use super::{Answer, OfficeCaller, Queried, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::limits::AUDIT_ENTRIES_MAX;
use crate::store::{AuditEntry, AuditHead, AuditQuery};

/// Which entries.
#[derive(Deserialize)]
pub struct Asked {
    /// Past this number.
    #[serde(default)]
    after: u64,
    staff: Option<StaffId>,
    case: Option<ScopeId>,
}

/// A page of the log.
#[derive(Serialize)]
pub struct Page {
    /// The log's last entry: where there are more than this answer holds, ask again past its last.
    head: AuditHead,
    entries: Vec<AuditEntry>,
}

/// `GET /v1/office/audit?after=NUMBER&staff=ID&case=ID`
pub async fn list(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Queried(asked): Queried<Asked>,
) -> Answer<Page> {
    caller.require(Action::Manage, Relation::Agency)?;
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
