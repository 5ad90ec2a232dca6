//! What speaks against a visit that is to be agreed on: told before it is, and no more than told.

use jiff::civil;

use super::Now;
use super::authorisations::{self, Granted, Made, Shortfall};
use super::bookings::Booking;
use super::licences::{self, Lacking};
use crate::record::patient::Address;
use crate::record::staff::Staff;

/// Minutes that a nurse needs at least from one address to another.
pub const TRAVEL_MINUTES_MIN: i64 = 15;
const MINUTE_MS: i64 = 60_000;

/// Where a visit is to be, as far as that is known: the same address is the same place, however it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place(String);

impl Place {
    /// Where a patient lives, or what was agreed on instead.
    pub fn of(address: &Address, instead: &str) -> Self {
        let written = match instead.trim() {
            "" if address.line.trim().is_empty() => String::new(),
            "" => [address.line.as_str(), &address.city, &address.postal_code].join(" "),
            instead => instead.to_owned(),
        };
        let words = written.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Self(words.collect::<Vec<_>>().join(" ").to_lowercase())
    }

    fn is_known(&self) -> bool {
        !self.0.is_empty()
    }
}

/// When and where a nurse is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// When.
    pub booking: Booking,
    /// Where.
    pub place: Place,
}

impl Booked {
    /// Whether both are at one place: the same case, unless it is known to be visited at two.
    fn is_where(&self, other: &Self) -> bool {
        let is_known = self.place.is_known() && other.place.is_known();
        if is_known { self.place == other.place } else { self.booking.scope == other.booking.scope }
    }
}

/// What is known of the nurse who is to make a visit.
#[derive(Debug, Clone, Copy)]
pub struct Nurse<'a> {
    /// Her record; none where the directory does not have her.
    pub staff: Option<&'a Staff>,
    /// Whether she has left.
    pub has_left: bool,
    /// Whether the case is assigned to her.
    pub is_assigned: bool,
    /// The visit, as it would book her.
    pub booked: &'a Booked,
    /// What else she is booked for around that time. The appointment itself, which is moved, may be among it.
    pub others: &'a [Booked],
}

/// What is known of the case.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Whether it is closed.
    pub is_closed: bool,
    /// The state in which the patient lives, as it was written.
    pub state: &'a str,
    /// The authorisations on which visits may be made.
    pub granted: &'a [Granted<'a>],
    /// The visits that were made, and those that are agreed on beside this one.
    pub visits: &'a [Made<'a>],
}

/// Something that speaks against a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// The case is closed.
    CaseClosed,
    /// It would begin in the past.
    InThePast,
    /// The nurse has left.
    NurseHasLeft,
    /// The case is not assigned to the nurse: her phone does not get it.
    NotAssigned,
    /// The nurse is booked at the same time.
    DoubleBooked(Booking),
    /// The nurse has less than [`TRAVEL_MINUTES_MIN`] from one address to the other: so many minutes.
    NoTimeToTravel {
        /// The visit before or after.
        other: Booking,
        /// The minutes between both.
        minutes: i64,
    },
    /// The nurse has no licence that is valid then where the patient lives.
    Unlicensed(Lacking),
    /// No authorisation covers the day; the last day that one covers, where one has such.
    NotCovered(Option<civil::Date>),
    /// So many visits are approved, and as many are made or agreed on.
    UsedUp(i64),
}

/// What speaks against one more visit, at this time and of this service: of the case first, then of the nurse, where one
/// is named.
pub fn objections(visit: Made<'_>, case: Case<'_>, nurse: Option<Nurse<'_>>, now: Now) -> Vec<Objection> {
    let mut found = Vec::new();
    if case.is_closed {
        found.push(Objection::CaseClosed);
    }
    if visit.at < now.at() {
        found.push(Objection::InThePast);
    }
    found.extend(authorisations::shortfall(case.granted, case.visits, visit, now).map(|shortfall| {
        match shortfall {
            Shortfall::NotCovered(last_day) => Objection::NotCovered(last_day),
            Shortfall::UsedUp(approved) => Objection::UsedUp(approved),
        }
    }));
    let Some(nurse) = nurse else { return found };
    match (nurse.has_left, nurse.is_assigned) {
        (true, _) => found.push(Objection::NurseHasLeft),
        (false, false) => found.push(Objection::NotAssigned),
        (false, true) => {}
    }
    let lacking = nurse.staff.and_then(|staff| licences::lacking(staff, case.state, now.day_of(visit.at)));
    found.extend(lacking.map(Objection::Unlicensed));
    let mut others: Vec<&Booked> = nurse.others.iter().collect();
    others.sort_by_key(|other| (other.booking.start, other.booking.record));
    found.extend(others.into_iter().filter_map(|other| clash(nurse.booked, other)));
    found
}

/// How two visits of a nurse get in each other's way.
fn clash(visit: &Booked, other: &Booked) -> Option<Objection> {
    let (one, two) = (&visit.booking, &other.booking);
    if one.record == two.record || one.nurse != two.nurse {
        return None;
    }
    if one.start < two.end && two.start < one.end {
        return Some(Objection::DoubleBooked(*two));
    }
    let (before, after) = if one.start < two.start { (one, two) } else { (two, one) };
    let minutes = (after.start.as_millisecond() - before.end.as_millisecond()) / MINUTE_MS;
    let is_short = minutes < TRAVEL_MINUTES_MIN && !visit.is_where(other);
    is_short.then_some(Objection::NoTimeToTravel { other: *two, minutes })
}
