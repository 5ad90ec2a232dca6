//! Fields that two people set to different values at the same time (I8).

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjId, ObjType, Prop, ReadDoc, ScalarValue, Value};
use serde::Serialize;

use super::changeset::time_of;
use super::{Author, Document, DocumentError, Version, edit};
use crate::ids::StaffId;
use crate::record::Timestamp;

/// A field with several values, until a person picks one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The field's path, e.g. `interventions.k3.frequency`.
    pub path: String,
    /// Its values; the one that is shown meanwhile is the same on every phone and in the office.
    pub values: Vec<ConflictingValue>,
}

/// One of the values of a field in conflict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConflictingValue {
    /// Names this value when it is picked.
    pub id: String,
    /// The value, as JSON.
    pub value: serde_json::Value,
    /// Who wrote it; none where no member of staff did.
    pub by: Option<StaffId>,
    /// When, by the writer's clock.
    pub at: Timestamp,
    /// Whether this is the one that is shown meanwhile.
    pub is_shown: bool,
}

impl Document {
    /// The fields that hold several different values, each with its values.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        walk(&self.doc, &automerge::ROOT, "", &mut conflicts);
        conflicts.sort_by(|a, b| a.path.cmp(&b.path));
        conflicts
    }

    /// Settles a conflict by picking one of its values, as of the version that was seen.
    pub fn resolve(
        &mut self,
        seen: &Version,
        path: &str,
        pick: &str,
        by: Author,
        at: Timestamp,
    ) -> Result<(), DocumentError> {
        self.write_at(seen, by, at, |doc| {
            let (parents, key) = path.rsplit_once('.').map_or(("", path), |(parents, key)| (parents, key));
            let mut object = automerge::ROOT;
            for parent in parents.split('.').filter(|parent| !parent.is_empty()) {
                object = inside(doc, &object, parent).ok_or(DocumentError::NoSuchConflict)?.1;
            }
            let (prop, _) = inside(doc, &object, key).ok_or(DocumentError::NoSuchConflict)?;
            let values = doc.get_all(&object, prop.clone()).map_err(|_| DocumentError::Refused)?;
            if values.len() < 2 {
                return Err(DocumentError::NoSuchConflict);
            }
            let picked = values.into_iter().find(|(_, id)| id.to_string() == pick);
            match picked.ok_or(DocumentError::NoSuchConflict)? {
                (Value::Scalar(value), _) => {
                    edit::put(doc, &object, prop, value.into_owned()).map_err(|_| DocumentError::Refused)
                }
                (Value::Object(_), id) => copy(doc, &object, prop, &id),
            }
        })
    }
}

fn copy(doc: &mut AutoCommit, object: &ObjId, prop: Prop, from: &ObjId) -> Result<(), DocumentError> {
    let content = doc.hydrate(from, None).map_err(|_| DocumentError::Refused)?;
    doc.batch_create_object(object, prop, &content, false).map(drop).map_err(|_| DocumentError::Refused)
}

/// The property of this name, and the object or scalar that is shown there.
fn inside(doc: &AutoCommit, object: &ObjId, name: &str) -> Option<(Prop, ObjId)> {
    let prop = match doc.object_type(object).ok()? {
        ObjType::List => Prop::Seq(name.parse().ok()?),
        _ => Prop::Map(name.to_owned()),
    };
    let (_, id) = doc.get(object, prop.clone()).ok()??;
    Some((prop, id))
}

fn walk(doc: &AutoCommit, object: &ObjId, path: &str, conflicts: &mut Vec<Conflict>) {
    let props: Vec<Prop> = match doc.object_type(object) {
        Ok(ObjType::Map | ObjType::Table) => doc.keys(object).map(Prop::Map).collect(),
        Ok(ObjType::List) => (0..doc.length(object)).map(Prop::Seq).collect(),
        _ => Vec::new(),
    };
    for prop in props {
        let Ok(values) = doc.get_all(object, prop.clone()) else { continue };
        let path = if path.is_empty() { prop.to_string() } else { format!("{path}.{prop}") };
        if values.len() > 1 {
            conflicts.extend(conflict(doc, &path, &values));
        }
        if let Some((Value::Object(_), shown)) = values.last() {
            walk(doc, shown, &path, conflicts);
        }
    }
}

fn conflict(doc: &AutoCommit, path: &str, values: &[(Value<'_>, ObjId)]) -> Option<Conflict> {
    let last = values.len() - 1;
    let values: Vec<ConflictingValue> = values
        .iter()
        .enumerate()
        .map(|(index, (value, id))| {
            let (by, at) = written(doc, id);
            ConflictingValue {
                id: id.to_string(),
                value: match value {
                    Value::Scalar(scalar) => scalar_json(scalar),
                    Value::Object(_) => {
                        doc.hydrate(id, None).map_or(serde_json::Value::Null, |tree| tree_json(&tree))
                    }
                },
                by,
                at,
                is_shown: index == last,
            }
        })
        .collect();
    let differ = values.iter().any(|value| value.value != values[0].value);
    differ.then(|| Conflict { path: path.to_owned(), values })
}

/// Who wrote a value and when.
fn written(doc: &AutoCommit, value: &ObjId) -> (Option<StaffId>, Timestamp) {
    let author = match value {
        ObjId::Root => None,
        ObjId::Id(_, actor, _) => Author::of_actor(actor).map(|author| author.staff),
    };
    let at = doc
        .hash_for_opid(value)
        .and_then(|hash| doc.get_change_by_hash(&hash))
        .map_or(Timestamp::UNIX_EPOCH, |change| time_of(change.timestamp()));
    (author, at)
}

/// A register's value as JSON. Structured values are kept as JSON text and shown as what they hold.
pub(super) fn scalar_json(scalar: &ScalarValue) -> serde_json::Value {
    match scalar {
        ScalarValue::Str(text) if text.starts_with('{') => {
            serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into())
        }
        ScalarValue::Str(text) => text.as_str().into(),
        ScalarValue::Bytes(bytes) => data_encoding::HEXLOWER.encode(bytes).into(),
        ScalarValue::Int(value) => (*value).into(),
        ScalarValue::Uint(value) => (*value).into(),
        ScalarValue::F64(value) => (*value).into(),
        ScalarValue::Boolean(value) => (*value).into(),
        ScalarValue::Timestamp(ms) => Timestamp::from_millisecond(*ms)
            .map_or(serde_json::Value::Null, |instant| instant.to_string().into()),
        ScalarValue::Counter(_) | ScalarValue::Unknown { .. } | ScalarValue::Null => serde_json::Value::Null,
    }
}

/// A part of a document as JSON.
pub(super) fn tree_json(tree: &automerge::hydrate::Value) -> serde_json::Value {
    use automerge::hydrate::Value as Tree;
    match tree {
        Tree::Scalar(scalar) => scalar_json(scalar),
        Tree::Text(text) => text.to_string().into(),
        Tree::Map(map) => map.iter().map(|(key, value)| (key.clone(), tree_json(&value.value))).collect(),
        Tree::List(list) => list.iter().map(|value| tree_json(&value.value)).collect(),
    }
}
