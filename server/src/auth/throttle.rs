//! Slows guessing down.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use doorstep_client_core::record::Timestamp;

/// How many failures are too many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// So many in the counted minutes lock out.
    pub(super) failures_max: u32,
    /// Minutes from the first failure in which they are counted together.
    pub(super) counted_minutes: i64,
    /// Minutes from the last failure for which nothing is allowed.
    pub(super) lock_out_minutes: i64,
    /// Keys that are counted at once; past it, the one that is forgotten soonest goes.
    pub(super) keys_max: usize,
}

/// Counts failures by key, such as an address, in memory.
pub(super) struct Throttle<K> {
    rule: Rule,
    counts: Mutex<HashMap<K, Count>>,
}

#[derive(Clone, Copy)]
struct Count {
    failures: u32,
    until_ms: i64,
}

impl<K: Hash + Eq + Clone> Throttle<K> {
    /// Nothing has failed yet.
    pub(super) fn new(rule: Rule) -> Self {
        Self { rule, counts: Mutex::default() }
    }

    /// Whether another attempt may be made now.
    pub(super) fn allows(&self, key: &K, now: Timestamp) -> bool {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        !counts
            .get(key)
            .is_some_and(|count| self.holds(count, now) && count.failures >= self.rule.failures_max)
    }

    /// Notes that an attempt failed. Says whether just this locks out.
    pub(super) fn note_failure(&self, key: K, now: Timestamp) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let before = counts.get(&key).copied().filter(|count| self.holds(count, now));
        if before.is_none() {
            self.make_room(&mut counts, now);
        }
        let ends = |minutes: i64| now.as_millisecond().saturating_add(minutes * 60_000);
        let mut count = before.unwrap_or(Count { failures: 0, until_ms: ends(self.rule.counted_minutes) });
        count.failures = count.failures.saturating_add(1);
        let locks_out = count.failures == self.rule.failures_max;
        if locks_out {
            count.until_ms = ends(self.rule.lock_out_minutes);
        }
        counts.insert(key, count);
        locks_out
    }

    /// Whether it still counts. A clock that was turned back does not make it count for longer.
    fn holds(&self, count: &Count, now: Timestamp) -> bool {
        let left_ms = count.until_ms.saturating_sub(now.as_millisecond());
        0 < left_ms && left_ms <= self.rule.counted_minutes.max(self.rule.lock_out_minutes) * 60_000
    }

    fn make_room(&self, counts: &mut HashMap<K, Count>, now: Timestamp) {
        if counts.len() < self.rule.keys_max {
            return;
        }
        counts.retain(|_, count| self.holds(count, now));
        if counts.len() >= self.rule.keys_max
            && let Some(soonest) =
                counts.iter().min_by_key(|(_, count)| count.until_ms).map(|(key, _)| key.clone())
        {
            counts.remove(&soonest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::ADDRESSES_COUNTED_MAX;

    const RULE: Rule = Rule { failures_max: 2, counted_minutes: 1, lock_out_minutes: 5, keys_max: 2 };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millisecond(second * 1_000).unwrap()
    }

    #[test]
    fn so_many_failures_within_their_minutes_lock_out_for_a_time_that_ends() {
        let throttle = Throttle::new(RULE);
        assert!(!throttle.note_failure("a", at(60)));
        assert!(throttle.allows(&"a", at(61)));
        assert!(throttle.note_failure("a", at(119)));
        assert!(!throttle.allows(&"a", at(119)) && !throttle.allows(&"a", at(418)));
        assert!(throttle.allows(&"a", at(419)));
        assert!(!throttle.note_failure("a", at(420)), "and counting begins anew");
    }

    #[test]
    fn failures_that_lie_further_apart_do_not_lock_out() {
        let throttle = Throttle::new(RULE);
        throttle.note_failure("a", at(60));
        assert!(!throttle.note_failure("a", at(120)));
        assert!(throttle.allows(&"a", at(121)));
    }

    #[test]
    fn keys_are_counted_apart_and_past_their_number_the_one_that_ends_soonest_goes() {
        let throttle = Throttle::new(RULE);
        for second in [60, 61] {
            throttle.note_failure("a", at(second));
        }
        assert!(throttle.allows(&"b", at(62)));
        throttle.note_failure("b", at(62));
        throttle.note_failure("c", at(63));
        assert!(!throttle.allows(&"a", at(64)), "what is locked out stays so");
        assert!(!throttle.note_failure("b", at(64)), "b was forgotten");
    }

    #[test]
    fn i14_so_many_addresses_are_counted_and_the_soonest_forgotten_goes_for_one_more() {
        let throttle = Throttle::new(Rule { keys_max: ADDRESSES_COUNTED_MAX, ..RULE });
        for number in 0..ADDRESSES_COUNTED_MAX {
            throttle.note_failure(number, Timestamp::from_millisecond(60_000 + number as i64).unwrap());
        }
        assert!(throttle.note_failure(0, at(70)), "its first failure is remembered");
        throttle.note_failure(ADDRESSES_COUNTED_MAX, at(71));
        assert!(!throttle.note_failure(1, at(72)), "forgotten");
        assert_eq!(throttle.counts.lock().unwrap().len(), ADDRESSES_COUNTED_MAX);
    }

    #[test]
    fn a_clock_that_is_turned_back_locks_nobody_out_for_longer() {
        let throttle = Throttle::new(RULE);
        for second in [86_400, 86_401] {
            throttle.note_failure("a", at(second));
        }
        assert!(throttle.allows(&"a", at(0)));
    }
}
