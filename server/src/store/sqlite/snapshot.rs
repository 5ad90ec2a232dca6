//! What a snapshot can be asked.

use std::collections::HashMap;

use doorstep_client_core::document::{Changeset, Version};
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use rusqlite::{OptionalExtension, Row};

use super::row::{Names, Sql, get, get_any};
use super::{caseload, listing, people, readers::Reading};
use crate::store::{
    Agency, CasePage, CaseQuery, CaseSummary, DeviceHolder, EnrolledDevice, Grant, LogEntry, LogHead,
    LogQuery, Quarantined, RecordStamp, RecordView, Scope, Seq, Snapshot, StaffMember, StoreError,
    StoredRecord,
};

/// What one agency held at one moment, read through a connection of its own.
pub(super) struct SqliteSnapshot {
    pub(super) reading: Reading,
    pub(super) agency: AgencyId,
}

impl SqliteSnapshot {
    pub(super) fn new(reading: Reading, agency: AgencyId) -> Self {
        Self { reading, agency }
    }

    /// The seqs of the entries that are asked for, in order, at most `rows_max`: out of the index alone.
    fn log_seqs(&self, query: &LogQuery<'_>) -> Result<Vec<Seq>, StoreError> {
        let mut statement = self.reading.prepare_cached(
            "SELECT seq FROM log INDEXED BY log_by_scope
             WHERE agency = ?1 AND scope = ?2 AND seq > ?3 AND seq <= ?4 AND (?5 IS NULL OR origin IS NOT ?5)
             ORDER BY seq LIMIT ?6",
        )?;
        let limit = i64::try_from(query.rows_max).unwrap_or(i64::MAX);
        let mut seqs: Vec<Seq> = Vec::new();
        for scope in query.scopes {
            let rows = statement.query_map(
                (
                    Sql(self.agency),
                    Sql(*scope),
                    Sql(query.after),
                    Sql(query.upto),
                    query.not_from.map(Sql),
                    limit,
                ),
                |row| get(row, 0),
            )?;
            for seq in rows {
                seqs.push(seq?);
            }
        }
        seqs.sort_unstable();
        seqs.truncate(query.rows_max);
        Ok(seqs)
    }
}

impl Snapshot for SqliteSnapshot {
    fn agency_id(&self) -> AgencyId {
        self.agency
    }

    fn head(&self) -> Result<Seq, StoreError> {
        self.reading
            .prepare_cached("SELECT seq FROM agencies WHERE id = ?1")?
            .query_row([Sql(self.agency)], |row| get(row, 0))
            .optional()?
            .ok_or(StoreError::NoSuch("agency"))
    }

    fn agency(&self) -> Result<Agency, StoreError> {
        self.reading
            .prepare_cached("SELECT id, name, directory, created_at_ms FROM agencies WHERE id = ?1")?
            .query_row([Sql(self.agency)], people::agency)
            .optional()?
            .ok_or(StoreError::NoSuch("agency"))
    }

    fn all_staff(&self) -> Result<Vec<StaffMember>, StoreError> {
        listing::all_staff(self)
    }

    fn staff(&self, id: StaffId) -> Result<Option<StaffMember>, StoreError> {
        listing::staff(self, id)
    }

    fn devices(&self) -> Result<Vec<EnrolledDevice>, StoreError> {
        listing::devices(self)
    }

    fn holder(&self, device: DeviceId) -> Result<Option<DeviceHolder>, StoreError> {
        people::holder(&self.reading, self.agency, device)
    }

    fn scope(&self, id: ScopeId) -> Result<Option<Scope>, StoreError> {
        listing::scope(self, id)
    }

    fn titles(&self, scopes: &[ScopeId]) -> Result<HashMap<ScopeId, String>, StoreError> {
        listing::titles(self, scopes)
    }

    fn cases(&self, now: Timestamp) -> Result<Vec<CaseSummary>, StoreError> {
        listing::cases(self, now)
    }

    fn case_page(&self, query: &CaseQuery) -> Result<CasePage, StoreError> {
        caseload::case_page(self, query)
    }

    fn grants_of(&self, staff: StaffId) -> Result<Vec<Grant>, StoreError> {
        let mut statement = self.reading.prepare_cached(
            "SELECT scope, staff, begin_seq, end_seq, ended_at_ms FROM grants WHERE agency = ?1 AND staff = ?2
             ORDER BY begin_seq",
        )?;
        let rows = statement.query_map((Sql(self.agency), Sql(staff)), people::grant_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn grants_in(&self, scope: ScopeId) -> Result<Vec<Grant>, StoreError> {
        let mut statement = self.reading.prepare_cached(
            "SELECT scope, staff, begin_seq, end_seq, ended_at_ms FROM grants INDEXED BY grants_by_scope
             WHERE agency = ?1 AND scope = ?2 ORDER BY begin_seq",
        )?;
        let rows = statement.query_map((Sql(self.agency), Sql(scope)), people::grant_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn next_appointments(
        &self,
        nurse: StaffId,
        now: Timestamp,
    ) -> Result<Vec<(ScopeId, Timestamp)>, StoreError> {
        let mut statement = self.reading.prepare_cached(
            "SELECT scope, min(at_ms) FROM records INDEXED BY open_appointments_by_nurse
             WHERE kind = 'appointment' AND is_open = 1 AND agency = ?1 AND nurse = ?2 AND at_ms >= ?3
             GROUP BY scope ORDER BY min(at_ms), scope",
        )?;
        let rows = statement
            .query_map((Sql(self.agency), Sql(nurse), Sql(now)), |row| Ok((get(row, 0)?, get(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
        let record = self
            .reading
            .prepare_cached(&format!(
                "SELECT {STAMP_COLUMNS}, view, document FROM records WHERE agency = ?1 AND id = ?2"
            ))?
            .query_row((Sql(self.agency), Sql(id)), |row| {
                Ok(StoredRecord {
                    stamp: stamp(row)?,
                    view: row.get(STAMP_COLUMNS_COUNT)?,
                    document: row.get(STAMP_COLUMNS_COUNT + 1)?,
                })
            })
            .optional()?;
        Ok(record)
    }

    fn stamp(&self, id: RecordId) -> Result<Option<RecordStamp>, StoreError> {
        let found = self
            .reading
            .prepare_cached(&format!("SELECT {STAMP_COLUMNS} FROM records WHERE agency = ?1 AND id = ?2"))?
            .query_row((Sql(self.agency), Sql(id)), stamp)
            .optional()?;
        Ok(found)
    }

    fn changed_since(&self, scope: ScopeId, after: Seq) -> Result<Vec<RecordStamp>, StoreError> {
        let mut statement = self.reading.prepare_cached(&format!(
            "SELECT {STAMP_COLUMNS} FROM records WHERE agency = ?1 AND scope = ?2 AND seq > ?3 ORDER BY seq"
        ))?;
        let rows = statement.query_map((Sql(self.agency), Sql(scope), Sql(after)), stamp)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn documents(
        &self,
        scope: ScopeId,
        after: Option<RecordId>,
        rows_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<(RecordId, Vec<u8>)>, StoreError> {
        let mut statement = self.reading.prepare_cached(
            "SELECT id, document FROM records WHERE agency = ?1 AND scope = ?2 AND id > ?3 ORDER BY id",
        )?;
        let after: &[u8] = after.as_ref().map_or(&[], |id| id.as_bytes());
        let mut rows = statement.query((Sql(self.agency), Sql(scope), after))?;
        let (mut documents, mut bytes) = (Vec::new(), 0);
        while documents.len() < rows_max && bytes < bytes_max {
            let Some(row) = rows.next()? else { break };
            let document: Vec<u8> = row.get(1)?;
            bytes += document.len();
            documents.push((get(row, 0)?, document));
        }
        Ok(documents)
    }

    fn versions(&self, scope: ScopeId) -> Result<Vec<(RecordId, Version)>, StoreError> {
        let mut statement = self
            .reading
            .prepare_cached("SELECT id, version FROM records WHERE agency = ?1 AND scope = ?2 ORDER BY id")?;
        let rows =
            statement.query_map((Sql(self.agency), Sql(scope)), |row| Ok((get(row, 0)?, get(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn views(&self, scope: ScopeId) -> Result<Vec<RecordView>, StoreError> {
        listing::views(self, scope)
    }

    fn in_conflict(&self) -> Result<Vec<RecordView>, StoreError> {
        listing::in_conflict(self)
    }

    fn log(&self, query: LogQuery<'_>) -> Result<Vec<LogEntry>, StoreError> {
        let mut statement = self.reading.prepare_cached(&format!(
            "SELECT {LOG_COLUMNS}, changes FROM log WHERE agency = ?1 AND seq = ?2"
        ))?;
        let (mut entries, mut bytes) = (Vec::new(), 0);
        for seq in self.log_seqs(&query)? {
            let entry = statement.query_row((Sql(self.agency), Sql(seq)), |row| {
                let changes = Changeset::from_bytes(row.get(LOG_COLUMNS_COUNT)?);
                Ok(LogEntry { head: log_head(row)?, changes })
            })?;
            bytes += entry.changes.as_bytes().len();
            entries.push(entry);
            if bytes >= query.bytes_max {
                break;
            }
        }
        Ok(entries)
    }

    fn activity(&self, after: Seq, rows_max: usize) -> Result<Vec<LogHead>, StoreError> {
        listing::activity(self, after, rows_max)
    }

    fn latest_activity(&self, rows_max: usize) -> Result<Vec<LogHead>, StoreError> {
        listing::latest_activity(self, rows_max)
    }

    fn quarantined(&self, rows_max: usize) -> Result<Vec<Quarantined>, StoreError> {
        listing::quarantined(self, rows_max)
    }
}

pub(super) const STAMP_COLUMNS: &str = "id, scope, kind, seq, changed_at_ms, at_ms, nurse, is_open, \
     is_entered_in_error, conflicts, version, length(document)";
pub(super) const STAMP_COLUMNS_COUNT: usize = 12;

/// Reads the columns of [`STAMP_COLUMNS`].
pub(super) fn stamp(row: &Row<'_>) -> rusqlite::Result<RecordStamp> {
    let document_bytes: u32 = row.get(11)?;
    Ok(RecordStamp {
        record: get(row, 0)?,
        scope: get(row, 1)?,
        kind: get(row, 2)?,
        seq: get(row, 3)?,
        changed_at: get(row, 4)?,
        at: get_any(row, 5)?,
        nurse: get_any(row, 6)?,
        is_open: row.get(7)?,
        is_entered_in_error: row.get(8)?,
        conflicts: row.get(9)?,
        version: get(row, 10)?,
        document_bytes: document_bytes as usize,
    })
}

pub(super) const LOG_COLUMNS: &str = "seq, record, scope, origin, device, staff, received_at_ms, fields";
const LOG_COLUMNS_COUNT: usize = 8;

/// Reads the columns of [`LOG_COLUMNS`].
pub(super) fn log_head(row: &Row<'_>) -> rusqlite::Result<LogHead> {
    Ok(LogHead {
        seq: get(row, 0)?,
        record: get(row, 1)?,
        scope: get(row, 2)?,
        origin: get_any(row, 3)?,
        device: get_any(row, 4)?,
        staff: get(row, 5)?,
        received_at: get(row, 6)?,
        fields: get::<Names>(row, 7)?.0,
    })
}
