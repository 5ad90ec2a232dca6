//! Doorstep's shared core.

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
