//! What the agency's staff share: the agency's rules, its instruments, and who is licensed where.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Kind;

use super::chart::{Case, FactList, Line, Pages, Paging};
use super::form::{self, Fact};
use super::frame::{Area, Asking, Frame, page};
use crate::access::{Action, Relation};
use crate::agency::itself;
use crate::app::App;
use crate::http::{OfficeCaller, Problem, Queried, blocking};
use crate::limits::DIRECTORY_STAFF_MAX;

#[derive(Template)]
#[template(path = "directory/page.html")]
struct Page {
    frame: Frame,
    directory: ScopeId,
    /// The agency's own record.
    agency: RecordId,
    rules: Vec<Fact>,
    instruments: Vec<Line>,
    staff: Vec<Line>,
    pages: Pages,
}

/// The directory.
#[utoipa::path(
    get,
    path = "/office/directory",
    params(("page" = Option<usize>, Query, description = "Which page of the staff, from 1")),
    security(("office" = ["read"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Queried(paging): Queried<Paging>,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Read, Relation::Directory)?;
    blocking(app, move |app| {
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Staff)?;
        let directory = snapshot.agency()?.directory;
        let case = Case::read(app, snapshot, directory, &frame.local)?;
        let agency: RecordId = itself(snapshot.agency_id()).into();
        let facts = case
            .entry(agency)
            .map(|entry| form::facts(Kind::Agency, &entry.content, &case.around.context(&entry.content)));
        let lines = |kind| {
            let mut lines: Vec<Line> =
                case.of_kind(kind).into_iter().map(|entry| Line::of(entry, &case, &frame.local)).collect();
            lines.sort_by(|a, b| (a.is_mistake, &a.title).cmp(&(b.is_mistake, &b.title)));
            lines
        };
        let mut staff = lines(Kind::Staff);
        let (pages, range) = paging.of(staff.len(), DIRECTORY_STAFF_MAX);
        page(&Page {
            directory,
            agency,
            rules: facts.unwrap_or_default(),
            instruments: lines(Kind::Instrument),
            staff: staff.drain(range).collect(),
            pages,
            frame,
        })
    })
    .await
}
