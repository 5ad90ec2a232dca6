//! Opening the database: its key, its settings, its migrations.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::StoreError;

/// Whether this build encrypts stores, and so needs their keys.
pub const IS_ENCRYPTING: bool = cfg!(feature = "encryption");
/// The migrations, in order. One that was released is never edited: add the next.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_store.sql"),
    include_str!("../../migrations/0002_refused.sql"),
    include_str!("../../migrations/0003_discarded.sql"),
    include_str!("../../migrations/0004_files.sql"),
    include_str!("../../migrations/0005_file_numbers.sql"),
];
/// How long to wait for another process to let go of the store.
const BUSY_TIMEOUT_MS: u64 = 250;
/// Kibibytes of pages kept decrypted in memory.
const CACHE_KIB: i64 = 16 << 10;

/// The 32 bytes that encrypt a store. They come from the phone's key store and are never kept beside the data.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreKey(pub [u8; 32]);

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(..)")
    }
}

/// Opens the database at `path`, for this process alone, at the newest schema.
pub(super) fn connect(path: &Path, key: Option<&StoreKey>) -> Result<Connection, StoreError> {
    if !IS_ENCRYPTING && key.is_some() {
        return Err(StoreError::KeyRefused);
    }
    if IS_ENCRYPTING && key.is_none() {
        return Err(StoreError::KeyNeeded);
    }
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    if let Some(key) = key {
        unlock(&connection, key)?;
    }
    configure(&connection)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// The cipher's own log goes to standard error, which is the app's; what fails is told by the error.
fn unlock(connection: &Connection, key: &StoreKey) -> Result<(), StoreError> {
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    let raw = format!("x'{}'", data_encoding::HEXLOWER.encode(&key.0));
    connection.pragma_update(None, "key", raw)?;
    let cipher: String = connection
        .pragma_query_value(None, "cipher_version", |row| row.get(0))
        .map_err(|_| StoreError::NoCipher)?;
    if cipher.is_empty() { Err(StoreError::NoCipher) } else { Ok(()) }
}

/// The lock is taken here and held until the connection closes or the process dies, so that no second process
/// writes under the same store id.
fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let at: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(at).unwrap_or(usize::MAX);
    let pending = MIGRATIONS.get(done..).ok_or(StoreError::Newer(at))?;
    for (migration, version) in pending.iter().zip(at + 1..) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}
