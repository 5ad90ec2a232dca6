//! One record: what it says, now or as of a version, its conflicts, and its history.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::RecordId;
use serde::Deserialize;

use super::history::{Change, changes};
use super::opened::{About, Opened};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::{Named, OfficeCaller, Problem, Queried, blocking};
use crate::limits::HISTORY_CHANGES_MAX;
use crate::office::chart::{FactList, Pages, Paging};
use crate::office::form::{self, Fact, Form};
use crate::office::frame::{Area, Asking, Frame, page};
use crate::store::AuditEvent;

#[derive(Template)]
#[template(path = "record/show.html")]
struct Page {
    frame: Frame,
    about: About,
    /// The version that is shown, where it is not the newest.
    past: Option<Version>,
    version: Version,
    is_mistake: bool,
    facts: Vec<Fact>,
    /// The values of fields in conflict.
    rivals: Form,
    changes: Vec<Change>,
    pages: Pages,
    fields: Vec<FieldChoice>,
}

/// A field whose history can be asked for.
struct FieldChoice {
    name: &'static str,
    label: String,
    is_chosen: bool,
}

/// What of a record is asked for.
#[derive(Deserialize)]
pub struct Wanted {
    /// As of which version; none: as it stands.
    at: Option<Version>,
    /// The history of which field; none or empty: of all.
    field: Option<String>,
    /// Which page of the history, from 1.
    page: Option<usize>,
}

/// A record.
#[utoipa::path(
    get,
    path = "/office/records/{record}",
    params(
        ("record" = describe::Id, Path, description = "The record"),
        ("at" = Option<describe::Version>, Query, description = "As of which version"),
        ("field" = Option<String>, Query, description = "The history of which field"),
        ("page" = Option<usize>, Query, description = "Which page of the history, from 1"),
    ),
    security(("office" = ["read"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(record): Named<RecordId>,
    Queried(wanted): Queried<Wanted>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, stamp) = caller.require_on(app, Action::Read, record)?;
        let snapshot = &*caller.snapshot(app)?;
        caller.audit(app, AuditEvent::RecordRead { scope: stamp.scope, record })?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let mut opened = Opened::read(app, snapshot, record, &frame)?;
        let kind = opened.stamp.kind;
        let past = wanted.at.filter(|at| *at != opened.stamp.version);
        let shown = past.clone().unwrap_or_else(|| opened.stamp.version.clone());
        let content = opened.content(&shown)?;
        let field = wanted.field.as_deref();
        let field = kind.fields().iter().copied().find(|name| Some(*name) == field);
        let paging = Paging::at(wanted.page);
        let (pages, changes) = changes(snapshot, &mut opened, &frame, field, paging, HISTORY_CHANGES_MAX)?;
        let conflicts = if past.is_some() { Vec::new() } else { opened.document.conflicts() };
        let context = opened.case.around.context(&content);
        let fields = kind.fields().iter().map(|name| FieldChoice {
            name,
            label: form::label(kind, name, &content, &context),
            is_chosen: field == Some(*name),
        });
        page(&Page {
            about: opened.about(&frame),
            version: opened.stamp.version.clone(),
            is_mistake: opened.stamp.is_entered_in_error,
            facts: form::facts(kind, &content, &context),
            rivals: Form::empty().with_conflicts(kind, &content, &conflicts, &context),
            fields: fields.collect(),
            changes,
            pages,
            past,
            frame,
        })
    })
    .await
}

impl Page {
    /// The address of another page of the same history.
    fn page_of(&self, page: &usize) -> String {
        let field = self.fields.iter().find(|field| field.is_chosen);
        let field = field.map(|field| format!("&field={}", field.name)).unwrap_or_default();
        format!("{}?page={page}{field}#history", self.frame.path)
    }
}
