//! How often somebody may ask: a phone by its id, anybody by the address that he comes from. What is not used gathers
//! for a minute at most, so that a phone that comes back after a while may ask many times at once.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::DeviceId;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::limits::{
    CALENDARS_PER_MINUTE_MAX, DEVICE_REQUESTS_PER_MINUTE_MAX, ENROLMENTS_PER_MINUTE_MAX,
    EXCHANGES_PER_MINUTE_MAX, TOKENS_PER_MINUTE_MAX,
};

/// Requests after which those who have not asked for a minute are forgotten.
const FORGET_AFTER: u32 = 1_024;

/// What a request costs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// A code is looked up and a phone is added.
    Enrolment,
    /// A token is looked up, replaced and signed.
    Token,
    /// A calendar's address is looked up.
    Calendar,
    /// A phone's work is merged, or a connection is kept for its events.
    Exchange,
}

/// Somebody asks too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; try again in {wait_s} seconds")]
pub struct TooOften {
    /// Whole seconds until the next request is taken.
    pub wait_s: u64,
}

/// Counts requests.
pub struct Rates {
    devices: Bucket<DeviceId>,
    enrolments: Bucket<IpAddr>,
    tokens: Bucket<IpAddr>,
    calendars: Bucket<IpAddr>,
    exchanges: Bucket<IpAddr>,
}

impl Rates {
    /// Counts by this clock.
    pub fn new(environment: Arc<dyn Environment>) -> Self {
        let clock = ForwardClock { environment, shown: Arc::default() };
        Self {
            devices: Bucket::new(DEVICE_REQUESTS_PER_MINUTE_MAX, &clock),
            enrolments: Bucket::new(ENROLMENTS_PER_MINUTE_MAX, &clock),
            tokens: Bucket::new(TOKENS_PER_MINUTE_MAX, &clock),
            calendars: Bucket::new(CALENDARS_PER_MINUTE_MAX, &clock),
            exchanges: Bucket::new(EXCHANGES_PER_MINUTE_MAX, &clock),
        }
    }

    /// Counts a request of a phone.
    pub fn device(&self, device: DeviceId) -> Result<(), TooOften> {
        self.devices.take(device)
    }

    /// Counts a request from an address. Those of this machine are not counted: where no proxy is declared they are the
    /// machine's own.
    pub fn address(&self, address: IpAddr, cost: Cost) -> Result<(), TooOften> {
        if address.is_loopback() {
            return Ok(());
        }
        let bucket = match cost {
            Cost::Enrolment => &self.enrolments,
            Cost::Token => &self.tokens,
            Cost::Calendar => &self.calendars,
            Cost::Exchange => &self.exchanges,
        };
        bucket.take(address)
    }
}

struct Bucket<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, ForwardClock, NoOpMiddleware<Duration>>,
    clock: ForwardClock,
    taken: AtomicU32,
}

impl<K: Hash + Eq + Clone> Bucket<K> {
    fn new(per_minute: NonZeroU32, clock: &ForwardClock) -> Self {
        let limiter = RateLimiter::dashmap_with_clock(Quota::per_minute(per_minute), clock.clone());
        Self { limiter, clock: clock.clone(), taken: AtomicU32::new(0) }
    }

    fn take(&self, who: K) -> Result<(), TooOften> {
        if self.taken.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&who).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            TooOften { wait_s: wait.as_millis().div_ceil(1_000).max(1) as u64 }
        })
    }
}

/// The environment's clock, as time that has passed. Where that clock is set back, this one stands still for a moment:
/// nobody has to wait until it has caught up.
#[derive(Clone)]
struct ForwardClock {
    environment: Arc<dyn Environment>,
    shown: Arc<Mutex<Shown>>,
}

#[derive(Default)]
struct Shown {
    last_ms: Option<i64>,
    passed_ms: u64,
}

impl Clock for ForwardClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let now_ms = self.environment.now().as_millisecond();
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let last_ms = shown.last_ms.replace(now_ms).unwrap_or(now_ms);
        shown.passed_ms = shown.passed_ms.saturating_add(u64::try_from(now_ms - last_ms).unwrap_or(0));
        Duration::from_millis(shown.passed_ms)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use doorstep_client_core::record::Timestamp;

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl Hand {
        fn pass_ms(&self, ms: i64) {
            self.0.fetch_add(ms, Ordering::SeqCst);
        }
    }

    impl Environment for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(1_767_225_600_000 + self.0.load(Ordering::SeqCst)).unwrap()
        }

        fn fill_random(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn rates() -> (Arc<Hand>, Rates) {
        let hand = Arc::new(Hand::default());
        (Arc::clone(&hand), Rates::new(hand))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

    #[test]
    fn i14_each_may_ask_so_often_in_a_minute_and_not_once_more() {
        let (hand, rates) = rates();
        let from = ip("203.0.113.9");
        type Ask<'a> = &'a dyn Fn() -> Result<(), TooOften>;
        let asks: [(NonZeroU32, Ask<'_>); 5] = [
            (DEVICE_REQUESTS_PER_MINUTE_MAX, &|| rates.device(DEVICE)),
            (ENROLMENTS_PER_MINUTE_MAX, &|| rates.address(from, Cost::Enrolment)),
            (TOKENS_PER_MINUTE_MAX, &|| rates.address(from, Cost::Token)),
            (CALENDARS_PER_MINUTE_MAX, &|| rates.address(from, Cost::Calendar)),
            (EXCHANGES_PER_MINUTE_MAX, &|| rates.address(from, Cost::Exchange)),
        ];
        for (limit, ask) in asks {
            for number in 1..=limit.get() {
                assert_eq!(ask(), Ok(()), "{number} of {limit}");
            }
            let too_often = ask().unwrap_err();
            assert!((1..=60).contains(&too_often.wait_s), "{too_often}");
            hand.pass_ms(i64::try_from(too_often.wait_s).unwrap() * 1_000);
            assert_eq!(ask(), Ok(()), "whoever waits as long as he was told is let in");
            hand.pass_ms(60_000);
            assert!((0..limit.get()).all(|_| ask().is_ok()), "a minute brings all of them back");
            assert!(ask().is_err(), "and no more than that");
        }
    }

    #[test]
    fn one_who_asks_too_often_keeps_nobody_else_out() {
        let (_, rates) = rates();
        while rates.device(DEVICE).is_ok() {}
        assert_eq!(rates.device(DeviceId::from_bytes([2; 16])), Ok(()));
        while rates.address(ip("203.0.113.9"), Cost::Enrolment).is_ok() {}
        assert_eq!(rates.address(ip("203.0.113.10"), Cost::Enrolment), Ok(()));
        assert_eq!(
            rates.address(ip("203.0.113.9"), Cost::Exchange),
            Ok(()),
            "phones that are enrolled go on"
        );
    }

    #[test]
    fn this_machine_is_not_counted_by_address() {
        let (_, rates) = rates();
        for _ in 0..=ENROLMENTS_PER_MINUTE_MAX.get() {
            assert_eq!(rates.address(ip("127.0.0.1"), Cost::Enrolment), Ok(()));
            assert_eq!(rates.address(ip("::1"), Cost::Enrolment), Ok(()));
        }
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_waiting() {
        let (hand, rates) = rates();
        while rates.device(DEVICE).is_ok() {}
        hand.pass_ms(-3_600_000);
        assert!(rates.device(DEVICE).is_err());
        hand.pass_ms(60_000);
        assert_eq!(rates.device(DEVICE), Ok(()));
    }

    #[test]
    fn who_has_not_asked_for_a_while_is_forgotten() {
        let (hand, rates) = rates();
        for number in 1..FORGET_AFTER {
            let device = [[0; 12].as_slice(), &number.to_be_bytes()].concat().try_into().unwrap();
            rates.device(DeviceId::from_bytes(device)).unwrap();
        }
        hand.pass_ms(120_000);
        rates.device(DEVICE).unwrap();
        assert_eq!(rates.devices.limiter.len(), 1);
    }
}
