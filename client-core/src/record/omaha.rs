//! The Omaha System: its problems, intervention categories and rating scale.
//!
//! Source: Martin KS. *The Omaha System: A Key to Practice, Documentation, and Information Management*, 2nd ed.,
//! 2005 (in the public domain). The codes are the terms themselves in lower case.

codes! {
    /// The 42 problems, in the order of the four domains: environmental, psychosocial, physiological,
    /// health-related behaviors.
    pub enum OmahaProblem {
        Income = "income": "Income",
        Sanitation = "sanitation": "Sanitation",
        Residence = "residence": "Residence",
        NeighborhoodWorkplaceSafety = "neighborhood-workplace-safety": "Neighborhood/workplace safety",
        CommunicationWithCommunityResources = "communication-with-community-resources": "Communication with community resources",
        SocialContact = "social-contact": "Social contact",
        RoleChange = "role-change": "Role change",
        InterpersonalRelationship = "interpersonal-relationship": "Interpersonal relationship",
        Spirituality = "spirituality": "Spirituality",
        Grief = "grief": "Grief",
        MentalHealth = "mental-health": "Mental health",
        Sexuality = "sexuality": "Sexuality",
        CaretakingParenting = "caretaking-parenting": "Caretaking/parenting",
        Neglect = "neglect": "Neglect",
        Abuse = "abuse": "Abuse",
        GrowthAndDevelopment = "growth-and-development": "Growth and development",
        Hearing = "hearing": "Hearing",
        Vision = "vision": "Vision",
        SpeechAndLanguage = "speech-and-language": "Speech and language",
        OralHealth = "oral-health": "Oral health",
        Cognition = "cognition": "Cognition",
        Pain = "pain": "Pain",
        Consciousness = "consciousness": "Consciousness",
        Skin = "skin": "Skin",
        NeuroMusculoSkeletalFunction = "neuro-musculo-skeletal-function": "Neuro-musculo-skeletal function",
        Respiration = "respiration": "Respiration",
        Circulation = "circulation": "Circulation",
        DigestionHydration = "digestion-hydration": "Digestion-hydration",
        BowelFunction = "bowel-function": "Bowel function",
        UrinaryFunction = "urinary-function": "Urinary function",
        ReproductiveFunction = "reproductive-function": "Reproductive function",
        Pregnancy = "pregnancy": "Pregnancy",
        Postpartum = "postpartum": "Postpartum",
        CommunicableInfectiousCondition = "communicable-infectious-condition": "Communicable/infectious condition",
        Nutrition = "nutrition": "Nutrition",
        SleepAndRestPatterns = "sleep-and-rest-patterns": "Sleep and rest patterns",
        PhysicalActivity = "physical-activity": "Physical activity",
        PersonalCare = "personal-care": "Personal care",
        SubstanceUse = "substance-use": "Substance use",
        FamilyPlanning = "family-planning": "Family planning",
        HealthCareSupervision = "health-care-supervision": "Health care supervision",
        MedicationRegimen = "medication-regimen": "Medication regimen",
    }
}

codes! {
    /// The four categories of intervention.
    pub enum OmahaCategory {
        TeachingGuidanceCounseling = "teaching-guidance-and-counseling": "Teaching, guidance, and counseling",
        TreatmentsAndProcedures = "treatments-and-procedures": "Treatments and procedures",
        CaseManagement = "case-management": "Case management",
        Surveillance = "surveillance": "Surveillance",
    }
}

/// The lowest rating of the Problem Rating Scale for Outcomes.
pub const RATING_MIN: i64 = 1;
/// The highest and best rating of the Problem Rating Scale for Outcomes.
pub const RATING_MAX: i64 = 5;
/// What the ratings 1 to 5 of Knowledge say: what the patient remembers and interprets.
pub const KNOWLEDGE: [&str; 5] =
    ["No knowledge", "Minimal knowledge", "Basic knowledge", "Adequate knowledge", "Superior knowledge"];
/// What the ratings 1 to 5 of Behavior say: what the patient does.
pub const BEHAVIOR: [&str; 5] = [
    "Not appropriate behavior",
    "Rarely appropriate behavior",
    "Inconsistently appropriate behavior",
    "Usually appropriate behavior",
    "Consistently appropriate behavior",
];
/// What the ratings 1 to 5 of Status say: how the patient is.
pub const STATUS: [&str; 5] = [
    "Extreme signs/symptoms",
    "Severe signs/symptoms",
    "Moderate signs/symptoms",
    "Minimal signs/symptoms",
    "No signs/symptoms",
];

/// What a rating says on one of the three scales; nothing outside 1 to 5.
pub fn rating_words(scale: &[&'static str; 5], rating: i64) -> Option<&'static str> {
    usize::try_from(rating - RATING_MIN).ok().and_then(|index| scale.get(index)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_42_problems_4_categories_and_5_ratings() {
        assert_eq!((OmahaProblem::ALL.len(), OmahaCategory::ALL.len()), (42, 4));
        assert_eq!(rating_words(&KNOWLEDGE, 1), Some("No knowledge"));
        assert_eq!(rating_words(&STATUS, 5), Some("No signs/symptoms"));
        assert_eq!((rating_words(&BEHAVIOR, 0), rating_words(&BEHAVIOR, 6)), (None, None));
    }
}
