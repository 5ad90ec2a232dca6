//! A record of the workload as an `assessment`, and back.
//!
//! Its scalars are answers by link id, its `note` is the summary, and each field of its `items` is a repeated
//! answer: `items.code#1` is the `code` of the first.

use anyhow::{Context, bail};
use doorstep_client_core::record::assessment::Assessment;
use doorstep_client_core::record::{Answer, Text};
use serde_json::{Map, Value, json};

use super::{Edit, FieldEdit};

const NOTE: &str = "note";
const ITEMS: &str = "items";

/// The assessment that holds all of these fields.
pub fn assessment(fields: &Value) -> anyhow::Result<Assessment> {
    let mut record = Assessment {
        instrument_title: "Reconnect".to_owned(),
        instrument_version: "1".to_owned(),
        ..Assessment::default()
    };
    for (field, value) in fields.as_object().context("a record's fields are an object")? {
        match (field.as_str(), value) {
            (NOTE, Value::String(note)) => record.summary = Text(note.clone()),
            (ITEMS, Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    for (key, value) in item.as_object().context("an item is an object")? {
                        record.answers.insert(item_link(index, key), answer(value)?);
                    }
                }
            }
            _ => {
                record.answers.insert(field.clone(), answer(value)?);
            }
        }
    }
    Ok(record)
}

/// Makes an edit. Its positions in the note count characters.
pub fn apply(record: &mut Assessment, edit: &Edit) -> anyhow::Result<()> {
    for edit in edit {
        match edit {
            FieldEdit::Set(field, value) => {
                record.answers.insert(field.clone(), answer(value)?);
            }
            FieldEdit::Item(index, key, value) => {
                record.answers.insert(item_link(*index, key), answer(value)?);
            }
            FieldEdit::Note(from, deleted, inserted) => {
                let note = &record.summary.0;
                let before = note.chars().take(*from);
                let after = note.chars().skip(from + deleted);
                record.summary = Text(before.chain(inserted.chars()).chain(after).collect());
            }
        }
    }
    Ok(())
}

/// The fields of the workload's record that an assessment holds.
pub fn fields(record: &Assessment) -> Value {
    let mut fields = Map::new();
    let mut items: Vec<Map<String, Value>> = Vec::new();
    for (link, answer) in &record.answers {
        match parse_item_link(link) {
            Some((index, key)) => {
                if items.len() <= index {
                    items.resize_with(index + 1, Map::new);
                }
                items[index].insert(key.to_owned(), json!(answer));
            }
            None => {
                fields.insert(link.clone(), json!(answer));
            }
        }
    }
    fields.insert(NOTE.to_owned(), json!(record.summary.0));
    fields.insert(ITEMS.to_owned(), items.into_iter().map(Value::Object).collect());
    Value::Object(fields)
}

fn answer(value: &Value) -> anyhow::Result<Answer> {
    Ok(match value {
        Value::Bool(value) => Answer::Boolean(*value),
        Value::String(value) => Answer::Text(value.clone()),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Answer::Integer(whole),
            (None, Some(decimal)) => Answer::Decimal(decimal),
            (None, None) => bail!("a number is too large for an answer"),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => bail!("a field is no scalar"),
    })
}

fn item_link(index: usize, key: &str) -> String {
    format!("{ITEMS}.{key}#{}", index + 1)
}

fn parse_item_link(link: &str) -> Option<(usize, &str)> {
    let (key, number) = link.strip_prefix(ITEMS)?.strip_prefix('.')?.rsplit_once('#')?;
    Some((number.parse::<usize>().ok()?.checked_sub(1)?, key))
}

#[cfg(test)]
mod tests {
    use super::super::PastRecord;
    use super::*;

    fn example() -> PastRecord {
        serde_json::from_value(json!({
            "id": "b170bf446be3722f747807cb964c6575",
            "times": [1719923369, 1720526272, 1721305933, 1721666799],
            "base": {
                "status": "closed", "weightKg": 20.9, "pulse": 50, "smokes": false, "note": "müde, 38° fever",
                "items": [{"code": "LN-4", "value": 41.3}, {"code": "LN-7", "value": 54}],
            },
            "edits": [
                [["set", "status", "open"], ["set", "weightKg", 21]],
                [["note", 6, 3, "39"]],
                [["item", 1, "value", 0.5], ["note", 0, 4, "wach"]],
            ],
            "final": {
                "status": "open", "weightKg": 21, "pulse": 50, "smokes": false, "note": "wach, 39 fever",
                "items": [{"code": "LN-4", "value": 41.3}, {"code": "LN-7", "value": 0.5}],
            },
        }))
        .unwrap()
    }

    #[test]
    fn no_field_of_a_record_is_dropped() {
        let example = example();
        assert_eq!(fields(&assessment(&example.base).unwrap()), example.base);
    }

    #[test]
    fn the_edits_lead_from_the_base_to_the_result_and_each_is_one_change() {
        let example = example();
        let changes = example.changes().unwrap();
        assert_eq!(changes.len(), 4);
        let (at, last) = changes.last().unwrap();
        assert_eq!((fields(last), at.as_second()), (example.result, 1721666799));
    }

    #[test]
    fn a_field_that_an_assessment_cannot_hold_is_an_error() {
        assert!(assessment(&json!({"note": "a", "nested": {"a": 1}})).is_err());
        assert!(serde_json::from_value::<FieldEdit>(json!(["drop", "status"])).is_err());
    }
}
