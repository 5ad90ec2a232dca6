//! The arithmetic of a slow link.

use std::time::{Duration, Instant};

/// How a link is slow. It is the same in both directions, and both directions are independent of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The time that a byte takes there and an answer takes back.
    pub round_trip: Duration,
    /// Bits that can be sent in a second, each way.
    pub bits_per_s: u64,
    /// Round trips before a new connection carries its first byte.
    pub connect_round_trips: u32,
}

impl Shape {
    /// A bad mobile connection: 300 ms round trip, 256 kbit/s each way, one more round trip to connect.
    pub const SLOW: Self =
        Self { round_trip: Duration::from_millis(300), bits_per_s: 256_000, connect_round_trips: 1 };

    /// The time that a new connection takes before it carries its first byte.
    pub fn connect_time(&self) -> Duration {
        self.round_trip * self.connect_round_trips
    }

    /// The time that these bytes occupy one direction of the link.
    pub fn send_time(&self, bytes: usize) -> Duration {
        Duration::from_nanos((bytes as u64 * 8 * 1_000_000_000).div_ceil(self.bits_per_s))
    }
}

/// One direction of a link: what is sent waits for what was sent before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lane {
    free_at: Option<Instant>,
}

impl Lane {
    /// Sends bytes that are ready at `ready_at`. Returns when they arrive.
    pub fn send(&mut self, shape: &Shape, ready_at: Instant, bytes: usize) -> Instant {
        let begins_at = self.free_at.map_or(ready_at, |free_at| free_at.max(ready_at));
        let sent_at = begins_at + shape.send_time(bytes);
        self.free_at = Some(sent_at);
        sent_at + shape.round_trip / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_arrive_after_they_were_sent_at_the_links_speed_and_half_a_round_trip() {
        let (mut lane, start) = (Lane::default(), Instant::now());
        let arrives = lane.send(&Shape::SLOW, start, 32_000);
        assert_eq!(arrives - start, Duration::from_millis(1_150));
    }

    #[test]
    fn bytes_wait_for_those_before_them_and_not_for_a_link_that_was_idle() {
        let (mut lane, start) = (Lane::default(), Instant::now());
        lane.send(&Shape::SLOW, start, 16_000);
        let second = lane.send(&Shape::SLOW, start, 16_000);
        assert_eq!(second - start, Duration::from_millis(1_150));
        let later = start + Duration::from_secs(10);
        assert_eq!(lane.send(&Shape::SLOW, later, 3_200) - later, Duration::from_millis(250));
    }

    #[test]
    fn a_connection_costs_one_round_trip_more() {
        assert_eq!(Shape::SLOW.connect_time(), Duration::from_millis(300));
    }
}
