//! Cases that go from nurse to nurse.

use std::collections::BTreeSet;

use doorstep_client_core::ids::{AgencyId, ScopeId, StaffId};
use rusqlite::Connection;

use super::people::{grant, revoke};
use super::row::{Sql, get};
use crate::store::{Act, InsteadOf, StoreError};

pub(super) fn assign(
    connection: &Connection,
    agency: AgencyId,
    scopes: &[ScopeId],
    to: StaffId,
    instead_of: InsteadOf,
    act: Act,
) -> Result<BTreeSet<StaffId>, StoreError> {
    let mut changed = BTreeSet::new();
    for scope in scopes {
        let before = nurses_of(connection, agency, *scope)?;
        let leaving: Vec<StaffId> = match instead_of {
            InsteadOf::Nobody => Vec::new(),
            InsteadOf::Nurse(nurse) if before.contains(&nurse) => vec![nurse],
            InsteadOf::Nurse(_) => continue,
            InsteadOf::Everybody => before.clone(),
        };
        for nurse in leaving.into_iter().filter(|nurse| *nurse != to) {
            revoke(connection, agency, *scope, nurse, act)?;
            changed.insert(nurse);
        }
        grant(connection, agency, *scope, to, act)?;
        if !before.contains(&to) {
            changed.insert(to);
        }
    }
    Ok(changed)
}

pub(super) const NURSES_OF: &str = "SELECT staff FROM grants INDEXED BY grants_by_scope
    WHERE agency = ?1 AND scope = ?2 AND end_seq IS NULL ORDER BY begin_seq";

/// The nurses who have a case, in the order in which they got it.
pub(super) fn nurses_of(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
) -> Result<Vec<StaffId>, StoreError> {
    let mut statement = connection.prepare_cached(NURSES_OF)?;
    let nurses = statement.query_map((Sql(agency), Sql(scope)), |row| get(row, 0))?;
    Ok(nurses.collect::<Result<_, _>>()?)
}
