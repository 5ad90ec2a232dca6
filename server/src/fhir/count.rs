//! What an import came to, for the last line of the command.

use std::collections::BTreeMap;
use std::fmt;

use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Kind;
use serde::Serialize;

use super::bundle::{Reason, Skipped};

/// What was read out of bundles. Shown as one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ImportCount {
    /// Bundles that were read.
    pub bundles: usize,
    /// Cases: patients.
    pub cases: usize,
    /// Records, the patients' included, by kind.
    pub records: BTreeMap<Kind, usize>,
    /// Resources that became no record, by resource type.
    pub skipped: BTreeMap<String, usize>,
}

impl ImportCount {
    /// Adds the records of a case that were made.
    pub fn add_case(&mut self, patient: RecordId, made: impl IntoIterator<Item = (RecordId, Kind)>) {
        for (id, kind) in made {
            self.cases += usize::from(id == patient);
            *self.records.entry(kind).or_default() += 1;
        }
    }

    /// Adds a bundle that was read to its end, and what of it became no record.
    pub fn add_bundle(&mut self, skipped: &[Skipped]) {
        self.bundles += 1;
        for skipped in skipped {
            *self.skipped.entry(skipped.resource_type.clone()).or_default() += 1;
        }
    }
}

/// What became no record: each type and reason once, with how many there are.
pub fn by_reason(skipped: &[Skipped]) -> Vec<(&str, &Reason, usize)> {
    let mut counted: BTreeMap<(&str, String), (&Reason, usize)> = BTreeMap::new();
    for skipped in skipped {
        let key = (skipped.resource_type.as_str(), skipped.reason.to_string());
        counted.entry(key).or_insert((&skipped.reason, 0)).1 += 1;
    }
    counted.into_iter().map(|((name, _), (why, count))| (name, why, count)).collect()
}

impl fmt::Display for ImportCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&line)
    }
}
