//! Doorstep's core for phone apps: what an app links.
//!
//! It carries the core with everything a phone needs built in: the encrypted store, the exchange over HTTP, the
//! system's clock and randomness. An app in Rust uses [`device::Device`] from here; bindings for Kotlin, Swift and
//! Python are not made yet.

pub use doorstep_client_core::{device, environment, ids, record, transport};
