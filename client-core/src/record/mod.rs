//! Records: one typed struct per kind, with its checks and its summary line.
//!
//! Adding a kind touches one new file and one line of the macro `kinds!`. Three sorts of field: a *register* holds one
//! value, a [`Text`] merges by character, a [`Keyed`] collection or [`Members`] merges element by element.

#[macro_use]
mod macros;
mod check;
pub mod code_system;
pub mod omaha;
mod value;
pub mod vitals;
pub(crate) mod words;

use std::fmt;
use std::str::FromStr;

pub use check::{Checks, Problem};
pub use value::{
    Answer, CheckPoint, Coding, Date, ElementId, Keyed, Members, NotADate, OutOfRange, Period, Position,
    Quantity, Text, Timestamp,
};

kinds! {
    /// Whom the nurse visits.
    Patient = "patient": "Patient" in patient,
    /// A problem of the patient's health, now or in the past.
    Condition = "condition": "Condition" in condition,
    /// A medication that the patient takes, took or is to take.
    Medication = "medication": "Medication" in medication,
    /// What the patient reacts to.
    Allergy = "allergy": "Allergy" in allergy,
    /// An instrument filled in with the patient.
    Assessment = "assessment": "Assessment" in assessment,
    /// A person of the patient's own who helps.
    SupportPerson = "support_person": "Support person" in support_person,
    /// A provider or insurer's contact who takes part in the patient's care.
    CareTeamMember = "care_team_member": "Care team member" in care_team_member,
    /// An insurance of the patient and what it has authorised.
    Coverage = "coverage": "Coverage" in coverage,
    /// A call, letter or talk about the patient.
    Communication = "communication": "Communication" in communication,
    /// What the patient wants to reach.
    Goal = "goal": "Goal" in goal,
    /// What is to be done, for which conditions, towards which goals.
    CarePlan = "care_plan": "Care plan" in care_plan,
    /// A visit that is agreed on.
    Appointment = "appointment": "Appointment" in appointment,
    /// A visit as it happened, or why it did not.
    Visit = "visit": "Visit" in visit,
    /// Something measured or observed.
    Observation = "observation": "Observation" in observation,
    /// What the patient or the family was taught.
    Education = "education": "Education" in education,
    /// A change of treatment that the nurse suggests to a provider.
    TreatmentChange = "treatment_change": "Treatment change" in treatment_change,
    /// Something to be done.
    Task = "task": "Task" in task,
    /// A photograph or a document.
    Attachment = "attachment": "Attachment" in attachment,
    /// A member of the agency's staff.
    Staff = "staff": "Staff" in staff,
    /// A form for assessments.
    Instrument = "instrument": "Instrument" in instrument,
    /// The agency and its rules.
    Agency = "agency": "Agency" in agency,
}

impl Kind {
    /// Whether records of the kind live in the agency's directory; all others live in a case.
    pub const fn is_directory(self) -> bool {
        matches!(self, Self::Staff | Self::Instrument | Self::Agency)
    }
}

/// What every kind of record offers.
pub trait Record: Send + Sync {
    /// Adds to `checks` what keeps the record from being saved.
    fn check(&self, checks: &mut Checks);

    /// One line that tells a nurse what the record says.
    fn summary(&self) -> String;

    /// Whether the record was entered in error, and is kept only as evidence.
    fn is_entered_in_error(&self) -> bool;
}

impl AnyRecord {
    /// What keeps the record from being saved; empty when nothing does.
    pub fn check(&self) -> Vec<Problem> {
        let mut checks = Checks::default();
        self.as_record().check(&mut checks);
        checks.into_problems()
    }

    /// One line that tells a nurse what the record says.
    pub fn summary(&self) -> String {
        self.as_record().summary()
    }

    /// Whether the record was entered in error, and is kept only as evidence.
    pub fn is_entered_in_error(&self) -> bool {
        self.as_record().is_entered_in_error()
    }
}

/// The text is not the name of a kind that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of record that this version knows")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(code: &str) -> Result<Self, UnknownKind> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code).ok_or(UnknownKind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn json(record: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(record).expect("records have string keys and finite shapes, so JSON can hold them")
}

#[cfg(test)]
mod tests;
