//! That a record was entered in error, or was not: an act that is confirmed, and says why.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::RecordId;

use super::opened::{About, MISTAKE, Opened};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::records::write;
use crate::http::{Named, OfficeCaller, Problem, blocking};
use crate::merge::Save;
use crate::office::frame::{Area, Asking, Frame, done, page};
use crate::office::gate::Posted;
use crate::store::{AuditEvent, MistakeReason};

#[derive(Template)]
#[template(path = "record/mistake.html")]
struct Page {
    frame: Frame,
    about: About,
    seen: Version,
    is_mistake: bool,
    has_no_reason: bool,
}

impl Page {
    fn reasons(&self) -> Vec<(&'static str, String)> {
        let reason = |reason: MistakeReason| {
            let message = format!("mistake-reason-{}", reason.code().replace('_', "-"));
            (reason.code(), self.frame.say(&message).into_owned())
        };
        MistakeReason::ALL.into_iter().map(reason).collect()
    }
}

/// Asks why a record was entered in error, or whether it was not after all.
#[utoipa::path(
    get,
    path = "/office/records/{record}/mistake",
    params(("record" = describe::Id, Path, description = "The record")),
    security(("office" = ["write"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(record): Named<RecordId>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, stamp) = caller.require_on(app, Action::Write, record)?;
        caller.audit(app, AuditEvent::RecordRead { scope: stamp.scope, record })?;
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let opened = Opened::read(app, snapshot, record, &frame)?;
        page(&Page {
            about: opened.about(&frame),
            seen: opened.stamp.version,
            is_mistake: opened.stamp.is_entered_in_error,
            has_no_reason: false,
            frame,
        })
    })
    .await
}

/// Says that a record was entered in error, for a reason, or that it was not.
#[utoipa::path(
    post,
    path = "/office/records/{record}/mistake",
    params(("record" = describe::Id, Path, description = "The record")),
    security(("office" = ["write"])),
    responses(
        (status = 303, description = "It is said"),
        (status = 422, description = "The page: there is no reason"),
    )
)]
pub async fn save(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(record): Named<RecordId>,
    posted: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let (caller, stamp) = caller.require_on(app, Action::Write, record)?;
        // Whatever is answered may show it.
        caller.audit(app, AuditEvent::RecordRead { scope: stamp.scope, record })?;
        let seen: Version = posted.parse("seen")?;
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let mut opened = Opened::read(app, snapshot, record, &frame)?;
        let is_mistake = posted.line("undo").is_empty();
        let reason = MistakeReason::of_code(posted.line("reason"));
        if is_mistake && reason.is_none() {
            let about = opened.about(&frame);
            let shown = page(&Page { frame, about, seen, is_mistake: false, has_no_reason: true })?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
        }
        let mut content = opened.content(&seen)?;
        content[MISTAKE] = is_mistake.into();
        let content = opened.stamp.kind.from_json(content).map_err(|_| Problem::internal())?;
        let scope = opened.scope.id;
        write(app, &caller, &Save::Edit(record, seen), scope, &content)?;
        if let Some(reason) = reason.filter(|_| is_mistake) {
            caller.audit(app, AuditEvent::RecordMistaken { scope, record, reason })?;
        }
        let what = if is_mistake { "mistaken" } else { "restored" };
        Ok(done(&format!("/office/records/{record}"), what).into_response())
    })
    .await
}
