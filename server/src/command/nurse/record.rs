//! `show`, `history`: one record, whole.

use clap::Args;
use serde_json::json;

use super::conflict::write_conflict;
use super::fields::{self, Names};
use super::lists::patients;
use super::page::{Page, Tone};
use super::phone::{Phone, explained};
use super::words::{counted, marks};

/// Characters of a value that a line of history shows.
const VALUE_CHARS_MAX: usize = 60;

/// One record: its fields, its version, its conflicts.
#[derive(Args)]
pub(super) struct Show {
    record: String,
}

/// Who changed which fields of a record, and when; the latest last.
#[derive(Args)]
pub(super) struct History {
    record: String,
}

impl Show {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let row = phone.record(&self.record)?;
        let read = phone.device.read(row.record).map_err(|error| explained("reading the record", &error))?;
        phone.memory.keep_seen([(row.record, &read.version, read.conflicts.as_slice())])?;
        let patients = patients(&phone.cases()?);
        let patient = patients.get(&read.header.scope).map(String::as_str);
        if page.json(|| {
            json!({
                "id": read.header.id,
                "case": read.header.scope,
                "kind": read.header.kind,
                "patient": patient,
                "version": read.version,
                "unsent_changes": read.unsent_changes,
                "conflicts": read.conflicts,
                "record": read.record.to_json(),
            })
        }) {
            return Ok(());
        }
        let names = Names::of(phone)?;
        let conflicts = u32::try_from(read.conflicts.len()).unwrap_or(u32::MAX);
        let heading = format!("{}, {}", read.header.kind.display(), patient.unwrap_or("agency's directory"));
        let heading = page.toned(Tone::Bold, &heading);
        page.line(format!("{heading}  {}", marks(conflicts, read.unsent_changes)).trim_end());
        let summary = page.clock.localised(&read.record.summary());
        page.line(&summary);
        page.line("");
        let fields = fields::rows(&read.record.to_json(), &names, &page.clock);
        let rows = fields.into_iter().map(|(path, value)| vec![fields::label(&path), value]).collect();
        page.table(&[], rows);
        for conflict in &read.conflicts {
            page.line("");
            write_conflict(phone, page, &names, &self.record, conflict);
        }
        page.line("");
        let unsent = match read.unsent_changes {
            0 => "the office has it".to_owned(),
            unsent => format!("{} not sent yet", counted(unsent, "change")),
        };
        let version: Vec<String> = read.version.to_string().as_bytes().chunks(64).map(head).collect();
        let foot = format!("id {}, version {}, {unsent}", read.header.id, version.join("+"));
        let foot = page.toned(Tone::Dim, &foot);
        page.line(&foot);
        Ok(())
    }
}

impl History {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let row = phone.record(&self.record)?;
        let failed = |error| explained("reading the record's history", &error);
        let history = phone.device.history(row.record).map_err(failed)?;
        if page.json(|| json!(history)) {
            return Ok(());
        }
        let read = phone.device.read(row.record).map_err(failed)?;
        let names = Names::of(phone)?;
        let heading =
            format!("{}: {}", read.header.kind.display(), page.clock.localised(&read.record.summary()));
        let heading = page.toned(Tone::Bold, &heading);
        page.line(&heading);
        for entry in &history {
            let who = names.who(phone, entry.by);
            let line = page.toned(Tone::Dim, &format!("{}, {who}", page.clock.moment(entry.at)));
            page.line(&line);
            let said = |value: &serde_json::Value| cut(&fields::said(value, &names, &page.clock));
            let is_said = |value: &serde_json::Value| !(value.is_null() || value == "" || value == false);
            let row = |field: &doorstep_client_core::device::FieldChange| {
                let change = match is_said(&field.before) {
                    false => said(&field.after),
                    true => format!("{} → {}", said(&field.before), said(&field.after)),
                };
                vec![format!("  {}", fields::label(&field.path)), change]
            };
            let fields = entry.fields.iter().filter(|field| is_said(&field.before) || is_said(&field.after));
            let rows = fields.map(row).collect();
            page.table(&[], rows);
        }
        Ok(())
    }
}

fn head(digits: &[u8]) -> String {
    String::from_utf8_lossy(&digits[..digits.len().min(12)]).into_owned()
}

fn cut(text: &str) -> String {
    let line = text.replace('\n', " ⏎ ");
    match line.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}
