//! One hash for all that a scope holds: a cursor alone cannot detect loss.

use sha2::{Digest, Sha256};

use crate::document::Version;
use crate::ids::RecordId;

/// SHA-256 over a scope's records and their versions.
pub type ScopeDigest = [u8; 32];

/// The digest of a scope: SHA-256 over each record's id, the number of its heads as 4 bytes (big-endian) and its
/// version's bytes, in the order of the ids.
pub fn scope_digest<'a>(records: impl IntoIterator<Item = (RecordId, &'a Version)>) -> ScopeDigest {
    let mut records: Vec<(RecordId, Vec<u8>)> =
        records.into_iter().map(|(record, version)| (record, version.to_bytes())).collect();
    records.sort_unstable();
    let mut hash = Sha256::new();
    for (record, version) in records {
        hash.update(record.as_bytes());
        hash.update(u32::try_from(version.len() / 32).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(version);
    }
    hash.finalize().into()
}
