//! What can be chosen in a field.

use doorstep_client_core::record::Kind;
use serde_json::Value as Json;

use super::shape::{Members, Single};
use super::tree::Offer;
use super::usual::{LANGUAGES, SYSTEMS};
use super::{Context, show};

/// What can be chosen.
#[derive(Debug)]
pub(super) struct Offers(pub Vec<Offer>);

impl Offers {
    fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().map(|(value, label)| Offer { value, label, is_chosen: false }).collect())
    }

    /// Whether it can be chosen.
    pub(super) fn hold(&self, value: &str) -> bool {
        self.0.iter().any(|offer| offer.value == value)
    }

    /// Chooses one, if it is there; otherwise the first that a browser would choose stays.
    pub(super) fn choose(&mut self, value: &str) {
        self.choose_all(&[value]);
    }

    /// Chooses these and no others.
    pub(super) fn choose_all(&mut self, values: &[&str]) {
        for offer in &mut self.0 {
            offer.is_chosen = values.contains(&offer.value.as_str());
        }
    }

    fn add_unless_there(&mut self, value: &str, label: impl FnOnce() -> String) {
        if !self.hold(value) {
            self.0.push(Offer { value: value.to_owned(), label: label(), is_chosen: false });
        }
    }
}

/// What can be chosen for a value, with what is `shown` now; nothing for a value that is typed.
pub(super) fn of(single: Single, shown: &str, record: &Json, context: &Context<'_>) -> Option<Offers> {
    let none = || (String::new(), context.say("none"));
    let mut offers = match single {
        Single::Code(list) => Offers::of(coded(list, context)),
        Single::CodeOrNone(list) => Offers::of(std::iter::once(none()).chain(coded(list, context))),
        Single::Rating(scale) => {
            let ratings = (1..=5i64)
                .map(|rating| (rating.to_string(), show::rating_words(scale, &rating.into(), context)));
            Offers::of(std::iter::once(none()).chain(ratings))
        }
        Single::Staff => Offers::of(std::iter::once(none()).chain(staff(context))),
        Single::Record(kinds) => {
            let records =
                context.records.iter().filter(|record| kinds.is_empty() || kinds.contains(&record.kind));
            let records = records.map(|record| (record.id.to_string(), record.title.clone()));
            let people = if kinds.contains(&Kind::Staff) { staff(context).collect() } else { Vec::new() };
            Offers::of(std::iter::once(none()).chain(records).chain(people))
        }
        Single::System => {
            let systems = SYSTEMS.iter().map(|(uri, name)| ((*uri).to_owned(), (*name).to_owned()));
            Offers::of(std::iter::once(none()).chain(systems))
        }
        Single::Item => {
            let items = record.get("items").and_then(Json::as_object).into_iter().flatten();
            let items = items.map(|(link, item)| (link.clone(), item_words(link, item)));
            Offers::of(std::iter::once(none()).chain(items))
        }
        _ => return None,
    };
    let label = || match single {
        Single::Staff => context.say("form-unknown-person"),
        Single::Record(_) => context.say("form-unknown-record"),
        _ => shown.to_owned(),
    };
    offers.add_unless_there(shown, label);
    Some(offers)
}

/// What can be in a set, with what is or was in it.
pub(super) fn members(of: Members, value: &Json, context: &Context<'_>) -> Offers {
    let known: Vec<(String, String)> = match of {
        Members::Records(kind) => {
            let records = context.records.iter().filter(|record| record.kind == kind);
            records.map(|record| (record.id.to_string(), record.title.clone())).collect()
        }
        Members::Interventions => context.interventions.to_vec(),
        Members::Languages => {
            LANGUAGES.iter().map(|&tag| (tag.to_owned(), show::language(tag, context))).collect()
        }
        Members::Words => Vec::new(),
    };
    let mut offers = Offers::of(known);
    for (id, is_in) in value.as_object().into_iter().flatten() {
        offers.add_unless_there(id, || show::member(of, id, context));
        for offer in offers.0.iter_mut().filter(|offer| offer.value == *id) {
            offer.is_chosen = *is_in == Json::Bool(true);
        }
    }
    offers
}

fn coded(list: &'static super::codes::List, context: &Context<'_>) -> impl Iterator<Item = (String, String)> {
    list.codes().into_iter().map(|code| (code.to_owned(), context.say(&list.key(code))))
}

fn staff(context: &Context<'_>) -> impl Iterator<Item = (String, String)> {
    context.staff.iter().map(|(id, name)| (id.to_string(), name.clone()))
}

fn item_words(link: &str, item: &Json) -> String {
    match item.get("text").and_then(Json::as_str).unwrap_or_default() {
        "" => link.to_owned(),
        text => text.to_owned(),
    }
}
