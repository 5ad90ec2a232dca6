//! What an agency's care comes to.

use std::collections::BTreeMap;

use doorstep_client_core::care::trends::Trend;
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::goal::{Achievement, GoalStatus};

/// What the care comes to: of the whole agency, and of each nurse.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// Of the whole agency.
    pub agency: OutcomeCounts,
    /// Of each nurse that anything is counted for. A goal counts for every nurse who has the case, or had it at some time
    /// since the period began; an appointment, a visit and a task for the nurse that it names.
    pub nurses: BTreeMap<StaffId, OutcomeCounts>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutcomeCounts {
    /// Goals that were pursued in the period, as they stand now: begun before its end, and not ended before it.
    pub goals: BTreeMap<(GoalStatus, Achievement), u32>,
    /// Visits of the period.
    pub visits: VisitCounts,
    /// Open tasks that are overdue today.
    pub overdue_tasks: u32,
    /// Where the measures of the goals that are pursued now move.
    pub measures: MeasureCounts,
}

/// Visits of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitCounts {
    /// Appointments that were to begin in it.
    pub planned: u32,
    /// Of these, those that were cancelled.
    pub cancelled: u32,
    /// Visits that were begun in it.
    pub made: u32,
    /// Visits that were not made and are said to be missed: by the time of their appointment, or of their record.
    pub missed: u32,
}

/// Where measures move: each goal that names a measure and a value counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MeasureCounts {
    /// The latest measurement meets the target.
    pub on_target: u32,
    /// It is nearer to it than those before.
    pub improving: u32,
    /// It is as far from it.
    pub steady: u32,
    /// It is farther from it.
    pub worsening: u32,
    /// Too little was measured to say.
    pub unclear: u32,
}

impl MeasureCounts {
    /// Counts one more.
    pub(super) fn count(&mut self, trend: Option<Trend>) {
        *match trend {
            Some(Trend::OnTarget) => &mut self.on_target,
            Some(Trend::Improving) => &mut self.improving,
            Some(Trend::Steady) => &mut self.steady,
            Some(Trend::Worsening) => &mut self.worsening,
            None => &mut self.unclear,
        } += 1;
    }
}
