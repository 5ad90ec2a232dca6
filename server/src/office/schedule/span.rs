//! What a schedule is of: a day, or a week.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

const DAYS_IN_A_WEEK: i64 = 7;

/// A day, or a week from its Monday on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    /// A day.
    Day(Date),
    /// The week of this Monday.
    Week(Date),
}

impl Span {
    /// A day as it is written in an address: `2026-11-27`.
    pub(super) fn day(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::Day)
    }

    /// A week as it is written in an address, by ISO 8601: `2026-W48`.
    pub(super) fn week(text: &str) -> Option<Self> {
        let (year, week) = text.split_once("-W")?;
        let monday = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()?;
        Some(Self::Week(monday.date()))
    }

    /// The week in which a day is.
    pub(super) fn week_of(day: Date) -> Self {
        let from_monday = i64::from(day.weekday().to_monday_zero_offset());
        Self::Week(day.saturating_sub(from_monday.days()))
    }

    /// Its first day.
    pub(super) fn first(self) -> Date {
        let (Self::Day(first) | Self::Week(first)) = self;
        first
    }

    /// How many days it has.
    fn len(self) -> i64 {
        match self {
            Self::Day(_) => 1,
            Self::Week(_) => DAYS_IN_A_WEEK,
        }
    }

    /// Its days.
    pub(super) fn days(self) -> Vec<Date> {
        (0..self.len()).map(|day| self.first().saturating_add(day.days())).collect()
    }

    /// The same one that many days or weeks later.
    pub(super) fn later(self, by: i64) -> Self {
        let moved = |first: Date| first.saturating_add((by * self.len()).days());
        match self {
            Self::Day(first) => Self::Day(moved(first)),
            Self::Week(first) => Self::week_of(moved(first)),
        }
    }

    /// The parameter of the address that names it, and how.
    pub(super) fn parameter(self) -> (&'static str, String) {
        match self {
            Self::Day(day) => ("day", day.to_string()),
            Self::Week(monday) => {
                let week = monday.iso_week_date();
                ("week", format!("{}-W{:02}", week.year(), week.week()))
            }
        }
    }

    /// Whether it is a week.
    pub(super) fn is_week(self) -> bool {
        matches!(self, Self::Week(_))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_week_begins_on_its_monday_also_where_the_year_changes() {
        let week = Span::week("2026-W53").unwrap();
        assert_eq!((week.first(), week.days().len()), (date(2026, 12, 28), 7));
        assert_eq!(week.later(1).parameter(), ("week", "2027-W01".to_owned()));
        assert_eq!(week.later(1).later(-1), week);
        assert_eq!(Span::week_of(date(2027, 1, 3)), week, "a Sunday");
    }

    #[test]
    fn a_day_leads_to_the_days_beside_it() {
        let day = Span::day("2026-02-28").unwrap();
        assert_eq!(day.later(1), Span::Day(date(2026, 3, 1)));
        assert_eq!(day.later(-1).parameter(), ("day", "2026-02-27".to_owned()));
    }

    #[test]
    fn what_is_no_day_and_no_week_is_none() {
        for text in ["", "2026", "2026-W", "2025-W53", "2026-W60", "W48", "2026-w48"] {
            assert_eq!(Span::week(text), None, "{text}");
        }
        for text in ["", "2026-02-30", "27.11.2026", "2026-W48"] {
            assert_eq!(Span::day(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_trap() {
        assert_eq!(Span::Day(Date::MAX).later(1), Span::Day(Date::MAX));
        assert!(!Span::week_of(Date::MIN).later(-1).days().is_empty());
        assert!(!Span::week_of(Date::MAX).later(1).parameter().1.is_empty());
    }
}
