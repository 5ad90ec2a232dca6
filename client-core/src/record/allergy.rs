//! `allergy`: what the patient reacts to. FHIR R4 `AllergyIntolerance`.

use super::words::{listed, said};
use super::{Checks, Coding, Date, Keyed, Record, Text};

codes! {
    /// How dangerous the next exposure may be: FHIR R4 `allergy-intolerance-criticality`.
    pub enum Criticality {
        UnableToAssess = "unable-to-assess": "Unable to assess risk",
        Low = "low": "Low risk",
        High = "high": "High risk",
    }
}

codes! {
    /// Whether the patient still reacts: FHIR R4 `allergyintolerance-clinical`.
    pub enum AllergyStatus {
        Active = "active": "Active",
        Inactive = "inactive": "Inactive",
        Resolved = "resolved": "Resolved",
    }
}

codes! {
    /// How sure it is: FHIR R4 `allergyintolerance-verification`.
    pub enum AllergyVerification {
        Unconfirmed = "unconfirmed": "Unconfirmed",
        Confirmed = "confirmed": "Confirmed",
        Refuted = "refuted": "Refuted",
    }
}

codes! {
    /// What sort of substance: FHIR R4 `allergy-intolerance-category`.
    pub enum AllergyCategory {
        Medication = "medication": "Medication",
        Food = "food": "Food",
        Environment = "environment": "Environment",
        Biologic = "biologic": "Biologic",
    }
}

codes! {
    /// How bad a reaction was: FHIR R4 `reaction-event-severity`.
    pub enum ReactionSeverity {
        Mild = "mild": "Mild",
        Moderate = "moderate": "Moderate",
        Severe = "severe": "Severe",
    }
}

structure! {
    /// How the patient reacted.
    pub struct Reaction {
        /// What showed, e.g. hives: SNOMED CT.
        pub manifestation: Option<Coding>,
        /// How bad it was.
        pub severity: Option<ReactionSeverity>,
        /// When it showed.
        pub onset: Option<Date>,
        /// Whether the reaction was entered in error.
        pub entered_in_error: bool,
    }
}

structure! {
    /// What the patient reacts to.
    pub struct Allergy {
        /// The substance: RxNorm or SNOMED CT.
        pub substance: Option<Coding>,
        /// What sort of substance.
        pub category: Option<AllergyCategory>,
        /// How dangerous the next exposure may be.
        pub criticality: Criticality,
        /// How the patient reacted.
        pub reactions: Keyed<Reaction>,
        /// Whether the patient still reacts.
        pub clinical_status: AllergyStatus,
        /// How sure it is.
        pub verification_status: AllergyVerification,
        /// When it was first known.
        pub onset: Option<Date>,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Allergy {
    fn check(&self, checks: &mut Checks) {
        checks.coded("substance", &self.substance);
        checks.shorts(&[
            ("category", self.category.as_ref().map_or("", AllergyCategory::code)),
            ("criticality", self.criticality.code()),
            ("clinical_status", self.clinical_status.code()),
            ("verification_status", self.verification_status.code()),
        ]);
        checks.each("reactions", &self.reactions, |checks, reaction| {
            checks.coded("manifestation", &reaction.manifestation);
            checks.short("severity", reaction.severity.as_ref().map_or("", ReactionSeverity::code));
        });
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let reactions: Vec<_> = self
            .reactions
            .values()
            .filter(|reaction| !reaction.entered_in_error)
            .map(|reaction| said(&reaction.manifestation))
            .collect();
        let risk = match &self.criticality {
            Criticality::UnableToAssess => String::new(),
            risk => risk.display().to_lowercase(),
        };
        let status = match &self.clinical_status {
            AllergyStatus::Active => String::new(),
            status => status.display().to_lowercase(),
        };
        listed([said(&self.substance), &reactions.join(" and "), &risk, &status])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
