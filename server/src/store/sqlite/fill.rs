//! What a migration takes out of the records, once: SQL cannot.

use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Kind};
use rusqlite::Connection;

use super::caseload;
use super::row::{Sql, get};
use crate::store::caseload::sorts_as;
use crate::store::{AuthorisedDays, CaseName, StoreError};

/// The schema whose new columns are filled.
pub(super) const SCHEMA: u32 = 7;

/// Fills what cases are found and sorted by, and the days for which visits to them are authorised.
pub(super) fn fill(connection: &Connection) -> Result<(), StoreError> {
    let mut scopes = connection.prepare("SELECT agency, id, title FROM scopes")?;
    let titles = scopes.query_map((), |row| Ok((get(row, 0)?, get(row, 1)?, row.get(2)?)))?;
    let titles: Vec<(AgencyId, ScopeId, String)> = titles.collect::<Result<_, _>>()?;
    let mut sort = connection.prepare("UPDATE scopes SET sorts_as = ?3 WHERE agency = ?1 AND id = ?2")?;
    for (agency, scope, title) in titles {
        sort.execute((Sql(agency), Sql(scope), sorts_as(&title)))?;
    }
    for kind in [Kind::Patient, Kind::Coverage] {
        // The record that was written last is the one by whose name a case goes.
        let mut records = connection
            .prepare("SELECT agency, scope, id, view FROM records WHERE kind = ?1 ORDER BY agency, seq")?;
        let mut rows = records.query([Sql(kind)])?;
        while let Some(row) = rows.next()? {
            let (agency, scope, record): (AgencyId, ScopeId, RecordId) =
                (get(row, 0)?, get(row, 1)?, get(row, 2)?);
            let view = serde_json::from_str(row.get_ref(3)?.as_str().unwrap_or_default());
            // What a newer version wrote in a way that is not known here stays without.
            let Some(content) = view.ok().and_then(|view| kind.from_json(view).ok()) else { continue };
            match content {
                AnyRecord::Patient(patient) => {
                    caseload::rename(connection, agency, scope, record, &CaseName::of(&patient))?;
                }
                AnyRecord::Coverage(coverage) => {
                    let days = AuthorisedDays::of(record, &coverage);
                    caseload::authorise(connection, agency, scope, record, &days)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}
