//! `Goal` as `goal`.

use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::record::goal::{Achievement, Comparator, Goal, GoalStatus, Target};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{Annotation, CodeableConcept, Quantity, Reference, day, note};
use super::references::References;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Source {
    lifecycle_status: String,
    achievement_status: CodeableConcept,
    description: CodeableConcept,
    start_date: String,
    target: Vec<SourceTarget>,
    addresses: Vec<Reference>,
    note: Vec<Annotation>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SourceTarget {
    measure: CodeableConcept,
    detail_quantity: Option<Quantity>,
    detail_range: Range,
    detail_codeable_concept: CodeableConcept,
    detail_string: String,
    due_date: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Range {
    low: Option<Quantity>,
    high: Option<Quantity>,
}

pub(super) fn read(content: &Value, references: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let mut targets = source.target.iter();
    let target = targets.next().map(SourceTarget::read).unwrap_or_default();
    let mut more = vec![source.description.words()];
    more.extend(source.target.first().map(SourceTarget::remark));
    more.extend(targets.map(SourceTarget::words));
    more.extend(source.note.into_iter().map(|remark| remark.text));
    let mut conditions = source.addresses.iter().filter_map(|about| references.record(about, "Condition"));
    let record = Goal {
        description: note(&[], &more),
        condition: conditions.next(),
        target,
        status: match source.lifecycle_status.as_str() {
            "" | "entered-in-error" => GoalStatus::default(),
            code => GoalStatus::from(code),
        },
        achievement: match source.achievement_status.code() {
            "" => Achievement::default(),
            code => Achievement::from(code),
        },
        start: day(&source.start_date),
        entered_in_error: source.lifecycle_status == "entered-in-error",
        ..Goal::default()
    };
    Ok(record.into())
}

impl SourceTarget {
    fn read(&self) -> Target {
        let due = day(&self.due_date);
        let (comparator, quantity) = match (&self.detail_quantity, &self.detail_range) {
            (Some(quantity), _) => (comparator(&quantity.comparator), quantity),
            (None, Range { low: None, high: Some(high) }) => (Comparator::AtMost, high),
            (None, Range { low: Some(low), high: None }) => (Comparator::AtLeast, low),
            _ => return Target { measure: self.measure.coding(), due, ..Target::default() },
        };
        Target { measure: self.measure.coding(), comparator, value: quantity.amount(), due }
    }

    /// What the record's target has no field for.
    fn remark(&self) -> String {
        let range = match &self.detail_range {
            Range { low: Some(low), high: Some(high) } => format!("{} to {}", low.words(), high.words()),
            _ => String::new(),
        };
        let parts = [range, self.detail_codeable_concept.words(), self.detail_string.clone()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    fn words(&self) -> String {
        let amount = self.detail_quantity.as_ref().map(Quantity::words).unwrap_or_default();
        let parts = [self.measure.words(), amount, self.remark(), self.due_date.clone()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

fn comparator(code: &str) -> Comparator {
    if code.is_empty() { Comparator::Equal } else { Comparator::from(code) }
}
