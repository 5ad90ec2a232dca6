//! Visits that want a signature or did not take place.

use super::alerts::{Alert, AlertKind, Severity};
use super::caseload::next_appointment;
use super::{Chart, Now};
use crate::record::agency::Agency;
use crate::record::appointment::{Appointment, AppointmentStatus};
use crate::record::visit::{Visit, VisitClass, VisitStatus};
use crate::record::words::minute;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Home visits that were finished longer ago than the agency allows and not signed.
pub(super) fn unsigned(chart: Chart<'_>, agency: &Agency, now: Now) -> Vec<Alert> {
    let allowed_ms = agency.visit_rules.sign_within_hours().saturating_mul(HOUR_MS);
    let finished = chart.all::<Visit>().filter(|(_, visit)| {
        visit.status == VisitStatus::Finished && visit.class == VisitClass::HomeHealth && !visit.is_signed()
    });
    let late = finished.filter_map(|(id, visit)| {
        let ended = visit.check_out?.at;
        (now.ms_since(ended) > allowed_ms).then(|| Alert {
            severity: Severity::Warning,
            kind: AlertKind::UnsignedVisit,
            record: id,
            message: format!("Visit of {} is not signed", minute(ended)),
        })
    });
    late.collect()
}

/// Missed visits while nothing is booked, and appointments at which nobody checked in.
pub(super) fn missed(chart: Chart<'_>, agency: &Agency, now: Now) -> Vec<Alert> {
    let mut found = Vec::new();
    if next_appointment(chart, None, now).is_none() {
        let missed = chart.all::<Visit>().filter(|(_, visit)| visit.status == VisitStatus::Missed);
        let latest = missed.max_by_key(|(id, _)| *id);
        found.extend(latest.map(|(id, visit)| {
            let why = visit.missed_reason.as_ref().map_or("no reason given", |reason| reason.display());
            let message = format!("Visit missed, {}, and no appointment booked", why.to_lowercase());
            Alert { severity: Severity::Warning, kind: AlertKind::MissedVisit, record: id, message }
        }));
    }
    let allowed_ms = agency.visit_rules.missed_after_minutes().saturating_mul(MINUTE_MS);
    for (id, appointment) in chart.all::<Appointment>() {
        let Some(start) = appointment.start else { continue };
        let is_kept = || chart.all::<Visit>().any(|(_, visit)| visit.appointment == Some(id));
        if appointment.status == AppointmentStatus::Booked && now.ms_since(start) > allowed_ms && !is_kept() {
            let message = format!("Nobody checked in at the appointment of {}", minute(start));
            found.push(Alert {
                severity: Severity::Urgent,
                kind: AlertKind::MissedVisit,
                record: id,
                message,
            });
        }
    }
    found
}
