//! Texts and collections that a later version of this crate adds to a kind.
//!
//! Two phones that each create the same container would make rivals, one hidden behind the other. So a container
//! that a document lacks comes in by a change that is the same wherever it is made: an actor derived from its
//! name, no dependencies, time 0. Such containers stand at the root of a record.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ChangeHash, ObjType, ROOT};
use sha2::{Digest, Sha256};

use super::DocumentError;
use super::edit::{Content, Write, child, tree};
use crate::record::Kind;

/// Adds the containers that these writes need and the document lacks; returns the changes that did so.
pub(super) fn add_missing(
    doc: &mut AutoCommit,
    kind: Kind,
    writes: &[Write],
) -> Result<Vec<ChangeHash>, DocumentError> {
    let mut added = Vec::new();
    for write in writes {
        let (Some(name), is_inside) = (write.path.first(), write.path.len() > 1) else { continue };
        let object_type = match &write.content {
            _ if is_inside => ObjType::Map,
            Content::Text(_) => ObjType::Text,
            _ => continue,
        };
        if child(doc, &ROOT, name).is_none() {
            let change = introduction(kind, name, object_type)?;
            added.push(change.hash());
            doc.apply_changes([change]).map_err(|_| DocumentError::Refused)?;
        }
    }
    Ok(added)
}

/// Whether a change does nothing but add a container that the kind has.
pub(super) fn is_introduction(kind: Kind, change: &Change) -> bool {
    let Ok(layout) = tree(&kind.empty()) else { return false };
    layout.iter().any(|(name, value)| {
        let object_type = match &value.value {
            automerge::hydrate::Value::Map(_) => ObjType::Map,
            automerge::hydrate::Value::Text(_) => ObjType::Text,
            _ => return false,
        };
        introduction(kind, name, object_type).is_ok_and(|known| known.hash() == change.hash())
    })
}

/// The change that adds a container: the same bytes everywhere.
fn introduction(kind: Kind, name: &str, object_type: ObjType) -> Result<Change, DocumentError> {
    let digest = Sha256::digest(format!("doorstep container {kind}/{name}"));
    let mut doc = AutoCommit::new().with_actor(ActorId::from(&digest[..16]));
    doc.put_object(ROOT, name, object_type).map_err(|_| DocumentError::Refused)?;
    doc.commit_with(CommitOptions::default().with_time(0));
    doc.get_last_local_change().ok_or(DocumentError::Refused)
}
