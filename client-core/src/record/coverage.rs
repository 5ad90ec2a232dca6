//! `coverage`: an insurance of the patient and what it has authorised. FHIR R4 `Coverage`.

use super::words::listed;
use super::{Checks, Coding, Keyed, Period, Record, Text};

codes! {
    /// Whether the insurance is in force: FHIR R4 `fm-status`.
    pub enum CoverageStatus {
        Active = "active": "Active",
        Cancelled = "cancelled": "Cancelled",
        Draft = "draft": "Draft",
    }
}

codes! {
    /// What the insurer answered. Source: the outcomes of a prior authorisation, X12 278 HCR01, in words.
    pub enum AuthorisationStatus {
        Requested = "requested": "Requested",
        Approved = "approved": "Approved",
        Modified = "modified": "Approved with changes",
        Denied = "denied": "Denied",
        Cancelled = "cancelled": "Cancelled",
    }
}

impl AuthorisationStatus {
    /// Whether visits may be made on it.
    pub fn is_granted(&self) -> bool {
        matches!(self, Self::Approved | Self::Modified)
    }
}

/// The services that home health agencies bill most: HCPCS Level II, Centers for Medicare & Medicaid Services.
pub const SERVICES: &[(&str, &str)] = &[
    ("G0299", "Skilled nursing by an RN"),
    ("G0300", "Skilled nursing by an LPN"),
    ("G0162", "Management and evaluation of the care plan by an RN"),
    ("G0493", "Observation and assessment by an RN"),
    ("G0495", "Training and education by an RN"),
];

structure! {
    /// So many visits of a service in a period, as the insurer allows them.
    pub struct Authorisation {
        /// The insurer's number.
        pub number: String,
        /// What is authorised: one of [`SERVICES`], or another coding. None: any visit.
        pub service: Option<Coding>,
        /// How many visits.
        pub visits_approved: Option<i64>,
        /// From when to when.
        pub period: Option<Period>,
        /// What the insurer answered.
        pub status: AuthorisationStatus,
    }
}

structure! {
    /// An insurance of the patient and what it has authorised.
    pub struct Coverage {
        /// The insurer.
        pub payer: String,
        /// The plan.
        pub plan: String,
        /// The number by which the insurer knows the patient.
        pub member_id: String,
        /// From when to when the insurance is in force.
        pub period: Option<Period>,
        /// Whether the insurance is in force.
        pub status: CoverageStatus,
        /// What the insurer has been asked to allow.
        pub authorisations: Keyed<Authorisation>,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Coverage {
    fn check(&self, checks: &mut Checks) {
        checks.required("payer", &self.payer);
        checks.shorts(&[
            ("plan", &self.plan),
            ("member_id", &self.member_id),
            ("status", self.status.code()),
        ]);
        checks.period("period", self.period);
        checks.each("authorisations", &self.authorisations, |checks, authorisation| {
            if authorisation.status.is_granted() {
                checks.required("number", &authorisation.number);
            }
            checks.shorts(&[("number", &authorisation.number), ("status", authorisation.status.code())]);
            checks.coding("service", &authorisation.service);
            checks.whole("visits_approved", authorisation.visits_approved, 0, 10_000);
            checks.period("period", authorisation.period);
        });
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let member = match self.member_id.as_str() {
            "" => String::new(),
            id => format!("member {id}"),
        };
        let granted = self.authorisations.values().filter(|each| each.status.is_granted()).count();
        let granted = match granted {
            0 => String::new(),
            1 => "1 authorisation".to_owned(),
            many => format!("{many} authorisations"),
        };
        let status = match &self.status {
            CoverageStatus::Active => String::new(),
            status => status.display().to_lowercase(),
        };
        listed([&self.payer, &self.plan, &member, &granted, &status])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
