//! One record: what it says and ever said, its conflicts, and its form.
//!
//! - `opened`: a record that somebody may look at. `show`: the record, now and as of any version. `history`: who wrote
//!   what when. `edit`: its form, saved at the version that was on the screen. `create`: a new one. `attach`: a new one with
//!   its file.
//! - `mistake`: that it was entered in error. `resolve`: picking one of a conflict's values.

pub mod attach;
pub mod create;
pub mod edit;
mod history;
pub mod mistake;
mod opened;
pub mod resolve;
pub mod show;
