//! Opening a case: the patient's form, and before it is opened the cases that may be of the same patient.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::Header;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Kind};
use serde_json::Value;

use super::alike::{Alike, alike};
use crate::access::{Action, Relation};
use crate::app::{App, Poke};
use crate::http::{OfficeCaller, Permitted, Problem, blocking};
use crate::merge::{self, Save};
use crate::office::form::{Context, Form, checked, wants_more};
use crate::office::frame::{Area, Asking, Frame, done, page, rules};
use crate::office::gate::Posted;
use crate::office::words::Words;
use crate::store::Snapshot;

#[derive(Template)]
#[template(path = "cases/new.html")]
struct Page {
    frame: Frame,
    form: Form,
    ids: Ids,
    alike: Vec<Alike>,
}

/// The case that is to be opened, and its patient's record: named by the form, so that a form that is sent twice opens
/// one case.
#[derive(Clone, Copy)]
struct Ids {
    scope: ScopeId,
    patient: RecordId,
}

impl Ids {
    fn new(app: &App) -> Self {
        let (now, entropy) = (app.environment.now(), &mut app.environment.entropy());
        Self { scope: ScopeId::new(now, entropy), patient: RecordId::new(now, entropy) }
    }

    fn of(form: &Posted) -> Result<Self, Problem> {
        Ok(Self { scope: form.parse("new_scope")?, patient: form.parse("new_patient")? })
    }
}

/// The empty form.
#[utoipa::path(
    get,
    path = "/office/cases/new",
    security(("office" = ["oversee", "open"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    caller.also(Action::Open, Relation::Nothing)?;
    blocking(app, move |app| {
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let words = frame.words();
        let form = Form::of(Kind::Patient, &nothing(), &context(app, &words, &frame));
        page(&Page { form, ids: Ids::new(app), alike: Vec::new(), frame })
    })
    .await
}

/// Opens a case, unless there are cases that may be of the same patient and nobody has said that it is another.
#[utoipa::path(
    post,
    path = "/office/cases/new",
    security(("office" = ["oversee", "open"])),
    responses(
        (status = 303, description = "Opened: to its team"),
        (status = 200, description = "The page with one more input"),
        (status = 409, description = "The page, with the cases that may be of the same patient"),
        (status = 422, description = "The page, with what was wrong"),
    )
)]
pub async fn open(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    posted: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    caller.also(Action::Open, Relation::Nothing)?;
    blocking(app, move |app| {
        let snapshot = &*caller.snapshot(app)?;
        let ids = Ids::of(&posted)?;
        let opened = || done(&format!("/office/cases/{}/team", ids.scope), "case-opened").into_response();
        if snapshot.scope(ids.scope)?.is_some() {
            // The form came twice: what was changed in it since is to be changed in the chart.
            let there = format!("/office/cases/{}/team", ids.scope);
            return Ok(done(&there, "case-opened-before").into_response());
        }
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let words = frame.words();
        let context = context(app, &words, &frame);
        let read = checked(Kind::Patient, &nothing(), posted.fields(), &context);
        let again = |wrong: &[_]| Form::again(Kind::Patient, &nothing(), posted.fields(), wrong, &context);
        let (status, form, alike) = match read {
            _ if wants_more(posted.fields()) => (StatusCode::OK, again(&[]), Vec::new()),
            Err(wrong) => (StatusCode::UNPROCESSABLE_ENTITY, again(&wrong), Vec::new()),
            Ok(patient) => {
                let alike = if posted.line("anyway").is_empty() {
                    of(snapshot, &patient, &frame)?
                } else {
                    Vec::new()
                };
                if alike.is_empty() {
                    write(app, &caller, ids, &patient)?;
                    return Ok(opened());
                }
                (StatusCode::CONFLICT, again(&[]), alike)
            }
        };
        Ok((status, page(&Page { form, ids, alike, frame })?).into_response())
    })
    .await
}

fn of(snapshot: &dyn Snapshot, patient: &AnyRecord, frame: &Frame) -> Result<Vec<Alike>, Problem> {
    match patient {
        AnyRecord::Patient(patient) => alike(snapshot, patient, &frame.local, &rules(snapshot)?),
        _ => Ok(Vec::new()),
    }
}

fn write(app: &App, caller: &Permitted, ids: Ids, patient: &AnyRecord) -> Result<(), Problem> {
    let save = Save::Create(Header { id: ids.patient, scope: ids.scope, kind: Kind::Patient });
    merge::save(&*app.store, caller.agency, caller.member.id, &save, patient, app.environment.now())?;
    app.poke(Poke::records(caller.agency, &[ids.scope], None));
    Ok(())
}

fn context<'a>(app: &App, words: &'a Words, frame: &'a Frame) -> Context<'a> {
    let mut seed = [0; 16];
    app.environment.fill_random(&mut seed);
    Context { seed, ..Context::bare(words, frame.local.zone()) }
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}
