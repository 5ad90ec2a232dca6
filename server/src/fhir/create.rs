//! What an import stores.

use doorstep_client_core::document::Header;
use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::bundle::ImportedCase;
use crate::merge::{self, SaveError};
use crate::store::Store;

/// Stores a case in one transaction; what is there already is left as it is. Returns what was made.
pub fn create(
    store: &dyn Store,
    agency: AgencyId,
    author: StaffId,
    case: &ImportedCase,
    now: Timestamp,
) -> Result<Vec<Header>, SaveError> {
    let headed = case
        .records
        .iter()
        .map(|(id, record)| (Header { id: *id, scope: case.scope, kind: record.kind() }, record.clone()));
    merge::create_all(store, agency, author, &headed.collect::<Vec<_>>(), now)
}
