//! What the engine asks of what the phone holds, and what it wants written.

use std::collections::BTreeMap;

use crate::document::Version;
use crate::ids::{RecordId, ScopeId};
use crate::store::{Quarantined, Reader, StoreError, StoredRecord, SyncFacts, Writer};
use crate::wire::Epoch;

/// What the phone holds, as far as the engine asks.
pub trait Local {
    /// A record.
    fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError>;
    /// Whether a scope holds work that has no verdict yet.
    fn has_unsent(&self, scope: ScopeId) -> Result<bool, StoreError>;
    /// Whether a scope holds files that no server is known to hold.
    fn has_unsent_files(&self, scope: ScopeId) -> Result<bool, StoreError>;
    /// Every record of a scope that a server is known to hold, with the version that it holds.
    fn acked_versions(&self, scope: ScopeId) -> Result<Vec<(RecordId, Version)>, StoreError>;
    /// Whether the record is to be asked for whole.
    fn is_wanted(&self, record: RecordId) -> Result<bool, StoreError>;
    /// The scopes that have ended but for work that has no verdict yet.
    fn ending_scopes(&self) -> Result<Vec<ScopeId>, StoreError>;
    /// What a server refused of a record.
    fn refused(&self, id: RecordId) -> Result<Option<Quarantined>, StoreError>;
    /// The server's epoch when an exchange last ended.
    fn epoch(&self) -> Result<Option<Epoch>, StoreError>;
    /// How the last exchanges went.
    fn sync_facts(&self) -> Result<SyncFacts, StoreError>;
}

macro_rules! forward {
    ($($name:ident($($argument:ident: $ty:ty),*) -> $answer:ty;)+) => {
        impl Local for Writer<'_> {
            $(fn $name(&self, $($argument: $ty),*) -> Result<$answer, StoreError> {
                Reader::$name(self, $($argument),*)
            })+
        }
    };
}

forward! {
    record(id: RecordId) -> Option<StoredRecord>;
    has_unsent(scope: ScopeId) -> bool;
    has_unsent_files(scope: ScopeId) -> bool;
    acked_versions(scope: ScopeId) -> Vec<(RecordId, Version)>;
    is_wanted(record: RecordId) -> bool;
    ending_scopes() -> Vec<ScopeId>;
    refused(id: RecordId) -> Option<Quarantined>;
    epoch() -> Option<Epoch>;
    sync_facts() -> SyncFacts;
}

/// One thing to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Store this row.
    Put(Box<StoredRecord>),
    /// Hold a scope and show it.
    Show(ScopeId),
    /// Delete everything of a scope.
    Purge(ScopeId),
    /// Delete everything of a scope but work that has no verdict yet, and files that no server holds.
    PurgeButUnsent(ScopeId),
    /// Set refused work aside.
    SetAside(Quarantined),
    /// Take what was sent (or received) and refused of a record out of quarantine.
    Release {
        /// The record.
        record: RecordId,
        /// Whether it was received and refused here.
        is_received: bool,
    },
    /// The office will not accept what was refused of a record.
    Discarded {
        /// The record.
        record: RecordId,
        /// Why.
        reason: String,
    },
    /// Ask for a record whole.
    Want(RecordId),
    /// The record has been asked for.
    Unwant(RecordId),
    /// Ask for the versions of a scope, or no longer.
    Doubt(ScopeId, bool),
    /// Remember how far the phone is.
    Cursor(Vec<u8>),
    /// Forget how far the phone is.
    ForgetCursor,
    /// Forget what any server is known to hold of every record that the phone may change, row by row with
    /// [`offered_again`](super::offered_again), and of every file.
    OfferEverything,
    /// Remember the server's epoch.
    Epoch(Epoch),
    /// Remember how the exchange went.
    Facts(SyncFacts),
}

/// What a frame makes the device write, in this order and in one transaction.
#[derive(Debug, Default)]
pub struct Update {
    writes: Vec<Write>,
    rows: BTreeMap<RecordId, StoredRecord>,
}

impl Update {
    /// The writes, in order.
    pub fn into_writes(self) -> Vec<Write> {
        let Self { mut writes, rows } = self;
        writes.extend(rows.into_values().map(|row| Write::Put(Box::new(row))));
        writes
    }

    pub(super) fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    pub(super) fn put(&mut self, row: StoredRecord) {
        self.rows.insert(row.header.id, row);
    }

    /// A record as it will be once this update is stored.
    pub(super) fn record(&self, local: &dyn Local, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
        match self.rows.get(&id) {
            Some(row) => Ok(Some(row.clone())),
            None => local.record(id),
        }
    }
}
