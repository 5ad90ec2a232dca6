//! A value that one input holds: its text as the input shows it, and the value that a text stands for.

use doorstep_client_core::record::omaha::{RATING_MAX, RATING_MIN};
use doorstep_client_core::record::{Date, Timestamp};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde_json::Value as Json;

use super::shape::Single;
use super::usual;
use super::wrong::Why;

/// How a checkbox that is set is posted.
pub(super) const YES: &str = "yes";
/// How one that is not is posted.
pub(super) const NO: &str = "no";

const LOCAL: &str = "%Y-%m-%dT%H:%M";

/// The text that an input of this value holds.
pub(super) fn text_of(single: Single, value: &Json, zone: &TimeZone) -> String {
    match (single, value) {
        (Single::Flag, value) => (if *value == Json::Bool(true) { YES } else { NO }).to_owned(),
        (Single::Code(list), Json::Null) => list.codes()[0].to_owned(),
        (Single::Instant, Json::String(text)) => local(text, zone).unwrap_or_else(|| text.clone()),
        (Single::Unit, Json::String(unit)) => common_unit(unit).to_owned(),
        (_, Json::String(text)) => text.clone(),
        (_, Json::Bool(value)) => value.to_string(),
        (_, Json::Number(number)) => number_text(number),
        _ => String::new(),
    }
}

/// The value that a text stands for; none where it stands for the field's default. References and members are the
/// reader's to check.
pub(super) fn value_of(single: Single, typed: &str, zone: &TimeZone) -> Result<Option<Json>, Why> {
    let text = as_sent(single, typed);
    let trimmed = text.trim();
    if trimmed.is_empty()
        && !matches!(single, Single::Line | Single::Dialled | Single::Text | Single::Code(_))
    {
        return Ok(None);
    }
    let some = |value: Json| Ok(Some(value));
    match single {
        Single::Flag => Ok((trimmed == YES).then_some(Json::Bool(true))),
        Single::Code(list) | Single::CodeOrNone(list) if !list.codes().contains(&trimmed) => Err(Why::Code),
        Single::Code(list) if list.codes()[0] == trimmed => Ok(None),
        Single::Code(_) | Single::CodeOrNone(_) | Single::Record(_) | Single::Staff | Single::Item => {
            some(trimmed.into())
        }
        Single::System => some(trimmed.into()),
        Single::Unit => some(ucum(trimmed).into()),
        Single::Date => {
            trimmed.parse::<Date>().map_err(|_| Why::Date).map(|date| Some(date.to_string().into()))
        }
        Single::Instant => instant(trimmed, zone).map(|instant| Some(instant.to_string().into())),
        Single::Number => number(trimmed).ok_or(Why::Number).map(Some),
        Single::Whole => trimmed.parse::<i64>().map_err(|_| Why::Whole).map(|whole| Some(whole.into())),
        Single::Place => {
            let place = trimmed.parse::<i64>().map_err(|_| Why::Whole)?;
            Ok((place != 0).then(|| place.into()))
        }
        Single::Rating(_) => match trimmed.parse::<i64>() {
            Ok(rating) if (RATING_MIN..=RATING_MAX).contains(&rating) => some(rating.into()),
            _ => Err(Why::Code),
        },
        Single::Answer => some(answer(&text)),
        Single::Line | Single::Dialled | Single::Text => Ok((!text.is_empty()).then(|| text.as_str().into())),
        Single::FixedLine | Single::FixedBytes => Ok(None),
    }
}

/// Whether a text that was posted is the one that was shown, as far as a browser can tell them apart.
pub(super) fn is_as_shown(single: Single, shown: &str, typed: &str) -> bool {
    let told = |text: &str| as_sent(single, text).replace('\0', "\u{FFFD}");
    told(shown) == told(typed)
}

/// Whether a browser's own input for points in time can hold the text.
pub(super) fn fits_picker(text: &str) -> bool {
    text.is_empty() || (text.len() == "2026-11-27T08:30".len() && DateTime::strptime(LOCAL, text).is_ok())
}

/// A number as people write it.
pub(super) fn number_text(number: &serde_json::Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (None, Some(number)) => number.to_string(),
        _ => number.to_string(),
    }
}

/// A number, if the text is one that is finite.
pub(super) fn number(text: &str) -> Option<Json> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number = text.parse::<f64>().ok().filter(|_| is_plain)?;
    serde_json::Number::from_f64(number).map(Json::Number)
}

/// An answer of a type that nothing tells: yes or no, a number, or words.
fn answer(text: &str) -> Json {
    match text.trim() {
        "true" => true.into(),
        "false" => false.into(),
        other => match other.parse::<i64>() {
            Ok(whole) => whole.into(),
            Err(_) => number(other).unwrap_or_else(|| text.into()),
        },
    }
}

/// A point in time that was typed in the zone; of two that a clock shows alike, the first.
fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, Why> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let local = text.parse::<DateTime>().ok().filter(|_| text.contains(':')).ok_or(Why::Time)?;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(Why::TimeSkipped);
    }
    ambiguous.compatible().map(Timestamp::from).map_err(|_| Why::Time)
}

fn local(text: &str, zone: &TimeZone) -> Option<String> {
    let local = zone.to_datetime(text.parse::<Timestamp>().ok()?.to_jiff());
    (1..=9999).contains(&local.year()).then(|| local.strftime(LOCAL).to_string())
}

/// A UCUM unit as it is commonly written, where that says which it is.
fn common_unit(unit: &str) -> &str {
    let known = usual::units().into_iter().find(|(ucum, common)| *ucum == unit && !common.is_empty());
    known.map_or(unit, |(_, common)| common)
}

fn ucum(typed: &str) -> &str {
    let known = usual::units().into_iter().find(|(_, common)| *common == typed);
    known.map_or(typed, |(ucum, _)| ucum)
}

/// The text as a browser sends it from an input of this value: a line without line ends, a text's as one character each.
fn as_sent(single: Single, text: &str) -> String {
    match single {
        Single::Text => text.replace("\r\n", "\n").replace('\r', "\n"),
        _ => text.replace(['\r', '\n'], ""),
    }
}
