//! `CarePlan` as `care_plan`, its activities as interventions.

use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::record::care_plan::{CarePlan, CarePlanStatus, Intervention, InterventionStatus};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{Annotation, CodeableConcept, FhirPeriod, Reference, note, numbered};
use super::medication_request::Timing;
use super::references::References;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    status: String,
    category: Vec<CodeableConcept>,
    title: String,
    description: String,
    period: FhirPeriod,
    addresses: Vec<Reference>,
    goal: Vec<Reference>,
    activity: Vec<Activity>,
    note: Vec<Annotation>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Activity {
    reference: Reference,
    detail: Detail,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    code: CodeableConcept,
    status: String,
    description: String,
    scheduled_timing: Timing,
    scheduled_string: String,
}

pub(super) fn read(content: &Value, references: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let category = source.category.first();
    let title = match source.title.trim() {
        "" => category.map(CodeableConcept::words).unwrap_or_default(),
        title => title.to_owned(),
    };
    let found = |list: &[Reference], resource_type: &str| {
        list.iter().filter_map(|reference| references.record(reference, resource_type)).collect()
    };
    let interventions = source.activity.iter().map(|activity| intervention(activity, references));
    let record = CarePlan {
        title: if title.is_empty() { "Care plan".to_owned() } else { title },
        category: category.and_then(CodeableConcept::coding),
        status: match source.status.as_str() {
            "" | "entered-in-error" => CarePlanStatus::Unknown,
            code => CarePlanStatus::from(code),
        },
        period: source.period.days(),
        description: note(&source.note, &[source.description]),
        conditions: found(&source.addresses, "Condition"),
        goals: found(&source.goal, "Goal"),
        interventions: numbered(interventions.filter(|intervention| !intervention.words().is_empty())),
        physician: None,
        physician_signed: None,
        entered_in_error: source.status == "entered-in-error",
    };
    Ok(record.into())
}

fn intervention(activity: &Activity, references: &References<'_>) -> Intervention {
    let Detail { code, status, description, scheduled_timing, scheduled_string } = &activity.detail;
    let description = match description.as_str() {
        "" => references.words(&activity.reference),
        words => words.to_owned(),
    };
    let timing = scheduled_timing.words();
    Intervention {
        category: None,
        problem: None,
        target: String::new(),
        code: code.coding(),
        description,
        frequency: if timing.is_empty() { scheduled_string.clone() } else { timing },
        status: match status.as_str() {
            "" | "entered-in-error" => InterventionStatus::Unknown,
            code => InterventionStatus::from(code),
        },
    }
}
