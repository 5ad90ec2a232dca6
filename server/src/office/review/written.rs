//! What somebody wrote that was set aside, or that arrived late: field by field, what she saw there and what she wrote.

use std::collections::HashSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::{Document, HistoryEntry, Version};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use serde_json::Value as Json;

use super::back;
use super::line::{entry, kind_of_record, reason};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::quarantine::{accept_for, discard_for, examined};
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking, names};
use crate::limits::DISCARD_REASON_CHARS_MAX;
use crate::office::form::{Context, label, show};
use crate::office::frame::{Area, Asking, Frame, page};
use crate::office::gate::{Posted, said};
use crate::office::local::Local;
use crate::review::Examined;
use crate::store::{LogQuery, Outcome, Seq, Snapshot};

#[derive(Template)]
#[template(path = "review/written.html")]
struct Page {
    frame: Frame,
    who: String,
    patient: Option<(ScopeId, String)>,
    record: Option<RecordId>,
    kind: Option<Kind>,
    received: String,
    /// Why it was set aside; none of late work.
    reason: Option<String>,
    /// Why it would be refused now.
    refused: Option<String>,
    fields: Vec<Written>,
    settles: Settles,
    /// What was typed, and what is wrong with it.
    typed: String,
    wrong: Option<String>,
}

/// A field that was written.
struct Written {
    label: String,
    before: String,
    after: String,
    at: String,
}

/// What settles it.
enum Settles {
    Aside {
        id: String,
        may_be_accepted: bool,
    },
    Late(Seq),
    /// Somebody has settled it.
    Nothing(String),
}

impl Page {
    fn kind_words(&self) -> std::borrow::Cow<'static, str> {
        self.kind
            .map_or_else(|| self.frame.say("arrived-record"), |kind| self.frame.say(&kind_of_record(kind)))
    }

    fn reason_chars_max(&self) -> usize {
        DISCARD_REASON_CHARS_MAX
    }
}

/// What was set aside: who wrote what, and what accepting it would do.
#[utoipa::path(
    get,
    path = "/office/review/quarantine/{id}",
    params(("id" = String, Path, description = "What was set aside: 32 hexadecimal digits")),
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn aside(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<String>,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| aside_page(app, &caller, &id, asking, None)).await
}

/// Merges what was set aside, as its author's work.
#[utoipa::path(
    post,
    path = "/office/review/quarantine/{id}/accept",
    params(("id" = String, Path, description = "What was set aside: 32 hexadecimal digits")),
    security(("office" = ["oversee"])),
    responses((status = 303, description = "Accepted: back to the queue"))
)]
pub async fn accept(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| accept_for(app, &caller, &id)).await?;
    Ok(back(&form, "accepted").into_response())
}

/// Discards what was set aside for a reason, which its author is told.
#[utoipa::path(
    post,
    path = "/office/review/quarantine/{id}/discard",
    params(("id" = String, Path, description = "What was set aside: 32 hexadecimal digits")),
    security(("office" = ["oversee"])),
    responses(
        (status = 303, description = "Discarded: back to the queue"),
        (status = 422, description = "The page, with what is wrong with the reason"),
    )
)]
pub async fn discard(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<String>,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let typed = form.line("reason").to_owned();
        match discard_for(app, &caller, &id, &typed) {
            Ok(()) => Ok(back(&form, "discarded").into_response()),
            Err(problem) if problem.code() == "reason_needed" => {
                let wrong = said(&problem, asking.words);
                let again = aside_page(app, &caller, &id, asking, Some((typed, wrong)))?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
            }
            Err(problem) => Err(problem),
        }
    })
    .await
}

fn aside_page(
    app: &App,
    caller: &Permitted,
    id: &str,
    asking: Asking,
    typed: Option<(String, String)>,
) -> Result<Html<String>, Problem> {
    let (found, examined) = examined(app, caller, id)?;
    let snapshot = &*caller.snapshot(app)?;
    let frame = Frame::new(app, caller, snapshot, asking, Area::Review)?;
    let teller = Teller { snapshot, local: &frame.local, staff: names(snapshot)?.into_iter().collect() };
    let aside = &found.quarantined.set_aside;
    let settles = match &found.review {
        Some((outcome, by, at)) => Settles::Nothing(teller.settled(outcome, *by, *at)),
        None => Settles::Aside {
            id: id.to_owned(),
            may_be_accepted: !matches!(examined, Examined::Refuse { .. }),
        },
    };
    let (kind, fields, refused) = match &examined {
        Examined::Merge(preview) => {
            (Some(preview.kind), teller.written(Some(preview.kind), preview.record, &preview.changes)?, None)
        }
        Examined::NothingNew => (None, Vec::new(), None),
        Examined::Refuse { code, .. } => (None, Vec::new(), Some(reason(code, &frame.local))),
    };
    let (typed, wrong) = typed.unzip();
    page(&Page {
        who: teller.name(aside.staff),
        patient: teller.patient(aside.scope)?,
        record: None,
        kind,
        received: frame.local.moment(aside.received_at),
        reason: Some(reason(&aside.reason, &frame.local)),
        refused,
        fields,
        settles,
        typed: typed.unwrap_or_default(),
        wrong,
        frame,
    })
}

/// Work that arrived late: who wrote what.
#[utoipa::path(
    get,
    path = "/office/review/late/{seq}",
    params(("seq" = u64, Path, description = "Its place in the agency's order")),
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn late(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(seq): Named<Seq>,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let late = app.store.late_work(caller.agency)?.into_iter().find(|late| late.seq == seq);
        let snapshot = &*caller.snapshot(app)?;
        let head = entry(snapshot, seq)?.filter(|_| late.is_some());
        let head = head.ok_or_else(|| Problem::not_found("late work"))?;
        let (scope, record) = (head.scope, head.record);
        caller.audit(app, crate::store::AuditEvent::RecordRead { scope, record })?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Review)?;
        let teller = Teller { snapshot, local: &frame.local, staff: names(snapshot)?.into_iter().collect() };
        let kind = snapshot.stamp(record)?.map(|stamp| stamp.kind);
        let changes = changes_of(snapshot, seq, scope, record)?;
        page(&Page {
            who: teller.name(head.staff),
            patient: teller.patient(Some(scope))?,
            record: Some(record),
            kind,
            received: frame.local.moment(head.received_at),
            reason: None,
            refused: None,
            fields: teller.written(kind, record, &changes)?,
            settles: Settles::Late(seq),
            typed: String::new(),
            wrong: None,
            frame,
        })
    })
    .await
}

/// The changes of an entry of the log as the record's history tells them.
fn changes_of(
    snapshot: &dyn Snapshot,
    seq: Seq,
    scope: ScopeId,
    record: RecordId,
) -> Result<Vec<HistoryEntry>, Problem> {
    let query = LogQuery {
        scopes: &[scope],
        after: seq.saturating_sub(1),
        upto: seq,
        not_from: None,
        rows_max: 1,
        bytes_max: usize::MAX,
    };
    let unreadable = |error| {
        tracing::error!("a stored document cannot be read: {error}");
        Problem::internal()
    };
    let entry = snapshot.log(query)?.into_iter().next();
    let metas = entry.map(|entry| entry.changes.metas()).transpose().map_err(unreadable)?.unwrap_or_default();
    let of: HashSet<Version> = metas.into_iter().map(|meta| meta.version).collect();
    let Some(stored) = snapshot.record(record)? else { return Ok(Vec::new()) };
    let history = Document::load(&stored.document).map_err(unreadable)?.history();
    Ok(history.into_iter().filter(|entry| of.contains(&entry.version)).collect())
}

/// Knows everybody's names, and what time it is.
struct Teller<'a> {
    snapshot: &'a dyn Snapshot,
    local: &'a Local,
    staff: Vec<(StaffId, String)>,
}

impl Teller<'_> {
    fn name(&self, staff: StaffId) -> String {
        let known = self.staff.iter().find(|(id, _)| *id == staff).map(|(_, name)| name.clone());
        known.unwrap_or_else(|| self.local.words.say("somebody").into_owned())
    }

    fn patient(&self, scope: Option<ScopeId>) -> Result<Option<(ScopeId, String)>, Problem> {
        let titles = self.snapshot.titles(scope.as_slice())?;
        Ok(titles.into_iter().next())
    }

    /// Each field that was written; as often as it was.
    fn written(
        &self,
        kind: Option<Kind>,
        record: RecordId,
        changes: &[HistoryEntry],
    ) -> Result<Vec<Written>, Problem> {
        let Some(kind) = kind else { return Ok(Vec::new()) };
        let stored = self.snapshot.record(record)?;
        let content = stored.and_then(|stored| serde_json::from_str(&stored.view).ok());
        let content: Json = content.unwrap_or_default();
        let context = Context { staff: &self.staff, ..Context::bare(&self.local.words, self.local.zone()) };
        let nothing = || self.local.words.say("form-nothing").into_owned();
        let value = |path: &str, value: &Json| match show(kind, path, value, &context) {
            empty if empty.is_empty() => nothing(),
            words => words,
        };
        let fields =
            changes.iter().flat_map(|change| change.fields.iter().map(move |field| (change.at, field)));
        let written = fields.map(|(at, field)| Written {
            label: label(kind, &field.path, &content, &context),
            before: value(&field.path, &field.before),
            after: value(&field.path, &field.after),
            at: self.local.moment(at),
        });
        Ok(written.collect())
    }

    fn settled(&self, outcome: &Outcome, by: StaffId, at: Timestamp) -> String {
        let values = [("by", self.name(by).into()), ("at", self.local.moment(at).into())];
        match outcome {
            Outcome::Accepted => self.local.words.tell("review-was-accepted", values).into_owned(),
            Outcome::Discarded(reason) => {
                let values = values.into_iter().chain([("reason", reason.clone().into())]);
                self.local.words.tell("review-was-discarded", values).into_owned()
            }
        }
    }
}
