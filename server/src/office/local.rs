//! Times as the agency's clocks show them, in the words of a language.

use std::borrow::Cow;

use doorstep_client_core::care::Now;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::agency::Agency;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{ToSpan, ZonedDateTime};

use super::words::Words;

const MINUTE_MS: i64 = 60_000;

/// Where and when a page is shown, and in which language.
#[derive(Clone)]
pub struct Local {
    /// The words.
    pub words: Words,
    zone: TimeZone,
    now: Timestamp,
}

impl Local {
    /// In the agency's time zone; in UTC, where it names none that is known.
    pub fn of(agency: &Agency, now: Timestamp, words: Words) -> Self {
        Self { words, zone: TimeZone::get(&agency.time_zone).unwrap_or(TimeZone::UTC), now }
    }

    /// The time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The time, as what follows from charts needs it.
    pub fn care_now(&self) -> Now {
        Now::new(self.now, self.zone.to_offset(self.now.to_jiff()).seconds())
    }

    /// The day.
    pub fn today(&self) -> Date {
        self.zoned(self.now).date()
    }

    /// A time as the agency's clocks show it.
    pub fn zoned(&self, at: Timestamp) -> ZonedDateTime {
        at.to_jiff().to_zoned_datetime(self.zone.clone())
    }

    /// When a day begins.
    pub fn midnight(&self, day: Date) -> Timestamp {
        // Every zone has some time on every day that can be named here.
        day.to_zoned_datetime(self.zone.clone()).map_or(self.now, |midnight| midnight.timestamp().into())
    }

    /// From when until before when a day lasts.
    pub fn bounds(&self, day: Date) -> (Timestamp, Timestamp) {
        (self.midnight(day), self.midnight(day.saturating_add(1.day())))
    }

    /// The moment when the agency's clocks show this, the first where they show it twice; none where they leave it out.
    pub fn moment_of(&self, shown: DateTime) -> Option<Timestamp> {
        let shown = self.zone.to_ambiguous_zoned_datetime(shown);
        let is_left_out = matches!(shown.offset(), AmbiguousOffset::Gap { .. });
        shown.earlier().ok().filter(|_| !is_left_out).map(|moment| moment.timestamp().into())
    }

    /// The time of day: `2:05 PM`.
    pub fn time(&self, at: Timestamp) -> String {
        self.zoned(at).strftime(&*self.words.say("pattern-time")).to_string()
    }

    /// A full hour of the day that begins then: `2 PM`.
    pub fn hour(&self, midnight: Timestamp, hour: i8) -> String {
        let day = self.zoned(midnight).date();
        day.at(hour, 0, 0, 0).strftime(&*self.words.say("pattern-hour")).to_string()
    }

    /// A day with its weekday: `Fri, Nov 27`; with its year where that is another than this one.
    pub fn day(&self, day: Date) -> Cow<'static, str> {
        let message = if day.year() == self.today().year() { "day-short" } else { "day-short-year" };
        self.tell_day(message, day, ("weekday-short-", "month-short-"))
    }

    /// A day in full: `Friday, November 27, 2026`.
    pub fn long_day(&self, day: Date) -> Cow<'static, str> {
        self.tell_day("day-long", day, ("weekday-", "month-"))
    }

    /// A day and a time: `Fri, Nov 27, 2:05 PM`; of today the time alone.
    pub fn moment(&self, at: Timestamp) -> String {
        let day = self.zoned(at).date();
        if day == self.today() { self.time(at) } else { format!("{}, {}", self.day(day), self.time(at)) }
    }

    /// How long ago: `just now`, `5 minutes ago`; from an hour on, when.
    pub fn ago(&self, at: Timestamp) -> Cow<'static, str> {
        let minutes = self.now.as_millisecond().saturating_sub(at.as_millisecond()) / MINUTE_MS;
        match minutes {
            ..=0 => self.words.say("just-now"),
            1..60 => self.words.with("today-arrived-minutes", "minutes", minutes),
            _ => Cow::Owned(self.moment(at)),
        }
    }

    fn tell_day(&self, message: &str, day: Date, (weekdays, months): (&str, &str)) -> Cow<'static, str> {
        let weekday = self.words.say(&format!("{weekdays}{}", day.weekday().to_monday_one_offset()));
        let month = self.words.say(&format!("{months}{}", day.month()));
        let values = [
            ("weekday", weekday.into()),
            ("month", month.into()),
            ("day", i64::from(day.day()).into()),
            // As text: a number would be grouped.
            ("year", day.year().to_string().into()),
        ];
        self.words.tell(message, values)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::words::Language;
    use super::*;

    fn local(language: Language) -> Local {
        let agency = Agency { time_zone: "America/New_York".to_owned(), ..Agency::default() };
        let now: jiff::Timestamp = "2026-11-01T16:00:00Z".parse().unwrap();
        Local::of(&agency, now.into(), language.into())
    }

    #[test]
    fn times_are_those_of_the_agencys_clocks_across_a_change_of_the_clocks() {
        let local = local(Language::English);
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().into();
        assert_eq!(local.moment(at("2026-11-01T05:30:00Z")), "1:30 AM", "summer time");
        assert_eq!(local.moment(at("2026-11-01T06:30:00Z")), "1:30 AM", "an hour later, winter time");
        assert_eq!(local.moment(at("2026-10-31T23:30:00Z")), "Sat, Oct 31, 7:30 PM");
        assert_eq!(local.moment(at("2025-10-31T23:30:00Z")), "Fri, Oct 31, 2025, 7:30 PM");
        let (from, until) = local.bounds(date(2026, 11, 1));
        assert_eq!(until.as_millisecond() - from.as_millisecond(), 25 * 60 * MINUTE_MS);
    }

    #[test]
    fn a_time_that_the_clocks_show_twice_is_the_first_and_one_that_they_leave_out_is_none() {
        let local = local(Language::English);
        let shown = |text: &str| local.moment_of(text.parse().unwrap());
        let at = |text: &str| Some(text.parse::<jiff::Timestamp>().unwrap().into());
        assert_eq!(shown("2026-11-01T01:30"), at("2026-11-01T05:30:00Z"));
        assert_eq!(shown("2026-03-08T02:30"), None);
        assert_eq!(shown("2026-03-08T03:30"), at("2026-03-08T07:30:00Z"));
    }

    #[test]
    fn a_day_is_told_in_the_language_of_the_page() {
        let day = date(2026, 11, 27);
        assert_eq!(local(Language::English).long_day(day), "Friday, November 27, 2026");
        assert_eq!(local(Language::Spanish).long_day(day), "viernes, 27 de noviembre de 2026");
    }
}
