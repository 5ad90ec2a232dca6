//! What a nurse writes.

use doorstep_client_core::device::Created as CoreCreated;
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_client_core::record::patient::Patient;

use crate::device::Device;
use crate::error::DoorstepError;

/// A record that was just created.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Created {
    /// Which record.
    pub id: RecordId,
    /// The case that it belongs to.
    pub scope: ScopeId,
    /// Its kind.
    pub kind: Kind,
    /// Its first version.
    pub version: Version,
}

#[uniffi::export]
impl Device {
    /// Opens a case on the doorstep: a new scope with its patient. The server learns of it with the next exchange.
    pub fn open_case(&self, patient: Patient) -> Result<Created, DoorstepError> {
        self.core(|core| core.open_case(&patient)).map(Created::of)
    }

    /// Creates a record in a case. It is on disk when this returns.
    pub fn create(&self, scope: ScopeId, record: AnyRecord) -> Result<Created, DoorstepError> {
        self.core(|core| core.create(scope, &record)).map(Created::of)
    }

    /// Saves what a nurse made of a record as of the version she saw; it is on disk when this returns. What others wrote since
    /// stays, and what both wrote is a conflict. Returns the version that the record is then at.
    pub fn save(&self, id: RecordId, seen: Version, record: AnyRecord) -> Result<Version, DoorstepError> {
        self.core(|core| core.save(id, &seen, &record))
    }
}

impl Created {
    pub(crate) fn of(created: CoreCreated) -> Self {
        let CoreCreated { header, version } = created;
        Self { id: header.id, scope: header.scope, kind: header.kind, version }
    }
}
