//! Doorstep's server: the sync exchange, the access rules, the office's API, and what the `doorstep` command
//! runs.
//!
//! Data flows one way: `router → http → sync | access → merge → store`. No module imports one above it.
//!
//! - [`sync`]: one exchange: [`admission`] of what is pushed, [`merge`], then the [`feed`] of what is lacking.
//! - [`store`]: where agencies' data is kept, and the one order of each agency's changes.

pub mod admission;
pub mod feed;
pub mod limits;
pub mod merge;
pub mod store;
pub mod sync;
