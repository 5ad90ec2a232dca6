//! The agency's staff.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::StaffId;
use serde::Serialize;

use super::{Answer, OfficeCaller, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::store::Role;

/// A member of staff.
#[derive(Serialize)]
pub struct Member {
    id: StaffId,
    name: String,
    role: Role,
    is_active: bool,
    /// How many cases are assigned to her.
    cases: usize,
}

/// `GET /v1/office/staff`
pub async fn list(State(app): State<Arc<App>>, caller: OfficeCaller) -> Answer<Vec<Member>> {
    caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let mut members = Vec::new();
        for member in snapshot.all_staff()? {
            let grants = snapshot.grants_of(member.id)?;
            members.push(Member {
                id: member.id,
                name: member.name,
                role: member.role,
                is_active: member.is_active,
                cases: grants.iter().filter(|grant| grant.is_current()).count(),
            });
        }
        Ok(Json(members))
    })
    .await
}
