//! Storing records: the transaction that every promise rests on.

use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{AgencyId, ScopeId};
use doorstep_client_core::record::Kind;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::row::{Names, Sql, get};
use super::{audit, caseload, people, review};
use crate::store::{
    Act, Agent, AuditEvent, Committed, RecordWrite, ScopeKind, Seq, SetAside, Stale, StoreError,
};

/// An agency's counter, read once and written once in a transaction.
pub(super) struct Order<'a> {
    connection: &'a Connection,
    agency: AgencyId,
    seq: Seq,
}

impl<'a> Order<'a> {
    pub(super) fn of(connection: &'a Connection, agency: AgencyId) -> Result<Self, StoreError> {
        let seq = connection
            .prepare_cached("SELECT seq FROM agencies WHERE id = ?1")?
            .query_row([Sql(agency)], |row| get(row, 0))
            .optional()?
            .ok_or(StoreError::NoSuch("agency"))?;
        Ok(Self { connection, agency, seq })
    }

    pub(super) fn next(&mut self) -> Seq {
        self.seq += 1;
        self.seq
    }

    pub(super) fn keep(self) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE agencies SET seq = ?2 WHERE id = ?1")?
            .execute((Sql(self.agency), Sql(self.seq)))?;
        Ok(())
    }
}

pub(super) fn commit(
    connection: &Connection,
    agency: AgencyId,
    writes: &[RecordWrite],
) -> Result<Committed, StoreError> {
    let mut order = Order::of(connection, agency)?;
    let mut committed = Vec::with_capacity(writes.len());
    let mut audited: Vec<(Act, Vec<AuditEvent>)> = Vec::with_capacity(writes.len());
    for write in writes {
        let mut events = Vec::new();
        committed.push(store(connection, agency, write, &mut order, &mut events)?);
        let by = Agent::of_change(agency, write.log.staff, write.log.device);
        audited.push((Act { by, at: write.log.received_at }, events));
    }
    order.keep()?;
    for same in audited.chunk_by(|one, next| one.0 == next.0) {
        let events: Vec<&AuditEvent> = same.iter().flat_map(|(_, events)| events).collect();
        audit::append(connection, agency, same[0].0, &events)?;
    }
    Ok(committed)
}

fn store(
    connection: &Connection,
    agency: AgencyId,
    write: &RecordWrite,
    order: &mut Order<'_>,
    events: &mut Vec<AuditEvent>,
) -> Result<Result<Seq, Stale>, StoreError> {
    let found: Option<(i64, Version, ScopeId, Kind)> = connection
        .prepare_cached("SELECT rowid, version, scope, kind FROM records WHERE agency = ?1 AND id = ?2")?
        .query_row((Sql(agency), Sql(write.record)), |row| {
            Ok((row.get(0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?))
        })
        .optional()?;
    if found.as_ref().map(|(_, version, ..)| version) != write.expected.as_ref() {
        return Ok(Err(Stale));
    }
    if found.as_ref().is_some_and(|(_, _, scope, kind)| (*scope, *kind) != (write.scope, write.kind)) {
        return Err(StoreError::NoSuch("record of that kind in that scope"));
    }
    let is_known = people::scope_exists(connection, agency, write.scope)?;
    if write.open_case.is_none() && !is_known {
        return Err(StoreError::NoSuch("scope"));
    }
    if let Some(case) = &write.open_case {
        if is_known {
            return Ok(Err(Stale));
        }
        let opened_at = write.log.received_at;
        people::open_scope(
            connection,
            agency,
            write.scope,
            ScopeKind::Case,
            &case.title,
            opened_at,
            Some(case.by),
        )?;
        events.push(AuditEvent::CaseOpened { scope: write.scope });
        if let Some(nurse) = case.grant_to {
            let seq = order.next();
            people::begin_grant(connection, agency, write.scope, nurse, seq)?;
            events.push(AuditEvent::GrantBegun { scope: write.scope, staff: nurse, seq });
        }
    }
    let seq = order.next();
    match found {
        Some((rowid, ..)) => update(connection, rowid, write, seq)?,
        None => insert(connection, agency, write, seq)?,
    }
    append(connection, agency, write, seq)?;
    if write.is_late {
        review::flag_late(connection, agency, write, seq)?;
    }
    events.push(change(write, seq));
    if let Some(name) = &write.projection.case_name {
        caseload::rename(connection, agency, write.scope, write.record, name)?;
    }
    if write.kind == Kind::Coverage {
        caseload::authorise(connection, agency, write.scope, write.record, &write.projection.authorised)?;
    }
    Ok(Ok(seq))
}

fn change(write: &RecordWrite, seq: Seq) -> AuditEvent {
    let (scope, record, kind, fields) = (write.scope, write.record, write.kind, write.fields.clone());
    match write.expected {
        None => AuditEvent::RecordCreated { scope, record, kind, fields, seq },
        Some(_) => AuditEvent::RecordChanged { scope, record, kind, fields, seq },
    }
}

fn insert(
    connection: &Connection,
    agency: AgencyId,
    write: &RecordWrite,
    seq: Seq,
) -> Result<(), StoreError> {
    let shown = &write.projection;
    connection
        .prepare_cached(
            "INSERT INTO records (agency, id, scope, kind, seq, changed_at_ms, at_ms, nurse, is_open,
                 is_entered_in_error, conflicts, version, view, document)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            Sql(agency),
            Sql(write.record),
            Sql(write.scope),
            Sql(write.kind),
            Sql(seq),
            Sql(write.log.received_at),
            shown.at.map(Sql),
            shown.nurse.map(Sql),
            shown.is_open,
            shown.is_entered_in_error,
            shown.conflicts,
            write.version.to_bytes(),
            shown.view,
            write.document,
        ])?;
    Ok(())
}

fn update(connection: &Connection, rowid: i64, write: &RecordWrite, seq: Seq) -> Result<(), StoreError> {
    let shown = &write.projection;
    connection
        .prepare_cached(
            "UPDATE records SET seq = ?2, changed_at_ms = ?3, at_ms = ?4, nurse = ?5, is_open = ?6,
                 is_entered_in_error = ?7, conflicts = ?8, version = ?9, view = ?10, document = ?11
             WHERE rowid = ?1",
        )?
        .execute(params![
            rowid,
            Sql(seq),
            Sql(write.log.received_at),
            shown.at.map(Sql),
            shown.nurse.map(Sql),
            shown.is_open,
            shown.is_entered_in_error,
            shown.conflicts,
            write.version.to_bytes(),
            shown.view,
            write.document,
        ])?;
    Ok(())
}

fn append(
    connection: &Connection,
    agency: AgencyId,
    write: &RecordWrite,
    seq: Seq,
) -> Result<(), StoreError> {
    let log = &write.log;
    connection
        .prepare_cached(
            "INSERT INTO log (agency, seq, scope, record, origin, device, staff, received_at_ms, changes, fields)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            Sql(agency),
            Sql(seq),
            Sql(write.scope),
            Sql(write.record),
            log.origin.map(Sql),
            log.device.map(Sql),
            Sql(log.staff),
            Sql(log.received_at),
            log.changes.as_bytes(),
            Names(&write.fields[..]),
        ])?;
    Ok(())
}

pub(super) fn set_aside(
    connection: &Connection,
    agency: AgencyId,
    changesets: &[SetAside],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO quarantine
             (agency, id, record, scope, device, staff, reason, received_at_ms, changes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for aside in changesets {
        statement.execute(params![
            Sql(agency),
            quarantine_id(aside),
            aside.record.map(Sql),
            aside.scope.map(Sql),
            Sql(aside.device),
            Sql(aside.staff),
            aside.reason,
            Sql(aside.received_at),
            aside.changes.as_bytes(),
        ])?;
    }
    Ok(())
}

fn quarantine_id(aside: &SetAside) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(aside.device.as_bytes());
    hash.update(aside.record.map_or([0; 16], |record| *record.as_bytes()));
    hash.update(aside.changes.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let (id, _) = digest.split_first_chunk::<16>().expect("a digest of 32 bytes has 16");
    *id
}
