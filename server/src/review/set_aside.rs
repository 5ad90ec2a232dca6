//! What was set aside (I10): what it would do, and what becomes of it.

use std::collections::HashSet;

use doorstep_client_core::document::{Authors, Changeset, Document, HistoryEntry, Version};
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId};
use doorstep_client_core::record::{Kind, Timestamp};
use doorstep_client_core::wire::{Push, Refused};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::admission::{self, Admission, Permissions};
use crate::describe;
use crate::limits::MERGE_ATTEMPTS_MAX;
use crate::store::{Act, LogWrite, Outcome, RecordWrite, SetAside, Snapshot, Store, StoreError};

/// What a changeset that was set aside would do now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "would", rename_all = "snake_case")]
pub enum Examined {
    /// It would be merged.
    Merge(Preview),
    /// Nothing in it is new.
    NothingNew,
    /// It would be refused.
    Refuse {
        /// A short name for the reason.
        code: String,
        /// The reason in words.
        message: String,
    },
}

/// What would be merged.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// The record.
    #[schema(value_type = describe::Id)]
    pub record: RecordId,
    /// Its case.
    #[schema(value_type = describe::Id)]
    pub scope: ScopeId,
    /// What kind of record.
    #[schema(value_type = describe::KindOfRecord)]
    pub kind: Kind,
    /// Whether the record does not exist yet.
    pub is_new: bool,
    /// Each change with the fields that it writes: what its author saw there, and what she wrote.
    #[schema(value_type = Vec<describe::HistoryEntry>)]
    pub changes: Vec<HistoryEntry>,
}

/// Why a changeset that was set aside is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// Nothing with this id was set aside.
    #[error("nothing with this id was set aside")]
    NoSuch,
    /// The office has discarded it.
    #[error("it was discarded before")]
    Discarded,
    /// It does not name its record.
    #[error("it does not say which record it is for")]
    Nameless,
    /// It is refused as it was.
    #[error("it cannot be admitted: {}", .0.message)]
    Refused(Refused),
    /// Others keep changing the record.
    #[error("the record is being changed by many at once; try again")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a changeset would do now if this member of the office accepted it.
pub fn preview(
    store: &dyn Store,
    agency: AgencyId,
    by: Actor,
    aside: &SetAside,
) -> Result<Examined, StoreError> {
    let Some(record) = aside.record else {
        let (code, message) = ("nameless".to_owned(), AcceptError::Nameless.to_string());
        return Ok(Examined::Refuse { code, message });
    };
    let snapshot = &*store.snapshot(agency)?;
    Ok(match examine(store, snapshot, by, aside, record, aside.received_at)? {
        Admission::Known => Examined::NothingNew,
        Admission::Refuse(Refused { code, message }, _) => Examined::Refuse { code, message },
        Admission::Merge(write) => {
            let before = snapshot.record(record)?;
            let known = before.and_then(|before| Document::load(&before.document).ok());
            Examined::Merge(Preview {
                record,
                scope: write.scope,
                kind: write.kind,
                is_new: write.expected.is_none(),
                changes: new_changes(known, &write),
            })
        }
    })
}

/// Admits a changeset on behalf of its author, through the same admission as when it arrived. Returns the scope in which
/// it changed something. Doing it again changes nothing.
pub fn accept(
    store: &dyn Store,
    agency: AgencyId,
    by: Actor,
    id: [u8; 16],
    act: Act,
) -> Result<Option<ScopeId>, AcceptError> {
    for _ in 0..MERGE_ATTEMPTS_MAX {
        let found = store.set_aside_as(agency, id)?.ok_or(AcceptError::NoSuch)?;
        match found.review {
            Some((Outcome::Accepted, ..)) => return Ok(None),
            Some((Outcome::Discarded(_), ..)) => return Err(AcceptError::Discarded),
            None => {}
        }
        let aside = found.quarantined.set_aside;
        let record = aside.record.ok_or(AcceptError::Nameless)?;
        let snapshot = store.snapshot(agency)?;
        // Where somebody else was faster, it is looked at again as it then is.
        match examine(store, &*snapshot, by, &aside, record, act.at)? {
            Admission::Refuse(refused, _) => return Err(AcceptError::Refused(refused)),
            Admission::Known => {
                if store.review(agency, id, Outcome::Accepted, act)? {
                    return Ok(None);
                }
            }
            Admission::Merge(write) => {
                let scope = write.scope;
                if store.accept(agency, id, *write, act)? == Ok(true) {
                    return Ok(Some(scope));
                }
            }
        }
    }
    Err(AcceptError::Busy)
}

/// Discards a changeset for a reason: it stays in quarantine, marked. Returns whether it waited.
pub fn discard(
    store: &dyn Store,
    agency: AgencyId,
    id: [u8; 16],
    reason: String,
    act: Act,
) -> Result<bool, StoreError> {
    store.review(agency, id, Outcome::Discarded(reason), act)
}

fn examine(
    store: &dyn Store,
    snapshot: &dyn Snapshot,
    by: Actor,
    aside: &SetAside,
    record: RecordId,
    at: Timestamp,
) -> Result<Admission, StoreError> {
    let mut permissions = Permissions::on_behalf(by, Authors::of(store.identity().is_restored, aside.staff));
    let push = Push { record, changes: aside.changes.clone() };
    admission::examine(snapshot, &mut permissions, &push, &log(aside, at))
}

/// As its author's work, which her phone gets back: it holds the record as one of which the server has less.
fn log(aside: &SetAside, received_at: Timestamp) -> LogWrite {
    LogWrite {
        origin: None,
        device: Some(aside.device),
        staff: aside.staff,
        changes: Changeset::default(),
        received_at,
    }
}

fn new_changes(known: Option<Document>, write: &RecordWrite) -> Vec<HistoryEntry> {
    let known: HashSet<Version> = known
        .map(|mut document| document.history().into_iter().map(|entry| entry.version).collect())
        .unwrap_or_default();
    let Ok(mut result) = Document::load(&write.document) else { return Vec::new() };
    result.history().into_iter().filter(|entry| !known.contains(&entry.version)).collect()
}
