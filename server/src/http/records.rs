//! One record, read and written in the office.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use doorstep_client_core::document::{Conflict, Document, DocumentError, Header, HistoryEntry, Version};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Body as Refusal;
use super::{Answer, Asked, Named, OfficeCaller, Permitted, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::{App, Poke};
use crate::describe;
use crate::merge::{self, Save, SaveError};
use crate::store::{AuditEvent, Snapshot};

/// A record as it stands, with what was ever written in it.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordShown)]
pub struct Shown {
    #[schema(value_type = describe::Id)]
    record: RecordId,
    #[schema(value_type = describe::Id)]
    scope: ScopeId,
    #[schema(value_type = describe::KindOfRecord)]
    kind: Kind,
    #[schema(value_type = describe::Version)]
    version: Version,
    #[schema(value_type = Object)]
    content: serde_json::Value,
    #[schema(value_type = Vec<describe::Conflict>)]
    conflicts: Vec<Conflict>,
    #[schema(value_type = Vec<describe::HistoryEntry>)]
    history: Vec<HistoryEntry>,
}

/// A record with its conflicts and its history.
#[utoipa::path(
    get,
    path = "/v1/office/records/{record}",
    params(("record" = describe::Id, Path, description = "The record")),
    security(("office" = ["read"])),
    responses(
        (status = 200, body = Shown, description = "The record"),
        OfficeCaller,
        Named<RecordId>,
    )
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<RecordId>,
) -> Answer<Shown> {
    blocking(app, move |app| {
        let (caller, _) = caller.require_on(app, Action::Read, id)?;
        let stored = caller.snapshot(app)?.record(id)?.ok_or_else(|| Problem::not_found("record"))?;
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
#[derive(Deserialize, ToSchema)]
pub struct NewRecord {
    #[schema(value_type = describe::KindOfRecord)]
    kind: Kind,
    #[schema(value_type = Option<describe::Id>)]
    scope: Option<ScopeId>,
    #[schema(value_type = Object)]
    content: serde_json::Value,
}

/// Which record was written, and the version that it is at.
#[derive(Serialize, ToSchema)]
pub struct Written {
    #[schema(value_type = describe::Id)]
    record: RecordId,
    #[schema(value_type = describe::Id)]
    scope: ScopeId,
    #[schema(value_type = describe::Version)]
    version: Version,
}

/// Writes a new record. A patient without a scope opens a case.
#[utoipa::path(
    post,
    path = "/v1/office/records",
    request_body = NewRecord,
    security(("office" = ["write"]), ("office" = ["open"])),
    responses(
        (status = 200, body = Written, description = "It is written"),
        OfficeCaller,
        Asked<NewRecord>,
        (status = 404, body = Refusal, description = "there is no such case"),
        (status = 422, body = Refusal, description = "the record is not valid (invalid)"),
    )
)]
pub async fn create(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Asked(asked): Asked<NewRecord>,
) -> Answer<Written> {
    blocking(app, move |app| {
        let now = app.environment.now();
        let (caller, scope) = match asked.scope {
            Some(scope) => (caller.require_in(app, Action::Write, scope)?.0, scope),
            None if asked.kind == Kind::Patient => {
                let caller = caller.require(Action::Open, Relation::Nothing)?;
                (caller, ScopeId::new(now, &mut app.environment.entropy()))
            }
            None => return Err(Problem::bad_request("name the scope; only a patient opens a case")),
        };
        let record = read(asked.kind, asked.content)?;
        belongs(&*caller.snapshot(app)?, asked.kind, scope)?;
        let id = RecordId::new(now, &mut app.environment.entropy());
        let header = Header { id, scope, kind: asked.kind };
        let version = write(app, &caller, &Save::Create(header), scope, &record)?;
        Ok(Json(Written { record: id, scope, version }))
    })
    .await
}

/// Refuses a record of a kind that this scope does not hold.
pub(crate) fn belongs(snapshot: &dyn Snapshot, kind: Kind, scope: ScopeId) -> Result<(), Problem> {
    let is_directory = scope == snapshot.agency()?.directory;
    if is_directory != kind.is_directory() {
        return Err(Problem::bad_request("a record of this kind does not belong in this scope"));
    }
    Ok(())
}

/// What was made of a record as of the version that was on the screen.
#[derive(Deserialize, ToSchema)]
pub struct Edited {
    #[schema(value_type = describe::Version)]
    seen: Version,
    #[schema(value_type = Object)]
    content: serde_json::Value,
}

/// Writes what was made of a record as of the version that was on the screen (I2).
#[utoipa::path(
    put,
    path = "/v1/office/records/{record}",
    params(("record" = describe::Id, Path, description = "The record")),
    request_body = Edited,
    security(("office" = ["write"])),
    responses(
        (status = 200, body = Written, description = "It is written"),
        OfficeCaller,
        Named<RecordId>,
        Asked<Edited>,
        (
            status = 409, body = Refusal,
            description = "seen is not one of its versions (unknown_version), or what was picked is none \
                of a conflict's values (no_such_conflict)"
        ),
        (
            status = 422, body = Refusal,
            description = "the record is not valid (invalid), or the edit would delete (would_delete)"
        ),
    )
)]
pub async fn edit(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<RecordId>,
    Asked(asked): Asked<Edited>,
) -> Answer<Written> {
    blocking(app, move |app| {
        let (caller, stamp) = caller.require_on(app, Action::Write, id)?;
        let record = read(stamp.kind, asked.content)?;
        let scope = stamp.scope;
        let version = write(app, &caller, &Save::Edit(id, asked.seen), scope, &record)?;
        Ok(Json(Written { record: id, scope, version }))
    })
    .await
}

/// Which of a conflict's values is picked, as of the version that was on the screen.
#[derive(Deserialize, ToSchema)]
pub struct Picked {
    #[schema(value_type = describe::Version)]
    seen: Version,
    path: String,
    pick: String,
}

/// Picks one of the values of a conflict.
#[utoipa::path(
    post,
    path = "/v1/office/records/{record}/resolve",
    params(("record" = describe::Id, Path, description = "The record")),
    request_body = Picked,
    security(("office" = ["write"])),
    responses(
        (status = 200, body = Written, description = "It is written"),
        OfficeCaller,
        Named<RecordId>,
        Asked<Picked>,
        (
            status = 409, body = Refusal,
            description = "seen is not one of its versions (unknown_version), or what was picked is none \
                of a conflict's values (no_such_conflict)"
        ),
        (
            status = 422, body = Refusal,
            description = "the record is not valid (invalid), or the edit would delete (would_delete)"
        ),
    )
)]
pub async fn resolve(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(record): Named<RecordId>,
    Asked(Picked { seen, path, pick }): Asked<Picked>,
) -> Answer<Written> {
    blocking(app, move |app| {
        let (scope, version) = resolve_for(app, caller, record, (&seen, &path, &pick))?;
        Ok(Json(Written { record, scope, version }))
    })
    .await
}

/// Picks one of the values of a conflict as of the version that was seen, where the caller may write the record.
/// Returns its case and its version then.
pub(crate) fn resolve_for(
    app: &App,
    caller: OfficeCaller,
    record: RecordId,
    picked: (&Version, &str, &str),
) -> Result<(ScopeId, Version), Problem> {
    let (caller, stamp) = caller.require_on(app, Action::Write, record)?;
    let scope = stamp.scope;
    let (staff, now) = (caller.member.id, app.environment.now());
    let version = merge::resolve(&*app.store, caller.agency, staff, record, picked, now)?;
    let name = picked.1.split('.').next().unwrap_or_default();
    let field = stamp.kind.fields().iter().find(|field| **field == name);
    let field = field.map_or(merge::UNKNOWN_FIELDS, |field| *field).to_owned();
    caller.audit(app, AuditEvent::ConflictResolved { scope, record, field })?;
    app.poke(Poke::records(caller.agency, &[scope], None));
    Ok((scope, version))
}

/// Saves what somebody in the office wrote, and tells whoever listens.
pub(crate) fn write(
    app: &App,
    caller: &Permitted,
    save: &Save,
    scope: ScopeId,
    content: &AnyRecord,
) -> Result<Version, Problem> {
    let now = app.environment.now();
    let version = merge::save(&*app.store, caller.agency, caller.member.id, save, content, now)?;
    app.poke(Poke::records(caller.agency, &[scope], None));
    Ok(version)
}

fn read(kind: Kind, content: serde_json::Value) -> Result<AnyRecord, Problem> {
    kind.from_json(content)
        .map_err(|_| Problem::bad_request("the content has a field of the wrong type for its kind"))
}

/// Why a document cannot be read or changed so.
pub(crate) fn refused(error: DocumentError) -> Problem {
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
