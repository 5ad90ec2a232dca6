//! Doorstep's shared core.

pub mod care;
pub mod document;
pub mod environment;
pub mod ids;
pub mod limits;
pub mod record;
#[cfg(feature = "device")]
pub mod store;
pub mod wire;
