//! What was changed in a record, when and by whom.

use std::collections::{BTreeMap, HashSet};

use automerge::hydrate::Value as Tree;
use automerge::{ChangeHash, ROOT, ReadDoc, ScalarValue};
use serde::Serialize;

use super::changeset::time_of;
use super::conflict::tree_json;
use super::{Author, Document, Version};
use crate::ids::StaffId;
use crate::record::Timestamp;

/// One change of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryEntry {
    /// The record as this change's author left it.
    pub version: Version,
    /// Who made it; none where no member of staff did.
    pub by: Option<StaffId>,
    /// When, by the author's clock.
    pub at: Timestamp,
    /// What it changed.
    pub fields: Vec<FieldChange>,
}

/// One field that a change gave another value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// The field's path, e.g. `interventions.k3.frequency`.
    pub path: String,
    /// What its author saw there; null where there was nothing.
    pub before: serde_json::Value,
    /// What its author wrote.
    pub after: serde_json::Value,
}

/// A change, without what it changed.
struct Step {
    hash: ChangeHash,
    deps: Vec<ChangeHash>,
    by: Option<StaffId>,
    at: Timestamp,
}

impl Document {
    /// Every change, oldest first.
    pub fn history(&mut self) -> Vec<HistoryEntry> {
        let steps = self.steps();
        self.entries(steps)
    }

    /// How many changes there are.
    pub fn changes_count(&mut self) -> usize {
        self.doc.get_changes_meta(&[]).len()
    }

    /// Of the changes, the newest `skipped` left out, the `changes_max` that come next, newest first.
    pub fn latest_history(&mut self, skipped: usize, changes_max: usize) -> Vec<HistoryEntry> {
        let mut steps = self.steps();
        steps.truncate(steps.len().saturating_sub(skipped));
        let steps = steps.split_off(steps.len().saturating_sub(changes_max));
        let mut entries = self.entries(steps);
        entries.reverse();
        entries
    }

    fn steps(&mut self) -> Vec<Step> {
        let changes = self.doc.get_changes_meta(&[]).into_iter();
        let steps = changes.map(|change| Step {
            hash: change.hash,
            deps: change.deps,
            by: Author::of_actor(&change.actor).map(|author| author.staff),
            at: time_of(change.timestamp),
        });
        steps.collect()
    }

    /// What each of these changes changed.
    fn entries(&self, steps: Vec<Step>) -> Vec<HistoryEntry> {
        let mut seen = (Vec::new(), BTreeMap::new());
        let entries = steps.into_iter().map(|step| {
            let before =
                if step.deps == seen.0 { std::mem::take(&mut seen.1) } else { self.fields_at(&step.deps) };
            let after = self.fields_at(&[step.hash]);
            let fields = difference(&before, &after);
            seen = (vec![step.hash], after);
            HistoryEntry { version: Version::from_heads(vec![step.hash]), by: step.by, at: step.at, fields }
        });
        entries.collect()
    }

    /// The names of the root fields in which this document differs from what it was at a version.
    pub fn fields_changed_since(&mut self, version: &Version) -> Vec<String> {
        let before = self.fields_at(version.heads());
        let heads = self.doc.get_heads();
        let after = self.fields_at(&heads);
        let mut names: Vec<String> = difference(&before, &after)
            .into_iter()
            .map(|field| field.path.split('.').next().unwrap_or_default().to_owned())
            .collect();
        names.dedup();
        names
    }

    /// The newest version that holds nothing made later than `at`, by its authors' clocks.
    pub fn version_at(&mut self, at: Timestamp) -> Version {
        let mut included = HashSet::new();
        let mut heads = HashSet::new();
        for change in self.doc.get_changes_meta(&[]) {
            let is_complete = change.deps.iter().all(|dependency| included.contains(dependency));
            if is_complete && time_of(change.timestamp).as_second() <= at.as_second() {
                for dependency in &change.deps {
                    heads.remove(dependency);
                }
                included.insert(change.hash);
                heads.insert(change.hash);
            }
        }
        Version::from_heads(heads.into_iter().collect())
    }

    /// Every field by its path, as of these heads.
    fn fields_at(&self, heads: &[ChangeHash]) -> BTreeMap<String, serde_json::Value> {
        let mut fields = BTreeMap::new();
        if !heads.is_empty()
            && let Ok(tree) = self.doc.hydrate(ROOT, Some(heads))
        {
            flatten("", &tree, &mut fields);
        }
        fields
    }
}

fn flatten(path: &str, tree: &Tree, fields: &mut BTreeMap<String, serde_json::Value>) {
    match tree {
        Tree::Map(members) => {
            for (key, member) in members.iter().filter(|(key, _)| !key.starts_with('@')) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(&path, &member.value, fields);
            }
        }
        Tree::Scalar(ScalarValue::Null) => {}
        leaf => {
            fields.insert(path.to_owned(), tree_json(leaf));
        }
    }
}

fn difference(
    before: &BTreeMap<String, serde_json::Value>,
    after: &BTreeMap<String, serde_json::Value>,
) -> Vec<FieldChange> {
    let paths: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |fields: &BTreeMap<String, serde_json::Value>, path: &String| fields.get(path).cloned();
    paths
        .into_iter()
        .map(|path| (path, value(before, path), value(after, path)))
        .filter(|(_, before, after)| before != after)
        .map(|(path, before, after)| FieldChange {
            path: path.clone(),
            before: before.unwrap_or_default(),
            after: after.unwrap_or_default(),
        })
        .collect()
}
