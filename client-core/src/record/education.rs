//! `education`: what the patient or the family was taught. FHIR R4 `Procedure` of category education.

use super::words::listed;
use super::{Checks, Record, Text, Timestamp};
use crate::ids::{RecordId, StaffId};

codes! {
    /// Who was taught. Source: Doorstep's own list.
    pub enum Audience {
        Patient = "patient": "Patient",
        Caregiver = "caregiver": "Caregiver",
        Family = "family": "Family",
        PatientAndCaregiver = "patient-and-caregiver": "Patient and caregiver",
    }
}

codes! {
    /// How it was taught. Source: Doorstep's own list.
    pub enum TeachingMethod {
        Explanation = "explanation": "Explanation",
        Demonstration = "demonstration": "Demonstration",
        Written = "written": "Written material",
        Video = "video": "Video",
        Practice = "practice": "Supervised practice",
    }
}

codes! {
    /// What the learner could say or show again. Source: AHRQ, *Use the Teach-Back Method* (Health Literacy
    /// Universal Precautions Toolkit, tool 5), in words.
    pub enum TeachBack {
        NotDone = "not-done": "Teach-back not done",
        Independent = "independent": "Teaches back without help",
        WithPrompting = "with-prompting": "Teaches back with prompting",
        NeedsReinforcement = "needs-reinforcement": "Needs reinforcement",
        Unable = "unable": "Unable to teach back",
        Declined = "declined": "Declined",
    }
}

structure! {
    /// What the patient or the family was taught.
    pub struct Education {
        /// What about.
        pub topic: String,
        /// Who was taught.
        pub audience: Audience,
        /// How it was taught.
        pub method: TeachingMethod,
        /// What was left behind or shown.
        pub materials: String,
        /// What the learner could say or show again.
        pub teach_back: TeachBack,
        /// When.
        pub performed_at: Option<Timestamp>,
        /// Who taught.
        pub performer: Option<StaffId>,
        /// The visit that it was part of.
        pub visit: Option<RecordId>,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Education {
    fn check(&self, checks: &mut Checks) {
        checks.required("topic", &self.topic);
        checks.require(self.performed_at.is_some(), "performed_at", "must say when");
        checks.shorts(&[
            ("audience", self.audience.code()),
            ("method", self.method.code()),
            ("materials", &self.materials),
            ("teach_back", self.teach_back.code()),
        ]);
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let audience = format!("taught to {}", self.audience.display().to_lowercase());
        listed([&self.topic, &audience, &self.teach_back.display().to_lowercase()])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
