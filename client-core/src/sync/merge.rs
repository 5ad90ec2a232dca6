//! What becomes of one record's row.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::document::{Authors, Changeset, Document, DocumentError, Refusal, Version, admit, admit_document};
use crate::ids::RecordId;
use crate::record::Timestamp;
use crate::store::StoredRecord;

/// Why something that was received is not merged. Never says what it holds (I13).
#[derive(Debug, thiserror::Error)]
pub enum NotMerged {
    /// It cannot be admitted.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It does not fit what the phone holds.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Merging it failed in a way that it should not.
    #[error("merging what was received failed")]
    Panicked,
}

/// The row of a record after its whole document was received. `is_exact`: the server holds just that, whatever it
/// was thought to hold.
pub(super) fn document(
    row: Option<StoredRecord>,
    record: RecordId,
    bytes: &[u8],
    is_exact: bool,
    now: Timestamp,
) -> Result<StoredRecord, NotMerged> {
    let mut received = admit_document(bytes, record)?;
    let Some(row) = row else {
        let version = received.version();
        return Ok(StoredRecord::of(received, version, None, now)?);
    };
    guarded(|| {
        let mut document = Document::load(&row.document)?;
        let held = received.version();
        document.merge_document(&mut received)?;
        let acked = if is_exact { held } else { document.union(&row.acked, &held) };
        after(row, document, acked, now)
    })
}

/// The row of a record after changes of others were received.
pub(super) fn changes(
    row: Option<StoredRecord>,
    record: RecordId,
    changes: &Changeset,
    now: Timestamp,
) -> Result<StoredRecord, NotMerged> {
    let Some(row) = row else {
        let admitted = admit(None, record, changes, Authors::Anybody)?;
        return Ok(StoredRecord::of(admitted.document, admitted.version, None, now)?);
    };
    guarded(|| {
        let mut document = Document::load(&row.document)?;
        document.merge(changes)?;
        let advanced = changes.advance(&row.acked)?;
        let acked = document.union(&row.acked, &advanced);
        after(row, document, acked, now)
    })
}

/// The row of a record of which a server has merged everything up to this version.
pub(super) fn acked(
    row: StoredRecord,
    version: &Version,
    sent_at: Timestamp,
) -> Result<StoredRecord, DocumentError> {
    if row.version == *version {
        let acked = version.clone();
        return Ok(StoredRecord { acked, unsent_changes: 0, unsent_since: None, is_set_aside: false, ..row });
    }
    let mut document = Document::load(&row.document)?;
    let acked = document.union(&row.acked, version);
    StoredRecord::of(document, acked, None, sent_at)
}

/// Whether a record holds all of these changes, of which there are some.
pub(super) fn holds(row: &StoredRecord, changes: Vec<u8>) -> Result<bool, DocumentError> {
    if changes.is_empty() {
        return Ok(false);
    }
    match Document::load(&row.document)?.merge(&Changeset::from_bytes(changes)) {
        Ok(is_new) => Ok(!is_new),
        Err(DocumentError::MissingDependencies) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The row of a record of which no server is known to hold anything any more.
pub fn offered_again(row: StoredRecord, now: Timestamp) -> Result<StoredRecord, DocumentError> {
    StoredRecord::of(Document::load(&row.document)?, Version::empty(), row.unsent_since, now)
}

fn after(
    before: StoredRecord,
    document: Document,
    acked: Version,
    now: Timestamp,
) -> Result<StoredRecord, NotMerged> {
    let row = StoredRecord::of(document, acked, before.unsent_since, now)?;
    let is_set_aside = before.is_set_aside && row.unsent_changes > 0;
    Ok(StoredRecord { is_set_aside, ..row })
}

fn guarded<T>(work: impl FnOnce() -> Result<T, NotMerged>) -> Result<T, NotMerged> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(NotMerged::Panicked))
}
