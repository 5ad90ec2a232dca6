//! What keeps the phone shut: the office's lock, and the lease that runs while it is offline.

use serde::{Deserialize, Serialize};

use crate::record::Timestamp;
use crate::record::agency::OFFLINE_LEASE_DAYS;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// The clock is noted again once it has moved by as much; a write costs more than the reads between.
const MARK_EVERY_MS: i64 = 60 * 1_000;
/// Days that a lease may be given, whatever an agency's record says.
const LEASE_DAYS: std::ops::RangeInclusive<i64> = 1..=90;

/// What keeps the phone shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Guard {
    /// Whether the office has locked the phone, as last heard.
    pub is_locked: bool,
    /// How long it may go on without the office; none before its enrolment.
    pub lease: Option<Lease>,
}

/// How long the phone may stay offline.
///
/// Its clock is evidence that time has passed, never that it has not: each time that it is seen, what it has gone on by
/// since it was last seen is added up. A clock that is turned back takes nothing away, and goes on counting from there;
/// one that is wrong by years counts as well as any other (I12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    days: i64,
    elapsed_ms: i64,
    seen: Timestamp,
}

impl Lease {
    /// A lease of so many days that begins now.
    pub fn begin(clock: Timestamp, days: Option<i64>) -> Self {
        let days = days.unwrap_or(OFFLINE_LEASE_DAYS).clamp(*LEASE_DAYS.start(), *LEASE_DAYS.end());
        Self { days, elapsed_ms: 0, seen: clock }
    }

    /// The lease as it stands once the clock was seen to show this.
    pub fn seen(self, clock: Timestamp) -> Self {
        Self { elapsed_ms: self.elapsed_ms(clock), seen: clock, ..self }
    }

    /// Whether the clock has moved by enough, either way, to be noted.
    pub fn is_worth_noting(&self, clock: Timestamp) -> bool {
        self.moved_ms(clock).abs() >= MARK_EVERY_MS
    }

    /// Whether it is over once the clock shows this.
    pub fn is_over(&self, clock: Timestamp) -> bool {
        self.elapsed_ms(clock) > self.days * DAY_MS
    }

    /// When it ends, by the phone's clock.
    pub fn ends_at(&self) -> Timestamp {
        self.seen.saturating_add_ms(self.days * DAY_MS - self.elapsed_ms)
    }

    fn elapsed_ms(&self, clock: Timestamp) -> i64 {
        self.elapsed_ms.saturating_add(self.moved_ms(clock).max(0))
    }

    fn moved_ms(&self, clock: Timestamp) -> i64 {
        clock.as_millisecond().saturating_sub(self.seen.as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64, ms: i64) -> Timestamp {
        Timestamp::from_millisecond(day * DAY_MS + ms).unwrap()
    }

    #[test]
    fn a_lease_holds_up_to_its_last_moment_and_not_one_longer() {
        for (days, asked) in [(14, None), (3, Some(3)), (1, Some(0)), (90, Some(91))] {
            let lease = Lease::begin(at(100, 0), asked);
            assert_eq!(lease.ends_at(), at(100 + days, 0));
            assert!(!lease.is_over(at(100 + days, 0)), "{asked:?}");
            assert!(lease.is_over(at(100 + days, 1)), "{asked:?}");
        }
    }

    #[test]
    fn a_clock_that_is_turned_back_gives_no_time_back_and_goes_on_counting() {
        let lease = Lease::begin(at(100, 0), Some(14));
        let turned_back = lease.seen(at(110, 0)).seen(at(50, 0));
        assert_eq!(turned_back.ends_at(), at(54, 0));
        assert!(!turned_back.is_over(at(54, 0)) && turned_back.is_over(at(54, 1)));
        let over = lease.seen(at(114, 1)).seen(at(0, 0));
        assert!(over.is_over(at(0, 0)), "what is over stays over");
    }

    #[test]
    fn the_clock_is_noted_once_it_has_moved_by_a_minute_either_way() {
        let lease = Lease::begin(at(100, 0), None);
        assert!(!lease.is_worth_noting(at(100, 59_999)) && lease.is_worth_noting(at(100, 60_000)));
        assert!(!lease.is_worth_noting(at(100, -59_999)) && lease.is_worth_noting(at(100, -60_000)));
    }
}
