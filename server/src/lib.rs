//! Doorstep's server: the sync exchange, the access rules, the office's API, and what the `doorstep` command
//! runs.
//!
//! Data flows one way: `router → http → sync | access → merge → store`. No module imports one above it.
//!
//! - [`store`]: where agencies' data is kept, and the one order of each agency's changes.

pub mod store;
