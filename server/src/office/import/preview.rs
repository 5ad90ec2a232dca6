//! What a bundle holds, in words, before anything of it is written.

use std::collections::{BTreeMap, HashSet};

use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::agency::Agency;
use doorstep_client_core::record::{AnyRecord, Kind};

use crate::fhir::bundle::{self, Imported, ImportedCase, NotABundle, Reason, Skipped};
use crate::fhir::count::by_reason;
use crate::http::Problem;
use crate::office::cases::alike::{Alike, alike};
use crate::office::form::{Context, Wrong, day};
use crate::office::local::Local;
use crate::office::upload::File;
use crate::office::words::Words;
use crate::store::Snapshot;

/// A file that was uploaded.
pub(super) struct Preview {
    pub(super) file: String,
    /// Why it is no bundle.
    pub(super) broken: Option<String>,
    pub(super) cases: Vec<Case>,
    pub(super) skipped: Vec<Line>,
}

/// A patient in a bundle.
pub(super) struct Case {
    pub(super) scope: ScopeId,
    pub(super) patient: String,
    pub(super) born: Option<String>,
    /// What would be written, by kind.
    pub(super) records: Vec<Line>,
    /// Records that are there already.
    pub(super) known: usize,
    /// Whether the case is there already.
    pub(super) is_here: bool,
    /// Cases that may be of the same patient.
    pub(super) alike: Vec<Alike>,
}

/// How many there are of something.
pub(super) struct Line {
    pub(super) count: usize,
    pub(super) words: String,
}

impl Case {
    /// Whether it is proposed to be imported: there is something new, and it is no other case's patient.
    pub(super) fn is_proposed(&self) -> bool {
        self.is_new() && self.alike.is_empty()
    }

    /// Whether anything would be written.
    pub(super) fn is_new(&self) -> bool {
        !self.records.is_empty()
    }
}

impl Preview {
    pub(super) fn of(
        file: &File,
        snapshot: &dyn Snapshot,
        local: &Local,
        agency: &Agency,
    ) -> Result<Self, Problem> {
        let (read, broken) = match bundle::read(&file.bytes) {
            Ok(read) => (read, None),
            Err(why) => (Imported::default(), Some(say_broken(&why, local.words))),
        };
        let cases = read.cases.iter().map(|case| self::case(case, snapshot, local, agency));
        Ok(Self {
            file: file.name.clone(),
            broken,
            cases: cases.collect::<Result<_, _>>()?,
            skipped: skipped(&read.skipped, local.words),
        })
    }
}

fn case(
    case: &ImportedCase,
    snapshot: &dyn Snapshot,
    local: &Local,
    agency: &Agency,
) -> Result<Case, Problem> {
    let is_here = snapshot.scope(case.scope)?.is_some();
    let there = if is_here { snapshot.versions(case.scope)? } else { Vec::new() };
    let there: HashSet<RecordId> = there.into_iter().map(|(record, _)| record).collect();
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for (_, record) in case.records.iter().filter(|(id, _)| !there.contains(id)) {
        *counts.entry(record.kind()).or_default() += 1;
    }
    let new: usize = counts.values().sum();
    let (mut patient, mut born, mut others) = (String::new(), None, Vec::new());
    if let Some((_, AnyRecord::Patient(record))) = case.records.first() {
        patient = record.full_name();
        born = record.birth_date.map(|born| day(born, &Context::bare(&local.words, local.zone())));
        if !is_here {
            others = alike(snapshot, record, local, agency)?;
        }
    }
    Ok(Case {
        scope: case.scope,
        patient,
        born,
        records: kinds(&counts, local.words),
        known: case.records.len() - new,
        is_here,
        alike: others,
    })
}

/// How many records there are of each kind.
pub(super) fn kinds(counts: &BTreeMap<Kind, usize>, words: Words) -> Vec<Line> {
    let line = |(kind, count): (&Kind, &usize)| {
        let words = words.say(&format!("kind-{}", kind.code().replace('_', "-"))).into_owned();
        Line { count: *count, words }
    };
    counts.iter().map(line).collect()
}

fn skipped(skipped: &[Skipped], words: Words) -> Vec<Line> {
    let line = |(resource, why, count): (&str, &Reason, usize)| {
        let values = [("type", resource.to_owned().into()), ("why", say_reason(why, words).into())];
        Line { count, words: words.tell("import-skipped-line", values).into_owned() }
    };
    by_reason(skipped).into_iter().map(line).collect()
}

fn say_reason(reason: &Reason, words: Words) -> String {
    let message = match reason {
        Reason::NotMapped => "import-skip-not-mapped",
        Reason::Malformed => "import-skip-malformed",
        Reason::NoId => "import-skip-no-id",
        Reason::Repeated => "import-skip-repeated",
        Reason::NoPatient => "import-skip-no-patient",
        Reason::Unrelated => "import-skip-unrelated",
        Reason::Unfit(problems) => {
            let why = problems.iter().map(|problem| Wrong::from(problem.clone()).why.say(&words));
            let why = why.collect::<Vec<_>>().join(" ");
            return words.with("import-skip-unfit", "why", why).into_owned();
        }
    };
    words.say(message).into_owned()
}

fn say_broken(why: &NotABundle, words: Words) -> String {
    let said = match why {
        NotABundle::NotJson { line, column } => {
            let at = [("line", line.to_string().into()), ("column", column.to_string().into())];
            words.tell("import-not-json", at)
        }
        NotABundle::NotFhir => words.say("import-not-fhir"),
    };
    said.into_owned()
}
