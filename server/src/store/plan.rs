//! The plan of an agency's days.

use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::appointment::{AppointmentStatus, AppointmentType};
use doorstep_client_core::record::visit::{MissedReason, VisitStatus};
use doorstep_client_core::record::{Coding, Timestamp};

/// An appointment or a visit in the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The record.
    pub record: RecordId,
    /// Its case.
    pub scope: ScopeId,
    /// The nurse, where one is named.
    pub nurse: Option<StaffId>,
    /// When it begins: the start of an appointment, the check-in of a visit. None for a visit that was not begun, which is
    /// in the plan for the sake of its appointment.
    pub at: Option<Timestamp>,
    /// When it ends: the end of an appointment, the check-out of a visit.
    pub end: Option<Timestamp>,
    /// The service.
    pub service_type: Option<Coding>,
    /// How many of its fields hold several different values.
    pub conflicts: u32,
    /// Which of the two it is, and how it stands.
    pub standing: PlanStanding,
}

/// How an appointment or a visit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanStanding {
    /// It is an appointment.
    Appointment {
        /// Whether it is booked, kept, cancelled.
        status: AppointmentStatus,
        /// What sort of appointment.
        appointment_type: AppointmentType,
    },
    /// It is a visit.
    Visit {
        /// Whether it is planned, under way, finished, missed.
        status: VisitStatus,
        /// The appointment that it keeps.
        appointment: Option<RecordId>,
        /// Why it was missed.
        missed_reason: Option<MissedReason>,
    },
}
