//! Outcomes: what the care comes to in a period, of the agency and of each nurse, in tables that can be taken along.
//!
//! - `kept`: what was counted, for a while. `table`: the tables.

mod kept;
mod table;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::ids::AgencyId;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::frame::{Area, Asking, Frame, page, rules};
use super::local::Local;
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::{Named, OfficeCaller, Problem, Queried, blocking};
use crate::review::Clock;
pub use kept::KeptOutcomes;
use kept::{Counted, Period};
use table::{Sort, Table};

/// Days of the periods that are a click away; the second is shown to whoever names none.
const PERIOD_DAYS: [i32; 4] = [7, 30, 90, 365];
const HERE: &str = "/office/outcomes";

/// Which period: its first day and its last, as a form sends them.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    from: String,
    until: String,
}

/// A period in days, both included.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Days {
    from: Date,
    until: Date,
}

impl Days {
    /// What was asked for; the usual one, where nothing was. None where it is no period.
    fn read(which: &Which, local: &Local) -> Option<Self> {
        let usual = Self::last(PERIOD_DAYS[1], local);
        let day = |text: &str, usual| if text.is_empty() { Some(usual) } else { text.parse().ok() };
        let until = day(&which.until, usual.until)?;
        let from = day(&which.from, usual.from)?;
        (from <= until).then_some(Self { from, until })
    }

    /// The last so many days.
    fn last(days: i32, local: &Local) -> Self {
        let until = local.today();
        Self { from: until.saturating_sub((days - 1).days()), until }
    }

    fn query(&self) -> String {
        format!("from={}&until={}", self.from, self.until)
    }

    fn period(&self, local: &Local) -> Period {
        (local.midnight(self.from), local.midnight(self.until.saturating_add(1.day())))
    }
}

#[derive(Template)]
#[template(path = "outcomes/page.html")]
struct Page {
    frame: Frame,
    days: Days,
    /// The period in words.
    period: String,
    /// What was typed is no period.
    is_wrong: bool,
    as_of: String,
    choices: Vec<Choice>,
    headlines: Vec<Headline>,
    tables: Vec<Table>,
}

/// A period that is a click away.
struct Choice {
    days: i32,
    href: String,
    is_here: bool,
}

/// A number of the whole agency.
struct Headline {
    message: &'static str,
    number: u32,
    /// Of how many.
    of: Option<u32>,
}

/// What the care comes to.
#[utoipa::path(
    get,
    path = "/office/outcomes",
    params(("from" = Option<String>, Query), ("until" = Option<String>, Query)),
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Queried(which): Queried<Which>,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    let again = Arc::clone(&app);
    blocking(app, move |app| {
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Outcomes)?;
        let read = Days::read(&which, &frame.local);
        let days = read.unwrap_or_else(|| Days::last(PERIOD_DAYS[1], &frame.local));
        let counted = counted(&again, caller.agency, days, &frame.local)?;
        let names = table::names_of(snapshot, &counted)?;
        page(&Page {
            is_wrong: read.is_none(),
            period: format!("{} – {}", frame.local.day(days.from), frame.local.day(days.until)),
            as_of: frame.local.moment(counted.at),
            choices: PERIOD_DAYS.into_iter().map(|count| Choice::of(count, days, &frame.local)).collect(),
            headlines: headlines(&counted),
            tables: Sort::ALL
                .into_iter()
                .map(|sort| Table::of(sort, &counted, &names, frame.words()))
                .collect(),
            days,
            frame,
        })
    })
    .await
}

/// A table of the page as comma-separated values.
#[utoipa::path(
    get,
    path = "/office/outcomes/{name}",
    params(
        ("name" = String, Path, description = "goals.csv, visits.csv or measures.csv"),
        ("from" = Option<String>, Query), ("until" = Option<String>, Query),
    ),
    security(("office" = ["oversee"])),
    responses((status = 200, content_type = "text/csv", description = "The table"))
)]
pub async fn csv(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(name): Named<String>,
    Queried(which): Queried<Which>,
    asking: Asking,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    let again = Arc::clone(&app);
    blocking(app, move |app| {
        let sort = Sort::ALL.into_iter().find(|sort| format!("{}.csv", sort.code()) == name);
        let sort = sort.ok_or_else(|| Problem::not_found("table"))?;
        let snapshot = &*caller.snapshot(app)?;
        let local = Local::of(&rules(snapshot)?, app.environment.now(), asking.words);
        let days = Days::read(&which, &local)
            .ok_or_else(|| Problem::bad_request("from and until must be days, from the earlier one on"))?;
        let counted = counted(&again, caller.agency, days, &local)?;
        let names = table::names_of(snapshot, &counted)?;
        let table = Table::of(sort, &counted, &names, asking.words).csv();
        let name = format!("{}-{}-{}.csv", sort.code(), days.from, days.until);
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ];
        Ok((headers, table).into_response())
    })
    .await
}

fn counted(app: &Arc<App>, agency: AgencyId, days: Days, local: &Local) -> Result<Arc<Counted>, Problem> {
    let rules = rules(&*app.store.snapshot(agency)?)?;
    let now = Clock::of(&rules, local.now()).now();
    KeptOutcomes::read(app, agency, days.period(local), now)
}

impl Choice {
    fn of(count: i32, here: Days, local: &Local) -> Self {
        let days = Days::last(count, local);
        Self { days: count, href: format!("{HERE}?{}", days.query()), is_here: days == here }
    }
}

fn headlines(counted: &Counted) -> Vec<Headline> {
    let agency = &counted.outcomes.agency;
    let goals = table::Goals::of(agency);
    let number = |message, number, of| Headline { message, number, of };
    vec![
        number("outcomes-goals-met", goals.met, Some(goals.pursued)),
        number("outcomes-visits-made", agency.visits.made, None),
        number("outcomes-visits-planned", agency.visits.planned, None),
        number("outcomes-visits-missed", agency.visits.missed, None),
        number(
            "outcomes-improving",
            agency.measures.improving + agency.measures.on_target,
            Some(table::measured(agency)),
        ),
        number("outcomes-worsening", agency.measures.worsening, Some(table::measured(agency))),
        number("outcomes-overdue", agency.overdue_tasks, None),
    ]
}
