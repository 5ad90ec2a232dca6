//! The codings, units and languages that are used most: what an input suggests, and what a coding is completed by.

use doorstep_client_core::record::coverage::SERVICES;
use doorstep_client_core::record::medication::ROUTES;
use doorstep_client_core::record::vitals::{BLOOD_PRESSURE, VITALS, unit_words};
use doorstep_client_core::record::{Coding, code_system};

use crate::office::words::Words;

/// The codings that are usual in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usual {
    /// None more than others, of this code system.
    Of(&'static str),
    /// Routes by which a medication is taken.
    Routes,
    /// Services that are billed.
    Services,
    /// Vital signs, as they are measured one by one.
    Vitals,
    /// Vital signs and the panel of two of them.
    Observations,
    /// Languages.
    Languages,
}

/// The languages most spoken at home in the United States, English and Spanish first: BCP 47. Source: American
/// Community Survey, table B16001, Census Bureau.
pub(super) const LANGUAGES: &[&str] = &[
    "en", "es", "zh", "tl", "vi", "ar", "fr", "ko", "pt", "ru", "ht", "de", "hi", "pl", "it", "ur", "fa",
    "te", "ja", "gu", "bn", "ta", "pa", "he", "hy", "km", "so", "sm", "ase",
];

/// The code systems that records use, with what a person calls them.
pub(super) const SYSTEMS: &[(&str, &str)] = &[
    (code_system::SNOMED_CT, "SNOMED CT"),
    (code_system::ICD_10_CM, "ICD-10-CM"),
    (code_system::RXNORM, "RxNorm"),
    (code_system::LOINC, "LOINC"),
    (code_system::HCPCS, "HCPCS"),
    (code_system::BCP_47, "BCP 47"),
];

impl Usual {
    /// The name of its list of suggestions.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Of(_) => "none",
            Self::Routes => "routes",
            Self::Services => "services",
            Self::Vitals => "vitals",
            Self::Observations => "observations",
            Self::Languages => "languages",
        }
    }

    /// The code system that a coding in the field is of where nothing else is said.
    pub(super) fn system(self) -> &'static str {
        match self {
            Self::Of(system) => system,
            Self::Routes => code_system::SNOMED_CT,
            Self::Services => code_system::HCPCS,
            Self::Vitals | Self::Observations => code_system::LOINC,
            Self::Languages => code_system::BCP_47,
        }
    }

    /// The usual codings, by code and display.
    pub(super) fn codings(self) -> Vec<(&'static str, &'static str)> {
        let mut vitals: Vec<_> = VITALS.iter().map(|vital| (vital.code, vital.display)).collect();
        vitals.dedup();
        match self {
            Self::Of(_) => Vec::new(),
            Self::Routes => ROUTES.to_vec(),
            Self::Services => SERVICES.to_vec(),
            Self::Vitals => vitals,
            Self::Observations => [&[(BLOOD_PRESSURE, "Blood pressure")], vitals.as_slice()].concat(),
            Self::Languages => LANGUAGES.iter().map(|&tag| (tag, "")).collect(),
        }
    }

    /// The usual coding that somebody means by this code, or by these words in any language of the catalogue.
    pub(super) fn meant(self, typed: &str, words: &Words) -> Option<Coding> {
        let typed = typed.trim().to_lowercase();
        let is_meant = |(code, display): &(&str, &str)| {
            [(*code).to_owned(), (*display).to_owned(), self.say(code, words)]
                .iter()
                .any(|said| !said.is_empty() && said.to_lowercase() == typed)
        };
        let (code, display) = self.codings().into_iter().find(is_meant)?;
        let display = if display.is_empty() { self.say(code, words) } else { display.to_owned() };
        Some(Coding::new(self.system(), code, &display))
    }

    /// A usual coding's words.
    pub(super) fn say(self, code: &str, words: &Words) -> String {
        words.say(&self.key(code)).into_owned()
    }

    /// A usual coding's key in the catalogue.
    pub(super) fn key(self, code: &str) -> String {
        format!("coding-{}-{code}", if self == Self::Observations { "vitals" } else { self.name() })
    }
}

/// Every list that has suggestions.
pub(super) const LISTS: [Usual; 5] =
    [Usual::Routes, Usual::Services, Usual::Vitals, Usual::Observations, Usual::Languages];

/// What a coding says: a usual one in the language of the catalogue, unless its author chose other words.
pub(super) fn say_coding(coding: &Coding, words: &Words) -> String {
    for list in LISTS.into_iter().filter(|list| list.system() == coding.system) {
        let known = list.codings().into_iter().find(|(code, _)| *code == coding.code);
        if let Some((code, display)) = known
            && (display.is_empty() || coding.display.is_empty() || coding.display == display)
        {
            return list.say(code, words);
        }
    }
    coding.words().to_owned()
}

/// The UCUM units of the vital signs, and how each is commonly written.
pub(super) fn units() -> Vec<(&'static str, &'static str)> {
    let mut units: Vec<_> = VITALS.iter().map(|vital| (vital.unit, unit_words(vital.unit))).collect();
    units.sort_unstable();
    units.dedup();
    units
}
