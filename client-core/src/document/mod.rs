//! A record as a CRDT document. The only module that names automerge.
//!
//! A document's root holds the record's fields and, under `@id`, `@kind` and `@scope`, its [`Header`], so that a
//! change that creates a record says which record it creates. The other rules that keep automerge from losing
//! anything silently:
//!
//! - A save is made *at the version that was seen* and writes only the fields that differ from it (see `edit`).
//!   An untouched field is never written: it neither reverts what others wrote nor settles a conflict unseen.
//! - Nothing is deleted. Texts and collections exist from a record's first change; one that a later version of
//!   this crate adds comes in by a change that is the same on every phone (see `container`).
//! - A field's value is one register, whatever its structure: two people's halves are never mixed.
//! - Who made a change is its actor: the staff member and the store it was made in ([`Author`]).

mod admit;
mod ancestry;
mod author;
mod changeset;
mod conflict;
mod container;
mod edit;
mod fields;
mod history;
mod mapping;
mod pack;
mod prescan;
mod text;
mod version;

use automerge::transaction::CommitOptions;
use automerge::{AutoCommit, ReadDoc, ScalarValue, Value};

pub use admit::{Admitted, Authors, Refusal, admit, admit_document};
pub use author::{Author, StoreId};
pub use changeset::{ChangeMeta, Changeset};
pub use conflict::{Conflict, ConflictingValue};
pub use history::{FieldChange, HistoryEntry};
pub(crate) use pack::{pack_changes, pack_document, unpack_changes, unpack_document};
pub use version::{NotAVersion, Version};

use crate::ids::{RecordId, ScopeId};
use crate::record::{AnyRecord, Kind, Timestamp};

/// What a record is, as its first change says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Which record.
    pub id: RecordId,
    /// The case or directory it belongs to, for good.
    pub scope: ScopeId,
    /// Its kind, for good.
    pub kind: Kind,
}

/// What went wrong with a document. Never says what the document holds (I13).
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The bytes are not a document.
    #[error("the bytes are not a document that can be loaded")]
    Unloadable,
    /// The document lacks its header, or has one that cannot be.
    #[error("the document does not say which record it is, of which kind and in which scope")]
    Headless,
    /// The document is of a kind that this version does not know.
    #[error("the document is of a kind that this version does not know; update the app")]
    UnknownKind,
    /// The document cannot be read as its kind.
    #[error("the document cannot be read as a {0} record")]
    Unreadable(Kind),
    /// The record to be saved is of another kind than the document.
    #[error("a {expected} record cannot be saved as a {found} record")]
    WrongKind {
        /// The document's kind.
        expected: Kind,
        /// The kind of the record to be saved.
        found: Kind,
    },
    /// The version that was seen is not in the document's history.
    #[error("the document has never been at that version; read the record again")]
    UnknownVersion,
    /// A save would have removed an element.
    #[error("the element {0} is missing; nothing is deleted from a record: end it by a field instead")]
    WouldDelete(String),
    /// There is no such conflict, or no such value in it.
    #[error("there is no such conflict any more; read the record again")]
    NoSuchConflict,
    /// The changes build on others that the document does not have.
    #[error("the changes build on others that are missing here")]
    MissingDependencies,
    /// automerge refused an operation.
    #[error("the document refused the change")]
    Refused,
}

const ID_KEY: &str = "@id";
const KIND_KEY: &str = "@kind";
const SCOPE_KEY: &str = "@scope";

/// A record with everything that was ever written in it.
pub struct Document {
    header: Header,
    doc: AutoCommit,
}

impl Document {
    /// A new record, whose first change is by this author and, by his clock, at this time.
    pub fn create(
        header: Header,
        record: &AnyRecord,
        by: Author,
        at: Timestamp,
    ) -> Result<Self, DocumentError> {
        same_kind(header.kind, record)?;
        let mut doc = AutoCommit::new();
        doc.set_actor(by.to_actor());
        edit::fill(&mut doc, header, record)?;
        commit(&mut doc, at);
        Ok(Self { header, doc })
    }

    /// Loads a document that this store or an admission saved.
    pub fn load(bytes: &[u8]) -> Result<Self, DocumentError> {
        let doc = AutoCommit::load(bytes).map_err(|_| DocumentError::Unloadable)?;
        Ok(Self { header: read_header(&doc)?, doc })
    }

    /// Loads a document as it arrives, with its heads left blank: they are the changes that no other builds on.
    fn load_without_heads(bytes: &[u8]) -> Result<Self, DocumentError> {
        let mut blank = AutoCommit::load_unverified_heads(bytes).map_err(|_| DocumentError::Unloadable)?;
        let mut heads = Version::empty();
        for change in blank.get_changes_meta(&[]) {
            heads = heads.after(change.hash, &change.deps);
        }
        let bytes = pack::fill_heads(bytes, heads.heads()).map_err(|_| DocumentError::Unloadable)?;
        Self::load(&bytes)
    }

    /// The document's bytes, uncompressed: they travel and rest inside larger compressed wholes.
    pub fn save(&mut self) -> Vec<u8> {
        self.doc.save_nocompress()
    }

    /// What the record is.
    pub fn header(&self) -> Header {
        self.header
    }

    /// The version that the document is at.
    pub fn version(&mut self) -> Version {
        Version::from_heads(self.doc.get_heads())
    }

    /// Whether everything in this version is in the document.
    pub fn contains(&mut self, version: &Version) -> bool {
        version.heads().iter().all(|head| self.doc.get_change_meta_by_hash(head).is_some())
    }

    /// The record as it stands.
    pub fn read(&self) -> Result<AnyRecord, DocumentError> {
        self.header.kind.hydrate(&self.doc).map_err(|_| DocumentError::Unreadable(self.header.kind))
    }

    /// The record as it stood at a version.
    pub fn read_at(&mut self, version: &Version) -> Result<AnyRecord, DocumentError> {
        if *version == self.version() {
            return self.read();
        }
        self.require(version)?;
        self.doc.isolate(version.heads());
        let record = self.read();
        self.doc.integrate();
        record
    }

    /// Saves what a person made of the record as of the version she saw. Writes only what she changed, at that
    /// version, and merges it. Returns whether she changed anything.
    pub fn edit(
        &mut self,
        seen: &Version,
        record: &AnyRecord,
        by: Author,
        at: Timestamp,
    ) -> Result<bool, DocumentError> {
        same_kind(self.header.kind, record)?;
        let before = self.read_at(seen)?;
        let changes = edit::plan(&before, record)?;
        if changes.is_empty() {
            return Ok(false);
        }
        let containers = container::add_missing(&mut self.doc, self.header.kind, &changes)?;
        let seen = seen.with(containers);
        self.write_at(&seen, by, at, |doc| edit::apply(doc, &changes))?;
        Ok(true)
    }

    /// Adds changes that were made elsewhere. Returns whether there were any that the document did not have.
    pub fn merge(&mut self, changes: &Changeset) -> Result<bool, DocumentError> {
        let before = self.version();
        let parsed = changes.parse()?;
        let complete = changeset::are_complete(&mut self.doc, &parsed);
        if !complete {
            return Err(DocumentError::MissingDependencies);
        }
        self.doc.apply_changes(parsed).map_err(|_| DocumentError::Refused)?;
        Ok(self.version() != before)
    }

    /// Adds everything of another copy of the same record. Returns whether there was anything new.
    pub fn merge_document(&mut self, other: &mut Self) -> Result<bool, DocumentError> {
        let before = self.version();
        self.doc.merge(&mut other.doc).map_err(|_| DocumentError::Refused)?;
        Ok(self.version() != before)
    }

    /// The changes that are not in this version, in an order in which they can be applied.
    pub fn changes_since(&mut self, version: &Version) -> Changeset {
        Changeset::of(&self.doc.get_changes(version.heads()))
    }

    /// Makes a change at a version and merges it. An author whose latest change is not in that version gets a
    /// derived actor from automerge; [`Author::of_actor`] recognises it.
    fn write_at(
        &mut self,
        seen: &Version,
        by: Author,
        at: Timestamp,
        write: impl FnOnce(&mut AutoCommit) -> Result<(), DocumentError>,
    ) -> Result<(), DocumentError> {
        let is_current = *seen == self.version();
        self.doc.set_actor(by.to_actor());
        if !is_current {
            self.require(seen)?;
            self.doc.isolate(seen.heads());
        }
        let written = write(&mut self.doc);
        match &written {
            Ok(()) => commit(&mut self.doc, at),
            Err(_) => {
                self.doc.rollback();
            }
        }
        if !is_current {
            self.doc.integrate();
        }
        written
    }

    fn require(&mut self, version: &Version) -> Result<(), DocumentError> {
        if self.contains(version) { Ok(()) } else { Err(DocumentError::UnknownVersion) }
    }
}

fn commit(doc: &mut AutoCommit, at: Timestamp) {
    doc.commit_with(CommitOptions::default().with_time(at.as_second()));
}

fn same_kind(expected: Kind, record: &AnyRecord) -> Result<(), DocumentError> {
    let found = record.kind();
    if expected == found { Ok(()) } else { Err(DocumentError::WrongKind { expected, found }) }
}

fn read_header(doc: &impl ReadDoc) -> Result<Header, DocumentError> {
    let scalar = |key: &str| match doc.get(automerge::ROOT, key) {
        Ok(Some((Value::Scalar(value), _))) => Ok(value.into_owned()),
        _ => Err(DocumentError::Headless),
    };
    let id = |key: &str| match scalar(key)? {
        ScalarValue::Bytes(bytes) => <[u8; 16]>::try_from(bytes).map_err(|_| DocumentError::Headless),
        _ => Err(DocumentError::Headless),
    };
    let kind = match scalar(KIND_KEY)? {
        ScalarValue::Str(code) => code.parse::<Kind>().map_err(|_| DocumentError::UnknownKind)?,
        _ => return Err(DocumentError::Headless),
    };
    Ok(Header { id: RecordId::from_bytes(id(ID_KEY)?), scope: ScopeId::from_bytes(id(SCOPE_KEY)?), kind })
}
#[cfg(test)]
mod tests;
