//! The catalogue has words for all that the tables name.

use std::collections::BTreeSet;

use super::super::path::{field_key, hint_key, part_key};
use super::super::shape::{Register, Shape, Single};
use super::super::{usual, wrong};
use super::tables::every_structure;
use super::*;

fn demand(keys: impl IntoIterator<Item = String>) {
    let keys: BTreeSet<String> = keys.into_iter().collect();
    for language in Language::ALL {
        let words = Words::from(language);
        let missing: Vec<&String> = keys.iter().filter(|key| !words.has(key)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", language.code());
    }
}

#[test]
fn every_kind_field_hint_and_element_has_its_words_in_every_language() {
    demand(Kind::ALL.iter().map(|kind| format!("kind-{}", kind.code().replace('_', "-"))));
    for (structure, _) in every_structure() {
        demand(structure.fields.iter().map(|field| field_key(structure, field)));
        let hinted = structure.fields.iter().filter(|field| field.has_hint);
        demand(hinted.map(|field| hint_key(structure, field)));
        for field in structure.fields {
            match field.shape {
                Shape::Keyed(inner) => demand([format!("element-{}", inner.name)]),
                Shape::Register(register) => {
                    demand(register.parts().iter().map(|(part, _)| part_key(register, part)));
                }
                Shape::Single(Single::Rating(scale)) => {
                    demand((1..=5).map(|rating| format!("rating-{scale}-{rating}")));
                }
                _ => {}
            }
        }
    }
    assert!(Register::Period.parts().len() == 2);
}

#[test]
fn every_code_and_every_usual_coding_has_its_words_in_every_language() {
    for list in codes::ALL {
        demand(list.codes().into_iter().map(|code| list.key(code)));
        let keys: BTreeSet<String> = list.codes().into_iter().map(|code| list.key(code)).collect();
        assert_eq!(keys.len(), list.codes().len(), "two codes of {} have one key", list.name);
    }
    for list in usual::LISTS {
        demand(list.codings().into_iter().map(|(code, _)| list.key(code)));
    }
}

#[test]
fn every_message_of_a_records_checks_has_its_words_in_every_language() {
    let folder = format!("{}/../client-core/src/record", env!("CARGO_MANIFEST_DIR"));
    let mut messages = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        let Ok(source) = std::fs::read_to_string(file) else { continue };
        let literals = source.split('"').skip(1).step_by(2);
        let is_message = |text: &&str| {
            ["must ", "needs "].iter().any(|word| text.starts_with(word)) || text.contains(" needs ")
        };
        messages.extend(literals.filter(is_message).map(str::to_owned));
    }
    assert!(messages.len() > 20, "the messages have moved");
    let filled_in = |message: &String| {
        let message = message.replace("{min} to {max}", "1 to 5").replace("{max} {of}", "5 elements");
        wrong::check_key(&message.replace("{}", "5").replace("{min}", "1").replace("{max}", "5")).0
    };
    demand(messages.iter().map(filled_in));
    demand([wrong::check_key("must have at most 1000 characters").0]);
}

#[test]
fn a_checks_message_is_told_with_its_numbers_and_one_that_is_not_known_as_it_is() {
    let said = |message: &str, language: Language| Why::Check(message.to_owned()).say(&language.into());
    let message = "must be a number from -0.5 to 350";
    assert_eq!(said(message, Language::English), "This must be a number from -0.5 to 350.");
    assert_eq!(said(message, Language::Spanish), "Debe ser un número de -0.5 a 350.");
    assert_eq!(said("must be blue", Language::Spanish), "must be blue");
}
