//! What a nurse writes.

use doorstep_client_core::device::Created as CoreCreated;
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, Kind};

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

    /// Settles a conflict by picking one of its values, as of the version she saw. Returns the version that the record is then
    /// at.
    pub fn resolve(
        &self,
        id: RecordId,
        seen: Version,
        path: String,
        pick: String,
    ) -> Result<Version, DoorstepError> {
        self.core(|core| core.resolve(id, &seen, &path, &pick))
    }

    /// Offers work again that a server refused, with the next sync.
    pub fn retry_refused(&self, id: RecordId) -> Result<(), DoorstepError> {
        self.core(|core| core.retry_refused(id))
    }

    /// Lists work no more that the office discarded, once its case has left the phone: the office keeps it. While the record is
    /// here it can be mended and offered again, so it stays listed.
    pub fn dismiss_discarded(&self, id: RecordId) -> Result<(), DoorstepError> {
        self.core(|core| core.dismiss_discarded(id))
    }
}

impl Created {
    pub(crate) fn of(created: CoreCreated) -> Self {
        let CoreCreated { header, version } = created;
        Self { id: header.id, scope: header.scope, kind: header.kind, version }
    }
}
