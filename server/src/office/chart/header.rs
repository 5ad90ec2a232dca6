//! Whose chart it is, and the way through it.

use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{Date, Kind};
use jiff::Unit;
use serde_json::Value as Json;

use super::{Case, Entry};
use crate::http::{Problem, names};
use crate::office::form;
use crate::office::local::Local;
use crate::store::{Scope, Snapshot};

/// The pages of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What matters now.
    Summary,
    /// The care plan with its goals.
    Plan,
    /// Each measure over time.
    Outcomes,
    /// What happened, by time.
    Timeline,
    /// The chart as it stood.
    AsOf,
    /// Another page, such as the records of a kind.
    Other,
}

/// A page of the chart.
pub struct Place {
    /// Its address past the case's.
    pub path: &'static str,
    /// What it is called: a message.
    pub name: &'static str,
    /// Whether it is the one that is shown.
    pub is_here: bool,
}

/// A phone number.
pub struct Phone {
    /// The number as it is dialled.
    pub dialled: String,
    /// The number as it was written.
    pub number: String,
    /// Whose, and when to call.
    pub words: String,
}

/// Whose chart it is.
pub struct Header {
    /// The case.
    pub scope: ScopeId,
    /// The patient's name.
    pub name: String,
    /// The patient's record.
    pub patient: Option<RecordId>,
    /// What is to be known of the patient before all else, by label.
    pub facts: Vec<(String, String)>,
    /// The patient's phones.
    pub phones: Vec<Phone>,
    /// Whether an interpreter is needed.
    pub needs_interpreter: bool,
    /// The nurses that have the case.
    pub nurses: Vec<String>,
    /// That the case is closed.
    pub closed: Option<String>,
    tab: Tab,
}

impl Header {
    /// The header of a page of the chart.
    pub fn of(
        snapshot: &dyn Snapshot,
        scope: &Scope,
        case: &Case,
        local: &Local,
        tab: Tab,
    ) -> Result<Self, Problem> {
        let names = names(snapshot)?;
        let grants = snapshot.grants_in(scope.id)?;
        let current = grants.iter().filter(|grant| grant.is_current());
        let patient = case.patient();
        let known: Option<Patient> =
            patient.and_then(|entry| serde_json::from_value(entry.content.clone()).ok());
        Ok(Self {
            scope: scope.id,
            name: scope.title.clone(),
            patient: patient.map(|entry| entry.stamp.record),
            facts: patient.map(|entry| facts(entry, known.as_ref(), case, local)).unwrap_or_default(),
            phones: known.as_ref().map(|patient| phones(patient, local)).unwrap_or_default(),
            needs_interpreter: known.is_some_and(|patient| patient.needs_interpreter),
            nurses: current.filter_map(|grant| names.get(&grant.staff).cloned()).collect(),
            closed: scope.closed.map(|closed| {
                let reason =
                    local.words.say(&format!("close-reason-{}", closed.reason.code().replace('_', "-")));
                let values = [("when", local.moment(closed.at).into()), ("reason", reason.into())];
                local.words.tell("chart-closed", values).into_owned()
            }),
            tab,
        })
    }

    /// The pages of the chart.
    pub fn places(&self) -> Vec<Place> {
        let places = [
            (Tab::Summary, "", "chart-tab-summary"),
            (Tab::Plan, "/plan", "chart-tab-plan"),
            (Tab::Outcomes, "/outcomes", "chart-tab-outcomes"),
            (Tab::Timeline, "/timeline", "chart-tab-timeline"),
            (Tab::AsOf, "/as-of", "chart-tab-as-of"),
        ];
        let place = |(tab, path, name)| Place { path, name, is_here: tab == self.tab };
        places.into_iter().map(place).collect()
    }
}

/// The fields of the patient that a header shows, in its order.
const SHOWN: [&str; 8] = [
    "sex",
    "language",
    "address.door_code",
    "address.dog",
    "address.parking",
    "deceased",
    "preferred",
    "identifiers",
];

fn facts(entry: &Entry, known: Option<&Patient>, case: &Case, local: &Local) -> Vec<(String, String)> {
    let context = case.around.context(&entry.content);
    let at = |path: &str| {
        let value = path.split('.').try_fold(&entry.content, |value, name| value.get(name));
        let value = value.unwrap_or(&Json::Null);
        let label = form::label(Kind::Patient, path, &entry.content, &context);
        (label, form::show(Kind::Patient, path, value, &context))
    };
    let mut facts = Vec::new();
    if let Some(born) = known.and_then(|patient| patient.birth_date) {
        let (label, day) = at("birth_date");
        let end = known.and_then(|patient| patient.deceased).map_or(local.today(), Date::first_day);
        facts.push((label, format!("{day} ({})", age(born, end, local))));
    }
    if let Some(address) = known.map(|patient| &patient.address) {
        let parts = [&address.line, &address.city, &address.state, &address.postal_code];
        let parts: Vec<&str> =
            parts.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        facts.push((at("address").0, parts.join(", ")));
    }
    facts.extend(SHOWN.iter().map(|path| at(path)));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn age(born: Date, until: jiff::civil::Date, local: &Local) -> String {
    let years = born.first_day().until((Unit::Year, until)).map_or(0, |span| span.get_years());
    local.words.with("chart-age", "years", i64::from(years)).into_owned()
}

fn phones(patient: &Patient, local: &Local) -> Vec<Phone> {
    let phones = patient.phones.values().filter(|phone| !phone.number.trim().is_empty());
    let phones = phones.map(|phone| {
        let purpose = local.words.try_say(&format!("code-phone-use-{}", phone.purpose.code()));
        let parts = [purpose.unwrap_or_default().into_owned(), phone.note.clone()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Phone {
            dialled: phone.number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
            number: phone.number.clone(),
            words: parts.join(", "),
        }
    });
    phones.collect()
}
