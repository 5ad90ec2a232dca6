//! Doorstep's shared core.

pub mod document;
pub mod ids;
pub mod limits;
pub mod record;
pub mod wire;
