//! One record of each kind whose words are all the canary's: made of the core's own filled samples, which have every
//! field that there is.

use doorstep_client_core::limits::TEXT_CHARS_MAX;
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_tests::samples::filled;
use serde_json::Value;

/// What stands wherever patient data could. It reads as nothing else does.
pub(super) const CANARY: &str = "Zyxcanary";

/// A record that passes its checks, with the canary in every field that takes words.
pub(super) fn marked(kind: Kind) -> AnyRecord {
    let mut json = filled(kind).to_json();
    let mut marks = 0;
    for path in words(&json, String::new()) {
        let mut with = json.clone();
        *with.pointer_mut(&path).unwrap() = CANARY.into();
        if kind.from_json(with.clone()).is_ok_and(|record| record.check().is_empty()) {
            json = with;
            marks += 1;
        }
    }
    assert!(marks > 0, "no field of {kind} takes words");
    kind.from_json(json).unwrap()
}

/// JSON that is refused as a record of the kind: with the canary past every limit at once, and with the canary where a
/// date or an id belongs, one by one.
pub(super) fn refused(kind: Kind) -> Vec<Value> {
    let endless: Value = CANARY.repeat(TEXT_CHARS_MAX / CANARY.len() + 1).into();
    let mut past_limits = marked(kind).to_json();
    let mut unreadable = Vec::new();
    for path in words(&past_limits, String::new()) {
        let mut with = past_limits.clone();
        *with.pointer_mut(&path).unwrap() = CANARY.into();
        if kind.from_json(with.clone()).is_ok() {
            *past_limits.pointer_mut(&path).unwrap() = endless.clone();
        } else {
            unreadable.push(path);
        }
    }
    let mut refused = vec![past_limits];
    refused.extend(unreadable.iter().map(|path| {
        let mut json = marked(kind).to_json();
        *json.pointer_mut(path).unwrap() = CANARY.into();
        json
    }));
    refused
}

/// The paths of every string.
fn words(json: &Value, path: String) -> Vec<String> {
    match json {
        Value::String(_) => vec![path],
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, field)| words(field, format!("{path}/{name}"))).collect()
        }
        _ => Vec::new(),
    }
}
