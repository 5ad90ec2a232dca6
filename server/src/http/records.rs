//! One record, read and written in the office.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use doorstep_client_core::document::{Conflict, Document, DocumentError, Header, HistoryEntry, Version};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Kind};
use serde::{Deserialize, Serialize};

use super::{Answer, Asked, Named, OfficeCaller, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::{App, Poke};
use crate::merge::{self, Save, SaveError};
use crate::store::{AuditEvent, Snapshot};

/// A record as it stands, with what was ever written in it.
#[derive(Serialize)]
pub struct Shown {
    record: RecordId,
    scope: ScopeId,
    kind: Kind,
    version: Version,
    content: serde_json::Value,
    conflicts: Vec<Conflict>,
    history: Vec<HistoryEntry>,
}

/// `GET /v1/office/records/{record}`
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<RecordId>,
) -> Answer<Shown> {
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let stored = snapshot.record(id)?.ok_or_else(|| Problem::not_found("record"))?;
        caller.require(Action::Read, relation(&*snapshot, &caller, stored.stamp.scope)?)?;
        caller.audit(app, AuditEvent::RecordRead { scope: stored.stamp.scope, record: id })?;
        let mut document = Document::load(&stored.document).map_err(refused)?;
        let content = document.read().map_err(refused)?.to_json();
        Ok(Json(Shown {
            record: id,
            scope: stored.stamp.scope,
            kind: stored.stamp.kind,
            version: stored.stamp.version,
            content,
            conflicts: document.conflicts(),
            history: document.history(),
        }))
    })
    .await
}

/// A new record. Without a scope, a `patient` opens a case.
#[derive(Deserialize)]
pub struct NewRecord {
    kind: Kind,
    scope: Option<ScopeId>,
    content: serde_json::Value,
}

/// Which record was written, and the version that it is at.
#[derive(Serialize)]
pub struct Written {
    record: RecordId,
    scope: ScopeId,
    version: Version,
}

/// `POST /v1/office/records`
pub async fn create(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Asked(asked): Asked<NewRecord>,
) -> Answer<Written> {
    blocking(app, move |app| {
        let record = read(asked.kind, asked.content)?;
        let now = app.environment.now();
        let snapshot = caller.snapshot(app)?;
        let scope = match asked.scope {
            Some(scope) => {
                caller.require(Action::Write, relation(&*snapshot, &caller, scope)?)?;
                scope
            }
            None if asked.kind == Kind::Patient => {
                caller.require(Action::Open, Relation::Nothing)?;
                ScopeId::new(now, &mut app.environment.entropy())
            }
            None => return Err(Problem::bad_request("name the scope; only a patient opens a case")),
        };
        let is_directory = scope == snapshot.agency()?.directory;
        if is_directory != asked.kind.is_directory() {
            return Err(Problem::bad_request("a record of this kind does not belong in this scope"));
        }
        let header =
            Header { id: RecordId::new(now, &mut app.environment.entropy()), scope, kind: asked.kind };
        write(app, &caller, Save::Create(header), scope, &record)
    })
    .await
}

/// What was made of a record as of the version that was on the screen.
#[derive(Deserialize)]
pub struct Edited {
    seen: Version,
    content: serde_json::Value,
}

/// `PUT /v1/office/records/{record}`
pub async fn edit(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<RecordId>,
    Asked(asked): Asked<Edited>,
) -> Answer<Written> {
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let stamp = snapshot.stamp(id)?.ok_or_else(|| Problem::not_found("record"))?;
        caller.require(Action::Write, relation(&*snapshot, &caller, stamp.scope)?)?;
        let record = read(stamp.kind, asked.content)?;
        write(app, &caller, Save::Edit(id, asked.seen), stamp.scope, &record)
    })
    .await
}

/// Which of a conflict's values is picked, as of the version that was on the screen.
#[derive(Deserialize)]
pub struct Picked {
    seen: Version,
    path: String,
    pick: String,
}

/// `POST /v1/office/records/{record}/resolve`
pub async fn resolve(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(record): Named<RecordId>,
    Asked(Picked { seen, path, pick }): Asked<Picked>,
) -> Answer<Written> {
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let stamp = snapshot.stamp(record)?.ok_or_else(|| Problem::not_found("record"))?;
        let scope = stamp.scope;
        caller.require(Action::Write, relation(&*snapshot, &caller, scope)?)?;
        let (staff, now) = (caller.member.id, app.environment.now());
        let picked = (&seen, path.as_str(), pick.as_str());
        let version = merge::resolve(&*app.store, caller.agency, staff, record, picked, now)?;
        let name = path.split('.').next().unwrap_or_default();
        let field = stamp.kind.fields().iter().find(|field| **field == name);
        let field = field.map_or(merge::UNKNOWN_FIELDS, |field| *field).to_owned();
        caller.audit(app, AuditEvent::ConflictResolved { scope, record, field })?;
        app.poke(Poke::records(caller.agency, &[scope], None));
        Ok(Json(Written { record, scope, version }))
    })
    .await
}

fn write(
    app: &App,
    caller: &OfficeCaller,
    save: Save,
    scope: ScopeId,
    content: &AnyRecord,
) -> Answer<Written> {
    let record = match &save {
        Save::Create(header) => header.id,
        Save::Edit(record, _) => *record,
    };
    let now = app.environment.now();
    let version = merge::save(&*app.store, caller.agency, caller.member.id, &save, content, now)?;
    app.poke(Poke::records(caller.agency, &[scope], None));
    Ok(Json(Written { record, scope, version }))
}

fn read(kind: Kind, content: serde_json::Value) -> Result<AnyRecord, Problem> {
    kind.from_json(content)
        .map_err(|_| Problem::bad_request("the content has a field of the wrong type for its kind"))
}

fn relation(snapshot: &dyn Snapshot, caller: &OfficeCaller, scope: ScopeId) -> Result<Relation, Problem> {
    let kind = snapshot.scope(scope)?.map(|scope| scope.kind);
    if kind.is_none() {
        return Err(Problem::not_found("scope"));
    }
    Ok(Relation::to_scope(scope, kind, &snapshot.grants_of(caller.member.id)?))
}

fn refused(error: DocumentError) -> Problem {
    match error {
        DocumentError::UnknownVersion => {
            Problem::new(StatusCode::CONFLICT, "unknown_version", error.to_string())
        }
        DocumentError::NoSuchConflict => {
            Problem::new(StatusCode::CONFLICT, "no_such_conflict", error.to_string())
        }
        DocumentError::WouldDelete(_) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "would_delete", error.to_string())
        }
        _ => {
            tracing::error!("a stored document failed: {error}");
            Problem::internal()
        }
    }
}

impl From<SaveError> for Problem {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Invalid(problems) => {
                let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", told.join("; "))
            }
            SaveError::NoSuchRecord => Self::not_found("record"),
            SaveError::Document(error) => refused(error),
            SaveError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", error.to_string()),
            SaveError::Store(error) => error.into(),
        }
    }
}
