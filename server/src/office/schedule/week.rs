//! A line of the schedule: what one nurse has to do, day by day.

use doorstep_client_core::ids::StaffId;
use jiff::civil::Date;

use super::span::Span;
use crate::office::local::Local;
use crate::office::track::{Visit, VisitState};

/// A nurse's days.
pub(super) struct Line {
    /// Who; none, of what has no nurse yet.
    pub(super) nurse: Option<StaffId>,
    /// Her name.
    pub(super) name: String,
    /// Each day.
    pub(super) cells: Vec<Cell>,
}

/// A nurse's day.
pub(super) struct Cell {
    /// Which.
    pub(super) day: Date,
    /// Her visits by time.
    pub(super) visits: Vec<Visit>,
}

impl Line {
    /// What one nurse has to do in these days. What was begun on another day stands on the first or the last.
    pub(super) fn of(
        nurse: Option<StaffId>,
        name: String,
        all: Vec<Visit>,
        span: Span,
        local: &Local,
    ) -> Self {
        let mut cells: Vec<Cell> =
            span.days().into_iter().map(|day| Cell { day, visits: Vec::new() }).collect();
        for visit in all {
            let day = local.zoned(visit.at).date();
            let index = cells.iter().rposition(|cell| cell.day <= day).unwrap_or_default();
            cells[index].visits.push(visit);
        }
        Self { nurse, name, cells }
    }

    /// How many visits there are.
    pub(super) fn count(&self) -> usize {
        self.cells.iter().map(|cell| cell.visits.len()).sum()
    }

    /// The first day, of which a page of one day is.
    pub(super) fn only(&self) -> &[Visit] {
        self.cells.first().map_or(&[], |cell| &cell.visits)
    }
}

impl Cell {
    /// How many visits are not called off.
    pub(super) fn count(&self) -> usize {
        self.visits.iter().filter(|visit| visit.state != VisitState::Cancelled).count()
    }

    /// From when until when they last.
    pub(super) fn hours(&self, local: &Local) -> String {
        let standing = || self.visits.iter().filter(|visit| visit.state != VisitState::Cancelled);
        let first = standing().map(|visit| visit.at).min();
        let last = standing().map(|visit| visit.end.unwrap_or(visit.at)).max();
        match (first, last) {
            (Some(first), Some(last)) => format!("{} – {}", local.time(first), local.time(last)),
            _ => String::new(),
        }
    }

    /// What stands out, and how often: called off, missed, late, in conflict, in the classes and messages of each.
    pub(super) fn marks(&self) -> Vec<(&'static str, &'static str, usize)> {
        let of = |state| self.visits.iter().filter(|visit| visit.state == state).count();
        let conflicts = self.visits.iter().filter(|visit| visit.has_conflicts).count();
        let marks = [
            ("warning", "visit-state-late", of(VisitState::Late)),
            ("bad", "visit-state-missed", of(VisitState::Missed)),
            ("", "visit-state-cancelled", of(VisitState::Cancelled)),
            ("warning", "review-kind-conflict", conflicts),
        ];
        marks.into_iter().filter(|(_, _, count)| *count > 0).collect()
    }
}
