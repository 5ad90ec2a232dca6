//! Audit: who saw and changed what, the newest first, in words; found by who, whose chart, what and when.
//!
//! - `line`: an entry in words. `whole`: whether the log is whole. `export`: the log as a file.

mod export;
mod line;
mod whole;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::care::Now;
use doorstep_client_core::ids::{ScopeId, StaffId};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::frame::{Area, Asking, Frame, page, rules};
use super::gate::Posted;
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::{OfficeCaller, Permitted, Problem, Queried, blocking};
use crate::limits::{AUDIT_ROWS_MAX, CASE_SEARCH_CHARS_MAX, FOUND_CASES_MAX};
use crate::review::Clock;
use crate::store::{
    AuditEvent, AuditFault, AuditReport, AuditSearch, CaseOrder, CaseQuery, SearchWords, Snapshot,
    StaffMember,
};
use line::{Line, Teller};

pub(crate) use export::__path_export;
pub use export::export;
pub(crate) use whole::__path_verify;
pub use whole::verify;

const HERE: &str = "/office/audit";

/// Which entries, as a form sends it: what is left open is empty.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Which {
    staff: String,
    case: String,
    code: String,
    from: String,
    until: String,
    before: String,
}

/// The same, read.
#[derive(Default)]
struct Asked {
    staff: Option<StaffId>,
    case: Option<ScopeId>,
    code: Option<&'static str>,
    from: Option<Date>,
    until: Option<Date>,
    before: Option<u64>,
}

impl Which {
    fn read(&self) -> Result<Asked, Problem> {
        let code = AuditEvent::CODES.into_iter().find(|code| *code == self.code);
        if code.is_none() && !self.code.is_empty() {
            return Err(not_asked("code"));
        }
        Ok(Asked {
            staff: read(&self.staff, "staff")?,
            case: read(&self.case, "case")?,
            code,
            from: read(&self.from, "from")?,
            until: read(&self.until, "until")?,
            before: read(&self.before, "before")?,
        })
    }
}

fn read<T: std::str::FromStr>(text: &str, name: &str) -> Result<Option<T>, Problem> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| not_asked(name)) }
}

fn not_asked(name: &str) -> Problem {
    Problem::bad_request(format!("{name} is not what it must be"))
}

impl Asked {
    fn search(&self, frame: &Frame) -> AuditSearch {
        let local = &frame.local;
        AuditSearch {
            staff: self.staff,
            scope: self.case,
            code: self.code.map(str::to_owned),
            from: self.from.map(|day| local.midnight(day)),
            until: self.until.map(|day| local.midnight(day.saturating_add(1.day()))),
            before: self.before,
            // One more says whether there is a next page.
            rows_max: AUDIT_ROWS_MAX + 1,
        }
    }

    /// The address of these entries, older than one.
    fn href(&self, before: Option<u64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut pair = |name: &str, value: Option<String>| {
            query.extend_pairs(value.map(|value| (name.to_owned(), value)));
        };
        pair("staff", self.staff.map(|id| id.to_string()));
        pair("case", self.case.map(|id| id.to_string()));
        pair("code", self.code.map(str::to_owned));
        pair("from", self.from.map(|day| day.to_string()));
        pair("until", self.until.map(|day| day.to_string()));
        pair("before", before.map(|number| number.to_string()));
        match query.finish() {
            all if all.is_empty() => HERE.to_owned(),
            query => format!("{HERE}?{query}"),
        }
    }
}

#[derive(Template)]
#[template(path = "audit/page.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    staff: Vec<StaffMember>,
    /// Whose chart is asked for.
    patient: Option<(ScopeId, String)>,
    lines: Vec<Line>,
    first_href: Option<String>,
    next_href: Option<String>,
    /// Charts that were looked for.
    found: Option<Found>,
    report: Option<AuditReport>,
}

/// Charts that were found by what was typed.
struct Found {
    typed: String,
    /// Each with the address of its entries.
    cases: Vec<(String, String)>,
    has_more: bool,
    is_too_long: bool,
}

impl Page {
    fn codes(&self) -> [&'static str; AuditEvent::CODES.len()] {
        AuditEvent::CODES
    }

    fn is_staff(&self, id: &StaffId) -> bool {
        self.asked.staff == Some(*id)
    }

    fn is_code(&self, code: &str) -> bool {
        self.asked.code == Some(code)
    }

    fn day(&self, day: &Option<Date>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }

    fn typed(&self) -> &str {
        self.found.as_ref().map_or("", |found| &found.typed)
    }

    fn search_chars_max(&self) -> usize {
        CASE_SEARCH_CHARS_MAX
    }
}

/// Who saw and changed what.
#[utoipa::path(
    get,
    path = "/office/audit",
    params(
        ("staff" = Option<String>, Query), ("case" = Option<String>, Query), ("code" = Option<String>, Query),
        ("from" = Option<String>, Query), ("until" = Option<String>, Query), ("before" = Option<String>, Query),
    ),
    security(("office" = ["manage"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Queried(which): Queried<Which>,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| page_of(app, &caller, asking, which.read()?, None, None)).await
}

/// Looks for whose chart the entries are to be about. What is typed stands in no address.
#[utoipa::path(
    post,
    path = "/office/audit",
    security(("office" = ["manage"])),
    responses((status = 200, description = "The page, with the charts that were found"))
)]
pub async fn find_case(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    let typed = form.line("words").to_owned();
    blocking(app, move |app| page_of(app, &caller, asking, Asked::default(), Some(typed), None)).await
}

fn page_of(
    app: &App,
    caller: &Permitted,
    asking: Asking,
    asked: Asked,
    typed: Option<String>,
    report: Option<AuditReport>,
) -> Result<Html<String>, Problem> {
    let snapshot = &*caller.snapshot(app)?;
    let frame = Frame::new(app, caller, snapshot, asking, Area::Audit)?;
    let mut entries = app.store.search_audit(caller.agency, asked.search(&frame))?;
    let has_more = entries.len() > AUDIT_ROWS_MAX;
    entries.truncate(AUDIT_ROWS_MAX);
    let last = entries.last().map(|entry| entry.number).filter(|_| has_more);
    let lines = Teller::new(snapshot, &frame.local, &entries)?.lines(entries);
    let patient = snapshot.titles(asked.case.as_slice())?.into_iter().next();
    page(&Page {
        found: typed.map(|typed| found(snapshot, &frame, typed)).transpose()?,
        staff: snapshot.all_staff()?,
        first_href: asked.before.map(|_| asked.href(None)),
        next_href: last.map(|last| asked.href(Some(last))),
        patient,
        lines,
        report,
        asked,
        frame,
    })
}

fn found(snapshot: &dyn Snapshot, frame: &Frame, typed: String) -> Result<Found, Problem> {
    let mut found = Found { typed, cases: Vec::new(), has_more: false, is_too_long: false };
    let Ok(words) = SearchWords::parse(&found.typed) else {
        return Ok(Found { is_too_long: true, ..found });
    };
    if found.typed.is_empty() {
        return Ok(found);
    }
    let now: Now = Clock::of(&rules(snapshot)?, frame.local.now()).now();
    let query = CaseQuery {
        assigned: None,
        status: None,
        needs_attention: false,
        authorised: None,
        words,
        order: CaseOrder::Title,
        after: None,
        rows_max: FOUND_CASES_MAX,
        now,
        missed_before: frame.local.now(),
    };
    let cases = snapshot.case_page(&query)?;
    found.has_more = cases.next.is_some();
    let scopes = cases.rows.into_iter().map(|row| row.summary.scope);
    let href = |case| Asked { case: Some(case), ..Asked::default() }.href(None);
    found.cases = scopes.map(|scope| (href(scope.id), scope.title)).collect();
    Ok(found)
}

/// What was done to the log, in words.
fn fault_words(frame: &Frame, fault: &AuditFault) -> String {
    let words = frame.words();
    let one = |message: &str, number: String| words.with(message, "number", number).into_owned();
    match fault {
        AuditFault::Edited { number } => one("audit-fault-edited", number.to_string()),
        AuditFault::Missing { first, last } => {
            let values = [("first", first.to_string().into()), ("last", last.to_string().into())];
            words.tell("audit-fault-missing", values).into_owned()
        }
        AuditFault::Unexpected { number } => one("audit-fault-unexpected", number.to_string()),
        AuditFault::HeadDiffers { number } => one("audit-fault-head", number.to_string()),
        AuditFault::NotAsNoted { number } => one("audit-fault-noted", number.to_string()),
    }
}
