//! `visit`: a visit as it happened, or why it did not. FHIR R4 `Encounter`.

use super::words::{excerpt, listed, said};
use super::{CheckPoint, Checks, Coding, Keyed, Members, Record, Text, Timestamp};
use crate::ids::{RecordId, StaffId};

codes! {
    /// Where it stands: FHIR R4 `encounter-status`, and `missed`, which FHIR knows as `cancelled`.
    pub enum VisitStatus {
        Planned = "planned": "Planned",
        Arrived = "arrived": "Arrived",
        Triaged = "triaged": "Triaged",
        InProgress = "in-progress": "In progress",
        OnLeave = "onleave": "On leave",
        Finished = "finished": "Finished",
        Cancelled = "cancelled": "Cancelled",
        Missed = "missed": "Missed",
        Unknown = "unknown": "Unknown",
    }
}

codes! {
    /// Where the patient was seen: HL7 v3 `ActEncounterCode`.
    pub enum VisitClass {
        HomeHealth = "HH": "Home health",
        Ambulatory = "AMB": "Ambulatory",
        Emergency = "EMER": "Emergency",
        Field = "FLD": "Field",
        Inpatient = "IMP": "Inpatient",
        Virtual = "VR": "Virtual",
    }
}

codes! {
    /// Why a visit did not take place. Source: Doorstep's own list, after the missed visit reports of US home health.
    pub enum MissedReason {
        NotHome = "not-home": "Patient not at home",
        Refused = "refused": "Patient refused",
        Hospitalised = "hospitalised": "Patient in hospital",
        Weather = "weather": "Weather or roads",
        Unsafe = "unsafe": "Not safe to enter",
        NurseUnavailable = "nurse-unavailable": "Nurse not available",
        Rescheduled = "rescheduled": "Moved to another day",
        Other = "other": "Other",
    }
}

codes! {
    /// As what someone signed. Source: Doorstep's own list.
    pub enum SignatureRole {
        Patient = "patient": "Patient",
        Nurse = "nurse": "Nurse",
        Caregiver = "caregiver": "Caregiver",
        Supervisor = "supervisor": "Supervisor",
    }
}

structure! {
    /// That someone signed the visit.
    pub struct Signature {
        /// As what.
        pub role: SignatureRole,
        /// The name of who signed.
        pub name: String,
        /// When, by the phone's clock.
        pub signed_at: Option<Timestamp>,
        /// The picture of the signature: an `attachment`.
        pub picture: Option<RecordId>,
        /// The version of the record that was signed.
        pub signed_version: String,
        /// Whether the signature was taken back.
        pub withdrawn: bool,
    }
}

structure! {
    /// A visit as it happened, or why it did not.
    pub struct Visit {
        /// The appointment that it keeps.
        pub appointment: Option<RecordId>,
        /// Who visits.
        pub nurse: Option<StaffId>,
        /// Where the patient is seen.
        pub class: VisitClass,
        /// The service given, one of [`SERVICES`](super::coverage::SERVICES) or another coding.
        pub service_type: Option<Coding>,
        /// Where it stands.
        pub status: VisitStatus,
        /// What for: SNOMED CT.
        pub reason: Option<Coding>,
        /// When and where it began.
        pub check_in: Option<CheckPoint>,
        /// When and where it ended.
        pub check_out: Option<CheckPoint>,
        /// What the nurse found and did.
        pub note: Text,
        /// The interventions that were carried out, by their ids in the care plan.
        pub interventions_done: Members,
        /// The way there, in kilometres.
        pub mileage_km: Option<f64>,
        /// Who signed.
        pub signatures: Keyed<Signature>,
        /// The version of the record that the nurse signed last; empty while it is unsigned.
        pub signed_version: String,
        /// Why it did not take place.
        pub missed_reason: Option<MissedReason>,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Visit {
    /// Whether the nurse has signed the visit.
    pub fn is_signed(&self) -> bool {
        let by_nurse = |signature: &Signature| signature.role == SignatureRole::Nurse && !signature.withdrawn;
        !self.signed_version.is_empty() || self.signatures.values().any(by_nurse)
    }
}

impl Record for Visit {
    fn check(&self, checks: &mut Checks) {
        checks.coding("service_type", &self.service_type);
        checks.coding("reason", &self.reason);
        checks.shorts(&[
            ("class", self.class.code()),
            ("status", self.status.code()),
            ("signed_version", &self.signed_version),
            ("missed_reason", self.missed_reason.as_ref().map_or("", MissedReason::code)),
        ]);
        let is_begun = matches!(self.status, VisitStatus::InProgress | VisitStatus::Finished);
        checks.require(!is_begun || self.check_in.is_some(), "check_in", "a visit that has begun needs a check-in");
        let is_open = self.status == VisitStatus::Finished && self.check_out.is_none();
        checks.require(!is_open, "check_out", "a finished visit needs a check-out");
        let is_unexplained = self.status == VisitStatus::Missed && self.missed_reason.is_none();
        checks.require(!is_unexplained, "missed_reason", "a missed visit needs a reason");
        checks.check_point("check_in", self.check_in);
        checks.check_point("check_out", self.check_out);
        checks.in_order("check_out", self.check_in.map(|point| point.at), self.check_out.map(|point| point.at));
        checks.text("note", &self.note);
        checks.members("interventions_done", &self.interventions_done);
        checks.number("mileage_km", self.mileage_km, 0.0, 2_000.0);
        checks.each("signatures", &self.signatures, |checks, signature| {
            checks.required("name", &signature.name);
            checks.require(signature.signed_at.is_some(), "signed_at", "must say when");
            checks.shorts(&[("role", signature.role.code()), ("signed_version", &signature.signed_version)]);
        });
    }

    fn summary(&self) -> String {
        let what = match said(&self.service_type) {
            "" => "Visit",
            service => service,
        };
        let missed = self.missed_reason.as_ref().map(|reason| reason.display().to_lowercase());
        let is_unsigned = self.status == VisitStatus::Finished
            && self.class == VisitClass::HomeHealth
            && !self.is_signed();
        let unsigned = if is_unsigned { "not signed" } else { "" };
        let status = self.status.display().to_lowercase();
        listed([what, &status, &missed.unwrap_or_default(), unsigned, &excerpt(&self.note)])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
