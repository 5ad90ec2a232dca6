//! Bytes from outside are hostile until admitted (I16).
//!
//! automerge 0.12 panics on about one in ten changes that were altered with their checksum mended. So what comes
//! from elsewhere is looked at before automerge reads it, applied to a copy, saved, loaded again and read as its
//! kind, all of it where a panic is caught; what is stored is what was loaded again.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Change, ChangeHash, ReadDoc};

use super::changeset::are_complete;
use super::fields::WrittenFields;
use super::{
    Author, Changeset, Document, DocumentError, Header, ID_KEY, KIND_KEY, SCOPE_KEY, Version, container,
    prescan, read_header,
};
use crate::ids::{RecordId, StaffId};
use crate::limits;
use crate::record::{AnyRecord, Problem};

/// A record's document with a changeset in it, found safe to store.
pub struct Admitted {
    /// What the record is.
    pub header: Header,
    /// The document's bytes.
    pub bytes: Vec<u8>,
    /// The version that the document is at.
    pub version: Version,
    /// What of the changeset the document did not have before.
    pub new: Changeset,
    /// The names of the fields in which it writes something.
    pub fields: Vec<String>,
    /// The record as it now stands.
    pub record: AnyRecord,
    /// The document itself, for what is derived from it.
    pub document: Document,
}

/// Why a changeset is set aside. Never says what it holds (I13).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The bytes are not changes.
    #[error("the changes cannot be read")]
    Malformed,
    /// The changeset is past a limit.
    #[error("the changes are past a limit: at most {limit} {of}")]
    TooBig {
        /// The limit's value.
        limit: usize,
        /// What it limits.
        of: &'static str,
    },
    /// The changes build on others that the server does not have.
    #[error("the changes build on others that the server does not have")]
    MissingDependencies,
    /// The changes create another record than the one they were pushed for, or change what the record is.
    #[error("the changes are for another record, or change what the record is")]
    WrongRecord,
    /// The record is of a kind that this version does not know.
    #[error("the record is of a kind that this server does not know")]
    UnknownKind,
    /// The result cannot be read as a record of its kind.
    #[error("the result cannot be read as a record of its kind")]
    NotARecord,
    /// Someone else than the caller made one of the changes.
    #[error("one of the changes was made by somebody else")]
    ForeignAuthor,
    /// One of the changes removes something.
    #[error("one of the changes deletes something; nothing is deleted from a record")]
    Deletes,
    /// The record, as its author saw it, does not pass its checks.
    #[error("the record does not pass its checks: {}", list(.0))]
    Invalid(Vec<Problem>),
    /// The changes make the document unusable.
    #[error("the changes would make the record unreadable")]
    Poisonous,
}

/// Whose changes a changeset may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authors {
    /// Only those of this member of staff.
    Only(StaffId),
    /// Anybody's: the server was restored from a backup, and the phone offers what it still has.
    Anybody,
}

impl Authors {
    /// Those that this member of staff may push to a server that was, or was not, restored from a backup.
    pub fn of(is_restored: bool, staff: StaffId) -> Self {
        if is_restored { Self::Anybody } else { Self::Only(staff) }
    }
}

/// Applies a changeset to a copy of a record's document (or to none, when it creates the record), and hands back
/// the result if it may be stored.
pub fn admit(
    stored: Option<&[u8]>,
    record: RecordId,
    changeset: &Changeset,
    authors: Authors,
) -> Result<Admitted, Refusal> {
    let bytes = changeset.as_bytes();
    within(bytes.len(), limits::CHANGESET_BYTES_MAX, "bytes in a changeset")?;
    let chunks = prescan::chunks(bytes).map_err(|_| Refusal::Malformed)?;
    within(chunks.len(), limits::CHANGESET_CHANGES_MAX, "changes in a changeset")?;
    let mut ops = 0u64;
    for chunk in chunks {
        ops = ops.saturating_add(prescan::claimed_ops(chunk).map_err(|_| Refusal::Malformed)?);
    }
    within(
        usize::try_from(ops).unwrap_or(usize::MAX),
        limits::CHANGESET_OPS_MAX,
        "operations in a changeset",
    )?;
    guarded(|| apply(stored, record, changeset, authors))
}

/// Loads a whole document that came over the wire, if it is a readable one of this record. What is stored is what
/// [`Document::save`] makes of it: on the wire its heads are left blank.
pub fn admit_document(bytes: &[u8], record: RecordId) -> Result<Document, Refusal> {
    within(bytes.len(), limits::RECORD_BYTES_MAX, "bytes in a document")?;
    guarded(|| {
        let document = Document::load_without_heads(bytes).map_err(refusal)?;
        if document.header().id != record {
            return Err(Refusal::WrongRecord);
        }
        document.read().map_err(refusal)?;
        Ok(document)
    })
}

fn guarded<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Refusal::Poisonous))
}

fn apply(
    stored: Option<&[u8]>,
    record: RecordId,
    changeset: &Changeset,
    authors: Authors,
) -> Result<Admitted, Refusal> {
    let changes = changeset.parse().map_err(|_| Refusal::Malformed)?;
    let mut doc = match stored {
        Some(bytes) => automerge::AutoCommit::load(bytes).map_err(|_| Refusal::Poisonous)?,
        None => automerge::AutoCommit::new(),
    };
    let header_before = stored.map(|_| read_header(&doc)).transpose().map_err(refusal)?;
    if !are_complete(&mut doc, &changes) {
        return Err(Refusal::MissingDependencies);
    }
    let new: Vec<Change> =
        changes.into_iter().filter(|change| doc.get_change_meta_by_hash(&change.hash()).is_none()).collect();
    let known = new.iter().map(Change::hash).collect::<HashSet<_>>();
    doc.apply_changes(new.iter().cloned()).map_err(|_| Refusal::Malformed)?;
    let bytes = doc.save_nocompress();
    within(bytes.len(), limits::RECORD_BYTES_MAX, "bytes in a record")?;

    let mut document = Document::load(&bytes).map_err(refusal)?;
    let version = document.version();
    within(version.heads().len(), limits::VERSION_HEADS_MAX, "concurrent versions of a record")?;
    let is_whole = known.iter().all(|hash| document.doc.get_change_meta_by_hash(hash).is_some());
    if !is_whole || Version::from_heads(doc.get_heads()) != version {
        return Err(Refusal::Poisonous);
    }
    let header = document.header();
    let is_unambiguous = [ID_KEY, KIND_KEY, SCOPE_KEY]
        .into_iter()
        .all(|key| document.doc.get_all(automerge::ROOT, key).is_ok_and(|values| values.len() == 1));
    if header.id != record || header_before.is_some_and(|before| before != header) || !is_unambiguous {
        return Err(Refusal::WrongRecord);
    }
    let mut fields = WrittenFields::new(&document.doc);
    for change in &new {
        examine(change, header, authors, &mut fields)?;
    }
    let fields = fields.names();
    let record = document.read().map_err(refusal)?;
    for head in tips(&new) {
        let tip = Version::from_heads(vec![head]);
        let problems = match tip == version {
            true => record.check(),
            false => document.read_at(&tip).map_err(refusal)?.check(),
        };
        if !problems.is_empty() {
            return Err(Refusal::Invalid(problems));
        }
    }
    Ok(Admitted { header, bytes, version, new: Changeset::of(&new), fields, record, document })
}

fn examine(
    change: &Change,
    header: Header,
    authors: Authors,
    fields: &mut WrittenFields<'_>,
) -> Result<(), Refusal> {
    if container::is_introduction(header.kind, change) {
        return Ok(());
    }
    let author = Author::of_actor(change.actor_id()).ok_or(Refusal::ForeignAuthor)?;
    if let Authors::Only(staff) = authors
        && author.staff != staff
    {
        return Err(Refusal::ForeignAuthor);
    }
    use automerge::legacy::{Key, OpType};
    let operations = change.decode().operations;
    fields.add(change, &operations);
    let deletes =
        operations.iter().any(|op| matches!(op.action, OpType::Delete) && matches!(op.key, Key::Map(_)));
    if deletes { Err(Refusal::Deletes) } else { Ok(()) }
}

/// The changes that no other of them builds on: the states that their authors left. A container's introduction is
/// no state of the record.
fn tips(changes: &[Change]) -> Vec<ChangeHash> {
    let built_on: HashSet<&ChangeHash> = changes.iter().flat_map(|change| change.deps()).collect();
    changes
        .iter()
        .filter(|change| Author::of_actor(change.actor_id()).is_some())
        .map(Change::hash)
        .filter(|hash| !built_on.contains(hash))
        .collect()
}

fn within(count: usize, limit: usize, of: &'static str) -> Result<(), Refusal> {
    if count <= limit { Ok(()) } else { Err(Refusal::TooBig { limit, of }) }
}

fn refusal(error: DocumentError) -> Refusal {
    match error {
        DocumentError::UnknownKind => Refusal::UnknownKind,
        DocumentError::Headless => Refusal::WrongRecord,
        DocumentError::Unreadable(_) => Refusal::NotARecord,
        DocumentError::MissingDependencies => Refusal::MissingDependencies,
        _ => Refusal::Poisonous,
    }
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Refusal {
    /// A short name for the reason, as it is stored and exchanged.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooBig { .. } => "too_big",
            Self::MissingDependencies => "missing_dependencies",
            Self::WrongRecord => "wrong_record",
            Self::UnknownKind => "unknown_kind",
            Self::NotARecord => "not_a_record",
            Self::ForeignAuthor => "foreign_author",
            Self::Deletes => "deletes",
            Self::Invalid(_) => "invalid",
            Self::Poisonous => "poisonous",
        }
    }
}
