//! What a record says, field by field.

use doorstep_client_core::record::Kind;
use serde_json::Value as Json;

use super::path::{element_words, field_key};
use super::posted::Place;
use super::shape::{Shape, Structure};
use super::{Context, describe, show};

/// One field that holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its path.
    pub path: String,
    /// What it is.
    pub label: String,
    /// What it says; empty where `parts` say it.
    pub value: String,
    /// The facts inside it: of a structure, of each element, of an element.
    pub parts: Vec<Fact>,
}

/// The fields of a record that hold something, in the order of its form. Codes are told even where they are the
/// default: they always hold.
pub fn facts(kind: Kind, content: &Json, context: &Context<'_>) -> Vec<Fact> {
    inside(describe::of(kind), content, &Place::root(), context)
}

fn inside(structure: &'static Structure, value: &Json, place: &Place, context: &Context<'_>) -> Vec<Fact> {
    let facts = structure.fields.iter().filter_map(|field| {
        let value = value.get(field.name).unwrap_or(&Json::Null);
        let place = place.field(field.name);
        let label = context.say(&field_key(structure, field));
        let (said, parts) = match field.shape {
            Shape::Structure(inner) => (String::new(), inside_if_any(inner, value, &place, context)),
            Shape::Keyed(inner) => (String::new(), elements(inner, value, &place, context)),
            Shape::Answers => (String::new(), answers(value, &place, context)),
            shape => (show::shape(shape, value, context), Vec::new()),
        };
        let says_something = !said.is_empty() || !parts.is_empty();
        says_something.then_some(Fact { path: place.path, label, value: said, parts })
    });
    facts.collect()
}

fn inside_if_any(
    structure: &'static Structure,
    value: &Json,
    place: &Place,
    context: &Context<'_>,
) -> Vec<Fact> {
    let is_empty = value.as_object().is_none_or(serde_json::Map::is_empty);
    if is_empty { Vec::new() } else { inside(structure, value, place, context) }
}

fn elements(structure: &'static Structure, value: &Json, place: &Place, context: &Context<'_>) -> Vec<Fact> {
    let elements = value.as_object().into_iter().flatten().map(|(id, element)| {
        let place = place.element(id);
        let parts = inside(structure, element, &place, context);
        Fact {
            label: element_words(structure, element, context),
            value: String::new(),
            parts,
            path: place.path,
        }
    });
    elements.collect()
}

fn answers(value: &Json, place: &Place, context: &Context<'_>) -> Vec<Fact> {
    let answers = value.as_object().into_iter().flatten().map(|(key, value)| Fact {
        path: place.element(key).path,
        label: show::question(key, context),
        value: show::answer(key, value, context),
        parts: Vec::new(),
    });
    answers.collect()
}
