//! An instrument's score, and which of its questions are asked.

use std::collections::BTreeMap;

use crate::record::instrument::{
    EnableBehavior, EnableOperator, EnableWhen, Instrument, Item, ItemType, Scoring, ScoringBand,
};
use crate::record::{Answer, ElementId};

/// Answers by link id, further ones to the same question as `link#2`, `link#3`.
pub type Answers = BTreeMap<String, Answer>;

/// What the answers come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome<'a> {
    /// The score of what was answered; none where the instrument is not scored.
    pub score: Option<f64>,
    /// What the score means; none while a required answer is missing.
    pub band: Option<&'a ScoringBand>,
    /// Link ids of the required questions that are asked and not answered, in the order of the form.
    pub missing: Vec<&'a str>,
}

/// Scores the answers by the instrument's rules. Only questions that are asked count.
pub fn score<'a>(instrument: &'a Instrument, answers: &Answers) -> Outcome<'a> {
    let asked = questions(instrument, answers);
    let missing: Vec<_> = asked
        .iter()
        .filter(|(link, item)| item.required && given(answers, link).next().is_none())
        .map(|(link, _)| *link)
        .collect();
    let points: Vec<f64> = asked
        .iter()
        .flat_map(|(link, item)| given(answers, link).filter_map(|answer| points(item, answer)))
        .collect();
    let sum: f64 = points.iter().sum();
    let score = match instrument.scoring {
        Scoring::Sum => Some(sum),
        Scoring::Mean if !points.is_empty() => Some(sum / points.len() as f64),
        Scoring::Mean | Scoring::None | Scoring::Unrecognised(_) => None,
    };
    let band = score.filter(|_| missing.is_empty()).and_then(|score| band(instrument, score));
    Outcome { score, band, missing }
}

/// The questions that are asked, given what was answered so far: link id and item, in the order of the form.
pub fn questions<'a>(instrument: &'a Instrument, answers: &Answers) -> Vec<(&'a str, &'a Item)> {
    let mut asked: Vec<_> = instrument
        .items
        .iter()
        .filter(|(_, item)| !matches!(item.item_type, ItemType::Group | ItemType::Display))
        .filter(|(_, item)| is_asked(instrument, item, answers, instrument.items.len()))
        .map(|(link, item)| (link.0.as_str(), item))
        .collect();
    asked.sort_by_key(|(_, item)| item.position);
    asked
}

/// Whether an item and every group around it are asked. `depth` ends groups that contain each other.
fn is_asked(instrument: &Instrument, item: &Item, answers: &Answers, depth: usize) -> bool {
    let group = instrument.items.get(&ElementId::from(item.group.as_str()));
    let is_group_asked = || group.is_none_or(|group| is_asked(instrument, group, answers, depth - 1));
    depth > 0 && !item.ended && is_enabled(item, answers) && is_group_asked()
}

fn is_enabled(item: &Item, answers: &Answers) -> bool {
    let mut conditions = item.enable_when.values().map(|condition| holds(condition, answers));
    match item.enable_behavior {
        _ if item.enable_when.is_empty() => true,
        EnableBehavior::Any => conditions.any(|holds| holds),
        EnableBehavior::All | EnableBehavior::Unrecognised(_) => conditions.all(|holds| holds),
    }
}

fn holds(condition: &EnableWhen, answers: &Answers) -> bool {
    let mut given = given(answers, &condition.question);
    let Some(expected) = &condition.answer else {
        return condition.operator == EnableOperator::Exists && given.next().is_some();
    };
    match condition.operator {
        EnableOperator::Exists => given.next().is_some() == (*expected != Answer::Boolean(false)),
        EnableOperator::Equal => given.any(|answer| is_equal(answer, expected)),
        EnableOperator::NotEqual => given.any(|answer| !is_equal(answer, expected)),
        EnableOperator::Greater => given.any(|answer| compare(answer, expected).is_some_and(|o| o.is_gt())),
        EnableOperator::Less => given.any(|answer| compare(answer, expected).is_some_and(|o| o.is_lt())),
        EnableOperator::AtLeast => given.any(|answer| compare(answer, expected).is_some_and(|o| o.is_ge())),
        EnableOperator::AtMost => given.any(|answer| compare(answer, expected).is_some_and(|o| o.is_le())),
        EnableOperator::Unrecognised(_) => true,
    }
}

/// The answers to one question.
fn given<'a>(answers: &'a Answers, link: &'a str) -> impl Iterator<Item = &'a Answer> {
    let is_of = move |key: &str| {
        let rest = key.strip_prefix(link);
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('#').is_some_and(is_number))
    };
    answers.iter().filter(move |(key, _)| is_of(key)).map(|(_, answer)| answer)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_equal(a: &Answer, b: &Answer) -> bool {
    a == b || compare(a, b).is_some_and(|order| order.is_eq())
}

/// Numbers by value; words, and so dates, letter by letter.
fn compare(a: &Answer, b: &Answer) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Answer::Text(a), Answer::Text(b)) => Some(a.cmp(b)),
        _ => number(a)?.partial_cmp(&number(b)?),
    }
}

fn number(answer: &Answer) -> Option<f64> {
    match answer {
        Answer::Integer(value) => Some(*value as f64),
        Answer::Decimal(value) => Some(*value),
        Answer::Boolean(_) | Answer::Text(_) => None,
    }
}

/// What an answer adds to the score: its option's score, or the number itself where the item says so.
fn points(item: &Item, answer: &Answer) -> Option<f64> {
    let code = match answer {
        Answer::Boolean(value) => value.to_string(),
        Answer::Integer(value) => value.to_string(),
        Answer::Decimal(value) => value.to_string(),
        Answer::Text(code) => code.clone(),
    };
    let option = item.options.values().find(|option| option.code == code);
    let own = number(answer).filter(|value| item.answer_is_score && value.is_finite());
    option.and_then(|option| option.score).or(own)
}

fn band(instrument: &Instrument, score: f64) -> Option<&ScoringBand> {
    let holds = |band: &&ScoringBand| {
        !band.ended && band.from.is_none_or(|from| from <= score) && band.to.is_none_or(|to| score <= to)
    };
    instrument.bands.values().find(holds)
}
