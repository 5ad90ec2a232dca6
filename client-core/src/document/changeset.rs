//! The changes of one record that travel together.

use std::collections::HashSet;

use automerge::{AutoCommit, Change};

use super::{Author, DocumentError, Version, prescan};
use crate::record::Timestamp;

/// Changes of one record, back to back, in an order in which they can be applied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changeset(Vec<u8>);

/// What a change says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeMeta {
    /// Who made it; none for one that only adds a container.
    pub by: Option<Author>,
    /// When, by the clock of the phone it was made on, to the second.
    pub at: Timestamp,
    /// The record as its author left it, as in a history.
    pub version: Version,
}

impl Changeset {
    /// A changeset from bytes that came from elsewhere; they are looked at when they are used.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The changes, back to back.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The changes, back to back.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Whether there is no change in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many changes there are in it.
    pub fn len(&self) -> usize {
        prescan::chunks(&self.0).map_or(0, |chunks| chunks.len())
    }

    /// What each change says of itself.
    pub fn metas(&self) -> Result<Vec<ChangeMeta>, DocumentError> {
        Ok(self.parse()?.iter().map(ChangeMeta::of).collect())
    }

    /// The version that each change is, as a record's history names it, in their order.
    pub fn versions(&self) -> Result<Vec<Version>, DocumentError> {
        Ok(self.parse()?.iter().map(|change| Version::from_heads(vec![change.hash()])).collect())
    }

    /// The version of a document that was at `version` and got these changes.
    pub fn advance(&self, version: &Version) -> Result<Version, DocumentError> {
        let changes = self.parse()?;
        Ok(changes
            .iter()
            .fold(version.clone(), |version, change| version.after(change.hash(), change.deps())))
    }

    pub(super) fn of(changes: &[Change]) -> Self {
        Self(changes.iter().flat_map(|change| change.raw_bytes().iter().copied()).collect())
    }

    pub(super) fn parse(&self) -> Result<Vec<Change>, DocumentError> {
        prescan::chunks(&self.0)
            .map_err(|_| DocumentError::Unloadable)?
            .into_iter()
            .map(|chunk| Change::from_bytes(chunk.to_vec()).map_err(|_| DocumentError::Unloadable))
            .collect()
    }
}

impl ChangeMeta {
    pub(super) fn of(change: &Change) -> Self {
        Self {
            by: Author::of_actor(change.actor_id()),
            at: time_of(change.timestamp()),
            version: Version::from_heads(vec![change.hash()]),
        }
    }
}

/// The time that a change carries, in seconds; what is no time at all reads as the epoch.
pub(super) fn time_of(seconds: i64) -> Timestamp {
    Timestamp::from_millisecond(seconds.saturating_mul(1_000)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Whether everything that the changes build on is in the document or among them, before them.
pub(super) fn are_complete(doc: &mut AutoCommit, changes: &[Change]) -> bool {
    let mut among = HashSet::new();
    changes.iter().all(|change| {
        let complete = change.deps().iter().all(|dependency| {
            among.contains(dependency) || doc.get_change_meta_by_hash(dependency).is_some()
        });
        among.insert(change.hash());
        complete
    })
}
