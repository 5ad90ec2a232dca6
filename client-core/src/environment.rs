//! What the surroundings give: the time and random bytes. Nothing below asks the operating system itself.

use crate::ids::Entropy;
use crate::record::Timestamp;

/// The time and random bytes: the phone's own, or a simulation's.
pub trait Environment: Send + Sync {
    /// What the clock shows. Evidence only: it decides nothing (I12).
    fn now(&self) -> Timestamp;

    /// Fills `bytes` with random bytes.
    fn fill_random(&self, bytes: &mut [u8]);
}

impl dyn Environment + '_ {
    /// The random bytes as a source for new ids.
    pub fn entropy(&self) -> impl Entropy + '_ {
        |bytes: &mut [u8]| self.fill_random(bytes)
    }
}

/// The operating system's clock and randomness.
#[cfg(feature = "system")]
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEnvironment;

#[cfg(feature = "system")]
impl Environment for SystemEnvironment {
    fn now(&self) -> Timestamp {
        Timestamp::from(jiff::Timestamp::now())
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("an operating system that has lost its randomness cannot keep secrets");
    }
}
