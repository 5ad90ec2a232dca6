//! The office's cases: the list, and one patient's chart.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Answer, Named, OfficeCaller, Problem, blocking};
use crate::access::{Action, Relation};
use crate::agency;
use crate::app::App;
use crate::describe;
use crate::store::{AuditEvent, CloseReason, Closed, RecordView, Snapshot};

/// A nurse, as charts name her.
#[derive(Clone, Serialize, ToSchema)]
pub struct Nurse {
    #[schema(value_type = describe::Id)]
    id: StaffId,
    name: String,
}

/// That a case was closed.
#[derive(Serialize, ToSchema)]
pub struct Closing {
    #[schema(value_type = describe::Time)]
    at: Timestamp,
    by: Nurse,
    reason: CloseReason,
}

impl Closing {
    pub(super) fn of(closed: &Closed, names: &HashMap<StaffId, String>) -> Self {
        Self { at: closed.at, by: nurse(closed.by, names), reason: closed.reason }
    }
}

/// A case in the list.
#[derive(Serialize, ToSchema)]
pub struct Case {
    #[schema(value_type = describe::Id)]
    scope: ScopeId,
    title: String,
    nurses: Vec<Nurse>,
    /// That it is closed; none while it is open.
    closed: Option<Closing>,
    #[schema(value_type = Option<describe::Time>)]
    next_appointment: Option<Timestamp>,
    conflicts: u32,
    records: u32,
    #[schema(value_type = Option<describe::Time>)]
    changed_at: Option<Timestamp>,
}

/// The agency's cases, by title.
#[utoipa::path(
    get,
    path = "/v1/office/cases",
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Vec<Case>, description = "The cases"),
        OfficeCaller,
    )
)]
pub async fn list(State(app): State<Arc<App>>, caller: OfficeCaller) -> Answer<Vec<Case>> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let names = names(&*snapshot)?;
        let cases = snapshot.cases(app.environment.now())?.into_iter().map(|case| Case {
            scope: case.scope.id,
            closed: case.scope.closed.map(|closed| Closing::of(&closed, &names)),
            title: case.scope.title,
            nurses: case.nurses.iter().map(|id| nurse(*id, &names)).collect(),
            next_appointment: case.next_appointment,
            conflicts: case.conflicts,
            records: case.records,
            changed_at: case.changed_at,
        });
        Ok(Json(cases.collect()))
    })
    .await
}

/// A patient's chart.
#[derive(Serialize, ToSchema)]
pub struct Chart {
    #[schema(value_type = describe::Id)]
    scope: ScopeId,
    title: String,
    #[schema(value_type = describe::Time)]
    opened_at: Timestamp,
    opened_by: Option<Nurse>,
    nurses: Vec<Nurse>,
    /// That it is closed; none while it is open.
    closed: Option<Closing>,
    seq: u64,
    records: BTreeMap<&'static str, Vec<Shown>>,
}

/// A record in a chart.
#[derive(Serialize, ToSchema)]
#[schema(as = InChart)]
pub struct Shown {
    #[schema(value_type = describe::Id)]
    id: RecordId,
    /// Sent back with an edit, which is made at this version (I2).
    #[schema(value_type = describe::Version)]
    version: Version,
    summary: String,
    #[schema(value_type = Option<describe::Time>)]
    at: Option<Timestamp>,
    #[schema(value_type = describe::Time)]
    changed_at: Timestamp,
    conflicts: u32,
    is_entered_in_error: bool,
    #[schema(value_type = Object)]
    record: Value,
}

/// A patient's chart.
#[utoipa::path(
    get,
    path = "/v1/office/cases/{scope}",
    params(("scope" = describe::Id, Path, description = "The case")),
    security(("office" = ["read"])),
    responses(
        (status = 200, body = Chart, description = "The chart"),
        OfficeCaller,
        Named<ScopeId>,
    )
)]
pub async fn chart(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(scope): Named<ScopeId>,
) -> Answer<Chart> {
    blocking(app, move |app| {
        let (caller, found) = caller.require_in(app, Action::Read, scope)?;
        let snapshot = caller.snapshot(app)?;
        caller.audit(app, AuditEvent::CaseRead { scope })?;
        let names = names(&*snapshot)?;
        let mut records: BTreeMap<&'static str, Vec<Shown>> = BTreeMap::new();
        for view in snapshot.views(scope)? {
            records.entry(view.stamp.kind.code()).or_default().push(shown(view)?);
        }
        let grants = snapshot.grants_in(scope)?;
        Ok(Json(Chart {
            scope,
            title: found.title,
            opened_at: found.opened_at,
            opened_by: found.opened_by.map(|id| nurse(id, &names)),
            nurses: grants
                .iter()
                .filter(|grant| grant.is_current())
                .map(|grant| nurse(grant.staff, &names))
                .collect(),
            closed: found.closed.map(|closed| Closing::of(&closed, &names)),
            seq: snapshot.head()?,
            records,
        }))
    })
    .await
}

pub(super) fn shown(view: RecordView) -> Result<Shown, Problem> {
    let record: Value = serde_json::from_str(&view.view).map_err(|_| {
        tracing::error!("a stored view is not JSON");
        Problem::internal()
    })?;
    Ok(Shown {
        summary: summary(view.stamp.kind, &record),
        id: view.stamp.record,
        version: view.stamp.version,
        at: view.stamp.at,
        changed_at: view.stamp.changed_at,
        conflicts: view.stamp.conflicts,
        is_entered_in_error: view.stamp.is_entered_in_error,
        record,
    })
}

/// The record's summary line; its kind's name where a newer version wrote it in a way that is not known here.
fn summary(kind: Kind, record: &Value) -> String {
    match kind.from_json(record.clone()) {
        Ok(record) => record.summary(),
        Err(_) => kind.display().to_owned(),
    }
}

/// The names of everybody who may have written something: the staff, and the agency itself.
pub fn names(snapshot: &dyn Snapshot) -> Result<HashMap<StaffId, String>, Problem> {
    let agency = snapshot.agency()?;
    let staff = snapshot.all_staff()?.into_iter().map(|member| (member.id, member.name));
    Ok(staff.chain([(agency::itself(agency.id), agency.name)]).collect())
}

pub(super) fn nurse(id: StaffId, names: &HashMap<StaffId, String>) -> Nurse {
    Nurse { id, name: names.get(&id).cloned().unwrap_or_default() }
}
