//! `AllergyIntolerance` as `allergy`.

use doorstep_client_core::record::allergy::{
    Allergy, AllergyCategory, AllergyStatus, AllergyVerification, Criticality, Reaction, ReactionSeverity,
};
use doorstep_client_core::record::{AnyRecord, Keyed};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{Annotation, CodeableConcept, day, note, numbered};
use super::references::References;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Source {
    clinical_status: CodeableConcept,
    verification_status: CodeableConcept,
    #[serde(rename = "type")]
    nature: String,
    category: Vec<String>,
    criticality: String,
    code: CodeableConcept,
    onset_date_time: String,
    recorded_date: String,
    note: Vec<Annotation>,
    reaction: Vec<SourceReaction>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SourceReaction {
    manifestation: Vec<CodeableConcept>,
    description: String,
    onset: String,
    severity: String,
}

pub(super) fn read(content: &Value, _: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let verification = source.verification_status.code();
    let entered_in_error = verification == "entered-in-error";
    let mut more: Vec<_> = source.reaction.iter().map(|reaction| reaction.description.clone()).collect();
    if source.nature == "intolerance" {
        more.push("An intolerance, not an allergy.".to_owned());
    }
    let record = Allergy {
        substance: source.code.coding(),
        category: source.category.first().map(|code| AllergyCategory::from(code.as_str())),
        criticality: match source.criticality.as_str() {
            "" => Criticality::default(),
            code => Criticality::from(code),
        },
        reactions: reactions(&source.reaction),
        clinical_status: match source.clinical_status.code() {
            "" => AllergyStatus::default(),
            code => AllergyStatus::from(code),
        },
        verification_status: match verification {
            "" | "entered-in-error" => AllergyVerification::default(),
            code => AllergyVerification::from(code),
        },
        onset: day(&source.onset_date_time).or_else(|| day(&source.recorded_date)),
        note: note(&source.note, &more),
        entered_in_error,
    };
    Ok(record.into())
}

/// One reaction for every manifestation.
fn reactions(sources: &[SourceReaction]) -> Keyed<Reaction> {
    numbered(sources.iter().flat_map(|source| {
        source.manifestation.iter().filter_map(|manifestation| {
            Some(Reaction {
                manifestation: Some(manifestation.coding()?),
                severity: (!source.severity.is_empty())
                    .then(|| ReactionSeverity::from(source.severity.as_str())),
                onset: day(&source.onset),
                entered_in_error: false,
            })
        })
    }))
}
