//! When to try again after a failed attempt.

/// Milliseconds before the second attempt, at least half of them.
const RETRY_DELAY_MS_MIN: u64 = 2_000;
/// Milliseconds between attempts, however many have failed.
pub const RETRY_DELAY_MS_MAX: u64 = 15 * 60 * 1_000;

/// How long to wait after so many failed attempts in a row, in milliseconds: twice as long each time, of which half
/// is left to chance, so that a hundred phones do not come back in the same second. Not before the server asks for it, as
/// far as that is within [`RETRY_DELAY_MS_MAX`].
pub fn retry_delay_ms(failed_attempts: u32, asked_s: Option<u32>, random: u32) -> u64 {
    let Some(doublings) = failed_attempts.checked_sub(1) else { return 0 };
    let longest = RETRY_DELAY_MS_MIN.saturating_mul(1 << doublings.min(20)).min(RETRY_DELAY_MS_MAX);
    let half = longest / 2;
    let chance = half * u64::from(random) / u64::from(u32::MAX);
    let asked = (u64::from(asked_s.unwrap_or(0)) * 1_000).min(RETRY_DELAY_MS_MAX);
    (half.max(asked) + chance).min(RETRY_DELAY_MS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_keeps_its_bounds_and_is_left_half_to_chance() {
        assert_eq!(retry_delay_ms(0, None, u32::MAX), 0);
        assert_eq!((retry_delay_ms(1, None, 0), retry_delay_ms(1, None, u32::MAX)), (1_000, 2_000));
        assert_eq!((retry_delay_ms(4, None, 0), retry_delay_ms(4, None, u32::MAX)), (8_000, 16_000));
        assert_eq!(retry_delay_ms(u32::MAX, None, u32::MAX), RETRY_DELAY_MS_MAX);
    }

    #[test]
    fn the_wait_is_at_least_what_the_server_asks_for_but_not_for_ever() {
        assert_eq!((retry_delay_ms(1, Some(30), 0), retry_delay_ms(1, Some(30), u32::MAX)), (30_000, 31_000));
        assert_eq!(retry_delay_ms(9, Some(1), 0), retry_delay_ms(9, None, 0), "it waits longer by itself");
        assert_eq!(retry_delay_ms(1, Some(u32::MAX), 0), RETRY_DELAY_MS_MAX);
        assert_eq!(retry_delay_ms(0, Some(30), 0), 0, "it has succeeded since");
    }
}
