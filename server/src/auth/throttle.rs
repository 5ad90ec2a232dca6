//! Slows guessing down.

use std::sync::{Mutex, PoisonError};

use doorstep_client_core::record::Timestamp;

/// Counts failures of everybody together in the running minute: a server behind a proxy does not know who asks.
/// With 40 random bits and 24 hours, thirty guesses a minute find one of a hundred open codes about once in 700 years.
pub struct Throttle {
    failures_per_minute_max: u32,
    minute: Mutex<(i64, u32)>,
}

impl Throttle {
    /// Allows so many failures in a minute.
    pub fn new(failures_per_minute_max: u32) -> Self {
        Self { failures_per_minute_max, minute: Mutex::default() }
    }

    /// Whether another attempt may be made now.
    pub fn allows(&self, now: Timestamp) -> bool {
        self.in_minute(now, |failures| *failures < self.failures_per_minute_max)
    }

    /// Notes that an attempt failed.
    pub fn note_failure(&self, now: Timestamp) {
        self.in_minute(now, |failures| *failures = failures.saturating_add(1));
    }

    fn in_minute<T>(&self, now: Timestamp, work: impl FnOnce(&mut u32) -> T) -> T {
        let minute = now.as_second().div_euclid(60);
        let mut current = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        if current.0 != minute {
            *current = (minute, 0);
        }
        work(&mut current.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_so_many_failures_nobody_may_try_until_the_next_minute() {
        let at = |second: i64| Timestamp::from_millisecond(second * 1_000).unwrap();
        let throttle = Throttle::new(2);
        throttle.note_failure(at(60));
        assert!(throttle.allows(at(61)));
        throttle.note_failure(at(61));
        assert!(!throttle.allows(at(119)));
        assert!(throttle.allows(at(120)));
    }
}
