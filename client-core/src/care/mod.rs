//! What records mean together: pure functions over charts. The time is an argument; nothing here does I/O (I15).

pub mod alerts;
mod allergies;
pub mod authorisations;
pub mod bookings;
pub mod caseload;
mod chart;
pub mod credentials;
pub mod licences;
pub mod objections;
pub mod own;
pub mod score;
mod states;
pub mod timeline;
pub mod trends;
mod visits;
mod vitals;

pub use chart::{Chart, Now};
pub use vitals::bounds;

#[cfg(test)]
mod tests;
