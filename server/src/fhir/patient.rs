//! `Patient` as `patient`.

use doorstep_client_core::record::patient::{Address, Identifier, Patient, Sex};
use doorstep_client_core::record::{AnyRecord, Coding, code_system};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{self, CodeableConcept, ContactPoint, FhirAddress, day, numbered, usual_name};
use super::references::References;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Source {
    name: Value,
    identifier: Vec<data_types::Identifier>,
    telecom: Vec<ContactPoint>,
    gender: String,
    birth_date: String,
    deceased_date_time: String,
    address: Vec<FhirAddress>,
    communication: Vec<Language>,
    extension: Vec<Extension>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Language {
    language: CodeableConcept,
    preferred: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Extension {
    url: String,
    value_boolean: bool,
}

const INTERPRETER_REQUIRED: &str = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";

pub(super) fn read(content: &Value, _: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let name = usual_name(&source.name).unwrap_or_default();
    let given = name.given.join(" ");
    let family = if name.family.is_empty() && given.is_empty() { name.text } else { name.family };
    let needs_interpreter = source
        .extension
        .iter()
        .any(|extension| extension.url == INTERPRETER_REQUIRED && extension.value_boolean);
    let record = Patient {
        given,
        family,
        preferred: nickname(&source.name),
        birth_date: day(&source.birth_date),
        sex: if source.gender.is_empty() { Sex::Unknown } else { Sex::from(source.gender.as_str()) },
        phones: data_types::phones(&source.telecom),
        address: home(&source.address),
        language: language(&source.communication),
        needs_interpreter,
        identifiers: identifiers(source.identifier),
        deceased: day(&source.deceased_date_time),
        entered_in_error: false,
    };
    Ok(record.into())
}

/// What the patient likes to be called, when that is another name than the one on papers.
fn nickname(names: &Value) -> String {
    let names = Vec::<data_types::HumanName>::deserialize(names).unwrap_or_default();
    let nickname = names.into_iter().find(|name| name.purpose == "nickname");
    nickname
        .map(|name| if name.given.is_empty() { name.text } else { name.given.join(" ") })
        .unwrap_or_default()
}

/// Where the patient lives now.
fn home(addresses: &[FhirAddress]) -> Address {
    let rank = |address: &&FhirAddress| match address.purpose.as_str() {
        "home" => 0,
        "" => 1,
        "old" | "billing" => 3,
        _ => 2,
    };
    let Some(home) = addresses.iter().min_by_key(rank) else { return Address::default() };
    let line = home.line.join(", ");
    Address {
        line: if line.is_empty() { home.text.clone() } else { line },
        city: home.city.clone(),
        state: home.state.clone(),
        postal_code: home.postal_code.clone(),
        country: home.country.clone(),
        ..Address::default()
    }
}

fn language(spoken: &[Language]) -> Option<Coding> {
    let chosen = spoken.iter().find(|language| language.preferred).or(spoken.first())?;
    let mut coding = chosen.language.coding()?;
    if coding.system.is_empty() && !coding.code.is_empty() {
        coding.system = code_system::BCP_47.to_owned();
    }
    Some(coding)
}

fn identifiers(sources: Vec<data_types::Identifier>) -> doorstep_client_core::record::Keyed<Identifier> {
    let given = sources.into_iter().filter(|identifier| !identifier.value.trim().is_empty());
    numbered(given.map(|identifier| Identifier {
        label: identifier.label.words(),
        system: identifier.system,
        value: identifier.value,
    }))
}
