//! What changes of files, inside a transaction.

use super::{PART_BYTES, number};
use crate::ids::ScopeId;
use crate::record::Timestamp;
use crate::store::{StoreError, StoredFile, Writer};

impl Writer<'_> {
    /// Keeps a whole file of a case; what was here of it before is replaced.
    pub fn keep_file(&self, scope: ScopeId, sha256: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let file = self.begin_file(scope, sha256, bytes.len() as u64)?;
        if file.is_here() {
            return Ok(());
        }
        self.empty_file(file.number)?;
        self.append_parts(file.number, 0, bytes)
    }

    /// Knows of a file of this size from now on, and that it is used now. What was here of it under another size, which an
    /// attachment gave wrongly, goes.
    pub fn begin_file(
        &self,
        scope: ScopeId,
        sha256: &str,
        size_bytes: u64,
    ) -> Result<StoredFile, StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO files (number, scope, sha256, size_bytes, used) \
                 SELECT last + 1, ?1, ?2, ?3, 0 FROM file_numbers WHERE true ON CONFLICT DO NOTHING",
            )?
            .execute((scope.as_bytes(), sha256, number(size_bytes)))?;
        let file = self.file(scope, sha256)?.ok_or(StoreError::Damaged("file"))?;
        self.use_file(file.number)?;
        if file.is_here() || file.size_bytes == size_bytes {
            return Ok(file);
        }
        self.empty_file(file.number)?;
        self.connection()
            .prepare_cached("UPDATE files SET size_bytes = ?2 WHERE number = ?1")?
            .execute((file.number, number(size_bytes)))?;
        Ok(StoredFile { size_bytes, here_bytes: 0, ..file })
    }

    /// Adds bytes to what is here of a file, if that ends there. Returns whether it did.
    pub fn append_file(&self, file: i64, at: u64, bytes: &[u8]) -> Result<bool, StoreError> {
        let is_next = self
            .numbered_file(file)?
            .is_some_and(|file| file.here_bytes == at && at + bytes.len() as u64 <= file.size_bytes);
        if is_next {
            self.append_parts(file, at, bytes)?;
        }
        Ok(is_next)
    }

    /// Deletes what is here of a file; it stays known.
    pub fn empty_file(&self, file: i64) -> Result<(), StoreError> {
        self.change(file, "DELETE FROM file_parts WHERE file = ?1")?;
        self.change(file, "UPDATE files SET here_bytes = 0 WHERE number = ?1")
    }

    /// Forgets a file.
    pub fn forget_file(&self, file: i64) -> Result<(), StoreError> {
        self.change(file, "DELETE FROM files WHERE number = ?1")
    }

    /// Notes that a file is used now.
    pub fn use_file(&self, file: i64) -> Result<(), StoreError> {
        self.change(
            file,
            "UPDATE files SET used = (SELECT coalesce(max(used), 0) + 1 FROM files) WHERE number = ?1",
        )
    }

    /// Notes how much of a file a server holds.
    pub fn note_sent(&self, file: i64, sent_bytes: u64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE files SET sent_bytes = ?2 WHERE number = ?1")?
            .execute((file, number(sent_bytes)))?;
        Ok(())
    }

    /// Notes that a server holds a file whole.
    pub fn note_held(&self, file: i64) -> Result<(), StoreError> {
        self.change(
            file,
            "UPDATE files SET is_held = 1, sent_bytes = size_bytes, refusal = NULL, refused_ms = NULL WHERE number = ?1",
        )
    }

    /// No server is known to hold any file any more (I7).
    pub fn unhold_files(&self) -> Result<(), StoreError> {
        self.connection().execute("UPDATE files SET is_held = 0, sent_bytes = 0", [])?;
        Ok(())
    }

    /// Notes why a server does not take a file.
    pub fn note_file_refused(&self, file: i64, reason: &str, at: Timestamp) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE files SET refusal = ?2, refused_ms = ?3 WHERE number = ?1")?
            .execute((file, reason, at.as_millisecond()))?;
        Ok(())
    }

    /// Keeps a file's thumbnail; an empty one says that it is no picture.
    pub fn set_thumbnail(&self, file: i64, jpeg: &[u8]) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE files SET thumbnail = ?2 WHERE number = ?1")?
            .execute((file, jpeg))?;
        Ok(())
    }

    /// Deletes the files of a case.
    pub(in crate::store) fn purge_files(&self, scope: ScopeId) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM files WHERE scope = ?1")?
            .execute([scope.as_bytes()])?;
        Ok(())
    }

    /// Deletes the files of a case but those that no server is known to hold, and what shows them.
    pub(in crate::store) fn purge_files_but_unsent(&self, scope: ScopeId) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM files WHERE scope = ?1 AND (is_held OR here_bytes < size_bytes)",
            "UPDATE files SET thumbnail = NULL WHERE scope = ?1",
        ] {
            self.connection().prepare_cached(sql)?.execute([scope.as_bytes()])?;
        }
        Ok(())
    }

    fn append_parts(&self, file: i64, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let mut insert = self.connection().prepare_cached("INSERT INTO file_parts VALUES (?1, ?2, ?3)")?;
        let mut end = at;
        for part in bytes.chunks(PART_BYTES) {
            insert.execute((file, number(end), part))?;
            end += part.len() as u64;
        }
        self.connection()
            .prepare_cached("UPDATE files SET here_bytes = ?2 WHERE number = ?1")?
            .execute((file, number(end)))?;
        Ok(())
    }

    fn change(&self, file: i64, sql: &str) -> Result<(), StoreError> {
        self.connection().prepare_cached(sql)?.execute([file])?;
        Ok(())
    }
}
