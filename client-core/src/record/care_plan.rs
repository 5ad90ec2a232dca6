//! `care_plan`: what is to be done, for which conditions, towards which goals. FHIR R4 `CarePlan`.

use super::omaha::{OmahaCategory, OmahaProblem};
use super::words::{listed, said};
use super::{Checks, Coding, Date, Keyed, Members, Period, Record, Text};
use crate::ids::RecordId;

codes! {
    /// Whether the plan is followed: FHIR R4 `request-status`.
    pub enum CarePlanStatus {
        Draft = "draft": "Draft",
        Active = "active": "Active",
        OnHold = "on-hold": "On hold",
        Completed = "completed": "Completed",
        Revoked = "revoked": "Revoked",
        Unknown = "unknown": "Unknown",
    }
}

codes! {
    /// Whether an intervention is carried out: FHIR R4 `care-plan-activity-status`.
    pub enum InterventionStatus {
        NotStarted = "not-started": "Not started",
        Scheduled = "scheduled": "Scheduled",
        InProgress = "in-progress": "In progress",
        OnHold = "on-hold": "On hold",
        Completed = "completed": "Completed",
        Cancelled = "cancelled": "Cancelled",
        Stopped = "stopped": "Stopped",
        Unknown = "unknown": "Unknown",
    }
}

structure! {
    /// One thing that is to be done.
    pub struct Intervention {
        /// What sort of thing (Omaha System).
        pub category: Option<OmahaCategory>,
        /// The problem that it is about (Omaha System).
        pub problem: Option<OmahaProblem>,
        /// What it works on: the Omaha System's target, e.g. "dressing change/wound care".
        pub target: String,
        /// What is to be done, as a code: SNOMED CT.
        pub code: Option<Coding>,
        /// What is to be done.
        pub description: String,
        /// How often, e.g. "twice a week for 4 weeks".
        pub frequency: String,
        /// Whether it is carried out.
        pub status: InterventionStatus,
    }
}

impl Intervention {
    /// What is to be done, in words.
    pub fn words(&self) -> &str {
        let words = [self.description.as_str(), said(&self.code), &self.target];
        words.into_iter().find(|words| !words.is_empty()).unwrap_or_default()
    }
}

structure! {
    /// What is to be done, for which conditions, towards which goals.
    pub struct CarePlan {
        /// What the plan is called.
        pub title: String,
        /// What sort of plan: SNOMED CT.
        pub category: Option<Coding>,
        /// Whether it is followed.
        pub status: CarePlanStatus,
        /// From when to when.
        pub period: Option<Period>,
        /// The whole plan in words.
        pub description: Text,
        /// The conditions that it is for.
        pub conditions: Members,
        /// The goals that it works towards.
        pub goals: Members,
        /// What is to be done.
        pub interventions: Keyed<Intervention>,
        /// The physician who certifies it: a `care_team_member`.
        pub physician: Option<RecordId>,
        /// When the physician signed.
        pub physician_signed: Option<Date>,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for CarePlan {
    fn check(&self, checks: &mut Checks) {
        checks.required("title", &self.title);
        checks.coding("category", &self.category);
        checks.short("status", self.status.code());
        checks.period("period", self.period);
        checks.text("description", &self.description);
        checks.members("conditions", &self.conditions);
        checks.members("goals", &self.goals);
        checks.each("interventions", &self.interventions, |checks, intervention| {
            let is_said = !intervention.words().trim().is_empty();
            checks.require(is_said, "description", "must say what is to be done");
            checks.coding("code", &intervention.code);
            checks.shorts(&[
                ("category", intervention.category.as_ref().map_or("", OmahaCategory::code)),
                ("problem", intervention.problem.as_ref().map_or("", OmahaProblem::code)),
                ("target", &intervention.target),
                ("description", &intervention.description),
                ("frequency", &intervention.frequency),
                ("status", intervention.status.code()),
            ]);
        });
        checks.require(
            self.physician_signed.is_none() || self.physician.is_some(),
            "physician",
            "must be given with the day of the signature",
        );
    }

    fn summary(&self) -> String {
        let interventions = match self.interventions.len() {
            0 => String::new(),
            1 => "1 intervention".to_owned(),
            many => format!("{many} interventions"),
        };
        let signed = self.physician_signed.map(|date| format!("signed {date}")).unwrap_or_default();
        listed([&self.title, &self.status.display().to_lowercase(), &interventions, &signed])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
