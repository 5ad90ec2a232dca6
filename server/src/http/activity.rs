//! What arrived, in the agency's order.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cases::names;
use super::{Answer, OfficeCaller, Queried, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::describe;
use crate::limits::ACTIVITY_ENTRIES_MAX;
use crate::store::Seq;

/// Past which entry.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// The entry.
    #[serde(default)]
    #[param(value_type = u64, format = "uint64")]
    since: Seq,
}

/// What arrived.
#[derive(Serialize, ToSchema)]
pub struct Activity {
    /// The agency's last entry: where there are more than this answer holds, ask again past its last.
    #[schema(value_type = u64)]
    head: Seq,
    entries: Vec<Arrived>,
}

/// A change that arrived.
#[derive(Serialize, ToSchema)]
pub struct Arrived {
    #[schema(value_type = u64)]
    seq: Seq,
    #[schema(value_type = describe::Id)]
    staff: StaffId,
    staff_name: String,
    #[schema(value_type = Option<describe::Id>)]
    device: Option<DeviceId>,
    #[schema(value_type = describe::Id)]
    scope: ScopeId,
    scope_title: String,
    #[schema(value_type = describe::Id)]
    record: RecordId,
    #[schema(value_type = Option<describe::KindOfRecord>)]
    kind: Option<Kind>,
    /// The names of the fields that it wrote; those that this version does not know are one, `(others)`.
    fields: Vec<String>,
    #[schema(value_type = describe::Time)]
    received_at: Timestamp,
}

/// What arrived past an entry of the agency's order.
#[utoipa::path(
    get,
    path = "/v1/office/activity",
    params(Since),
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Activity, description = "What arrived"),
        OfficeCaller,
        Queried<Since>,
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Queried(since): Queried<Since>,
) -> Answer<Activity> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
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
                fields: entry.fields,
                received_at: entry.received_at,
            });
        }
        Ok(Json(Activity { head: snapshot.head()?, entries }))
    })
    .await
}
