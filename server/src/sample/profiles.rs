//! Clinical pictures that hang together: what a patient has, takes, is measured for, and what is done about it.
//!
//! Conditions are SNOMED CT codes, medications RxNorm ingredients, measurements LOINC codes of
//! [`vitals`], problems the Omaha System's.

use doorstep_client_core::record::omaha::OmahaCategory as Category;
use doorstep_client_core::record::omaha::OmahaProblem as Problem;
use doorstep_client_core::record::vitals::{
    self, DIASTOLIC, GLUCOSE, HEART_RATE, OXYGEN_SATURATION, PAIN, SYSTOLIC, Vital, WEIGHT,
};
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

/// One clinical picture.
#[derive(Debug)]
pub struct Profile {
    /// SNOMED CT code, words, years since onset.
    pub(super) conditions: &'static [(&'static str, &'static str, i64)],
    /// RxNorm ingredient, words, dose, frequency, the condition it is for.
    pub(super) medications: &'static [(&'static str, &'static str, &'static str, &'static str, usize)],
    /// RxNorm ingredient and words of a drug that the patient does not tolerate.
    pub(super) allergy: Option<(&'static str, &'static str)>,
    /// The Omaha System's problem that the plan is about.
    pub(super) problem: Problem,
    /// The goal in words, what is measured, and the value that is not to be passed (`true`: to be reached).
    pub(super) goal: (&'static str, &'static str, f64, bool),
    /// Category, target, what is done, how often.
    pub(super) interventions: &'static [(Category, &'static str, &'static str, &'static str)],
    /// LOINC code, value weeks ago, value now, spread.
    series: &'static [(&'static str, f64, f64, f64)],
    /// What the patient or the caregiver is taught.
    pub(super) education: &'static str,
    /// What the nurse proposes to the practice.
    pub(super) proposal: &'static str,
    /// What nurses write at their visits.
    notes: &'static [&'static str],
    pub(super) born_years_ago: (i64, i64),
}

impl Profile {
    /// A note of a visit.
    pub fn note(&self, rng: &mut impl Rng) -> &'static str {
        self.notes.choose(rng).expect("every profile has notes")
    }

    /// What a visit measures, with values in each vital sign's unit, at this part of the way from the first visit (0)
    /// to now (1).
    pub fn measured(&self, part: f64, rng: &mut impl Rng) -> Vec<(&'static Vital, f64)> {
        let measure = |(code, before, now, spread): &(&str, f64, f64, f64)| {
            let vital = vitals::vital_of(code).expect("series name a vital sign");
            let value = before + (now - before) * part + rng.random_range(-spread..=*spread);
            let value = value.clamp(vital.plausible.0, vital.plausible.1);
            (vital, if *code == WEIGHT { (value * 10.0).round() / 10.0 } else { value.round() })
        };
        self.series.iter().map(measure).collect()
    }
}

pub(super) const PROFILES: &[Profile] = &[
    Profile {
        conditions: &[("84114007", "Heart failure", 3), ("59621000", "Essential hypertension", 12)],
        medications: &[
            ("4603", "Furosemide", "40 mg", "once a day, in the morning", 0),
            ("20352", "Carvedilol", "6.25 mg", "twice a day", 0),
            ("29046", "Lisinopril", "10 mg", "once a day", 1),
        ],
        allergy: Some(("7980", "Penicillin G")),
        problem: Problem::Circulation,
        goal: ("Weight at or below 82 kg, so that legs stay free of swelling", WEIGHT, 82.0, false),
        interventions: &[
            (Category::Surveillance, "signs/symptoms-physical", "Weigh daily, before breakfast", "every day"),
            (
                Category::TeachingGuidanceCounseling,
                "dietary management",
                "Salt and fluids",
                "each visit, 4 weeks",
            ),
            (Category::Surveillance, "medication administration", "Go through the pill box", "twice a week"),
        ],
        series: &[(WEIGHT, 86.4, 82.6, 0.5), (SYSTOLIC, 152.0, 136.0, 6.0), (HEART_RATE, 84.0, 74.0, 5.0)],
        education: "When to call: two kilograms more within three days",
        proposal: "Raise furosemide to 60 mg in the morning for one week",
        notes: &[
            "Ankles less swollen than last week. Slept on two pillows. Weight diary complete.",
            "Weight up a little since the weekend; ate out. Went through salt and fluids again.",
            "Sleeps on one pillow now. Walks to the shop without stopping. Pill box filled as planned.",
        ],
        born_years_ago: (71, 88),
    },
    Profile {
        conditions: &[("44054006", "Diabetes mellitus type 2", 15), ("371087003", "Diabetic foot ulcer", 0)],
        medications: &[
            ("6809", "Metformin", "500 mg", "twice a day, with meals", 0),
            ("274783", "Insulin glargine", "18 units", "once a day, at bedtime", 0),
            ("83367", "Atorvastatin", "20 mg", "once a day", 0),
        ],
        allergy: None,
        problem: Problem::Skin,
        goal: ("Glucose before breakfast below 140 mg/dL", GLUCOSE, 140.0, false),
        interventions: &[
            (
                Category::TreatmentsAndProcedures,
                "dressing change/wound care",
                "Change the dressing",
                "3 times a week",
            ),
            (Category::Surveillance, "signs/symptoms-physical", "Look at both feet", "each visit"),
            (Category::TeachingGuidanceCounseling, "skin care", "Shoes, nails, washing", "4 weeks"),
        ],
        series: &[(GLUCOSE, 212.0, 146.0, 14.0), (WEIGHT, 94.0, 92.8, 0.6), (PAIN, 5.0, 2.0, 1.0)],
        education: "Looking at the feet with a mirror every evening",
        proposal: "Refer to podiatry for offloading of the left heel",
        notes: &[
            "Wound 18 by 12 mm, edges clean, little exudate. Dressing changed without pain.",
            "Dressing dry. Diary shows high values after supper; looked at portions together.",
            "Both feet looked at with the mirror; no new sore. New shoes fit.",
        ],
        born_years_ago: (58, 80),
    },
    Profile {
        conditions: &[("13645005", "Chronic obstructive lung disease", 9)],
        medications: &[
            ("69120", "Tiotropium", "18 micrograms inhaled", "once a day", 0),
            ("435", "Albuterol", "2 puffs", "as needed, up to 4 times a day", 0),
        ],
        allergy: Some(("2670", "Codeine")),
        problem: Problem::Respiration,
        goal: ("Oxygen saturation at rest at or above 91 %", OXYGEN_SATURATION, 91.0, true),
        interventions: &[
            (
                Category::TeachingGuidanceCounseling,
                "respiratory care",
                "Inhaler technique",
                "each visit, 3 weeks",
            ),
            (
                Category::Surveillance,
                "signs/symptoms-physical",
                "Breathlessness, sputum, saturation",
                "each visit",
            ),
            (
                Category::CaseManagement,
                "durable medical equipment",
                "Oxygen concentrator and its supplier",
                "once",
            ),
        ],
        series: &[(OXYGEN_SATURATION, 88.0, 92.0, 1.0), (HEART_RATE, 96.0, 88.0, 4.0)],
        education: "Breathing with pursed lips, and the plan for a bad day",
        proposal: "Standby course of prednisone for an exacerbation",
        notes: &[
            "Walks to the mailbox and back with one rest. Uses the spacer rightly now.",
            "Coughs more in the morning, sputum clear. Practised breathing out against pursed lips.",
            "Rescue inhaler twice this week. Smoked one cigarette, is cross about it; encouraged.",
        ],
        born_years_ago: (63, 84),
    },
    Profile {
        conditions: &[("239872002", "Osteoarthritis of hip", 6)],
        medications: &[
            ("161", "Acetaminophen", "650 mg", "every 6 hours", 0),
            ("11289", "Warfarin", "5 mg", "once a day, in the evening", 0),
        ],
        allergy: Some(("7052", "Morphine")),
        problem: Problem::NeuroMusculoSkeletalFunction,
        goal: ("Pain on walking at or below 3 of 10", PAIN, 3.0, false),
        interventions: &[
            (
                Category::TeachingGuidanceCounseling,
                "mobility/transfers",
                "Stairs with crutches",
                "each visit, 3 weeks",
            ),
            (Category::Surveillance, "signs/symptoms-physical", "Wound, calf, bleeding", "each visit"),
            (Category::CaseManagement, "physical therapy care", "Agree dates with the therapist", "weekly"),
        ],
        series: &[(PAIN, 7.0, 3.0, 1.0), (SYSTOLIC, 138.0, 130.0, 5.0)],
        education: "Movements to avoid after a new hip",
        proposal: "Step down from crutches to a cane in week six",
        notes: &[
            "Four weeks after hip replacement. Staples are out, wound closed. Practised the stairs.",
            "Pain at rest gone, on movement bearable. Stood up from the low chair three times.",
            "INR slip from the practice copied. No bruises. Walks with one stick indoors.",
        ],
        born_years_ago: (64, 82),
    },
    Profile {
        conditions: &[
            ("230690007", "Cerebrovascular accident", 1),
            ("59621000", "Essential hypertension", 20),
        ],
        medications: &[
            ("17767", "Amlodipine", "5 mg", "once a day", 1),
            ("32968", "Clopidogrel", "75 mg", "once a day", 0),
            ("83367", "Atorvastatin", "40 mg", "once a day", 0),
        ],
        allergy: None,
        problem: Problem::Circulation,
        goal: ("Systolic blood pressure below 140 mm Hg", SYSTOLIC, 140.0, false),
        interventions: &[
            (Category::Surveillance, "signs/symptoms-physical", "Blood pressure, both arms", "each visit"),
            (
                Category::TeachingGuidanceCounseling,
                "medication regimen",
                "Why not to stop tablets",
                "2 weeks",
            ),
            (Category::CaseManagement, "speech and language pathology care", "Agree dates", "weekly"),
        ],
        series: &[(SYSTOLIC, 164.0, 138.0, 6.0), (DIASTOLIC, 94.0, 82.0, 4.0), (HEART_RATE, 78.0, 74.0, 4.0)],
        education: "Signs of a stroke, and whom to call",
        proposal: "Raise amlodipine to 10 mg",
        notes: &[
            "Speaks in whole sentences again. Right hand weaker than left, holds a cup.",
            "Buttons a shirt alone in four minutes. Tired afterwards.",
            "Blood pressure diary complete. Asked about driving; told to wait for the neurologist.",
        ],
        born_years_ago: (66, 86),
    },
    Profile {
        conditions: &[("52448006", "Dementia", 4), ("399912005", "Pressure ulcer", 0)],
        medications: &[
            ("135447", "Donepezil", "10 mg", "once a day, at bedtime", 0),
            ("6719", "Memantine", "10 mg", "twice a day", 0),
        ],
        allergy: None,
        problem: Problem::Cognition,
        goal: ("Weight at or above 58 kg", WEIGHT, 58.0, true),
        interventions: &[
            (Category::CaseManagement, "respite care", "Day centre twice a week", "weekly"),
            (Category::TeachingGuidanceCounseling, "behavior modification", "Calm evenings", "each visit"),
            (Category::TreatmentsAndProcedures, "positioning", "Turn every two hours at night", "every day"),
        ],
        series: &[(WEIGHT, 56.2, 57.8, 0.4), (SYSTOLIC, 128.0, 124.0, 6.0)],
        education: "Turning and lifting without hurting one's back",
        proposal: "Occupational therapy for safety in the kitchen",
        notes: &[
            "Daughter is tired but copes; talked about respite. Sacrum reddened, skin closed.",
            "Confused about the morning tablets; sorted out the old box with the daughter.",
            "Ate well at noon. Cushion used all day; skin closed, redness smaller.",
        ],
        born_years_ago: (78, 93),
    },
];
