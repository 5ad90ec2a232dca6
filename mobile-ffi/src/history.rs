//! What was changed in a record, when and by whom.

use doorstep_client_core::device as core;
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{RecordId, StaffId};
use doorstep_client_core::record::{AnyRecord, Timestamp};

use crate::device::Device;
use crate::error::DoorstepError;

/// One change of a record.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct HistoryEntry {
    /// The record as this change's author left it: `as_of` reads it.
    pub version: Version,
    /// Who made it; none where no member of staff did.
    pub by: Option<StaffId>,
    /// When, by the author's clock.
    pub at: Timestamp,
    /// What it changed.
    pub fields: Vec<FieldChange>,
}

/// One field that a change gave another value.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct FieldChange {
    /// The field's path, e.g. `interventions.k3.frequency`.
    pub path: String,
    /// What its author saw there, as JSON text; `null` where there was nothing.
    pub before_json: String,
    /// What its author wrote, as JSON text.
    pub after_json: String,
}

#[uniffi::export]
impl Device {
    /// Every change of a record, oldest first: who, when, which fields.
    pub fn history(&self, id: RecordId) -> Result<Vec<HistoryEntry>, DoorstepError> {
        let history = self.core(|core| core.history(id))?;
        Ok(history.into_iter().map(HistoryEntry::of).collect())
    }

    /// A record as of a version.
    pub fn as_of(&self, id: RecordId, version: Version) -> Result<AnyRecord, DoorstepError> {
        self.core(|core| core.as_of(id, &version))
    }

    /// The version that a record was at by then, by the clocks of those who changed it.
    pub fn version_at(&self, id: RecordId, at: Timestamp) -> Result<Version, DoorstepError> {
        self.core(|core| core.version_at(id, at))
    }
}

impl HistoryEntry {
    fn of(entry: core::HistoryEntry) -> Self {
        let core::HistoryEntry { version, by, at, fields } = entry;
        Self { version, by, at, fields: fields.into_iter().map(FieldChange::of).collect() }
    }
}

impl FieldChange {
    fn of(change: core::FieldChange) -> Self {
        let core::FieldChange { path, before, after } = change;
        Self { path, before_json: before.to_string(), after_json: after.to_string() }
    }
}
