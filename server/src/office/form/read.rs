//! What was posted, laid over the record as of the version that was on the screen.

use doorstep_client_core::record::Kind;
use serde_json::{Map, Value as Json};

use super::posted::{NEW_MEMBERS, Place, Posted, is_fixed};
use super::shape::{Members, Shape, Single, Structure};
use super::single::{is_as_shown, text_of, value_of};
use super::wrong::{Why, Wrong};
use super::{Context, answers, describe, offers, register};
use crate::limits::{FORM_FIELDS_MAX, FORM_NEW_ELEMENTS_MAX};

/// The record that a person made of `base`, the record as of the version that she saw, by what her browser posted. What
/// was not in the form, and what was posted as it was shown, stays as it is in `base`. Otherwise all that is wrong.
pub fn read(
    kind: Kind,
    base: &Json,
    posted: &[(String, String)],
    context: &Context<'_>,
) -> Result<Json, Vec<Wrong>> {
    if posted.len() > FORM_FIELDS_MAX {
        return Err(vec![Wrong::at("", Why::FieldsMax(FORM_FIELDS_MAX))]);
    }
    let mut reader = Reader { posted: Posted::new(posted), context, record: base, wrong: Vec::new() };
    let made = reader.inside(describe::of(kind), base, &Place::root());
    if reader.wrong.is_empty() { Ok(made) } else { Err(reader.wrong) }
}

/// What is to become of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reading {
    /// It stays as it is.
    Kept,
    /// It gets this value.
    Set(Json),
    /// It gets its default, which a record leaves out.
    Cleared,
}

pub(super) struct Reader<'a> {
    pub(super) posted: Posted<'a>,
    pub(super) context: &'a Context<'a>,
    record: &'a Json,
    wrong: Vec<Wrong>,
}

impl Reader<'_> {
    fn inside(&mut self, structure: &'static Structure, base: &Json, place: &Place) -> Json {
        let mut made = base.as_object().cloned().unwrap_or_default();
        for field in structure.fields {
            let place = place.field(field.name);
            let base = base.get(field.name).unwrap_or(&Json::Null);
            let reading = match field.shape {
                Shape::Single(of) => self.single(of, base, &place),
                Shape::Register(of) => register::read(self, of, base, &place),
                Shape::Members(of) => self.members(of, base, &place),
                Shape::Structure(inner) => structured(base, self.inside(inner, base, &place)),
                Shape::Keyed(inner) => self.collection(inner, base, &place),
                Shape::Answers => self.answers(base, &place),
            };
            match reading {
                Reading::Kept => {}
                Reading::Set(value) => drop(made.insert(field.name.to_owned(), value)),
                Reading::Cleared => drop(made.remove(field.name)),
            }
        }
        if structure.field("answers").is_some() {
            self.score(base, &mut made, place);
        }
        Json::Object(made)
    }

    /// Notes what is wrong with a field, which stays as it is.
    pub(super) fn refuse(&mut self, path: &str, why: Why) -> Reading {
        self.wrong.push(Wrong::at(path, why));
        Reading::Kept
    }

    /// What was typed in an input, if it is not what was shown.
    pub(super) fn typed(&self, of: Single, base: &Json, place: &Place) -> Option<String> {
        let typed = self.posted.last(&place.name)?;
        let shown = text_of(of, base, self.context.zone);
        (!is_as_shown(of, &shown, typed)).then(|| typed.to_owned())
    }

    fn single(&mut self, of: Single, base: &Json, place: &Place) -> Reading {
        if is_fixed(of) {
            return Reading::Kept;
        }
        let Some(typed) = self.typed(of, base, place) else { return Reading::Kept };
        match value_of(of, &typed, self.context.zone) {
            Ok(None) => Reading::Cleared,
            Ok(Some(value)) if self.is_offered(of, &value) => Reading::Set(value),
            Ok(Some(_)) => self.refuse(&place.path, Why::Reference),
            Err(why) => self.refuse(&place.path, why),
        }
    }

    /// Whether a reference is to something that can be referred to.
    fn is_offered(&self, of: Single, value: &Json) -> bool {
        let is_reference = matches!(of, Single::Record(_) | Single::Staff | Single::Item);
        let offers = if is_reference { offers::of(of, "", self.record, self.context) } else { None };
        offers.is_none_or(|offers| value.as_str().is_some_and(|id| offers.hold(id)))
    }

    fn members(&mut self, of: Members, base: &Json, place: &Place) -> Reading {
        let mut members = base.as_object().cloned().unwrap_or_default();
        let offers = offers::members(of, base, self.context);
        if let Some(chosen) = self.posted.all(&place.name) {
            if chosen.iter().any(|id| !id.is_empty() && !offers.hold(id)) {
                return self.refuse(&place.path, Why::Reference);
            }
            for offer in &offers.0 {
                let is_in = chosen.contains(&offer.value.as_str());
                if is_in != offer.is_chosen {
                    members.insert(offer.value.clone(), is_in.into());
                }
            }
        }
        if matches!(of, Members::Languages | Members::Words) {
            let others = self.posted.last(&format!("{}{NEW_MEMBERS}", place.name)).unwrap_or_default();
            for other in others.split([',', ';', '\n']).map(str::trim).filter(|other| !other.is_empty()) {
                members.insert(other.to_owned(), true.into());
            }
        }
        set(base, members)
    }

    fn collection(&mut self, structure: &'static Structure, base: &Json, place: &Place) -> Reading {
        let mut elements = base.as_object().cloned().unwrap_or_default();
        for (id, element) in base.as_object().into_iter().flatten() {
            let made = self.inside(structure, element, &place.element(id));
            elements.insert(id.clone(), made);
        }
        let mut new: Vec<&str> = self.posted.new_elements(&place.name);
        new.retain(|id| !elements.contains_key(*id));
        if new.len() > FORM_NEW_ELEMENTS_MAX {
            return self.refuse(&place.path, Why::NewElementsMax(FORM_NEW_ELEMENTS_MAX));
        }
        for id in new.into_iter().map(str::to_owned).collect::<Vec<_>>() {
            let mut made = self.inside(structure, &Json::Null, &place.element(&id));
            if made.as_object().is_some_and(|made| !made.is_empty()) {
                give_place(structure, &elements, &mut made);
                elements.insert(id, made);
            }
        }
        set(base, elements)
    }

    fn answers(&mut self, base: &Json, place: &Place) -> Reading {
        let mut made = base.as_object().cloned().unwrap_or_default();
        for question in answers::questions(base, self.context) {
            let place = place.element(&question.key);
            let of = if question.is_text() { Single::Text } else { Single::Line };
            let shown = answers::text_of(&question.value);
            let Some(typed) = self.posted.last(&place.name).filter(|typed| !is_as_shown(of, &shown, typed))
            else {
                continue;
            };
            let text = match value_of(of, typed, self.context.zone) {
                Ok(Some(Json::String(text))) if !text.trim().is_empty() => text,
                _ => {
                    if !question.value.is_null() {
                        self.refuse(&place.path, Why::AnswerKept);
                    }
                    continue;
                }
            };
            match question.answer(&text) {
                Ok(answer) => drop(made.insert(question.key, answer)),
                Err(why) => drop(self.refuse(&place.path, why)),
            }
        }
        set(base, made)
    }

    /// Scores answers that changed by their instrument's rules, unless a person typed a score of her own.
    fn score(&self, base: &Json, made: &mut Map<String, Json>, place: &Place) {
        let is_own = ["score", "risk"].into_iter().any(|name| made.get(name) != base.get(name));
        if is_own || made.get("answers") == base.get("answers") || !place.name.is_empty() {
            return;
        }
        let Some(answers) = made.get("answers") else { return };
        if let Some((score, risk)) = answers::scored(answers, self.context) {
            made.insert("score".to_owned(), score.into());
            match risk {
                Some(risk) => drop(made.insert("risk".to_owned(), risk.into())),
                None => drop(made.remove("risk")),
            }
        }
    }
}

/// A structure is left out where all of it is at its default.
fn structured(base: &Json, made: Json) -> Reading {
    match made {
        Json::Object(fields) => set(base, fields),
        _ => Reading::Kept,
    }
}

fn set(base: &Json, made: Map<String, Json>) -> Reading {
    match base {
        Json::Object(base) if *base == made => Reading::Kept,
        Json::Null if made.is_empty() => Reading::Kept,
        _ if made.is_empty() => Reading::Cleared,
        _ => Reading::Set(Json::Object(made)),
    }
}

/// A new element that was given no place comes last.
fn give_place(structure: &Structure, elements: &Map<String, Json>, made: &mut Json) {
    const PLACE: &str = "position";
    let has_place = structure.field(PLACE).is_some() && made.get(PLACE).is_none();
    if let Some(made) = made.as_object_mut().filter(|_| has_place) {
        let places =
            elements.values().map(|element| element.get(PLACE).and_then(Json::as_i64).unwrap_or_default());
        let last = places.max().unwrap_or_default();
        made.insert(PLACE.to_owned(), last.saturating_add(1).into());
    }
}
