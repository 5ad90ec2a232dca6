//! The bytes that attachments name, kept in the database in parts: encrypted like everything else, purged in the
//! transaction that purges their case, gone with a wipe.

mod writer;

use rusqlite::{OptionalExtension, Row, named_params};

use super::reader::{instant, record_id, scope_id};
use super::{Reader, StoreError};
use crate::ids::{RecordId, ScopeId};
use crate::record::Timestamp;

/// Bytes of a part.
const PART_BYTES: usize = 256 << 10;

/// A file, and how much of it is where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its number in this store.
    pub number: i64,
    /// The case.
    pub scope: ScopeId,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// How many of them are here, from the start.
    pub here_bytes: u64,
    /// How many a server is known to hold, from the start.
    pub sent_bytes: u64,
    /// Whether a server is known to hold it whole.
    pub is_held: bool,
    /// Whether a server refused it when it was last offered.
    pub is_refused: bool,
    /// The larger, the later it was used last.
    pub used: u64,
}

impl StoredFile {
    /// Whether all of it is here.
    pub fn is_here(&self) -> bool {
        self.here_bytes == self.size_bytes
    }
}

/// A file that a server did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedFile {
    /// An attachment that names it, where the phone still has one.
    pub record: Option<RecordId>,
    /// Its case.
    pub scope: ScopeId,
    /// Why, in words without patient data.
    pub reason: String,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

const FILE_COLUMNS: &str =
    "number, scope, sha256, size_bytes, here_bytes, sent_bytes, is_held, refusal IS NOT NULL, used";
/// What waits to be sent: all of it is here, and no server is known to hold it.
const UNSENT: &str = "NOT is_held AND here_bytes = size_bytes";
/// The attachments that name a file.
const NAMING: &str = "records.scope = files.scope AND records.kind = 'attachment' AND records.view ->> 'sha256' = files.sha256";

impl Reader<'_> {
    /// A file of a case, if anything is known of it here.
    pub fn file(&self, scope: ScopeId, sha256: &str) -> Result<Option<StoredFile>, StoreError> {
        let sql = format!("SELECT {FILE_COLUMNS} FROM files WHERE scope = ?1 AND sha256 = ?2");
        let mut query = self.connection().prepare_cached(&sql)?;
        query.query_row((scope.as_bytes(), sha256), |row| Ok(stored(row))).optional()?.transpose()
    }

    /// The same by its number.
    pub fn numbered_file(&self, number: i64) -> Result<Option<StoredFile>, StoreError> {
        let sql = format!("SELECT {FILE_COLUMNS} FROM files WHERE number = ?1");
        let mut query = self.connection().prepare_cached(&sql)?;
        query.query_row([number], |row| Ok(stored(row))).optional()?.transpose()
    }

    /// So many bytes of a file, from there.
    pub fn file_bytes(&self, file: i64, from: u64, len: usize) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::with_capacity(len);
        let until = from.saturating_add(len as u64);
        let mut query = self.connection().prepare_cached(
            "SELECT at, bytes FROM file_parts WHERE file = :file AND at < :until AND at + length(bytes) > :from ORDER BY at",
        )?;
        let mut rows = query.query(named_params! {
            ":file": file,
            ":from": number(from),
            ":until": number(until),
        })?;
        while let Some(row) = rows.next()? {
            let at = count(row, 0)?;
            let part = row.get_ref(1)?.as_blob().map_err(|_| StoreError::Damaged("file"))?;
            let within =
                |place: u64| usize::try_from(place.saturating_sub(at)).unwrap_or(usize::MAX).min(part.len());
            bytes.extend_from_slice(&part[within(from)..within(until)]);
        }
        if bytes.len() == len { Ok(bytes) } else { Err(StoreError::Damaged("file")) }
    }

    /// A file's thumbnail: empty where it is no picture, none where nobody has looked.
    pub fn thumbnail(&self, file: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.connection().prepare_cached("SELECT thumbnail FROM files WHERE number = ?1")?;
        Ok(query.query_row([file], |row| row.get(0)).optional()?.flatten())
    }

    /// The files that can be sent, those that were refused last: a server holds an attachment that names them. Of a case
    /// that has ended these are all that are left, since its records have their verdicts. What no attachment names any more,
    /// because it was changed, is among them, so that a server says why it does not take it.
    pub fn files_to_send(&self) -> Result<Vec<StoredFile>, StoreError> {
        let sql = format!(
            "SELECT {FILE_COLUMNS} FROM files WHERE {UNSENT} AND \
             (scope IN (SELECT id FROM scopes WHERE is_ending) \
              OR EXISTS (SELECT 1 FROM records WHERE {NAMING} AND records.acked <> x'') \
              OR NOT EXISTS (SELECT 1 FROM records WHERE {NAMING})) \
             ORDER BY refusal IS NOT NULL, number"
        );
        let mut query = self.connection().prepare_cached(&sql)?;
        let rows = query.query_map([], |row| Ok(stored(row)))?;
        rows.map(|row| row?).collect()
    }

    /// How many files no server is known to hold.
    pub fn unsent_files(&self) -> Result<u32, StoreError> {
        let sql = format!("SELECT count(*) FROM files WHERE {UNSENT}");
        Ok(self.connection().prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
    }

    /// Whether a case has files that no server is known to hold.
    pub fn has_unsent_files(&self, scope: ScopeId) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 FROM files WHERE scope = ?1 AND {UNSENT}");
        Ok(self.connection().prepare_cached(&sql)?.exists([scope.as_bytes()])?)
    }

    /// The files that a server did not take, oldest first.
    pub fn refused_files(&self) -> Result<Vec<RefusedFile>, StoreError> {
        let sql = format!(
            "SELECT (SELECT id FROM records WHERE {NAMING} LIMIT 1), scope, refusal, refused_ms FROM files \
             WHERE refusal IS NOT NULL ORDER BY refused_ms, number"
        );
        let mut query = self.connection().prepare_cached(&sql)?;
        let rows = query.query_map([], |row| Ok(refused(row)))?;
        rows.map(|row| row?).collect()
    }

    /// What of a case's files could be downloaded again: a server holds them.
    pub fn held_files(&self, scope: ScopeId) -> Result<Vec<StoredFile>, StoreError> {
        let sql = format!(
            "SELECT {FILE_COLUMNS} FROM files WHERE scope = ?1 AND here_bytes > 0 AND NOT ({UNSENT}) ORDER BY number"
        );
        let mut query = self.connection().prepare_cached(&sql)?;
        let rows = query.query_map([scope.as_bytes()], |row| Ok(stored(row)))?;
        rows.map(|row| row?).collect()
    }

    /// The attachments that name a file.
    pub fn records_naming(&self, file: i64) -> Result<Vec<RecordId>, StoreError> {
        let sql = format!("SELECT records.id FROM files JOIN records ON {NAMING} WHERE files.number = ?1");
        let mut query = self.connection().prepare_cached(&sql)?;
        let rows = query.query_map([file], |row| Ok(record_id(row, 0)))?;
        rows.map(|row| row?).collect()
    }
}

fn stored(row: &Row<'_>) -> Result<StoredFile, StoreError> {
    Ok(StoredFile {
        number: row.get(0)?,
        scope: scope_id(row, 1)?,
        sha256: row.get(2)?,
        size_bytes: count(row, 3)?,
        here_bytes: count(row, 4)?,
        sent_bytes: count(row, 5)?,
        is_held: row.get(6)?,
        is_refused: row.get(7)?,
        used: count(row, 8)?,
    })
}

fn refused(row: &Row<'_>) -> Result<RefusedFile, StoreError> {
    let has_record = !matches!(row.get_ref(0)?, rusqlite::types::ValueRef::Null);
    Ok(RefusedFile {
        record: has_record.then(|| record_id(row, 0)).transpose()?,
        scope: scope_id(row, 1)?,
        reason: row.get(2)?,
        at: instant(row.get(3)?).ok_or(StoreError::Damaged("time"))?,
    })
}

fn count(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    let stored: i64 = row.get(column)?;
    u64::try_from(stored).map_err(|_| StoreError::Damaged("size"))
}

/// SQLite counts to 2^63 - 1, which no file has.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
