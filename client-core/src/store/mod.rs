//! The phone's store: one encrypted SQLite database, open to one process at a time.
//!
//! - `open`: the key, the settings, the migrations. `installation`: whether the store is still where it was made.
//! - `record`: one row per record, derived from its document; nothing else computes a row.
//! - `reader` and `writer`: what can be asked and changed; changes only inside [`Store::transaction`].
//! - `files`: the bytes that attachments name, in parts.
//! - `meta`: single values. `guard`: what keeps the phone shut. `wiping`: its end.
//!
//! A transaction that has returned is on disk (I1): WAL with `synchronous = FULL`. Unsent work is what lies
//! between a record's `acked` version and its version; there is no second copy of it (I3).

mod error;
mod files;
mod guard;
mod installation;
mod meta;
mod open;
mod reader;
mod record;
mod wiping;
mod writer;

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use error::StoreError;
pub use files::{RefusedFile, StoredFile};
pub use guard::{Guard, Lease};
pub use meta::{Enrolment, SyncFacts, Tokens};
pub use open::{IS_ENCRYPTING, StoreKey};
pub use reader::{Listed, Quarantined, Reader, Tally, Unsent, Which};
pub use record::StoredRecord;
pub use wiping::{Receipt, Wiping};
pub use writer::Writer;

use crate::document::StoreId;
use crate::environment::Environment;
use installation::Installation;

/// An open store.
pub struct Store {
    connection: Connection,
    installation: Installation,
    id: StoreId,
}

impl Store {
    /// Opens the store at `path`, or makes it. With the feature `encryption` a key is needed, without it a key is
    /// refused.
    pub fn open(
        path: &Path,
        key: Option<&StoreKey>,
        environment: &dyn Environment,
    ) -> Result<Self, StoreError> {
        let connection = open::connect(path, key)?;
        let installation = Installation::beside(path);
        let id = settle(&connection, &installation, environment)?;
        Ok(Self { connection, installation, id })
    }

    /// This store's part of the actor of every change made in it.
    pub fn id(&self) -> StoreId {
        self.id
    }

    /// Takes a new id where what was written under this one has left the store (see [`Writer::purge`]).
    pub fn renew_id(&mut self, environment: &dyn Environment) -> Result<(), StoreError> {
        if self.reader().home()?.is_none() {
            self.id = settle(&self.connection, &self.installation, environment)?;
        }
        Ok(())
    }

    /// What the store holds.
    pub fn reader(&self) -> Reader<'_> {
        Reader::of(&self.connection)
    }

    /// Does several things together or not at all. What has returned is on disk.
    pub fn transaction<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = begin(&mut self.connection)?;
        let done = work(&Writer::of(&transaction))?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(done)
    }

    /// The same for an edit made here: it is counted before it is committed (see `installation`).
    pub fn edit<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = begin(&mut self.connection)?;
        let writer = Writer::of(&transaction);
        let done = work(&writer)?;
        let edits = writer.edits()? + 1;
        writer.set_edits(edits)?;
        self.installation.count(edits)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(done)
    }
}

fn begin(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

/// The store's id, made anew when the store is new or not where it was made.
fn settle(
    connection: &Connection,
    installation: &Installation,
    environment: &dyn Environment,
) -> Result<StoreId, StoreError> {
    let stored = Reader::of(connection);
    if let Some((id, fingerprint)) = stored.home()?
        && installation.is_home_of(id, &fingerprint, stored.edits()?)?
    {
        return Ok(id);
    }
    let id = StoreId::new(&mut environment.entropy());
    let fingerprint = installation.settle(id)?;
    let transaction = connection.unchecked_transaction()?;
    let writer = Writer::of(&transaction);
    writer.set_home(id, &fingerprint)?;
    writer.set_edits(0)?;
    transaction.commit()?;
    Ok(id)
}

#[cfg(test)]
mod tests;
