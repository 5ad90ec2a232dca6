//! `Observation` as `observation`: an amount, a code, words, or components of these.

use doorstep_client_core::limits::SHORT_TEXT_CHARS_MAX;
use doorstep_client_core::record::observation::{
    Component, Interpretation, Observation, ObservationCategory, ObservationStatus,
};
use doorstep_client_core::record::{self, AnyRecord, Coding, code_system, vitals};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{
    Annotation, CodeableConcept, FhirPeriod, Quantity, Reference, instant, note, numbered, precision_note,
};
use super::references::References;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Source {
    status: String,
    category: Vec<CodeableConcept>,
    code: CodeableConcept,
    encounter: Reference,
    effective_date_time: String,
    effective_instant: String,
    effective_period: FhirPeriod,
    issued: String,
    performer: Vec<Reference>,
    #[serde(flatten)]
    result: SourceResult,
    interpretation: Vec<CodeableConcept>,
    note: Vec<Annotation>,
    body_site: CodeableConcept,
    method: CodeableConcept,
    component: Vec<SourceComponent>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SourceComponent {
    code: CodeableConcept,
    #[serde(flatten)]
    result: SourceResult,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SourceResult {
    value_quantity: Option<Quantity>,
    value_codeable_concept: Option<CodeableConcept>,
    value_string: Option<String>,
    value_boolean: Option<bool>,
    value_integer: Option<i64>,
    value_date_time: Option<String>,
    value_time: Option<String>,
    data_absent_reason: Option<CodeableConcept>,
}

pub(super) fn read(content: &Value, references: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let code = source.code.coding();
    let when = [
        &source.effective_date_time,
        &source.effective_instant,
        &source.effective_period.start,
        &source.issued,
    ];
    let when = when.into_iter().find(|text| !text.is_empty()).map(String::as_str).unwrap_or_default();
    let mut result = source.result.read(&code);
    let performers = source.performer.iter().map(|performer| references.words(performer));
    let by: Vec<_> = performers.filter(|name| !name.is_empty()).map(|name| format!("By {name}.")).collect();
    let mut more = vec![std::mem::take(&mut result.remark), precision_note(when)];
    more.extend(by);
    let mut components = Vec::new();
    for part in &source.component {
        let code = part.code.coding();
        let read = part.result.read(&code);
        more.push(read.remark.clone());
        components.push(read.component(code));
    }
    let method = [source.method.words(), source.body_site.words()];
    let record = Observation {
        code,
        category: source.category.first().map(|category| ObservationCategory::from(category.code())),
        status: match source.status.as_str() {
            "" | "entered-in-error" => ObservationStatus::Unknown,
            code => ObservationStatus::from(code),
        },
        value: result.value,
        value_code: result.code,
        value_text: result.text,
        components: numbered(components),
        not_obtained_reason: result.absent,
        performed_at: instant(when),
        performer: None,
        visit: references.record(&source.encounter, "Encounter"),
        method: method.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        interpretation: source.interpretation.first().map(|meaning| Interpretation::from(meaning.code())),
        note: note(&source.note, &more),
        entered_in_error: source.status == "entered-in-error",
    };
    Ok(record.into())
}

/// A result in the record's terms.
#[derive(Default)]
struct Read {
    value: Option<record::Quantity>,
    code: Option<Coding>,
    text: String,
    absent: String,
    /// What does not fit into the record's fields.
    remark: String,
}

impl Read {
    fn component(self, code: Option<Coding>) -> Component {
        let value_text = match self.absent.is_empty() {
            true => self.text,
            false => format!("Not obtained: {}", self.absent),
        };
        Component { code, value: self.value, value_code: self.code, value_text }
    }

    fn of_words(words: String) -> Self {
        match words.char_indices().nth(SHORT_TEXT_CHARS_MAX) {
            Some(_) => Self {
                text: format!("{}…", words.chars().take(SHORT_TEXT_CHARS_MAX - 1).collect::<String>()),
                remark: words,
                ..Self::default()
            },
            None => Self { text: words, ..Self::default() },
        }
    }
}

impl SourceResult {
    /// The result of what `code` measures. An amount that cannot be true is kept as words: it may be a slip, and it
    /// is what the source says.
    fn read(&self, code: &Option<Coding>) -> Read {
        if let Some(quantity) = &self.value_quantity {
            return match quantity.exact() {
                Some(value) if is_plausible(code, &value) => Read { value: Some(value), ..Read::default() },
                Some(_) => Read {
                    text: quantity.words(),
                    remark: "The source's amount cannot be true.".to_owned(),
                    ..Read::default()
                },
                None => Read::of_words(quantity.words()),
            };
        }
        if let Some(concept) = &self.value_codeable_concept {
            return Read { code: concept.coding(), ..Read::default() };
        }
        if let Some(number) = self.value_integer {
            return Read { value: Some(record::Quantity::new(number as f64, "1")), ..Read::default() };
        }
        let yes_or_no = self.value_boolean.map(|yes| if yes { "Yes" } else { "No" }.to_owned());
        let words = [&self.value_string, &yes_or_no, &self.value_date_time, &self.value_time];
        if let Some(words) = words.into_iter().flatten().next() {
            return Read::of_words(words.clone());
        }
        let absent = self.data_absent_reason.as_ref().map(CodeableConcept::words).unwrap_or_default();
        Read { absent, ..Read::default() }
    }
}

fn is_plausible(code: &Option<Coding>, value: &record::Quantity) -> bool {
    let loinc = code.as_ref().filter(|code| code.system == code_system::LOINC);
    let vital = loinc.and_then(|code| vitals::vital_in(&code.code, &value.unit));
    vital.is_none_or(|vital| (vital.plausible.0..=vital.plausible.1).contains(&value.value))
}
