//! A record's form, saved at the version that was on the screen (I2).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::AnyRecord;
use serde_json::Value as Json;

use super::opened::{About, Opened, chosen_instrument, inputs};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::records::write;
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking};
use crate::merge::Save;
use crate::office::form::{self, Form, Wrong, checked, wants_more};
use crate::office::frame::{Area, Asking, Frame, done, page};
use crate::office::gate::Posted;
use crate::store::AuditEvent;

#[derive(Template)]
#[template(path = "record/edit.html")]
struct Page {
    frame: Frame,
    about: About,
    seen: Version,
    form: Form,
    /// The fields that hold several values.
    in_conflict: Vec<String>,
}

/// The form of a record as it stands.
#[utoipa::path(
    get,
    path = "/office/records/{record}/edit",
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
        let asked = Asked::read(app, &caller, asking, record, None)?;
        asked.page(&[], &[])
    })
    .await
}

/// Saves what was made of a record as of the version that was on the screen, and merges it. What cannot be saved is shown
/// again with what is wrong.
#[utoipa::path(
    post,
    path = "/office/records/{record}/edit",
    params(("record" = describe::Id, Path, description = "The record")),
    security(("office" = ["write"])),
    responses(
        (status = 200, description = "The form with one more empty element"),
        (status = 303, description = "It is saved"),
        (status = 422, description = "The form with what is wrong"),
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
        let asked = Asked::read(app, &caller, asking, record, Some(posted.parse("seen")?))?;
        if wants_more(posted.fields()) {
            return Ok(asked.page(posted.fields(), &[])?.into_response());
        }
        match asked.checked(posted.fields()) {
            Err(wrong) => {
                let page = asked.page(posted.fields(), &wrong)?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            Ok(content) => asked.save(app, &caller, &content),
        }
    })
    .await
}

/// A form that somebody has on her screen.
struct Asked {
    frame: Frame,
    opened: Opened,
    seen: Version,
    base: Json,
}

impl Asked {
    fn read(
        app: &App,
        caller: &Permitted,
        asking: Asking,
        record: RecordId,
        seen: Option<Version>,
    ) -> Result<Self, Problem> {
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, caller, snapshot, asking, Area::Caseload)?;
        let mut opened = Opened::read(app, snapshot, record, &frame)?;
        let seen = seen.unwrap_or_else(|| opened.stamp.version.clone());
        let base = opened.content(&seen)?;
        Ok(Self { frame, opened, seen, base })
    }

    fn checked(&self, posted: &[(String, String)]) -> Result<AnyRecord, Vec<Wrong>> {
        let kind = self.opened.stamp.kind;
        let chosen = chosen_instrument(kind, &self.base, posted);
        checked(kind, &self.base, posted, &self.opened.case.around.context(&chosen))
    }

    fn page(&self, posted: &[(String, String)], wrong: &[Wrong]) -> Result<Html<String>, Problem> {
        let kind = self.opened.stamp.kind;
        let chosen = chosen_instrument(kind, &self.base, posted);
        let context = self.opened.case.around.context(&chosen);
        let conflicts = self.opened.document.conflicts();
        let fields = conflicts.iter().map(|conflict| form::label(kind, &conflict.path, &self.base, &context));
        page(&Page {
            about: self.opened.about(&self.frame),
            seen: self.seen.clone(),
            form: inputs(Form::again(kind, &self.base, posted, wrong, &context)),
            in_conflict: fields.collect(),
            frame: self.frame.clone(),
        })
    }

    /// Saves, and says whether somebody else's changes were merged with it, and whether that left several values.
    fn save(&self, app: &App, caller: &Permitted, content: &AnyRecord) -> Result<Response, Problem> {
        let (record, scope) = (self.opened.stamp.record, self.opened.scope.id);
        let conflicts = self.opened.stamp.conflicts;
        write(app, caller, &Save::Edit(record, self.seen.clone()), scope, content)?;
        let stamp = caller.snapshot(app)?.stamp(record)?;
        let what = match stamp {
            Some(stamp) if stamp.conflicts > conflicts => "saved-conflict",
            _ if self.seen != self.opened.stamp.version => "saved-merged",
            _ => "saved",
        };
        Ok(done(&format!("/office/records/{record}"), what).into_response())
    }
}
