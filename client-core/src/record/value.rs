//! The values that fields hold. Each is a single register of the document, written and replaced whole, so that
//! two people's halves are never mixed; only [`Text`], [`Keyed`] and [`Members`] merge inside.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::words::rounded;
use crate::ids::Entropy;

/// A point in time, to the millisecond. In JSON: RFC 3339, as FHIR's `instant`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(jiff::Timestamp);

/// The number is outside the years -9999 to 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a point in time between the years -9999 and 9999")]
pub struct OutOfRange;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(jiff::Timestamp::UNIX_EPOCH);

    /// The instant `ms` milliseconds after 1970-01-01T00:00:00Z.
    pub fn from_millisecond(ms: i64) -> Result<Self, OutOfRange> {
        jiff::Timestamp::from_millisecond(ms).map(Self).map_err(|_| OutOfRange)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millisecond(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn as_second(self) -> i64 {
        self.as_millisecond().div_euclid(1_000)
    }

    /// The instant `ms` milliseconds later, held at the ends of the range.
    pub fn saturating_add_ms(self, ms: i64) -> Self {
        let shifted = self.as_millisecond().saturating_add(ms);
        Self::from_millisecond(shifted).unwrap_or(if ms < 0 {
            Self(jiff::Timestamp::MIN)
        } else {
            Self(jiff::Timestamp::MAX)
        })
    }

    /// The same instant as jiff's type, for arithmetic in a time zone.
    pub fn to_jiff(self) -> jiff::Timestamp {
        self.0
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self::from_millisecond(instant.as_millisecond()).unwrap_or(Self(instant))
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<jiff::Timestamp>().map(Self::from)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A date as precise as it is known: a year, a month or a day (FHIR's `date`: `1948`, `1948-03`, `1948-03-09`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// The text is not a FHIR `date`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date: expected YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct NotADate;

impl Date {
    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The first day that the date can mean.
    pub fn first_day(self) -> jiff::civil::Date {
        jiff::civil::Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
            .unwrap_or(jiff::civil::Date::MIN)
    }

    /// The last day that the date can mean.
    pub fn last_day(self) -> jiff::civil::Date {
        let first = self.first_day();
        match (self.month, self.day) {
            (_, Some(_)) => first,
            (Some(_), None) => first.last_of_month(),
            (None, None) => first.last_of_year(),
        }
    }

    /// Whole years from this date to `day`; negative when `day` is before it.
    pub fn years_until(self, day: jiff::civil::Date) -> i16 {
        let first = self.first_day();
        let had_birthday = (day.month(), day.day()) >= (first.month(), first.day());
        day.year() - first.year() - i16::from(!had_birthday)
    }
}

impl From<jiff::civil::Date> for Date {
    fn from(day: jiff::civil::Date) -> Self {
        Self { year: day.year(), month: Some(day.month()), day: Some(day.day()) }
    }
}

impl FromStr for Date {
    type Err = NotADate;
    fn from_str(text: &str) -> Result<Self, NotADate> {
        let digits = |part: &str, len: usize| {
            (part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<i16>().ok())
                .flatten()
                .ok_or(NotADate)
        };
        let mut parts = text.split('-');
        let year = digits(parts.next().unwrap_or(""), 4)?;
        let month = parts.next().map(|part| digits(part, 2)).transpose()?.map(|month| month as i8);
        let day = parts.next().map(|part| digits(part, 2)).transpose()?.map(|day| day as i8);
        jiff::civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).map_err(|_| NotADate)?;
        if parts.next().is_some() { Err(NotADate) } else { Ok(Self { year, month, day }) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Free text that several people may write in at once: characters merge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub String);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::ops::Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// The id of an element in a [`Keyed`] collection, unique in its record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ElementId(pub String);

impl ElementId {
    /// A new id from 8 random bytes, as 13 characters of base 32.
    pub fn new(entropy: &mut (impl Entropy + ?Sized)) -> Self {
        let mut random = [0u8; 8];
        entropy.fill(&mut random);
        Self(data_encoding::BASE32_NOPAD.encode(&random).to_ascii_lowercase())
    }
}

impl From<String> for ElementId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for ElementId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl AsRef<str> for ElementId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// A collection of elements by id; they merge one by one. An element is never removed: it is ended by a field.
pub type Keyed<T> = BTreeMap<ElementId, T>;

/// A set of ids: `true` is in it, `false` was taken out. Members merge one by one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Members(pub BTreeMap<String, bool>);

impl Members {
    /// The ids that are in the set.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, is_in)| **is_in).map(|(id, _)| id.as_str())
    }

    /// Puts an id into the set.
    pub fn insert(&mut self, id: impl fmt::Display) {
        self.0.insert(id.to_string(), true);
    }

    /// Takes an id out of the set, which remembers that it was there.
    pub fn remove(&mut self, id: impl fmt::Display) {
        if let Some(is_in) = self.0.get_mut(&id.to_string()) {
            *is_in = false;
        }
    }
}

impl<T: fmt::Display> FromIterator<T> for Members {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        Self(ids.into_iter().map(|id| (id.to_string(), true)).collect())
    }
}

/// A code from a code system, with the words it was shown as (FHIR's `Coding`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coding {
    /// The code system's URI, e.g. `http://snomed.info/sct`.
    pub system: String,
    /// The code in that system.
    pub code: String,
    /// What a person reads.
    pub display: String,
}

impl Coding {
    /// A coding of these three parts.
    pub fn new(system: &str, code: &str, display: &str) -> Self {
        Self { system: system.to_owned(), code: code.to_owned(), display: display.to_owned() }
    }

    /// Whether this is that code of that code system.
    pub fn is(&self, system: &str, code: &str) -> bool {
        self.system == system && self.code == code
    }

    /// What a person reads: the display, or the bare code where there is none.
    pub fn words(&self) -> &str {
        if self.display.is_empty() { &self.code } else { &self.display }
    }
}

/// A measured amount with its UCUM unit (FHIR's `Quantity`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Quantity {
    /// The amount, in `unit`.
    pub value: f64,
    /// The UCUM code of the unit, e.g. `mm[Hg]`.
    pub unit: String,
}

impl Quantity {
    /// An amount of this UCUM unit.
    pub fn new(value: f64, unit: &str) -> Self {
        Self { value, unit: unit.to_owned() }
    }
}

/// What a person reads: at most two decimals, the unit as it is commonly written.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = rounded(self.value);
        match super::vitals::unit_words(&self.unit) {
            "" => f.write_str(&value),
            "%" => write!(f, "{value}%"),
            unit => write!(f, "{value} {unit}"),
        }
    }
}

/// From one date to another, either open (FHIR's `Period`, to the day).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
}

/// Where a phone believed it was (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Degrees north.
    pub latitude_deg: f64,
    /// Degrees east.
    pub longitude_deg: f64,
    /// Radius of 68 % confidence, in metres.
    pub accuracy_m: f64,
}

/// When and where a visit began or ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CheckPoint {
    /// By the phone's clock.
    pub at: Timestamp,
    /// Where the phone believed it was, when it could tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// An answer to one question of an instrument. Its JSON form is the bare value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(f64),
    /// Words, a date, or the code of a chosen option.
    Text(String),
}
