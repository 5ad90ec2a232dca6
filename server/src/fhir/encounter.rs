//! `Encounter` as `visit`.

use doorstep_client_core::record::visit::{Visit, VisitClass, VisitStatus};
use doorstep_client_core::record::{AnyRecord, CheckPoint};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{
    CodeableConcept, FhirCoding, FhirPeriod, Reference, instant, note, precision_note, words,
};
use super::references::References;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Source {
    status: String,
    class: FhirCoding,
    #[serde(rename = "type")]
    types: Vec<CodeableConcept>,
    participant: Vec<Participant>,
    period: FhirPeriod,
    reason_code: Vec<CodeableConcept>,
    service_provider: Reference,
    hospitalization: Hospitalization,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Participant {
    individual: Reference,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Hospitalization {
    discharge_disposition: CodeableConcept,
}

pub(super) fn read(content: &Value, references: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let at = |text: &str| instant(text).map(|at| CheckPoint { at, position: None });
    let (check_in, check_out) = (at(&source.period.start), at(&source.period.end));
    let (status, untold) = status(&source.status, check_in.is_some(), check_out.is_some());
    let record = Visit {
        class: match source.class.code.as_str() {
            "" => VisitClass::Ambulatory,
            code => VisitClass::from(code),
        },
        service_type: source.types.first().and_then(CodeableConcept::coding),
        status,
        reason: source.reason_code.first().and_then(CodeableConcept::coding),
        check_in,
        check_out,
        note: note(&[], &remarks(&source, references, untold)),
        entered_in_error: source.status == "entered-in-error",
        ..Visit::default()
    };
    Ok(record.into())
}

/// The status, and what is to be said where a record cannot have it because the source does not tell when.
fn status(code: &str, has_start: bool, has_end: bool) -> (VisitStatus, &'static str) {
    match VisitStatus::from(code) {
        VisitStatus::Finished if !(has_start && has_end) => {
            (VisitStatus::Unknown, "Finished; the source does not say from when to when.")
        }
        VisitStatus::InProgress if !has_start => {
            (VisitStatus::Unknown, "In progress; the source does not say since when.")
        }
        VisitStatus::Missed => (VisitStatus::Cancelled, ""),
        VisitStatus::Unrecognised(code) if code.is_empty() || code == "entered-in-error" => {
            (VisitStatus::Unknown, "")
        }
        status => (status, ""),
    }
}

/// What the record has no field for.
fn remarks(source: &Source, references: &References<'_>, untold: &str) -> Vec<String> {
    let seen_by = source.participant.iter().map(|participant| references.words(&participant.individual));
    let seen_by: Vec<_> = seen_by.filter(|name| !name.is_empty()).collect();
    let labelled = |label: &str, words: String| match words.is_empty() {
        true => String::new(),
        false => format!("{label}: {words}."),
    };
    vec![
        untold.to_owned(),
        labelled("Seen by", seen_by.join(", ")),
        labelled("At", references.words(&source.service_provider)),
        labelled("Also", words(source.types.get(1..).unwrap_or_default())),
        labelled("Further reasons", words(source.reason_code.get(1..).unwrap_or_default())),
        labelled("Discharge", source.hospitalization.discharge_disposition.words()),
        precision_note(&source.period.start),
        precision_note(&source.period.end),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_encounter_without_an_end_says_so_instead_of_inventing_one() {
        assert_eq!(status("finished", true, true), (VisitStatus::Finished, ""));
        let (status, untold) = status("finished", true, false);
        assert_eq!(status, VisitStatus::Unknown);
        assert!(untold.contains("Finished"));
    }
}
