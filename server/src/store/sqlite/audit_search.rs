//! Looking for entries of the audit log, the newest first.

use doorstep_client_core::ids::AgencyId;
use rusqlite::{Connection, OptionalExtension, params};

use super::audit::{COLUMNS, entry};
use super::listing::limit;
use super::row::Sql;
use crate::store::{AuditEntry, AuditSearch, StoreError};

/// The order that every index is in.
const NEWEST_FIRST: &str = "ORDER BY at_ms DESC, number DESC LIMIT ?9";

pub(super) fn search(
    connection: &Connection,
    agency: AgencyId,
    search: &AuditSearch,
) -> Result<Vec<AuditEntry>, StoreError> {
    let before: Option<(i64, i64)> = match search.before {
        Some(number) => connection
            .prepare_cached("SELECT at_ms, number FROM audit WHERE agency = ?1 AND number = ?2")?
            .query_row((Sql(agency), Sql(number)), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?,
        None => None,
    };
    let mut statement = connection.prepare_cached(&sql(search, before.is_some()))?;
    let rows = statement.query_map(
        params![
            Sql(agency),
            search.scope.map(Sql),
            search.staff.map(Sql),
            search.code,
            search.from.map(Sql),
            search.until.map(Sql),
            before.map(|(at_ms, _)| at_ms),
            before.map(|(_, number)| number),
            limit(search.rows_max),
        ],
        entry,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads the index of what is the rarest of what is asked for. Who did something and to whom it was done stand in two.
fn sql(search: &AuditSearch, is_further: bool) -> String {
    let mut conditions = "agency = ?1".to_owned();
    for (is_asked, condition) in [
        (search.scope.is_some(), " AND scope = ?2"),
        (search.code.is_some(), " AND code = ?4"),
        (search.from.is_some(), " AND at_ms >= ?5"),
        (search.until.is_some(), " AND at_ms < ?6"),
        (is_further, " AND (at_ms, number) < (?7, ?8)"),
    ] {
        conditions.push_str(if is_asked { condition } else { "" });
    }
    let of = |index: &str, staff: &str| {
        format!("SELECT {COLUMNS} FROM audit INDEXED BY {index} WHERE {conditions}{staff} {NEWEST_FIRST}")
    };
    match (search.scope, search.staff, &search.code) {
        (Some(_), Some(_), _) => of("audit_of_scope", " AND (by_staff = ?3 OR staff = ?3)"),
        (Some(_), None, _) => of("audit_of_scope", ""),
        (None, Some(_), code) => format!(
            "SELECT * FROM ({}) UNION ALL SELECT * FROM ({}) {NEWEST_FIRST}",
            of(
                if code.is_some() { "audit_by_actor_and_code" } else { "audit_by_actor" },
                " AND by_staff = ?3",
            ),
            of("audit_by_staff", " AND staff = ?3 AND by_staff IS NOT ?3"),
        ),
        (None, None, Some(_)) => of("audit_by_code", ""),
        (None, None, None) => of("audit_by_time", ""),
    }
}
