//! Keys beyond the first one.

use doorstep_client_core::record::Timestamp;
use rusqlite::{Connection, params};

use super::SqliteStore;
use super::row::Sql;
use crate::store::{SigningKeys, StoreError, StoredKey};

impl SigningKeys for SqliteStore {
    fn rotate_signing_key(&self, key: StoredKey, forgotten: Timestamp) -> Result<(), StoreError> {
        self.writer.run(move |connection| rotate(connection, &key, forgotten))
    }
}

fn rotate(connection: &Connection, key: &StoredKey, forgotten: Timestamp) -> Result<(), StoreError> {
    connection.execute("DELETE FROM signing_keys WHERE retired_at_ms < ?1", [Sql(forgotten)])?;
    connection.execute(
        "UPDATE signing_keys SET retired_at_ms = ?1 WHERE retired_at_ms IS NULL",
        [Sql(key.created_at)],
    )?;
    connection.execute(
        "INSERT INTO signing_keys (kid, pkcs8, created_at_ms) VALUES (?1, ?2, ?3)",
        params![key.kid, key.pkcs8, Sql(key.created_at)],
    )?;
    Ok(())
}
