//! The schedule: who visits whom when, by nurse, for a day or a week.
//!
//! - `span`: the days that are shown. `week`: a row for each nurse, a column for each day. `links`: where it leads.
//! - `book`: a visit is agreed on. `appointment`: it is moved, or called off. `form`: what both ask.
//! - `objections`: what speaks against it, told before it is saved.

pub mod appointment;
pub mod book;
mod form;
mod links;
mod objections;
mod span;
mod week;

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::agency::Agency;
use serde::Deserialize;

use self::links::Links;
use self::span::Span;
use self::week::Line;
use super::frame::{Area, Asking, Frame, page, rules};
use super::local::Local;
use super::today::has_days;
use super::track::{Hour, Hours, Lead, Visit, visits};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::{OfficeCaller, Problem, Queried, blocking};
use crate::limits::{SCHEDULE_ENTRIES_MAX, SCHEDULE_NURSES_MAX, UNBOOKED_CASES_MAX};
use crate::store::{Planned, Snapshot, StaffMember};

/// What is asked for: a day or else a week, of one nurse or all, of one case or all.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Sought {
    week: Option<String>,
    day: Option<String>,
    nurse: Option<String>,
    case: Option<String>,
    /// The page of nurses after this one.
    past: Option<String>,
    /// The page of cases without an appointment after this one.
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "schedule/page.html")]
struct Page {
    frame: Frame,
    links: Links,
    title: String,
    nurses: Vec<StaffMember>,
    nurse: Option<StaffMember>,
    case: Option<(ScopeId, String)>,
    lines: Vec<Line>,
    /// Whether each visit is shown, and not only how many there are.
    is_full: bool,
    hours: Vec<Hour>,
    now_column: Option<i64>,
    more_nurses: Option<StaffId>,
    unbooked: Vec<(ScopeId, String)>,
    more_unbooked: Option<ScopeId>,
}

/// The schedule of a day or a week.
#[utoipa::path(
    get,
    path = "/office/schedule",
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Queried(sought): Queried<Sought>,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Schedule)?;
        page(&Page::of(snapshot, frame, &sought)?)
    })
    .await
}

impl Page {
    fn of(snapshot: &dyn Snapshot, frame: Frame, sought: &Sought) -> Result<Self, Problem> {
        let local = frame.local.clone();
        let span = sought.span(&local)?;
        let staff: Vec<StaffMember> = snapshot.all_staff()?;
        let nurse = match sought.id::<StaffId>(&sought.nurse)? {
            None => None,
            Some(id) => Some(
                staff.iter().find(|one| one.id == id).cloned().ok_or_else(|| Problem::not_found("nurse"))?,
            ),
        };
        let case = match sought.id::<ScopeId>(&sought.case)? {
            None => None,
            Some(id) => {
                let title = snapshot.titles(&[id])?.remove(&id);
                Some((id, title.ok_or_else(|| Problem::not_found("case"))?))
            }
        };
        let links = Links {
            span,
            nurse: nurse.as_ref().map(|nurse| nurse.id),
            case: case.as_ref().map(|case| case.0),
        };
        let nurses: Vec<StaffMember> = staff.into_iter().filter(has_days).collect();
        let (rows, more_nurses) = match &nurse {
            Some(nurse) => (vec![nurse.clone()], None),
            None => page_of(&nurses, sought.id(&sought.past)?),
        };
        let mut plan = Plan::read(snapshot, &local, &links)?;
        let mut lines = Vec::new();
        if nurse.is_none() && sought.past.is_none() {
            lines.extend(Some(plan.line(None, String::new(), &local)).filter(|line| line.count() > 0));
        }
        for row in rows {
            let line = plan.line(Some(row.id), row.name, &local);
            lines.extend(Some(line).filter(|line| case.is_none() || line.count() > 0));
        }
        let after = sought.id(&sought.after)?;
        let mut unbooked = match &case {
            Some(_) => Vec::new(),
            None => snapshot.unbooked_cases(local.now(), links.nurse, after, UNBOOKED_CASES_MAX + 1)?,
        };
        let is_more = unbooked.len() > UNBOOKED_CASES_MAX;
        unbooked.truncate(UNBOOKED_CASES_MAX);
        Ok(Self {
            title: title(&local, span),
            is_full: !span.is_week() || is_shown_in_full(&lines),
            more_unbooked: unbooked.last().filter(|_| is_more).map(|last| last.0),
            hours: plan.hours.shown(&local),
            now_column: plan.hours.now_column(&local).filter(|_| span == Span::Day(local.today())),
            frame,
            links,
            nurses,
            nurse,
            case,
            lines,
            more_nurses,
            unbooked,
        })
    }

    fn days(&self) -> Vec<jiff::civil::Date> {
        self.links.span.days()
    }

    fn is_today(&self, day: &jiff::civil::Date) -> bool {
        *day == self.frame.local.today()
    }

    fn is_nurse(&self, nurse: &StaffId) -> bool {
        self.links.nurse == Some(*nurse)
    }
}

impl Sought {
    /// Which days; this week, where none are named.
    fn span(&self, local: &Local) -> Result<Span, Problem> {
        let named = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let unreadable = || Problem::bad_request("a day is named like 2026-11-27, a week like 2026-W48");
        match (named(&self.day), named(&self.week)) {
            (Some(day), _) => Span::day(&day).ok_or_else(unreadable),
            (None, Some(week)) => Span::week(&week).ok_or_else(unreadable),
            (None, None) => Ok(Span::week_of(local.today())),
        }
    }

    /// An id that a parameter names; none where it is left empty, as a form does.
    fn id<T: std::str::FromStr>(&self, text: &Option<String>) -> Result<Option<T>, Problem> {
        let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Problem::bad_request("a parameter of the address is not an id"))
    }
}

fn title(local: &Local, span: Span) -> String {
    match span {
        Span::Day(day) => local.long_day(day).into_owned(),
        Span::Week(monday) => {
            let days = span.days();
            let values = [
                ("from", local.day(monday).into()),
                ("until", local.day(days.last().copied().unwrap_or(monday)).into()),
            ];
            local.words.tell("schedule-week-of", values).into_owned()
        }
    }
}

/// Whether a week shows each of its visits.
fn is_shown_in_full(lines: &[Line]) -> bool {
    lines.iter().map(Line::count).sum::<usize>() <= SCHEDULE_ENTRIES_MAX
}

/// A page of nurses, past one of them, and the last of it where there are more.
fn page_of(nurses: &[StaffMember], past: Option<StaffId>) -> (Vec<StaffMember>, Option<StaffId>) {
    let from = past.and_then(|past| nurses.iter().position(|one| one.id == past)).map_or(0, |past| past + 1);
    let mut rest = nurses.iter().skip(from);
    let shown: Vec<StaffMember> = rest.by_ref().take(SCHEDULE_NURSES_MAX).cloned().collect();
    let last = rest.next().and(shown.last()).map(|last| last.id);
    (shown, last)
}

/// What is planned in the days that are shown, by nurse.
struct Plan {
    by_nurse: HashMap<Option<StaffId>, Vec<Planned>>,
    patients: HashMap<ScopeId, String>,
    agency: Agency,
    span: Span,
    hours: Hours,
}

impl Plan {
    fn read(snapshot: &dyn Snapshot, local: &Local, links: &Links) -> Result<Self, Problem> {
        let days = links.span.days();
        let (from, until) = (local.bounds(days[0]).0, local.bounds(days[days.len() - 1]).1);
        let mut plan = snapshot.day_plan(from, until, links.nurse)?;
        plan.retain(|one| links.case.is_none_or(|case| case == one.scope));
        let scopes: Vec<ScopeId> = plan.iter().map(|one| one.scope).collect();
        let hours = Hours::holding(local, plan.iter().filter_map(|one| one.at));
        let mut by_nurse: HashMap<Option<StaffId>, Vec<Planned>> = HashMap::new();
        for one in plan {
            by_nurse.entry(one.nurse).or_default().push(one);
        }
        let patients = snapshot.titles(&scopes)?;
        Ok(Self { by_nurse, patients, agency: rules(snapshot)?, span: links.span, hours })
    }

    /// A nurse's line, or that of what has no nurse yet.
    fn line(&mut self, nurse: Option<StaffId>, name: String, local: &Local) -> Line {
        let plan = self.by_nurse.remove(&nurse).unwrap_or_default();
        let all: Vec<Visit> =
            visits(plan, &self.patients, &self.agency, local, (Lead::Appointments, self.hours));
        Line::of(nurse, name, all, self.span, local)
    }
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::record::Timestamp;

    use super::*;
    use crate::office::track::VisitState;
    use crate::office::words::Language;
    use crate::store::Role;

    fn nurses(count: usize) -> Vec<StaffMember> {
        let nurse = |number: usize| {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&number.to_be_bytes());
            let name = format!("Nurse {number}");
            StaffMember { id: StaffId::from_bytes(id), name, role: Role::Nurse, is_active: true }
        };
        (0..count).map(nurse).collect()
    }

    #[test]
    fn i14_a_week_shows_visits_one_by_one_up_to_the_limit_and_past_it_how_many_there_are() {
        let local = Local::of(&Agency::default(), Timestamp::UNIX_EPOCH, Language::English.into());
        let visit = || Visit {
            scope: ScopeId::from_bytes([0xc1; 16]),
            href: String::new(),
            at: Timestamp::UNIX_EPOCH,
            end: None,
            patient: String::new(),
            time: String::new(),
            state: VisitState::Planned,
            columns: (0, 10),
            has_conflicts: false,
        };
        let week = Span::week_of(local.today());
        let lines = |count| {
            let all = (0..count).map(|_| visit()).collect();
            [Line::of(None, String::new(), all, week, &local)]
        };
        assert!(is_shown_in_full(&lines(SCHEDULE_ENTRIES_MAX)));
        assert!(!is_shown_in_full(&lines(SCHEDULE_ENTRIES_MAX + 1)));
    }

    #[test]
    fn i14_nurses_up_to_the_limit_are_on_one_page_and_one_more_is_on_the_next() {
        let all = nurses(SCHEDULE_NURSES_MAX);
        assert_eq!(page_of(&all, None), (all.clone(), None));
        let all = nurses(SCHEDULE_NURSES_MAX + 1);
        let (first, more) = page_of(&all, None);
        assert_eq!((first.len(), more), (SCHEDULE_NURSES_MAX, Some(first[SCHEDULE_NURSES_MAX - 1].id)));
        assert_eq!(page_of(&all, more), (vec![all[SCHEDULE_NURSES_MAX].clone()], None));
    }
}
