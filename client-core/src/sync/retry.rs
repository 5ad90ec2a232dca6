//! When to try again after a failed attempt.

/// Milliseconds before the second attempt, at least half of them.
const RETRY_DELAY_MS_MIN: u64 = 2_000;
/// Milliseconds between attempts, however many have failed.
pub const RETRY_DELAY_MS_MAX: u64 = 15 * 60 * 1_000;

/// How long to wait after so many failed attempts in a row, in milliseconds: twice as long each time, of which half
/// is left to chance, so that a hundred phones do not come back in the same second.
pub fn retry_delay_ms(failed_attempts: u32, random: u32) -> u64 {
    let Some(doublings) = failed_attempts.checked_sub(1) else { return 0 };
    let longest = RETRY_DELAY_MS_MIN.saturating_mul(1 << doublings.min(20)).min(RETRY_DELAY_MS_MAX);
    let half = longest / 2;
    half + half * u64::from(random) / u64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_keeps_its_bounds_and_is_left_half_to_chance() {
        assert_eq!(retry_delay_ms(0, u32::MAX), 0);
        assert_eq!((retry_delay_ms(1, 0), retry_delay_ms(1, u32::MAX)), (1_000, 2_000));
        assert_eq!((retry_delay_ms(4, 0), retry_delay_ms(4, u32::MAX)), (8_000, 16_000));
        assert_eq!(retry_delay_ms(u32::MAX, u32::MAX), RETRY_DELAY_MS_MAX);
    }
}
