//! Which fields a change writes, by name.

use std::collections::{BTreeSet, HashMap};

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{AutoCommit, Change, Prop, ReadDoc};

use super::{Changeset, Document};

/// Collects the names of the root's fields in which changes write something, whatever is shown of it: a value that
/// another hides was written all the same.
pub(super) struct WrittenFields<'d> {
    doc: &'d AutoCommit,
    /// In which of the root's fields an object stands; none where it stands in none.
    of: HashMap<OpId, Option<String>>,
    names: BTreeSet<String>,
}

impl<'d> WrittenFields<'d> {
    /// Of changes that are in `doc`.
    pub(super) fn new(doc: &'d AutoCommit) -> Self {
        Self { doc, of: HashMap::new(), names: BTreeSet::new() }
    }

    /// Adds what a change writes, by its operations.
    pub(super) fn add(&mut self, change: &Change, operations: &[Op]) {
        let mut last = None;
        for (counter, operation) in (change.start_op().get()..).zip(operations) {
            match (&operation.obj, &operation.key) {
                (ObjectId::Root, Key::Map(name)) if matches!(operation.action, OpType::Make(_)) => {
                    self.of.insert(OpId::new(counter, change.actor_id()), Some(name.to_string()));
                }
                (ObjectId::Root, Key::Map(name)) => self.write(name),
                (ObjectId::Id(object), _) if last != Some(object) => {
                    if let Some(name) = self.field_of(object) {
                        self.write(&name);
                    }
                    last = Some(object);
                }
                _ => {}
            }
        }
    }

    /// The names, in order.
    pub(super) fn names(self) -> Vec<String> {
        self.names.into_iter().collect()
    }

    fn write(&mut self, name: &str) {
        if !name.starts_with('@') && !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    fn field_of(&mut self, object: &OpId) -> Option<String> {
        if let Some(known) = self.of.get(object) {
            return known.clone();
        }
        let name = self.doc.import_obj(&format!("{}@{}", object.counter(), object.actor())).ok();
        let name =
            name.and_then(|object| self.doc.parents(object).ok()?.last()).and_then(|root| match root.prop {
                Prop::Map(name) => Some(name.to_string()),
                Prop::Seq(_) => None,
            });
        self.of.insert(object.clone(), name.clone());
        name
    }
}

impl Document {
    /// The names of the fields in which these changes, which are in the document, write something.
    pub fn fields_written_by(&self, changes: &Changeset) -> Vec<String> {
        let mut fields = WrittenFields::new(&self.doc);
        for change in changes.parse().unwrap_or_default() {
            fields.add(&change, &change.decode().operations);
        }
        fields.names()
    }
}
