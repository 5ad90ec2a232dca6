//! Who wrote what in a record, and when.

use std::collections::HashMap;

use doorstep_client_core::document::{HistoryEntry, Version};
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;
use serde_json::Value as Json;

use super::opened::Opened;
use crate::http::{Problem, names};
use crate::limits::HISTORY_CHARS_MAX;
use crate::office::chart::{Pages, Paging, log_of};
use crate::office::form;
use crate::office::frame::Frame;
use crate::store::Snapshot;

/// A change of a record.
pub(super) struct Change {
    /// The record as its author left it.
    pub(super) version: Version,
    /// Who made it.
    pub(super) who: String,
    /// When, by her clock.
    pub(super) written: String,
    /// When it arrived here; none where the log does not say.
    pub(super) arrived: Option<String>,
    /// What it wrote.
    pub(super) fields: Vec<Field>,
}

/// What a change made of a field.
pub(super) struct Field {
    pub(super) label: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// A page of a record's changes, the newest first: of one field, or of all.
pub(super) fn changes(
    snapshot: &dyn Snapshot,
    opened: &mut Opened,
    frame: &Frame,
    field: Option<&str>,
    paging: Paging,
    rows_max: usize,
) -> Result<(Pages, Vec<Change>), Problem> {
    let (pages, entries) = match field {
        None => {
            let (pages, range) = paging.of(opened.document.changes_count(), rows_max);
            (pages, opened.document.latest_history(range.start, range.len()))
        }
        Some(field) => {
            let is_of = |path: &str| path.split('.').next() == Some(field);
            let mut all = opened.document.history();
            for entry in &mut all {
                entry.fields.retain(|change| is_of(&change.path));
            }
            all.retain(|entry| !entry.fields.is_empty());
            all.reverse();
            let (pages, range) = paging.of(all.len(), rows_max);
            (pages, all.drain(range).collect())
        }
    };
    let arrivals = arrivals(snapshot, opened)?;
    let names = names(snapshot)?;
    let entries = entries.into_iter().map(|entry| change(entry, opened, frame, &arrivals, &names));
    Ok((pages, entries.collect()))
}

fn arrivals(snapshot: &dyn Snapshot, opened: &Opened) -> Result<HashMap<Version, Timestamp>, Problem> {
    let log = log_of(snapshot, opened.scope.id)?;
    let mut arrivals = HashMap::new();
    for entry in log.iter().filter(|entry| entry.head.record == opened.stamp.record) {
        let versions = entry.changes.versions().map_err(crate::http::records::refused)?;
        arrivals.extend(versions.into_iter().map(|version| (version, entry.head.received_at)));
    }
    Ok(arrivals)
}

fn change(
    entry: HistoryEntry,
    opened: &Opened,
    frame: &Frame,
    arrivals: &HashMap<Version, Timestamp>,
    names: &HashMap<StaffId, String>,
) -> Change {
    let kind = opened.stamp.kind;
    let content = opened.case.entry(opened.stamp.record).map_or(&Json::Null, |entry| &entry.content);
    let context = opened.case.around.context(content);
    let said = |path: &str, value: &Json| excerpt(&form::show(kind, path, value, &context));
    let told = entry.fields.iter().filter(|field| !(is_nothing(&field.before) && is_nothing(&field.after)));
    let fields = told.map(|field| Field {
        label: form::label(kind, &field.path, content, &context),
        before: said(&field.path, &field.before),
        after: said(&field.path, &field.after),
    });
    let who = entry.by.and_then(|staff| names.get(&staff).cloned());
    Change {
        who: who.unwrap_or_else(|| frame.say("somebody").into_owned()),
        written: frame.local.moment(entry.at),
        arrived: arrivals.get(&entry.version).map(|at| frame.local.moment(*at)),
        fields: fields.collect(),
        version: entry.version,
    }
}

/// Whether a value is what a field that nobody ever wrote reads as.
fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        _ => false,
    }
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(HISTORY_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i14_a_value_is_shown_whole_up_to_the_limit_and_cut_past_it() {
        let whole = "ä".repeat(HISTORY_CHARS_MAX);
        assert_eq!(excerpt(&whole), whole);
        assert_eq!(excerpt(&format!("{whole}b")), format!("{whole}…"));
    }
}
