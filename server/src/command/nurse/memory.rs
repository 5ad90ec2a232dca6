//! What was shown last: which record each number stood for, and the version at which each record was seen.
//! Ids and versions only, so that the file tells nothing of a patient.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use doorstep_client_core::device::{Conflict, Version};
use doorstep_client_core::document::Header;
use doorstep_client_core::ids::{RecordId, ScopeId};
use serde::{Deserialize, Serialize};

/// What the last list showed.
#[derive(Default)]
pub(super) struct Memory {
    path: PathBuf,
    shown: Shown,
}

/// One numbered line of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) record: RecordId,
    pub(super) scope: ScopeId,
}

impl From<Header> for Row {
    fn from(header: Header) -> Self {
        Self { record: header.id, scope: header.scope }
    }
}

/// A record as it was seen: its version, and its conflicting values in the order in which they were numbered.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) version: Version,
    pub(super) conflicts: BTreeMap<String, Vec<String>>,
}

#[derive(Default, Serialize, Deserialize)]
struct Shown {
    rows: Vec<Row>,
    seen: BTreeMap<RecordId, Seen>,
}

impl Memory {
    /// Reads what was shown last; nothing where there is no file, or none that can be read: lists are shown again.
    pub(super) fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap_or_default();
        Self { path: path.to_owned(), shown: serde_json::from_slice(&bytes).unwrap_or_default() }
    }

    /// The line of this number in the last list, counted from 1.
    pub(super) fn row(&self, number: usize) -> Option<Row> {
        self.shown.rows.get(number.checked_sub(1)?).copied()
    }

    /// How many lines the last list had.
    pub(super) fn len(&self) -> usize {
        self.shown.rows.len()
    }

    /// How a record was when its conflicts were last shown.
    pub(super) fn seen(&self, record: RecordId) -> Option<&Seen> {
        self.shown.seen.get(&record)
    }

    /// Remembers a list.
    pub(super) fn keep_rows(&mut self, rows: Vec<Row>) -> anyhow::Result<()> {
        self.shown.rows = rows;
        self.write()
    }

    /// Remembers records in conflict as they were seen, beside those seen before.
    pub(super) fn keep_seen<'a>(
        &mut self,
        seen: impl IntoIterator<Item = (RecordId, &'a Version, &'a [Conflict])>,
    ) -> anyhow::Result<()> {
        for (record, version, conflicts) in seen {
            let ids = |conflict: &Conflict| conflict.values.iter().map(|value| value.id.clone()).collect();
            let conflicts = conflicts.iter().map(|conflict| (conflict.path.clone(), ids(conflict))).collect();
            self.shown.seen.insert(record, Seen { version: version.clone(), conflicts });
        }
        self.write()
    }

    /// Forgets how a record was, once it is settled.
    pub(super) fn forget(&mut self, record: RecordId, path: &str) -> anyhow::Result<()> {
        if let Some(seen) = self.shown.seen.get_mut(&record) {
            seen.conflicts.remove(path);
            if seen.conflicts.is_empty() {
                self.shown.seen.remove(&record);
            }
        }
        self.write()
    }

    fn write(&self) -> anyhow::Result<()> {
        use anyhow::Context;
        std::fs::write(&self.path, serde_json::to_vec(&self.shown)?)
            .with_context(|| format!("noting which number is which in {}", self.path.display()))
    }
}
