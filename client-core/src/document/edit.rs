//! Writing a record into a document: only what a person changed.
//!
//! The record before and after are laid out as trees by autosurgeon; their difference is what is written. A field
//! that is the same in both is not touched. That is what keeps an untouched field from settling a conflict that
//! nobody looked at, and two phones from both writing the default of a field that an older version never wrote.

use automerge::hydrate::{Map, Value as Tree};
use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjId, ObjType, Prop, ReadDoc, ScalarValue, Value};

use super::{DocumentError, Header, ID_KEY, KIND_KEY, SCOPE_KEY, text};
use crate::record::AnyRecord;

/// One field to be written: its path from the root, and its new content.
pub(super) struct Write {
    pub(super) path: Vec<String>,
    pub(super) content: Content,
}

/// What a field is to hold.
pub(super) enum Content {
    Register(ScalarValue),
    Text(String),
    /// A whole new element.
    Element(Tree),
}

/// Writes a record's first change.
pub(super) fn fill(doc: &mut AutoCommit, header: Header, record: &AnyRecord) -> Result<(), DocumentError> {
    record.reconcile(doc).map_err(|_| DocumentError::Refused)?;
    let bytes = |id: &[u8; 16]| ScalarValue::Bytes(id.to_vec());
    for (key, value) in [
        (ID_KEY, bytes(header.id.as_bytes())),
        (KIND_KEY, ScalarValue::Str(header.kind.code().into())),
        (SCOPE_KEY, bytes(header.scope.as_bytes())),
    ] {
        doc.put(automerge::ROOT, key, value).map_err(|_| DocumentError::Refused)?;
    }
    Ok(())
}

/// What has to be written to make `after` out of `before`.
pub(super) fn plan(before: &AnyRecord, after: &AnyRecord) -> Result<Vec<Write>, DocumentError> {
    let mut writes = Vec::new();
    compare(&tree(before)?, &tree(after)?, &mut Vec::new(), &mut writes)?;
    writes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(writes)
}

/// Writes what was planned.
pub(super) fn apply(doc: &mut AutoCommit, writes: &[Write]) -> Result<(), DocumentError> {
    for write in writes {
        let Some((key, parents)) = write.path.split_last() else { continue };
        let mut object = automerge::ROOT;
        for parent in parents {
            object = child(doc, &object, parent).ok_or(DocumentError::Refused)?;
        }
        match &write.content {
            Content::Register(value) => put(doc, &object, key.as_str().into(), value.clone()),
            Content::Text(text) => {
                let text_object = child(doc, &object, key).ok_or(DocumentError::Refused)?;
                text::rewrite(doc, &text_object, text)
            }
            Content::Element(element) => {
                doc.batch_create_object(&object, key.as_str(), element, false).map(drop)
            }
        }
        .map_err(|_| DocumentError::Refused)?;
    }
    Ok(())
}

/// The record as a tree, laid out as it stands in a document.
pub(super) fn tree(record: &AnyRecord) -> Result<Map, DocumentError> {
    let mut scratch = AutoCommit::new();
    record.reconcile(&mut scratch).map_err(|_| DocumentError::Refused)?;
    match scratch.hydrate(automerge::ROOT, None) {
        Ok(Tree::Map(map)) => Ok(map),
        _ => Err(DocumentError::Refused),
    }
}

/// Writes a register, over all values that it has. automerge takes a `put` of the value that is shown for a
/// removal of the others only, and somebody else's concurrent choice would then overrule this one unseen: so a
/// register in conflict is emptied first.
pub(super) fn put(
    doc: &mut AutoCommit,
    object: &ObjId,
    prop: Prop,
    value: ScalarValue,
) -> Result<(), automerge::AutomergeError> {
    if doc.get_all(object, prop.clone())?.len() > 1 {
        doc.put(object, prop.clone(), ScalarValue::Null)?;
    }
    doc.put(object, prop, value)
}

/// The object under a key, if there is one.
pub(super) fn child(doc: &impl ReadDoc, object: &ObjId, key: &str) -> Option<ObjId> {
    match doc.get(object, key) {
        Ok(Some((Value::Object(ObjType::Map | ObjType::Text), id))) => Some(id),
        _ => None,
    }
}

fn compare(
    before: &Map,
    after: &Map,
    path: &mut Vec<String>,
    writes: &mut Vec<Write>,
) -> Result<(), DocumentError> {
    if let Some((missing, _)) = before.iter().find(|(key, _)| after.get(key).is_none()) {
        path.push(missing.clone());
        return Err(DocumentError::WouldDelete(path.join(".")));
    }
    for (key, value) in after.iter() {
        path.push(key.clone());
        let content = match (before.get(key), &value.value) {
            (Some(old), new) if old == new => None,
            (Some(Tree::Map(old)), Tree::Map(new)) => {
                compare(old, new, path, writes)?;
                None
            }
            (_, Tree::Scalar(value)) => Some(Content::Register(value.clone())),
            (Some(Tree::Text(_)), Tree::Text(text)) => Some(Content::Text(text.to_string())),
            (_, element) => Some(Content::Element(element.clone())),
        };
        writes.extend(content.map(|content| Write { path: path.clone(), content }));
        path.pop();
    }
    Ok(())
}
