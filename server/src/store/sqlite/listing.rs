//! The lists that the office looks at.

use std::collections::HashMap;

use doorstep_client_core::document::Changeset;
use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use rusqlite::{OptionalExtension, Row};

use super::assigning::nurses_of;
use super::people;
use super::row::{Sql, get, get_any};
use super::snapshot::{LOG_COLUMNS, STAMP_COLUMNS, STAMP_COLUMNS_COUNT, SqliteSnapshot, log_head, stamp};
use crate::store::{
    CaseSummary, Closed, EnrolledDevice, LogHead, Quarantined, RecordView, Scope, Seq, SetAside, StaffMember,
    StoreError,
};

pub(super) fn all_staff(snapshot: &SqliteSnapshot) -> Result<Vec<StaffMember>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(&format!(
        "SELECT {} FROM staff WHERE agency = ?1 ORDER BY name, id",
        people::STAFF_COLUMNS
    ))?;
    let rows = statement.query_map([Sql(snapshot.agency)], |row| people::staff_member(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn staff(snapshot: &SqliteSnapshot, id: StaffId) -> Result<Option<StaffMember>, StoreError> {
    let found = snapshot
        .reading
        .prepare_cached(&format!(
            "SELECT {} FROM staff WHERE agency = ?1 AND id = ?2",
            people::STAFF_COLUMNS
        ))?
        .query_row((Sql(snapshot.agency), Sql(id)), |row| people::staff_member(row, 0))
        .optional()?;
    Ok(found)
}

pub(super) fn devices(snapshot: &SqliteSnapshot) -> Result<Vec<EnrolledDevice>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(&format!(
        "SELECT {} FROM devices WHERE agency = ?1 ORDER BY enrolled_at_ms, id",
        people::DEVICE_COLUMNS
    ))?;
    let rows = statement.query_map([Sql(snapshot.agency)], people::device)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) const SCOPE_COLUMNS: &str =
    "id, kind, title, opened_at_ms, opened_by, closed_at_ms, closed_by, closed_reason";
const SCOPE_COLUMNS_COUNT: usize = 8;

/// Reads the columns of [`SCOPE_COLUMNS`].
fn scope_row(row: &Row<'_>) -> rusqlite::Result<Scope> {
    Ok(Scope {
        id: get(row, 0)?,
        kind: get(row, 1)?,
        title: row.get(2)?,
        opened_at: get(row, 3)?,
        opened_by: get_any(row, 4)?,
        closed: match (get_any(row, 5)?, get_any(row, 6)?, get_any(row, 7)?) {
            (Some(at), Some(by), Some(reason)) => Some(Closed { at, by, reason }),
            _ => None,
        },
    })
}

pub(super) fn scope(snapshot: &SqliteSnapshot, id: ScopeId) -> Result<Option<Scope>, StoreError> {
    let found = snapshot
        .reading
        .prepare_cached(&format!("SELECT {SCOPE_COLUMNS} FROM scopes WHERE agency = ?1 AND id = ?2"))?
        .query_row((Sql(snapshot.agency), Sql(id)), scope_row)
        .optional()?;
    Ok(found)
}

pub(super) fn titles(
    snapshot: &SqliteSnapshot,
    scopes: &[ScopeId],
) -> Result<HashMap<ScopeId, String>, StoreError> {
    let mut statement =
        snapshot.reading.prepare_cached("SELECT title FROM scopes WHERE agency = ?1 AND id = ?2")?;
    let mut titles = HashMap::with_capacity(scopes.len());
    for scope in scopes {
        if !titles.contains_key(scope) {
            let title =
                statement.query_row((Sql(snapshot.agency), Sql(*scope)), |row| row.get(0)).optional()?;
            titles.extend(title.map(|title| (*scope, title)));
        }
    }
    Ok(titles)
}

/// What is summed up of a case, from the agency `?1` and the time `?2`.
const SUMS: &str = "
    (SELECT min(at_ms) FROM records WHERE records.agency = ?1 AND records.scope = scopes.id
        AND records.kind = 'appointment' AND is_open = 1 AND at_ms >= ?2),
    (SELECT coalesce(sum(conflicts), 0) FROM records WHERE records.agency = ?1 AND records.scope = scopes.id
        AND conflicts > 0),
    (SELECT count(*) FROM records WHERE records.agency = ?1 AND records.scope = scopes.id),
    (SELECT changed_at_ms FROM records WHERE records.agency = ?1 AND records.scope = scopes.id
        ORDER BY seq DESC LIMIT 1)";

/// Reads the columns of [`SCOPE_COLUMNS`] and [`SUMS`].
fn summary(row: &Row<'_>) -> rusqlite::Result<CaseSummary> {
    Ok(CaseSummary {
        scope: scope_row(row)?,
        nurses: Vec::new(),
        next_appointment: get_any(row, SCOPE_COLUMNS_COUNT)?,
        conflicts: row.get(SCOPE_COLUMNS_COUNT + 1)?,
        records: row.get(SCOPE_COLUMNS_COUNT + 2)?,
        changed_at: get_any(row, SCOPE_COLUMNS_COUNT + 3)?,
    })
}

pub(super) fn cases(snapshot: &SqliteSnapshot, now: Timestamp) -> Result<Vec<CaseSummary>, StoreError> {
    let mut nurses = current_nurses(snapshot)?;
    let mut statement = snapshot.reading.prepare_cached(&format!(
        "SELECT {SCOPE_COLUMNS}, {SUMS} FROM scopes
         WHERE scopes.agency = ?1 AND scopes.kind = 'case' ORDER BY title, id"
    ))?;
    let rows = statement.query_map((Sql(snapshot.agency), Sql(now)), |row| {
        let summary = summary(row)?;
        Ok(CaseSummary { nurses: nurses.remove(&summary.scope.id).unwrap_or_default(), ..summary })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One case.
pub(super) fn case(
    snapshot: &SqliteSnapshot,
    scope: ScopeId,
    now: Timestamp,
) -> Result<CaseSummary, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(&format!(
        "SELECT {SCOPE_COLUMNS}, {SUMS} FROM scopes WHERE scopes.agency = ?1 AND scopes.id = ?3"
    ))?;
    let summary = statement.query_row((Sql(snapshot.agency), Sql(now), Sql(scope)), summary)?;
    Ok(CaseSummary { nurses: nurses_of(&snapshot.reading, snapshot.agency, scope)?, ..summary })
}

fn current_nurses(snapshot: &SqliteSnapshot) -> Result<HashMap<ScopeId, Vec<StaffId>>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(
        "SELECT scope, staff FROM grants WHERE agency = ?1 AND end_seq IS NULL ORDER BY begin_seq",
    )?;
    let rows = statement.query_map([Sql(snapshot.agency)], |row| Ok((get(row, 0)?, get(row, 1)?)))?;
    let mut nurses: HashMap<ScopeId, Vec<StaffId>> = HashMap::new();
    for row in rows {
        let (scope, staff) = row?;
        nurses.entry(scope).or_default().push(staff);
    }
    Ok(nurses)
}

fn view(row: &Row<'_>) -> rusqlite::Result<RecordView> {
    Ok(RecordView { stamp: stamp(row)?, view: row.get(STAMP_COLUMNS_COUNT)? })
}

pub(super) fn views(snapshot: &SqliteSnapshot, scope: ScopeId) -> Result<Vec<RecordView>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(&format!(
        "SELECT {STAMP_COLUMNS}, view FROM records WHERE agency = ?1 AND scope = ?2
         ORDER BY kind, coalesce(at_ms, changed_at_ms) DESC, id"
    ))?;
    let rows = statement.query_map((Sql(snapshot.agency), Sql(scope)), view)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn in_conflict(snapshot: &SqliteSnapshot) -> Result<Vec<RecordView>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(&format!(
        "SELECT {STAMP_COLUMNS}, view FROM records WHERE agency = ?1 AND conflicts > 0 ORDER BY seq"
    ))?;
    let rows = statement.query_map([Sql(snapshot.agency)], view)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn activity(
    snapshot: &SqliteSnapshot,
    after: Seq,
    rows_max: usize,
) -> Result<Vec<LogHead>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(&format!(
        "SELECT {LOG_COLUMNS} FROM log WHERE agency = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
    ))?;
    let rows = statement.query_map((Sql(snapshot.agency), Sql(after), limit(rows_max)), log_head)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn latest_activity(
    snapshot: &SqliteSnapshot,
    rows_max: usize,
) -> Result<Vec<LogHead>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(&format!(
        "SELECT {LOG_COLUMNS} FROM log WHERE agency = ?1 ORDER BY seq DESC LIMIT ?2"
    ))?;
    let rows = statement.query_map((Sql(snapshot.agency), limit(rows_max)), log_head)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn quarantined(
    snapshot: &SqliteSnapshot,
    rows_max: usize,
) -> Result<Vec<Quarantined>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(
        "SELECT id, record, scope, device, staff, reason, received_at_ms, changes FROM quarantine
         WHERE agency = ?1 ORDER BY received_at_ms DESC, rowid DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((Sql(snapshot.agency), limit(rows_max)), |row| {
        let set_aside = SetAside {
            record: get_any(row, 1)?,
            scope: get_any(row, 2)?,
            device: get(row, 3)?,
            staff: get(row, 4)?,
            reason: row.get(5)?,
            received_at: get(row, 6)?,
            changes: Changeset::from_bytes(row.get(7)?),
        };
        Ok(Quarantined { id: row.get(0)?, set_aside })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn limit(rows_max: usize) -> i64 {
    i64::try_from(rows_max).unwrap_or(i64::MAX)
}
