use super::super::authorisations::{Granted, Made, granted};
use super::super::bookings::Booking;
use super::super::objections::*;
use super::*;
use crate::record::coverage::{Authorisation, AuthorisationStatus, Coverage};
use crate::record::patient::Address;
use crate::record::staff::{Credential, CredentialType, Staff};

const CASE: ScopeId = ScopeId::from_bytes([0xc1; 16]);
const OTHER_CASE: ScopeId = ScopeId::from_bytes([0xc2; 16]);
const NURSE: StaffId = StaffId::from_bytes([1; 16]);
const MINUTE: i64 = 60;

fn home(line: &str) -> Place {
    let address = Address { line: line.into(), city: "Worcester".into(), ..Address::default() };
    Place::of(&address, "")
}

/// A visit of an hour in this case, so many seconds from now.
fn booked(record: u8, scope: ScopeId, seconds: i64, place: Place) -> Booked {
    let (start, end) = (at(seconds), at(seconds + HOUR));
    Booked { booking: Booking { record: id(record), scope, nurse: NURSE, start, end }, place }
}

/// What speaks against a visit in an hour, beside these others.
fn clashes(others: &[Booked]) -> Vec<Objection> {
    let visit = booked(1, CASE, HOUR, home("12 Elm St"));
    let nurse = Nurse { staff: None, has_left: false, is_assigned: true, booked: &visit, others };
    objections(made(HOUR, None), open(&[], &[]), Some(nurse), now())
}

fn made(seconds: i64, service: Option<&str>) -> Made<'_> {
    Made { at: at(seconds), service }
}

fn open<'a>(granted: &'a [Granted<'a>], visits: &'a [Made<'a>]) -> Case<'a> {
    Case { is_closed: false, state: "MA", granted, visits }
}

fn minutes_to_travel(objections: &[Objection]) -> Vec<i64> {
    let minutes = objections.iter().map(|objection| match objection {
        Objection::NoTimeToTravel { minutes, .. } => *minutes,
        other => panic!("{other:?}"),
    });
    minutes.collect()
}

#[test]
fn nothing_speaks_against_a_visit_that_fits() {
    assert_eq!(clashes(&[]), []);
    let later = booked(2, OTHER_CASE, 4 * HOUR, home("3 Oak St"));
    assert_eq!(clashes(&[later]), []);
}

#[test]
fn a_visit_at_the_same_time_is_a_double_booking_and_the_visit_itself_when_it_is_moved_is_none() {
    let same = booked(2, OTHER_CASE, HOUR + HOUR / 2, home("3 Oak St"));
    assert_eq!(clashes(std::slice::from_ref(&same)), [Objection::DoubleBooked(same.booking)]);
    let itself = booked(1, CASE, HOUR + HOUR / 2, home("12 Elm St"));
    assert_eq!(clashes(&[itself]), []);
}

#[test]
fn i14_from_one_address_to_another_a_nurse_has_as_many_minutes_as_the_limit_says() {
    let after = |minutes: i64| booked(2, OTHER_CASE, 2 * HOUR + minutes * MINUTE, home("3 Oak St"));
    let before = |minutes: i64| booked(2, OTHER_CASE, -minutes * MINUTE, home("3 Oak St"));
    for near in [&after as &dyn Fn(i64) -> Booked, &before] {
        assert_eq!(clashes(&[near(TRAVEL_MINUTES_MIN)]), []);
        assert_eq!(minutes_to_travel(&clashes(&[near(TRAVEL_MINUTES_MIN - 1)])), [TRAVEL_MINUTES_MIN - 1]);
        assert_eq!(minutes_to_travel(&clashes(&[near(0)])), [0]);
    }
}

#[test]
fn at_one_address_no_time_to_travel_is_needed() {
    let next_door = booked(2, OTHER_CASE, 2 * HOUR, home("12 ELM ST."));
    assert_eq!(clashes(&[next_door]), [], "however it is written");
    let same_case = booked(2, CASE, 2 * HOUR, Place::default());
    assert_eq!(clashes(&[same_case]), [], "a case whose place is not known is where it is");
    let unknown = booked(2, OTHER_CASE, 2 * HOUR, Place::default());
    assert_eq!(minutes_to_travel(&clashes(&[unknown])), [0]);
    let elsewhere = booked(2, CASE, 2 * HOUR, Place::of(&Address::default(), "Day centre"));
    assert_eq!(minutes_to_travel(&clashes(&[elsewhere])), [0], "the same patient at another place");
}

#[test]
fn who_has_left_has_not_the_case_or_no_licence_is_told() {
    let licence = Credential {
        credential_type: CredentialType::RegisteredNurse,
        state: "MA".into(),
        expires: day(0),
        ..Credential::default()
    };
    let staff = Staff { credentials: [("k1".into(), licence)].into(), ..Staff::default() };
    let told = |has_left, is_assigned, seconds| {
        let visit = booked(1, CASE, seconds, Place::default());
        let nurse = Nurse { staff: Some(&staff), has_left, is_assigned, booked: &visit, others: &[] };
        objections(made(seconds, None), open(&[], &[]), Some(nurse), now())
    };
    assert_eq!(told(false, true, HOUR), []);
    assert_eq!(told(false, false, HOUR), [Objection::NotAssigned]);
    assert_eq!(told(true, false, HOUR), [Objection::NurseHasLeft]);
    let expired = told(false, true, DAY);
    assert!(
        matches!(&expired[..], [Objection::Unlicensed(lacking)] if lacking.last_day == day(0).map(Date::last_day))
    );
}

#[test]
fn a_case_that_is_closed_and_a_time_that_is_past_are_told() {
    let closed = Case { is_closed: true, ..open(&[], &[]) };
    assert_eq!(objections(made(0, None), closed, None, now()), [Objection::CaseClosed]);
    assert_eq!(objections(made(-1, None), open(&[], &[]), None, now()), [Objection::InThePast]);
}

/// What speaks against one more visit, beside these, of a case with one authorisation of two visits until in ten days.
fn beyond(seconds: i64, service: Option<&str>, visits: &[Made<'_>]) -> Vec<Objection> {
    let authorisation = Authorisation {
        number: "A1".into(),
        service: Some(Coding::new("urn:x", "G0299", "Nursing")),
        visits_approved: Some(2),
        period: until(10),
        status: AuthorisationStatus::Approved,
    };
    let coverage = Coverage { authorisations: [("k1".into(), authorisation)].into(), ..Coverage::default() };
    let granted: Vec<Granted<'_>> = granted(id(7), &coverage).collect();
    objections(made(seconds, service), open(&granted, visits), None, now())
}

#[test]
fn a_visit_beyond_what_is_authorised_is_told() {
    let (one, two) = (made(-DAY, Some("G0299")), made(DAY, None));
    assert_eq!(beyond(2 * DAY, Some("G0299"), &[one]), []);
    assert_eq!(beyond(2 * DAY, Some("G0299"), &[one, two]), [Objection::UsedUp(2)], "made and agreed on");
    assert_eq!(beyond(2 * DAY, None, &[one, two]), [Objection::UsedUp(2)]);
    assert_eq!(beyond(2 * DAY, Some("G0300"), &[one, two]), [], "a service that nobody authorises");
    let others = [made(DAY, Some("G0300")), made(-100 * DAY, None)];
    assert_eq!(beyond(2 * DAY, None, &others), [], "of another service, and long ago");
}

#[test]
fn a_visit_after_the_last_authorised_day_is_told_with_that_day() {
    assert_eq!(beyond(10 * DAY, None, &[]), []);
    assert_eq!(beyond(11 * DAY, None, &[]), [Objection::NotCovered(day(10).map(Date::last_day))]);
}

#[test]
fn of_two_authorisations_one_that_is_not_used_up_is_enough() {
    let authorisation = |approved: Option<i64>| Authorisation {
        number: "A".into(),
        visits_approved: approved,
        period: until(10),
        status: AuthorisationStatus::Approved,
        ..Authorisation::default()
    };
    let told = |approved| {
        let both = [("k1".into(), authorisation(Some(0))), ("k2".into(), authorisation(approved))];
        let coverage = Coverage { authorisations: both.into(), ..Coverage::default() };
        let granted: Vec<Granted<'_>> = granted(id(7), &coverage).collect();
        objections(made(DAY, None), open(&granted, &[]), None, now())
    };
    assert_eq!(told(Some(1)), []);
    assert_eq!(told(None), [], "without a bound");
    assert_eq!(told(Some(0)), [Objection::UsedUp(0)]);
}
