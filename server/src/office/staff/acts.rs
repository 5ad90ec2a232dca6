//! What an admin does about somebody who works here.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::{IntoResponse, Response};
use doorstep_client_core::ids::StaffId;

use super::handed::{self, For};
use super::{again, hire_words, list_again};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::accounts::{change_for, hire_for, reset_for};
use crate::http::address::is_secure;
use crate::http::invitations::invite_for;
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking};
use crate::office::frame::{Asking, done};
use crate::office::gate::Posted;
use crate::store::{Role, StaffChange, StaffMember};

/// Her page.
pub(super) fn place(staff: StaffId) -> String {
    format!("/office/staff/{staff}")
}

/// Hires somebody; who signs in is shown her one-time code.
#[utoipa::path(
    post,
    path = "/office/staff",
    security(("office" = ["manage"])),
    responses(
        (status = 200, description = "The one-time code of who signs in"),
        (status = 303, description = "Hired: to her page"),
        (status = 409, description = "The page: somebody has this sign-in name"),
        (status = 422, description = "The page, with what is wrong"),
    )
)]
pub async fn hire(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        let role = role(&form)?;
        let sign_in_name = Some(form.line("sign_in_name")).filter(|name| !name.is_empty());
        match hire_for(app, &caller, form.line("name"), role, sign_in_name) {
            Ok(hired) => match hired.reset {
                None => Ok(done(&place(hired.member.id), "hired").into_response()),
                Some(reset) => {
                    let sign_in_name = hired.sign_in_name.as_ref().map(|name| name.as_str());
                    let of = For { staff: hired.member.id, name: &hired.member.name, sign_in_name };
                    Ok(handed::code(app, &caller, asking, of, reset)?.into_response())
                }
            },
            Err(problem) if problem.status().is_client_error() => {
                list_again(app, &caller, asking, (&problem, &form))
            }
            Err(problem) => Err(problem),
        }
    })
    .await
}

/// Changes what somebody may do.
#[utoipa::path(
    post,
    path = "/office/staff/{staff}/role",
    params(("staff" = crate::describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses((status = 303, description = "Changed"), (status = 409, description = "Her page, with what is wrong"))
)]
pub async fn set_role(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    let role = role(&form)?;
    change(app, caller, staff, asking, (StaffChange::Role(role), "role-changed")).await
}

/// Somebody leaves.
#[utoipa::path(
    post,
    path = "/office/staff/{staff}/leave",
    params(("staff" = crate::describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses((status = 303, description = "Left"), (status = 409, description = "Her page, with what is wrong"))
)]
pub async fn leave(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    asking: Asking,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    change(app, caller, staff, asking, (StaffChange::Leave, "left")).await
}

/// Somebody who left works here again.
#[utoipa::path(
    post,
    path = "/office/staff/{staff}/return",
    params(("staff" = crate::describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses((status = 303, description = "Back"))
)]
pub async fn come_back(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    asking: Asking,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    change(app, caller, staff, asking, (StaffChange::Return, "returned")).await
}

/// Makes a one-time code with which somebody of the office sets a password.
#[utoipa::path(
    post,
    path = "/office/staff/{staff}/reset",
    params(("staff" = crate::describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses((status = 200, description = "The code"), (status = 409, description = "Her page, with what is wrong"))
)]
pub async fn reset(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        let typed = form.line("sign_in_name").to_owned();
        let member = find(app, &caller, staff)?;
        let sign_in_name = Some(typed.as_str()).filter(|name| !name.is_empty());
        match reset_for(app, &caller, staff, sign_in_name) {
            Ok(reset) => {
                let of = app.store.account(caller.agency, staff)?;
                let name = of.as_ref().map(|account| account.name.as_str());
                let of = For { staff, name: &member.name, sign_in_name: name };
                Ok(handed::code(app, &caller, asking, of, reset)?.into_response())
            }
            Err(problem) if matches!(problem.code(), "exists" | "bad_request") => {
                let wrong = hire_words(&problem, asking.words);
                super::member_page(app, &caller, staff, asking, Some((typed, wrong)))
                    .map(|again| (problem.status(), again).into_response())
            }
            Err(problem) if problem.code() == "not_of_office" => {
                again(app, &caller, staff, asking, (&problem, typed))
            }
            Err(problem) => Err(problem),
        }
    })
    .await
}

/// Ends somebody's sessions in every browser.
#[utoipa::path(
    post,
    path = "/office/staff/{staff}/sign-out",
    params(("staff" = crate::describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses((status = 303, description = "They have ended"))
)]
pub async fn sign_out(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        app.store.end_sessions(caller.agency, staff, caller.act(app))?;
        Ok(done(&place(staff), "signed-out-everywhere").into_response())
    })
    .await
}

/// Invites somebody to enrol a phone: a code and its picture, shown once.
#[utoipa::path(
    post,
    path = "/office/staff/{staff}/invite",
    params(("staff" = crate::describe::Id, Path, description = "The member of staff")),
    security(("office" = ["manage"])),
    responses((status = 200, description = "The invitation"))
)]
pub async fn invite(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    headers: HeaderMap,
    asking: Asking,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        let member = find(app, &caller, staff)?;
        let invitation = invite_for(app, &caller, staff, &own_url(app, &headers)?)?;
        let of = For { staff, name: &member.name, sign_in_name: None };
        Ok(handed::invitation(app, &caller, asking, of, invitation)?.into_response())
    })
    .await
}

/// Where this server is found, as the browser that asks has found it.
fn own_url(app: &App, headers: &HeaderMap) -> Result<String, Problem> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.ok_or_else(|| Problem::bad_request("the request does not say to which host it goes"))?;
    let scheme = if is_secure(app.is_tls, headers, app.is_behind_proxy) { "https" } else { "http" };
    Ok(format!("{scheme}://{host}"))
}

fn role(form: &Posted) -> Result<Role, Problem> {
    let role = Role::ALL.into_iter().find(|role| role.code() == form.line("role"));
    role.ok_or_else(|| Problem::bad_request("there is no such role"))
}

fn find(app: &App, caller: &Permitted, staff: StaffId) -> Result<StaffMember, Problem> {
    let member = caller.snapshot(app)?.staff(staff)?;
    member.ok_or_else(|| Problem::not_found("member of staff"))
}

async fn change(
    app: Arc<App>,
    caller: Permitted,
    staff: StaffId,
    asking: Asking,
    (change, what): (StaffChange, &'static str),
) -> Result<Response, Problem> {
    blocking(app, move |app| match change_for(app, &caller, staff, change) {
        Ok(_) => Ok(done(&place(staff), what).into_response()),
        Err(problem) if problem.code() == "last_admin" => {
            again(app, &caller, staff, asking, (&problem, String::new()))
        }
        Err(problem) => Err(problem),
    })
    .await
}
