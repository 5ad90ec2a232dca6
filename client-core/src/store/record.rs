//! One row per record, all of it derived from the record's document.

use crate::care::timeline::when;
use crate::document::{Document, DocumentError, Header, Version};
use crate::record::Timestamp;

/// A record as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// What the record is.
    pub header: Header,
    /// The document's version.
    pub version: Version,
    /// What a server is known to hold of it.
    pub acked: Version,
    /// Changes between `acked` and `version`.
    pub unsent_changes: u32,
    /// Since when there are any.
    pub unsent_since: Option<Timestamp>,
    /// Whether a server refused the unsent changes, which wait until the record changes again.
    pub is_set_aside: bool,
    /// When what the record tells of happened, or is due.
    pub at: Option<Timestamp>,
    /// Whether the record was entered in error.
    pub is_entered_in_error: bool,
    /// The record's JSON form.
    pub view: serde_json::Value,
    /// One line that tells what the record says.
    pub summary: String,
    /// How many fields have several values.
    pub conflicts: u32,
    /// The document's bytes.
    pub document: Vec<u8>,
}

impl StoredRecord {
    /// The row of a document of which a server is known to hold the version `acked`. Work that was already unsent
    /// stays unsent since then; new work is unsent since `now`.
    pub fn of(
        mut document: Document,
        acked: Version,
        unsent_since: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, DocumentError> {
        let record = document.read()?;
        let version = document.version();
        let unsent = if version == acked { 0 } else { document.changes_since(&acked).len() };
        let unsent_changes = u32::try_from(unsent).unwrap_or(u32::MAX);
        Ok(Self {
            header: document.header(),
            version,
            acked,
            unsent_changes,
            unsent_since: (unsent_changes > 0).then(|| unsent_since.unwrap_or(now)),
            is_set_aside: false,
            at: when(&record),
            is_entered_in_error: record.is_entered_in_error(),
            view: record.to_json(),
            summary: record.summary(),
            conflicts: u32::try_from(document.conflicts().len()).unwrap_or(u32::MAX),
            document: document.save(),
        })
    }

    /// The words by which the record is found.
    pub(super) fn words(&self) -> String {
        let mut words = self.summary.clone();
        gather(&self.view, &mut words);
        words
    }
}

fn gather(view: &serde_json::Value, words: &mut String) {
    match view {
        serde_json::Value::String(text) => {
            words.push(' ');
            words.push_str(text);
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| gather(value, words)),
        serde_json::Value::Object(fields) => fields.values().for_each(|value| gather(value, words)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}
