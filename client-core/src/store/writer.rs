//! What can be changed in the store, inside a transaction.

use std::ops::Deref;

use rusqlite::{Connection, params};

use super::{Quarantined, Reader, StoreError, StoredRecord};
use crate::ids::{RecordId, ScopeId};
use crate::record::Timestamp;

/// The store inside a transaction: what it holds, and what can be changed in it.
pub struct Writer<'a>(Reader<'a>);

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;
    fn deref(&self) -> &Reader<'a> {
        &self.0
    }
}

impl<'a> Writer<'a> {
    pub(super) fn of(transaction: &'a Connection) -> Self {
        Self(Reader::of(transaction))
    }

    /// Stores a record, in place of what was stored of it, and makes it findable.
    pub fn put(&self, record: &StoredRecord) -> Result<(), StoreError> {
        self.hold(record.header.scope)?;
        let number: i64 = self
            .connection()
            .prepare_cached(
                "INSERT INTO records (id, scope, kind, at_ms, is_entered_in_error, conflicts, unsent_changes, \
                 unsent_since_ms, is_set_aside, version, acked, summary, view, document) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
                 ON CONFLICT (id) DO UPDATE SET at_ms = ?4, is_entered_in_error = ?5, conflicts = ?6, \
                 unsent_changes = ?7, unsent_since_ms = ?8, is_set_aside = ?9, version = ?10, acked = ?11, \
                 summary = ?12, view = ?13, document = ?14 RETURNING number",
            )?
            .query_row(
                params![
                    record.header.id.as_bytes(),
                    record.header.scope.as_bytes(),
                    record.header.kind.code(),
                    record.at.map(Timestamp::as_millisecond),
                    record.is_entered_in_error,
                    record.conflicts,
                    record.unsent_changes,
                    record.unsent_since.map(Timestamp::as_millisecond),
                    record.is_set_aside,
                    record.version.to_bytes(),
                    record.acked.to_bytes(),
                    record.summary,
                    record.view.to_string(),
                    record.document,
                ],
                |row| row.get(0),
            )?;
        self.connection()
            .prepare_cached("INSERT OR REPLACE INTO search (rowid, words) VALUES (?1, ?2)")?
            .execute((number, record.words()))?;
        Ok(())
    }

    /// Holds a scope from now on.
    pub fn hold(&self, scope: ScopeId) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO scopes (id) VALUES (?1) ON CONFLICT DO NOTHING")?
            .execute([scope.as_bytes()])?;
        Ok(())
    }

    /// Shows a scope that had ended and was granted again.
    pub fn show(&self, scope: ScopeId) -> Result<(), StoreError> {
        self.hold(scope)?;
        self.execute("UPDATE scopes SET is_ending = 0 WHERE id = ?1", scope)
    }

    /// Deletes everything of a scope: records, search rows, files, and the scope. Of work that the server refused, it stays
    /// known that it was; what the server does not keep stays whole. Where there is any, the store takes a new id: the
    /// case may come back without that work, and the office may accept it yet, so that who writes on under the same
    /// actor would write beside it.
    pub fn purge(&self, scope: ScopeId) -> Result<(), StoreError> {
        self.purge_where(scope, "scope = ?1")?;
        let has_refused = self
            .connection()
            .prepare_cached("SELECT 1 FROM quarantine WHERE scope = ?1 AND NOT is_received")?
            .exists([scope.as_bytes()])?;
        if has_refused {
            self.forget_home()?;
        }
        self.execute("DELETE FROM quarantine WHERE scope = ?1 AND is_received", scope)?;
        self.execute("UPDATE quarantine SET changes = x'' WHERE scope = ?1 AND is_with_office", scope)?;
        self.purge_files(scope)?;
        self.execute("DELETE FROM scopes WHERE id = ?1", scope)
    }

    /// Deletes everything of a scope but the documents with work that has no verdict yet and the files that no server
    /// holds; of the documents, what can be read and found.
    pub fn purge_but_unsent(&self, scope: ScopeId) -> Result<(), StoreError> {
        self.purge_where(scope, "scope = ?1 AND (unsent_changes = 0 OR is_set_aside)")?;
        self.execute(
            "DELETE FROM search WHERE rowid IN (SELECT number FROM records WHERE scope = ?1)",
            scope,
        )?;
        self.execute("UPDATE records SET view = '{}', summary = '' WHERE scope = ?1", scope)?;
        self.purge_files_but_unsent(scope)?;
        self.execute("UPDATE scopes SET is_ending = 1, is_in_doubt = 0 WHERE id = ?1", scope)
    }

    /// Notes that a scope's digest differed, or no longer.
    pub fn doubt(&self, scope: ScopeId, is_in_doubt: bool) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE scopes SET is_in_doubt = ?2 WHERE id = ?1")?
            .execute((scope.as_bytes(), is_in_doubt))?;
        Ok(())
    }

    /// Notes that a record is to be asked for whole.
    pub fn want(&self, record: RecordId) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO wanted VALUES (?1) ON CONFLICT DO NOTHING")?
            .execute([record.as_bytes()])?;
        Ok(())
    }

    /// Notes that a record has been asked for. Returns whether it was to be.
    pub fn unwant(&self, record: RecordId) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached("DELETE FROM wanted WHERE record = ?1")?;
        Ok(statement.execute([record.as_bytes()])? > 0)
    }

    /// Sets refused work aside, in place of what was refused of the record before.
    pub fn set_aside(&self, refused: &Quarantined) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT OR REPLACE INTO quarantine (record, is_received, scope, reason, at_ms, changes, \
                 is_with_office, is_discarded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                refused.record.as_bytes(),
                refused.is_received,
                refused.scope.as_ref().map(ScopeId::as_bytes),
                refused.reason,
                refused.at.as_millisecond(),
                refused.changes,
                refused.is_with_office,
                refused.is_discarded,
            ])?;
        Ok(())
    }

    /// Keeps why work that was refused will not be accepted.
    pub fn note_discarded(&self, record: RecordId, reason: &str) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE quarantine SET reason = ?2, is_discarded = 1 WHERE record = ?1 AND NOT is_received",
            )?
            .execute((record.as_bytes(), reason))?;
        Ok(())
    }

    /// Takes what was refused of a record out of quarantine. Returns whether there was anything.
    pub fn release(&self, record: RecordId, is_received: bool) -> Result<bool, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("DELETE FROM quarantine WHERE record = ?1 AND is_received = ?2")?;
        Ok(statement.execute((record.as_bytes(), is_received))? > 0)
    }

    /// Takes a record's unsent changes, of which a server refused these, out of the way, or back into it.
    pub fn wait_aside(&self, record: RecordId, is_set_aside: bool) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE records SET is_set_aside = ?2 WHERE id = ?1")?
            .execute((record.as_bytes(), is_set_aside))?;
        Ok(())
    }

    fn purge_where(&self, scope: ScopeId, claim: &str) -> Result<(), StoreError> {
        let numbers = format!("SELECT number FROM records WHERE {claim}");
        self.execute(&format!("DELETE FROM search WHERE rowid IN ({numbers})"), scope)?;
        self.execute(
            &format!("DELETE FROM wanted WHERE record IN (SELECT id FROM records WHERE {claim})"),
            scope,
        )?;
        self.execute(&format!("DELETE FROM records WHERE {claim}"), scope)
    }

    fn execute(&self, sql: &str, scope: ScopeId) -> Result<(), StoreError> {
        self.connection().prepare_cached(sql)?.execute([scope.as_bytes()])?;
        Ok(())
    }
}
