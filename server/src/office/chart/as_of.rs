//! The chart as it stood: as of the last of the agency's order that had arrived by a time.
//!
//! What counts is when changes arrived here, not what clocks of phones say (I12): the chart is shown as the office could
//! have seen it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::{Document, Version};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{Kind, Timestamp};
use jiff::civil::DateTime;
use serde::Deserialize;

use super::line::kind_message;
use super::log::log_of;
use super::{Case, Header, Tab};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::records::refused;
use crate::http::{Named, OfficeCaller, Problem, Queried, blocking};
use crate::office::form;
use crate::office::frame::{Area, Asking, Frame, page};
use crate::office::local::Local;
use crate::store::{AuditEvent, Snapshot};

/// How an input for a time holds one.
const INPUT: &str = "%Y-%m-%dT%H:%M";

#[derive(Template)]
#[template(path = "chart/as_of.html")]
struct Page {
    frame: Frame,
    header: Header,
    /// What was asked for, as it was typed.
    asked: String,
    is_wrong: bool,
    /// The time in words.
    when: Option<String>,
    kinds: Vec<OfKind>,
}

/// The records of a kind then.
struct OfKind {
    kind: Kind,
    records: Vec<Then>,
}

/// A record then.
struct Then {
    record: RecordId,
    version: Version,
    title: String,
    is_mistake: bool,
    /// Whether it has changed since.
    is_past: bool,
}

impl OfKind {
    fn message(&self) -> String {
        kind_message(self.kind)
    }
}

/// Which time is asked for, on the agency's clocks.
#[derive(Deserialize)]
pub struct Wanted {
    at: Option<String>,
}

/// The chart as it stood at a time.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/as-of",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("at" = Option<String>, Query, description = "When, on the agency's clocks: 2026-11-27T14:30"),
    ),
    security(("office" = ["read"])),
    responses(
        (status = 200, description = "The page"),
        (status = 422, description = "The page: what was typed is no time"),
    )
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
    Queried(wanted): Queried<Wanted>,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Read, scope)?;
        let snapshot = &*caller.snapshot(app)?;
        caller.audit(app, AuditEvent::CaseRead { scope: scope.id })?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let case = Case::read(app, snapshot, scope.id, &frame.local)?;
        let asked = wanted.at.filter(|at| !at.trim().is_empty());
        let at = asked.as_deref().map(|text| time(text, &frame.local));
        let is_wrong = at == Some(None);
        let at = at.flatten();
        let shown = page(&Page {
            when: at.map(|at| frame.local.moment(at)),
            kinds: at.map(|at| then(snapshot, &case, at)).transpose()?.unwrap_or_default(),
            asked: asked.unwrap_or_else(|| frame.local.zoned(frame.local.now()).strftime(INPUT).to_string()),
            is_wrong,
            header: Header::of(snapshot, &scope, &case, &frame.local, Tab::AsOf)?,
            frame,
        })?;
        Ok(answer(is_wrong, shown))
    })
    .await
}

fn answer(is_wrong: bool, shown: Html<String>) -> Response {
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, shown).into_response()
}

/// The end of the minute that was typed, so that what arrived in it is shown.
fn time(text: &str, local: &Local) -> Option<Timestamp> {
    let minute: DateTime = text.trim().parse().ok()?;
    let at = minute.to_zoned_datetime(local.zone().clone()).ok()?.timestamp();
    Some(Timestamp::from(at).saturating_add_ms(MINUTE_MS - 1))
}

const MINUTE_MS: i64 = 60_000;

/// Each record at the version that it had when the last entry had arrived.
fn then(snapshot: &dyn Snapshot, case: &Case, at: Timestamp) -> Result<Vec<OfKind>, Problem> {
    let log = log_of(snapshot, case.scope)?;
    // The order decides: what stands before the last entry that had arrived was there, whatever its own time says.
    let upto = log.iter().rposition(|entry| entry.head.received_at <= at).map_or(0, |last| last + 1);
    let mut versions: BTreeMap<RecordId, Version> = BTreeMap::new();
    for entry in &log[..upto] {
        let version = versions.entry(entry.head.record).or_default();
        *version = entry.changes.advance(version).map_err(refused)?;
    }
    let mut kinds: BTreeMap<usize, OfKind> = BTreeMap::new();
    for (record, version) in versions {
        let Some(stored) = snapshot.record(record)? else { continue };
        let kind = stored.stamp.kind;
        let is_past = version != stored.stamp.version;
        let content = if is_past {
            let mut document = Document::load(&stored.document).map_err(refused)?;
            document.read_at(&version).map_err(refused)?.to_json()
        } else {
            case.entry(record).map(|entry| entry.content.clone()).unwrap_or_default()
        };
        let title = form::title(kind, &content, &case.around.context(&content));
        let is_mistake = content.get("entered_in_error") == Some(&true.into());
        let place = Kind::ALL.iter().position(|other| *other == kind).unwrap_or_default();
        let of_kind = kinds.entry(place).or_insert_with(|| OfKind { kind, records: Vec::new() });
        of_kind.records.push(Then { record, version, title, is_mistake, is_past });
    }
    Ok(kinds.into_values().collect())
}
