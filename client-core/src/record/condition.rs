//! `condition`: a problem of the patient's health, now or in the past. FHIR R4 `Condition`.

use super::omaha::OmahaProblem;
use super::words::{listed, said};
use super::{Checks, Coding, Date, Record, Text};

codes! {
    /// Whether the patient has the condition: FHIR R4 `condition-clinical`.
    pub enum ConditionStatus {
        Active = "active": "Active",
        Recurrence = "recurrence": "Recurrence",
        Relapse = "relapse": "Relapse",
        Inactive = "inactive": "Inactive",
        Remission = "remission": "Remission",
        Resolved = "resolved": "Resolved",
    }
}

impl ConditionStatus {
    /// Whether the patient has the condition now.
    pub fn is_current(&self) -> bool {
        matches!(self, Self::Active | Self::Recurrence | Self::Relapse)
    }
}

codes! {
    /// How sure the diagnosis is: FHIR R4 `condition-ver-status`.
    pub enum ConditionVerification {
        Confirmed = "confirmed": "Confirmed",
        Unconfirmed = "unconfirmed": "Unconfirmed",
        Provisional = "provisional": "Provisional",
        Differential = "differential": "Differential",
        Refuted = "refuted": "Refuted",
    }
}

structure! {
    /// A problem of the patient's health, now or in the past.
    pub struct Condition {
        /// What it is: SNOMED CT or ICD-10-CM.
        pub code: Option<Coding>,
        /// Whether the patient has it.
        pub clinical_status: ConditionStatus,
        /// How sure the diagnosis is.
        pub verification_status: ConditionVerification,
        /// When it began.
        pub onset: Option<Date>,
        /// When it ended.
        pub abatement: Option<Date>,
        /// The problem of the Omaha System that it makes.
        pub omaha_problem: Option<OmahaProblem>,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Condition {
    fn check(&self, checks: &mut Checks) {
        let is_named = self.code.is_some() || self.omaha_problem.is_some();
        checks.require(is_named, "code", "a condition needs a code or an Omaha problem");
        checks.coding("code", &self.code);
        checks.shorts(&[
            ("clinical_status", self.clinical_status.code()),
            ("verification_status", self.verification_status.code()),
            ("omaha_problem", self.omaha_problem.as_ref().map_or("", OmahaProblem::code)),
        ]);
        checks.dates("abatement", self.onset, self.abatement);
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let problem = self.omaha_problem.as_ref().map_or("", OmahaProblem::display);
        let name = if self.code.is_some() { said(&self.code) } else { problem };
        let since = self.onset.map(|date| format!("since {date}")).unwrap_or_default();
        let until = self.abatement.map(|date| format!("until {date}")).unwrap_or_default();
        let status = self.clinical_status.display().to_lowercase();
        let doubt = match &self.verification_status {
            ConditionVerification::Confirmed => String::new(),
            doubt => doubt.display().to_lowercase(),
        };
        listed([name, &status, &doubt, &since, &until])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
