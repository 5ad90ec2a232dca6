//! What somebody should look at now.

use doorstep_client_core::device::{Alert, AlertKind, Severity};
use doorstep_client_core::ids::{RecordId, ScopeId};

use crate::device::Device;
use crate::error::DoorstepError;

/// How soon somebody should look.
#[uniffi::remote(Enum)]
pub enum Severity {
    /// In good time.
    Notice,
    /// Soon.
    Warning,
    /// Now.
    Urgent,
}

/// What an alert is about.
#[uniffi::remote(Enum)]
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
#[uniffi::remote(Record)]
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

#[uniffi::export]
impl Device {
    /// What somebody should look at in a case now, where clocks are this many seconds ahead of UTC; the most urgent first.
    pub fn alerts(&self, scope: ScopeId, utc_offset_s: i32) -> Result<Vec<Alert>, DoorstepError> {
        self.core(|core| core.alerts(scope, utc_offset_s))
    }

    /// What the nurse should look at across all of her cases: her double bookings, the patients whom she sees without a
    /// licence, her licences and certificates that run out. The most urgent first.
    pub fn own_alerts(&self, utc_offset_s: i32) -> Result<Vec<Alert>, DoorstepError> {
        self.core(|core| core.own_alerts(utc_offset_s))
    }

    /// Licences and certificates of the agency's staff that run out or have run out, the most urgent first.
    pub fn credential_alerts(&self, utc_offset_s: i32) -> Result<Vec<Alert>, DoorstepError> {
        self.core(|core| core.credential_alerts(utc_offset_s))
    }
}
