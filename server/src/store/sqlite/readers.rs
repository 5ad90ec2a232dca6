//! Connections that read, each in a snapshot.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::open;
use crate::store::StoreError;

/// Connections that are kept for the next reader.
const IDLE_MAX: usize = 4;

/// Opens connections as they are needed and keeps a few.
pub(super) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn of(path: PathBuf) -> Self {
        Self { path, idle: Arc::default() }
    }

    /// A connection that sees one moment from its first read on.
    pub(super) fn begin(&self) -> Result<Reading, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let connection = open::connect(&self.path)?;
                connection.pragma_update(None, "query_only", true)?;
                connection
            }
        };
        connection.prepare_cached("BEGIN")?.execute(())?;
        // The snapshot is taken by the first read, so it is made here.
        connection.prepare_cached("SELECT 1 FROM meta")?.query_row((), |_| Ok(()))?;
        Ok(Reading { connection: Some(connection), idle: Arc::clone(&self.idle) })
    }
}

/// A connection that sees one moment. Goes back to the others when it is dropped.
pub(super) struct Reading {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Deref for Reading {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("the connection is taken out only by drop")
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let ended = connection.prepare_cached("ROLLBACK").and_then(|mut end| end.execute(())).is_ok();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if ended && idle.len() < IDLE_MAX {
            idle.push(connection);
        }
    }
}
