//! `medication`: what the patient takes, took or is to take. FHIR R4 `MedicationStatement`.

use super::words::{listed, said};
use super::{Checks, Coding, Date, Record, Text, Timestamp};
use crate::ids::{RecordId, StaffId};

codes! {
    /// Whether the patient takes it: FHIR R4 `medication-statement-status`.
    pub enum MedicationStatus {
        Active = "active": "Active",
        Completed = "completed": "Completed",
        Intended = "intended": "Intended",
        Stopped = "stopped": "Stopped",
        OnHold = "on-hold": "On hold",
        NotTaken = "not-taken": "Not taken",
        Unknown = "unknown": "Unknown",
    }
}

/// The usual routes: SNOMED CT, from the value set that FHIR R4 names `route-codes`.
pub const ROUTES: &[(&str, &str)] = &[
    ("26643006", "Oral route"),
    ("37839007", "Sublingual route"),
    ("34206005", "Subcutaneous route"),
    ("78421000", "Intramuscular route"),
    ("47625008", "Intravenous route"),
    ("6064005", "Topical route"),
    ("45890007", "Transdermal route"),
    ("447694001", "Respiratory tract route"),
    ("46713006", "Nasal route"),
    ("54485002", "Ophthalmic route"),
    ("10547007", "Otic route"),
    ("37161004", "Rectal route"),
];

structure! {
    /// A medication that the patient takes, took or is to take.
    pub struct Medication {
        /// What it is: RxNorm.
        pub code: Option<Coding>,
        /// How much at a time, e.g. "500 mg".
        pub dose: String,
        /// How it is taken: one of [`ROUTES`], or another code of SNOMED CT.
        pub route: Option<Coding>,
        /// How often, e.g. "twice daily with meals".
        pub frequency: String,
        /// Whether it is taken only when needed.
        pub as_needed: bool,
        /// Whether the patient takes it.
        pub status: MedicationStatus,
        /// The first day.
        pub start: Option<Date>,
        /// The last day.
        pub stop: Option<Date>,
        /// Who prescribed it: a `care_team_member`.
        pub prescriber: Option<RecordId>,
        /// What it is for: a `condition`.
        pub reason: Option<RecordId>,
        /// What it is for, in words.
        pub reason_text: String,
        /// Who last compared it with what the patient takes.
        pub last_reconciled_by: Option<StaffId>,
        /// When it was last compared with what the patient takes.
        pub last_reconciled_at: Option<Timestamp>,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Medication {
    fn check(&self, checks: &mut Checks) {
        checks.coded("code", &self.code);
        checks.coding("route", &self.route);
        checks.shorts(&[
            ("dose", &self.dose),
            ("frequency", &self.frequency),
            ("reason_text", &self.reason_text),
            ("status", self.status.code()),
        ]);
        checks.dates("stop", self.start, self.stop);
        checks.require(
            self.last_reconciled_by.is_none() || self.last_reconciled_at.is_some(),
            "last_reconciled_at",
            "must be given with who reconciled it",
        );
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let as_needed = if self.as_needed { "as needed" } else { "" };
        let status = match &self.status {
            MedicationStatus::Active => String::new(),
            status => status.display().to_lowercase(),
        };
        listed([said(&self.code), &self.dose, said(&self.route), &self.frequency, as_needed, &status])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
