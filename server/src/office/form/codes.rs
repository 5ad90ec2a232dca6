//! Every code list of the records, by its name in the catalogue.

use std::fmt;

use doorstep_client_core::record::allergy::{
    AllergyCategory, AllergyStatus, AllergyVerification, Criticality, ReactionSeverity,
};
use doorstep_client_core::record::appointment::{AppointmentStatus, AppointmentType};
use doorstep_client_core::record::assessment::{AssessmentStatus, Risk};
use doorstep_client_core::record::attachment::AttachmentType;
use doorstep_client_core::record::care_plan::{CarePlanStatus, InterventionStatus};
use doorstep_client_core::record::care_team_member::CareTeamStatus;
use doorstep_client_core::record::communication::{Direction, Medium};
use doorstep_client_core::record::condition::{ConditionStatus, ConditionVerification};
use doorstep_client_core::record::coverage::{AuthorisationStatus, CoverageStatus};
use doorstep_client_core::record::education::{Audience, TeachBack, TeachingMethod};
use doorstep_client_core::record::goal::{Achievement, Comparator, GoalStatus};
use doorstep_client_core::record::instrument::{
    EnableBehavior, EnableOperator, InstrumentStatus, ItemType, Scoring,
};
use doorstep_client_core::record::medication::MedicationStatus;
use doorstep_client_core::record::observation::{Interpretation, ObservationCategory, ObservationStatus};
use doorstep_client_core::record::omaha::{OmahaCategory, OmahaProblem};
use doorstep_client_core::record::patient::{PhoneUse, Sex};
use doorstep_client_core::record::staff::{CredentialType, StaffRole};
use doorstep_client_core::record::support_person::{CaregiverRole, Relationship};
use doorstep_client_core::record::task::{Priority, TaskStatus};
use doorstep_client_core::record::treatment_change::ProposalStatus;
use doorstep_client_core::record::visit::{MissedReason, SignatureRole, VisitClass, VisitStatus};

use crate::office::words::Words;

/// A code list.
pub(super) struct List {
    /// Its name in the catalogue.
    pub name: &'static str,
    codes: fn() -> Vec<&'static str>,
}

impl List {
    /// The codes that this version knows, in the list's order. The first is the default.
    pub(super) fn codes(&self) -> Vec<&'static str> {
        (self.codes)()
    }

    /// What a person reads; a code that this version does not know is shown as it is.
    pub(super) fn say(&self, code: &str, words: &Words) -> String {
        if self.codes().contains(&code) { words.say(&self.key(code)).into_owned() } else { code.to_owned() }
    }

    /// A code's key in the catalogue, where keys hold letters, digits and hyphens.
    pub(super) fn key(&self, code: &str) -> String {
        let mut key = format!("code-{}-", self.name);
        for letter in code.chars() {
            match letter {
                '<' => key.push_str("lt"),
                '>' => key.push_str("gt"),
                '=' => key.push_str("eq"),
                '!' => key.push_str("not"),
                other => key.push(other),
            }
        }
        key
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! lists {
    ($($LIST:ident = $name:literal of $codes:ty),+ $(,)?) => {
        $(
            #[doc = concat!("The codes of [`", stringify!($codes), "`].")]
            pub(super) static $LIST: List =
                List { name: $name, codes: || <$codes>::ALL.iter().map(<$codes>::code).collect() };
        )+

        /// Every list.
        #[cfg(test)]
        pub(super) static ALL: &[&List] = &[$(&$LIST),+];
    };
}

lists! {
    SEX = "sex" of Sex,
    PHONE_USE = "phone-use" of PhoneUse,
    CONDITION_STATUS = "condition-status" of ConditionStatus,
    CONDITION_VERIFICATION = "condition-verification" of ConditionVerification,
    MEDICATION_STATUS = "medication-status" of MedicationStatus,
    CRITICALITY = "criticality" of Criticality,
    ALLERGY_STATUS = "allergy-status" of AllergyStatus,
    ALLERGY_VERIFICATION = "allergy-verification" of AllergyVerification,
    ALLERGY_CATEGORY = "allergy-category" of AllergyCategory,
    REACTION_SEVERITY = "reaction-severity" of ReactionSeverity,
    ASSESSMENT_STATUS = "assessment-status" of AssessmentStatus,
    RISK = "risk" of Risk,
    RELATIONSHIP = "relationship" of Relationship,
    CAREGIVER_ROLE = "caregiver-role" of CaregiverRole,
    CARE_TEAM_STATUS = "care-team-status" of CareTeamStatus,
    COVERAGE_STATUS = "coverage-status" of CoverageStatus,
    AUTHORISATION_STATUS = "authorisation-status" of AuthorisationStatus,
    DIRECTION = "direction" of Direction,
    MEDIUM = "medium" of Medium,
    GOAL_STATUS = "goal-status" of GoalStatus,
    ACHIEVEMENT = "achievement" of Achievement,
    COMPARATOR = "comparator" of Comparator,
    CARE_PLAN_STATUS = "care-plan-status" of CarePlanStatus,
    INTERVENTION_STATUS = "intervention-status" of InterventionStatus,
    APPOINTMENT_STATUS = "appointment-status" of AppointmentStatus,
    APPOINTMENT_TYPE = "appointment-type" of AppointmentType,
    VISIT_STATUS = "visit-status" of VisitStatus,
    VISIT_CLASS = "visit-class" of VisitClass,
    MISSED_REASON = "missed-reason" of MissedReason,
    SIGNATURE_ROLE = "signature-role" of SignatureRole,
    OBSERVATION_STATUS = "observation-status" of ObservationStatus,
    OBSERVATION_CATEGORY = "observation-category" of ObservationCategory,
    INTERPRETATION = "interpretation" of Interpretation,
    AUDIENCE = "audience" of Audience,
    TEACHING_METHOD = "teaching-method" of TeachingMethod,
    TEACH_BACK = "teach-back" of TeachBack,
    PROPOSAL_STATUS = "proposal-status" of ProposalStatus,
    PRIORITY = "priority" of Priority,
    TASK_STATUS = "task-status" of TaskStatus,
    ATTACHMENT_TYPE = "attachment-type" of AttachmentType,
    STAFF_ROLE = "staff-role" of StaffRole,
    CREDENTIAL_TYPE = "credential-type" of CredentialType,
    INSTRUMENT_STATUS = "instrument-status" of InstrumentStatus,
    ITEM_TYPE = "item-type" of ItemType,
    ENABLE_OPERATOR = "enable-operator" of EnableOperator,
    ENABLE_BEHAVIOR = "enable-behavior" of EnableBehavior,
    SCORING = "scoring" of Scoring,
    OMAHA_PROBLEM = "omaha-problem" of OmahaProblem,
    OMAHA_CATEGORY = "omaha-category" of OmahaCategory,
}
