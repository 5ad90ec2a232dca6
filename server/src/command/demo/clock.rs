//! The demo's clock: real time, moved on by the story, and the same for everybody.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ZonedDateTime};

/// Real time and real randomness, with the story's hours added.
pub(super) struct StoryClock {
    ahead_ms: AtomicI64,
}

impl StoryClock {
    /// A clock that stands at 8:00 where the machine is: today if the story is over by now, otherwise yesterday.
    pub(super) fn at_eight(story: Duration) -> Self {
        let now = ZonedDateTime::now();
        let at_eight = |date: Date| date.at(8, 0, 0, 0).to_zoned_datetime(now.time_zone().clone());
        let eight = at_eight(now.date()).and_then(|eight| {
            let is_over = now.duration_since(&eight) >= story.try_into()?;
            if is_over { Ok(eight) } else { at_eight(now.date().yesterday()?) }
        });
        // Where the zone has no such moment, the story begins now.
        let ahead = eight.map_or(SignedDuration::ZERO, |eight| eight.duration_since(&now));
        Self { ahead_ms: AtomicI64::new(ahead.as_millis() as i64) }
    }

    /// The story is over: real time from now on.
    pub(super) fn come_back(&self) {
        self.ahead_ms.store(0, Ordering::SeqCst);
    }

    /// Lets this many minutes pass.
    pub(super) fn pass_minutes(&self, minutes: i64) {
        self.ahead_ms.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// Seconds that the clock on the wall is ahead of UTC.
    pub(super) fn utc_offset_s(&self) -> i32 {
        TimeZone::system().to_offset(self.now().to_jiff()).seconds()
    }

    /// What the clock on the wall shows.
    pub(super) fn wall(&self) -> String {
        self.now().to_jiff().to_zoned_datetime(TimeZone::system()).strftime("%H:%M").to_string()
    }
}

impl Environment for StoryClock {
    fn now(&self) -> Timestamp {
        SystemEnvironment.now().saturating_add_ms(self.ahead_ms.load(Ordering::SeqCst))
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        SystemEnvironment.fill_random(bytes);
    }
}
