//! `Condition` as `condition`.

use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::record::condition::{Condition, ConditionStatus, ConditionVerification};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{Annotation, CodeableConcept, FhirPeriod, day, note};
use super::references::References;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Source {
    clinical_status: CodeableConcept,
    verification_status: CodeableConcept,
    severity: CodeableConcept,
    code: CodeableConcept,
    onset_date_time: String,
    onset_period: FhirPeriod,
    onset_string: String,
    abatement_date_time: String,
    abatement_period: FhirPeriod,
    abatement_string: String,
    note: Vec<Annotation>,
}

pub(super) fn read(content: &Value, _: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let verification = source.verification_status.code();
    let entered_in_error = verification == "entered-in-error";
    let said = [
        ("Severity", source.severity.words()),
        ("Onset", source.onset_string),
        ("Ended", source.abatement_string),
    ];
    let said = said.into_iter().filter(|(_, words)| !words.is_empty());
    let more: Vec<_> = said.map(|(what, words)| format!("{what}: {words}.")).collect();
    let record = Condition {
        code: source.code.coding(),
        clinical_status: match source.clinical_status.code() {
            "" => ConditionStatus::default(),
            code => ConditionStatus::from(code),
        },
        verification_status: match verification {
            "" | "entered-in-error" => ConditionVerification::default(),
            code => ConditionVerification::from(code),
        },
        onset: day(&source.onset_date_time).or_else(|| day(&source.onset_period.start)),
        abatement: day(&source.abatement_date_time).or_else(|| day(&source.abatement_period.end)),
        omaha_problem: None,
        note: note(&source.note, &more),
        entered_in_error,
    };
    Ok(record.into())
}
