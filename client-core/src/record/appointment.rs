//! `appointment`: a visit that is agreed on. FHIR R4 `Appointment`.

use super::words::{listed, minute, said};
use super::{Checks, Coding, Record, Text, Timestamp};
use crate::ids::StaffId;

codes! {
    /// Where it stands: FHIR R4 `appointmentstatus`.
    pub enum AppointmentStatus {
        Booked = "booked": "Booked",
        Proposed = "proposed": "Proposed",
        Pending = "pending": "Pending",
        Arrived = "arrived": "Arrived",
        Fulfilled = "fulfilled": "Fulfilled",
        Cancelled = "cancelled": "Cancelled",
        NoShow = "noshow": "No show",
        CheckedIn = "checked-in": "Checked in",
        Waitlist = "waitlist": "Waitlisted",
    }
}

impl AppointmentStatus {
    /// Whether the visit is still to come.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Booked | Self::Proposed | Self::Pending)
    }
}

codes! {
    /// What sort of appointment: HL7 v2 table 0276, as FHIR R4 uses it.
    pub enum AppointmentType {
        Routine = "ROUTINE": "Routine appointment",
        FollowUp = "FOLLOWUP": "Follow-up",
        CheckUp = "CHECKUP": "Check-up",
        WalkIn = "WALKIN": "Unscheduled",
        Emergency = "EMERGENCY": "Emergency",
    }
}

structure! {
    /// A visit that is agreed on.
    pub struct Appointment {
        /// When it is to begin.
        pub start: Option<Timestamp>,
        /// When it is to end.
        pub end: Option<Timestamp>,
        /// Who is to visit.
        pub nurse: Option<StaffId>,
        /// What sort of appointment.
        pub appointment_type: AppointmentType,
        /// The service to be given, one of [`SERVICES`](super::coverage::SERVICES) or another coding.
        pub service_type: Option<Coding>,
        /// Where it stands.
        pub status: AppointmentStatus,
        /// Why it was cancelled.
        pub cancellation_reason: String,
        /// Where, when it is not the patient's home.
        pub place: String,
        /// What for.
        pub reason: String,
        /// What the nurse or the patient is to prepare.
        pub instructions: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Appointment {
    fn check(&self, checks: &mut Checks) {
        checks.require(self.start.is_some(), "start", "must say when");
        checks.in_order("end", self.start, self.end);
        checks.coding("service_type", &self.service_type);
        checks.shorts(&[
            ("appointment_type", self.appointment_type.code()),
            ("status", self.status.code()),
            ("cancellation_reason", &self.cancellation_reason),
            ("place", &self.place),
            ("reason", &self.reason),
        ]);
        checks.text("instructions", &self.instructions);
    }

    fn summary(&self) -> String {
        let start = self.start.map(minute).unwrap_or_default();
        let what = match said(&self.service_type) {
            "" => self.appointment_type.display(),
            service => service,
        };
        let status = self.status.display().to_lowercase();
        listed([&start, what, &self.reason, &self.place, &status])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
