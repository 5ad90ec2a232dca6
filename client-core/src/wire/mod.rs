//! The sync exchange's bytes: one request up, one stream of frames down.
//!
//! CBOR with numbered fields, so that a frame can grow a field without breaking older phones; zstd around the
//! whole. An answer is one zstd stream of frames, flushed at each frame: cut anywhere, it costs one frame at most.
//! Everything that is read here is bounded before it is allocated.

pub mod code;
mod codec;
mod cursor;
mod digest;
mod frame;
mod framing;
mod link;
mod request;

pub use cursor::{Cursor, Epoch, Pending};
pub use digest::{ScopeDigest, scope_digest};
pub use frame::{
    ChangesOf, DigestOf, DocumentOf, Done, Frame, FrameBody, Refused, Reviewed, Verdict, VersionOf,
};
pub use framing::{AnswerSize, FrameReader, FrameWriter};
pub use link::{EnrolmentLink, NotALink};
pub use request::{Push, SyncRequest};

/// The version of the exchange that this crate speaks.
pub const PROTOCOL: u16 = 1;

/// The media type of requests and answers.
pub const MEDIA_TYPE: &str = "application/vnd.doorstep.sync";

/// What is wrong with bytes that came over the wire.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The stream ended inside a frame, or before the frame that ends it.
    #[error("the answer was cut off; what had arrived whole is kept")]
    Cut,
    /// Reading failed.
    #[error("reading from the connection failed: {0}")]
    Io(std::io::ErrorKind),
    /// The bytes are not compressed as they should be, or past the window that is accepted.
    #[error("the bytes cannot be decompressed")]
    Compression,
    /// The bytes are not what they should be.
    #[error("{0} cannot be read")]
    Malformed(&'static str),
    /// A part is past its limit.
    #[error("{what} is past its limit of {limit}")]
    TooBig {
        /// The limit's value, with its unit in `what`.
        limit: usize,
        /// What is too big, and in which unit.
        what: &'static str,
    },
    /// The other side speaks another version of the exchange.
    #[error("protocol version {0} is not spoken here; {PROTOCOL} is")]
    Protocol(u16),
}

fn within(count: usize, limit: usize, what: &'static str) -> Result<(), WireError> {
    if count <= limit { Ok(()) } else { Err(WireError::TooBig { limit, what }) }
}
#[cfg(test)]
mod tests;
