//! How often anybody may ask, over real HTTP, by a clock that stands until it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use doorstep_client_core::device::ErrorKind;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::transport::HttpTransport;
use doorstep_server::auth::Bearer;
use doorstep_server::config::Config;
use doorstep_server::limits::{
    DEVICE_REQUESTS_PER_MINUTE_MAX, ENROLMENTS_PER_MINUTE_MAX, EXCHANGES_PER_MINUTE_MAX,
    TOKENS_PER_MINUTE_MAX,
};
use doorstep_tests::office::Office;

use crate::{Phone, ask};

struct Hand {
    now_ms: AtomicI64,
}

impl Hand {
    fn new() -> Arc<Self> {
        Arc::new(Self { now_ms: AtomicI64::new(SystemEnvironment.now().as_millisecond()) })
    }

    fn pass_seconds(&self, seconds: i64) {
        self.now_ms.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }
}

impl Environment for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now_ms.load(Ordering::SeqCst)).unwrap()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        SystemEnvironment.fill_random(bytes);
    }
}

fn wait_s(head: &str) -> i64 {
    let wait = head.lines().find_map(|line| line.strip_prefix("retry-after: "));
    wait.unwrap_or_else(|| panic!("it does not say how long to wait:\n{head}")).parse().unwrap()
}

#[test]
fn i14_an_address_may_ask_for_what_costs_so_often_in_a_minute_and_another_is_not_kept_out() {
    let hand = Hand::new();
    let config = Config { is_behind_proxy: true, ..Config::default() };
    let office = Office::start_as(config, hand.clone());
    let from = |route: &str, address: &str| {
        let forwarded = format!("x-forwarded-for: 10.0.0.1, {address}");
        ask(office.running().address, &[&format!("{route} HTTP/1.1"), "content-length: 0", &forwarded])
    };
    for (route, limit) in [
        ("POST /v1/enrol", ENROLMENTS_PER_MINUTE_MAX),
        ("POST /v1/token", TOKENS_PER_MINUTE_MAX),
        ("POST /v1/sync", EXCHANGES_PER_MINUTE_MAX),
    ] {
        for number in 1..=limit.get() {
            let (status, _) = from(route, "203.0.113.9");
            assert!([400, 401].contains(&status), "{route}, {number} of {limit}: {status}");
        }
        let (status, head) = from(route, "203.0.113.9");
        assert_eq!(status, 429, "{route}");
        assert!(head.contains("cache-control: no-store"), "{head}");
        assert_ne!(from(route, "203.0.113.10").0, 429, "{route}");
        hand.pass_seconds(wait_s(&head));
        assert_ne!(from(route, "203.0.113.9").0, 429, "{route}, after the wait");
    }
    for (route, left) in
        [("GET /v1/events", EXCHANGES_PER_MINUTE_MAX), ("POST /v1/wiped", TOKENS_PER_MINUTE_MAX)]
    {
        let is_counted = (0..left.get() / 10).any(|_| from(route, "203.0.113.9").0 == 429);
        assert!(is_counted, "{route} takes from what exchanges or tokens have left");
    }
    assert_eq!(from("GET /healthz", "203.0.113.9").0, 200);
}

#[test]
fn i14_a_phone_may_ask_so_often_in_a_minute_and_then_waits_as_long_as_it_is_told() {
    let hand = Hand::new();
    let office = Office::start_as(Config::default(), hand.clone());
    let http = HttpTransport::new(&office.url()).unwrap();
    let (phone, other) = (Phone::enrol(&office, &http), Phone::enrol(&office, &http));
    let device = phone.device.enrolment().unwrap().unwrap().device;
    let bearer = Bearer::Device(office.agency().id, device);
    let token = office.app().keys.issue(bearer, hand.now()).unwrap().0;
    let authorization = format!("authorization: Bearer {token}");
    for number in 1..DEVICE_REQUESTS_PER_MINUTE_MAX.get() {
        let lines = ["POST /v1/sync HTTP/1.1", "content-length: 0", &authorization];
        assert_eq!(ask(office.running().address, &lines).0, 400, "{number}");
    }
    phone.sync(&http).unwrap();
    let refused = phone.sync(&http).unwrap_err();
    assert_eq!((refused.kind(), refused.server_code()), (ErrorKind::Server, Some("throttled")));
    assert!(refused.is_retryable());
    let wait_s = refused.retry_after_s().unwrap();
    assert!(phone.device.sync_status().unwrap().retry_after_ms.unwrap() >= u64::from(wait_s) * 1_000);
    other.sync(&http).unwrap();
    hand.pass_seconds(wait_s.into());
    phone.sync(&http).unwrap();
}
