//! Cases that are closed, and opened again.

use doorstep_client_core::ids::{AgencyId, ScopeId, StaffId};
use rusqlite::{Connection, OptionalExtension};

use super::assigning::nurses_of;
use super::audit;
use super::people::revoke;
use super::review::by;
use super::row::{Sql, get};
use crate::store::{Act, AuditEvent, CloseReason, ScopeKind, StoreError};

pub(super) fn close(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    reason: CloseReason,
    act: Act,
) -> Result<Vec<StaffId>, StoreError> {
    if is_closed(connection, agency, scope)? {
        return Ok(Vec::new());
    }
    connection
        .prepare_cached(
            "UPDATE scopes SET closed_at_ms = ?3, closed_by = ?4, closed_reason = ?5 WHERE agency = ?1 AND id = ?2",
        )?
        .execute((Sql(agency), Sql(scope), Sql(act.at), by(agency, act), Sql(reason)))?;
    audit::append(connection, agency, act, &[AuditEvent::CaseClosed { scope, reason }])?;
    let nurses = nurses_of(connection, agency, scope)?;
    for nurse in &nurses {
        revoke(connection, agency, scope, *nurse, act)?;
    }
    Ok(nurses)
}

pub(super) fn reopen(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    act: Act,
) -> Result<bool, StoreError> {
    if !is_closed(connection, agency, scope)? {
        return Ok(false);
    }
    connection
        .prepare_cached(
            "UPDATE scopes SET closed_at_ms = NULL, closed_by = NULL, closed_reason = NULL
             WHERE agency = ?1 AND id = ?2",
        )?
        .execute((Sql(agency), Sql(scope)))?;
    audit::append(connection, agency, act, &[AuditEvent::CaseReopened { scope }])?;
    Ok(true)
}

/// Whether a case is closed; an error where there is no such case.
pub(super) fn is_closed(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
) -> Result<bool, StoreError> {
    let found: Option<(ScopeKind, bool)> = connection
        .prepare_cached("SELECT kind, closed_at_ms IS NOT NULL FROM scopes WHERE agency = ?1 AND id = ?2")?
        .query_row((Sql(agency), Sql(scope)), |row| Ok((get(row, 0)?, row.get(1)?)))
        .optional()?;
    match found {
        Some((ScopeKind::Case, is_closed)) => Ok(is_closed),
        _ => Err(StoreError::NoSuch("case")),
    }
}
