//! A record that somebody may look at.

use doorstep_client_core::document::{Document, Version};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Kind;
use serde_json::Value as Json;

use crate::app::App;
use crate::http::Problem;
use crate::http::records::refused;
use crate::office::chart::{Case, kind_message};
use crate::office::form::{Form, Part};
use crate::office::frame::Frame;
use crate::store::{RecordStamp, Scope, ScopeKind, Snapshot};

/// The field by which a record is entered in error: an act of its own, not an input among others.
pub(super) const MISTAKE: &str = "entered_in_error";

/// A record with all that is around it.
pub(super) struct Opened {
    pub(super) stamp: RecordStamp,
    pub(super) scope: Scope,
    pub(super) case: Case,
    pub(super) document: Document,
}

impl Opened {
    /// Reads a record.
    pub(super) fn read(
        app: &App,
        snapshot: &dyn Snapshot,
        record: RecordId,
        frame: &Frame,
    ) -> Result<Self, Problem> {
        let stored = snapshot.record(record)?.ok_or_else(|| Problem::not_found("record"))?;
        let scope = snapshot.scope(stored.stamp.scope)?.ok_or_else(|| Problem::not_found("case"))?;
        let case = Case::read(app, snapshot, scope.id, &frame.local)?;
        let document = Document::load(&stored.document).map_err(refused)?;
        Ok(Self { stamp: stored.stamp, scope, case, document })
    }

    /// What it says as of a version.
    pub(super) fn content(&mut self, version: &Version) -> Result<Json, Problem> {
        Ok(self.document.read_at(version).map_err(refused)?.to_json())
    }

    /// Whose it is, and what it is called.
    pub(super) fn about(&self, frame: &Frame) -> About {
        let entry = self.case.entry(self.stamp.record);
        About {
            record: self.stamp.record,
            scope: self.scope.id,
            is_directory: self.scope.kind == ScopeKind::Directory,
            whose: self.scope.title.clone(),
            kind: self.stamp.kind,
            kind_words: frame.say(&kind_message(self.stamp.kind)).into_owned(),
            title: entry.map(|entry| entry.title.clone()).unwrap_or_default(),
        }
    }
}

/// Whose a record is, and what it is called.
pub(super) struct About {
    pub(super) record: RecordId,
    pub(super) scope: doorstep_client_core::ids::ScopeId,
    pub(super) is_directory: bool,
    /// The patient's name.
    pub(super) whose: String,
    pub(super) kind: Kind,
    pub(super) kind_words: String,
    pub(super) title: String,
}

/// A record's form without what is an act of its own.
pub(super) fn inputs(mut form: Form) -> Form {
    form.parts.retain(|part| Part::path(part) != MISTAKE);
    form
}

/// What says which questions a form asks: the instrument that was posted, or else the record's.
pub(super) fn chosen_instrument(kind: Kind, base: &Json, posted: &[(String, String)]) -> Json {
    let chosen = posted.iter().rfind(|(name, _)| name == "instrument").map(|(_, id)| id.as_str());
    match (kind, chosen) {
        (Kind::Assessment, Some(id)) if !id.is_empty() => serde_json::json!({ "instrument": id }),
        _ => base.clone(),
    }
}
