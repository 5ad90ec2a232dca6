//! The agency's staff.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::StaffId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, OfficeCaller, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::describe;
use crate::store::{Role, SignInName};

/// A member of staff.
#[derive(Serialize, ToSchema)]
pub struct Member {
    #[schema(value_type = describe::Id)]
    id: StaffId,
    name: String,
    role: Role,
    is_active: bool,
    /// How many cases are assigned to her.
    cases: usize,
    /// By which she signs in; none for nurses.
    #[schema(value_type = Option<String>)]
    sign_in_name: Option<SignInName>,
    /// Whether she has set a password.
    has_password: bool,
    /// Whether she has a second factor.
    has_second_factor: bool,
}

/// The agency's staff, by name.
#[utoipa::path(
    get,
    path = "/v1/office/staff",
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Vec<Member>, description = "The staff"),
        OfficeCaller,
    )
)]
pub async fn list(State(app): State<Arc<App>>, caller: OfficeCaller) -> Answer<Vec<Member>> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let accounts = app.store.account_states(caller.agency)?;
        let mut members = Vec::new();
        for member in snapshot.all_staff()? {
            let grants = snapshot.grants_of(member.id)?;
            let account = accounts.iter().find(|account| account.staff == member.id);
            members.push(Member {
                id: member.id,
                name: member.name,
                role: member.role,
                is_active: member.is_active,
                cases: grants.iter().filter(|grant| grant.is_current()).count(),
                sign_in_name: account.map(|account| account.name.clone()),
                has_password: account.is_some_and(|account| account.has_password),
                has_second_factor: account.is_some_and(|account| account.has_second_factor),
            });
        }
        Ok(Json(members))
    })
    .await
}
