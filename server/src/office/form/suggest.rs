//! Lists of suggestions, each once in a form.

use std::collections::BTreeSet;

use super::tree::Suggestions;
use super::{Context, usual};

/// The DOM id of a list.
pub(super) fn id(list: &str) -> String {
    format!("suggest-{list}")
}

/// The lists of these names.
pub(super) fn lists(names: &BTreeSet<&'static str>, context: &Context<'_>) -> Vec<Suggestions> {
    let lists = names.iter().map(|name| {
        let values = match usual::LISTS.into_iter().find(|list| list.name() == *name) {
            Some(list) => list.codings().into_iter().map(|(code, _)| list.say(code, context.words)).collect(),
            None => usual::units()
                .into_iter()
                .map(|(ucum, common)| if common.is_empty() { ucum } else { common }.to_owned())
                .collect(),
        };
        Suggestions { id: id(name), values }
    });
    lists.collect()
}
