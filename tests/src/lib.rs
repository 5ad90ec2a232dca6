//! Doorstep's cross-crate tests, simulations and benches.
//!
//! - [`world`]: a server and phones in one process, with a link between them that fails in every way a link can.

pub mod world;
