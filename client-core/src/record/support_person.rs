//! `support_person`: a person of the patient's own who helps. FHIR R4 `RelatedPerson`.

use super::patient::Phone;
use super::words::listed;
use super::{Checks, Keyed, Record, Text};

codes! {
    /// What the person is to the patient: HL7 v3 `RoleCode`, its personal relationships.
    pub enum Relationship {
        FamilyMember = "FAMMEMB": "Family member",
        Spouse = "SPS": "Spouse",
        DomesticPartner = "DOMPART": "Domestic partner",
        SignificantOther = "SIGOTHR": "Significant other",
        Parent = "PRN": "Parent",
        Mother = "MTH": "Mother",
        Father = "FTH": "Father",
        Child = "CHILD": "Child",
        Daughter = "DAUC": "Daughter",
        Son = "SONC": "Son",
        Sibling = "SIB": "Sibling",
        Sister = "SIS": "Sister",
        Brother = "BRO": "Brother",
        Grandparent = "GRPRN": "Grandparent",
        Grandchild = "GRNDCHILD": "Grandchild",
        Aunt = "AUNT": "Aunt",
        Uncle = "UNCLE": "Uncle",
        NieceOrNephew = "NIENEPH": "Niece or nephew",
        InLaw = "INLAW": "In-law",
        Friend = "FRND": "Unrelated friend",
        Neighbor = "NBOR": "Neighbor",
        Roommate = "ROOM": "Roommate",
    }
}

codes! {
    /// What part the person takes in the care. Source: Doorstep's own list.
    pub enum CaregiverRole {
        None = "none": "Not a caregiver",
        Primary = "primary": "Primary caregiver",
        Secondary = "secondary": "Secondary caregiver",
        Emergency = "emergency": "In emergencies only",
    }
}

structure! {
    /// A person of the patient's own who helps.
    pub struct SupportPerson {
        /// The name to address the person by.
        pub name: String,
        /// What the person is to the patient.
        pub relationship: Relationship,
        /// Telephone numbers.
        pub phones: Keyed<Phone>,
        /// Whether the person lives with the patient.
        pub lives_with_patient: bool,
        /// What part the person takes in the care.
        pub caregiver_role: CaregiverRole,
        /// When the person can be there, e.g. "weekday evenings".
        pub availability: String,
        /// Whether the patient consents to the person being told about the care.
        pub may_receive_information: bool,
        /// Whether the person helps no more.
        pub no_longer_involved: bool,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for SupportPerson {
    fn check(&self, checks: &mut Checks) {
        checks.required("name", &self.name);
        checks.shorts(&[
            ("relationship", self.relationship.code()),
            ("caregiver_role", self.caregiver_role.code()),
            ("availability", &self.availability),
        ]);
        checks.phones("phones", &self.phones);
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let role = match &self.caregiver_role {
            CaregiverRole::None => String::new(),
            role => role.display().to_lowercase(),
        };
        let lives_with = if self.lives_with_patient { "lives with the patient" } else { "" };
        let told = if self.may_receive_information { "" } else { "may not receive information" };
        let ended = if self.no_longer_involved { "no longer involved" } else { "" };
        listed([&self.name, &self.relationship.display().to_lowercase(), &role, lives_with, told, ended])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
