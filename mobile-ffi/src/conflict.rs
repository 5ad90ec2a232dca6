//! Fields that two people set to different values at the same time.

use doorstep_client_core::device as core;
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;

use crate::device::Device;
use crate::error::DoorstepError;
use crate::read::Listed;

/// A field with several values, until a person picks one.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Conflict {
    /// The field's path, e.g. `interventions.k3.frequency`.
    pub path: String,
    /// Its values; the one that is shown meanwhile is the same on every phone and in the office.
    pub values: Vec<ConflictingValue>,
}

/// One of the values of a field in conflict.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ConflictingValue {
    /// Names this value when it is picked.
    pub id: String,
    /// The value, as JSON text.
    pub value_json: String,
    /// Who wrote it; none where no member of staff did.
    pub by: Option<StaffId>,
    /// When, by the writer's clock.
    pub at: Timestamp,
    /// Whether this is the one that is shown meanwhile.
    pub is_shown: bool,
}

/// A record with fields that have several values.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct RecordInConflict {
    /// The record, as lists show it.
    pub listed: Listed,
    /// Its fields with several values.
    pub conflicts: Vec<Conflict>,
}

#[uniffi::export]
impl Device {
    /// Every record with fields that have several values; `resolve` settles one.
    pub fn conflicts(&self) -> Result<Vec<RecordInConflict>, DoorstepError> {
        self.call(|open| open.core.conflicts()?.into_iter().map(RecordInConflict::of).collect())
    }
}

impl RecordInConflict {
    fn of(record: core::RecordInConflict) -> Result<Self, DoorstepError> {
        let core::RecordInConflict { listed, conflicts } = record;
        let conflicts = conflicts.into_iter().map(Conflict::of).collect();
        Ok(Self { listed: Listed::of(listed)?, conflicts })
    }
}

impl Conflict {
    pub(crate) fn of(conflict: core::Conflict) -> Self {
        let core::Conflict { path, values } = conflict;
        Self { path, values: values.into_iter().map(ConflictingValue::of).collect() }
    }
}

impl ConflictingValue {
    fn of(value: core::ConflictingValue) -> Self {
        let core::ConflictingValue { id, value, by, at, is_shown } = value;
        Self { id, value_json: value.to_string(), by, at, is_shown }
    }
}
