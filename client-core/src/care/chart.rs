//! What the functions of this module look at.

use crate::ids::RecordId;
use crate::record::{AnyRecord, Timestamp};

/// The records of one case, or of the directory.
#[derive(Debug, Clone, Copy)]
pub struct Chart<'a> {
    records: &'a [(RecordId, AnyRecord)],
}

impl<'a> Chart<'a> {
    /// A view of these records.
    pub fn new(records: &'a [(RecordId, AnyRecord)]) -> Self {
        Self { records }
    }

    /// The valid records of every kind.
    pub fn records(self) -> impl Iterator<Item = (RecordId, &'a AnyRecord)> {
        let valid = self.records.iter().filter(|(_, record)| !record.is_entered_in_error());
        valid.map(|(id, record)| (*id, record))
    }

    /// The valid records of one kind.
    pub fn all<T: 'a>(self) -> impl Iterator<Item = (RecordId, &'a T)>
    where
        &'a T: TryFrom<&'a AnyRecord>,
    {
        self.records().filter_map(|(id, record)| Some((id, <&T>::try_from(record).ok()?)))
    }
}

/// The time, and what day it is where the patient lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    at: Timestamp,
    offset: jiff::tz::Offset,
}

impl Now {
    /// The time, where clocks are this many seconds ahead of UTC. More than 25 hours are taken as none.
    pub fn new(at: Timestamp, utc_offset_seconds: i32) -> Self {
        let offset = jiff::tz::Offset::from_seconds(utc_offset_seconds).unwrap_or(jiff::tz::Offset::UTC);
        Self { at, offset }
    }

    /// The time.
    pub fn at(self) -> Timestamp {
        self.at
    }

    /// Today's date.
    pub fn today(self) -> jiff::civil::Date {
        self.day_of(self.at)
    }

    /// The date at another time.
    pub fn day_of(self, at: Timestamp) -> jiff::civil::Date {
        self.offset.to_datetime(at.to_jiff()).date()
    }

    /// Days from today to another day; negative when it has passed.
    pub(super) fn days_until(self, day: jiff::civil::Date) -> i32 {
        (day - self.today()).get_days()
    }

    /// Milliseconds since another time; negative when it is still to come.
    pub(super) fn ms_since(self, at: Timestamp) -> i64 {
        self.at.as_millisecond() - at.as_millisecond()
    }
}
