//! What an import came to, for the last line of the command.

use std::collections::BTreeMap;
use std::fmt;

use doorstep_client_core::record::Kind;
use serde::Serialize;

use super::bundle::Imported;

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
    /// Adds what one bundle yielded.
    pub fn add(&mut self, imported: &Imported) {
        self.bundles += 1;
        self.cases += imported.cases.len();
        for (_, record) in imported.cases.iter().flat_map(|case| &case.records) {
            *self.records.entry(record.kind()).or_default() += 1;
        }
        for skipped in &imported.skipped {
            *self.skipped.entry(skipped.resource_type.clone()).or_default() += 1;
        }
    }
}

impl fmt::Display for ImportCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&line)
    }
}
