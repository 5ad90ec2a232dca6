//! Which case or record a person means.

use anyhow::{anyhow, bail};
use doorstep_client_core::device::{CaseOnPhone, Listed};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Kind;

use super::memory::Row;
use super::phone::{Phone, explained};

/// Characters of an id's beginning or end that are taken for one.
const ID_PART_CHARS_MIN: usize = 4;
/// Candidates that an error lists.
const CANDIDATES_MAX: usize = 12;

impl Phone<'_> {
    /// The case that a person means.
    pub(super) fn case(&self, said: &str) -> anyhow::Result<CaseOnPhone> {
        let cases = self.cases()?;
        let scope = match self.row(said)? {
            Some(row) => row.scope,
            None => match self.scope(said, &cases)? {
                Some(scope) => scope,
                None => self.record_part(said, &cases)?.ok_or_else(|| unknown(said, "case", &cases))?.scope,
            },
        };
        cases.into_iter().find(|case| case.case.scope == scope).ok_or_else(|| {
            anyhow!("{said:?} belongs to no case: it is the agency's directory, or has left this phone")
        })
    }

    /// The record that a person means.
    pub(super) fn record(&self, said: &str) -> anyhow::Result<Row> {
        if let Some(row) = self.row(said)? {
            return Ok(row);
        }
        let cases = self.cases()?;
        if let Some(row) = self.record_part(said, &cases)? {
            return Ok(row);
        }
        let scope = self.scope(said, &cases)?.ok_or_else(|| unknown(said, "record", &cases))?;
        let case = cases.iter().find(|case| case.case.scope == scope);
        case.map(|case| case.patient.header.into()).ok_or_else(|| unknown(said, "record", &cases))
    }

    pub(super) fn cases(&self) -> anyhow::Result<Vec<CaseOnPhone>> {
        self.device.caseload().map_err(|error| explained("reading the caseload", &error))
    }

    /// Every record on the phone.
    pub(super) fn everything(&self, cases: &[CaseOnPhone]) -> anyhow::Result<Vec<Listed>> {
        let failed = |error| explained("reading the phone's records", &error);
        let mut all = self.device.directory().map_err(failed)?;
        for case in cases {
            let chart = self.device.chart(case.case.scope).map_err(failed)?;
            all.extend(chart.records.into_values().flatten());
        }
        Ok(all)
    }

    fn row(&self, said: &str) -> anyhow::Result<Option<Row>> {
        let are_digits = said.bytes().all(|byte| byte.is_ascii_digit());
        let Some(number) = said.parse().ok().filter(|_| are_digits) else { return Ok(None) };
        match (self.memory.row(number), self.memory.len()) {
            (Some(row), _) => Ok(Some(row)),
            (None, _) if said.len() >= ID_PART_CHARS_MIN => Ok(None),
            (None, 0) => {
                bail!("no list with numbers in it was shown last; run `doorstep nurse caseload`")
            }
            (None, len) => bail!("the last list has no number {number}; it ends at {len}"),
        }
    }

    /// The case of this id or patient's name, if there is exactly one.
    fn scope(&self, said: &str, cases: &[CaseOnPhone]) -> anyhow::Result<Option<ScopeId>> {
        let exact = folded(said);
        let named = |case: &&CaseOnPhone| folded(&case.case.patient_name) == exact;
        let mut found: Vec<&CaseOnPhone> = cases.iter().filter(named).collect();
        if found.is_empty() {
            let begins = |case: &&CaseOnPhone| {
                names(&case.patient).iter().any(|name| begins_a_word(name, &exact))
                    || is_part_of_id(said, &case.case.scope.to_string())
            };
            found = cases.iter().filter(begins).collect();
        }
        match found.as_slice() {
            [] => Ok(None),
            [case] => Ok(Some(case.case.scope)),
            several => Err(ambiguous(said, several.iter().map(|case| line(case)))),
        }
    }

    fn record_part(&self, said: &str, cases: &[CaseOnPhone]) -> anyhow::Result<Option<Row>> {
        if let Ok(id) = said.parse::<RecordId>() {
            return Ok(self.device.read(id).ok().map(|read| read.header.into()));
        }
        let is_hexadecimal = said.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if said.len() < ID_PART_CHARS_MIN || !is_hexadecimal {
            return Ok(None);
        }
        let mut found = self.everything(cases)?;
        found.retain(|listed| is_part_of_id(said, &listed.header.id.to_string()));
        match found.as_slice() {
            [] => Ok(None),
            [listed] => Ok(Some(listed.header.into())),
            several => {
                let line = |listed: &Listed| {
                    format!("{}  {}: {}", listed.header.id, listed.header.kind.display(), listed.summary)
                };
                Err(ambiguous(said, several.iter().map(line)))
            }
        }
    }
}

fn unknown(said: &str, what: &str, cases: &[CaseOnPhone]) -> anyhow::Error {
    if cases.is_empty() {
        return anyhow!(
            "no {what} on this phone is {said:?}: it holds no case yet; run `doorstep nurse sync`"
        );
    }
    let listed = list(cases.iter().map(line));
    anyhow!("no {what} on this phone is {said:?}. The cases on this phone:{listed}")
}

fn ambiguous(said: &str, candidates: impl ExactSizeIterator<Item = String>) -> anyhow::Error {
    let count = candidates.len();
    anyhow!("{said:?} fits {count}; say more, or give an id:{}", list(candidates))
}

fn list(candidates: impl ExactSizeIterator<Item = String>) -> String {
    let more = candidates.len().saturating_sub(CANDIDATES_MAX);
    let mut text: String = candidates.take(CANDIDATES_MAX).map(|line| format!("\n  {line}")).collect();
    if more > 0 {
        text.push_str(&format!("\n  … and {more} more"));
    }
    text
}

fn line(case: &CaseOnPhone) -> String {
    format!("{}  (case {})", case.patient.summary, case.case.scope)
}

/// The names by which a patient may be called.
fn names(patient: &Listed) -> Vec<String> {
    debug_assert_eq!(patient.header.kind, Kind::Patient);
    let part = |field: &str| patient.view.get(field).and_then(serde_json::Value::as_str).unwrap_or_default();
    let (given, family, preferred) = (part("given"), part("family"), part("preferred"));
    [
        format!("{given} {family}"),
        format!("{preferred} {family}"),
        format!("{family} {given}"),
        format!("{family}, {given}"),
    ]
    .iter()
    .map(|name| folded(name))
    .collect()
}

/// Whether the words begin the name, or what is left of it from one of its words on.
fn begins_a_word(name: &str, words: &str) -> bool {
    !words.is_empty()
        && (name.starts_with(words)
            || name.match_indices([' ', '-']).any(|(at, _)| name[at + 1..].starts_with(words)))
}

fn is_part_of_id(said: &str, id: &str) -> bool {
    let (said, id) = (said.to_ascii_lowercase(), id.to_ascii_lowercase());
    let bare = id.replace('-', "");
    said.len() >= ID_PART_CHARS_MIN
        && [&id, &bare].iter().any(|id| id.starts_with(&said) || id.ends_with(&said))
}

/// Lower case, without the accents of Latin letters, so that `munoz` finds Muñoz.
fn folded(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let mut plain = String::with_capacity(lower.len());
    for letter in lower.chars() {
        match letter {
            'à'..='å' | 'ā' | 'ă' | 'ą' => plain.push('a'),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'ď' | 'đ' => plain.push('d'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => plain.push('e'),
            'ğ' => plain.push('g'),
            'ì'..='ï' | 'ī' | 'į' | 'ı' => plain.push('i'),
            'ł' | 'ľ' | 'ĺ' => plain.push('l'),
            'ñ' | 'ń' | 'ň' => plain.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => plain.push('o'),
            'ř' | 'ŕ' => plain.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => plain.push('s'),
            'ß' => plain.push_str("ss"),
            'ť' | 'ţ' | 'ț' => plain.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => plain.push('u'),
            'ý' | 'ÿ' => plain.push('y'),
            'ź' | 'ż' | 'ž' => plain.push('z'),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            '\u{300}'..='\u{36f}' => {}
            other => plain.push(other),
        }
    }
    plain
}
