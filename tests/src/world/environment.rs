//! Where a world's time and randomness come from.

use std::sync::Mutex;

use doorstep_client_core::environment::Environment;
use doorstep_client_core::record::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

/// A seeded clock and seeded randomness, shared by everybody in a world.
pub struct SeededEnvironment {
    now: Mutex<Timestamp>,
    rng: Mutex<StdRng>,
}

impl SeededEnvironment {
    /// Time begins on 2 March 2026 at 8:00 UTC.
    pub fn new(seed: u64) -> Self {
        let start = Timestamp::from_millisecond(1_772_438_400_000).expect("a time in 2026");
        Self { now: Mutex::new(start), rng: Mutex::new(StdRng::seed_from_u64(seed)) }
    }

    /// Lets time pass.
    pub fn advance_ms(&self, ms: i64) {
        let mut now = self.now.lock().expect("nobody panics with the clock");
        *now = now.saturating_add_ms(ms);
    }

    /// A number below this one.
    pub(super) fn below(&self, count: usize) -> usize {
        self.rng.lock().expect("nobody panics with the dice").random_range(0..count)
    }
}

impl Environment for SeededEnvironment {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("nobody panics with the clock")
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.rng.lock().expect("nobody panics with the dice").fill_bytes(bytes);
    }
}
