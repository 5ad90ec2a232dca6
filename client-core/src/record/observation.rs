//! `observation`: something measured or observed. FHIR R4 `Observation`.

use super::vitals::{BLOOD_PRESSURE, BLOOD_PRESSURE_OLDER, DIASTOLIC, SYSTOLIC, vital_in};
use super::words::{excerpt, listed, rounded, said};
use super::{Checks, Coding, Keyed, Quantity, Record, Text, Timestamp, code_system};
use crate::ids::{RecordId, StaffId};

codes! {
    /// How final it is: FHIR R4 `observation-status`.
    pub enum ObservationStatus {
        Final = "final": "Final",
        Registered = "registered": "Registered",
        Preliminary = "preliminary": "Preliminary",
        Amended = "amended": "Amended",
        Corrected = "corrected": "Corrected",
        Cancelled = "cancelled": "Cancelled",
        Unknown = "unknown": "Unknown",
    }
}

codes! {
    /// What sort of observation: FHIR R4 `observation-category`.
    pub enum ObservationCategory {
        VitalSigns = "vital-signs": "Vital signs",
        Laboratory = "laboratory": "Laboratory",
        Survey = "survey": "Survey",
        SocialHistory = "social-history": "Social history",
        Exam = "exam": "Exam",
        Imaging = "imaging": "Imaging",
        Procedure = "procedure": "Procedure",
        Therapy = "therapy": "Therapy",
        Activity = "activity": "Activity",
    }
}

codes! {
    /// What it means: HL7 v3 `ObservationInterpretation`.
    pub enum Interpretation {
        Normal = "N": "Normal",
        Abnormal = "A": "Abnormal",
        CriticallyAbnormal = "AA": "Critical abnormal",
        Low = "L": "Low",
        CriticallyLow = "LL": "Critical low",
        High = "H": "High",
        CriticallyHigh = "HH": "Critical high",
        Better = "B": "Better",
        Worse = "W": "Worse",
    }
}

structure! {
    /// One part of an observation that has several, e.g. the systolic blood pressure.
    pub struct Component {
        /// What was measured: LOINC.
        pub code: Option<Coding>,
        /// The result, where it is an amount: UCUM.
        pub value: Option<Quantity>,
        /// The result, where it is a code.
        pub value_code: Option<Coding>,
        /// The result, where it is words.
        pub value_text: String,
    }
}

structure! {
    /// Something measured or observed.
    pub struct Observation {
        /// What was measured: LOINC.
        pub code: Option<Coding>,
        /// What sort of observation.
        pub category: Option<ObservationCategory>,
        /// How final it is.
        pub status: ObservationStatus,
        /// The result, where it is an amount: UCUM.
        pub value: Option<Quantity>,
        /// The result, where it is a code.
        pub value_code: Option<Coding>,
        /// The result, where it is words.
        pub value_text: String,
        /// The results, where there are several.
        pub components: Keyed<Component>,
        /// Why there is no result.
        pub not_obtained_reason: String,
        /// When it was measured.
        pub performed_at: Option<Timestamp>,
        /// Who measured.
        pub performer: Option<StaffId>,
        /// The visit that it was part of.
        pub visit: Option<RecordId>,
        /// How it was measured, e.g. "sitting, left arm".
        pub method: String,
        /// What it means.
        pub interpretation: Option<Interpretation>,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Observation {
    /// Every amount that was measured, with its LOINC code: the observation's own, then its components'.
    pub fn amounts(&self) -> impl Iterator<Item = (&Coding, &Quantity)> {
        let own = (&self.code, &self.value);
        let parts = self.components.values().map(|part| (&part.code, &part.value));
        std::iter::once(own)
            .chain(parts)
            .filter_map(|(code, value)| Some((code.as_ref()?, value.as_ref()?)))
            .filter(|(code, _)| code.system == code_system::LOINC)
    }

    fn amount(&self, loinc: &str) -> Option<&Quantity> {
        self.amounts().find(|(code, _)| code.code == loinc).map(|(_, value)| value)
    }

    fn blood_pressure(&self) -> Option<String> {
        let code = self.code.as_ref()?;
        if ![BLOOD_PRESSURE, BLOOD_PRESSURE_OLDER].contains(&code.code.as_str()) {
            return None;
        }
        let (systolic, diastolic) = (self.amount(SYSTOLIC)?, self.amount(DIASTOLIC)?);
        Some(format!("{}/{}", rounded(systolic.value), Quantity::new(diastolic.value, &diastolic.unit)))
    }
}

impl Record for Observation {
    fn check(&self, checks: &mut Checks) {
        checks.coded("code", &self.code);
        checks.require(self.performed_at.is_some(), "performed_at", "must say when");
        let has_result = self.value.is_some()
            || self.value_code.is_some()
            || !self.value_text.trim().is_empty()
            || !self.components.is_empty()
            || !self.not_obtained_reason.trim().is_empty();
        checks.require(has_result, "value", "needs a result, or the reason why there is none");
        checks.shorts(&[
            ("category", self.category.as_ref().map_or("", ObservationCategory::code)),
            ("status", self.status.code()),
            ("value_text", &self.value_text),
            ("not_obtained_reason", &self.not_obtained_reason),
            ("method", &self.method),
            ("interpretation", self.interpretation.as_ref().map_or("", Interpretation::code)),
        ]);
        check_amount(checks, &self.code, &self.value);
        checks.coding("value_code", &self.value_code);
        checks.each("components", &self.components, |checks, part| {
            checks.coded("code", &part.code);
            check_amount(checks, &part.code, &part.value);
            checks.coding("value_code", &part.value_code);
            checks.short("value_text", &part.value_text);
        });
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let result = match (&self.value, self.blood_pressure()) {
            (Some(value), _) => value.to_string(),
            (None, Some(pressure)) => pressure,
            (None, None) if self.value_code.is_some() => said(&self.value_code).to_owned(),
            (None, None) if !self.value_text.is_empty() => excerpt(&self.value_text),
            (None, None) if !self.components.is_empty() => parts(&self.components),
            (None, None) => match self.not_obtained_reason.as_str() {
                "" => String::new(),
                reason => format!("not obtained: {reason}"),
            },
        };
        let what = listed([said(&self.code)]);
        let what = if result.is_empty() { what } else { format!("{what} {result}") };
        let meaning = self.interpretation.as_ref().map(|meaning| meaning.display().to_lowercase());
        listed([&what, &self.method, &meaning.unwrap_or_default()])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}

/// An amount of a vital sign must be one that can be true.
fn check_amount(checks: &mut Checks, code: &Option<Coding>, value: &Option<Quantity>) {
    checks.quantity("value", value);
    let (Some(code), Some(value)) = (code, value) else { return };
    if code.system == code_system::LOINC
        && let Some(vital) = vital_in(&code.code, &value.unit)
    {
        checks.within("value", value.value, vital.plausible.0, vital.plausible.1);
    }
}

fn parts(components: &Keyed<Component>) -> String {
    let part = |part: &Component| {
        let value = part.value.as_ref().map(Quantity::to_string);
        let value = value.unwrap_or_else(|| format!("{}{}", said(&part.value_code), part.value_text));
        format!("{} {value}", said(&part.code))
    };
    excerpt(&components.values().map(part).collect::<Vec<_>>().join(", "))
}
