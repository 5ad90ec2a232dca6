//! What an admin does about the agency's staff and their accounts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Permitted;
use super::error::Body as Refusal;
use super::session::{DONE, Done};
use super::{Answer, Asked, Named, OfficeCaller, Problem, blocking};
use crate::access::{Action, Relation};
use crate::agency::{self, NewMember};
use crate::app::{App, Poke};
use crate::auth::OneTimeCode;
use crate::describe;
use crate::store::{Role, SignInName, StaffChange, StaffMember};

/// Whom to hire.
#[derive(Deserialize, ToSchema)]
pub struct HireRequest {
    name: String,
    role: Role,
    /// By which she signs in; for office and admin.
    sign_in_name: Option<String>,
}

/// A new member of staff.
#[derive(Serialize, ToSchema)]
pub struct Hired {
    #[schema(value_type = describe::Id)]
    id: StaffId,
    name: String,
    role: Role,
    #[schema(value_type = Option<String>)]
    sign_in_name: Option<SignInName>,
    /// With which she sets her password; where she has a sign-in name.
    reset: Option<Reset>,
}

/// A one-time code, to be handed to whose it is, and to nobody else.
#[derive(Serialize, ToSchema)]
pub struct Reset {
    code: String,
    #[schema(value_type = describe::Time)]
    expires_at: Timestamp,
}

impl Reset {
    fn of((code, expires_at): (OneTimeCode, Timestamp)) -> Self {
        Self { code: code.to_string(), expires_at }
    }
}

/// Hires somebody.
#[utoipa::path(
    post,
    path = "/v1/office/staff",
    request_body = HireRequest,
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Hired, description = "She works here"),
        OfficeCaller,
        Asked<HireRequest>,
        (status = 409, body = Refusal, description = "somebody has this sign-in name (exists)"),
        (status = 422, body = Refusal, description = "the name is not one (invalid)"),
    )
)]
pub async fn hire(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Asked(asked): Asked<HireRequest>,
) -> Answer<Hired> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        let hired = hire_for(app, &caller, &asked.name, asked.role, asked.sign_in_name.as_deref())?;
        let StaffMember { id, name, role, .. } = hired.member;
        let reset = hired.reset.map(Reset::of);
        Ok(Json(Hired { id, name, role, sign_in_name: hired.sign_in_name, reset }))
    })
    .await
}

/// Somebody who was just hired.
pub(crate) struct NewHire {
    pub(crate) member: StaffMember,
    pub(crate) sign_in_name: Option<SignInName>,
    /// With which she sets her password; where she has a sign-in name.
    pub(crate) reset: Option<(OneTimeCode, Timestamp)>,
}

/// Hires somebody, and makes a one-time code for her where she signs in.
pub(crate) fn hire_for(
    app: &App,
    caller: &Permitted,
    name: &str,
    role: Role,
    sign_in_name: Option<&str>,
) -> Result<NewHire, Problem> {
    let sign_in_name = sign_in_name.map(read_name).transpose()?;
    if sign_in_name.is_some() && !role.is_of_office() {
        return Err(Problem::bad_request("a nurse has a phone and no sign-in name: leave it out"));
    }
    let act = caller.act(app);
    let new = NewMember { name, role, sign_in_name: sign_in_name.clone() };
    let member = agency::hire_by(&*app.store, &*app.environment, caller.agency, new, act)?;
    tell_directory(app, caller)?;
    let reset = match sign_in_name {
        Some(_) => Some(app.sign_ins.reset(caller.agency, member.id, act.by)?),
        None => None,
    };
    Ok(NewHire { member, sign_in_name, reset })
}

/// A member of staff as she now is.
#[derive(Serialize, ToSchema)]
pub struct Changed {
    #[schema(value_type = describe::Id)]
    id: StaffId,
    role: Role,
    is_active: bool,
}

/// What she does from now on.
#[derive(Deserialize, ToSchema)]
pub struct RoleRequest {
    role: Role,
}

/// Changes what somebody may do. Who becomes a nurse loses her sessions and her password.
#[utoipa::path(
    post,
    path = "/v1/office/staff/{staff}/role",
    params(("staff" = describe::Id, Path, description = "The member of staff")),
    request_body = RoleRequest,
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Changed, description = "The member of staff"),
        OfficeCaller,
        Named<StaffId>,
        Asked<RoleRequest>,
        (status = 409, body = Refusal, description = "the agency would have no admin left (last_admin)"),
    )
)]
pub async fn set_role(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    Asked(asked): Asked<RoleRequest>,
) -> Answer<Changed> {
    change(app, caller, staff, StaffChange::Role(asked.role)).await
}

/// Somebody leaves: her sessions and assignments end at once, and her phones are locked.
#[utoipa::path(
    post,
    path = "/v1/office/staff/{staff}/leave",
    params(("staff" = describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Changed, description = "The member of staff"),
        OfficeCaller,
        Named<StaffId>,
        (status = 409, body = Refusal, description = "the agency would have no admin left (last_admin)"),
    )
)]
pub async fn leave(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
) -> Answer<Changed> {
    change(app, caller, staff, StaffChange::Leave).await
}

/// Somebody who left works here again.
#[utoipa::path(
    post,
    path = "/v1/office/staff/{staff}/return",
    params(("staff" = describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Changed, description = "The member of staff"),
        OfficeCaller,
        Named<StaffId>,
    )
)]
pub async fn come_back(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
) -> Answer<Changed> {
    change(app, caller, staff, StaffChange::Return).await
}

/// Another sign-in name, or the first one.
#[derive(Deserialize, ToSchema)]
pub struct ResetRequest {
    sign_in_name: Option<String>,
}

/// Makes a one-time code with which somebody of the office sets a password.
#[utoipa::path(
    post,
    path = "/v1/office/staff/{staff}/reset",
    params(("staff" = describe::Id, Path, description = "The member of staff")),
    request_body = ResetRequest,
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Reset, description = "The code"),
        OfficeCaller,
        Named<StaffId>,
        Asked<ResetRequest>,
        (status = 409, body = Refusal, description = "she does not work in the office (not_of_office), or somebody has this sign-in name (exists)"),
    )
)]
pub async fn reset(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    Asked(asked): Asked<ResetRequest>,
) -> Answer<Reset> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        Ok(Json(Reset::of(reset_for(app, &caller, staff, asked.sign_in_name.as_deref())?)))
    })
    .await
}

/// Makes a one-time code for somebody of the office, who signs in by this name from now on where one is given.
pub(crate) fn reset_for(
    app: &App,
    caller: &Permitted,
    staff: StaffId,
    sign_in_name: Option<&str>,
) -> Result<(OneTimeCode, Timestamp), Problem> {
    let act = caller.act(app);
    let member = caller.snapshot(app)?.staff(staff)?;
    member_of_office(&member.ok_or_else(|| Problem::not_found("member of staff"))?)?;
    if let Some(name) = sign_in_name.map(read_name).transpose()? {
        app.store.set_sign_in_name(caller.agency, staff, name, act)?;
    }
    Ok(app.sign_ins.reset(caller.agency, staff, act.by)?)
}

/// Ends somebody's sessions in every browser.
#[utoipa::path(
    post,
    path = "/v1/office/staff/{staff}/sign-out",
    params(("staff" = describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Done, description = "They have ended"),
        OfficeCaller,
        Named<StaffId>,
    )
)]
pub async fn sign_out(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
) -> Answer<Done> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        app.store.end_sessions(caller.agency, staff, caller.act(app))?;
        Ok(DONE)
    })
    .await
}

async fn change(app: Arc<App>, caller: OfficeCaller, staff: StaffId, change: StaffChange) -> Answer<Changed> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        let member = change_for(app, &caller, staff, change)?;
        Ok(Json(Changed { id: member.id, role: member.role, is_active: member.is_active }))
    })
    .await
}

/// Changes what somebody may do or whether she works here, and tells her phone and everybody's directory.
pub(crate) fn change_for(
    app: &App,
    caller: &Permitted,
    staff: StaffId,
    change: StaffChange,
) -> Result<StaffMember, Problem> {
    let changed = agency::change(&*app.store, caller.agency, staff, change, caller.act(app))?;
    let member = changed.ok_or_else(last_admin)?;
    tell_directory(app, caller)?;
    app.poke(Poke::assignments(caller.agency, staff));
    Ok(member)
}

/// Everybody's phone holds the directory.
fn tell_directory(app: &App, caller: &Permitted) -> Result<(), Problem> {
    let directory = caller.snapshot(app)?.agency()?.directory;
    app.poke(Poke::records(caller.agency, &[directory], None));
    Ok(())
}

fn member_of_office(member: &StaffMember) -> Result<(), Problem> {
    let is_of_office = member.is_active && member.role.is_of_office();
    let refused = "only active staff whose role is office or admin sign in; change the role first";
    if is_of_office { Ok(()) } else { Err(Problem::new(StatusCode::CONFLICT, "not_of_office", refused)) }
}

fn read_name(typed: &str) -> Result<SignInName, Problem> {
    SignInName::parse(typed).map_err(|not_a_name| Problem::bad_request(not_a_name.to_string()))
}

fn last_admin() -> Problem {
    let message = "the agency would have no admin left: make somebody else one first";
    Problem::new(StatusCode::CONFLICT, "last_admin", message)
}
