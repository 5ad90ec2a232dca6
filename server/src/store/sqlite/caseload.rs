//! Cases in pages. Which belong there is found out of indexes, for the whole agency; what is shown of them is read case by
//! case, for the page alone.

use std::collections::HashMap;

use doorstep_client_core::care::alerts::EXPIRY_NOTICE_DAYS;
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId};
use doorstep_client_core::record::Date;
use jiff::{Span, civil};
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};

use super::listing;
use super::row::{Sql, get, get_any};
use super::snapshot::SqliteSnapshot;
use crate::store::caseload::sorts_as;
use crate::store::{
    AssignedTo, Attention, Authorised, AuthorisedDays, CaseName, CaseOrder, CasePage, CasePlace, CaseQuery,
    CaseRow, CaseStatus, StoreError,
};

/// Letters of an id from which on cases are found by it: fewer are in too many.
const ID_LETTERS_MIN: usize = 8;

/// Keeps what a case is called and found by.
pub(super) fn rename(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    patient: RecordId,
    name: &CaseName,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE scopes SET patient = ?3, title = ?4, sorts_as = ?5, words = ?6, birth_date = ?7
             WHERE agency = ?1 AND id = ?2
                 AND (patient IS NOT ?3 OR title <> ?4 OR words <> ?6 OR birth_date IS NOT ?7)",
        )?
        .execute((
            Sql(agency),
            Sql(scope),
            Sql(patient),
            &name.title,
            sorts_as(&name.title),
            &name.words,
            name.birth_date.map(|date| date.to_string()),
        ))?;
    Ok(())
}

/// Keeps for which days a coverage authorises visits.
pub(super) fn authorise(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    coverage: RecordId,
    days: &[AuthorisedDays],
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM authorised WHERE agency = ?1 AND scope = ?2 AND record = ?3")?
        .execute((Sql(agency), Sql(scope), Sql(coverage)))?;
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO authorised (agency, scope, record, from_day, until_day)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for AuthorisedDays { from, until } in days {
        insert.execute((Sql(agency), Sql(scope), Sql(coverage), from.to_string(), until.to_string()))?;
    }
    Ok(())
}

/// Tasks that are open and were due before the day `?2`. A date without a day is past when its month is, one without a
/// month when its year is.
pub(super) const OVERDUE: &str = "records INDEXED BY open_tasks_by_scope WHERE kind = 'task' AND is_open = 1
    AND records.agency = ?1
    AND json_extract(view, '$.due') < substr(?2, 1, length(json_extract(view, '$.due')))";
/// Appointments that were booked for a time before `?2` and that no visit keeps.
const MISSED: &str =
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
struct Condition {
    sql: String,
    bound: Vec<Value>,
}

impl Condition {
    fn of(agency: AgencyId, query: &CaseQuery) -> Result<Self, StoreError> {
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
    fn bind(&mut self, bound: &dyn ToSql) -> Result<String, StoreError> {
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

fn value(bound: &dyn ToSql) -> Result<Value, StoreError> {
    Ok(match bound.to_sql()? {
        ToSqlOutput::Owned(value) => value,
        ToSqlOutput::Borrowed(value) => value.try_into().map_err(rusqlite::Error::from)?,
        _ => return Err(StoreError::Failed("a value could not be bound".to_owned())),
    })
}

pub(super) fn case_page(snapshot: &SqliteSnapshot, query: &CaseQuery) -> Result<CasePage, StoreError> {
    let condition = Condition::of(snapshot.agency, query)?;
    let count = snapshot
        .reading
        .prepare_cached(&format!("SELECT count(*) FROM scopes WHERE {}", condition.sql))?
        .query_row(params_from_iter(&condition.bound), |row| get(row, 0))?;
    let mut places = places(snapshot, query, condition)?;
    let is_more = places.len() > query.rows_max;
    places.truncate(query.rows_max);
    let next = if is_more { places.last().copied() } else { None };
    let waiting = Waiting::of(snapshot)?;
    let scopes = places.iter().map(|place| match place {
        CasePlace::Title(scope) | CasePlace::NextAppointment(_, scope) | CasePlace::LastChange(_, scope) => {
            *scope
        }
    });
    let rows = scopes.map(|scope| row(snapshot, query, &waiting, scope)).collect::<Result<_, _>>()?;
    Ok(CasePage { rows, count, next })
}

/// The cases of a page in order, and one more.
fn places(
    snapshot: &SqliteSnapshot,
    query: &CaseQuery,
    mut condition: Condition,
) -> Result<Vec<CasePlace>, StoreError> {
    let (key, way, past) = match query.order {
        CaseOrder::Title => ("sorts_as".to_owned(), "ASC", ">"),
        CaseOrder::NextAppointment => {
            let now = condition.bind(&Sql(query.now.at()))?;
            let next = format!(
                "coalesce((SELECT min(at_ms) FROM records WHERE records.agency = ?1 AND records.scope = scopes.id
                     AND kind = 'appointment' AND is_open = 1 AND at_ms >= {now}), {})",
                i64::MAX
            );
            (next, "ASC", ">")
        }
        CaseOrder::LastChange => (
            "coalesce((SELECT max(seq) FROM records WHERE records.agency = ?1 AND records.scope = scopes.id), 0)"
                .to_owned(),
            "DESC",
            "<",
        ),
    };
    let after = match (query.order, query.after) {
        (CaseOrder::Title, Some(CasePlace::Title(scope))) => {
            sort_key(snapshot, scope)?.map(|key| (Value::Text(key), scope))
        }
        (CaseOrder::NextAppointment, Some(CasePlace::NextAppointment(at, scope))) => {
            Some((Value::Integer(at.map_or(i64::MAX, |at| at.as_millisecond())), scope))
        }
        (CaseOrder::LastChange, Some(CasePlace::LastChange(seq, scope))) => Some((value(&Sql(seq))?, scope)),
        _ => None,
    };
    let Condition { sql, .. } = &condition;
    let mut sql = format!(
        "WITH found AS MATERIALIZED (SELECT id, {key} AS key FROM scopes WHERE {sql}) SELECT id, key FROM found"
    );
    if let Some((key, scope)) = after {
        let (key, scope) = (condition.bind(&key)?, condition.bind(&Sql(scope))?);
        sql.push_str(&format!(" WHERE (key, id) {past} ({key}, {scope})"));
    }
    let rows_max = condition.bind(&listing::limit(query.rows_max.saturating_add(1)))?;
    sql.push_str(&format!(" ORDER BY key {way}, id {way} LIMIT {rows_max}"));
    let mut statement = snapshot.reading.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&condition.bound), |row| {
        let scope = get(row, 0)?;
        Ok(match query.order {
            CaseOrder::Title => CasePlace::Title(scope),
            CaseOrder::NextAppointment if row.get::<_, i64>(1)? == i64::MAX => {
                CasePlace::NextAppointment(None, scope)
            }
            CaseOrder::NextAppointment => CasePlace::NextAppointment(get_any(row, 1)?, scope),
            CaseOrder::LastChange => CasePlace::LastChange(get(row, 1)?, scope),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn sort_key(snapshot: &SqliteSnapshot, scope: ScopeId) -> Result<Option<String>, StoreError> {
    let found = snapshot
        .reading
        .prepare_cached("SELECT sorts_as FROM scopes WHERE agency = ?1 AND id = ?2")?
        .query_row((Sql(snapshot.agency), Sql(scope)), |row| row.get(0))
        .optional()?;
    Ok(found)
}

/// How much waits for the office in each case, where anything does.
struct Waiting {
    late_work: HashMap<ScopeId, u32>,
    set_aside: HashMap<ScopeId, u32>,
}

impl Waiting {
    fn of(snapshot: &SqliteSnapshot) -> Result<Self, StoreError> {
        let counts = |sql: &str| -> Result<HashMap<ScopeId, u32>, StoreError> {
            let mut statement = snapshot.reading.prepare_cached(sql)?;
            let rows = statement.query_map([Sql(snapshot.agency)], |row| Ok((get(row, 0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        Ok(Self {
            late_work: counts(
                "SELECT scope, count(*) FROM late_work WHERE agency = ?1 AND seen_at_ms IS NULL GROUP BY scope",
            )?,
            set_aside: counts(
                "SELECT scope, count(*) FROM quarantine WHERE agency = ?1 AND outcome IS NULL
                     AND scope IS NOT NULL GROUP BY scope",
            )?,
        })
    }
}

fn row(
    snapshot: &SqliteSnapshot,
    query: &CaseQuery,
    waiting: &Waiting,
    scope: ScopeId,
) -> Result<CaseRow, StoreError> {
    let reading = &snapshot.reading;
    let summary = listing::case(snapshot, scope, query.now.at())?;
    let today = query.now.today().to_string();
    let (patient, birth_date, authorised_until): (Option<RecordId>, Option<String>, Option<String>) = reading
        .prepare_cached(
            "SELECT patient, birth_date, (SELECT max(until_day) FROM authorised WHERE authorised.agency = ?1
                 AND authorised.scope = scopes.id AND from_day <= ?3 AND +until_day >= ?3)
             FROM scopes WHERE agency = ?1 AND id = ?2",
        )?
        .query_row((Sql(snapshot.agency), Sql(scope), &today), |row| {
            Ok((get_any(row, 0)?, row.get(1)?, row.get(2)?))
        })?;
    let payer = reading
        .prepare_cached(
            "SELECT json_extract(view, '$.payer') FROM records INDEXED BY coverages_by_scope
             WHERE kind = 'coverage' AND is_entered_in_error = 0 AND agency = ?1 AND scope = ?2
                 AND coalesce(json_extract(view, '$.status'), 'active') = 'active' ORDER BY id LIMIT 1",
        )?
        .query_row((Sql(snapshot.agency), Sql(scope)), |row| row.get::<_, Option<String>>(0))
        .optional()?;
    let count = |of: &str, limit: &dyn ToSql| -> Result<u32, StoreError> {
        let mut statement =
            reading.prepare_cached(&format!("SELECT count(*) FROM {of} AND records.scope = ?3"))?;
        Ok(statement.query_row((Sql(snapshot.agency), limit, Sql(scope)), |row| row.get(0))?)
    };
    let attention = Attention {
        conflicts: summary.conflicts,
        late_work: waiting.late_work.get(&scope).copied().unwrap_or_default(),
        set_aside: waiting.set_aside.get(&scope).copied().unwrap_or_default(),
        overdue_tasks: count(OVERDUE, &today)?,
        missed_appointments: count(MISSED, &Sql(query.missed_before))?,
    };
    Ok(CaseRow {
        summary,
        patient,
        birth_date: birth_date.and_then(|date| date.parse::<Date>().ok()),
        payer: payer.flatten(),
        authorised_until: authorised_until.and_then(|day| day.parse().ok()),
        attention,
    })
}
