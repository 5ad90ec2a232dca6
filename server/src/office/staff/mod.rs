//! Staff and phones: who works here, how each signs in, what she may do when, and what becomes of her phones.
//!
//! - `member`: somebody as the pages show her. `acts`: what an admin does about her. `phones`: and about a phone.
//! - `handed`: what is handed over once: a code, an invitation.

mod acts;
mod handed;
mod member;
mod phones;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::ids::StaffId;

use super::frame::{Area, Asking, Frame, page};
use super::gate::{Posted, said};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking};
use crate::limits::SIGN_IN_NAME_CHARS_MAX;
use crate::store::Role;
use member::Member;

pub(crate) use acts::{
    __path_come_back, __path_hire, __path_invite, __path_leave, __path_reset, __path_set_role,
    __path_sign_out,
};
pub use acts::{come_back, hire, invite, leave, reset, set_role, sign_out};
pub(crate) use phones::{__path_ask_wipe, __path_lock, __path_unlock, __path_wipe};
pub use phones::{ask_wipe, lock, unlock, wipe};

#[derive(Template)]
#[template(path = "staff/list.html")]
struct List {
    frame: Frame,
    members: Vec<Member>,
    left: Vec<Member>,
    typed: Typed,
}

/// What was typed into the form that hires, and what is wrong with it.
#[derive(Default)]
struct Typed {
    name: String,
    role: String,
    sign_in_name: String,
    wrong: Option<String>,
}

impl Typed {
    fn is_role(&self, role: &Role) -> bool {
        if self.role.is_empty() { *role == Role::Nurse } else { self.role == role.code() }
    }
}

impl List {
    fn roles(&self) -> [Role; 3] {
        Role::ALL
    }
}

fn sign_in_name_chars_max() -> usize {
    SIGN_IN_NAME_CHARS_MAX
}

/// Who works here, and with which phones.
#[utoipa::path(
    get,
    path = "/office/staff",
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn list(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| list_page(app, &caller, asking, Typed::default())).await
}

fn list_page(app: &App, caller: &Permitted, asking: Asking, typed: Typed) -> Result<Html<String>, Problem> {
    let snapshot = &*caller.snapshot(app)?;
    let frame = Frame::new(app, caller, snapshot, asking, Area::Staff)?;
    let members = member::all(&*app.store, snapshot, &frame.local)?;
    let (members, left) = members.into_iter().partition(|member| member.is_active);
    page(&List { frame, members, left, typed })
}

#[derive(Template)]
#[template(path = "staff/member.html")]
struct One {
    frame: Frame,
    member: Member,
    cases: usize,
    calendar_since: Option<String>,
    is_self: bool,
    /// What was typed as her sign-in name, and what is wrong with what was asked for.
    typed: String,
    wrong: Option<String>,
}

impl One {
    fn roles(&self) -> [Role; 3] {
        Role::ALL
    }
}

/// Somebody who works here or did.
#[utoipa::path(
    get,
    path = "/office/staff/{staff}",
    params(("staff" = crate::describe::Id, Path, description = "The member of staff")),
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| member_page(app, &caller, staff, asking, None)).await
}

fn member_page(
    app: &App,
    caller: &Permitted,
    staff: StaffId,
    asking: Asking,
    wrong: Option<(String, String)>,
) -> Result<Html<String>, Problem> {
    let snapshot = &*caller.snapshot(app)?;
    let frame = Frame::new(app, caller, snapshot, asking, Area::Staff)?;
    let missing = || Problem::not_found("member of staff");
    let member = member::one(&*app.store, snapshot, &frame.local, staff)?.ok_or_else(missing)?;
    let calendars = app.store.calendars(caller.agency)?;
    let calendar = calendars.into_iter().find(|(of, _)| *of == staff);
    let (typed, wrong) = wrong.unzip();
    page(&One {
        cases: snapshot.grants_of(staff)?.iter().filter(|grant| grant.is_current()).count(),
        calendar_since: calendar.map(|(_, since)| frame.local.moment(since)),
        is_self: caller.member.id == staff,
        typed: typed.unwrap_or_default(),
        wrong,
        member,
        frame,
    })
}

/// Her page again, with what is wrong with what was asked for and what was typed.
fn again(
    app: &App,
    caller: &Permitted,
    staff: StaffId,
    asking: Asking,
    (problem, typed): (&Problem, String),
) -> Result<Response, Problem> {
    let wrong = said(problem, asking.words);
    let again = member_page(app, caller, staff, asking, Some((typed, wrong)))?;
    Ok((problem.status(), again).into_response())
}

/// The list again, with what is wrong with who was to be hired and what was typed.
fn list_again(
    app: &App,
    caller: &Permitted,
    asking: Asking,
    (problem, form): (&Problem, &Posted),
) -> Result<Response, Problem> {
    let typed = Typed {
        name: form.line("name").to_owned(),
        role: form.line("role").to_owned(),
        sign_in_name: form.line("sign_in_name").to_owned(),
        wrong: Some(hire_words(problem, asking.words)),
    };
    let again = list_page(app, caller, asking, typed)?;
    let status =
        if problem.code() == "exists" { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, again).into_response())
}

/// What is wrong with who was to be hired.
fn hire_words(problem: &Problem, words: super::words::Words) -> String {
    match problem.code() {
        "exists" => words.say("staff-name-taken").into_owned(),
        "bad_request" => words.with("staff-not-a-sign-in-name", "chars", SIGN_IN_NAME_CHARS_MAX).into_owned(),
        "invalid" => words.say("staff-needs-a-name").into_owned(),
        _ => said(problem, words),
    }
}
