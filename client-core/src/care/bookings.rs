//! Appointments of one nurse that overlap, in whichever cases they are.

use super::Now;
use crate::ids::{RecordId, ScopeId, StaffId};
use crate::record::Timestamp;
use crate::record::appointment::{Appointment, AppointmentStatus};

/// Days ahead for which the schedule is looked at.
pub const SCHEDULE_NOTICE_DAYS: i64 = 60;
/// How long an appointment without an end is taken to last.
const SHORTEST_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// When a nurse is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// The appointment.
    pub record: RecordId,
    /// Its case.
    pub scope: ScopeId,
    /// The nurse.
    pub nurse: StaffId,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends; the next may begin then.
    pub end: Timestamp,
}

/// Two appointments of a nurse at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoubleBooking {
    /// The one that begins first.
    pub first: Booking,
    /// The one that begins before the first ends.
    pub second: Booking,
}

impl Booking {
    /// What an appointment books; none where it is not booked, or names no time or no nurse.
    pub fn of(record: RecordId, scope: ScopeId, appointment: &Appointment) -> Option<Self> {
        let is_booked = appointment.status == AppointmentStatus::Booked && !appointment.entered_in_error;
        let (nurse, start) = (appointment.nurse?, appointment.start?);
        let end = appointment.end.unwrap_or(start).max(start.saturating_add_ms(SHORTEST_MS));
        is_booked.then_some(Self { record, scope, nurse, start, end })
    }
}

/// Each appointment that begins while an earlier one of the same nurse lasts, with that one, in the order of their
/// times. Those that are over are left out, and those that begin in more than [`SCHEDULE_NOTICE_DAYS`].
///
/// Of several earlier ones it is the one that ends last; so there are fewer pairs than appointments, however many of
/// them overlap, and none is left once none overlaps.
pub fn double_bookings(bookings: impl IntoIterator<Item = Booking>, now: Now) -> Vec<DoubleBooking> {
    let horizon = now.at().saturating_add_ms(SCHEDULE_NOTICE_DAYS * DAY_MS);
    let is_near = |booking: &Booking| booking.end > now.at() && booking.start <= horizon;
    let mut bookings: Vec<Booking> = bookings.into_iter().filter(is_near).collect();
    bookings.sort_unstable_by_key(|booking| (booking.nurse, booking.start, booking.end, booking.record));
    let mut found = Vec::new();
    let mut last: Option<Booking> = None;
    for second in bookings {
        let earlier = last.filter(|first| first.nurse == second.nurse);
        if let Some(first) = earlier.filter(|first| second.start < first.end) {
            found.push(DoubleBooking { first, second });
        }
        last = earlier.filter(|first| first.end > second.end).or(Some(second));
    }
    found.sort_unstable_by_key(|pair| (pair.second.start, pair.second.record));
    found
}
