//! Importing FHIR bundles: what they hold is shown first, and nothing is written before somebody confirms it.
//!
//! - `pages`: the upload, the preview, the import. `preview`: what a bundle holds, in words. `kept`: what was uploaded,
//!   between the two.

mod kept;
pub mod pages;
mod preview;

pub use kept::Uploads;
