//! The reconnect workload: a caseload with its past, and what a phone and the office do while they are apart.

mod mapping;

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::assessment::Assessment;
use serde::Deserialize;
use serde_json::Value;

pub use mapping::{apply, assessment, fields};

/// Records of one case.
pub const CASE_RECORDS: usize = 60;

/// The whole workload.
#[derive(Debug, Deserialize)]
pub struct Workload {
    /// The caseload, [`CASE_RECORDS`] records a case.
    pub records: Vec<PastRecord>,
    /// What the phone creates while it is offline.
    #[serde(rename = "devNew")]
    pub phone_creates: Vec<NewRecord>,
    /// What the phone edits while it is offline: which record of the caseload, and what.
    #[serde(rename = "devEdits")]
    pub phone_edits: Vec<(usize, Edit)>,
    /// What the office edits meanwhile.
    #[serde(rename = "offEdits")]
    pub office_edits: Vec<(usize, Edit)>,
}

/// A record of the caseload with its past.
#[derive(Debug, Deserialize)]
pub struct PastRecord {
    /// The record's id.
    pub id: RecordId,
    /// When it was created and when it was edited, in seconds since 1970.
    pub times: Vec<i64>,
    /// Its fields when it was created.
    pub base: Value,
    /// Its edits.
    pub edits: Vec<Edit>,
    /// Its fields after the edits.
    #[serde(rename = "final")]
    pub result: Value,
}

/// A record that the phone creates.
#[derive(Debug, Deserialize)]
pub struct NewRecord {
    /// The record's id.
    pub id: RecordId,
    /// Its fields.
    pub base: Value,
}

/// One edit: what it does to one or two fields.
pub type Edit = Vec<FieldEdit>;

/// What an edit does to one field.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Vec<Value>")]
pub enum FieldEdit {
    /// Gives a field another value.
    Set(String, Value),
    /// Replaces characters of the note: from this one on, so many, by these.
    Note(usize, usize, String),
    /// Gives a field of the item at this index another value.
    Item(usize, String, Value),
}

impl Workload {
    /// Reads the workload from its file.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let reading = || format!("reading the workload {}", path.display());
        let workload: Self =
            serde_json::from_slice(&fs::read(path).with_context(reading)?).with_context(reading)?;
        let records = workload.records.len();
        ensure!(
            records > 0 && records.is_multiple_of(CASE_RECORDS),
            "the workload's {records} records are not cases of {CASE_RECORDS}"
        );
        for record in &workload.records {
            ensure!(
                record.times.len() == record.edits.len() + 1,
                "record {} has not one time for its creation and each edit",
                record.id
            );
        }
        let edited = workload.phone_edits.iter().chain(&workload.office_edits);
        ensure!(edited.map(|(index, _)| *index).max() < Some(records), "an edit is of no record");
        Ok(workload)
    }

    /// How many cases the caseload has.
    pub fn cases(&self) -> usize {
        self.records.len() / CASE_RECORDS
    }

    /// The time of the last edit of the caseload's past.
    pub fn last_edit_at(&self) -> anyhow::Result<Timestamp> {
        let last = self.records.iter().flat_map(|record| &record.times).max();
        at(*last.context("the workload has no times")?)
    }
}

impl PastRecord {
    /// The record as it was after each of its changes, the first of which creates it, with the time of each.
    pub fn changes(&self) -> anyhow::Result<Vec<(Timestamp, Assessment)>> {
        let mut record = assessment(&self.base)?;
        let mut changes = vec![(at(self.times[0])?, record.clone())];
        for (edit, time) in self.edits.iter().zip(&self.times[1..]) {
            apply(&mut record, edit)?;
            changes.push((at(*time)?, record.clone()));
        }
        Ok(changes)
    }
}

fn at(unix_s: i64) -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_millisecond(unix_s.saturating_mul(1_000))?)
}

impl TryFrom<Vec<Value>> for FieldEdit {
    type Error = String;

    fn try_from(words: Vec<Value>) -> Result<Self, String> {
        let index = |value: &Value| value.as_u64().and_then(|value| usize::try_from(value).ok());
        let parsed = match words.as_slice() {
            [Value::String(verb), Value::String(field), value] if verb == "set" => {
                Some(Self::Set(field.clone(), value.clone()))
            }
            [Value::String(verb), from, deleted, Value::String(inserted)] if verb == "note" => index(from)
                .zip(index(deleted))
                .map(|(from, deleted)| Self::Note(from, deleted, inserted.clone())),
            [Value::String(verb), item, Value::String(key), value] if verb == "item" => {
                index(item).map(|item| Self::Item(item, key.clone(), value.clone()))
            }
            _ => None,
        };
        parsed.ok_or_else(|| "expected an edit: set, note or item with its arguments".to_owned())
    }
}
