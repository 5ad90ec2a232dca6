//! The phone's store: one encrypted SQLite database, open to one process at a time.
//!
//! - `open`: the key, the settings, the migrations. `installation`: whether the store is still where it was made.
//! - `record`: one row per record, derived from its document; nothing else computes a row.
//! - `reader` and `writer`: what can be asked and changed; changes only inside [`Store::transaction`].
//! - `meta`: single values.
//!
//! A transaction that has returned is on disk (I1): WAL with `synchronous = FULL`. Unsent work is what lies
//! between a record's `acked` version and its version; there is no second copy of it (I3).

mod error;
mod installation;
mod meta;
mod open;
mod reader;
mod record;
mod writer;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use error::StoreError;
pub use meta::{Enrolment, SyncFacts, Tokens};
pub use open::{IS_ENCRYPTING, StoreKey};
pub use reader::{Listed, Quarantined, Reader, Tally, Unsent, Which};
pub use record::StoredRecord;
pub use writer::Writer;

use crate::document::StoreId;
use crate::environment::Environment;
use installation::Installation;

/// An open store.
pub struct Store {
    connection: Connection,
    path: PathBuf,
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
        Ok(Self { connection, path: path.to_owned(), installation, id })
    }

    /// This store's part of the actor of every change made in it.
    pub fn id(&self) -> StoreId {
        self.id
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

    /// Destroys the store: its first page, without which the rest cannot be decrypted, then every file.
    pub fn destroy(self) -> Result<(), StoreError> {
        let Self { connection, path, installation, .. } = self;
        connection.close().map_err(|(_, error)| StoreError::from(error))?;
        overwrite_start(&path)?;
        let mut wal = path.clone().into_os_string();
        wal.push("-wal");
        for file in [path.as_path(), Path::new(&wal)].into_iter().chain(installation.files()) {
            installation::remove_if_any(file)?;
        }
        Ok(())
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

fn overwrite_start(path: &Path) -> Result<(), StoreError> {
    use std::io::Write;
    let failed = installation::failed("overwritten");
    let mut file = std::fs::OpenOptions::new().write(true).open(path).map_err(&failed)?;
    file.write_all(&[0; 4096]).and_then(|()| file.sync_all()).map_err(failed)
}

#[cfg(test)]
mod tests;
