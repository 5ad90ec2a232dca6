//! What records mean together: pure functions over charts. The time is an argument; nothing here does I/O (I15).

pub mod alerts;
mod allergies;
mod authorisations;
pub mod caseload;
mod chart;
pub mod score;
pub mod timeline;
pub mod trends;
mod visits;
mod vitals;

pub use chart::{Chart, Now};

#[cfg(test)]
mod tests;
