//! Cases of what may be the same patient, found before one is opened a second time.

use std::collections::BTreeMap;

use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::agency::Agency;
use doorstep_client_core::record::patient::Patient;

use super::filter::every_case;
use crate::http::Problem;
use crate::limits::ALIKE_CASES_MAX;
use crate::office::form::{Context, day};
use crate::office::local::Local;
use crate::store::{CaseQuery, CaseRow, SearchWords, Snapshot};

/// Digits of a telephone number without its country's.
const PHONE_DIGITS: usize = 10;
/// Fewer digits of a number are in too many others.
const NUMBER_CHARS_MIN: usize = 5;
/// Letters in which similar names begin alike.
const SIMILAR_LETTERS: usize = 3;

/// A case of what may be the same patient.
pub struct Alike {
    /// The case.
    pub scope: ScopeId,
    /// The patient's name.
    pub patient: String,
    /// When she was born, in words.
    pub born: Option<String>,
    /// Whether it is closed.
    pub is_closed: bool,
    /// What is alike: a message.
    pub why: &'static str,
}

/// The cases that may be of this patient: born on the same day with a similar name, or with the same telephone number or
/// identifier. At most [`ALIKE_CASES_MAX`].
pub fn alike(
    snapshot: &dyn Snapshot,
    patient: &Patient,
    local: &Local,
    agency: &Agency,
) -> Result<Vec<Alike>, Problem> {
    let mut found: BTreeMap<ScopeId, (CaseRow, &'static str)> = BTreeMap::new();
    let mut look = |words: &str, why, fits: &dyn Fn(&CaseRow) -> bool| -> Result<(), Problem> {
        // What nobody could look for is not found either.
        let Ok(words) = SearchWords::parse(words) else { return Ok(()) };
        let query = CaseQuery { words, ..every_case(local, agency, ALIKE_CASES_MAX) };
        for row in snapshot.case_page(&query)?.rows.into_iter().filter(fits) {
            found.entry(row.summary.scope.id).or_insert((row, why));
        }
        Ok(())
    };
    let numbers =
        patient.identifiers.values().map(|identifier| (identifier.value.as_str(), "alike-identifier"));
    let phones = patient.phones.values().map(|phone| (phone.number.as_str(), "alike-phone"));
    for (number, why) in numbers.chain(phones) {
        let number = bare(number);
        let number = if why == "alike-phone" { last(&number, PHONE_DIGITS) } else { &number };
        if number.len() >= NUMBER_CHARS_MIN {
            look(number, why, &|_| true)?;
        }
    }
    for begin in begins(patient) {
        match patient.birth_date {
            Some(born) => {
                let words = format!("{begin} {}", bare(&born.to_string()));
                look(&words, "alike-birth", &|row| row.birth_date == Some(born))?;
            }
            // Without a day of birth, only the whole name says something.
            None => look(&patient.full_name(), "alike-name", &|_| true)?,
        }
    }
    let context = Context::bare(&local.words, local.zone());
    let alike = found.into_values().take(ALIKE_CASES_MAX).map(|(row, why)| Alike {
        scope: row.summary.scope.id,
        born: row.birth_date.map(|born| day(born, &context)),
        is_closed: row.summary.scope.closed.is_some(),
        patient: row.summary.scope.title,
        why,
    });
    Ok(alike.collect())
}

/// What similar names begin with: one of her names does.
fn begins(patient: &Patient) -> Vec<String> {
    let names = [&patient.family, &patient.given, &patient.preferred];
    let begins = names.map(|name| name.split_whitespace().next().unwrap_or_default());
    let mut begins: Vec<String> = begins
        .into_iter()
        .map(|name| name.chars().take(SIMILAR_LETTERS).collect::<String>())
        .filter(|begin| !begin.is_empty())
        .collect();
    begins.sort();
    begins.dedup();
    begins
}

/// Letters and digits alone.
fn bare(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn last(text: &str, chars: usize) -> &str {
    &text[text.len().saturating_sub(chars)..]
}
