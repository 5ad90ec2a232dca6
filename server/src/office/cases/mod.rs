//! The caseload: all cases, found, cut and sorted; who has them; cases that are opened and closed.
//!
//! - `list`: the page, and searching in it. `filter`: how the list is cut, which an address may say. `row`: a case in it.
//! - `assign`: several cases at once to a nurse. `team`: one case's nurses, and whether it is open.
//! - `new`: opening a case. `alike`: cases that may be of the same patient.

pub mod alike;
pub mod assign;
mod filter;
pub mod list;
pub mod new;
mod row;
pub mod team;

use doorstep_client_core::ids::StaffId;

use crate::http::Problem;
use crate::store::{Role, Snapshot};

/// Somebody to choose.
pub struct Nurse {
    /// Who.
    pub id: StaffId,
    /// Her name.
    pub name: String,
}

/// The nurses to whom a case can be assigned, by name.
pub(super) fn nurses(snapshot: &dyn Snapshot) -> Result<Vec<Nurse>, Problem> {
    let nurses = snapshot.all_staff()?.into_iter();
    let nurses = nurses.filter(|member| member.is_active && member.role == Role::Nurse);
    Ok(nurses.map(|member| Nurse { id: member.id, name: member.name }).collect())
}
