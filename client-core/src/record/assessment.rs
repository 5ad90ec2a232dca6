//! `assessment`: an instrument filled in with the patient. FHIR R4 `QuestionnaireResponse`.

use std::collections::BTreeMap;

use super::words::{excerpt, listed, rounded};
use super::{Answer, Checks, Record, Text, Timestamp};
use crate::ids::{RecordId, StaffId};

codes! {
    /// How far it has come: FHIR R4 `questionnaire-answers-status`.
    pub enum AssessmentStatus {
        InProgress = "in-progress": "In progress",
        Completed = "completed": "Completed",
        Amended = "amended": "Amended",
        Stopped = "stopped": "Stopped",
    }
}

codes! {
    /// How likely harm is: FHIR R4 `risk-probability`.
    pub enum Risk {
        Negligible = "negligible": "Negligible",
        Low = "low": "Low",
        Moderate = "moderate": "Moderate",
        High = "high": "High",
        Certain = "certain": "Certain",
    }
}

structure! {
    /// An instrument filled in with the patient.
    pub struct Assessment {
        /// The `instrument` in the directory.
        pub instrument: Option<RecordId>,
        /// The instrument's title as it was then.
        pub instrument_title: String,
        /// The instrument's version as it was then.
        pub instrument_version: String,
        /// How far it has come.
        pub status: AssessmentStatus,
        /// The answers by the question's link id; further answers to the same question as `link#2`, `link#3`.
        pub answers: BTreeMap<String, Answer>,
        /// The score, by the instrument's rules.
        pub score: Option<f64>,
        /// What the score means.
        pub risk: Option<Risk>,
        /// Who asked.
        pub performed_by: Option<StaffId>,
        /// When it was done.
        pub performed_at: Option<Timestamp>,
        /// The visit that it was part of.
        pub visit: Option<RecordId>,
        /// What the nurse concludes.
        pub summary: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Assessment {
    fn check(&self, checks: &mut Checks) {
        checks.required("instrument_title", &self.instrument_title);
        checks.shorts(&[
            ("instrument_version", &self.instrument_version),
            ("status", self.status.code()),
            ("risk", self.risk.as_ref().map_or("", Risk::code)),
        ]);
        checks.collection("answers", self.answers.len());
        for (link, answer) in &self.answers {
            if checks.element_id("answers", link) {
                let field = format!("answers.{link}");
                match answer {
                    Answer::Text(words) => checks.text(&field, words),
                    Answer::Decimal(value) => checks.require(value.is_finite(), &field, "must be a number"),
                    Answer::Boolean(_) | Answer::Integer(_) => {}
                }
            }
        }
        checks.require(self.score.is_none_or(f64::is_finite), "score", "must be a number");
        let is_done = matches!(self.status, AssessmentStatus::Completed | AssessmentStatus::Amended);
        checks.require(
            !is_done || self.performed_at.is_some(),
            "performed_at",
            "a completed assessment needs the time it was done",
        );
        checks.text("summary", &self.summary);
    }

    fn summary(&self) -> String {
        let score = self.score.map(|score| format!("score {}", rounded(score))).unwrap_or_default();
        let risk = self.risk.as_ref().map(|risk| format!("{} risk", risk.display().to_lowercase()));
        let status = match &self.status {
            AssessmentStatus::Completed => String::new(),
            status => status.display().to_lowercase(),
        };
        listed([&self.instrument_title, &score, &risk.unwrap_or_default(), &status, &excerpt(&self.summary)])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
