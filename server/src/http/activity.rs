//! What arrived, in the agency's order.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use serde::{Deserialize, Serialize};

use super::cases::names;
use super::{Answer, OfficeCaller, Queried, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::limits::ACTIVITY_ENTRIES_MAX;
use crate::store::Seq;

/// Past which entry.
#[derive(Deserialize)]
pub struct Since {
    #[serde(default)]
    since: Seq,
}

/// What arrived.
#[derive(Serialize)]
pub struct Activity {
    /// The agency's last entry: where there are more than this answer holds, ask again past its last.
    head: Seq,
    entries: Vec<Arrived>,
}

/// A change that arrived.
#[derive(Serialize)]
pub struct Arrived {
    seq: Seq,
    staff: StaffId,
    staff_name: String,
    device: Option<DeviceId>,
    scope: ScopeId,
    scope_title: String,
    record: RecordId,
    kind: Option<Kind>,
    received_at: Timestamp,
}

/// `GET /v1/office/activity?since=SEQ`
pub async fn list(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Queried(since): Queried<Since>,
) -> Answer<Activity> {
    caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let names = names(&*snapshot)?;
        let mut entries = Vec::new();
        for entry in snapshot.activity(since.since, ACTIVITY_ENTRIES_MAX)? {
            entries.push(Arrived {
                seq: entry.seq,
                staff: entry.staff,
                staff_name: names.get(&entry.staff).cloned().unwrap_or_default(),
                device: entry.device,
                scope: entry.scope,
                scope_title: snapshot.scope(entry.scope)?.map(|scope| scope.title).unwrap_or_default(),
                record: entry.record,
                kind: snapshot.stamp(entry.record)?.map(|stamp| stamp.kind),
                received_at: entry.received_at,
            });
        }
        Ok(Json(Activity { head: snapshot.head()?, entries }))
    })
    .await
}
