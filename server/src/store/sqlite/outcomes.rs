//! What an agency's care comes to, out of the indexes that hold it: each is gone through once, and each goal looks up the
//! few measurements that its trend depends on.

use std::collections::HashMap;

use doorstep_client_core::care::Now;
use doorstep_client_core::care::licences::is_made;
use doorstep_client_core::care::trends::{POINTS_LOOKED_AT, Point, Trend, towards};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::appointment::AppointmentStatus;
use doorstep_client_core::record::goal::{Achievement, GoalStatus, Target};
use doorstep_client_core::record::observation::Component;
use doorstep_client_core::record::visit::VisitStatus;
use doorstep_client_core::record::{Keyed, Timestamp, code_system};
use rusqlite::{OptionalExtension, Row};

use super::case_filter::OVERDUE;
use super::plan::code;
use super::row::{Sql, get, get_any};
use super::snapshot::SqliteSnapshot;
use crate::store::{OutcomeCounts, Outcomes, StoreError};

const APPOINTMENTS: &str =
    "SELECT nurse, json_extract(view, '$.status'), count(*) FROM records INDEXED BY appointments_by_time
     WHERE kind = 'appointment' AND is_entered_in_error = 0 AND agency = ?1 AND at_ms >= ?2 AND at_ms < ?3
     GROUP BY nurse, json_extract(view, '$.status')";
const VISITS: &str =
    "SELECT nurse, json_extract(view, '$.status'), count(*) FROM records INDEXED BY visits_by_time
     WHERE kind = 'visit' AND is_entered_in_error = 0 AND agency = ?1 AND at_ms >= ?2 AND at_ms < ?3
     GROUP BY nurse, json_extract(view, '$.status')";
const MISSED: &str =
    "SELECT nurse, json_extract(view, '$.appointment'), changed_at_ms FROM records INDEXED BY visits_by_time
     WHERE kind = 'visit' AND is_entered_in_error = 0 AND agency = ?1 AND at_ms IS NULL
         AND json_extract(view, '$.status') = 'missed'";
const GOALS: &str =
    "SELECT scope, at_ms, changed_at_ms, json_extract(view, '$.status'), json_extract(view, '$.achievement'),
         json_extract(view, '$.target')
     FROM records INDEXED BY goals_by_scope
     WHERE kind = 'goal' AND is_entered_in_error = 0 AND agency = ?1 ORDER BY scope, id";
const MEASURED: &str =
    "SELECT at_ms, id, json_extract(view, '$.value.value') FROM records INDEXED BY measurements_by_code
     WHERE kind = 'observation' AND is_entered_in_error = 0 AND json_extract(view, '$.value.value') IS NOT NULL
         AND agency = ?1 AND scope = ?2 AND json_extract(view, '$.code.code') = ?3 AND at_ms IS NOT NULL
         AND json_extract(view, '$.code.system') = ?4 AND json_extract(view, '$.value.unit') = ?5
         AND json_extract(view, '$.status') IS NOT 'cancelled'
     ORDER BY at_ms DESC, id DESC LIMIT ?6";
const IN_PANELS: &str =
    "SELECT at_ms, id, json_extract(view, '$.components') FROM records INDEXED BY panels_by_time
     WHERE kind = 'observation' AND is_entered_in_error = 0 AND json_extract(view, '$.components') IS NOT NULL
         AND agency = ?1 AND scope = ?2 AND at_ms IS NOT NULL
         AND json_extract(view, '$.status') IS NOT 'cancelled'
         AND instr(json_extract(view, '$.components'), ?3) > 0
     ORDER BY at_ms DESC, id DESC";

/// Every query here that goes through records.
#[cfg(test)]
pub(super) const ALL: [&str; 4] = [MISSED, GOALS, MEASURED, IN_PANELS];

pub(super) fn outcomes(
    snapshot: &SqliteSnapshot,
    from: Timestamp,
    until: Timestamp,
    now: Now,
) -> Result<Outcomes, StoreError> {
    let mut counting = Counting { snapshot, from, until, outcomes: Outcomes::default() };
    counting.appointments_and_visits()?;
    counting.missed()?;
    counting.overdue(now)?;
    counting.goals()?;
    Ok(counting.outcomes)
}

struct Counting<'a> {
    snapshot: &'a SqliteSnapshot,
    from: Timestamp,
    until: Timestamp,
    outcomes: Outcomes,
}

impl Counting<'_> {
    /// Counts for the agency, and for these nurses.
    fn count(&mut self, nurses: &[StaffId], count: impl Fn(&mut OutcomeCounts)) {
        count(&mut self.outcomes.agency);
        for nurse in nurses {
            count(self.outcomes.nurses.entry(*nurse).or_default());
        }
    }

    fn appointments_and_visits(&mut self) -> Result<(), StoreError> {
        for (nurse, status, count) in self.by_status(APPOINTMENTS)? {
            let is_cancelled = AppointmentStatus::from(&*status) == AppointmentStatus::Cancelled;
            self.count(nurse.as_slice(), |counts| {
                counts.visits.planned += count;
                counts.visits.cancelled += if is_cancelled { count } else { 0 };
            });
        }
        for (nurse, status, count) in self.by_status(VISITS)? {
            let status = VisitStatus::from(&*status);
            self.count(nurse.as_slice(), |counts| match status {
                VisitStatus::Missed => counts.visits.missed += count,
                _ if is_made(&status) => counts.visits.made += count,
                _ => {}
            });
        }
        Ok(())
    }

    fn by_status(&self, sql: &str) -> Result<Vec<(Option<StaffId>, String, u32)>, StoreError> {
        let mut statement = self.snapshot.reading.prepare_cached(sql)?;
        let when = (Sql(self.snapshot.agency), Sql(self.from), Sql(self.until));
        let rows = statement.query_map(when, |row| {
            Ok((get_any(row, 0)?, row.get::<_, Option<String>>(1)?.unwrap_or_default(), row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Visits that were never begun have no time of their own.
    fn missed(&mut self) -> Result<(), StoreError> {
        let snapshot = self.snapshot;
        let mut missed = snapshot.reading.prepare_cached(MISSED)?;
        let mut appointment =
            snapshot.reading.prepare_cached("SELECT at_ms FROM records WHERE agency = ?1 AND id = ?2")?;
        let mut rows = missed.query([Sql(snapshot.agency)])?;
        while let Some(row) = rows.next()? {
            let nurse: Option<StaffId> = get_any(row, 0)?;
            let kept: Option<RecordId> = row.get::<_, Option<String>>(1)?.and_then(|id| id.parse().ok());
            let planned = match kept {
                Some(id) => appointment
                    .query_row((Sql(snapshot.agency), Sql(id)), |row| get_any(row, 0))
                    .optional()?
                    .flatten(),
                None => None,
            };
            let at: Timestamp = planned.map_or_else(|| get(row, 2), Ok)?;
            if (self.from..self.until).contains(&at) {
                self.count(nurse.as_slice(), |counts| counts.visits.missed += 1);
            }
        }
        Ok(())
    }

    fn overdue(&mut self, now: Now) -> Result<(), StoreError> {
        let sql = format!("SELECT nurse, count(*) FROM {OVERDUE} GROUP BY nurse");
        let mut statement = self.snapshot.reading.prepare_cached(&sql)?;
        let mut rows = statement.query((Sql(self.snapshot.agency), now.today().to_string()))?;
        while let Some(row) = rows.next()? {
            let (nurse, count): (Option<StaffId>, u32) = (get_any(row, 0)?, row.get(1)?);
            self.count(nurse.as_slice(), |counts| counts.overdue_tasks += count);
        }
        Ok(())
    }

    fn goals(&mut self) -> Result<(), StoreError> {
        let snapshot = self.snapshot;
        let nurses = self.nurses()?;
        let mut statement = snapshot.reading.prepare_cached(GOALS)?;
        let mut rows = statement.query([Sql(snapshot.agency)])?;
        while let Some(row) = rows.next()? {
            let goal = Standing::of(row)?;
            let nurses = nurses.get(&goal.scope).map_or(&[][..], Vec::as_slice);
            if goal.is_pursued_in(self.from, self.until) {
                let key = (goal.status.clone(), goal.achievement.clone());
                self.count(nurses, |counts| *counts.goals.entry(key.clone()).or_default() += 1);
            }
            if let Some(trend) = goal.trend(snapshot)? {
                self.count(nurses, |counts| counts.measures.count(trend));
            }
        }
        Ok(())
    }

    /// Who has each case, or had it since the period began.
    fn nurses(&self) -> Result<HashMap<ScopeId, Vec<StaffId>>, StoreError> {
        let mut statement = self.snapshot.reading.prepare_cached(
            "SELECT DISTINCT scope, staff FROM grants
             WHERE agency = ?1 AND (end_seq IS NULL OR ended_at_ms >= ?2)",
        )?;
        let rows = statement
            .query_map((Sql(self.snapshot.agency), Sql(self.from)), |row| Ok((get(row, 0)?, get(row, 1)?)))?;
        let mut nurses: HashMap<ScopeId, Vec<StaffId>> = HashMap::new();
        for row in rows {
            let (scope, staff) = row?;
            nurses.entry(scope).or_default().push(staff);
        }
        Ok(nurses)
    }
}

/// How a goal stands.
struct Standing {
    scope: ScopeId,
    start: Option<Timestamp>,
    changed_at: Timestamp,
    status: GoalStatus,
    achievement: Achievement,
    target: Target,
}

impl Standing {
    /// Reads the columns of [`GOALS`].
    fn of(row: &Row<'_>) -> Result<Self, StoreError> {
        let target = row.get_ref(5)?.as_str_or_null().map_err(rusqlite::Error::from)?;
        let target = target.map(serde_json::from_str).transpose();
        Ok(Self {
            scope: get(row, 0)?,
            start: get_any(row, 1)?,
            changed_at: get(row, 2)?,
            status: code(row, 3)?.unwrap_or_default(),
            achievement: code(row, 4)?.unwrap_or_default(),
            target: target.map_err(|_| StoreError::Unreadable("a goal".to_owned()))?.unwrap_or_default(),
        })
    }

    fn is_pursued_in(&self, from: Timestamp, until: Timestamp) -> bool {
        let has_ended =
            matches!(self.status, GoalStatus::Completed | GoalStatus::Cancelled | GoalStatus::Rejected);
        self.start.is_none_or(|start| start < until) && (!has_ended || self.changed_at >= from)
    }

    /// Where its measure moves; none where it is not pursued now or names none.
    fn trend(&self, snapshot: &SqliteSnapshot) -> Result<Option<Option<Trend>>, StoreError> {
        let (Some(measure), Some(value)) = (&self.target.measure, &self.target.value) else {
            return Ok(None);
        };
        if !self.status.is_current() || measure.system != code_system::LOINC {
            return Ok(None);
        }
        let mut points = measured(snapshot, self.scope, &measure.code, &value.unit)?;
        points.extend(in_panels(snapshot, self.scope, &measure.code, &value.unit)?);
        points.sort_by_key(|point| (point.at, point.record));
        let looked_at = &points[points.len().saturating_sub(POINTS_LOOKED_AT)..];
        Ok(Some(towards(&self.target, looked_at)))
    }
}

/// The latest measurements of a case by themselves.
fn measured(
    snapshot: &SqliteSnapshot,
    scope: ScopeId,
    loinc: &str,
    unit: &str,
) -> Result<Vec<Point>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(MEASURED)?;
    let latest = super::listing::limit(POINTS_LOOKED_AT);
    let asked = (Sql(snapshot.agency), Sql(scope), loinc, code_system::LOINC, unit, latest);
    let rows = statement
        .query_map(asked, |row| Ok(Point { at: get(row, 0)?, record: get(row, 1)?, value: row.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The latest measurements of a case that are parts of panels, such as of a blood pressure.
fn in_panels(
    snapshot: &SqliteSnapshot,
    scope: ScopeId,
    loinc: &str,
    unit: &str,
) -> Result<Vec<Point>, StoreError> {
    let mut statement = snapshot.reading.prepare_cached(IN_PANELS)?;
    let quoted = serde_json::Value::from(loinc).to_string();
    let mut rows = statement.query((Sql(snapshot.agency), Sql(scope), quoted))?;
    let mut points = Vec::new();
    while points.len() < POINTS_LOOKED_AT {
        let Some(row) = rows.next()? else { break };
        let parts = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        let parts: Keyed<Component> =
            serde_json::from_str(parts).map_err(|_| StoreError::Unreadable("an observation".to_owned()))?;
        for part in parts.values() {
            let is_it = part.code.as_ref().is_some_and(|code| code.is(code_system::LOINC, loinc));
            let amount = part.value.as_ref().filter(|amount| is_it && amount.unit == unit);
            if let Some(amount) = amount {
                points.push(Point { at: get(row, 0)?, record: get(row, 1)?, value: amount.value });
            }
        }
    }
    Ok(points)
}
