//! What was set aside and why (I10).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use data_encoding::HEXLOWER;
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use serde::Serialize;

use super::{Answer, OfficeCaller, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::limits::QUARANTINE_ENTRIES_MAX;

/// A changeset that was set aside.
#[derive(Serialize)]
pub struct Entry {
    id: String,
    record: Option<RecordId>,
    scope: Option<ScopeId>,
    device: DeviceId,
    staff: StaffId,
    reason: String,
    bytes: usize,
    received_at: Timestamp,
}

/// `GET /v1/office/quarantine`
pub async fn list(State(app): State<Arc<App>>, caller: OfficeCaller) -> Answer<Vec<Entry>> {
    caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let entries =
            caller.snapshot(app)?.quarantined(QUARANTINE_ENTRIES_MAX)?.into_iter().map(|entry| Entry {
                id: HEXLOWER.encode(&entry.id),
                record: entry.set_aside.record,
                scope: entry.set_aside.scope,
                device: entry.set_aside.device,
                staff: entry.set_aside.staff,
                reason: entry.set_aside.reason,
                bytes: entry.set_aside.changes.as_bytes().len(),
                received_at: entry.set_aside.received_at,
            });
        Ok(Json(entries.collect()))
    })
    .await
}
