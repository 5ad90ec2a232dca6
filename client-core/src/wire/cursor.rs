//! How far a device is. Opaque to it; untrusted input to the server.

use minicbor::{Decode, Encode};

use super::{WireError, within};
use crate::ids::{RecordId, ScopeId};
use crate::limits::CURSOR_BYTES_MAX;

/// One life of a server's data: a server that is restored from a backup begins a new one (I7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Epoch(#[cbor(with = "minicbor::bytes")] pub [u8; 8]);

/// How far a device is: it knows everything up to `seq` in the scopes granted to its nurse by then, but for those
/// whose first download is pending.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Cursor {
    /// The epoch in which `seq` means anything.
    #[n(0)]
    pub epoch: Epoch,
    /// The last entry of the agency's log that is known.
    #[n(1)]
    pub seq: u64,
    /// The scopes whose first download has not ended, in the order in which they come.
    #[n(2)]
    pub pending: Vec<Pending>,
}

/// A scope whose first download has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Pending {
    /// The scope.
    #[n(0)]
    pub scope: ScopeId,
    /// The record up to which its documents, in the order of their ids, are known as of the cursor's `seq`.
    #[n(1)]
    pub after: Option<RecordId>,
}

impl Cursor {
    /// The cursor as the bytes that a device keeps and sends back.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing CBOR into memory does not fail")
    }

    /// Reads a cursor that a device sent.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        within(bytes.len(), CURSOR_BYTES_MAX, "the cursor, in bytes")?;
        minicbor::decode(bytes).map_err(|_| WireError::Malformed("the cursor"))
    }
}
