//! The audit log: entries appended inside the transaction of what they tell of.

use std::borrow::Borrow;

use doorstep_client_core::ids::AgencyId;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::row::{Sql, get, get_any};
use super::{SqliteStore, audit_search};
use crate::store::audit::chain_hash;
use crate::store::{
    Act, AuditEntry, AuditEvent, AuditHash, AuditHead, AuditLog, AuditQuery, AuditReport, AuditRow,
    AuditSearch, AuditVerifier, StoreError,
};

impl AuditLog for SqliteStore {
    fn audit(&self, agency: AgencyId, act: Act, events: Vec<AuditEvent>) -> Result<(), StoreError> {
        self.writer.run(move |connection| append(connection, agency, act, &events))
    }

    fn audit_head(&self, agency: AgencyId) -> Result<AuditHead, StoreError> {
        head(&*self.readers.begin()?, agency)
    }

    fn audit_entries(&self, agency: AgencyId, query: AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        entries(&*self.readers.begin()?, agency, query)
    }

    fn search_audit(&self, agency: AgencyId, search: AuditSearch) -> Result<Vec<AuditEntry>, StoreError> {
        audit_search::search(&*self.readers.begin()?, agency, &search)
    }

    fn verify_audit(&self, agency: AgencyId, noted: Option<AuditHead>) -> Result<AuditReport, StoreError> {
        verify(&*self.readers.begin()?, agency, noted)
    }
}

pub(super) const COLUMNS: &str =
    "number, at_ms, code, actor, by_staff, by_device, scope, record, staff, device, details, hash";

/// Appends entries to an agency's log, inside the transaction that is under way.
pub(super) fn append(
    connection: &Connection,
    agency: AgencyId,
    act: Act,
    events: &[impl Borrow<AuditEvent>],
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let mut last = head(connection, agency)?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO audit (agency, number, at_ms, code, actor, by_staff, by_device, scope, record, staff, device,
             details, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for event in events {
        let event = event.borrow();
        let target = event.target();
        let details = target.details.map(|details| details.to_string());
        let id = |id: Option<&[u8; 16]>| id.map(|id| id.to_vec());
        let number = last.number + 1;
        let row = AuditRow {
            number: i64::try_from(number).map_err(|_| StoreError::Unreadable("the audit log".to_owned()))?,
            at_ms: act.at.as_millisecond(),
            columns: [
                Some(event.code().as_bytes().to_vec()),
                Some(act.by.code().as_bytes().to_vec()),
                id(act.by.staff().as_ref().map(|id| id.as_bytes())),
                id(act.by.device().as_ref().map(|id| id.as_bytes())),
                id(target.scope.as_ref().map(|id| id.as_bytes())),
                id(target.record.as_ref().map(|id| id.as_bytes())),
                id(target.staff.as_ref().map(|id| id.as_bytes())),
                id(target.device.as_ref().map(|id| id.as_bytes())),
                details.as_ref().map(|details| details.as_bytes().to_vec()),
            ],
            hash: Vec::new(),
        };
        last = AuditHead { number, hash: chain_hash(agency, &last.hash.0, &row) };
        let [_, _, by_staff, by_device, scope, record, staff, device, _] = row.columns;
        insert.execute(params![
            Sql(agency),
            row.number,
            row.at_ms,
            event.code(),
            act.by.code(),
            by_staff,
            by_device,
            scope,
            record,
            staff,
            device,
            details,
            last.hash.0,
        ])?;
    }
    connection
        .prepare_cached("UPDATE agencies SET audit_number = ?2, audit_hash = ?3 WHERE id = ?1")?
        .execute((Sql(agency), Sql(last.number), last.hash.0))?;
    Ok(())
}

fn head(connection: &Connection, agency: AgencyId) -> Result<AuditHead, StoreError> {
    connection
        .prepare_cached("SELECT audit_number, audit_hash FROM agencies WHERE id = ?1")?
        .query_row([Sql(agency)], |row| Ok(AuditHead { number: get(row, 0)?, hash: AuditHash(row.get(1)?) }))
        .optional()?
        .ok_or(StoreError::NoSuch("agency"))
}

fn entries(
    connection: &Connection,
    agency: AgencyId,
    query: AuditQuery,
) -> Result<Vec<AuditEntry>, StoreError> {
    let of_scope = if query.scope.is_some() { "AND scope = ?3" } else { "AND ?3 IS NULL" };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM audit WHERE agency = ?1 AND number > ?2 {of_scope}
             AND (?4 IS NULL OR by_staff = ?4 OR staff = ?4) AND (?5 IS NULL OR at_ms >= ?5)
         ORDER BY number LIMIT ?6"
    ))?;
    let rows = statement.query_map(
        params![
            Sql(agency),
            Sql(query.after),
            query.scope.map(Sql),
            query.staff.map(Sql),
            query.since.map(Sql),
            i64::try_from(query.rows_max).unwrap_or(i64::MAX),
        ],
        entry,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads the columns of [`COLUMNS`].
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let details: Option<String> = row.get(10)?;
    Ok(AuditEntry {
        number: get(row, 0)?,
        at: get(row, 1)?,
        code: row.get(2)?,
        actor: row.get(3)?,
        by_staff: get_any(row, 4)?,
        by_device: get_any(row, 5)?,
        scope: get_any(row, 6)?,
        record: get_any(row, 7)?,
        staff: get_any(row, 8)?,
        device: get_any(row, 9)?,
        details: details.and_then(|details| serde_json::from_str(&details).ok()),
        hash: AuditHash(row.get(11)?),
    })
}

fn verify(
    connection: &Connection,
    agency: AgencyId,
    noted: Option<AuditHead>,
) -> Result<AuditReport, StoreError> {
    let head = head(connection, agency)?;
    let mut verifier = AuditVerifier::new(agency, noted);
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM audit WHERE agency = ?1 ORDER BY number"))?;
    let mut rows = statement.query([Sql(agency)])?;
    while let Some(row) = rows.next()? {
        let mut columns = std::array::from_fn(|_| None);
        for (index, column) in columns.iter_mut().enumerate() {
            *column = match row.get_ref(index + 2)? {
                ValueRef::Null => None,
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes.to_vec()),
                ValueRef::Integer(_) | ValueRef::Real(_) => {
                    return Err(StoreError::Unreadable("the audit log".to_owned()));
                }
            };
        }
        verifier.entry(AuditRow { number: row.get(0)?, at_ms: row.get(1)?, columns, hash: row.get(11)? });
    }
    Ok(verifier.end(head))
}
