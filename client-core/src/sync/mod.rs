//! The sync engine: what to send, and what to make of each frame of the answer. No I/O, no clock (I15).
//!
//! - `plan`: what the phone has to offer becomes one [`Exchange`] with its request.
//! - `apply`: a frame becomes an [`Update`], the list of [`Write`]s that store it; the device stores all of them in
//!   one transaction (I4). What the phone holds is asked through [`Local`].
//! - `merge`: what becomes of one record's row.
//! - `files`: the way of one file to the server, and which files leave the phone.
//! - `retry`: when to try again.
//!
//! What a server is known to hold of a record, its `acked` version, moves by three things only: a verdict, what the
//! server sends, and a new epoch, which forgets it (I3, I7).

mod apply;
mod files;
mod local;
mod merge;
mod plan;
mod retry;

pub use apply::{SyncError, apply, ended};
pub use files::{Step, Upload, leaving};
pub use local::{Local, Update, Write};
pub use merge::{NotMerged, offered_again};
pub use plan::{Exchange, Offered, Planner, Situation, too_big};
pub use retry::{RETRY_DELAY_MS_MAX, retry_delay_ms};

/// Exchanges after which the phone compares digests with the server.
pub const EXCHANGES_PER_VERIFICATION: u32 = 20;
