//! A patient's chart, in pages that stay small.
//!
//! - `case`: a scope's records, read at once, and what names them. `around`: what forms and words of them need.
//! - `header`: whose chart it is, and the way through it. `line`: a record in a list.
//! - `file`: what an attachment names.
//! - `coverage`: visits used of visits approved. `summary`: what matters now. `kind`: the records of a kind.
//! - `plan`: the care plan and the goals. `outcomes`: each measure over time, which `plot` draws.
//! - `log`: what the log holds of a scope. `timeline`: everything by time. `as_of`: the chart as it stood.

mod around;
pub mod as_of;
mod case;
mod coverage;
pub mod file;
mod header;
pub mod kind;
mod line;
mod log;
pub mod outcomes;
pub mod plan;
mod plot;
pub mod summary;
pub mod timeline;

pub use around::Around;
pub use case::{Case, Entry};
pub use header::{Header, Tab};
pub use kind::{Pages, Paging};
pub use line::{FactList, Line, kind_message};
pub use log::log_of;
