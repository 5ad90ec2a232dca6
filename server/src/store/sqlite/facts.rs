//! What the review looks at in a whole agency, out of the indexes that hold it.

use doorstep_client_core::care::Now;
use doorstep_client_core::care::bookings::Booking;
use doorstep_client_core::care::licences::{Seeing, is_made};
use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::coverage::{Coverage, CoverageStatus};
use doorstep_client_core::record::visit::VisitStatus;
use rusqlite::Row;

use super::outcomes;
use super::plan::{self, code};
use super::row::{Sql, get, get_any};
use super::snapshot::SqliteSnapshot;
use crate::store::{
    BegunVisit, Facts, FinishedVisit, InConflict, Insurance, OpenAppointment, Outcomes, Planned, StoreError,
};

const OPEN_APPOINTMENTS: &str =
    "SELECT id, scope, nurse, at_ms, changed_at_ms, json_extract(view, '$.end'), json_extract(view, '$.status')
     FROM records INDEXED BY appointments_by_time
     WHERE kind = 'appointment' AND is_open = 1 AND is_entered_in_error = 0 AND agency = ?1
         AND at_ms >= ?2 AND at_ms < ?3 AND nurse IS NOT NULL";
const BEGUN_VISITS: &str = "SELECT id, scope, nurse, at_ms, changed_at_ms, json_extract(view, '$.status')
     FROM records INDEXED BY visits_by_time
     WHERE kind = 'visit' AND is_entered_in_error = 0 AND agency = ?1 AND at_ms >= ?2 AND nurse IS NOT NULL";
const FINISHED_VISITS: &str =
    "SELECT at_ms, json_extract(view, '$.service_type.code') FROM records INDEXED BY visits_by_scope
     WHERE kind = 'visit' AND is_entered_in_error = 0 AND agency = ?1 AND scope = ?2 AND at_ms >= ?3
         AND json_extract(view, '$.status') = 'finished'";
const PATIENT_STATES: &str =
    "SELECT scope, json_extract(view, '$.address.state') FROM records INDEXED BY patients_by_state
     WHERE kind = 'patient' AND is_entered_in_error = 0 AND agency = ?1
         AND json_extract(view, '$.address.state') IS NOT NULL";
const INSURANCES: &str =
    "SELECT id, scope, changed_at_ms, json_extract(view, '$.status'), json_extract(view, '$.authorisations')
     FROM records INDEXED BY coverages_by_scope
     WHERE kind = 'coverage' AND is_entered_in_error = 0 AND agency = ?1
         AND json_extract(view, '$.authorisations') IS NOT NULL
     ORDER BY scope, id";
const CONFLICTS: &str =
    "SELECT id, scope, kind, changed_at_ms, conflicts FROM records INDEXED BY conflicts_by_change
     WHERE conflicts > 0 AND agency = ?1 ORDER BY seq";

/// Every query here.
#[cfg(test)]
pub(super) const ALL: [&str; 6] =
    [OPEN_APPOINTMENTS, BEGUN_VISITS, FINISHED_VISITS, PATIENT_STATES, INSURANCES, CONFLICTS];

impl Facts for SqliteSnapshot {
    fn open_appointments(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<OpenAppointment>, StoreError> {
        let mut statement = self.reading.prepare_cached(OPEN_APPOINTMENTS)?;
        let rows = statement.query_map((Sql(self.agency), Sql(from), Sql(until)), open_appointment)?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    fn begun_visits(&self, since: Timestamp) -> Result<Vec<BegunVisit>, StoreError> {
        let mut statement = self.reading.prepare_cached(BEGUN_VISITS)?;
        let rows = statement.query_map((Sql(self.agency), Sql(since)), |row| {
            let seeing = Seeing {
                record: get(row, 0)?,
                scope: get(row, 1)?,
                nurse: get(row, 2)?,
                at: get(row, 3)?,
                is_made: true,
            };
            let status: VisitStatus = code(row, 5)?.unwrap_or_default();
            Ok(is_made(&status).then_some(BegunVisit { seeing, changed_at: get(row, 4)? }))
        })?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    fn finished_visits(&self, scope: ScopeId, since: Timestamp) -> Result<Vec<FinishedVisit>, StoreError> {
        let mut statement = self.reading.prepare_cached(FINISHED_VISITS)?;
        let rows = statement.query_map((Sql(self.agency), Sql(scope), Sql(since)), |row| {
            Ok(FinishedVisit { at: get(row, 0)?, service: row.get(1)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn patient_states(&self) -> Result<Vec<(ScopeId, String)>, StoreError> {
        let mut statement = self.reading.prepare_cached(PATIENT_STATES)?;
        let rows = statement.query_map([Sql(self.agency)], |row| Ok((get(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn insurances(&self) -> Result<Vec<Insurance>, StoreError> {
        let mut statement = self.reading.prepare_cached(INSURANCES)?;
        let mut rows = statement.query([Sql(self.agency)])?;
        let mut insurances = Vec::new();
        while let Some(row) = rows.next()? {
            let authorisations = row.get_ref(4)?.as_str().map_err(|_| unreadable())?;
            let status: CoverageStatus = code(row, 3)?.unwrap_or_default();
            let coverage = Coverage {
                status,
                authorisations: serde_json::from_str(authorisations).map_err(|_| unreadable())?,
                ..Coverage::default()
            };
            insurances.push(Insurance {
                record: get(row, 0)?,
                scope: get(row, 1)?,
                changed_at: get(row, 2)?,
                coverage,
            });
        }
        Ok(insurances)
    }

    fn day_plan(
        &self,
        from: Timestamp,
        until: Timestamp,
        nurse: Option<StaffId>,
    ) -> Result<Vec<Planned>, StoreError> {
        plan::day_plan(self, from, until, nurse)
    }

    fn outcomes(&self, from: Timestamp, until: Timestamp, now: Now) -> Result<Outcomes, StoreError> {
        outcomes::outcomes(self, from, until, now)
    }

    fn unbooked_cases(
        &self,
        from: Timestamp,
        nurse: Option<StaffId>,
        after: Option<ScopeId>,
        rows_max: usize,
    ) -> Result<Vec<(ScopeId, String)>, StoreError> {
        plan::unbooked_cases(self, from, nurse, after, rows_max)
    }

    fn conflicts(&self) -> Result<Vec<InConflict>, StoreError> {
        let mut statement = self.reading.prepare_cached(CONFLICTS)?;
        let rows = statement.query_map([Sql(self.agency)], |row| {
            Ok(InConflict {
                record: get(row, 0)?,
                scope: get(row, 1)?,
                kind: get(row, 2)?,
                changed_at: get(row, 3)?,
                fields: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn open_appointment(row: &Row<'_>) -> rusqlite::Result<Option<OpenAppointment>> {
    let end = row.get_ref(5)?.as_str_or_null()?.and_then(|end| end.parse().ok());
    let status: AppointmentStatus = code(row, 6)?.unwrap_or_default();
    let (record, scope) = (get(row, 0)?, get(row, 1)?);
    let (nurse, start) = (get_any(row, 2)?, get_any(row, 3)?);
    let appointment = Appointment { nurse, start, end, status, ..Appointment::default() };
    let changed_at = get(row, 4)?;
    Ok(Seeing::to_come(record, scope, &appointment).map(|seeing| OpenAppointment {
        seeing,
        booking: Booking::of(record, scope, &appointment),
        changed_at,
    }))
}

fn unreadable() -> StoreError {
    StoreError::Unreadable("authorisations".to_owned())
}
