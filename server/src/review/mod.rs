//! What the office looks at and settles.
//!
//! - `set_aside`: what a changeset that was set aside would do, and admitting it after all.

mod set_aside;

pub use set_aside::{AcceptError, Examined, Preview, accept, discard, preview};
