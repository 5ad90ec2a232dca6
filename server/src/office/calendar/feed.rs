//! A nurse's schedule as calendars read it: RFC 5545.
//!
//! Whoever has the address sees it without signing in, and calendars hand it on to companies that keep it. So an event says
//! when a visit is and nothing else: no name, no address, no service, no link. What a visit is for is on the nurse's phone.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::appointment::AppointmentStatus;
use icalendar::{Calendar, Component, Event, EventStatus};

use crate::app::App;
use crate::auth::calendar_of;
use crate::http::{Named, Problem, blocking};
use crate::office::frame::language_of;
use crate::office::words::Words;
use crate::store::{PlanStanding, Planned};

/// Days that a feed goes back and ahead.
const DAYS_BACK: i64 = 30;
const DAYS_AHEAD: i64 = 180;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// How often calendars are asked to look: an ISO 8601 duration.
const REFRESH: &str = "PT15M";
const SUFFIX: &str = ".ics";

/// A nurse's schedule.
#[utoipa::path(
    get,
    path = "/calendar/{secret}",
    security(()),
    responses(
        (status = 200, description = "The schedule, in UTC", content_type = "text/calendar"),
        (status = 404, description = "There is no such address, or it was taken away"),
        (status = 429, description = "The address that it is asked from asks too often"),
    )
)]
pub async fn show(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Named(secret): Named<String>,
) -> Result<impl IntoResponse, Problem> {
    let words: Words = language_of(&headers).into();
    let feed = blocking(app, move |app| {
        let secret = secret.strip_suffix(SUFFIX).ok_or_else(unknown)?;
        let (agency, nurse) = calendar_of(&*app.store, secret)?.ok_or_else(unknown)?;
        let now = app.environment.now();
        let (from, until) =
            (now.saturating_add_ms(-DAYS_BACK * DAY_MS), now.saturating_add_ms(DAYS_AHEAD * DAY_MS));
        let plan = app.store.snapshot(agency)?.day_plan(from, until, Some(nurse.id))?;
        Ok(calendar(&plan, now, words))
    })
    .await?;
    Ok(([(CONTENT_TYPE, "text/calendar; charset=utf-8"), (CACHE_CONTROL, "private")], feed))
}

fn unknown() -> Problem {
    Problem::not_found("calendar")
}

/// The appointments of a plan.
fn calendar(plan: &[Planned], now: Timestamp, words: Words) -> String {
    let mut calendar = Calendar::new();
    calendar.name(&words.say("calendar-name"));
    calendar
        .append_property(("REFRESH-INTERVAL;VALUE=DURATION", REFRESH))
        .append_property(("X-PUBLISHED-TTL", REFRESH));
    for event in plan.iter().filter_map(|one| event(one, now, words)) {
        calendar.push(event);
    }
    calendar.to_string()
}

/// An appointment; a visit that was made stands in it already.
fn event(one: &Planned, now: Timestamp, words: Words) -> Option<Event> {
    let PlanStanding::Appointment { status, .. } = &one.standing else { return None };
    let start = one.at?;
    let mut event = Event::new();
    event
        .uid(&one.record.to_string())
        .summary(&words.say("calendar-visit"))
        .add_property("DTSTAMP", utc(now))
        .add_property("DTSTART", utc(start))
        .status(match status {
            AppointmentStatus::Cancelled | AppointmentStatus::NoShow => EventStatus::Cancelled,
            AppointmentStatus::Proposed | AppointmentStatus::Pending | AppointmentStatus::Waitlist => {
                EventStatus::Tentative
            }
            _ => EventStatus::Confirmed,
        });
    if let Some(end) = one.end.filter(|end| *end > start) {
        event.add_property("DTEND", utc(end));
    }
    Some(event.done())
}

/// A time as RFC 5545 writes it in UTC.
fn utc(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use calcard::icalendar::{ICalendarComponent, ICalendarProperty, ICalendarStatus};
    use calcard::{Entry, Parser};
    use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
    use doorstep_client_core::record::Coding;
    use doorstep_client_core::record::appointment::AppointmentType;
    use doorstep_client_core::record::visit::VisitStatus;

    use super::*;
    use crate::office::words::Language;

    fn at(minutes: i64) -> Timestamp {
        let morning: jiff::Timestamp = "2026-11-27T13:30:00Z".parse().unwrap();
        Timestamp::from(morning).saturating_add_ms(minutes * 60_000)
    }

    fn planned(number: u8, status: AppointmentStatus, end: Option<Timestamp>) -> Planned {
        let appointment_type = AppointmentType::default();
        Planned {
            record: RecordId::from_bytes([number; 16]),
            scope: ScopeId::from_bytes([0xc1; 16]),
            nurse: Some(StaffId::from_bytes([1; 16])),
            at: Some(at(0)),
            end,
            service_type: Some(Coding::new("urn:x", "G0299", "Skilled nursing")),
            conflicts: 0,
            standing: PlanStanding::Appointment { status, appointment_type },
        }
    }

    /// What another reader than the writer finds in the feed.
    fn events(plan: &[Planned]) -> Vec<ICalendarComponent> {
        let feed = calendar(plan, at(-60), Language::English.into());
        assert!(feed.lines().all(|line| line.len() <= 75), "lines are folded");
        assert!(feed.ends_with("END:VCALENDAR\r\n") && !feed.replace("\r\n", "").contains('\n'));
        let Entry::ICalendar(read) = Parser::new(&feed).entry() else { panic!("no calendar: {feed}") };
        read.components.into_iter().filter(|one| one.component_type.is_event()).collect()
    }

    fn time(event: &ICalendarComponent, property: &ICalendarProperty) -> Option<i64> {
        let value = event.property(property)?.values.first()?.as_partial_date_time()?.clone();
        value.to_timestamp()
    }

    #[test]
    fn another_reader_finds_each_appointment_with_its_time_and_how_it_stands() {
        let plan = [
            planned(1, AppointmentStatus::Booked, Some(at(45))),
            planned(2, AppointmentStatus::Cancelled, Some(at(45))),
            planned(3, AppointmentStatus::Proposed, None),
        ];
        let events = events(&plan);
        let uids: Vec<&str> = events.iter().filter_map(ICalendarComponent::uid).collect();
        let records: Vec<String> = plan.iter().map(|one| one.record.to_string()).collect();
        assert_eq!(uids, records, "the same at each look");
        for event in &events {
            assert_eq!(time(event, &ICalendarProperty::Dtstart), Some(at(0).as_second()));
            assert!(time(event, &ICalendarProperty::Dtstamp).is_some());
        }
        assert_eq!(time(&events[0], &ICalendarProperty::Dtend), Some(at(45).as_second()));
        assert_eq!(time(&events[2], &ICalendarProperty::Dtend), None, "it says not when it ends");
        let statuses: Vec<_> = events.iter().filter_map(ICalendarComponent::status).collect();
        let expected = [ICalendarStatus::Confirmed, ICalendarStatus::Cancelled, ICalendarStatus::Tentative];
        assert_eq!(statuses, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn an_event_says_when_and_nothing_else() {
        let events = events(&[planned(1, AppointmentStatus::Booked, Some(at(45)))]);
        let mut names: Vec<String> =
            events[0].entries.iter().map(|entry| format!("{:?}", entry.name)).collect();
        names.sort();
        assert_eq!(names, ["Dtend", "Dtstamp", "Dtstart", "Status", "Summary", "Uid"]);
        let summary = events[0].property(&ICalendarProperty::Summary).unwrap();
        assert_eq!(summary.values[0].as_text(), Some("Visit"));
    }

    #[test]
    fn a_visit_that_was_made_stands_there_as_its_appointment_alone() {
        let standing =
            PlanStanding::Visit { status: VisitStatus::Finished, appointment: None, missed_reason: None };
        let visit = Planned { standing, ..planned(1, AppointmentStatus::Booked, None) };
        assert!(events(&[visit]).is_empty());
    }
}
