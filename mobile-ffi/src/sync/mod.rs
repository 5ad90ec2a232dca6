//! Calls that speak to the server: enrolment, and the sync that several callers share.

mod download;
mod enrol;
mod joined;
mod status;
mod task;

pub(crate) use joined::{End, Syncs};
pub use joined::{ProgressListener, SyncOptions};
pub(crate) use task::Calls;
