//! Doorstep's core for phone apps.
#[cfg(feature = "bindings")]
pub mod bindings;
mod record;

uniffi::setup_scaffolding!("doorstep");
