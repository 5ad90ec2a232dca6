//! A day on a time line: appointments and visits, and where they stand on it.

use std::collections::{BTreeMap, HashMap, HashSet};

use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::agency::Agency;
use doorstep_client_core::record::appointment::AppointmentStatus;
use doorstep_client_core::record::visit::VisitStatus;

use super::local::Local;
use crate::store::{PlanStanding, Planned};

/// The time line's columns, as the stylesheet has them.
const COLUMNS: i64 = 64;
/// The columns that a visit takes at least, so that something can be read in it.
const COLUMNS_MIN: i64 = 10;
const MINUTE_MS: i64 = 60_000;

/// The hours that the time line shows; what lies outside stands at its edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    first: i8,
    last: i8,
}

impl Hours {
    /// By day those in which visits are usual; by night all.
    pub fn of(local: &Local) -> Self {
        Self::holding(local, [local.now()])
    }

    /// Those in which visits are usual, where all of these times are in them; or else all.
    pub fn holding(local: &Local, times: impl IntoIterator<Item = Timestamp>) -> Self {
        let usual = Self { first: 6, last: 22 };
        let is_usual = |at| (usual.first..usual.last).contains(&local.zoned(at).hour());
        if times.into_iter().all(is_usual) { usual } else { Self { first: 0, last: 24 } }
    }

    /// The column of a time of its day, from the first; beside the time line where the time is.
    fn column(self, local: &Local, at: Timestamp) -> i64 {
        let time = local.zoned(at).time();
        let minutes = i64::from(time.hour() - self.first) * 60 + i64::from(time.minute());
        (minutes * COLUMNS).div_euclid(60 * i64::from(self.last - self.first))
    }

    /// From which column to which; whole on the time line in any case.
    fn columns(self, local: &Local, at: Timestamp, end: Option<Timestamp>) -> (i64, i64) {
        let from = self.column(local, at).clamp(0, COLUMNS - COLUMNS_MIN);
        let end = end.filter(|end| local.zoned(*end).date() == local.zoned(at).date());
        let to = end.map_or(from + COLUMNS_MIN, |end| self.column(local, end));
        (from, to.clamp(from + COLUMNS_MIN, COLUMNS))
    }

    /// What stands above the time line: eight of them.
    pub fn shown(self, local: &Local) -> Vec<Hour> {
        let midnight = local.bounds(local.today()).0;
        let apart = (self.last - self.first) / 8;
        let column = |hour: i8| i64::from(hour - self.first) * COLUMNS / i64::from(self.last - self.first);
        let hours = (self.first..self.last).step_by(usize::from(apart.unsigned_abs()));
        hours.map(|hour| Hour { words: local.hour(midnight, hour), column: column(hour) }).collect()
    }

    /// The column of this moment, where it is on the time line.
    pub fn now_column(self, local: &Local) -> Option<i64> {
        Some(self.column(local, local.now())).filter(|column| (0..COLUMNS).contains(column))
    }
}

/// An hour on the time line.
pub struct Hour {
    /// Which, in words.
    pub words: String,
    /// The column in which it begins.
    pub column: i64,
}

/// Where visits lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// To the patient's chart.
    Charts,
    /// To the appointment; to the chart, where a visit keeps none.
    Appointments,
}

/// A visit, as it was agreed on or as it was made.
pub struct Visit {
    /// Whose chart.
    pub scope: ScopeId,
    /// Where it leads.
    pub href: String,
    /// When it begins.
    pub at: Timestamp,
    /// When it ends, where that is known.
    pub end: Option<Timestamp>,
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
    /// Whether it is said in words: what is to come, as most is, is known by its having none.
    pub fn is_told(self) -> bool {
        self != Self::Planned
    }

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

/// Appointments and visits by time, with where each leads and where on these hours it stands, each visit in place of the appointment that it keeps.
pub fn visits(
    plan: Vec<Planned>,
    patients: &HashMap<ScopeId, String>,
    agency: &Agency,
    local: &Local,
    (lead, hours): (Lead, Hours),
) -> Vec<Visit> {
    let (made, agreed): (Vec<_>, Vec<_>) =
        plan.into_iter().partition(|one| matches!(one.standing, PlanStanding::Visit { .. }));
    let agreed: BTreeMap<RecordId, Planned> = agreed.into_iter().map(|one| (one.record, one)).collect();
    let kept: HashSet<RecordId> = made.iter().filter_map(appointment_of).collect();
    let visit = |one: &Planned, instead_of: Option<&Planned>| {
        let at = one.at.or(instead_of?.at)?;
        let agreed_end = instead_of.and_then(|appointment| appointment.end);
        let end = one.end.or(agreed_end).filter(|end| *end > at);
        Some(Visit {
            scope: one.scope,
            href: href(one, lead),
            patient: patients.get(&one.scope).cloned().unwrap_or_default(),
            time: end.map_or(local.time(at), |end| format!("{} – {}", local.time(at), local.time(end))),
            state: state_of(one, agency, local.now()),
            columns: hours.columns(local, at, end),
            has_conflicts: one.conflicts > 0,
            at,
            end,
        })
    };
    let made = made.iter().filter_map(|one| {
        let appointment = appointment_of(one).and_then(|appointment| agreed.get(&appointment));
        visit(one, Some(appointment.unwrap_or(one)))
    });
    let open = agreed.values().filter(|one| !kept.contains(&one.record));
    let mut all: Vec<Visit> = made.chain(open.filter_map(|one| visit(one, Some(one)))).collect();
    all.sort_by_key(|visit| visit.at);
    all
}

fn appointment_of(one: &Planned) -> Option<RecordId> {
    match &one.standing {
        PlanStanding::Visit { appointment, .. } => *appointment,
        PlanStanding::Appointment { .. } => None,
    }
}

fn href(one: &Planned, lead: Lead) -> String {
    let appointment = match one.standing {
        PlanStanding::Appointment { .. } => Some(one.record),
        PlanStanding::Visit { appointment, .. } => appointment,
    };
    match appointment.filter(|_| lead == Lead::Appointments) {
        Some(appointment) => format!("/office/appointments/{appointment}"),
        None => format!("/office/cases/{}", one.scope),
    }
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
