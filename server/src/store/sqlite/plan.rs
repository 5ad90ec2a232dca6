//! The plan of an agency's days, out of the indexes that hold it.

use std::collections::HashSet;

use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::visit::MissedReason;
use doorstep_client_core::record::{Coding, Timestamp};
use rusqlite::Row;
use rusqlite::types::FromSqlError;

use super::listing;
use super::row::{Sql, get, get_any};
use super::snapshot::SqliteSnapshot;
use crate::store::{PlanStanding, Planned, StoreError};

const APPOINTMENTS: &str =
    "SELECT id, scope, nurse, at_ms, conflicts, json_extract(view, '$.end'), json_extract(view, '$.service_type'),
         json_extract(view, '$.status'), json_extract(view, '$.appointment_type')
     FROM records INDEXED BY appointments_by_time
     WHERE kind = 'appointment' AND is_entered_in_error = 0 AND agency = ?1 AND at_ms >= ?2 AND at_ms < ?3
         AND (?4 IS NULL OR nurse = ?4)
     ORDER BY at_ms";
const VISITS: &str =
    "SELECT id, scope, nurse, at_ms, conflicts, json_extract(view, '$.check_out.at'),
         json_extract(view, '$.service_type'), json_extract(view, '$.status'), json_extract(view, '$.appointment'),
         json_extract(view, '$.missed_reason')
     FROM records INDEXED BY visits_by_time
     WHERE kind = 'visit' AND is_entered_in_error = 0 AND agency = ?1 AND at_ms >= ?2 AND at_ms < ?3
         AND (?4 IS NULL OR nurse = ?4)
     ORDER BY at_ms";
const VISITS_OF_APPOINTMENT: &str =
    "SELECT id, scope, nurse, at_ms, conflicts, json_extract(view, '$.check_out.at'),
         json_extract(view, '$.service_type'), json_extract(view, '$.status'), json_extract(view, '$.appointment'),
         json_extract(view, '$.missed_reason')
     FROM records INDEXED BY visits_by_appointment
     WHERE kind = 'visit' AND is_entered_in_error = 0 AND json_extract(view, '$.appointment') IS NOT NULL
         AND agency = ?1 AND json_extract(view, '$.appointment') = ?2";

const UNBOOKED_CASES: &str =
    "SELECT id, title FROM scopes INDEXED BY cases_by_title
     WHERE kind = 'case' AND agency = ?1 AND closed_at_ms IS NULL
         AND (sorts_as, id) > (coalesce((SELECT sorts_as FROM scopes WHERE agency = ?1 AND id = ?2), ''),
             coalesce(?2, x''))
         AND (?3 IS NULL OR id IN (SELECT scope FROM grants WHERE agency = ?1 AND staff = ?3 AND end_seq IS NULL))
         AND NOT EXISTS (SELECT 1 FROM records INDEXED BY open_appointments_by_scope
             WHERE kind = 'appointment' AND is_open = 1 AND records.agency = ?1 AND records.scope = scopes.id
                 AND at_ms >= ?4)
     ORDER BY sorts_as, id LIMIT ?5";

/// The queries of plans.
#[cfg(test)]
pub(super) const ALL: [&str; 3] = [APPOINTMENTS, VISITS, VISITS_OF_APPOINTMENT];

pub(super) fn day_plan(
    snapshot: &SqliteSnapshot,
    from: Timestamp,
    until: Timestamp,
    nurse: Option<StaffId>,
) -> Result<Vec<Planned>, StoreError> {
    let when = (Sql(snapshot.agency), Sql(from), Sql(until), nurse.map(Sql));
    let mut appointments = snapshot.reading.prepare_cached(APPOINTMENTS)?;
    let mut plan: Vec<Planned> = appointments.query_map(when, appointment)?.collect::<Result<_, _>>()?;
    let kept: Vec<RecordId> = plan.iter().map(|planned| planned.record).collect();
    let mut visits = snapshot.reading.prepare_cached(VISITS)?;
    let when = (Sql(snapshot.agency), Sql(from), Sql(until), nurse.map(Sql));
    let begun: Vec<Planned> = visits.query_map(when, visit)?.collect::<Result<_, _>>()?;
    let mut known: HashSet<RecordId> = begun.iter().map(|planned| planned.record).collect();
    plan.extend(begun);
    let mut of_appointment = snapshot.reading.prepare_cached(VISITS_OF_APPOINTMENT)?;
    for appointment in kept {
        for found in of_appointment.query_map((Sql(snapshot.agency), appointment.to_string()), visit)? {
            let found = found?;
            if known.insert(found.record) {
                plan.push(found);
            }
        }
    }
    Ok(plan)
}

pub(super) fn unbooked_cases(
    snapshot: &SqliteSnapshot,
    from: Timestamp,
    nurse: Option<StaffId>,
    after: Option<ScopeId>,
    rows_max: usize,
) -> Result<Vec<(ScopeId, String)>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(UNBOOKED_CASES)?;
    let of = (Sql(snapshot.agency), after.map(Sql), nurse.map(Sql), Sql(from), listing::limit(rows_max));
    let rows = statement.query_map(of, |row| Ok((get(row, 0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn appointment(row: &Row<'_>) -> rusqlite::Result<Planned> {
    let standing = PlanStanding::Appointment {
        status: code(row, 7)?.unwrap_or_default(),
        appointment_type: code(row, 8)?.unwrap_or_default(),
    };
    planned(row, standing)
}

fn visit(row: &Row<'_>) -> rusqlite::Result<Planned> {
    let appointment = row.get_ref(8)?.as_str_or_null()?;
    let standing = PlanStanding::Visit {
        status: code(row, 7)?.unwrap_or_default(),
        appointment: appointment.and_then(|id| id.parse().ok()),
        missed_reason: code::<MissedReason>(row, 9)?,
    };
    planned(row, standing)
}

/// What both have in common.
fn planned(row: &Row<'_>, standing: PlanStanding) -> rusqlite::Result<Planned> {
    let end = row.get_ref(5)?.as_str_or_null()?;
    let service_type = row.get_ref(6)?.as_str_or_null()?;
    let service_type = service_type.map(serde_json::from_str::<Coding>).transpose();
    Ok(Planned {
        record: get(row, 0)?,
        scope: get(row, 1)?,
        nurse: get_any(row, 2)?,
        at: get_any(row, 3)?,
        conflicts: row.get(4)?,
        end: end.and_then(|end| end.parse().ok()),
        service_type: service_type.map_err(|_| FromSqlError::InvalidType)?,
        standing,
    })
}

/// A code out of a view, which leaves out the one that is the default.
pub(super) fn code<T: for<'a> From<&'a str>>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.map(T::from))
}
