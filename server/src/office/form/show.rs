//! Values in plain words.

use doorstep_client_core::record::{CheckPoint, Coding, Date, Kind, Period, Quantity, Timestamp, vitals};
use serde_json::Value as Json;

use super::path::{Step, steps};
use super::shape::{Field, Members, Register, Shape, Single, Structure};
use super::single::number_text;
use super::{Context, describe, usual};

/// Characters of a text that a title quotes.
const TITLE_CHARS_MAX: usize = 80;

/// The value at a path in plain words: codes in the catalogue's language, times in the agency's zone, references by
/// what they refer to. Empty where there is nothing.
pub fn show(kind: Kind, path: &str, value: &Json, context: &Context<'_>) -> String {
    let Some(steps) = steps(describe::of(kind), path) else { return plain(value, context) };
    match steps.last() {
        _ if value.is_null() => String::new(),
        Some(Step::Field(_, field)) => shape(field.shape, value, context),
        Some(Step::Element(structure, _)) => title_of(structure, value, context),
        Some(Step::Member(..)) => {
            context.say(if *value == Json::Bool(true) { "form-in" } else { "form-out" })
        }
        Some(Step::Answer(link)) => answer(link, value, context),
        Some(Step::Part(register, part)) => {
            let single = register.parts().iter().find(|(name, _)| name == part).map(|(_, single)| *single);
            single.map_or_else(String::new, |of| single_words(of, value, context))
        }
        None => plain(value, context),
    }
}

/// What a record is, in a line: for lists and references.
pub fn title(kind: Kind, content: &Json, context: &Context<'_>) -> String {
    match title_of(describe::of(kind), content, context) {
        empty if empty.is_empty() => context.say(&format!("kind-{}", kind.code().replace('_', "-"))),
        title => title,
    }
}

/// A day, a month or a year in words.
pub fn day(date: Date, context: &Context<'_>) -> String {
    let (first, text) = (date.first_day(), date.to_string());
    let year = first.year().to_string();
    let month = context.say(&format!("month-{}", first.month()));
    let day = first.day().to_string();
    let key = match text.len() {
        4 => return text,
        7 => "form-month-of-year",
        _ => "form-day",
    };
    let args =
        [("day", day.as_str().into()), ("month", month.as_str().into()), ("year", year.as_str().into())];
    context.tell(key, args)
}

/// A point in time to the minute, in the agency's zone.
pub fn moment(at: Timestamp, context: &Context<'_>) -> String {
    let local = context.zone.to_datetime(at.to_jiff());
    let day = day(Date::from(local.date()), context);
    let time = local.strftime(&*context.words.say("pattern-time")).to_string();
    context.tell("form-moment", [("day", day.into()), ("time", time.into())])
}

/// What a member of a set is.
pub(super) fn member(of: Members, id: &str, context: &Context<'_>) -> String {
    match of {
        Members::Records(_) => reference(id, context),
        Members::Interventions => {
            let known = context.interventions.iter().find(|(other, _)| other == id);
            known.map_or_else(|| context.say("form-unknown-intervention"), |(_, words)| words.clone())
        }
        Members::Languages => language(id, context),
        Members::Words => id.to_owned(),
    }
}

/// A language in words, by its tag; the tag itself where the catalogue has none.
pub(super) fn language(tag: &str, context: &Context<'_>) -> String {
    if usual::LANGUAGES.contains(&tag) {
        usual::Usual::Languages.say(tag, context.words)
    } else {
        tag.to_owned()
    }
}

/// The question of an answer's key: `link`, or `link#2` for a further answer.
pub(super) fn question(key: &str, context: &Context<'_>) -> String {
    let link = key.split_once('#').map_or(key, |(link, _)| link);
    let item = context.instrument.and_then(|instrument| instrument.items.get(&link.into()));
    item.map(|item| item.text.to_string()).filter(|text| !text.is_empty()).unwrap_or_else(|| key.to_owned())
}

/// What a structure is called by what it holds.
pub(super) fn title_of(structure: &Structure, value: &Json, context: &Context<'_>) -> String {
    let alternative = |name: &&str| {
        let field = structure.field(name)?;
        let words = match (structure.name, *name) {
            ("observation", "components") => components(value, context),
            _ => shape(field.shape, value.get(name).unwrap_or(&Json::Null), context),
        };
        Some(excerpt(&words)).filter(|words| !words.is_empty())
    };
    let parts = structure.title.iter().filter_map(|alternatives| alternatives.iter().find_map(alternative));
    let joint = match structure.name {
        "patient" | "observation" | "component" | "enable-when" => " ",
        _ => ", ",
    };
    parts.collect::<Vec<_>>().join(joint)
}

/// A value of a shape in words.
pub(super) fn shape(shape: Shape, value: &Json, context: &Context<'_>) -> String {
    match (shape, value) {
        (Shape::Single(single), value) => single_words(single, value, context),
        (Shape::Register(register), value) => register_words(register, value, context),
        (Shape::Members(of), Json::Object(members)) => {
            let members = members.iter().filter(|(_, is_in)| **is_in == Json::Bool(true));
            members.map(|(id, _)| member(of, id, context)).collect::<Vec<_>>().join(", ")
        }
        (Shape::Structure(structure), value) => inside(structure, value, context),
        (Shape::Keyed(structure), Json::Object(elements)) => {
            let titles = elements.values().map(|element| title_of(structure, element, context));
            titles.filter(|title| !title.is_empty()).collect::<Vec<_>>().join(", ")
        }
        (Shape::Answers, Json::Object(answers)) => {
            let answers = answers
                .iter()
                .map(|(key, value)| format!("{}: {}", question(key, context), answer(key, value, context)));
            answers.collect::<Vec<_>>().join("; ")
        }
        _ => String::new(),
    }
}

/// An answer in words: a chosen option by its text, where the instrument is at hand.
pub(super) fn answer(key: &str, value: &Json, context: &Context<'_>) -> String {
    let link = key.split_once('#').map_or(key, |(link, _)| link);
    let item = context.instrument.and_then(|instrument| instrument.items.get(&link.into()));
    let chosen = item.zip(value.as_str()).and_then(|(item, code)| {
        item.options.values().find(|option| option.code == code && !option.text.is_empty())
    });
    chosen.map_or_else(|| plain(value, context), |option| option.text.clone())
}

fn single_words(single: Single, value: &Json, context: &Context<'_>) -> String {
    match (single, value) {
        (Single::Code(list), Json::Null) => list.say(list.codes()[0], context.words),
        (Single::Code(list) | Single::CodeOrNone(list), Json::String(code)) => list.say(code, context.words),
        (Single::Flag, Json::Null) => String::new(),
        (Single::Date, Json::String(text)) => {
            text.parse().map_or_else(|_| text.clone(), |date| day(date, context))
        }
        (Single::Instant, Json::String(text)) => {
            text.parse().map_or_else(|_| text.clone(), |at| moment(at, context))
        }
        (Single::Unit, Json::String(unit)) => vitals::unit_words(unit).to_owned(),
        (Single::Rating(scale), Json::Number(rating)) => rating_words(scale, rating, context),
        (Single::FixedBytes, value) => size(value, context),
        (Single::Record(_), Json::String(id)) => reference(id, context),
        (Single::Staff, Json::String(id)) => {
            context.name_of(id).map_or_else(|| context.say("form-unknown-person"), str::to_owned)
        }
        (_, value) => plain(value, context),
    }
}

/// How many bytes, as people say it: a KB has 1,024 of them, as everywhere where files are listed.
pub(super) fn size(value: &Json, context: &Context<'_>) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    let Some(bytes) = value.as_u64() else { return plain(value, context) };
    let (message, count) = match bytes {
        ..KIB => ("size-bytes", bytes.into()),
        // What would be 1,024 KB is a MB.
        _ if bytes < MIB - KIB / 2 => ("size-kb", ((bytes + KIB / 2) / KIB).into()),
        _ => ("size-mb", ((bytes as f64 / MIB as f64 * 10.0).round() / 10.0).into()),
    };
    context.tell(message, [("count", count)])
}

fn register_words(register: Register, value: &Json, context: &Context<'_>) -> String {
    let parsed = match register {
        Register::Coding(_) => read::<Coding>(value).map(|coding| usual::say_coding(&coding, context.words)),
        Register::Quantity => read::<Quantity>(value).map(|quantity| quantity.to_string()),
        Register::Period => read::<Period>(value).map(|period| period_words(period, context)),
        Register::CheckPoint => read::<CheckPoint>(value).map(|point| moment(point.at, context)),
    };
    parsed.unwrap_or_else(|| plain(value, context))
}

fn period_words(period: Period, context: &Context<'_>) -> String {
    let [start, end] = [period.start, period.end].map(|date| date.map(|date| day(date, context)));
    let key = match (&start, &end) {
        (Some(_), Some(_)) => "form-from-to",
        (Some(_), None) => "form-from",
        (None, Some(_)) => "form-until",
        (None, None) => return String::new(),
    };
    let [start, end] = [start, end].map(Option::unwrap_or_default);
    context.tell(key, [("start", start.as_str().into()), ("end", end.as_str().into())])
}

/// A rating with what it says; a number alone where it is outside of the scale.
pub(super) fn rating_words(scale: &str, rating: &serde_json::Number, context: &Context<'_>) -> String {
    match rating.as_i64() {
        Some(number @ 1..=5) => context.say(&format!("rating-{scale}-{number}")),
        _ => rating.to_string(),
    }
}

fn reference(id: &str, context: &Context<'_>) -> String {
    context.title_of(id).map_or_else(|| context.say("form-unknown-record"), str::to_owned)
}

/// What the fields of a structure say, one after the other.
fn inside(structure: &Structure, value: &Json, context: &Context<'_>) -> String {
    let said = |field: &Field| {
        let words = shape(field.shape, value.get(field.name)?, context);
        (!words.is_empty())
            .then(|| format!("{}: {words}", context.say(&super::path::field_key(structure, field))))
    };
    structure.fields.iter().filter_map(said).collect::<Vec<_>>().join("; ")
}

/// The components of an observation; of a blood pressure as it is said: 128/80 mmHg.
fn components(observation: &Json, context: &Context<'_>) -> String {
    let Some(Json::Object(components)) = observation.get("components") else { return String::new() };
    let amount = |code: &str| {
        let part = components
            .values()
            .find(|part| part.pointer("/code/code").and_then(Json::as_str) == Some(code))?;
        read::<Quantity>(part.get("value")?)
    };
    if let (Some(systolic), Some(diastolic)) = (amount(vitals::SYSTOLIC), amount(vitals::DIASTOLIC)) {
        let systolic = Quantity::new(systolic.value, "1");
        return format!("{systolic}/{diastolic}");
    }
    let Some(Shape::Keyed(structure)) =
        describe::of(Kind::Observation).field("components").map(|field| field.shape)
    else {
        return String::new();
    };
    let parts = components.values().map(|part| title_of(structure, part, context));
    parts.collect::<Vec<_>>().join(", ")
}

/// A value of which nothing is known but what it is.
fn plain(value: &Json, context: &Context<'_>) -> String {
    match value {
        Json::Null => String::new(),
        Json::Bool(value) => context.say(if *value { "yes" } else { "no" }),
        Json::Number(number) => number_text(number),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn read<T: serde::de::DeserializeOwned>(value: &Json) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn excerpt(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(TITLE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}
