//! Records in which several people set the same field to different values, until somebody picks one (I8).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::document::{Conflict, Document};
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::Kind;
use serde::Serialize;
use utoipa::ToSchema;

use super::cases::{Shown, shown};
use super::{Answer, OfficeCaller, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::describe;
use crate::store::AuditEvent;

/// A record in conflict.
#[derive(Serialize, ToSchema)]
pub struct InConflict {
    #[schema(value_type = describe::Id)]
    scope: ScopeId,
    scope_title: String,
    #[schema(value_type = describe::KindOfRecord)]
    kind: Kind,
    #[serde(flatten)]
    shown: Shown,
    #[schema(value_type = Vec<describe::Conflict>)]
    fields: Vec<Conflict>,
}

/// The records in conflict, the oldest first.
#[utoipa::path(
    get,
    path = "/v1/office/conflicts",
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Vec<InConflict>, description = "The records"),
        OfficeCaller,
    )
)]
pub async fn list(State(app): State<Arc<App>>, caller: OfficeCaller) -> Answer<Vec<InConflict>> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let (mut records, views) = (Vec::new(), snapshot.in_conflict()?);
        let stamps = views.iter().map(|view| &view.stamp);
        let reads = stamps.map(|stamp| AuditEvent::RecordRead { scope: stamp.scope, record: stamp.record });
        app.store.audit(caller.agency, caller.act(app), reads.collect())?;
        for view in views {
            let (scope, kind, id) = (view.stamp.scope, view.stamp.kind, view.stamp.record);
            let stored = snapshot.record(id)?.ok_or_else(Problem::internal)?;
            let document = Document::load(&stored.document).map_err(|error| {
                tracing::error!("a stored document cannot be read: {error}");
                Problem::internal()
            })?;
            records.push(InConflict {
                scope,
                scope_title: snapshot.scope(scope)?.map(|scope| scope.title).unwrap_or_default(),
                kind,
                shown: shown(view)?,
                fields: document.conflicts(),
            });
        }
        Ok(Json(records))
    })
    .await
}
