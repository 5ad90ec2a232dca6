//! Late work, and the review of what was set aside.

use doorstep_client_core::document::{Changeset, StoreId};
use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::record::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::commit::{self, Order};
use super::listing::limit;
use super::row::{Sql, get, get_any};
use super::{SqliteStore, audit};
use crate::limits::REVIEWS_TOLD_MAX;
use crate::store::{
    Act, AuditEvent, LateWork, Outcome, Quarantined, RecordWrite, Review, ReviewOf, Seen, Seq, SetAside,
    Stale, StoreError, Told, Waiting,
};

impl Review for SqliteStore {
    fn known_seq(&self, agency: AgencyId, device: DeviceId, store: StoreId) -> Result<Seq, StoreError> {
        let reading = self.readers.begin()?;
        let known = reading
            .prepare_cached(
                "SELECT max(min(other.enrolled_seq), max(other.cursor_seq_max)) FROM devices AS this
                 JOIN devices AS other ON other.agency = this.agency
                     AND (other.id = this.id OR other.staff = this.staff AND other.store = ?3)
                 WHERE this.agency = ?1 AND this.id = ?2 GROUP BY this.id",
            )?
            .query_row((Sql(agency), Sql(device), Sql(store)), |row| get(row, 0))
            .optional()?;
        known.ok_or(StoreError::NoSuch("device"))
    }

    fn late_work(&self, agency: AgencyId) -> Result<Vec<LateWork>, StoreError> {
        let reading = self.readers.begin()?;
        let mut statement = reading.prepare_cached(&format!(
            "SELECT {LATE_COLUMNS} FROM late_work WHERE agency = ?1 AND seen_at_ms IS NULL ORDER BY seq DESC"
        ))?;
        let rows = statement.query_map([Sql(agency)], late_work)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn see_late_work(&self, agency: AgencyId, seq: Seq, act: Act) -> Result<Option<LateWork>, StoreError> {
        self.writer.run(move |connection| see_late(connection, agency, seq, act))
    }

    fn seen(&self, agency: AgencyId) -> Result<Vec<Seen>, StoreError> {
        let reading = self.readers.begin()?;
        let mut statement = reading
            .prepare_cached("SELECT entry, state, seen_by, seen_at_ms FROM review_seen WHERE agency = ?1")?;
        let rows = statement.query_map([Sql(agency)], |row| {
            Ok(Seen { entry: row.get(0)?, state: row.get(1)?, by: get(row, 2)?, at: get(row, 3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn see(
        &self,
        agency: AgencyId,
        entry: String,
        state: String,
        event: AuditEvent,
        act: Act,
    ) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            let seen = connection
                .prepare_cached(
                    "INSERT INTO review_seen (agency, entry, state, seen_at_ms, seen_by)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET state = ?3, seen_at_ms = ?4, seen_by = ?5 WHERE state <> ?3",
                )?
                .execute((Sql(agency), entry, state, Sql(act.at), by(agency, act)))?;
            if seen > 0 { audit::append(connection, agency, act, &[event]) } else { Ok(()) }
        })
    }

    fn waiting(&self, agency: AgencyId) -> Result<Vec<Waiting>, StoreError> {
        let reading = self.readers.begin()?;
        let mut statement = reading.prepare_cached(
            "SELECT id, record, scope, device, staff, reason, received_at_ms, length(changes) FROM quarantine
             WHERE agency = ?1 AND outcome IS NULL ORDER BY received_at_ms DESC, rowid DESC",
        )?;
        let rows = statement.query_map([Sql(agency)], |row| {
            Ok(Waiting {
                id: row.get(0)?,
                record: get_any(row, 1)?,
                scope: get_any(row, 2)?,
                device: get(row, 3)?,
                staff: get(row, 4)?,
                reason: row.get(5)?,
                received_at: get(row, 6)?,
                bytes: get::<Seq>(row, 7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn set_aside_as(&self, agency: AgencyId, id: [u8; 16]) -> Result<Option<ReviewOf>, StoreError> {
        let reading = self.readers.begin()?;
        let found = reading
            .prepare_cached(
                "SELECT record, scope, device, staff, reason, received_at_ms, changes, outcome, discard_reason,
                     reviewed_by, reviewed_at_ms
                 FROM quarantine WHERE agency = ?1 AND id = ?2",
            )?
            .query_row((Sql(agency), id), |row| review_of(row, id))
            .optional()?;
        Ok(found)
    }

    fn review(&self, agency: AgencyId, id: [u8; 16], outcome: Outcome, act: Act) -> Result<bool, StoreError> {
        self.writer.run(move |connection| review(connection, agency, id, &outcome, act))
    }

    fn accept(
        &self,
        agency: AgencyId,
        id: [u8; 16],
        write: RecordWrite,
        act: Act,
    ) -> Result<Result<bool, Stale>, StoreError> {
        self.writer.run(move |connection| accept(connection, agency, id, write, act))
    }

    fn told(&self, agency: AgencyId, staff: StaffId, after: Seq) -> Result<Vec<Told>, StoreError> {
        let reading = self.readers.begin()?;
        let mut statement = reading.prepare_cached(
            "SELECT record, outcome, discard_reason, max(reviewed_seq) FROM quarantine AS reviewed
             WHERE agency = ?1 AND staff = ?2 AND outcome IS NOT NULL AND reviewed_seq > ?3
                 AND record IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM quarantine AS waiting
                     WHERE waiting.agency = ?1 AND waiting.staff = ?2 AND waiting.record = reviewed.record
                         AND waiting.outcome IS NULL)
             GROUP BY record ORDER BY max(reviewed_seq) DESC LIMIT ?4",
        )?;
        let rows = statement
            .query_map((Sql(agency), Sql(staff), Sql(after), limit(REVIEWS_TOLD_MAX)), |row| {
                Ok(Told { record: get(row, 0)?, outcome: outcome(row.get(1)?, row.get(2)?) })
            })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

const LATE_COLUMNS: &str = "seq, scope, record, staff, device, received_at_ms, seen_by, seen_at_ms";

fn late_work(row: &Row<'_>) -> rusqlite::Result<LateWork> {
    let by: Option<StaffId> = get_any(row, 6)?;
    Ok(LateWork {
        seq: get(row, 0)?,
        scope: get(row, 1)?,
        record: get(row, 2)?,
        staff: get(row, 3)?,
        device: get_any(row, 4)?,
        received_at: get(row, 5)?,
        seen: by.zip(get_any::<Timestamp>(row, 7)?),
    })
}

/// Flags a write that arrived late, inside the transaction that stores it.
pub(super) fn flag_late(
    connection: &Connection,
    agency: AgencyId,
    write: &RecordWrite,
    seq: Seq,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO late_work (agency, seq, scope, record, staff, device, received_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            Sql(agency),
            Sql(seq),
            Sql(write.scope),
            Sql(write.record),
            Sql(write.log.staff),
            write.log.device.map(Sql),
            Sql(write.log.received_at),
        ])?;
    Ok(())
}

fn see_late(
    connection: &Connection,
    agency: AgencyId,
    seq: Seq,
    act: Act,
) -> Result<Option<LateWork>, StoreError> {
    let seen = connection
        .prepare_cached(
            "UPDATE late_work SET seen_at_ms = ?3, seen_by = ?4
             WHERE agency = ?1 AND seq = ?2 AND seen_at_ms IS NULL",
        )?
        .execute((Sql(agency), Sql(seq), Sql(act.at), by(agency, act)))?;
    let found = connection
        .prepare_cached(&format!("SELECT {LATE_COLUMNS} FROM late_work WHERE agency = ?1 AND seq = ?2"))?
        .query_row((Sql(agency), Sql(seq)), late_work)
        .optional()?;
    if let Some(late) = found.as_ref().filter(|_| seen > 0) {
        let event = AuditEvent::LateWorkSeen { scope: late.scope, record: late.record, seq };
        audit::append(connection, agency, act, &[event])?;
    }
    Ok(found)
}

fn accept(
    connection: &Connection,
    agency: AgencyId,
    id: [u8; 16],
    write: RecordWrite,
    act: Act,
) -> Result<Result<bool, Stale>, StoreError> {
    let is_waiting = connection
        .prepare_cached("SELECT 1 FROM quarantine WHERE agency = ?1 AND id = ?2 AND outcome IS NULL")?
        .exists((Sql(agency), id))?;
    if !is_waiting {
        return Ok(Ok(false));
    }
    if commit::commit(connection, agency, &[write])?.iter().any(Result::is_err) {
        return Ok(Err(Stale));
    }
    review(connection, agency, id, &Outcome::Accepted, act).map(Ok)
}

fn review(
    connection: &Connection,
    agency: AgencyId,
    id: [u8; 16],
    outcome: &Outcome,
    act: Act,
) -> Result<bool, StoreError> {
    let mut order = Order::of(connection, agency)?;
    let (code, reason) = match outcome {
        Outcome::Accepted => (ACCEPTED, None),
        Outcome::Discarded(reason) => (DISCARDED, Some(reason)),
    };
    let record = connection
        .prepare_cached(
            "UPDATE quarantine SET outcome = ?3, discard_reason = ?4, reviewed_by = ?5, reviewed_at_ms = ?6,
                 reviewed_seq = ?7
             WHERE agency = ?1 AND id = ?2 AND outcome IS NULL RETURNING record",
        )?
        .query_row(
            params![Sql(agency), id, code, reason, by(agency, act), Sql(act.at), Sql(order.next())],
            |row| get_any(row, 0),
        )
        .optional()?;
    let Some(record) = record else { return Ok(false) };
    order.keep()?;
    let event = match outcome {
        Outcome::Accepted => AuditEvent::QuarantineAccepted { id, record },
        Outcome::Discarded(_) => AuditEvent::QuarantineDiscarded { id, record },
    };
    audit::append(connection, agency, act, &[event])?;
    Ok(true)
}

const ACCEPTED: &str = "accepted";
const DISCARDED: &str = "discarded";

fn outcome(code: String, reason: Option<String>) -> Outcome {
    if code == ACCEPTED { Outcome::Accepted } else { Outcome::Discarded(reason.unwrap_or_default()) }
}

/// Who looked: the command does so in the agency's own name.
pub(super) fn by(agency: AgencyId, act: Act) -> Sql<StaffId> {
    Sql(act.by.staff().unwrap_or(StaffId::from_bytes(*agency.as_bytes())))
}

fn review_of(row: &Row<'_>, id: [u8; 16]) -> rusqlite::Result<ReviewOf> {
    let set_aside = SetAside {
        record: get_any(row, 0)?,
        scope: get_any(row, 1)?,
        device: get(row, 2)?,
        staff: get(row, 3)?,
        reason: row.get(4)?,
        received_at: get(row, 5)?,
        changes: Changeset::from_bytes(row.get(6)?),
    };
    let code: Option<String> = row.get(7)?;
    let review = match code {
        Some(code) => Some((outcome(code, row.get(8)?), get(row, 9)?, get(row, 10)?)),
        None => None,
    };
    Ok(ReviewOf { quarantined: Quarantined { id, set_aside }, review })
}
