//! Medications that bear the name of something the patient reacts to.

use super::Chart;
use super::alerts::{Alert, AlertKind, Severity};
use crate::record::Coding;
use crate::record::allergy::{Allergy, AllergyStatus, AllergyVerification, Criticality};
use crate::record::medication::{Medication, MedicationStatus};

/// Words that say nothing about the substance.
const COMMON_WORDS: &[&str] = &[
    "allergy",
    "allergic",
    "intolerance",
    "hypersensitivity",
    "disposition",
    "adverse",
    "reaction",
    "product",
    "substance",
    "containing",
    "drug",
    "medication",
    "oral",
    "tablet",
    "capsule",
    "solution",
    "injection",
    "hydrochloride",
    "sodium",
    "potassium",
    "acid",
    "with",
];
/// Letters below which a word is an article or a unit.
const WORD_LETTERS_MIN: usize = 4;

/// Whether a word of a medication's name is of a class.
type IsOfClass = fn(&str) -> bool;

/// Classes of substances by the stem of their international nonproprietary names. Source: WHO, *The use of stems
/// in the selection of International Nonproprietary Names*, 2018: `-cillin`, `cef-`, `sulfa-`, `-oxacin`.
const CLASSES: &[(&str, IsOfClass)] = &[
    ("penicillin", |word| word.ends_with("cillin")),
    ("cephalosporin", |word| word.starts_with("cef") || word.starts_with("ceph")),
    ("sulfonamide", |word| word.starts_with("sulfa") && word != "sulfate"),
    ("sulfa", |word| word.starts_with("sulfa") && word != "sulfate"),
    ("quinolone", |word| word.ends_with("oxacin")),
];

/// Each medication that the patient takes and reacts to.
pub(super) fn to_medications(chart: Chart<'_>) -> Vec<Alert> {
    let mut found = Vec::new();
    for (_, allergy) in chart.all::<Allergy>().filter(|(_, allergy)| is_current(allergy)) {
        let Some(substance) = &allergy.substance else { continue };
        let taken = chart.all::<Medication>().filter(|(_, medication)| is_taken(medication));
        for (id, medication) in taken {
            let Some(code) = medication.code.as_ref().filter(|code| is_same(substance, code)) else {
                continue;
            };
            let is_grave = allergy.criticality != Criticality::Low;
            found.push(Alert {
                severity: if is_grave { Severity::Urgent } else { Severity::Warning },
                kind: AlertKind::AllergyToMedication,
                record: id,
                message: format!("{} in spite of allergy: {}", code.words(), substance.words()),
            });
        }
    }
    found
}

fn is_current(allergy: &Allergy) -> bool {
    allergy.clinical_status == AllergyStatus::Active
        && allergy.verification_status != AllergyVerification::Refuted
}

fn is_taken(medication: &Medication) -> bool {
    matches!(medication.status, MedicationStatus::Active | MedicationStatus::Intended)
}

fn is_same(substance: &Coding, medication: &Coding) -> bool {
    let taken = words(medication.words());
    let is_taken = |word: &String| {
        let class = CLASSES.iter().find(|(name, _)| word.trim_end_matches('s') == *name);
        taken.contains(word) || class.is_some_and(|(_, is_of)| taken.iter().any(|taken| is_of(taken)))
    };
    let is_coded = !substance.code.is_empty() && medication.is(&substance.system, &substance.code);
    is_coded || words(substance.words()).iter().any(is_taken)
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.chars().count() >= WORD_LETTERS_MIN && !COMMON_WORDS.contains(word))
        .map(str::to_owned)
        .collect()
}
