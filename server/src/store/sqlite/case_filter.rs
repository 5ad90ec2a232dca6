//! Which cases belong in a page: found out of indexes, for the whole agency.

use doorstep_client_core::care::alerts::EXPIRY_NOTICE_DAYS;
use doorstep_client_core::ids::AgencyId;
use jiff::{Span, civil};
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value};

use super::row::Sql;
use crate::store::{AssignedTo, Authorised, CaseQuery, CaseStatus, StoreError};

/// Letters of an id from which on cases are found by it: fewer are in too many.
const ID_LETTERS_MIN: usize = 8;

/// Tasks that are open and were due before the day `?2`. A date without a day is past when its month is, one without a
/// month when its year is.
pub(super) const OVERDUE: &str = "records INDEXED BY open_tasks_by_scope WHERE kind = 'task' AND is_open = 1
    AND records.agency = ?1
    AND json_extract(view, '$.due') < substr(?2, 1, length(json_extract(view, '$.due')))";
/// Appointments that were booked for a time before `?2` and that no visit keeps.
pub(super) const MISSED: &str =
    "records INDEXED BY open_appointments_by_scope WHERE kind = 'appointment' AND is_open = 1
    AND records.agency = ?1 AND at_ms < ?2
    AND coalesce(json_extract(view, '$.status'), 'booked') = 'booked'
    AND NOT EXISTS (SELECT 1 FROM records AS visit INDEXED BY visits_by_appointment
        WHERE visit.kind = 'visit' AND visit.is_entered_in_error = 0
            AND json_extract(visit.view, '$.appointment') IS NOT NULL AND visit.agency = ?1
            AND json_extract(visit.view, '$.appointment') = lower(
                substr(hex(records.id), 1, 8) || '-' || substr(hex(records.id), 9, 4) || '-'
                || substr(hex(records.id), 13, 4) || '-' || substr(hex(records.id), 17, 4) || '-'
                || substr(hex(records.id), 21)))";

/// A condition on `scopes` with what is bound in it, the agency first.
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) bound: Vec<Value>,
}

impl Condition {
    pub(super) fn of(agency: AgencyId, query: &CaseQuery) -> Result<Self, StoreError> {
        let sql = "scopes.agency = ?1 AND scopes.kind = 'case'".to_owned();
        let mut condition = Self { sql, bound: vec![value(&Sql(agency))?] };
        match query.assigned {
            Some(AssignedTo::Nurse(nurse)) => {
                let nurse = condition.bind(&Sql(nurse))?;
                condition.and(&format!(
                    "id IN (SELECT scope FROM grants WHERE agency = ?1 AND staff = {nurse} AND end_seq IS NULL)"
                ));
            }
            Some(AssignedTo::Nobody) => {
                condition.and("id NOT IN (SELECT scope FROM grants WHERE agency = ?1 AND end_seq IS NULL)")
            }
            None => {}
        }
        match query.status {
            Some(CaseStatus::Open) => condition.and("closed_at_ms IS NULL"),
            Some(CaseStatus::Closed) => condition.and("closed_at_ms IS NOT NULL"),
            None => {}
        }
        if let Some(authorised) = query.authorised {
            condition.authorised(query.now.today(), authorised)?;
        }
        if query.needs_attention {
            condition.needs_attention(query)?;
        }
        for word in query.words.iter() {
            let bound = condition.bind(&word)?;
            let in_id = format!("instr(lower(hex(id)), {bound}) OR instr(lower(hex(patient)), {bound})");
            match word.len() {
                ID_LETTERS_MIN.. => condition.and(&format!("(instr(words, {bound}) OR {in_id})")),
                _ => condition.and(&format!("instr(words, {bound})")),
            }
        }
        Ok(condition)
    }

    fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    /// Binds a value: what stands for it.
    pub(super) fn bind(&mut self, bound: &dyn ToSql) -> Result<String, StoreError> {
        self.bound.push(value(bound)?);
        Ok(format!("?{}", self.bound.len()))
    }

    fn authorised(&mut self, today: civil::Date, authorised: Authorised) -> Result<(), StoreError> {
        let bound = self.bind(&today.to_string())?;
        let days = format!(
            "SELECT scope FROM authorised WHERE agency = ?1 AND until_day >= {bound} AND from_day <= "
        );
        match authorised {
            Authorised::Now => self.and(&format!("id IN ({days}{bound})")),
            Authorised::Not => self.and(&format!("id NOT IN ({days}{bound})")),
            Authorised::RunsOut => {
                let last = today.saturating_add(Span::new().days(EXPIRY_NOTICE_DAYS)).to_string();
                let last = self.bind(&last)?;
                self.and(&format!(
                    "id IN ({days}{bound}) AND id NOT IN
                         (SELECT scope FROM authorised WHERE agency = ?1 AND until_day > {last})"
                ));
            }
        }
        Ok(())
    }

    fn needs_attention(&mut self, query: &CaseQuery) -> Result<(), StoreError> {
        let today = self.bind(&query.now.today().to_string())?;
        let missed_before = self.bind(&Sql(query.missed_before))?;
        let overdue = OVERDUE.replace("?2", &today);
        let missed = MISSED.replace("?2", &missed_before);
        self.and(&format!(
            "(id IN (SELECT scope FROM records INDEXED BY conflicts_by_change WHERE agency = ?1 AND conflicts > 0)
             OR id IN (SELECT scope FROM late_work WHERE agency = ?1 AND seen_at_ms IS NULL)
             OR id IN (SELECT scope FROM quarantine WHERE agency = ?1 AND outcome IS NULL AND scope IS NOT NULL)
             OR id IN (SELECT scope FROM {overdue}) OR id IN (SELECT scope FROM {missed}))"
        ));
        Ok(())
    }
}

/// A value as it is bound.
pub(super) fn value(bound: &dyn ToSql) -> Result<Value, StoreError> {
    Ok(match bound.to_sql()? {
        ToSqlOutput::Owned(value) => value,
        ToSqlOutput::Borrowed(value) => value.try_into().map_err(rusqlite::Error::from)?,
        _ => return Err(StoreError::Failed("a value could not be bound".to_owned())),
    })
}
