//! `communication`: a call, letter or talk about the patient. FHIR R4 `Communication`.

use super::words::{excerpt, listed};
use super::{Checks, Record, Text, Timestamp};
use crate::ids::{RecordId, StaffId};

codes! {
    /// Who spoke first. Source: Doorstep's own list; FHIR tells it by sender and recipient.
    pub enum Direction {
        Outgoing = "outgoing": "Outgoing",
        Incoming = "incoming": "Incoming",
    }
}

codes! {
    /// How it was said: HL7 v3 `ParticipationMode`.
    pub enum Medium {
        Phone = "PHONE": "Telephone",
        FaceToFace = "FACE": "Face-to-face",
        Video = "VIDEOCONF": "Videoconferencing",
        Email = "EMAILWRIT": "E-mail",
        Fax = "FAXWRIT": "Fax",
        Mail = "MAILWRIT": "Mail",
        Written = "TYPEWRIT": "Typewritten",
        Handwritten = "HANDWRIT": "Handwritten",
        Electronic = "ELECTRONIC": "Electronic data",
    }
}

structure! {
    /// A call, letter or talk about the patient.
    pub struct Communication {
        /// Who spoke first.
        pub direction: Direction,
        /// How it was said.
        pub medium: Medium,
        /// With whom: a `care_team_member`, `support_person`, `patient` or `staff`.
        pub with_whom: Option<RecordId>,
        /// With whom, in words, where there is no record or none is needed.
        pub with_name: String,
        /// When it took place.
        pub happened_at: Option<Timestamp>,
        /// Who of the agency took part.
        pub staff: Option<StaffId>,
        /// What it was about.
        pub topic: String,
        /// What was said.
        pub summary: Text,
        /// What came of it, e.g. "Order received", "Left a message".
        pub outcome: String,
        /// The `task` that follows it up.
        pub follow_up: Option<RecordId>,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Communication {
    fn check(&self, checks: &mut Checks) {
        checks.required("topic", &self.topic);
        let is_with_someone = self.with_whom.is_some() || !self.with_name.trim().is_empty();
        checks.require(is_with_someone, "with_name", "must say with whom");
        checks.require(self.happened_at.is_some(), "happened_at", "must say when");
        checks.shorts(&[
            ("direction", self.direction.code()),
            ("medium", self.medium.code()),
            ("with_name", &self.with_name),
            ("outcome", &self.outcome),
        ]);
        checks.text("summary", &self.summary);
    }

    fn summary(&self) -> String {
        let how = format!("{} {}", self.direction.display(), self.medium.display().to_lowercase());
        let with = match self.with_name.as_str() {
            "" => String::new(),
            name => format!("with {name}"),
        };
        let said = if self.outcome.is_empty() { excerpt(&self.summary) } else { self.outcome.clone() };
        listed([&how, &with, &self.topic, &said])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
