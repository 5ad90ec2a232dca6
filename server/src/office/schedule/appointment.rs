//! An appointment: moved to another time or another nurse, or called off.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::{Document, Version};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::{AnyRecord, Kind};

use super::book::refused;
use super::form::{Nurses, Typed, Wrong};
use super::objections::{Proposal, Told};
use crate::access::Action;
use crate::app::App;
use crate::http::records::{refused as refused_by, write};
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking};
use crate::merge::Save;
use crate::office::form::{self, Context};
use crate::office::frame::{Area, Asking, Frame, done, page};
use crate::office::gate::Posted;
use crate::store::{AuditEvent, Scope, Snapshot, StoredRecord};

#[derive(Template)]
#[template(path = "schedule/appointment.html")]
struct Page {
    frame: Frame,
    record: RecordId,
    case: Scope,
    appointment: Appointment,
    /// The version that is shown, which what is typed is laid over (I2).
    seen: Version,
    conflicts: usize,
    nurse: Option<String>,
    nurses: Nurses,
    typed: Typed,
    cancellation_reason: String,
    wrong: Vec<Wrong>,
    told: Option<Told>,
    /// Whether what was typed was typed over an appointment that is over by now.
    is_over: bool,
}

/// An appointment.
#[utoipa::path(
    get,
    path = "/office/appointments/{appointment}",
    security(("office" = ["assign"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(record): Named<RecordId>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, case, stored) = find(app, caller, record)?;
        page(&Page::of(app, &caller, asking, case, &stored, None)?)
    })
    .await
}

/// Moves an appointment to another time or another nurse.
#[utoipa::path(
    post,
    path = "/office/appointments/{appointment}",
    security(("office" = ["assign"])),
    responses(
        (status = 303, description = "Moved"),
        (status = 409, description = "The page: it is over by now"),
        (status = 422, description = "The page, with what was wrong or what speaks against it"),
    )
)]
pub async fn move_to(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(record): Named<RecordId>,
    form: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let (caller, case, stored) = find(app, caller, record)?;
        let mut again = Page::of(app, &caller, asking, case, &stored, Some(form.parse("seen")?))?;
        again.typed = Typed::of_form(&form);
        if again.is_over {
            return Ok((StatusCode::CONFLICT, page(&again)?).into_response());
        }
        let agreed = match again.typed.read(&again.appointment, &again.nurses, &again.frame.local) {
            Ok(agreed) => agreed,
            Err(wrong) => {
                again.wrong = wrong;
                return refused(&again);
            }
        };
        let appointment = agreed.laid_over(again.appointment.clone());
        let proposal = Proposal { record, scope: &again.case, appointment: &appointment };
        let told = Told::of(&*caller.snapshot(app)?, &again.frame.local, &proposal)?;
        if !told.may_pass(form.line("read")) {
            again.told = Some(told);
            return refused(&again);
        }
        write(app, &caller, &Save::Edit(record, again.seen), again.case.id, &appointment.into())?;
        Ok(done(&again.frame.path, "moved").into_response())
    })
    .await
}

/// Calls an appointment off.
#[utoipa::path(
    post,
    path = "/office/appointments/{appointment}/cancel",
    security(("office" = ["assign"])),
    responses(
        (status = 303, description = "Called off"),
        (status = 409, description = "The page: it is over by now"),
        (status = 422, description = "The page, with what was wrong"),
    )
)]
pub async fn cancel(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(record): Named<RecordId>,
    form: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let (caller, case, stored) = find(app, caller, record)?;
        let mut again = Page::of(app, &caller, asking, case, &stored, Some(form.parse("seen")?))?;
        again.cancellation_reason = form.line("cancellation_reason").to_owned();
        if again.is_over {
            return Ok((StatusCode::CONFLICT, page(&again)?).into_response());
        }
        let appointment = Appointment {
            status: AppointmentStatus::Cancelled,
            cancellation_reason: again.cancellation_reason.clone(),
            ..again.appointment.clone()
        };
        again.wrong = match again.cancellation_reason.is_empty() {
            true => vec![Wrong::at("cancellation_reason", "schedule-wrong-reason")],
            false => Wrong::all_of(&appointment),
        };
        if !again.wrong.is_empty() {
            return refused(&again);
        }
        write(app, &caller, &Save::Edit(record, again.seen), again.case.id, &appointment.into())?;
        Ok(done(&format!("/office/appointments/{record}"), "cancelled").into_response())
    })
    .await
}

/// An appointment that the caller may move.
fn find(
    app: &App,
    caller: OfficeCaller,
    record: RecordId,
) -> Result<(Permitted, Scope, StoredRecord), Problem> {
    let (caller, stamp) = caller.require_on(app, Action::Assign, record)?;
    let snapshot = caller.snapshot(app)?;
    let stored = snapshot.record(record)?.filter(|stored| stored.stamp.kind == Kind::Appointment);
    let stored = stored.ok_or_else(|| Problem::not_found("appointment"))?;
    let case = snapshot.scope(stamp.scope)?.ok_or_else(|| Problem::not_found("case"))?;
    // Whatever is answered may show it.
    caller.audit(app, AuditEvent::RecordRead { scope: case.id, record })?;
    Ok((caller, case, stored))
}

impl Page {
    /// The page of an appointment as of the version that somebody saw, or else as it stands.
    fn of(
        app: &App,
        caller: &Permitted,
        asking: Asking,
        case: Scope,
        stored: &StoredRecord,
        seen: Option<Version>,
    ) -> Result<Self, Problem> {
        let snapshot: &dyn Snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, caller, snapshot, asking, Area::Schedule)?;
        let mut document = Document::load(&stored.document).map_err(refused_by)?;
        let is_over = seen.is_some() && !stored.stamp.is_open;
        // What is over is shown as it is.
        let seen = seen.filter(|_| !is_over).unwrap_or_else(|| stored.stamp.version.clone());
        let AnyRecord::Appointment(appointment) = document.read_at(&seen).map_err(refused_by)? else {
            return Err(Problem::not_found("appointment"));
        };
        let nurse = appointment.nurse.map(|nurse| snapshot.staff(nurse)).transpose()?.flatten();
        Ok(Self {
            record: stored.stamp.record,
            conflicts: document.conflicts().len(),
            nurse: nurse.map(|nurse| nurse.name),
            nurses: Nurses::of(snapshot, case.id, appointment.nurse)?,
            typed: Typed::of(&appointment, &frame.local),
            cancellation_reason: String::new(),
            wrong: Vec::new(),
            told: None,
            case,
            appointment,
            seen,
            is_over,
            frame,
        })
    }

    /// Whether it can be moved and called off.
    fn is_open(&self) -> bool {
        self.appointment.status.is_open() && !self.appointment.entered_in_error && !self.is_over
    }

    /// From when to when, in words.
    fn when(&self) -> String {
        let local = &self.frame.local;
        let Some(start) = self.appointment.start else { return local.words.say("unknown").into_owned() };
        let day = local.long_day(local.zoned(start).date());
        match self.appointment.end {
            Some(end) => format!("{day}, {} – {}", local.time(start), local.time(end)),
            None => format!("{day}, {}", local.time(start)),
        }
    }

    /// What else it says.
    fn facts(&self) -> Vec<form::Fact> {
        let words = self.frame.words();
        let context = Context::bare(&words, self.frame.local.zone());
        let record = AnyRecord::from(self.appointment.clone()).to_json();
        let mut facts = form::facts(Kind::Appointment, &record, &context);
        facts.retain(|fact| !["start", "end", "nurse"].contains(&fact.path.as_str()));
        facts
    }

    /// The day of it on the schedule.
    fn day(&self) -> String {
        let local = &self.frame.local;
        self.appointment.start.map(|start| local.zoned(start).date().to_string()).unwrap_or_default()
    }

    /// What is wrong with a field, in words.
    fn wrong_with(&self, field: &str) -> Option<String> {
        let wrong = self.wrong.iter().find(|wrong| wrong.field == field);
        wrong.map(|wrong| wrong.say(&self.frame.words()))
    }
}
