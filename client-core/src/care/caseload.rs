//! The order in which a nurse meets her cases.

use super::{Chart, Now};
use crate::ids::{RecordId, ScopeId, StaffId};
use crate::record::Timestamp;
use crate::record::appointment::Appointment;
use crate::record::patient::Patient;

/// A case in a caseload.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Case {
    /// The case.
    pub scope: ScopeId,
    /// The patient's name; empty while the case has no patient record.
    pub patient_name: String,
    /// When the next appointment begins, and which it is.
    pub next_appointment: Option<(Timestamp, RecordId)>,
}

impl Case {
    /// The case as its chart tells it; appointments count for this nurse, or for every nurse.
    pub fn of(scope: ScopeId, chart: Chart<'_>, nurse: Option<StaffId>, now: Now) -> Self {
        let patient = chart.all::<Patient>().next();
        let patient_name = patient.map(|(_, patient)| patient.full_name()).unwrap_or_default();
        Self { scope, patient_name, next_appointment: next_appointment(chart, nurse, now) }
    }
}

/// The next appointment that is open and not over, of this nurse or of any: when it begins, and which it is.
pub fn next_appointment(chart: Chart<'_>, nurse: Option<StaffId>, now: Now) -> Option<(Timestamp, RecordId)> {
    let open = chart.all::<Appointment>().filter(|(_, appointment)| {
        let is_hers = nurse.is_none() || appointment.nurse == nurse;
        let over_at = appointment.end.or(appointment.start);
        is_hers && appointment.status.is_open() && over_at.is_some_and(|over_at| over_at >= now.at())
    });
    open.filter_map(|(id, appointment)| Some((appointment.start?, id))).min()
}

/// Puts cases in the order of their next appointments; those without one follow by the patient's name.
pub fn order(cases: &mut [Case]) {
    cases.sort_by(|a, b| {
        let key = |case: &Case| (case.next_appointment.is_none(), case.next_appointment);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.patient_name.cmp(&b.patient_name))
            .then_with(|| a.scope.cmp(&b.scope))
    });
}
