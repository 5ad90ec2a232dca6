//! What a device sends.

use std::io::Read;

use minicbor::{Decode, Encode};

use super::framing::{compress, decompressor};
use super::{PROTOCOL, WireError, within};
use crate::document::{Changeset, StoreId};
use crate::ids::{RecordId, ScopeId};
use crate::limits;
use crate::record::Timestamp;

/// A sync request: what the device has to offer, and how far it is.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct SyncRequest {
    /// The version of the exchange: [`PROTOCOL`].
    #[n(0)]
    pub protocol: u16,
    /// The device's clock: evidence, shown beside the server's time. Decides nothing (I12).
    #[n(1)]
    pub device_time: Timestamp,
    /// The store that asks. What this store pushed is not sent back to it.
    #[n(2)]
    pub store: StoreId,
    /// The cursor as last received; none for a store that has received none.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub cursor: Option<Vec<u8>>,
    /// The unsent changes, one changeset a record.
    #[n(4)]
    pub pushes: Vec<Push>,
    /// How many changes stay unsent after these pushes.
    #[n(5)]
    pub unsent_after: u32,
    /// Whether the device wants a digest of each scope.
    #[n(6)]
    pub verify: bool,
    /// The scopes whose records' versions the device wants listed, after a digest that differed.
    #[n(7)]
    pub list: Vec<ScopeId>,
    /// The records whose documents the device wants, after a list that differed.
    #[n(8)]
    pub want: Vec<RecordId>,
}

/// The unsent changes of one record. The change that creates a record says its kind and scope itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Push {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// Its changes.
    #[n(1)]
    pub changes: Changeset,
}

impl SyncRequest {
    /// A request that offers and asks nothing beyond what is new.
    pub fn new(device_time: Timestamp, store: StoreId, cursor: Option<Vec<u8>>) -> Self {
        Self {
            protocol: PROTOCOL,
            device_time,
            store,
            cursor,
            pushes: Vec::new(),
            unsent_after: 0,
            verify: false,
            list: Vec::new(),
            want: Vec::new(),
        }
    }

    /// The request as the body that travels.
    pub fn to_body(&self) -> Vec<u8> {
        let bytes = minicbor::to_vec(self).expect("writing CBOR into memory does not fail");
        compress(&bytes)
    }

    /// Reads a body that a device sent.
    pub fn from_body(body: &[u8]) -> Result<Self, WireError> {
        within(body.len(), limits::REQUEST_BYTES_MAX, "the request's body, in bytes")?;
        let limit = limits::REQUEST_DECOMPRESSED_BYTES_MAX;
        let mut bytes = Vec::new();
        decompressor(body)?
            .take(limit as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| WireError::Compression)?;
        within(bytes.len(), limit, "the request's body once decompressed, in bytes")?;
        let mut decoder = minicbor::Decoder::new(&bytes);
        let protocol = protocol(&bytes).ok_or(WireError::Malformed("the request"))?;
        if protocol != PROTOCOL {
            return Err(WireError::Protocol(protocol));
        }
        let request: Self = decoder.decode().map_err(|_| WireError::Malformed("the request"))?;
        within(request.pushes.len(), limits::PUSH_RECORDS_MAX, "the number of pushed records")?;
        within(request.list.len(), limits::LIST_SCOPES_MAX, "the number of scopes to list")?;
        within(request.want.len(), limits::WANT_RECORDS_MAX, "the number of wanted records")?;
        Ok(request)
    }
}

/// The protocol version stands first, whatever follows in versions to come.
fn protocol(bytes: &[u8]) -> Option<u16> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.array().ok()?;
    decoder.u16().ok()
}
