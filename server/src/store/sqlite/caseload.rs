//! Cases in pages: in order, and with what is shown of them, which is read case by case for the page alone.

use std::collections::HashMap;

use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId};
use doorstep_client_core::record::Date;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};

use super::case_filter::{Condition, MISSED, OVERDUE, value};
use super::listing;
use super::row::{Sql, get, get_any};
use super::snapshot::SqliteSnapshot;
use crate::store::caseload::sorts_as;
use crate::store::{
    Attention, AuthorisedDays, CaseName, CaseOrder, CasePage, CasePlace, CaseQuery, CaseRow, StoreError,
};

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
