//! The answers of an assessment, each an input of its question.

use doorstep_client_core::care::score;
use doorstep_client_core::record::Answer;
use doorstep_client_core::record::instrument::{Item, ItemType};
use serde_json::Value as Json;

use super::build::line;
use super::single::{fits_picker, number, number_text};
use super::tree::{Offer, Widget};
use super::wrong::Why;
use super::{Context, show};

/// One question and the answer that it has.
#[derive(Debug)]
pub(super) struct Question<'a> {
    /// The answer's key: the link id, and `#2` and so on for further answers.
    pub key: String,
    /// What is asked.
    pub words: String,
    /// The answer; null where there is none.
    pub value: Json,
    item: Option<&'a Item>,
}

/// What is to be asked, in the order of the instrument, and whatever else was answered. A question that can have
/// several answers is asked for one more than it has.
pub(super) fn questions<'a>(answers: &Json, context: &Context<'a>) -> Vec<Question<'a>> {
    let empty = serde_json::Map::new();
    let answers = answers.as_object().unwrap_or(&empty);
    let mut questions: Vec<Question<'a>> = Vec::new();
    let mut items: Vec<_> = context.instrument.into_iter().flat_map(|instrument| &instrument.items).collect();
    items.sort_by_key(|(_, item)| item.position);
    for (link, item) in items {
        if matches!(item.item_type, ItemType::Group | ItemType::Display) {
            continue;
        }
        for number in 1.. {
            let key = if number == 1 { link.0.clone() } else { format!("{}#{number}", link.0) };
            let value = answers.get(&key).cloned().unwrap_or_default();
            let is_last = value.is_null();
            if is_last && (item.ended || (number > 1 && !item.repeats)) {
                break;
            }
            questions.push(Question { words: show::question(&key, context), key, value, item: Some(item) });
            if is_last {
                break;
            }
        }
    }
    let rest = answers.iter().filter(|(key, _)| questions.iter().all(|question| question.key != **key));
    let rest: Vec<_> = rest
        .map(|(key, value)| Question {
            key: key.clone(),
            words: show::question(key, context),
            value: value.clone(),
            item: None,
        })
        .collect();
    questions.extend(rest);
    questions
}

/// The text that an answer's input holds.
pub(super) fn text_of(answer: &Json) -> String {
    match answer {
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number_text(number),
        Json::String(text) => text.clone(),
        _ => String::new(),
    }
}

impl Question<'_> {
    /// How it is filled in.
    pub(super) fn hint(&self, context: &Context<'_>) -> Option<String> {
        let is_date = self.item.is_some_and(|item| item.item_type == ItemType::Date);
        is_date.then(|| context.say("form-hint-date"))
    }

    /// Its input, which holds `text`; `shown` is what it held first.
    pub(super) fn widget(&self, shown: &str, text: String, context: &Context<'_>) -> Widget {
        let choice = |pairs: Vec<(String, String)>| {
            let mut options = vec![(String::new(), context.say("none"))];
            options.extend(pairs);
            if !options.iter().any(|(value, _)| value == shown) {
                options.push((shown.to_owned(), shown.to_owned()));
            }
            let offer = |(value, label): (String, String)| Offer { is_chosen: value == text, value, label };
            Widget::Choice { options: options.into_iter().map(offer).collect() }
        };
        match self.item.map(|item| &item.item_type) {
            Some(ItemType::Boolean) => choice(
                [("true", "yes"), ("false", "no")].map(|(v, key)| (v.to_owned(), context.say(key))).into(),
            ),
            Some(ItemType::Choice) => choice(self.options()),
            Some(ItemType::Integer) => line(text, "text", "numeric"),
            Some(ItemType::Decimal) => line(text, "text", "decimal"),
            Some(ItemType::DateTime) if fits_picker(&text) => line(text, "datetime-local", ""),
            Some(ItemType::Text) => Widget::Lines { value: text, rows: 3 },
            None if self.value.is_boolean() => choice(
                [("true", "yes"), ("false", "no")].map(|(v, key)| (v.to_owned(), context.say(key))).into(),
            ),
            None if shown.contains('\n') => Widget::Lines { value: text, rows: 3 },
            _ => line(text, "text", ""),
        }
    }

    /// The answer that a text stands for, which is not empty.
    pub(super) fn answer(&self, text: &str) -> Result<Json, Why> {
        let trimmed = text.trim();
        let boolean = || match trimmed {
            "true" => Ok(Json::Bool(true)),
            "false" => Ok(Json::Bool(false)),
            _ => Err(Why::Code),
        };
        match self.item.map(|item| &item.item_type) {
            Some(ItemType::Boolean) => boolean(),
            Some(ItemType::Integer) => trimmed.parse::<i64>().map(Json::from).map_err(|_| Why::Whole),
            Some(ItemType::Decimal) => number(trimmed).ok_or(Why::Number),
            Some(ItemType::Date) => {
                trimmed.parse::<doorstep_client_core::record::Date>().map_err(|_| Why::Date)?;
                Ok(trimmed.into())
            }
            Some(ItemType::Choice) => {
                let is_offered = self.options().iter().any(|(code, _)| code == trimmed);
                if is_offered { Ok(trimmed.into()) } else { Err(Why::Code) }
            }
            Some(_) => Ok(text.into()),
            None => match &self.value {
                Json::Bool(_) => boolean(),
                Json::Number(number) if number.is_i64() => {
                    trimmed.parse::<i64>().map(Json::from).map_err(|_| Why::Whole)
                }
                Json::Number(_) => number(trimmed).ok_or(Why::Number),
                _ => Ok(text.into()),
            },
        }
    }

    /// Whether it is typed in several lines.
    pub(super) fn is_text(&self) -> bool {
        match self.item {
            Some(item) => item.item_type == ItemType::Text,
            None => self.value.as_str().is_some_and(|text| text.contains('\n')),
        }
    }

    fn options(&self) -> Vec<(String, String)> {
        let Some(item) = self.item else { return Vec::new() };
        let mut options: Vec<_> = item.options.values().filter(|option| !option.ended).collect();
        options.sort_by_key(|option| option.position);
        let words = |text: &str, code: &str| if text.is_empty() { code.to_owned() } else { text.to_owned() };
        options.into_iter().map(|option| (option.code.clone(), words(&option.text, &option.code))).collect()
    }
}

/// The score of these answers and what it means, by the instrument's rules; nothing where it is not scored.
pub(super) fn scored(answers: &Json, context: &Context<'_>) -> Option<(f64, Option<String>)> {
    let answers: std::collections::BTreeMap<String, Answer> = serde_json::from_value(answers.clone()).ok()?;
    let outcome = score::score(context.instrument?, &answers);
    let risk = outcome.band.and_then(|band| band.risk.as_ref()).map(|risk| risk.code().to_owned());
    outcome.score.map(|score| (score, risk))
}
