//! `MedicationRequest` as `medication`.

use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::record::medication::{Medication, MedicationStatus};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{Annotation, CodeableConcept, Quantity, Reference, day, note, words};
use super::references::References;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Source {
    status: String,
    medication_codeable_concept: CodeableConcept,
    medication_reference: Reference,
    authored_on: String,
    requester: Reference,
    reason_code: Vec<CodeableConcept>,
    reason_reference: Vec<Reference>,
    note: Vec<Annotation>,
    dosage_instruction: Vec<Dosage>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Dosage {
    text: String,
    patient_instruction: String,
    additional_instruction: Vec<CodeableConcept>,
    timing: Timing,
    as_needed_boolean: bool,
    as_needed_codeable_concept: Option<CodeableConcept>,
    route: CodeableConcept,
    dose_and_rate: Vec<Dose>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Dose {
    dose_quantity: Quantity,
    dose_range: Range,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Range {
    low: Quantity,
    high: Quantity,
}

/// When something is to be done again.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Timing {
    code: CodeableConcept,
    repeat: Repeat,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Repeat {
    frequency: Option<i64>,
    period: Option<f64>,
    period_unit: String,
}

pub(super) fn read(content: &Value, references: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let code = source.medication_codeable_concept.coding().or_else(|| {
        let resource = references.index.find(&source.medication_reference.reference)?;
        CodeableConcept::deserialize(resource.content.get("code")?).ok()?.coding()
    });
    let mut conditions =
        source.reason_reference.iter().filter_map(|reason| references.record(reason, "Condition"));
    let mut dosages = source.dosage_instruction.iter();
    let first = dosages.next();
    let mut more: Vec<_> = first.map(Dosage::remarks).into_iter().flatten().collect();
    more.extend(dosages.map(|dosage| format!("Also: {}", dosage.words())));
    let record = Medication {
        code,
        dose: first.map(Dosage::dose).unwrap_or_default(),
        route: first.and_then(|dosage| dosage.route.coding()),
        frequency: first.map(Dosage::frequency).unwrap_or_default(),
        as_needed: first.is_some_and(Dosage::is_as_needed),
        status: status(&source.status),
        start: day(&source.authored_on),
        stop: None,
        prescriber: references.record(&source.requester, "Practitioner"),
        reason: conditions.next(),
        reason_text: words(&source.reason_code),
        last_reconciled_by: None,
        last_reconciled_at: None,
        note: note(&source.note, &more),
        entered_in_error: source.status == "entered-in-error",
    };
    Ok(record.into())
}

/// Where the patient stands with what was requested: FHIR R4 `medicationrequest-status` as
/// `medication-statement-status`.
fn status(code: &str) -> MedicationStatus {
    match code {
        "cancelled" => MedicationStatus::Stopped,
        "draft" => MedicationStatus::Intended,
        "" | "entered-in-error" => MedicationStatus::Unknown,
        code => MedicationStatus::from(code),
    }
}

impl Dosage {
    fn dose(&self) -> String {
        let Some(dose) = self.dose_and_rate.first() else { return String::new() };
        let (low, high) = (dose.dose_range.low.words(), dose.dose_range.high.words());
        match dose.dose_quantity.words() {
            exact if !exact.is_empty() => exact,
            _ if low.is_empty() || high.is_empty() => format!("{low}{high}"),
            _ => format!("{low} to {high}"),
        }
    }

    fn frequency(&self) -> String {
        let timing = self.timing.words();
        if timing.is_empty() { self.text.clone() } else { timing }
    }

    fn is_as_needed(&self) -> bool {
        self.as_needed_boolean || self.as_needed_codeable_concept.is_some()
    }

    /// What the record has no field for.
    fn remarks(&self) -> Vec<String> {
        let text = if self.timing.words().is_empty() { String::new() } else { self.text.clone() };
        let needed_for = self.as_needed_codeable_concept.as_ref().map(CodeableConcept::words);
        let needed_for = needed_for.map(|words| format!("As needed for: {words}.")).unwrap_or_default();
        vec![text, self.patient_instruction.clone(), words(&self.additional_instruction), needed_for]
    }

    fn words(&self) -> String {
        let as_needed = if self.is_as_needed() { "as needed" } else { "" };
        let parts = [self.dose(), self.route.words(), self.frequency(), as_needed.to_owned()];
        let parts = parts.into_iter().chain(self.remarks());
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl Timing {
    /// How often, e.g. "3 times a day", "every 6 hours".
    pub(super) fn words(&self) -> String {
        let Repeat { frequency, period, period_unit } = &self.repeat;
        let unit = match period_unit.as_str() {
            "s" => "second",
            "min" => "minute",
            "h" => "hour",
            "d" => "day",
            "wk" => "week",
            "mo" => "month",
            "a" => "year",
            _ => return self.code.words(),
        };
        let (frequency, period) = (frequency.unwrap_or(1), period.unwrap_or(1.0));
        let article = if unit == "hour" { "an" } else { "a" };
        match (frequency, period == 1.0) {
            (1, true) => format!("once {article} {unit}"),
            (1, false) => format!("every {period} {unit}s"),
            (many, true) => format!("{many} times {article} {unit}"),
            (many, false) => format!("{many} times every {period} {unit}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timing_reads_as_a_nurse_says_it() {
        let said = |frequency, period, unit: &str| {
            let repeat = Repeat { frequency, period, period_unit: unit.to_owned() };
            Timing { code: CodeableConcept::default(), repeat }.words()
        };
        assert_eq!(said(Some(1), Some(1.0), "d"), "once a day");
        assert_eq!(said(Some(3), Some(1.0), "d"), "3 times a day");
        assert_eq!(said(Some(1), Some(6.0), "h"), "every 6 hours");
        assert_eq!(said(Some(2), Some(1.5), "wk"), "2 times every 1.5 weeks");
        assert_eq!(said(None, None, ""), "");
    }
}
