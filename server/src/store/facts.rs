//! What the review of a whole agency looks at: of each record the few fields that matter, without the records.

use doorstep_client_core::care::Now;
use doorstep_client_core::care::bookings::Booking;
use doorstep_client_core::care::licences::Seeing;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::coverage::Coverage;
use doorstep_client_core::record::{Kind, Timestamp};

use super::{Outcomes, Planned, StoreError};

/// An appointment that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenAppointment {
    /// That its nurse is to see its patient.
    pub seeing: Seeing,
    /// When she is booked for it; none where it is not booked yet.
    pub booking: Option<Booking>,
    /// When its last change arrived.
    pub changed_at: Timestamp,
}

/// A visit that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BegunVisit {
    /// That its nurse saw its patient.
    pub seeing: Seeing,
    /// When its last change arrived.
    pub changed_at: Timestamp,
}

/// A patient's insurance with its authorisations; of its other fields there is only its status.
#[derive(Debug, Clone, PartialEq)]
pub struct Insurance {
    /// The `coverage`.
    pub record: RecordId,
    /// Its case.
    pub scope: ScopeId,
    /// When its last change arrived.
    pub changed_at: Timestamp,
    /// What it says.
    pub coverage: Coverage,
}

/// A visit that was finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedVisit {
    /// When it began.
    pub at: Timestamp,
    /// The code of the service that was given, where it is known.
    pub service: Option<String>,
}

/// That a record is in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InConflict {
    /// The record.
    pub record: RecordId,
    /// Its case.
    pub scope: ScopeId,
    /// Its kind.
    pub kind: Kind,
    /// When its last change arrived.
    pub changed_at: Timestamp,
    /// How many of its fields hold several different values.
    pub fields: u32,
}

/// What a snapshot can be asked about a whole agency. Nothing here was entered in error.
pub trait Facts {
    /// The open appointments that begin from one time until before another and name a nurse.
    fn open_appointments(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<OpenAppointment>, StoreError>;

    /// The visits that were begun since then and name a nurse.
    fn begun_visits(&self, since: Timestamp) -> Result<Vec<BegunVisit>, StoreError>;

    /// The visits of a case that were finished and begun since then.
    fn finished_visits(&self, scope: ScopeId, since: Timestamp) -> Result<Vec<FinishedVisit>, StoreError>;

    /// The state in which each case's patient lives, as it was written; without those that say none.
    fn patient_states(&self) -> Result<Vec<(ScopeId, String)>, StoreError>;

    /// Every insurance with authorisations, by case.
    fn insurances(&self) -> Result<Vec<Insurance>, StoreError>;

    /// Every appointment and visit that begins from one time until before another, whatever became of it, with the
    /// visits that keep one of these appointments: of one nurse, or of all. Appointments first, each by time.
    fn day_plan(
        &self,
        from: Timestamp,
        until: Timestamp,
        nurse: Option<StaffId>,
    ) -> Result<Vec<Planned>, StoreError>;

    /// What the care comes to from one time until before another. Costs what there is of goals and what the period holds:
    /// more than a page should wait for at each look.
    fn outcomes(&self, from: Timestamp, until: Timestamp, now: Now) -> Result<Outcomes, StoreError>;

    /// The open cases in which no appointment is open from this time on, with their titles, in the order of those: of one
    /// nurse, or of all; past the case `after`, at most `rows_max`.
    fn unbooked_cases(
        &self,
        from: Timestamp,
        nurse: Option<StaffId>,
        after: Option<ScopeId>,
        rows_max: usize,
    ) -> Result<Vec<(ScopeId, String)>, StoreError>;

    /// The records in which several people set the same field to different values, the oldest change first.
    fn conflicts(&self) -> Result<Vec<InConflict>, StoreError>;
}
