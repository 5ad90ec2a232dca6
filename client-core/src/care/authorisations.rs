//! Authorisations that run out or are used up.

use super::alerts::{Alert, AlertKind, EXPIRY_NOTICE_DAYS, Severity, expiry};
use super::{Chart, Now};
use crate::ids::RecordId;
use crate::record::ElementId;
use crate::record::coverage::{Authorisation, Coverage, CoverageStatus};
use crate::record::visit::{Visit, VisitStatus};
use crate::record::{Coding, Date, Timestamp};

/// An authorisation on which visits may be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Granted<'a> {
    /// The `coverage`.
    pub record: RecordId,
    /// Which of its authorisations.
    pub element: &'a ElementId,
    /// What it says.
    pub authorisation: &'a Authorisation,
}

/// A visit that was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made<'a> {
    /// When it began.
    pub at: Timestamp,
    /// The code of the service that was given, where it is known.
    pub service: Option<&'a str>,
}

/// An authorisation that runs out or is used up.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending<'a> {
    /// Which.
    pub granted: Granted<'a>,
    /// How soon somebody should look.
    pub severity: Severity,
    /// Whether it is used up; otherwise it runs out, or has run out.
    pub is_used_up: bool,
    /// Its last day.
    pub last_day: Option<jiff::civil::Date>,
    /// When, or by how many visits, in words.
    pub words: String,
}

/// The authorisations of a coverage on which visits may be made.
pub fn granted(record: RecordId, coverage: &Coverage) -> impl Iterator<Item = Granted<'_>> {
    let is_active = coverage.status == CoverageStatus::Active && !coverage.entered_in_error;
    let all = coverage.authorisations.iter().filter(move |_| is_active);
    let granted = all.filter(|(_, authorisation)| authorisation.status.is_granted());
    granted.map(move |(element, authorisation)| Granted { record, element, authorisation })
}

/// Of the authorisations of one case, those that run out or are used up by these visits and have no successor.
pub fn ending<'a>(granted: &[Granted<'a>], visits: &[Made<'_>], now: Now) -> Vec<Ending<'a>> {
    let mut found = Vec::new();
    for &one in granted {
        let authorisation = one.authorisation;
        if granted.iter().any(|other| succeeds(other.authorisation, authorisation)) {
            continue;
        }
        let last_day = last_day(authorisation);
        let days = last_day.map(|day| now.days_until(day));
        if days.is_some_and(|days| days < -EXPIRY_NOTICE_DAYS) {
            continue;
        }
        let ending =
            |severity, is_used_up, words| Ending { granted: one, severity, is_used_up, last_day, words };
        if let Some((severity, when)) = days.and_then(expiry) {
            found.push(ending(severity, false, when));
        }
        let Some(approved) = authorisation.visits_approved else { continue };
        let made = visits.iter().filter(|visit| is_made_on(visit, authorisation, now)).count();
        let made = i64::try_from(made).unwrap_or(i64::MAX);
        if made >= approved {
            found.push(ending(Severity::Warning, true, format!("{made} of {approved} visits made")));
        }
    }
    found
}

/// Why a visit is not authorised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// No authorisation of its service covers its day; the last day that one covers, where one has such.
    NotCovered(Option<jiff::civil::Date>),
    /// As many visits as were approved are made or agreed on already.
    UsedUp(i64),
}

/// Why one more visit is not authorised, beside those that were made or are agreed on. A case without any
/// authorisation of the visit's service tells nothing: its insurer may ask for none.
pub fn shortfall(
    granted: &[Granted<'_>],
    visits: &[Made<'_>],
    visit: Made<'_>,
    now: Now,
) -> Option<Shortfall> {
    let of_service = granted.iter().map(|one| one.authorisation).filter(|one| is_of_service(&visit, one));
    let of_service: Vec<&Authorisation> = of_service.collect();
    let last = of_service.iter().map(|one| last_day(one)).max()?;
    let covering = of_service.into_iter().filter(|one| is_within(now.day_of(visit.at), one));
    // None, as soon as one of them has no bound or is not used up.
    let used_up: Option<Vec<i64>> = covering.map(|one| used_up(one, visits, now)).collect();
    Some(used_up?.into_iter().max().map_or(Shortfall::NotCovered(last), Shortfall::UsedUp))
}

/// How many visits an authorisation approves, where as many are made or agreed on.
fn used_up(authorisation: &Authorisation, visits: &[Made<'_>], now: Now) -> Option<i64> {
    let used = visits.iter().filter(|other| is_made_on(other, authorisation, now)).count();
    authorisation.visits_approved.filter(|approved| i64::try_from(used).unwrap_or(i64::MAX) >= *approved)
}

/// What ends in a chart, as alerts.
pub(super) fn alerts(chart: Chart<'_>, now: Now) -> Vec<Alert> {
    let granted: Vec<Granted<'_>> =
        chart.all::<Coverage>().flat_map(|(id, coverage)| granted(id, coverage)).collect();
    let finished = chart.all::<Visit>().filter(|(_, visit)| visit.status == VisitStatus::Finished);
    let made = finished.filter_map(|(_, visit)| {
        let service = visit.service_type.as_ref().map(|service| service.code.as_str());
        Some(Made { at: visit.check_in?.at, service })
    });
    let made: Vec<Made<'_>> = made.collect();
    let alert = |ending: Ending<'_>| Alert {
        severity: ending.severity,
        kind: match ending.is_used_up {
            true => AlertKind::AuthorisationUsedUp,
            false => AlertKind::AuthorisationExpiring,
        },
        record: ending.granted.record,
        message: format!("Authorisation {}: {}", ending.granted.authorisation.number, ending.words),
    };
    ending(&granted, &made, now).into_iter().map(alert).collect()
}

fn last_day(authorisation: &Authorisation) -> Option<jiff::civil::Date> {
    authorisation.period?.end.map(Date::last_day)
}

/// Whether one authorisation allows the same service for longer than another.
fn succeeds(later: &Authorisation, earlier: &Authorisation) -> bool {
    let is_longer = match (last_day(later), last_day(earlier)) {
        (Some(later), Some(earlier)) => later > earlier,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let code = |service: &Option<Coding>| service.as_ref().map(|coding| coding.code.clone());
    is_longer && code(&later.service) == code(&earlier.service)
}

/// Whether a visit was made in the authorisation's period, and for its service where both name one.
pub fn is_made_on(visit: &Made<'_>, authorisation: &Authorisation, now: Now) -> bool {
    is_within(now.day_of(visit.at), authorisation) && is_of_service(visit, authorisation)
}

fn is_within(day: jiff::civil::Date, authorisation: &Authorisation) -> bool {
    let period = authorisation.period.unwrap_or_default();
    period.start.is_none_or(|start| start.first_day() <= day)
        && period.end.is_none_or(|end| day <= end.last_day())
}

fn is_of_service(visit: &Made<'_>, authorisation: &Authorisation) -> bool {
    match (&authorisation.service, visit.service) {
        (Some(authorised), Some(given)) => authorised.code == given,
        _ => true,
    }
}
