//! Today: each nurse with her visits on a time line, what arrived, and what needs attention.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::agency::Agency;
use doorstep_client_core::record::appointment::AppointmentStatus;
use doorstep_client_core::record::visit::VisitStatus;

use super::arrivals::{self, Arrival};
use super::frame::{Area, Asking, Frame, page, rules};
use super::local::Local;
use super::phone::{self, PhoneOf};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::{OfficeCaller, Problem, blocking};
use crate::limits::{ARRIVED_ENTRIES_MAX, QUEUE_SECONDS_MAX};
use crate::review::ReviewKind;
use crate::store::{PlanStanding, Planned, Role, Snapshot, StaffMember};

/// The time line's columns, as the stylesheet has them.
const COLUMNS: i64 = 64;
/// The columns that a visit takes at least, so that something can be read in it.
const COLUMNS_MIN: i64 = 10;
const MINUTE_MS: i64 = 60_000;

#[derive(Template)]
#[template(path = "today/page.html")]
struct Page {
    frame: Frame,
    day: String,
    rows: Vec<Row>,
    arrivals: Vec<Arrival>,
    attention: Vec<Attention>,
    hours: Vec<Hour>,
    now_column: Option<i64>,
}

/// Something that needs attention, and how often.
struct Attention {
    kind: ReviewKind,
    count: usize,
}

/// The hours that the time line shows; what lies outside stands at its edge.
struct Hours {
    first: i8,
    last: i8,
}

impl Hours {
    /// By day those in which visits are usual; by night all.
    fn of(local: &Local) -> Self {
        let usual = Self { first: 6, last: 22 };
        let now = local.zoned(local.now()).hour();
        if (usual.first..usual.last).contains(&now) { usual } else { Self { first: 0, last: 24 } }
    }

    /// The column of a time of its day, from the first; beside the time line where the time is.
    fn column(&self, local: &Local, at: Timestamp) -> i64 {
        let time = local.zoned(at).time();
        let minutes = i64::from(time.hour() - self.first) * 60 + i64::from(time.minute());
        (minutes * COLUMNS).div_euclid(60 * i64::from(self.last - self.first))
    }

    /// From which column to which; whole on the time line in any case.
    fn columns(&self, local: &Local, at: Timestamp, end: Option<Timestamp>) -> (i64, i64) {
        let from = self.column(local, at).clamp(0, COLUMNS - COLUMNS_MIN);
        let end = end.filter(|end| local.zoned(*end).date() == local.zoned(at).date());
        let to = end.map_or(from + COLUMNS_MIN, |end| self.column(local, end));
        (from, to.clamp(from + COLUMNS_MIN, COLUMNS))
    }

    /// What stands above the time line: eight of them.
    fn shown(&self, local: &Local) -> Vec<Hour> {
        let midnight = local.bounds(local.today()).0;
        let apart = (self.last - self.first) / 8;
        let column = |hour: i8| i64::from(hour - self.first) * COLUMNS / i64::from(self.last - self.first);
        let hours = (self.first..self.last).step_by(usize::from(apart.unsigned_abs()));
        hours.map(|hour| Hour { words: local.hour(midnight, hour), column: column(hour) }).collect()
    }
}

/// An hour on the time line.
struct Hour {
    words: String,
    column: i64,
}

/// A nurse's day.
pub struct Row {
    /// The nurse.
    pub nurse: StaffId,
    /// Her name.
    pub name: String,
    /// Her phone; none, where she has none.
    pub phone: Option<PhoneOf>,
    /// Her visits by time.
    pub visits: Vec<Visit>,
}

/// A visit, as it was agreed on or as it was made.
pub struct Visit {
    /// Whose chart.
    pub scope: ScopeId,
    /// The patient's name.
    pub patient: String,
    /// From when to when, in words.
    pub time: String,
    /// How it stands.
    pub state: VisitState,
    /// Where on the time line it begins, and where it ends.
    pub columns: (i64, i64),
    /// Whether a field of it has several values.
    pub has_conflicts: bool,
    at: Timestamp,
}

/// How a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitState {
    /// It is to come.
    Planned,
    /// Nobody has checked in although it was to begin.
    Late,
    /// The nurse is there.
    UnderWay,
    /// It was made.
    Done,
    /// It was not made.
    Missed,
    /// It was called off.
    Cancelled,
}

impl VisitState {
    /// Its name, in class names and messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Late => "late",
            Self::UnderWay => "under-way",
            Self::Done => "done",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A row by itself, as it is told to pages that are open.
#[derive(Template)]
#[template(path = "today/row.html")]
pub(super) struct RowPart<'a> {
    pub(super) local: &'a Local,
    pub(super) row: &'a Row,
}

/// What happens today.
#[utoipa::path(
    get,
    path = "/office",
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Today)?;
        let local = frame.local.clone();
        let counts = app.queues.read(&*app.store, caller.agency, local.now(), QUEUE_SECONDS_MAX)?.counts();
        page(&Page {
            day: local.long_day(local.today()).into_owned(),
            rows: rows(snapshot, &local)?,
            arrivals: arrivals::of(snapshot, snapshot.latest_activity(ARRIVED_ENTRIES_MAX)?)?,
            attention: attention(&counts),
            hours: Hours::of(&local).shown(&local),
            now_column: now_column(&local),
            frame,
        })
    })
    .await
}

/// Every nurse's day: those with visits or a phone, by name.
fn rows(snapshot: &dyn Snapshot, local: &Local) -> Result<Vec<Row>, Problem> {
    let (from, until) = local.bounds(local.today());
    let mut planned: HashMap<StaffId, Vec<Planned>> = HashMap::new();
    for one in snapshot.day_plan(from, until, None)? {
        if let Some(nurse) = one.nurse {
            planned.entry(nurse).or_default().push(one);
        }
    }
    let scopes: Vec<ScopeId> = planned.values().flatten().map(|one| one.scope).collect();
    let (patients, agency) = (snapshot.titles(&scopes)?, rules(snapshot)?);
    let mut phones = phone::of_all(snapshot)?;
    let nurses = snapshot.all_staff()?.into_iter().filter(has_days);
    let rows = nurses.map(|member| {
        let plan = planned.remove(&member.id).unwrap_or_default();
        Row {
            nurse: member.id,
            phone: phones.remove(&member.id),
            visits: visits(plan, &patients, &agency, local),
            name: member.name,
        }
    });
    Ok(rows.collect())
}

/// A nurse's day; none of whoever is no nurse.
pub(super) fn row(snapshot: &dyn Snapshot, local: &Local, nurse: StaffId) -> Result<Option<Row>, Problem> {
    let Some(member) = snapshot.staff(nurse)?.filter(has_days) else { return Ok(None) };
    let (from, until) = local.bounds(local.today());
    let plan = snapshot.day_plan(from, until, Some(nurse))?;
    let scopes: Vec<ScopeId> = plan.iter().map(|one| one.scope).collect();
    let (patients, agency) = (snapshot.titles(&scopes)?, rules(snapshot)?);
    let phone = phone::of_all(snapshot)?.remove(&nurse);
    let visits = visits(plan, &patients, &agency, local);
    Ok(Some(Row { nurse, name: member.name, phone, visits }))
}

fn has_days(member: &StaffMember) -> bool {
    member.is_active && member.role == Role::Nurse
}

/// A nurse's appointments and visits, each visit in place of the appointment that it keeps.
fn visits(
    plan: Vec<Planned>,
    patients: &HashMap<ScopeId, String>,
    agency: &Agency,
    local: &Local,
) -> Vec<Visit> {
    let (made, agreed): (Vec<_>, Vec<_>) =
        plan.into_iter().partition(|one| matches!(one.standing, PlanStanding::Visit { .. }));
    let kept = |one: &Planned| match &one.standing {
        PlanStanding::Visit { appointment, .. } => *appointment,
        PlanStanding::Appointment { .. } => None,
    };
    let agreed: BTreeMap<RecordId, Planned> = agreed.into_iter().map(|one| (one.record, one)).collect();
    let kept_by_visits: Vec<RecordId> = made.iter().filter_map(kept).collect();
    let patient = |scope| patients.get(&scope).cloned().unwrap_or_default();
    let visit = |one: &Planned, instead_of: Option<&Planned>| {
        let state = state_of(one, agency, local.now());
        let at = one.at.or(instead_of?.at)?;
        let agreed_end = instead_of.and_then(|appointment| appointment.end);
        let end = one.end.or(agreed_end).filter(|end| *end > at);
        Some(Visit {
            scope: one.scope,
            patient: patient(one.scope),
            time: end.map_or(local.time(at), |end| format!("{} – {}", local.time(at), local.time(end))),
            state,
            columns: Hours::of(local).columns(local, at, end),
            has_conflicts: one.conflicts > 0,
            at,
        })
    };
    let made = made.iter().filter_map(|one| match kept(one) {
        Some(appointment) => visit(one, Some(agreed.get(&appointment).unwrap_or(one))),
        None => visit(one, Some(one)),
    });
    let open = agreed.values().filter(|one| !kept_by_visits.contains(&one.record));
    let mut all: Vec<Visit> = made.chain(open.filter_map(|one| visit(one, Some(one)))).collect();
    all.sort_by_key(|visit| visit.at);
    all
}

fn state_of(one: &Planned, agency: &Agency, now: Timestamp) -> VisitState {
    match &one.standing {
        PlanStanding::Visit { status, .. } => match status {
            VisitStatus::Finished => VisitState::Done,
            VisitStatus::Missed => VisitState::Missed,
            VisitStatus::Cancelled => VisitState::Cancelled,
            VisitStatus::Planned => VisitState::Planned,
            _ => VisitState::UnderWay,
        },
        PlanStanding::Appointment { status, .. } => match status {
            AppointmentStatus::Fulfilled => VisitState::Done,
            AppointmentStatus::NoShow => VisitState::Missed,
            AppointmentStatus::Cancelled => VisitState::Cancelled,
            AppointmentStatus::Arrived | AppointmentStatus::CheckedIn => VisitState::UnderWay,
            _ => {
                let allowed_ms = agency.visit_rules.missed_after_minutes().saturating_mul(MINUTE_MS);
                let late_ms = one.at.map_or(0, |at| now.as_millisecond() - at.as_millisecond());
                if late_ms > allowed_ms { VisitState::Late } else { VisitState::Planned }
            }
        },
    }
}

fn now_column(local: &Local) -> Option<i64> {
    Some(Hours::of(local).column(local, local.now())).filter(|column| (0..COLUMNS).contains(column))
}

fn attention(counts: &BTreeMap<ReviewKind, usize>) -> Vec<Attention> {
    counts.iter().map(|(kind, count)| Attention { kind: *kind, count: *count }).collect()
}

impl Attention {
    fn message(&self) -> String {
        format!("review-kind-{}", self.kind.code().replace('_', "-"))
    }
}
