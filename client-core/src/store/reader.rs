//! What the store can be asked.

use rusqlite::{Connection, OptionalExtension, Row, ToSql};

use super::{StoreError, StoredRecord};
use crate::document::{Header, Version};
use crate::ids::{RecordId, ScopeId};
use crate::record::{Kind, Timestamp};

/// What the store holds, at one moment.
#[derive(Clone, Copy)]
pub struct Reader<'a>(&'a Connection);

/// A record as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// What the record is.
    pub header: Header,
    /// The document's version.
    pub version: Version,
    /// When what the record tells of happened, or is due.
    pub at: Option<Timestamp>,
    /// Whether the record was entered in error.
    pub is_entered_in_error: bool,
    /// How many fields have several values.
    pub conflicts: u32,
    /// Changes that no server is known to hold.
    pub unsent_changes: u32,
    /// One line that tells what the record says.
    pub summary: String,
    /// The record's JSON form.
    pub view: serde_json::Value,
}

/// How much work no server is known to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unsent {
    /// Records that wait to be sent.
    pub records: u32,
    /// Changes that wait to be sent.
    pub changes: u32,
    /// Since when there are any.
    pub since: Option<Timestamp>,
}

/// What lists of cases count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// The scope.
    pub scope: ScopeId,
    /// Fields with several values.
    pub conflicts: u32,
    /// Changes that no server is known to hold.
    pub unsent_changes: u32,
}

/// Work that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The record.
    pub record: RecordId,
    /// Whether it was received and refused here; otherwise it was sent, and the server refused it.
    pub is_received: bool,
    /// Whether the server keeps it, where the office can accept it.
    pub is_with_office: bool,
    /// Whether the office will not accept it.
    pub is_discarded: bool,
    /// The record's scope, where it is known.
    pub scope: Option<ScopeId>,
    /// Why, in words without patient data.
    pub reason: String,
    /// When, by the phone's clock.
    pub at: Timestamp,
    /// The refused changes or document.
    pub changes: Vec<u8>,
}

/// Which records a list shows. Those of scopes that have ended are never shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// Only those of this scope.
    pub scope: Option<ScopeId>,
    /// Only those of this kind.
    pub kind: Option<Kind>,
    /// Only those with fields that have several values.
    pub in_conflict: bool,
    /// Only those that tell of this time or later.
    pub from: Option<Timestamp>,
    /// Only those that tell of a time before this.
    pub until: Option<Timestamp>,
}

const RECORD_COLUMNS: &str = "id, scope, kind, version, acked, unsent_changes, unsent_since_ms, is_set_aside, \
     at_ms, is_entered_in_error, conflicts, summary, view, document";
const LISTED_COLUMNS: &str = "id, scope, kind, version, '', unsent_changes, NULL, 0, at_ms, is_entered_in_error, \
     conflicts, summary, view, ''";
const SHOWN: &str = "scope IN (SELECT id FROM scopes WHERE NOT is_ending)";

impl<'a> Reader<'a> {
    pub(super) fn of(connection: &'a Connection) -> Self {
        Self(connection)
    }

    pub(super) fn connection(&self) -> &'a Connection {
        self.0
    }

    /// A record, whatever has become of its scope.
    pub fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
        let mut query =
            self.0.prepare_cached(&format!("SELECT {RECORD_COLUMNS} FROM records WHERE id = ?1"))?;
        query.query_row([id.as_bytes()], |row| Ok(stored(row))).optional()?.transpose()
    }

    /// Whether the record's scope has not ended.
    pub fn is_shown(&self, scope: ScopeId) -> Result<bool, StoreError> {
        let mut query = self.0.prepare_cached("SELECT 1 FROM scopes WHERE id = ?1 AND NOT is_ending")?;
        Ok(query.exists([scope.as_bytes()])?)
    }

    /// The records of a list, in the order of their times; those without one come first.
    pub fn list(&self, which: Which) -> Result<Vec<Listed>, StoreError> {
        let mut sql = format!("SELECT {LISTED_COLUMNS} FROM records WHERE {SHOWN}");
        let mut values: Vec<&dyn ToSql> = Vec::new();
        let scope = which.scope.map(|scope| *scope.as_bytes());
        let kind = which.kind.map(Kind::code);
        if let Some(scope) = &scope {
            sql.push_str(" AND scope = ?");
            values.push(scope);
        }
        if let Some(kind) = &kind {
            sql.push_str(" AND kind = ?");
            values.push(kind);
        }
        if which.in_conflict {
            sql.push_str(" AND conflicts > 0");
        }
        let (from, until) =
            (which.from.map(Timestamp::as_millisecond), which.until.map(Timestamp::as_millisecond));
        if let Some(from) = &from {
            sql.push_str(" AND at_ms >= ?");
            values.push(from);
        }
        if let Some(until) = &until {
            sql.push_str(" AND at_ms < ?");
            values.push(until);
        }
        sql.push_str(" ORDER BY at_ms, id");
        self.listed(&sql, &values)
    }

    /// The records that hold every word of the text, the last of them as a beginning; the best first.
    pub fn search(&self, text: &str, scope: Option<ScopeId>, limit: u32) -> Result<Vec<Listed>, StoreError> {
        let words = match_words(text);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let scope = scope.map(|scope| *scope.as_bytes());
        let sql = format!(
            "SELECT {LISTED_COLUMNS} FROM search JOIN records ON records.number = search.rowid \
             WHERE search MATCH ?1 AND {SHOWN} AND (?2 IS NULL OR scope = ?2) ORDER BY rank, id LIMIT ?3"
        );
        self.listed(&sql, &[&words, &scope, &limit])
    }

    /// The records with work to be sent, in the order in which to send it: a new case's patient opens the case,
    /// so patients come first.
    pub fn unsent_records(&self) -> Result<Vec<RecordId>, StoreError> {
        self.ids(
            "SELECT id FROM records WHERE unsent_changes > 0 AND NOT is_set_aside \
             ORDER BY kind <> 'patient', unsent_since_ms, id",
        )
    }

    /// How much work waits to be sent.
    pub fn unsent(&self) -> Result<Unsent, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT count(*), total(unsent_changes), min(unsent_since_ms) FROM records \
             WHERE unsent_changes > 0 AND NOT is_set_aside",
        )?;
        Ok(query.query_row([], |row| {
            let changes: f64 = row.get(1)?;
            let since: Option<i64> = row.get(2)?;
            Ok(Unsent { records: row.get(0)?, changes: changes as u32, since: since.and_then(instant) })
        })?)
    }

    /// Every record of a scope with the version that a server is known to hold.
    pub fn acked_versions(&self, scope: ScopeId) -> Result<Vec<(RecordId, Version)>, StoreError> {
        let mut query =
            self.0.prepare_cached("SELECT id, acked FROM records WHERE scope = ?1 AND acked <> x''")?;
        let rows = query.query_map([scope.as_bytes()], |row| Ok((record_id(row, 0), version(row, 1))))?;
        rows.map(|row| row.map(|(id, version)| Ok((id?, version?)))?).collect()
    }

    /// Every record that the store holds.
    pub fn every_record(&self) -> Result<Vec<RecordId>, StoreError> {
        self.ids("SELECT id FROM records ORDER BY id")
    }

    /// The scopes that the store holds and that have not ended.
    pub fn scopes(&self) -> Result<Vec<ScopeId>, StoreError> {
        self.scopes_where("NOT is_ending")
    }

    /// The scopes that have ended but for work that has no verdict yet.
    pub fn ending_scopes(&self) -> Result<Vec<ScopeId>, StoreError> {
        self.scopes_where("is_ending")
    }

    /// The scopes of which the versions are to be asked for.
    pub fn scopes_in_doubt(&self) -> Result<Vec<ScopeId>, StoreError> {
        self.scopes_where("is_in_doubt AND NOT is_ending")
    }

    /// The records to be asked for whole.
    pub fn wanted(&self) -> Result<Vec<RecordId>, StoreError> {
        self.ids("SELECT record FROM wanted ORDER BY record")
    }

    /// Whether the record is to be asked for whole.
    pub fn is_wanted(&self, record: RecordId) -> Result<bool, StoreError> {
        let mut query = self.0.prepare_cached("SELECT 1 FROM wanted WHERE record = ?1")?;
        Ok(query.exists([record.as_bytes()])?)
    }

    /// Fields in conflict and unsent changes of each scope.
    pub fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT scope, sum(conflicts), sum(unsent_changes) FROM records GROUP BY scope",
        )?;
        let rows = query.query_map([], |row| {
            Ok(scope_id(row, 0)
                .and_then(|scope| Ok(Tally { scope, conflicts: row.get(1)?, unsent_changes: row.get(2)? })))
        })?;
        rows.map(|row| row?).collect()
    }

    /// Whether a scope holds work that has no verdict yet.
    pub fn has_unsent(&self, scope: ScopeId) -> Result<bool, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT 1 FROM records WHERE scope = ?1 AND unsent_changes > 0 AND NOT is_set_aside",
        )?;
        Ok(query.exists([scope.as_bytes()])?)
    }

    /// What was refused, oldest first.
    pub fn quarantined(&self) -> Result<Vec<Quarantined>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT record, is_received, scope, reason, at_ms, changes, is_with_office, is_discarded FROM quarantine \
             ORDER BY at_ms, record",
        )?;
        let rows = query.query_map([], |row| Ok(quarantined(row)))?;
        rows.map(|row| row?).collect()
    }

    /// What a server refused of a record.
    pub fn refused(&self, id: RecordId) -> Result<Option<Quarantined>, StoreError> {
        let mut query = self.0.prepare_cached(
            "SELECT record, is_received, scope, reason, at_ms, changes, is_with_office, is_discarded FROM quarantine \
             WHERE record = ?1 AND NOT is_received",
        )?;
        query.query_row([id.as_bytes()], |row| Ok(quarantined(row))).optional()?.transpose()
    }

    fn ids(&self, sql: &str) -> Result<Vec<RecordId>, StoreError> {
        let mut query = self.0.prepare_cached(sql)?;
        let rows = query.query_map([], |row| Ok(record_id(row, 0)))?;
        rows.map(|row| row?).collect()
    }

    fn scopes_where(&self, claim: &str) -> Result<Vec<ScopeId>, StoreError> {
        let mut query = self.0.prepare_cached(&format!("SELECT id FROM scopes WHERE {claim} ORDER BY id"))?;
        let rows = query.query_map([], |row| Ok(scope_id(row, 0)))?;
        rows.map(|row| row?).collect()
    }

    fn listed(&self, sql: &str, values: &[&dyn ToSql]) -> Result<Vec<Listed>, StoreError> {
        let mut query = self.0.prepare_cached(sql)?;
        let rows = query.query_map(values, |row| Ok(listed(row)))?;
        rows.map(|row| row?).collect()
    }
}

/// The words of a text as FTS5 matches them: each quoted, the last one as a beginning.
fn match_words(text: &str) -> String {
    let words: Vec<String> = text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect();
    if words.is_empty() { String::new() } else { words.join(" ") + "*" }
}

fn stored(row: &Row<'_>) -> Result<StoredRecord, StoreError> {
    let since: Option<i64> = row.get(6)?;
    let Listed { header, version, at, is_entered_in_error, conflicts, unsent_changes, summary, view } =
        listed(row)?;
    Ok(StoredRecord {
        header,
        version,
        acked: self::version(row, 4)?,
        unsent_changes,
        unsent_since: since.and_then(instant),
        is_set_aside: row.get(7)?,
        at,
        is_entered_in_error,
        view,
        summary,
        conflicts,
        document: row.get(13)?,
    })
}

fn listed(row: &Row<'_>) -> Result<Listed, StoreError> {
    let kind = row.get_ref(2)?.as_str().ok().and_then(|code| code.parse().ok());
    let view = row.get_ref(12)?.as_str().ok().and_then(|view| serde_json::from_str(view).ok());
    let at: Option<i64> = row.get(8)?;
    Ok(Listed {
        header: Header {
            id: record_id(row, 0)?,
            scope: scope_id(row, 1)?,
            kind: kind.ok_or(StoreError::Damaged("kind"))?,
        },
        version: version(row, 3)?,
        at: at.and_then(instant),
        is_entered_in_error: row.get(9)?,
        conflicts: row.get(10)?,
        unsent_changes: row.get(5)?,
        summary: row.get(11)?,
        view: view.ok_or(StoreError::Damaged("view"))?,
    })
}

fn quarantined(row: &Row<'_>) -> Result<Quarantined, StoreError> {
    let scope: Option<Vec<u8>> = row.get(2)?;
    let scope =
        scope.map(|bytes| ScopeId::try_from(bytes.as_slice()).map_err(|_| StoreError::Damaged("scope")));
    Ok(Quarantined {
        record: record_id(row, 0)?,
        is_received: row.get(1)?,
        is_with_office: row.get(6)?,
        is_discarded: row.get(7)?,
        scope: scope.transpose()?,
        reason: row.get(3)?,
        at: instant(row.get(4)?).ok_or(StoreError::Damaged("time"))?,
        changes: row.get(5)?,
    })
}

pub(super) fn record_id(row: &Row<'_>, column: usize) -> Result<RecordId, StoreError> {
    blob(row, column)?.try_into().map_err(|_| StoreError::Damaged("record id"))
}

pub(super) fn scope_id(row: &Row<'_>, column: usize) -> Result<ScopeId, StoreError> {
    blob(row, column)?.try_into().map_err(|_| StoreError::Damaged("scope id"))
}

fn version(row: &Row<'_>, column: usize) -> Result<Version, StoreError> {
    Version::from_bytes(blob(row, column)?).map_err(|_| StoreError::Damaged("version"))
}

fn blob<'row>(row: &'row Row<'_>, column: usize) -> Result<&'row [u8], StoreError> {
    row.get_ref(column)?.as_blob().map_err(|_| StoreError::Damaged("bytes"))
}

pub(super) fn instant(ms: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms).ok()
}
