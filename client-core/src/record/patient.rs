//! `patient`: whom the nurse visits. FHIR R4 `Patient`.

use super::{Checks, Coding, Date, Keyed, Record};

codes! {
    /// Administrative sex: FHIR R4 `administrative-gender`.
    pub enum Sex {
        Unknown = "unknown": "Unknown",
        Female = "female": "Female",
        Male = "male": "Male",
        Other = "other": "Other",
    }
}

codes! {
    /// What a telephone number is for: FHIR R4 `contact-point-use`.
    pub enum PhoneUse {
        Home = "home": "Home",
        Work = "work": "Work",
        Mobile = "mobile": "Mobile",
        Old = "old": "No longer in use",
    }
}

structure! {
    /// A telephone number.
    pub struct Phone {
        /// The number as it is dialled.
        pub number: String,
        /// What it is for; [`PhoneUse::Old`] ends it.
        pub purpose: PhoneUse,
        /// Whose it is or when to call, e.g. "daughter, evenings".
        pub note: String,
    }
}

structure! {
    /// Where the patient lives and how to get in.
    pub struct Address {
        /// Street, number, flat.
        pub line: String,
        /// City.
        pub city: String,
        /// State or province, e.g. `MA`.
        pub state: String,
        /// Postal code.
        pub postal_code: String,
        /// Country, e.g. `US`.
        pub country: String,
        /// Door code, key safe.
        pub door_code: String,
        /// Whether there is a dog, and of what temper.
        pub dog: String,
        /// Where to park.
        pub parking: String,
    }
}

structure! {
    /// A number by which another organisation knows the patient.
    pub struct Identifier {
        /// The issuing system's URI.
        pub system: String,
        /// The number.
        pub value: String,
        /// What sort of number, e.g. "Medical record number".
        pub label: String,
    }
}

structure! {
    /// Whom the nurse visits.
    pub struct Patient {
        /// Given names, space-separated.
        pub given: String,
        /// Family name.
        pub family: String,
        /// What the patient likes to be called.
        pub preferred: String,
        /// Date of birth, as precise as it is known.
        pub birth_date: Option<Date>,
        /// Administrative sex.
        pub sex: Sex,
        /// Telephone numbers.
        pub phones: Keyed<Phone>,
        /// Where the patient lives and how to get in.
        pub address: Address,
        /// Spoken language: BCP 47.
        pub language: Option<Coding>,
        /// Whether an interpreter is needed.
        pub needs_interpreter: bool,
        /// Numbers by which others know the patient.
        pub identifiers: Keyed<Identifier>,
        /// Date of death.
        pub deceased: Option<Date>,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Patient {
    /// The name to address the patient by: preferred or given, then family.
    pub fn full_name(&self) -> String {
        let first = if self.preferred.is_empty() { &self.given } else { &self.preferred };
        [first.as_str(), self.family.as_str()].join(" ").trim().to_owned()
    }
}

impl Record for Patient {
    fn check(&self, checks: &mut Checks) {
        checks.require(!self.full_name().is_empty(), "family", "a patient needs a name");
        for (field, value) in [
            ("given", &self.given),
            ("family", &self.family),
            ("preferred", &self.preferred),
            ("address.line", &self.address.line),
            ("address.city", &self.address.city),
            ("address.state", &self.address.state),
            ("address.postal_code", &self.address.postal_code),
            ("address.country", &self.address.country),
            ("address.door_code", &self.address.door_code),
            ("address.dog", &self.address.dog),
            ("address.parking", &self.address.parking),
        ] {
            checks.short(field, value);
        }
        checks.shorts(&[("sex", self.sex.code())]);
        checks.phones("phones", &self.phones);
        checks.coding("language", &self.language);
        checks.each("identifiers", &self.identifiers, |checks, identifier| {
            checks.required("value", &identifier.value);
            checks.shorts(&[("system", &identifier.system), ("label", &identifier.label)]);
        });
        checks.dates("deceased", self.birth_date, self.deceased);
    }

    fn summary(&self) -> String {
        let born = self.birth_date.map(|date| format!(", born {date}")).unwrap_or_default();
        format!("{}{born}, {}", self.full_name(), self.sex.display().to_lowercase())
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
