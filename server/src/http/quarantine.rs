//! What was set aside and why (I10).

use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cases::{Nurse, names, nurse};
use super::error::Body as Refusal;
use super::{Answer, Asked, Named, OfficeCaller, Permitted, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::{App, Poke};
use crate::describe;
use crate::limits::{DISCARD_REASON_CHARS_MAX, QUARANTINE_ENTRIES_MAX};
use crate::review::{self, AcceptError, Examined};
use crate::store::{AuditEvent, Outcome, Quarantined, ReviewOf};

/// A changeset that was set aside.
#[derive(Serialize, ToSchema)]
#[schema(as = SetAside)]
pub struct Entry {
    id: String,
    #[schema(value_type = Option<describe::Id>)]
    record: Option<RecordId>,
    #[schema(value_type = Option<describe::Id>)]
    scope: Option<ScopeId>,
    #[schema(value_type = describe::Id)]
    device: DeviceId,
    #[schema(value_type = describe::Id)]
    staff: StaffId,
    reason: String,
    bytes: usize,
    #[schema(value_type = describe::Time)]
    received_at: Timestamp,
    /// Whether the office has not settled it yet.
    is_waiting: bool,
}

impl Entry {
    fn of(quarantined: Quarantined, is_waiting: bool) -> Self {
        let aside = quarantined.set_aside;
        Self {
            id: HEXLOWER.encode(&quarantined.id),
            record: aside.record,
            scope: aside.scope,
            device: aside.device,
            staff: aside.staff,
            reason: aside.reason,
            bytes: aside.changes.as_bytes().len(),
            received_at: aside.received_at,
            is_waiting,
        }
    }
}

/// What was set aside, the newest first.
#[utoipa::path(
    get,
    path = "/v1/office/quarantine",
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Vec<Entry>, description = "What was set aside"),
        OfficeCaller,
    )
)]
pub async fn list(State(app): State<Arc<App>>, caller: OfficeCaller) -> Answer<Vec<Entry>> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let entries = caller.snapshot(app)?.quarantined(QUARANTINE_ENTRIES_MAX)?;
        let waiting = app.store.waiting(caller.agency)?;
        let waiting: HashSet<[u8; 16]> = waiting.into_iter().map(|waiting| waiting.id).collect();
        let entry = |entry: Quarantined| {
            let is_waiting = waiting.contains(&entry.id);
            Entry::of(entry, is_waiting)
        };
        Ok(Json(entries.into_iter().map(entry).collect()))
    })
    .await
}

/// A changeset that was set aside, what it would do, and what the office made of it.
#[derive(Serialize, ToSchema)]
#[schema(as = SetAsideShown)]
pub struct Shown {
    #[serde(flatten)]
    entry: Entry,
    staff_name: String,
    examined: Examined,
    review: Option<Reviewed>,
}

/// What the office made of it.
#[derive(Serialize, ToSchema)]
struct Reviewed {
    is_accepted: bool,
    discarded_because: Option<String>,
    by: Nurse,
    #[schema(value_type = describe::Time)]
    at: Timestamp,
}

/// A changeset that was set aside, and what it would do now.
#[utoipa::path(
    get,
    path = "/v1/office/quarantine/{id}",
    params(("id" = String, Path, description = "What was set aside: 32 hexadecimal digits")),
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Shown, description = "The changeset"),
        OfficeCaller,
        Named<String>,
    )
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<String>,
) -> Answer<Shown> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let (ReviewOf { quarantined, review }, examined) = examined(app, &caller, &id)?;
        let names = names(&*caller.snapshot(app)?)?;
        let staff_name = names.get(&quarantined.set_aside.staff).cloned().unwrap_or_default();
        let review = review.map(|(outcome, by, at)| Reviewed {
            is_accepted: outcome == Outcome::Accepted,
            discarded_because: match outcome {
                Outcome::Accepted => None,
                Outcome::Discarded(reason) => Some(reason),
            },
            by: nurse(by, &names),
            at,
        });
        let entry = Entry::of(quarantined, review.is_none());
        Ok(Json(Shown { entry, staff_name, examined, review }))
    })
    .await
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub struct Settled {
    is_accepted: bool,
}

/// Merges a changeset that was set aside, as its author's.
#[utoipa::path(
    post,
    path = "/v1/office/quarantine/{id}/accept",
    params(("id" = String, Path, description = "What was set aside: 32 hexadecimal digits")),
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Settled, description = "It is merged"),
        OfficeCaller,
        Named<String>,
        (status = 409, body = Refusal, description = "it was discarded before (reviewed_before)"),
        (
            status = 422, body = Refusal,
            description = "it is refused as it was (not_admitted), or does not name its record (nameless)"
        ),
    )
)]
pub async fn accept(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<String>,
) -> Answer<Settled> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        accept_for(app, &caller, &id)?;
        Ok(Json(Settled { is_accepted: true }))
    })
    .await
}

/// Why it is discarded.
#[derive(Deserialize, ToSchema)]
pub struct Discard {
    reason: String,
}

/// Discards a changeset for a reason. It is kept, and its author told.
#[utoipa::path(
    post,
    path = "/v1/office/quarantine/{id}/discard",
    params(("id" = String, Path, description = "What was set aside: 32 hexadecimal digits")),
    request_body = Discard,
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Settled, description = "It is discarded"),
        OfficeCaller,
        Named<String>,
        Asked<Discard>,
        (status = 409, body = Refusal, description = "somebody has reviewed it before (reviewed_before)"),
        (status = 422, body = Refusal, description = "the reason is empty or too long (reason_needed)"),
    )
)]
pub async fn discard(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<String>,
    Asked(asked): Asked<Discard>,
) -> Answer<Settled> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        discard_for(app, &caller, &id, &asked.reason)?;
        Ok(Json(Settled { is_accepted: false }))
    })
    .await
}

/// A changeset that was set aside and what it would do now, audited as read.
pub(crate) fn examined(app: &App, caller: &Permitted, id: &str) -> Result<(ReviewOf, Examined), Problem> {
    let found = find(app, caller, id)?;
    let aside = &found.quarantined.set_aside;
    let examined = review::preview(&*app.store, caller.agency, caller.actor(), aside)?;
    if let Examined::Merge(preview) = &examined {
        caller.audit(app, AuditEvent::RecordRead { scope: preview.scope, record: preview.record })?;
    }
    Ok((found, examined))
}

/// Merges a changeset that was set aside, and tells those who listen.
pub(crate) fn accept_for(app: &App, caller: &Permitted, id: &str) -> Result<(), Problem> {
    let aside = find(app, caller, id)?.quarantined;
    let changed = review::accept(&*app.store, caller.agency, caller.actor(), aside.id, caller.act(app))?;
    app.poke(Poke::records(caller.agency, changed.as_slice(), None));
    app.poke(Poke::assignments(caller.agency, aside.set_aside.staff));
    Ok(())
}

/// Discards a changeset for a reason, and tells its author.
pub(crate) fn discard_for(app: &App, caller: &Permitted, id: &str, reason: &str) -> Result<(), Problem> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > DISCARD_REASON_CHARS_MAX {
        let told = format!("say why in at most {DISCARD_REASON_CHARS_MAX} characters; its author is told");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "reason_needed", told));
    }
    let aside = find(app, caller, id)?.quarantined;
    if !review::discard(&*app.store, caller.agency, aside.id, reason.to_owned(), caller.act(app))? {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "reviewed_before",
            "somebody has accepted or discarded it before; look again",
        ));
    }
    app.poke(Poke::assignments(caller.agency, aside.set_aside.staff));
    Ok(())
}

fn find(app: &App, caller: &Permitted, id: &str) -> Result<ReviewOf, Problem> {
    let id = HEXLOWER.decode(id.as_bytes()).ok().and_then(|id| <[u8; 16]>::try_from(id).ok());
    let id = id.ok_or_else(|| Problem::bad_request("the address holds something that is not an id"))?;
    app.store.set_aside_as(caller.agency, id)?.ok_or_else(|| Problem::not_found("changeset in quarantine"))
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        let (status, code) = match error {
            AcceptError::Store(error) => return error.into(),
            AcceptError::NoSuch => (StatusCode::NOT_FOUND, "not_found"),
            AcceptError::Discarded => (StatusCode::CONFLICT, "reviewed_before"),
            AcceptError::Nameless => (StatusCode::UNPROCESSABLE_ENTITY, "nameless"),
            AcceptError::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "not_admitted"),
            AcceptError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        };
        Self::new(status, code, error.to_string())
    }
}
