//! Doorstep's core for phone apps.
#[cfg(feature = "bindings")]
pub mod bindings;
pub mod conflict;
pub mod device;
pub mod edit;
pub mod error;
mod gate;
pub mod key_store;
pub mod log;
pub mod observe;
pub mod read;
mod record;
pub mod sync;
pub mod transport;

uniffi::setup_scaffolding!("doorstep");
