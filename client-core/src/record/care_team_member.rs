//! `care_team_member`: a provider or insurer's contact. FHIR R4 `CareTeam` and `Practitioner`.

use super::patient::Phone;
use super::words::listed;
use super::{Checks, Keyed, Record, Text};

codes! {
    /// Whether the member takes part in the care: FHIR R4 `care-team-status`.
    pub enum CareTeamStatus {
        Active = "active": "Active",
        Proposed = "proposed": "Proposed",
        Suspended = "suspended": "Suspended",
        Inactive = "inactive": "Inactive",
    }
}

structure! {
    /// A provider or insurer's contact who takes part in the patient's care.
    pub struct CareTeamMember {
        /// The name to address the member by.
        pub name: String,
        /// The practice, hospital, pharmacy or insurer.
        pub organisation: String,
        /// What the member does in the care, e.g. "Primary care physician".
        pub role: String,
        /// Telephone numbers.
        pub phones: Keyed<Phone>,
        /// Fax number.
        pub fax: String,
        /// E-mail address.
        pub email: String,
        /// National Provider Identifier (United States), up to 10 digits.
        pub npi: String,
        /// Whether the member takes part in the care.
        pub status: CareTeamStatus,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for CareTeamMember {
    fn check(&self, checks: &mut Checks) {
        let is_named = !(self.name.trim().is_empty() && self.organisation.trim().is_empty());
        checks.require(is_named, "name", "needs a name or an organisation");
        checks.shorts(&[
            ("name", &self.name),
            ("organisation", &self.organisation),
            ("role", &self.role),
            ("fax", &self.fax),
            ("email", &self.email),
            ("status", self.status.code()),
        ]);
        checks.phones("phones", &self.phones);
        let is_npi = self.npi.len() <= 10 && self.npi.bytes().all(|byte| byte.is_ascii_digit());
        checks.require(is_npi, "npi", "must have at most 10 digits and nothing else");
        let is_email = self.email.is_empty() || self.email.contains('@');
        checks.require(is_email, "email", "must be an e-mail address");
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let status = match &self.status {
            CareTeamStatus::Active => String::new(),
            status => status.display().to_lowercase(),
        };
        listed([&self.name, &self.role, &self.organisation, &status])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
