//! What the office has to look at, and what it makes of it.
//!
//! - `set_aside`: what was set aside, and accepting or discarding it.
//! - `queue`: everything that waits for the office, in one order; its kinds and `entry`s.
//! - `queues`: the same for those who look often, kept for a while.
//! - `arrived`: what arrived and was noticed then: conflicts, late work, what was set aside, tokens, clocks.
//! - `computed`: what follows from the records and vanishes once they are mended: schedules, licences, authorisations.

mod arrived;
mod computed;
mod entry;
mod queue;
mod queues;
mod set_aside;

pub use computed::Clock;
pub use entry::{About, Entry, ReviewKind};
pub use queue::{Page, Position, Queue};
pub use queues::Queues;
pub use set_aside::{AcceptError, Examined, Preview, accept, discard, preview};
