//! `staff`: a member of the agency's staff. FHIR R4 `Practitioner`.

use super::patient::Phone;
use super::words::listed;
use super::{Checks, Date, Keyed, Members, Record};

codes! {
    /// What the person does at the agency. Source: Doorstep's own list.
    pub enum StaffRole {
        Nurse = "nurse": "Nurse",
        Office = "office": "Office",
        Admin = "admin": "Administrator",
    }
}

codes! {
    /// What a credential is of: HL7 v2 table 0360 where it has the degree or licence, else the issuer's own
    /// abbreviation (ACM: American Case Management Association; CMGT-BC: American Nurses Credentialing Center;
    /// CCM: Commission for Case Manager Certification; BLS: American Heart Association).
    pub enum CredentialType {
        RegisteredNurse = "RN": "Registered nurse",
        PracticalNurse = "LPN": "Licensed practical nurse",
        NursePractitioner = "NP": "Nurse practitioner",
        AccreditedCaseManager = "ACM": "Accredited case manager",
        NursingCaseManager = "CMGT-BC": "Board-certified nursing case manager",
        CertifiedCaseManager = "CCM": "Certified case manager",
        BasicLifeSupport = "BLS": "Basic life support",
    }
}

structure! {
    /// A licence or a certificate.
    pub struct Credential {
        /// What it is of.
        pub credential_type: CredentialType,
        /// The state that a licence is valid in, e.g. `MA`; empty for certificates.
        pub state: String,
        /// The issuer's number.
        pub number: String,
        /// When it was issued.
        pub issued: Option<Date>,
        /// The last day on which it is valid.
        pub expires: Option<Date>,
        /// Whether it was revoked, given up or replaced.
        pub ended: bool,
    }
}

structure! {
    /// A member of the agency's staff.
    pub struct Staff {
        /// The name to address the person by.
        pub name: String,
        /// What the person does at the agency.
        pub role: StaffRole,
        /// Licences and certificates.
        pub credentials: Keyed<Credential>,
        /// Telephone numbers.
        pub phones: Keyed<Phone>,
        /// Languages that the person speaks with patients: BCP 47 tags, e.g. `es`.
        pub languages: Members,
        /// The areas that the person visits: postal codes, towns or the agency's own names.
        pub areas: Members,
        /// Whether the person has left the agency.
        pub has_left: bool,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Staff {
    fn check(&self, checks: &mut Checks) {
        checks.required("name", &self.name);
        checks.short("role", self.role.code());
        checks.each("credentials", &self.credentials, |checks, credential| {
            checks.required("number", &credential.number);
            checks.shorts(&[("credential_type", credential.credential_type.code()), ("state", &credential.state)]);
            checks.dates("expires", credential.issued, credential.expires);
        });
        checks.phones("phones", &self.phones);
        checks.members("languages", &self.languages);
        checks.members("areas", &self.areas);
    }

    fn summary(&self) -> String {
        let credentials: Vec<_> = self
            .credentials
            .values()
            .filter(|credential| !credential.ended)
            .map(|credential| credential.credential_type.code())
            .collect();
        let left = if self.has_left { "has left" } else { "" };
        listed([&self.name, &credentials.join(" "), &self.role.display().to_lowercase(), left])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
