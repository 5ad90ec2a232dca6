//! What the agency's log holds of a scope.

use doorstep_client_core::ids::ScopeId;

use crate::http::Problem;
use crate::store::{LogEntry, LogQuery, Snapshot};

/// All of it, in its order.
pub fn log_of(snapshot: &dyn Snapshot, scope: ScopeId) -> Result<Vec<LogEntry>, Problem> {
    let all = LogQuery {
        scopes: &[scope],
        after: 0,
        upto: snapshot.head()?,
        not_from: None,
        rows_max: usize::MAX,
        bytes_max: usize::MAX,
    };
    Ok(snapshot.log(all)?)
}
