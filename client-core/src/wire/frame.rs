//! What the server answers, frame by frame.

use minicbor::{Decode, Encode};

use super::{Epoch, ScopeDigest, codec};
use crate::document::{Changeset, Version};
use crate::ids::{RecordId, ScopeId};
use crate::record::Timestamp;

/// One frame: what it brings, and the cursor that is true once it has been stored.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Frame {
    /// What it brings.
    #[n(0)]
    pub body: FrameBody,
    /// The cursor that is true once it has been stored; none where the frame does not move it.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub cursor: Option<Vec<u8>>,
}

/// What a frame brings.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum FrameBody {
    /// What became of each pushed changeset, in the order of the request.
    #[n(0)]
    Verdicts(#[n(0)] Vec<Verdict>),
    /// Scopes that begin for this nurse; their documents follow, in this order.
    #[n(1)]
    Granted(#[n(0)] Vec<ScopeId>),
    /// Scopes that have ended for this nurse.
    #[n(2)]
    Revoked(#[n(0)] Vec<ScopeId>),
    /// Whole documents.
    #[n(3)]
    Documents(#[n(0)] Vec<DocumentOf>),
    /// Changesets of others, in the order of the agency's log.
    #[n(4)]
    Changes(#[n(0)] Vec<ChangesOf>),
    /// The versions of a scope's records, as was asked after a digest that differed. A scope may come in parts.
    #[n(5)]
    Versions(#[n(0)] ScopeId, #[n(1)] Vec<VersionOf>),
    /// The end of the answer.
    #[n(6)]
    Done(#[n(0)] Done),
    /// What the office made of work that had been refused. Comes before every frame that moves the cursor: what was
    /// told since a cursor is not told again.
    #[n(7)]
    Reviewed(#[n(0)] Vec<Reviewed>),
}

/// What became of a pushed changeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is merged, and the transaction is on disk (I3).
    Merged,
    /// It is set aside (I10).
    Quarantined(Refused),
}

/// Why a changeset was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Refused {
    /// A short name for the reason, e.g. `missing_dependencies`.
    #[n(0)]
    pub code: String,
    /// The reason in words.
    #[n(1)]
    pub message: String,
}

/// A record's whole document.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DocumentOf {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// The document's bytes. They travel without the hashes of their heads, which loading works out.
    #[n(1)]
    #[cbor(with = "codec::document")]
    pub document: Vec<u8>,
}

/// Changes of a record that others made.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ChangesOf {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// Its changes.
    #[n(1)]
    pub changes: Changeset,
}

/// The version of a record on the server.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct VersionOf {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// Its version.
    #[n(1)]
    pub version: Version,
}

/// The end of an answer.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Done {
    /// The server's clock.
    #[n(0)]
    pub server_time: Timestamp,
    /// The server's epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// Whether there was more to send than one answer holds: ask again.
    #[n(2)]
    pub has_more: bool,
    /// A digest of each scope, when the device asked to verify.
    #[n(3)]
    pub digests: Vec<DigestOf>,
}

/// What the office made of the refused work of a record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Reviewed {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// Why it is not accepted; none where it was.
    #[n(1)]
    pub discarded_because: Option<String>,
}

/// The digest of a scope on the server.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DigestOf {
    /// The scope.
    #[n(0)]
    pub scope: ScopeId,
    /// Its digest.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub digest: ScopeDigest,
}
