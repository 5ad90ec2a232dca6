//! FHIR R4's data types, as far as the mapped resources use them. Unknown elements are passed over.

use doorstep_client_core::record::patient::{Phone, PhoneUse};
use doorstep_client_core::record::{self, Coding, Date, Keyed, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// A concept in codes and words.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeableConcept {
    pub(super) coding: Vec<FhirCoding>,
    pub(super) text: String,
}

/// One code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FhirCoding {
    pub(super) system: String,
    pub(super) code: String,
    pub(super) display: String,
}

impl CodeableConcept {
    /// The first coding that says something, with the concept's words where it has none of its own; words alone
    /// where there is no code.
    pub(super) fn coding(&self) -> Option<Coding> {
        let first = self.coding.iter().find(|coding| !(coding.code.is_empty() && coding.display.is_empty()));
        match first {
            Some(FhirCoding { system, code, display }) => {
                let words = if display.is_empty() { &self.text } else { display };
                Some(Coding::new(system, code, words))
            }
            None if self.text.is_empty() => None,
            None => Some(Coding::new("", "", &self.text)),
        }
    }

    /// The first code.
    pub(super) fn code(&self) -> &str {
        self.coding.first().map(|coding| coding.code.as_str()).unwrap_or_default()
    }

    /// What a person reads.
    pub(super) fn words(&self) -> String {
        if !self.text.is_empty() {
            return self.text.clone();
        }
        self.coding().map(|coding| coding.words().to_owned()).unwrap_or_default()
    }
}

/// Words about several concepts.
pub(super) fn words(concepts: &[CodeableConcept]) -> String {
    concepts.iter().map(CodeableConcept::words).collect::<Vec<_>>().join("; ")
}

/// A pointer to another resource.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    pub(super) reference: String,
    pub(super) display: String,
}

/// An amount.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Quantity {
    pub(super) value: Option<f64>,
    pub(super) comparator: String,
    pub(super) unit: String,
    pub(super) code: String,
}

impl Quantity {
    /// The amount, unless it is only a bound.
    pub(super) fn exact(&self) -> Option<record::Quantity> {
        self.amount().filter(|_| self.comparator.is_empty())
    }

    /// The amount, be it a bound or not.
    pub(super) fn amount(&self) -> Option<record::Quantity> {
        let unit = if self.code.is_empty() { &self.unit } else { &self.code };
        self.value.map(|value| record::Quantity::new(value, unit))
    }

    /// What a person reads.
    pub(super) fn words(&self) -> String {
        let unit = if self.unit.is_empty() { &self.code } else { &self.unit };
        let value = self.value.map(|value| value.to_string()).unwrap_or_default();
        let parts = [self.comparator.as_str(), &value, unit];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// From when to when.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FhirPeriod {
    pub(super) start: String,
    pub(super) end: String,
}

impl FhirPeriod {
    /// The period to the day.
    pub(super) fn days(&self) -> Option<record::Period> {
        let period = record::Period { start: day(&self.start), end: day(&self.end) };
        (period != record::Period::default()).then_some(period)
    }
}

/// A remark.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Annotation {
    pub(super) text: String,
}

/// Remarks and what else is to be said, a paragraph each.
pub(super) fn note(annotations: &[Annotation], more: &[String]) -> record::Text {
    let paragraphs = annotations.iter().map(|annotation| annotation.text.as_str());
    let paragraphs = paragraphs.chain(more.iter().map(String::as_str)).filter(|words| !words.is_empty());
    record::Text(paragraphs.collect::<Vec<_>>().join("\n\n"))
}

/// A number by which an organisation knows somebody.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Identifier {
    pub(super) system: String,
    pub(super) value: String,
    #[serde(rename = "type")]
    pub(super) label: CodeableConcept,
}

/// A person's name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HumanName {
    #[serde(rename = "use")]
    pub(super) purpose: String,
    pub(super) text: String,
    pub(super) family: String,
    pub(super) given: Vec<String>,
    pub(super) prefix: Vec<String>,
    pub(super) suffix: Vec<String>,
}

impl HumanName {
    /// The whole name as it is spoken.
    pub(super) fn whole(&self) -> String {
        let parts = self.prefix.iter().chain(&self.given).chain([&self.family]).chain(&self.suffix);
        let parts: Vec<_> = parts.map(String::as_str).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { self.text.clone() } else { parts.join(" ") }
    }
}

/// The name that a person goes by now, out of a list of names.
pub(super) fn usual_name(names: &Value) -> Option<HumanName> {
    let names = Vec::<HumanName>::deserialize(names).ok()?;
    let rank = |name: &HumanName| match name.purpose.as_str() {
        "official" => 0,
        "usual" | "" => 1,
        "maiden" | "old" => 3,
        _ => 2,
    };
    names.into_iter().min_by_key(rank)
}

/// A telephone number or another way to reach somebody.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactPoint {
    pub(super) system: String,
    pub(super) value: String,
    #[serde(rename = "use")]
    pub(super) purpose: String,
}

/// The telephone numbers among ways to reach somebody.
pub(super) fn phones(points: &[ContactPoint]) -> Keyed<Phone> {
    let is_phone = |point: &&ContactPoint| matches!(point.system.as_str(), "phone" | "sms" | "pager" | "");
    let phones = points.iter().filter(is_phone).filter(|point| !point.value.trim().is_empty()).map(|point| {
        let note = if point.system == "pager" { "Pager".to_owned() } else { String::new() };
        let purpose = match point.purpose.as_str() {
            "" | "temp" => PhoneUse::Home,
            purpose => PhoneUse::from(purpose),
        };
        Phone { number: point.value.clone(), purpose, note }
    });
    numbered(phones)
}

/// A postal address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FhirAddress {
    #[serde(rename = "use")]
    pub(super) purpose: String,
    pub(super) text: String,
    pub(super) line: Vec<String>,
    pub(super) city: String,
    pub(super) state: String,
    #[serde(rename = "postalCode")]
    pub(super) postal_code: String,
    pub(super) country: String,
}

impl FhirAddress {
    /// The address on one line.
    pub(super) fn words(&self) -> String {
        let parts = self.line.iter().chain([&self.city, &self.state, &self.postal_code, &self.country]);
        let parts: Vec<_> = parts.map(String::as_str).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { self.text.clone() } else { parts.join(", ") }
    }
}

/// The elements of a list by their places, the first being `1`: the same in every reading.
pub(super) fn numbered<T>(elements: impl IntoIterator<Item = T>) -> Keyed<T> {
    elements
        .into_iter()
        .enumerate()
        .map(|(index, element)| ((index + 1).to_string().into(), element))
        .collect()
}

/// The day of a FHIR `date` or `dateTime`, as precise as it is, on the calendar of where it was written.
pub(super) fn day(text: &str) -> Option<Date> {
    text.split('T').next().and_then(|date| date.parse().ok())
}

/// The instant of a FHIR `instant` or `dateTime`; one without a time of day is its first moment in UTC.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    if text.contains('T') {
        return text.parse().ok();
    }
    format!("{}T00:00:00Z", day(text)?.first_day()).parse().ok()
}

/// What is to be said of an instant that is known to the day, month or year only.
pub(super) fn precision_note(text: &str) -> String {
    if text.is_empty() || text.contains('T') {
        String::new()
    } else {
        format!("Dated {text}, without a time.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_taken_where_it_was_written_and_an_instant_in_utc() {
        assert_eq!(day("2019-09-28T23:26:01-05:00").unwrap().to_string(), "2019-09-28");
        assert_eq!(day("1948-03").unwrap().to_string(), "1948-03");
        assert_eq!(instant("2019-09-28T23:26:01-05:00").unwrap().to_string(), "2019-09-29T04:26:01Z");
        assert_eq!(instant("2019").unwrap().to_string(), "2019-01-01T00:00:00Z");
        assert_eq!((day("soon"), instant("soonT")), (None, None));
    }

    #[test]
    fn a_concept_without_a_code_is_its_words() {
        let words = CodeableConcept { coding: Vec::new(), text: "Hip pain".into() };
        assert_eq!(words.coding().unwrap().words(), "Hip pain");
        assert!(CodeableConcept::default().coding().is_none());
    }

    #[test]
    fn a_bound_is_words_and_not_an_amount() {
        let bound =
            Quantity { value: Some(0.5), comparator: "<".into(), unit: "mg/L".into(), ..Default::default() };
        assert_eq!((bound.exact(), bound.words().as_str()), (None, "< 0.5 mg/L"));
    }
}
