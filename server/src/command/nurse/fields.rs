//! A record's fields as people read them.

use std::collections::BTreeMap;

use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::{Coding, Period, Quantity, Timestamp};
use serde_json::Value;

use super::phone::{Phone, explained};
use super::words::Clock;

/// Names of staff and summaries of records, by id.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Those of everybody and everything on the phone.
    pub(super) fn of(phone: &Phone<'_>) -> anyhow::Result<Self> {
        let all = phone.everything(&phone.cases()?)?;
        let named = all.into_iter().map(|listed| {
            let name = listed.view.get("name").and_then(Value::as_str).map(str::to_owned);
            (listed.header.id.to_string(), name.unwrap_or(listed.summary))
        });
        Ok(Self(named.collect()))
    }

    /// Those of the agency's staff.
    pub(super) fn of_staff(phone: &Phone<'_>) -> anyhow::Result<Self> {
        let directory =
            phone.device.directory().map_err(|error| explained("reading the agency's directory", &error))?;
        let named = directory.into_iter().filter_map(|listed| {
            Some((listed.header.id.to_string(), listed.view.get("name")?.as_str()?.to_owned()))
        });
        Ok(Self(named.collect()))
    }

    /// What a member of staff is called.
    pub(super) fn name(&self, id: RecordId) -> String {
        let id = id.to_string();
        self.0.get(&id).cloned().unwrap_or_else(|| format!("staff {}", super::words::short(id)))
    }

    /// Who that is; you, where it is the nurse whose phone it is.
    pub(super) fn who(&self, phone: &Phone<'_>, id: Option<impl Into<RecordId>>) -> String {
        let Some(id) = id.map(Into::into) else { return "nobody of the staff".to_owned() };
        if id == RecordId::from(phone.enrolment.staff) {
            return "you".to_owned();
        }
        self.name(id)
    }
}

/// A field's value in words.
pub(super) fn said(value: &Value, names: &Names, clock: &Clock) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.is_empty() => "nothing".to_owned(),
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(at) if text.contains('T') => clock.moment(at),
            _ => names.0.get(text).map_or_else(|| text.clone(), |name| clock.localised(name)),
        },
        Value::Array(values) => {
            values.iter().map(|value| said(value, names, clock)).collect::<Vec<_>>().join(", ")
        }
        Value::Object(fields) => register(value).unwrap_or_else(|| {
            let part =
                |(name, value): (&String, &Value)| format!("{} {}", label(name), said(value, names, clock));
            match fields.get("at").and_then(Value::as_str).and_then(|at| at.parse::<Timestamp>().ok()) {
                Some(at) => clock.moment(at),
                None => fields.iter().map(part).collect::<Vec<_>>().join(", "),
            }
        }),
    }
}

/// A record's fields, one line each, structures and collections taken apart.
pub(super) fn rows(view: &Value, names: &Names, clock: &Clock) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    gather("", view, names, clock, &mut rows);
    rows
}

/// A field's name as words.
pub(super) fn label(name: &str) -> String {
    name.replace('_', " ")
}

fn gather(path: &str, value: &Value, names: &Names, clock: &Clock, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) if register(value).is_none() && !fields.contains_key("at") => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                gather(&path, value, names, clock, rows);
            }
        }
        value => rows.push((path.to_owned(), said(value, names, clock))),
    }
}

/// A coding, a quantity or a period in words.
fn register(value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    if fields.contains_key("system") && fields.contains_key("code") {
        let coding: Coding = serde_json::from_value(value.clone()).ok()?;
        return Some(match coding.display.is_empty() {
            true => coding.code,
            false => format!("{} ({})", coding.display, coding.code),
        });
    }
    if fields.contains_key("unit") && fields.get("value").is_some_and(Value::is_number) {
        return serde_json::from_value::<Quantity>(value.clone()).ok().map(|quantity| quantity.to_string());
    }
    let is_period = !fields.is_empty() && fields.keys().all(|name| name == "start" || name == "end");
    let period: Period = serde_json::from_value(value.clone()).ok().filter(|_| is_period)?;
    let day = |day: Option<doorstep_client_core::record::Date>| day.map(|day| day.to_string());
    Some(match (day(period.start), day(period.end)) {
        (Some(start), Some(end)) => format!("{start} to {end}"),
        (Some(start), None) => format!("since {start}"),
        (None, Some(end)) => format!("until {end}"),
        (None, None) => String::new(),
    })
}
