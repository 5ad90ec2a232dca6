//! Opening the database: its settings, its migrations, which server it is.

use std::path::Path;

use doorstep_client_core::document::StoreId;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::wire::Epoch;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::fill;
use crate::store::{Identity, StoreError};

/// How long a process waits for another that writes.
const BUSY_WAIT: std::time::Duration = std::time::Duration::from_secs(10);
/// Prepared statements that a connection keeps.
const STATEMENTS_KEPT: usize = 64;
/// A connection's page cache, in KiB.
const CACHE_KIB: i32 = 4 << 10;

/// Every migration, in order. One that has been released is never changed: the next one mends it.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/0001_first.sql"),
    include_str!("../../../migrations/0002_phones.sql"),
    include_str!("../../../migrations/0003_audit.sql"),
    include_str!("../../../migrations/0004_review.sql"),
    include_str!("../../../migrations/0005_accounts.sql"),
    include_str!("../../../migrations/0006_review_seen.sql"),
    include_str!("../../../migrations/0007_office.sql"),
    include_str!("../../../migrations/0008_files.sql"),
];

/// The newest schema that this version knows.
const SCHEMA: u32 = MIGRATIONS.len() as u32;

/// Makes the data folder, open to its owner alone.
pub(super) fn make_private_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| StoreError::Folder(error.kind()))
}

/// Opens a connection with the settings that all have.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A plan depends on nothing that is bound: where it may, a kept statement is compiled anew at each use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(connection)
}

/// Brings the schema up to date. Each step is a transaction, and safe beside other processes that do the same.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > SCHEMA {
            return Err(StoreError::Newer { found, known: SCHEMA });
        }
        let Some(next) = MIGRATIONS.get(found as usize) else { return Ok(()) };
        transaction.execute_batch(next)?;
        if found + 1 == fill::SCHEMA {
            fill::fill(&transaction)?;
        }
        transaction.pragma_update(None, "user_version", found + 1)?;
        transaction.commit()?;
    }
}

/// Which server this is; settled when the database is made.
pub(super) fn identity(
    connection: &mut Connection,
    environment: &dyn Environment,
) -> Result<Identity, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let settle = |key: &str| -> Result<[u8; 8], StoreError> {
        let known = transaction
            .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
            .optional()?;
        if let Some(value) = known {
            return Ok(value);
        }
        let mut value = [0; 8];
        environment.fill_random(&mut value);
        transaction.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", (key, value))?;
        Ok(value)
    };
    let is_restored = transaction
        .query_row("SELECT 1 FROM meta WHERE key = ?1", [RESTORED], |_| Ok(()))
        .optional()?
        .is_some();
    let identity = Identity { epoch: Epoch(settle("epoch")?), store: StoreId(settle("store")?), is_restored };
    transaction.commit()?;
    Ok(identity)
}

/// Begins a new life of data that was restored from a backup: a new epoch, and a new store id, since changes that
/// were made on this server after the backup may be out there (I7).
pub(super) fn begin_new_life(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("DELETE FROM meta WHERE key IN ('epoch', 'store')", ())?;
    transaction.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, x'01')", [RESTORED])?;
    transaction.commit()?;
    Ok(())
}

/// The key under which the database remembers that it was restored.
const RESTORED: &str = "restored";
