//! The records of a scope, read at once.

use std::collections::HashMap;

use doorstep_client_core::care::{Chart, Now};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Kind};
use serde_json::Value as Json;

use super::Around;
use crate::app::App;
use crate::http::Problem;
use crate::office::local::Local;
use crate::store::{RecordStamp, Snapshot};

/// A record of the scope.
pub struct Entry {
    /// What it is and where it stands.
    pub stamp: RecordStamp,
    /// What it says.
    pub content: Json,
    /// What it is called.
    pub title: String,
}

/// A case, or the directory.
pub struct Case {
    /// Which.
    pub scope: ScopeId,
    /// Its records by kind, the newest first.
    pub entries: Vec<Entry>,
    /// What forms and words of them need.
    pub around: Around,
    records: Vec<(RecordId, AnyRecord)>,
    places: HashMap<RecordId, usize>,
    readable: HashMap<RecordId, usize>,
}

impl Case {
    /// Reads a scope.
    pub fn read(app: &App, snapshot: &dyn Snapshot, scope: ScopeId, local: &Local) -> Result<Self, Problem> {
        let views = snapshot.views(scope)?;
        let (mut entries, mut records) = (Vec::with_capacity(views.len()), Vec::with_capacity(views.len()));
        for view in views {
            let content: Json = serde_json::from_str(&view.view).map_err(|_| unreadable())?;
            // One that a newer version wrote in a way that is not known here is listed, and counts nowhere.
            if let Ok(record) = view.stamp.kind.from_json(content.clone()) {
                records.push((view.stamp.record, record));
            }
            entries.push(Entry { stamp: view.stamp, content, title: String::new() });
        }
        let around = Around::read(app, snapshot, local, &mut entries)?;
        let places = entries.iter().enumerate().map(|(place, entry)| (entry.stamp.record, place)).collect();
        let readable = records.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
        Ok(Self { scope, entries, around, records, places, readable })
    }

    /// The records, as the rules of care see them.
    pub fn chart(&self) -> Chart<'_> {
        Chart::new(&self.records)
    }

    /// A record.
    pub fn entry(&self, record: RecordId) -> Option<&Entry> {
        self.places.get(&record).map(|place| &self.entries[*place])
    }

    /// A record, where this version can read it.
    pub fn record(&self, id: RecordId) -> Option<&AnyRecord> {
        self.readable.get(&id).map(|place| &self.records[*place].1)
    }

    /// The records of a kind, the newest first; those that were entered in error last.
    pub fn of_kind(&self, kind: Kind) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.iter().filter(|entry| entry.stamp.kind == kind).collect();
        entries.sort_by_key(|entry| entry.stamp.is_entered_in_error);
        entries
    }

    /// The patient's record.
    pub fn patient(&self) -> Option<&Entry> {
        self.of_kind(Kind::Patient).into_iter().next()
    }
}

/// The time, for the rules of care.
pub(super) fn now(local: &Local) -> Now {
    Now::new(local.now(), local.zoned(local.now()).offset().seconds())
}

fn unreadable() -> Problem {
    tracing::error!("a stored record's view is not JSON");
    Problem::internal()
}
