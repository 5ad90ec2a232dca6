//! The reconnect bench: what it costs a phone and a server to get even again.
//!
//! - `seed`: the caseload on a server, written by the phones of others. `office`: such a phone.
//! - `phone`: what the nurse's phone does, in a process of its own.
//! - `phases`: one run through COLD, SHIFT and IDLE. `check`: that both hold everything in the end.
//! - `figures`: what was measured, medians, and the report.

mod check;
mod figures;
mod office;
mod phases;
pub mod phone;
mod seed;

pub use figures::{Figures, Medians, PhaseFigures, PhaseMedians};
pub use phases::Bench;
