//! A bundle: which of its resources become records of which case, and which do not and why.

use std::collections::{HashMap, HashSet};
use std::fmt;

use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Problem};
use serde::Deserialize;
use serde_json::Value;

use super::data_types::Reference;
use super::references::{Index, References, Resource, name_of};
use super::{
    allergy_intolerance, care_plan, condition, encounter, goal, identity, medication_request, observation,
    patient, practitioner,
};

/// What a bundle yields.
#[derive(Debug, Default)]
pub struct Imported {
    /// One case for each patient.
    pub cases: Vec<ImportedCase>,
    /// Every resource that became no record.
    pub skipped: Vec<Skipped>,
}

/// One patient with everything that the bundle holds about her.
#[derive(Debug)]
pub struct ImportedCase {
    /// The case.
    pub scope: ScopeId,
    /// The patient's record, which comes first among `records`.
    pub patient: RecordId,
    /// The case's records. Each passes its checks.
    pub records: Vec<(RecordId, AnyRecord)>,
}

/// A resource that became no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its place in the bundle, the first being 0.
    pub entry: usize,
    /// Its resource type; `(none)` where it says none that could be one.
    pub resource_type: String,
    /// Why.
    pub reason: Reason,
}

/// Why a resource became no record. Never quotes what it holds (I13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Its type is not mapped.
    NotMapped,
    /// Its elements do not have the form that FHIR R4 gives them.
    Malformed,
    /// It has neither an id nor a full URL.
    NoId,
    /// It has the id of an earlier one.
    Repeated,
    /// Its patient is not among the bundle's, or became no record.
    NoPatient,
    /// No resource of any case refers to it.
    Unrelated,
    /// It would not pass the checks of its record.
    Unfit(Vec<Problem>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMapped => f.write_str("resources of this type are not imported"),
            Self::Malformed => f.write_str("its elements do not have the form that FHIR R4 gives them"),
            Self::NoId => f.write_str("it has no id"),
            Self::Repeated => f.write_str("an earlier resource of the bundle has its id"),
            Self::NoPatient => f.write_str("its patient is not in the bundle"),
            Self::Unrelated => f.write_str("nothing in the bundle refers to it"),
            Self::Unfit(problems) => {
                let problems: Vec<_> = problems.iter().map(Problem::to_string).collect();
                write!(f, "it lacks what a record needs: {}", problems.join("; "))
            }
        }
    }
}

/// The input is no bundle. Quotes nothing of it (I13).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotABundle {
    /// It is not JSON.
    #[error("not JSON (line {line}, column {column})")]
    NotJson {
        /// The line at which it stops being JSON.
        line: usize,
        /// The column there.
        column: usize,
    },
    /// It is JSON of another sort.
    #[error("not a FHIR R4 bundle: expected an object with resourceType \"Bundle\" and a list of entries")]
    NotFhir,
}

/// Reads a bundle. Resources of other types, and resources that no record can be made of, are listed as skipped.
pub fn read(json: &[u8]) -> Result<Imported, NotABundle> {
    let bundle: Value = serde_json::from_slice(json)
        .map_err(|error| NotABundle::NotJson { line: error.line(), column: error.column() })?;
    if bundle.get("resourceType").and_then(Value::as_str) != Some("Bundle") {
        return Err(NotABundle::NotFhir);
    }
    let entries = match bundle.get("entry") {
        None => &Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(_) => return Err(NotABundle::NotFhir),
    };
    let resources: Vec<_> =
        entries.iter().enumerate().map(|(entry, source)| resource(entry, source)).collect();
    let index = Index::new(&resources);
    let organisations = organisations(&resources, &index);
    let mut reading = Reading { index: &index, organisations: &organisations, imported: Imported::default() };
    reading.patients(&resources);
    reading.others(&resources);
    reading.imported.skipped.sort_by_key(|skipped| skipped.entry);
    Ok(reading.imported)
}

fn resource(entry: usize, source: &Value) -> Resource<'_> {
    let content = source.get("resource").unwrap_or(&Value::Null);
    let get = |field: &str| content.get(field).and_then(Value::as_str).unwrap_or_default();
    let full_url = source.get("fullUrl").and_then(Value::as_str).unwrap_or_default();
    Resource { entry, resource_type: type_name(get("resourceType")), full_url, id: get("id"), content }
}

/// The resource type, where it can be one: what else stands there may be anything.
fn type_name(text: &str) -> &str {
    let is_name = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_name { text } else { "(none)" }
}

/// Where each practitioner works: the provider of the first encounter that she took part in.
fn organisations(resources: &[Resource<'_>], index: &Index<'_>) -> HashMap<usize, String> {
    let mut organisations = HashMap::new();
    for encounter in resources.iter().filter(|resource| resource.resource_type == "Encounter") {
        let provider =
            encounter.content.get("serviceProvider").and_then(|at| Reference::deserialize(at).ok());
        let Some(provider) = provider else { continue };
        let found = index.find(&provider.reference).map(|resource| name_of(resource.content));
        let name = found.filter(|name| !name.is_empty()).unwrap_or(provider.display);
        let participants =
            encounter.content.get("participant").and_then(Value::as_array).into_iter().flatten();
        for reference in participants.filter_map(|participant| participant.pointer("/individual/reference")) {
            let individual = reference.as_str().and_then(|reference| index.find(reference));
            if let Some(individual) = individual.filter(|_| !name.is_empty()) {
                organisations.entry(individual.entry).or_insert_with(|| name.clone());
            }
        }
    }
    organisations
}

struct Reading<'a> {
    index: &'a Index<'a>,
    organisations: &'a HashMap<usize, String>,
    imported: Imported,
}

impl<'a> Reading<'a> {
    /// Opens a case for every patient.
    fn patients(&mut self, resources: &[Resource<'_>]) {
        for resource in resources.iter().filter(|resource| resource.resource_type == "Patient") {
            let id = resource.record();
            let scope = identity::case_of(id);
            if self.imported.cases.iter().any(|case| case.scope == scope) {
                self.skip(resource, Reason::Repeated);
                continue;
            }
            match self.map(resource, scope) {
                Ok(record) => {
                    let records = vec![(id, record)];
                    self.imported.cases.push(ImportedCase { scope, patient: id, records });
                }
                Err(reason) => self.skip(resource, reason),
            }
        }
    }

    /// Puts everything else into the cases.
    fn others(&mut self, resources: &[Resource<'_>]) {
        let mut taken: HashSet<RecordId> = self.imported.cases.iter().map(|case| case.patient).collect();
        let mentions = self.mentions(resources);
        for resource in resources.iter().filter(|resource| resource.resource_type != "Patient") {
            let cases = match resource.resource_type {
                "Practitioner" => self.cases_of_practitioner(resource, &mentions),
                _ => self.case_of_subject(resource).map(|case| vec![case]),
            };
            let mapped = cases.and_then(|cases| {
                let map = |case: usize| {
                    let scope = self.imported.cases[case].scope;
                    let id = match resource.resource_type {
                        "Practitioner" => identity::member_of(scope, resource.record()),
                        _ => resource.record(),
                    };
                    let is_free = taken.insert(id);
                    let record = is_free.then(|| self.map(resource, scope)).ok_or(Reason::Repeated)??;
                    Ok((case, id, record))
                };
                cases.into_iter().map(map).collect::<Result<Vec<_>, Reason>>()
            });
            match mapped {
                Ok(records) => {
                    for (case, id, record) in records {
                        self.imported.cases[case].records.push((id, record));
                    }
                }
                Err(reason) => self.skip(resource, reason),
            }
        }
    }

    fn skip(&mut self, resource: &Resource<'_>, reason: Reason) {
        let resource_type = resource.resource_type.to_owned();
        self.imported.skipped.push(Skipped { entry: resource.entry, resource_type, reason });
    }

    /// The record of a resource, if it passes its checks.
    fn map(&self, resource: &Resource<'_>, case: ScopeId) -> Result<AnyRecord, Reason> {
        if resource.id.is_empty() && resource.full_url.is_empty() {
            return Err(Reason::NoId);
        }
        let references = References { case, index: self.index, organisations: self.organisations };
        let record = match resource.resource_type {
            "Patient" => patient::read(resource.content, &references),
            "Practitioner" => practitioner::read(resource.content, resource.entry, &references),
            "Condition" => condition::read(resource.content, &references),
            "MedicationRequest" => medication_request::read(resource.content, &references),
            "AllergyIntolerance" => allergy_intolerance::read(resource.content, &references),
            "Encounter" => encounter::read(resource.content, &references),
            "Observation" => observation::read(resource.content, &references),
            "Goal" => goal::read(resource.content, &references),
            "CarePlan" => care_plan::read(resource.content, &references),
            _ => Err(Reason::NotMapped),
        }?;
        match record.check() {
            problems if problems.is_empty() => Ok(record),
            problems => Err(Reason::Unfit(problems)),
        }
    }

    /// The place, among the cases, of the patient whom a resource is about.
    fn case_of_subject(&self, resource: &Resource<'_>) -> Result<usize, Reason> {
        if !is_mapped(resource.resource_type) {
            return Err(Reason::NotMapped);
        }
        let subject = ["/subject/reference", "/patient/reference"];
        let subject = subject.iter().find_map(|path| resource.content.pointer(path)).and_then(Value::as_str);
        let patient = subject.and_then(|subject| self.index.find(subject)).ok_or(Reason::NoPatient)?;
        let is_patient = patient.resource_type == "Patient";
        let scope = identity::case_of(patient.record());
        let place = self.imported.cases.iter().position(|case| is_patient && case.scope == scope);
        place.ok_or(Reason::NoPatient)
    }

    /// The cases in which a practitioner takes part: those whose resources refer to her, and the only one.
    fn cases_of_practitioner(
        &self,
        practitioner: &Resource<'_>,
        mentions: &HashSet<(usize, usize)>,
    ) -> Result<Vec<usize>, Reason> {
        let cases = 0..self.imported.cases.len();
        let is_only = cases.len() == 1;
        let cases = cases.filter(|case| is_only || mentions.contains(&(*case, practitioner.entry)));
        Some(cases.collect::<Vec<_>>()).filter(|cases| !cases.is_empty()).ok_or(Reason::Unrelated)
    }

    /// Which cases' resources refer to which practitioners: the case's place and the practitioner's entry.
    fn mentions(&self, resources: &[Resource<'_>]) -> HashSet<(usize, usize)> {
        let mut mentions = HashSet::new();
        for resource in resources {
            let Ok(case) = self.case_of_subject(resource) else { continue };
            each_reference(resource.content, &mut |reference| {
                let target = self.index.find(reference);
                mentions.extend(
                    target.filter(|to| to.resource_type == "Practitioner").map(|to| (case, to.entry)),
                );
            });
        }
        mentions
    }
}

fn is_mapped(resource_type: &str) -> bool {
    const OF_A_PATIENT: [&str; 7] = [
        "Condition",
        "MedicationRequest",
        "AllergyIntolerance",
        "Encounter",
        "Observation",
        "Goal",
        "CarePlan",
    ];
    OF_A_PATIENT.contains(&resource_type)
}

fn each_reference(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("reference") {
                visit(reference);
            }
            fields.values().for_each(|field| each_reference(field, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| each_reference(item, visit)),
        _ => {}
    }
}
