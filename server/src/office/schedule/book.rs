//! A visit is agreed on: for whom, then when and by whom.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::Header;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::appointment::{Appointment, AppointmentType};
use doorstep_client_core::record::code_system::HCPCS;
use doorstep_client_core::record::coverage::SERVICES;
use doorstep_client_core::record::{Coding, Kind, Text};
use jiff::civil::Date;
use serde::Deserialize;

use super::form::{Nurses, Typed, Wrong};
use super::objections::{Proposal, Told};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::records::write;
use crate::http::{OfficeCaller, Permitted, Problem, Queried, blocking};
use crate::limits::CASES_OFFERED_MAX;
use crate::merge::Save;
use crate::office::frame::{Area, Asking, Frame, done, page};
use crate::office::gate::Posted;
use crate::store::{AssignedTo, CaseQuery, CaseStatus, Scope, SearchTooLong, SearchWords, Snapshot};

/// What is known already of the visit.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Begun {
    case: Option<String>,
    nurse: Option<String>,
    /// The day.
    at: Option<String>,
}

/// Where a case is chosen.
#[derive(Template)]
#[template(path = "schedule/choose.html")]
struct ChoosePage {
    frame: Frame,
    begun: Known,
    nurse_name: Option<String>,
    sought: String,
    is_too_long: bool,
    /// The cases that are offered: found by what was typed, or those of the nurse.
    found: Vec<(ScopeId, String)>,
    /// Whether there are more.
    is_more: bool,
}

/// Where a visit is agreed on.
#[derive(Template)]
#[template(path = "schedule/book.html")]
struct BookPage {
    frame: Frame,
    case: Scope,
    record: RecordId,
    nurses: Nurses,
    typed: Typed,
    rest: Rest,
    wrong: Vec<Wrong>,
    told: Option<Told>,
}

/// What else is asked of a visit, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rest {
    appointment_type: String,
    service: String,
    place: String,
    reason: String,
    instructions: String,
}

/// What is known of the visit, read.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    case: Option<ScopeId>,
    nurse: Option<StaffId>,
    day: Option<Date>,
}

/// Where a visit is agreed on; without a case, where one is chosen.
#[utoipa::path(
    get,
    path = "/office/schedule/book",
    security(("office" = ["oversee"]), ("office" = ["assign"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Queried(begun): Queried<Begun>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let known = begun.known();
        let Some(case) = known.as_ref().ok().and_then(|known| known.case) else {
            let caller = caller.require(Action::Oversee, Relation::Agency)?;
            return choose_page(app, &caller, asking, known?, String::new()).and_then(|choose| page(&choose));
        };
        let (caller, scope) = caller.require_in(app, Action::Assign, case)?;
        let known = known?;
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Schedule)?;
        let now = app.environment.now();
        let nurses = Nurses::of(snapshot, scope.id, None)?;
        // Of one nurse who has the case it is she, until somebody says otherwise.
        let only =
            Some(&nurses.assigned).filter(|assigned| assigned.len() == 1).map(|assigned| assigned[0].id);
        page(&BookPage {
            typed: Typed::empty(known.nurse.or(only), known.day),
            record: RecordId::new(now, &mut app.environment.entropy()),
            rest: Rest::default(),
            wrong: Vec::new(),
            told: None,
            case: scope,
            nurses,
            frame,
        })
    })
    .await
}

/// Looks for the case that a visit is for.
#[utoipa::path(
    post,
    path = "/office/schedule/choose",
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page, with the cases that were found"))
)]
pub async fn choose(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let field = |name| Some(form.line(name).to_owned());
        let begun = Begun { case: None, nurse: field("nurse"), at: field("at") };
        page(&choose_page(app, &caller, asking, begun.known()?, form.line("sought").to_owned())?)
    })
    .await
}

/// Agrees on a visit.
#[utoipa::path(
    post,
    path = "/office/schedule/book",
    security(("office" = ["assign"])),
    responses(
        (status = 303, description = "Agreed on: to the appointment"),
        (status = 422, description = "The page, with what was wrong or what speaks against it"),
    )
)]
pub async fn book(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let (caller, case) = caller.require_in(app, Action::Assign, form.parse("case")?)?;
        let record: RecordId = form.parse("record")?;
        let snapshot = &*caller.snapshot(app)?;
        let there = format!("/office/appointments/{record}");
        // The same form sent twice books once, and says so: what was changed in it since is to be changed there.
        if let Some(stamp) = snapshot.stamp(record)? {
            let is_it = stamp.scope == case.id && stamp.kind == Kind::Appointment;
            return if is_it {
                Ok(done(&there, "booked-before").into_response())
            } else {
                Err(Problem::not_found("form"))
            };
        }
        let mut again = BookPage {
            frame: Frame::new(app, &caller, snapshot, asking, Area::Schedule)?,
            nurses: Nurses::of(snapshot, case.id, None)?,
            typed: Typed::of_form(&form),
            rest: Rest::of_form(&form),
            wrong: Vec::new(),
            told: None,
            case,
            record,
        };
        let appointment = match again.read() {
            Ok(appointment) => appointment,
            Err(wrong) => {
                again.wrong = wrong;
                return refused(&again);
            }
        };
        let proposal = Proposal { record, scope: &again.case, appointment: &appointment };
        let told = Told::of(snapshot, &again.frame.local, &proposal)?;
        if !told.may_pass(form.line("read")) {
            again.told = Some(told);
            return refused(&again);
        }
        let header = Header { id: record, scope: again.case.id, kind: Kind::Appointment };
        write(app, &caller, &Save::Create(header), header.scope, &appointment.into())?;
        Ok(done(&there, "booked").into_response())
    })
    .await
}

/// The page again, with what was typed.
pub(super) fn refused(again: &impl Template) -> Result<Response, Problem> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(again)?).into_response())
}

impl Begun {
    fn known(&self) -> Result<Known, Problem> {
        let named = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let wrong = |_| Problem::bad_request("a parameter of the address is not what it must be");
        Ok(Known {
            case: named(&self.case).map(|id| id.parse()).transpose().map_err(|_| wrong(()))?,
            nurse: named(&self.nurse).map(|id| id.parse()).transpose().map_err(|_| wrong(()))?,
            day: named(&self.at).map(|day| day.parse()).transpose().map_err(|_| wrong(()))?,
        })
    }
}

/// The page on which a case is chosen: among those that were sought, or else those of the nurse.
fn choose_page(
    app: &App,
    caller: &Permitted,
    asking: Asking,
    begun: Known,
    sought: String,
) -> Result<ChoosePage, Problem> {
    let snapshot = &*caller.snapshot(app)?;
    let frame = Frame::new(app, caller, snapshot, asking, Area::Schedule)?;
    let nurse = begun.nurse.map(|nurse| snapshot.staff(nurse)).transpose()?.flatten();
    let (words, is_too_long) = match SearchWords::parse(&sought) {
        Ok(words) => (words, false),
        Err(SearchTooLong) => (SearchWords::default(), true),
    };
    let is_asked = !is_too_long && (!sought.is_empty() || nurse.is_some());
    let (found, is_more) = match is_asked {
        false => (Vec::new(), false),
        true => {
            let of_nurse = nurse.as_ref().filter(|_| sought.is_empty());
            offered(snapshot, &frame, words, of_nurse.map(|nurse| nurse.id))?
        }
    };
    let nurse_name = nurse.map(|nurse| nurse.name);
    Ok(ChoosePage { frame, begun, nurse_name, sought, is_too_long, found, is_more })
}

fn offered(
    snapshot: &dyn Snapshot,
    frame: &Frame,
    words: SearchWords,
    nurse: Option<StaffId>,
) -> Result<(Vec<(ScopeId, String)>, bool), Problem> {
    let at = frame.local.now();
    let query = CaseQuery {
        assigned: nurse.map(AssignedTo::Nurse),
        status: Some(CaseStatus::Open),
        words,
        ..CaseQuery::all(frame.local.care_now(), at, CASES_OFFERED_MAX)
    };
    let found = snapshot.case_page(&query)?;
    let rows = found.rows.into_iter().map(|row| (row.summary.scope.id, row.summary.scope.title));
    Ok((rows.collect(), found.next.is_some()))
}

impl ChoosePage {
    /// Where a visit to this case is agreed on.
    fn book(&self, case: &ScopeId) -> String {
        let nurse = self.begun.nurse.map(|nurse| format!("&nurse={nurse}")).unwrap_or_default();
        let day = self.begun.day.map(|day| format!("&at={day}")).unwrap_or_default();
        format!("/office/schedule/book?case={case}{nurse}{day}")
    }

    fn nurse(&self) -> String {
        self.begun.nurse.map(|nurse| nurse.to_string()).unwrap_or_default()
    }

    fn day(&self) -> String {
        self.begun.day.map(|day| day.to_string()).unwrap_or_default()
    }
}

impl BookPage {
    /// The appointment that was typed, or what is wrong with it.
    fn read(&self) -> Result<Appointment, Vec<Wrong>> {
        let agreed = self.typed.read(&Appointment::default(), &self.nurses, &self.frame.local)?;
        let appointment = agreed.laid_over(self.rest.read()?);
        let wrong = Wrong::all_of(&appointment);
        if wrong.is_empty() { Ok(appointment) } else { Err(wrong) }
    }

    fn types(&self) -> &'static [AppointmentType] {
        AppointmentType::ALL
    }

    fn services(&self) -> &'static [(&'static str, &'static str)] {
        SERVICES
    }

    /// What is wrong with a field, in words.
    fn wrong_with(&self, field: &str) -> Option<String> {
        let wrong = self.wrong.iter().find(|wrong| wrong.field == field);
        wrong.map(|wrong| wrong.say(&self.frame.words()))
    }
}

impl Rest {
    /// An appointment of what was typed.
    fn read(&self) -> Result<Appointment, Vec<Wrong>> {
        let Self { appointment_type, service, place, reason, instructions } = self.clone();
        let appointment_type = match appointment_type.as_str() {
            "" => AppointmentType::default(),
            code => AppointmentType::from(code),
        };
        let service_type = SERVICES.iter().find(|(code, _)| *code == service);
        if !appointment_type.is_recognised() {
            return Err(vec![Wrong::at("appointment_type", "schedule-wrong-choice")]);
        }
        if service_type.is_none() && !service.is_empty() {
            return Err(vec![Wrong::at("service", "schedule-wrong-choice")]);
        }
        Ok(Appointment {
            appointment_type,
            service_type: service_type.map(|(code, display)| Coding::new(HCPCS, code, display)),
            place,
            reason,
            instructions: Text(instructions),
            ..Appointment::default()
        })
    }

    fn of_form(form: &Posted) -> Self {
        let line = |name| form.line(name).to_owned();
        Self {
            appointment_type: line("appointment_type"),
            service: line("service"),
            place: line("place"),
            reason: line("reason"),
            instructions: form.get("instructions").unwrap_or_default().replace("\r\n", "\n"),
        }
    }
}
