//! `conflicts`, `resolve`: what two people wrote differently, until a person picks.

use anyhow::{Context, bail};
use clap::Args;
use doorstep_client_core::device::Conflict;
use serde_json::json;

use super::fields::{self, Names};
use super::lists::patients;
use super::page::{Page, Tone};
use super::phone::{Phone, explained};

/// Every field that holds several values, with who wrote each and when.
#[derive(Args)]
pub(super) struct Conflicts;

/// Pick one of the values of a field, as `conflicts` or `show` numbered them.
#[derive(Args)]
pub(super) struct Resolve {
    record: String,
    /// The field, e.g. `preferred` or `interventions.k3.frequency`.
    field: String,
    /// The value's number.
    value_number: usize,
}

impl Conflicts {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let found = phone.device.conflicts().map_err(|error| explained("looking for conflicts", &error))?;
        phone.memory.keep_rows(found.iter().map(|found| found.listed.header.into()).collect())?;
        phone.memory.keep_seen(
            found
                .iter()
                .map(|found| (found.listed.header.id, &found.listed.version, found.conflicts.as_slice())),
        )?;
        let patients = patients(&phone.cases()?);
        if page.json(|| {
            let one = |found: &doorstep_client_core::device::RecordInConflict| {
                json!({
                    "id": found.listed.header.id,
                    "case": found.listed.header.scope,
                    "kind": found.listed.header.kind,
                    "patient": patients.get(&found.listed.header.scope),
                    "version": found.listed.version,
                    "conflicts": found.conflicts,
                })
            };
            found.iter().map(one).collect()
        }) {
            return Ok(());
        }
        if found.is_empty() {
            page.line("No conflicts: every field has one value.");
            return Ok(());
        }
        let names = Names::of(phone)?;
        for (index, found) in found.iter().enumerate() {
            let number = (index + 1).to_string();
            let patient = patients.get(&found.listed.header.scope).map_or("", String::as_str);
            let summary = page.clock.localised(&found.listed.summary);
            let heading = format!("{number}  {patient}, {}: {summary}", found.listed.header.kind.display());
            let heading = page.toned(Tone::Bold, &heading);
            page.line(&heading);
            for conflict in &found.conflicts {
                write_conflict(phone, page, &names, &number, conflict);
            }
        }
        Ok(())
    }
}

impl Resolve {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let record = phone.record(&self.record)?.record;
        let seen = phone.memory.seen(record).cloned().with_context(|| {
            format!("picking a value: look at the values first, with `doorstep nurse show {}`", self.record)
        })?;
        let path = self.field.trim().replace(' ', "_");
        let Some(ids) = seen.conflicts.get(&path) else {
            let fields: Vec<&str> = seen.conflicts.keys().map(String::as_str).collect();
            match fields.as_slice() {
                [] => bail!("the record had no conflict when it was shown last; there is nothing to pick"),
                fields => bail!("{path:?} is not in conflict; these fields are: {}", fields.join(", ")),
            }
        };
        let Some(id) = self.value_number.checked_sub(1).and_then(|index| ids.get(index)) else {
            bail!("{path} has the values 1 to {}; {} is none of them", ids.len(), self.value_number);
        };
        let version = phone
            .device
            .resolve(record, &seen.version, &path, id)
            .map_err(|error| explained(&format!("picking a value of {path}"), &error))?;
        phone.memory.forget(record, &path)?;
        let read = phone.device.read(record).map_err(|error| explained("reading the record", &error))?;
        if read.conflicts.iter().any(|conflict| conflict.path == path) {
            page.note("Somebody else wrote that field meanwhile: it has several values again. Run `doorstep nurse conflicts`.");
        }
        let what = format!("{}: {path} has the value that you picked.", read.header.kind.display());
        page.saved(phone, &what, json!({ "id": record, "version": version, "field": path }))
    }
}

/// A field with its values, numbered, and how to pick one.
pub(super) fn write_conflict(
    phone: &Phone<'_>,
    page: &mut Page,
    names: &Names,
    record: &str,
    conflict: &Conflict,
) {
    let heading = format!("   ⚠ {} has {} values:", conflict.path, conflict.values.len());
    let heading = page.toned(Tone::Red, &heading);
    page.line(&heading);
    let row = |(index, value): (usize, &doorstep_client_core::device::ConflictingValue)| {
        let who = names.who(phone, value.by);
        vec![
            format!("     {}", index + 1),
            fields::said(&value.value, names, &page.clock),
            format!("{who}, {}", page.clock.moment(value.at)),
            if value.is_shown { "shown meanwhile".to_owned() } else { String::new() },
        ]
    };
    let rows = conflict.values.iter().enumerate().map(row).collect();
    page.table(&[], rows);
    let pick = format!("     Pick one: doorstep nurse resolve {record} {} NUMBER", conflict.path);
    let pick = page.toned(Tone::Dim, &pick);
    page.line(&pick);
}
