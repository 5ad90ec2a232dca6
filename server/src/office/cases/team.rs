//! One case: which nurses have it and had it, and whether it is open.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::ids::{ScopeId, StaffId};

use super::assign::{hand, instead_of};
use super::{Nurse, nurses};
use crate::access::Action;
use crate::app::{App, Poke};
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking, closing, names};
use crate::office::frame::{Area, Asking, Frame, done, page};
use crate::office::gate::Posted;
use crate::office::phone::{self, PhoneOf};
use crate::store::{CloseReason, Grant, InsteadOf, Scope, ScopeKind};

#[derive(Template)]
#[template(path = "cases/team.html")]
struct Page {
    frame: Frame,
    scope: ScopeId,
    patient: String,
    now: Vec<Assigned>,
    before: Vec<Past>,
    nurses: Vec<Nurse>,
    opened: String,
    closed: Option<String>,
    reasons: [CloseReason; 6],
    mistake: Option<String>,
}

/// A nurse who has the case.
struct Assigned {
    id: StaffId,
    name: String,
    phone: Option<PhoneOf>,
}

/// A nurse who had it.
struct Past {
    name: String,
    until: String,
}

/// Who has a case.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/team",
    params(("scope" = crate::describe::Id, Path, description = "The case")),
    security(("office" = ["assign"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, found) = caller.require_in(app, Action::Assign, scope)?;
        shown(app, &caller, asking, found, None)
    })
    .await
}

/// Assigns a case, ends an assignment, closes the case or opens it again: whatever `act` says.
#[utoipa::path(
    post,
    path = "/office/cases/{scope}/team",
    params(("scope" = crate::describe::Id, Path, description = "The case")),
    security(("office" = ["assign"])),
    responses(
        (status = 303, description = "Done: back to the page"),
        (status = 409, description = "The page: somebody was faster"),
        (status = 422, description = "The page, with what was wrong"),
    )
)]
pub async fn change(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
    form: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let (caller, found) = caller.require_in(app, Action::Assign, scope)?;
        let (status, message) = match act(app, &caller, &found, &form)? {
            Ok(what) => return Ok(done(&asking.path, what).into_response()),
            Err(refusal) => refusal,
        };
        let mistake = Some(asking.words.say(message).into_owned());
        let found = caller.snapshot(app)?.scope(scope)?.ok_or_else(|| Problem::not_found("case"))?;
        Ok((status, shown(app, &caller, asking, found, mistake)?).into_response())
    })
    .await
}

/// A status, and the message that says why nothing was done.
type Refusal = (StatusCode, &'static str);

/// Does what was posted: what was done, or why it was not.
fn act(
    app: &App,
    caller: &Permitted,
    case: &Scope,
    form: &Posted,
) -> Result<Result<&'static str, Refusal>, Problem> {
    let wrong = |message| Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, message)));
    let late = |message| Ok(Err((StatusCode::CONFLICT, message)));
    match form.line("act") {
        "assign" if form.line("to").is_empty() => wrong("cases-nobody-chosen"),
        "assign" if case.closed.is_some() => late("problem-case-closed"),
        "assign" => {
            let (to, instead_of) = (form.parse("to")?, instead_of(form)?);
            if let InsteadOf::Nurse(nurse) = instead_of {
                let grants = caller.snapshot(app)?.grants_in(case.id)?;
                if !grants.iter().any(|grant| grant.is_current() && grant.staff == nurse) {
                    return late("team-has-it-no-more");
                }
            }
            hand(app, caller, vec![case.id], to, instead_of)?;
            Ok(Ok("case-assigned"))
        }
        "end" => {
            let staff = form.parse("staff")?;
            let ended = app.store.revoke(caller.agency, case.id, staff, caller.act(app))?;
            app.poke(Poke::assignments(caller.agency, staff));
            if ended.is_some() { Ok(Ok("assignment-ended")) } else { late("team-has-it-no-more") }
        }
        "close" => {
            let named = form.line("reason");
            let reason = CloseReason::ALL.into_iter().find(|reason| reason.code() == named);
            let Some(reason) = reason else { return wrong("team-no-reason") };
            if case.closed.is_some() {
                return late("problem-case-closed");
            }
            closing::close_case(app, caller, case.id, reason)?;
            Ok(Ok("case-closed"))
        }
        "reopen" => {
            closing::reopen_case(app, caller, case.id)?;
            Ok(Ok("case-reopened"))
        }
        _ => Err(Problem::bad_request("act is none of what can be done")),
    }
}

fn shown(
    app: &App,
    caller: &Permitted,
    asking: Asking,
    case: Scope,
    mistake: Option<String>,
) -> Result<Html<String>, Problem> {
    if case.kind != ScopeKind::Case {
        return Err(Problem::not_found("case"));
    }
    let snapshot = &*caller.snapshot(app)?;
    let frame = Frame::new(app, caller, snapshot, asking, Area::Caseload)?;
    let (local, names, mut phones) = (&frame.local, names(snapshot)?, phone::of_all(snapshot)?);
    let name = |id: &StaffId| names.get(id).cloned().unwrap_or_default();
    let (now, before): (Vec<Grant>, Vec<Grant>) =
        snapshot.grants_in(case.id)?.into_iter().partition(Grant::is_current);
    let told = |message: &str, by: Option<StaffId>, at, reason: &str| {
        let by = by.map_or_else(|| local.words.say("somebody").into_owned(), |by| name(&by));
        let values =
            [("by", by.into()), ("when", local.moment(at).into()), ("reason", reason.to_owned().into())];
        local.words.tell(message, values).into_owned()
    };
    let closed = case.closed.map(|closed| {
        let reason = local.words.say(&reason_message(closed.reason));
        told("team-closed", Some(closed.by), closed.at, &reason)
    });
    let past = |grant: &Grant| {
        let until = grant.ended_at.map(|at| local.words.with("team-until", "when", local.moment(at)));
        Past { name: name(&grant.staff), until: until.unwrap_or_default().into_owned() }
    };
    page(&Page {
        scope: case.id,
        now: now
            .iter()
            .map(|grant| Assigned {
                id: grant.staff,
                name: name(&grant.staff),
                phone: phones.remove(&grant.staff),
            })
            .collect(),
        before: before.iter().rev().map(past).collect(),
        nurses: nurses(snapshot)?
            .into_iter()
            .filter(|one| !now.iter().any(|grant| grant.staff == one.id))
            .collect(),
        opened: told("team-opened", case.opened_by, case.opened_at, ""),
        closed,
        reasons: CloseReason::ALL,
        patient: case.title,
        mistake,
        frame,
    })
}

fn reason_message(reason: CloseReason) -> String {
    format!("close-reason-{}", reason.code().replace('_', "-"))
}

impl Page {
    fn reason(&self, reason: &CloseReason) -> String {
        reason_message(*reason)
    }
}
