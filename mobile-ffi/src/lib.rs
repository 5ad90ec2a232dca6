//! Doorstep for phone apps: the core's `Device` in Kotlin, Swift and Python, by UniFFI. Nothing else in the tree knows UniFFI.
//!
//! - [`device`]: opening, calling, closing. [`key_store`], [`transport`], [`log`], [`observe`]: what an app brings along.
//! - [`read`], [`history`], [`conflict`], [`alert`]: what a nurse reads. [`edit`], [`mod@file`]: what she writes. [`check`]: what
//!   can be asked of a record before that.
//! - [`sync`]: what speaks to the server. [`wipe`]: the end of it all. [`error`]: what can go wrong.
//! - `record`: the kinds of record with their structures and codes; `plain`: what else apps see as the core has it. Both are made by
//!   `build/` of how the core declares them.
//! - `gate`, `threads`: that nothing is used, and nobody called, after it was closed.
//! - With the feature `bindings`, `bindings`: makes the sources for those languages. With `faults`, `fault`: for tests of apps.
//!
//! Each function forwards to the core in a line or two, inside of a guard that turns a panic into an error.

pub mod alert;
#[cfg(feature = "bindings")]
pub mod bindings;
pub mod check;
pub mod conflict;
pub mod device;
pub mod edit;
pub mod error;
#[cfg(feature = "faults")]
mod fault;
pub mod file;
mod gate;
pub mod history;
pub mod key_store;
pub mod log;
pub mod observe;
pub mod plain;
pub mod read;
pub mod record;
pub mod sync;
mod threads;
pub mod transport;
pub mod wipe;

uniffi::setup_scaffolding!("doorstep");
