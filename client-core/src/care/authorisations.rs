//! Authorisations that run out or are used up.

use super::alerts::{Alert, AlertKind, EXPIRY_NOTICE_DAYS, Severity, expiry};
use super::{Chart, Now};
use crate::record::coverage::{Authorisation, Coverage, CoverageStatus};
use crate::record::visit::{Visit, VisitStatus};
use crate::record::{Coding, Date};

/// Authorisations that run out or are used up and have no successor.
pub(super) fn ending(chart: Chart<'_>, now: Now) -> Vec<Alert> {
    let granted = || {
        let active =
            chart.all::<Coverage>().filter(|(_, coverage)| coverage.status == CoverageStatus::Active);
        let all =
            active.flat_map(|(id, coverage)| coverage.authorisations.values().map(move |each| (id, each)));
        all.filter(|(_, authorisation)| authorisation.status.is_granted())
    };
    let mut found = Vec::new();
    for (record, authorisation) in granted() {
        if granted().any(|(_, other)| succeeds(other, authorisation)) {
            continue;
        }
        let days = last_day(authorisation).map(|day| now.days_until(day));
        let is_long_past = days.is_some_and(|days| days < -EXPIRY_NOTICE_DAYS);
        if is_long_past {
            continue;
        }
        let alert = |severity, kind, what: String| {
            let message = format!("Authorisation {}: {what}", authorisation.number);
            Alert { severity, kind, record, message }
        };
        if let Some((severity, when)) = days.and_then(expiry) {
            found.push(alert(severity, AlertKind::AuthorisationExpiring, when));
        }
        let made = visits_made(chart, authorisation, now);
        if let Some(approved) = authorisation.visits_approved.filter(|approved| made >= *approved) {
            let what = format!("{made} of {approved} visits made");
            found.push(alert(Severity::Warning, AlertKind::AuthorisationUsedUp, what));
        }
    }
    found
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

/// Finished visits in the authorisation's period, of its service where both name one.
fn visits_made(chart: Chart<'_>, authorisation: &Authorisation, now: Now) -> i64 {
    let period = authorisation.period.unwrap_or_default();
    let is_within = |visit: &Visit| {
        let day = visit.check_in.map(|point| now.day_of(point.at));
        day.is_some_and(|day| {
            period.start.is_none_or(|start| start.first_day() <= day)
                && period.end.is_none_or(|end| day <= end.last_day())
        })
    };
    let is_of_service = |visit: &Visit| match (&authorisation.service, &visit.service_type) {
        (Some(authorised), Some(given)) => authorised.code == given.code,
        _ => true,
    };
    let made = chart.all::<Visit>().filter(|(_, visit)| visit.status == VisitStatus::Finished);
    let counted = made.filter(|(_, visit)| is_within(visit) && is_of_service(visit)).count();
    i64::try_from(counted).unwrap_or(i64::MAX)
}
