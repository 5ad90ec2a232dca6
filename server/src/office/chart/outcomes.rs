//! Outcomes: each measure over time, with its goals, its bounds and the visits.

use std::fmt;
use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::care::bounds;
use doorstep_client_core::care::trends::{Point, Series, Trend, trends};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::agency::Agency;
use doorstep_client_core::record::goal::Goal;
use doorstep_client_core::record::visit::Visit;
use doorstep_client_core::record::{Coding, Kind, Quantity, Timestamp, code_system};
use serde_json::json;

use super::kind::{Pages, Paging, first};
use super::plot::{Level, Mark, Plot, svg};
use super::{Case, Header, Tab};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::{Named, OfficeCaller, Problem, Queried, blocking};
use crate::limits::{OUTCOME_MEASURES_MAX, PLOT_POINTS_MAX};
use crate::office::form;
use crate::office::frame::{Area, Asking, Frame, page, rules};
use crate::office::local::Local;
use crate::store::AuditEvent;

const DAY_MS: f64 = 86_400_000.0;

#[derive(Template)]
#[template(path = "chart/outcomes.html")]
struct Page {
    frame: Frame,
    header: Header,
    measures: Vec<Measure>,
    pages: Pages,
}

/// A measure.
struct Measure {
    id: String,
    name: String,
    unit: String,
    drawn: Drawn,
    goals: Vec<Aim>,
    rows: Vec<Row>,
    /// How many measurements are older than those that are shown.
    earlier: usize,
}

/// A goal that the measure is compared with.
struct Aim {
    record: RecordId,
    title: String,
    words: String,
    trend: Option<Trend>,
}

/// A measurement.
struct Row {
    record: RecordId,
    when: String,
    value: String,
}

/// The drawing, which escapes what it says.
struct Drawn(String);

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Drawn {}

impl Aim {
    fn trend_message(&self) -> Option<&'static str> {
        Some(match self.trend? {
            Trend::OnTarget => "trend-on-target",
            Trend::Improving => "trend-improving",
            Trend::Steady => "trend-steady",
            Trend::Worsening => "trend-worsening",
        })
    }

    fn trend_class(&self) -> &'static str {
        match self.trend {
            Some(Trend::OnTarget | Trend::Improving) => "good",
            Some(Trend::Worsening) => "bad",
            Some(Trend::Steady) | None => "",
        }
    }
}

/// Each measure over time.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/outcomes",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("page" = Option<usize>, Query, description = "Which page, from 1"),
    ),
    security(("office" = ["read"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
    Queried(paging): Queried<Paging>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Read, scope)?;
        let snapshot = &*caller.snapshot(app)?;
        caller.audit(app, AuditEvent::CaseRead { scope: scope.id })?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let case = Case::read(app, snapshot, scope.id, &frame.local)?;
        let agency = rules(snapshot)?;
        let all = trends(case.chart());
        let (pages, range) = paging.of(all.len(), OUTCOME_MEASURES_MAX);
        let first = range.start;
        let teller = Teller { case: &case, local: &frame.local, agency: &agency };
        let measures =
            all[range].iter().enumerate().map(|(place, series)| teller.measure(first + place, series));
        page(&Page {
            measures: measures.collect::<Result<_, _>>()?,
            pages,
            header: Header::of(snapshot, &scope, &case, &frame.local, Tab::Outcomes)?,
            frame,
        })
    })
    .await
}

/// What tells of measures.
struct Teller<'a> {
    case: &'a Case,
    local: &'a Local,
    agency: &'a Agency,
}

impl Teller<'_> {
    fn measure(&self, place: usize, series: &Series) -> Result<Measure, Problem> {
        let coding = Coding::new(code_system::LOINC, &series.code, &series.display);
        let context = self.case.around.context(&json!(null));
        let name = form::show(Kind::Observation, "code", &json!(coding), &context);
        let (mut points, earlier) = first(series.points.iter().rev().copied().collect(), PLOT_POINTS_MAX);
        points.reverse();
        let points = points.as_slice();
        let goals: Vec<(Aim, f64)> =
            series.progress.iter().filter_map(|one| self.aim(one.goal, one.trend)).collect();
        let marks: Vec<Mark> = points.iter().map(|point| self.mark(point, series)).collect();
        let visits: Vec<Mark> =
            self.case.chart().all::<Visit>().filter_map(|(_, visit)| self.visit(visit)).collect();
        let mut levels = self.bounds(&coding, series);
        levels.extend(goals.iter().map(|(aim, value)| Level {
            value: *value,
            is_goal: true,
            words: aim.words.clone(),
        }));
        let id = format!("measure-{place}");
        let plot = Plot {
            id: &id,
            title: &name,
            description: &self.description(series, points),
            points: &marks,
            levels: &levels,
            visits: &visits,
            day: &|day| self.day(day),
        };
        let drawn = svg(&plot).map_err(|error| {
            tracing::error!("{error}");
            Problem::internal()
        })?;
        let rows = points.iter().rev().map(|point| Row {
            record: point.record,
            when: self.local.moment(point.at),
            value: Quantity::new(point.value, &series.unit).to_string(),
        });
        Ok(Measure {
            name,
            unit: doorstep_client_core::record::vitals::unit_words(&series.unit).to_owned(),
            drawn: Drawn(drawn),
            goals: goals.into_iter().map(|(aim, _)| aim).collect(),
            rows: rows.collect(),
            earlier,
            id,
        })
    }

    fn aim(&self, goal: RecordId, trend: Option<Trend>) -> Option<(Aim, f64)> {
        let entry = self.case.entry(goal)?;
        let (_, known) = self.case.chart().all::<Goal>().find(|(id, _)| *id == goal)?;
        let value = known.target.value.as_ref()?;
        let context = self.case.around.context(&entry.content);
        let comparator = json!(known.target.comparator);
        let comparator = form::show(Kind::Goal, "target.comparator", &comparator, &context);
        let amount = value.to_string();
        let values = [("comparator", comparator.as_str().into()), ("value", amount.as_str().into())];
        let words = self.local.words.tell("outcome-goal", values).into_owned();
        Some((Aim { record: goal, title: entry.title.clone(), words, trend }, value.value))
    }

    fn bounds(&self, coding: &Coding, series: &Series) -> Vec<Level> {
        let Some((low, high)) = bounds(self.agency, coding, &series.unit) else { return Vec::new() };
        let level = |value: f64, message: &str| {
            let amount = Quantity::new(value, &series.unit).to_string();
            let words = self.local.words.with(message, "value", amount.as_str()).into_owned();
            value.is_finite().then_some(Level { value, is_goal: false, words })
        };
        [level(low, "outcome-low"), level(high, "outcome-high")].into_iter().flatten().collect()
    }

    fn mark(&self, point: &Point, series: &Series) -> Mark {
        let amount = Quantity::new(point.value, &series.unit).to_string();
        let words = format!("{}: {amount}", self.local.moment(point.at));
        Mark { day: self.days(point.at), value: point.value, words }
    }

    fn visit(&self, visit: &Visit) -> Option<Mark> {
        let at = visit.check_in?.at;
        let moment = self.local.moment(at);
        let words = self.local.words.with("outcome-visit", "when", moment).into_owned();
        Some(Mark { day: self.days(at), value: 0.0, words })
    }

    /// Days since 1970 on the agency's clocks.
    fn days(&self, at: Timestamp) -> f64 {
        let offset_ms = f64::from(self.local.zoned(at).offset().seconds()) * 1_000.0;
        (at.as_millisecond() as f64 + offset_ms) / DAY_MS
    }

    /// The words of a day since 1970.
    fn day(&self, day: f64) -> String {
        let ms = (day.floor() * DAY_MS) as i64;
        let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let date = at.to_jiff().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        let month = self.local.words.say(&format!("month-short-{}", date.month()));
        self.local
            .words
            .tell("outcome-day", [("month", month.into()), ("day", i64::from(date.day()).into())])
            .into_owned()
    }

    /// The chart in a sentence.
    fn description(&self, series: &Series, points: &[Point]) -> String {
        let amount = |value: f64| Quantity::new(value, &series.unit).to_string();
        let low = points.iter().map(|point| point.value).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(|point| point.value).fold(f64::NEG_INFINITY, f64::max);
        let latest = points.last().map(|point| amount(point.value)).unwrap_or_default();
        let values = [
            ("count", points.len().into()),
            ("low", amount(low).into()),
            ("high", amount(high).into()),
            ("latest", latest.into()),
        ];
        self.local.words.tell("outcome-description", values).into_owned()
    }
}
