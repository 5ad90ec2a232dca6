//! Doorstep's shared core: what phones, the server and the tests have in common.
//!
//! A nurse's edit goes down through the first column; an exchange brings the others' edits up through the second:
//!
//! ```text
//! device      the face that phones use            transport   how bytes reach a server
//!   record    typed fields, checks, summaries     sync        plan an exchange, apply its frames; pure
//!   document  the record as a CRDT document       wire        requests, frames, cursors; framing, compression
//!   store     encrypted SQLite, durable           document    admit bytes from outside, merge
//! ```
//!
//! - [`ids`], [`limits`]: names for things, and for every bound.
//! - [`record`]: one file per kind of record. [`care`]: pure functions over records: alerts, trends, timelines.
//! - [`document`]: versions, conflicts, history, hostile bytes; the only module that names automerge.
//! - [`wire`]: the exchange's bytes, shared with the server.
//! - [`environment`]: time and randomness, always from outside.
//! - With the feature `device`: `store`, `sync`, `transport`, `error` and `device`. The server does without.

pub mod care;
#[cfg(feature = "device")]
pub mod device;
pub mod document;
pub mod environment;
#[cfg(feature = "device")]
pub mod error;
pub mod ids;
pub mod limits;
pub mod record;
#[cfg(feature = "device")]
pub mod store;
#[cfg(feature = "device")]
pub mod sync;
#[cfg(feature = "device")]
pub mod transport;
pub mod wire;
