use super::super::bookings::*;
use super::*;

const SCOPE: ScopeId = ScopeId::from_bytes([0xc1; 16]);

/// The pairs of these appointments, numbered from 1, that overlap.
fn doubled<const N: usize>(appointments: [Appointment; N]) -> Vec<(RecordId, RecordId)> {
    let bookings = (1..).zip(&appointments).filter_map(|(number, one)| Booking::of(id(number), SCOPE, one));
    let pairs = double_bookings(bookings, now());
    pairs.into_iter().map(|pair| (pair.first.record, pair.second.record)).collect()
}

#[test]
fn two_appointments_of_a_nurse_that_overlap_are_a_double_booking() {
    let half_an_hour_later = appointment(HOUR + HOUR / 2, 1);
    assert_eq!(doubled([appointment(HOUR, 1), half_an_hour_later.clone()]), [(id(1), id(2))]);
    assert_eq!(doubled([half_an_hour_later.clone(), appointment(HOUR, 1)]), [(id(2), id(1))]);
    assert!(doubled([appointment(HOUR, 2), half_an_hour_later]).is_empty(), "two nurses are none");
}

#[test]
fn an_appointment_may_begin_when_the_one_before_it_ends_and_not_a_moment_earlier() {
    let until = |end| Appointment { end: Some(at(0).saturating_add_ms(end)), ..appointment(HOUR, 1) };
    let start_ms = 2 * HOUR * 1_000;
    assert!(doubled([until(start_ms), appointment(2 * HOUR, 1)]).is_empty());
    assert_eq!(doubled([until(start_ms + 1), appointment(2 * HOUR, 1)]), [(id(1), id(2))]);
}

#[test]
fn what_is_cancelled_not_booked_yet_or_entered_in_error_books_nobody() {
    for status in [AppointmentStatus::Cancelled, AppointmentStatus::Proposed, AppointmentStatus::Fulfilled] {
        let other = Appointment { status, ..appointment(HOUR, 1) };
        assert!(doubled([appointment(HOUR, 1), other]).is_empty());
    }
    let wrong = Appointment { entered_in_error: true, ..appointment(HOUR, 1) };
    let nobodys = Appointment { nurse: None, ..appointment(HOUR, 1) };
    assert!(doubled([appointment(HOUR, 1), wrong, nobodys]).is_empty());
}

#[test]
fn what_is_over_or_far_ahead_is_not_told() {
    let over = || appointment(-HOUR, 1);
    assert!(doubled([over(), over()]).is_empty(), "it ends now");
    let under_way = || appointment(-HOUR + 1, 1);
    assert_eq!(doubled([under_way(), under_way()]).len(), 1);
    let ahead = |seconds| appointment(SCHEDULE_NOTICE_DAYS * DAY + seconds, 1);
    assert_eq!(doubled([ahead(0), ahead(0)]).len(), 1);
    assert!(doubled([ahead(1), ahead(1)]).is_empty());
}

#[test]
fn every_appointment_that_begins_during_another_is_told_once() {
    let long = Appointment { end: Some(at(5 * HOUR)), ..appointment(HOUR, 1) };
    let within = [appointment(2 * HOUR, 1), appointment(3 * HOUR, 1), appointment(5 * HOUR, 1)];
    let [a, b, after] = within;
    assert_eq!(doubled([long, a, b, after]), [(id(1), id(2)), (id(1), id(3))]);
}

#[test]
fn two_appointments_without_an_end_at_the_same_time_are_a_double_booking() {
    let open = |seconds| Appointment { end: None, ..appointment(seconds, 1) };
    assert_eq!(doubled([open(HOUR), open(HOUR)]).len(), 1);
    assert!(doubled([open(HOUR), open(HOUR + 60)]).is_empty());
}
