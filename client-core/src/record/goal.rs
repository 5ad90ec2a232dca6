//! `goal`: what the patient wants to reach. FHIR R4 `Goal`.

use super::omaha::{OmahaProblem, RATING_MAX, RATING_MIN};
use super::words::{excerpt, listed, said};
use super::{Checks, Coding, Date, Keyed, Quantity, Record, Text, Timestamp};
use crate::ids::{RecordId, StaffId};

codes! {
    /// Whether the goal is pursued: FHIR R4 `goal-status`.
    pub enum GoalStatus {
        Active = "active": "Active",
        Proposed = "proposed": "Proposed",
        Planned = "planned": "Planned",
        Accepted = "accepted": "Accepted",
        OnHold = "on-hold": "On hold",
        Completed = "completed": "Completed",
        Cancelled = "cancelled": "Cancelled",
        Rejected = "rejected": "Rejected",
    }
}

impl GoalStatus {
    /// Whether work towards the goal goes on.
    pub fn is_current(&self) -> bool {
        matches!(self, Self::Active | Self::Planned | Self::Accepted)
    }
}

codes! {
    /// How far it has come: FHIR R4 `goal-achievement`.
    pub enum Achievement {
        InProgress = "in-progress": "In progress",
        Improving = "improving": "Improving",
        Worsening = "worsening": "Worsening",
        NoChange = "no-change": "No change",
        Achieved = "achieved": "Achieved",
        Sustaining = "sustaining": "Sustaining",
        NotAchieved = "not-achieved": "Not achieved",
        NoProgress = "no-progress": "No progress",
        NotAttainable = "not-attainable": "Not attainable",
    }
}

codes! {
    /// On which side of the value the target lies: FHIR R4 `quantity-comparator`, and `=` for none.
    pub enum Comparator {
        Equal = "=": "exactly",
        Less = "<": "below",
        AtMost = "<=": "at most",
        AtLeast = ">=": "at least",
        Greater = ">": "above",
    }
}

structure! {
    /// What is to be measured when the goal is reached.
    pub struct Target {
        /// What is measured: LOINC.
        pub measure: Option<Coding>,
        /// On which side of the value.
        pub comparator: Comparator,
        /// The value and its unit.
        pub value: Option<Quantity>,
        /// By when.
        pub due: Option<Date>,
    }
}

structure! {
    /// The Omaha System's Problem Rating Scale for Outcomes, at one time.
    pub struct Rating {
        /// When it was rated.
        pub rated_at: Option<Timestamp>,
        /// Who rated.
        pub rated_by: Option<StaffId>,
        /// Knowledge, 1 to 5: what the patient remembers and interprets.
        pub knowledge: Option<i64>,
        /// Behavior, 1 to 5: what the patient does.
        pub behavior: Option<i64>,
        /// Status, 1 to 5: how the patient is.
        pub status: Option<i64>,
        /// Whether the rating was entered in error.
        pub entered_in_error: bool,
    }
}

structure! {
    /// What the patient wants to reach.
    pub struct Goal {
        /// The goal in the patient's words.
        pub description: Text,
        /// The condition that it is about.
        pub condition: Option<RecordId>,
        /// The problem of the Omaha System that the ratings are of.
        pub omaha_problem: Option<OmahaProblem>,
        /// What is to be measured when it is reached.
        pub target: Target,
        /// Whether it is pursued.
        pub status: GoalStatus,
        /// How far it has come.
        pub achievement: Achievement,
        /// Knowledge, Behavior and Status as they were rated over time.
        pub ratings: Keyed<Rating>,
        /// When it was agreed on.
        pub start: Option<Date>,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Goal {
    /// The rating that was made last.
    pub fn latest_rating(&self) -> Option<&Rating> {
        let valid = self.ratings.values().filter(|rating| !rating.entered_in_error);
        valid.max_by_key(|rating| rating.rated_at)
    }
}

impl Record for Goal {
    fn check(&self, checks: &mut Checks) {
        checks.require(!self.description.trim().is_empty(), "description", "must not be empty");
        checks.text("description", &self.description);
        checks.shorts(&[
            ("omaha_problem", self.omaha_problem.as_ref().map_or("", OmahaProblem::code)),
            ("status", self.status.code()),
            ("achievement", self.achievement.code()),
        ]);
        checks.inside("target", |checks| {
            let Target { measure, comparator, value, due: _ } = &self.target;
            checks.coding("measure", measure);
            checks.short("comparator", comparator.code());
            checks.quantity("value", value);
            checks.require(value.is_none() || measure.is_some(), "measure", "a target needs what is measured");
        });
        checks.each("ratings", &self.ratings, |checks, rating| {
            checks.require(rating.rated_at.is_some(), "rated_at", "must say when");
            checks.whole("knowledge", rating.knowledge, RATING_MIN, RATING_MAX);
            checks.whole("behavior", rating.behavior, RATING_MIN, RATING_MAX);
            checks.whole("status", rating.status, RATING_MIN, RATING_MAX);
        });
        checks.dates("target.due", self.start, self.target.due);
    }

    fn summary(&self) -> String {
        let Target { measure, comparator, value, due } = &self.target;
        let target = value.as_ref().map(|value| format!("{} {} {value}", said(measure), comparator.display()));
        let due = due.map(|due| format!("by {due}")).unwrap_or_default();
        let progress = match &self.status {
            status if status.is_current() => self.achievement.display(),
            status => status.display(),
        };
        let target = target.unwrap_or_default();
        listed([&excerpt(&self.description), target.trim(), &due, &progress.to_lowercase()])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
