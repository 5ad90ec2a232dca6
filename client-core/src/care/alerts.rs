//! What somebody should look at now.

use super::{Chart, Now, allergies, authorisations, credentials, visits, vitals};
use crate::ids::RecordId;
use crate::record::agency::Agency;
use crate::record::staff::Staff;
use crate::record::task::{Priority, Task};

/// Days before a licence, certificate or authorisation runs out when it is said.
pub const EXPIRY_NOTICE_DAYS: i32 = 60;
/// Days for which a measurement out of bounds is said, unless it was measured again.
pub const MEASUREMENT_NOTICE_DAYS: i32 = 30;

/// How soon somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// In good time.
    Notice,
    /// Soon.
    Warning,
    /// Now.
    Urgent,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// The latest measurement lies outside the agency's bounds, or the usual ones where it sets none.
    MeasurementOutOfBounds,
    /// The patient takes a medication that bears the name of something the patient reacts to.
    AllergyToMedication,
    /// A task was due and is not done.
    OverdueTask,
    /// An authorisation runs out, or has run out.
    AuthorisationExpiring,
    /// Every visit of an authorisation has been made.
    AuthorisationUsedUp,
    /// A visit was finished and not signed.
    UnsignedVisit,
    /// A visit was missed and nothing is booked, or nobody checked in at an appointment.
    MissedVisit,
    /// A licence or certificate runs out, or has run out.
    CredentialExpiring,
    /// Two appointments of a nurse are at the same time.
    DoubleBooking,
    /// A nurse sees a patient in whose state she has no licence.
    UnlicensedVisit,
}

/// Something that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Alert {
    /// How soon.
    pub severity: Severity,
    /// What it is about.
    pub kind: AlertKind,
    /// The record that it comes from.
    pub record: RecordId,
    /// One line for the nurse. It holds patient data: never log it.
    pub message: String,
}

/// What somebody should look at in a case, the most urgent first.
pub fn alerts(chart: Chart<'_>, agency: &Agency, now: Now) -> Vec<Alert> {
    let mut found = Vec::new();
    found.extend(vitals::out_of_bounds(chart, agency, now));
    found.extend(allergies::to_medications(chart));
    found.extend(overdue_tasks(chart, now));
    found.extend(authorisations::alerts(chart, now));
    found.extend(visits::unsigned(chart, agency, now));
    found.extend(visits::missed(chart, agency, now));
    sorted(found)
}

/// Licences and certificates of the agency's staff that run out or have run out, the most urgent first.
pub fn credential_alerts(directory: Chart<'_>, now: Now) -> Vec<Alert> {
    let mut found = Vec::new();
    for (record, staff) in directory.all::<Staff>() {
        found.extend(credentials::expiring(staff, now).into_iter().map(|expiring| Alert {
            severity: expiring.severity,
            kind: AlertKind::CredentialExpiring,
            record,
            message: format!("{} {}: {}", staff.name, expiring.what(), expiring.when),
        }));
    }
    sorted(found)
}

/// How soon, and in which words, to say that something is valid for so many more days.
pub(super) fn expiry(days: i32) -> Option<(Severity, String)> {
    match days {
        ..0 => Some((Severity::Urgent, format!("ran out {} ago", counted(-days)))),
        0 => Some((Severity::Urgent, "runs out today".to_owned())),
        1..=EXPIRY_NOTICE_DAYS => Some((Severity::Notice, format!("runs out in {}", counted(days)))),
        _ => None,
    }
}

fn counted(days: i32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn overdue_tasks(chart: Chart<'_>, now: Now) -> impl Iterator<Item = Alert> {
    let open = chart.all::<Task>().filter(|(_, task)| task.status.is_open());
    open.filter_map(move |(id, task)| {
        let days = -now.days_until(task.due?.last_day());
        let severity = if task.priority == Priority::Routine { Severity::Warning } else { Severity::Urgent };
        (days > 0).then(|| Alert {
            severity,
            kind: AlertKind::OverdueTask,
            record: id,
            message: format!("{}: {} overdue", task.title, counted(days)),
        })
    })
}

pub(super) fn sorted(mut alerts: Vec<Alert>) -> Vec<Alert> {
    alerts.sort_by(|a, b| (b.severity, a.kind, a.record).cmp(&(a.severity, b.kind, b.record)));
    alerts
}
