//! A new record of a case or of the directory.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::{Document, Header, Version};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Kind;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::opened::{chosen_instrument, inputs};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::records::{belongs, refused, write};
use crate::http::{Named, OfficeCaller, Permitted, Problem, Queried, blocking};
use crate::merge::Save;
use crate::office::chart::{Case, kind_message};
use crate::office::form::{Context, Form, Wrong, checked, wants_more};
use crate::office::frame::{Area, Asking, Frame, done, page};
use crate::office::gate::Posted;
use crate::store::{Scope, ScopeKind, StoredRecord};

#[derive(Template)]
#[template(path = "record/create.html")]
struct Page {
    frame: Frame,
    scope: Scope,
    kind: Kind,
    kind_words: String,
    /// The id that the record gets, so that a form that is sent twice makes one record.
    record: RecordId,
    form: Form,
    /// The instruments to choose from, where an assessment has none yet.
    instruments: Vec<(RecordId, String)>,
}

impl Page {
    fn is_directory(&self) -> bool {
        self.scope.kind == ScopeKind::Directory
    }

    fn takes_file(&self) -> bool {
        self.kind == Kind::Attachment
    }
}

/// What a new assessment is by.
#[derive(Deserialize)]
pub struct By {
    instrument: Option<RecordId>,
}

/// The form of a new record.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/new/{kind}",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("kind" = describe::KindOfRecord, Path, description = "The kind"),
        ("instrument" = Option<describe::Id>, Query, description = "The instrument of a new assessment"),
    ),
    security(("office" = ["write"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named((scope, kind)): Named<(ScopeId, Kind)>,
    Queried(by): Queried<By>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Write, scope)?;
        let new = New::read(app, &caller, asking, scope, kind)?;
        let record = RecordId::new(app.environment.now(), &mut app.environment.entropy());
        let content = new.case.around.begun(kind, by.instrument);
        new.page(record, &content, &[], &[])
    })
    .await
}

/// Makes a new record. What cannot be saved is shown again with what is wrong.
#[utoipa::path(
    post,
    path = "/office/cases/{scope}/new/{kind}",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("kind" = describe::KindOfRecord, Path, description = "The kind"),
    ),
    security(("office" = ["write"])),
    responses(
        (status = 200, description = "The form with one more empty element"),
        (status = 303, description = "It is made, or was made by the same form before"),
        (status = 422, description = "The form with what is wrong"),
    )
)]
pub async fn save(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named((scope, kind)): Named<(ScopeId, Kind)>,
    posted: Posted,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Write, scope)?;
        let new = New::read(app, &caller, asking, scope, kind)?;
        let record: RecordId = posted.parse("record")?;
        let shown = |wrong: &[Wrong]| new.page(record, &json!({}), posted.fields(), wrong);
        if wants_more(posted.fields()) {
            return Ok(shown(&[])?.into_response());
        }
        let base = json!({});
        let context = new.case.around.context(&chosen_instrument(kind, &base, posted.fields()));
        match checked(kind, &base, posted.fields(), &context) {
            Err(wrong) => Ok((StatusCode::UNPROCESSABLE_ENTITY, shown(&wrong)?).into_response()),
            Ok(content) => {
                let header = Header { id: record, scope: new.scope.id, kind };
                write(app, &caller, &save_of(app, &caller, header)?, header.scope, &content)?;
                Ok(done(&format!("/office/records/{record}"), "created").into_response())
            }
        }
    })
    .await
}

/// How a form's record is saved: made, or, where the same form, sent again, made it before, edited as it was made: what was
/// changed in it since is an edit of that.
pub(super) fn save_of(app: &App, caller: &Permitted, header: Header) -> Result<Save, Problem> {
    match caller.snapshot(app)?.record(header.id)? {
        None => Ok(Save::Create(header)),
        Some(stored) if (stored.stamp.scope, stored.stamp.kind) == (header.scope, header.kind) => {
            Ok(Save::Edit(header.id, as_made(&stored)?))
        }
        Some(_) => Err(Problem::bad_request("this id is another record's")),
    }
}

/// The version in which a record was made.
fn as_made(stored: &StoredRecord) -> Result<Version, Problem> {
    let mut document = Document::load(&stored.document).map_err(refused)?;
    let first = document.history().into_iter().next();
    first.map(|entry| entry.version).ok_or_else(Problem::internal)
}

/// A new record that somebody is about to write.
pub(super) struct New {
    frame: Frame,
    scope: Scope,
    kind: Kind,
    pub(super) case: Case,
}

impl New {
    pub(super) fn read(
        app: &App,
        caller: &Permitted,
        asking: Asking,
        scope: Scope,
        kind: Kind,
    ) -> Result<Self, Problem> {
        let snapshot = &*caller.snapshot(app)?;
        belongs(snapshot, kind, scope.id)?;
        let frame = Frame::new(app, caller, snapshot, asking, Area::Caseload)?;
        let case = Case::read(app, snapshot, scope.id, &frame.local)?;
        Ok(Self { frame, scope, kind, case })
    }

    fn page(
        &self,
        record: RecordId,
        content: &Json,
        posted: &[(String, String)],
        wrong: &[Wrong],
    ) -> Result<Html<String>, Problem> {
        self.page_with(record, content, posted, wrong, |form, _| form)
    }

    /// The page of the form with what is `added` to it.
    pub(super) fn page_with(
        &self,
        record: RecordId,
        content: &Json,
        posted: &[(String, String)],
        wrong: &[Wrong],
        added: impl FnOnce(Form, &Context<'_>) -> Form,
    ) -> Result<Html<String>, Problem> {
        let chosen = chosen_instrument(self.kind, content, posted);
        let context = self.case.around.context(&chosen);
        let has_instrument = self.kind != Kind::Assessment || context.instrument.is_some();
        let form = inputs(Form::again(self.kind, content, posted, wrong, &context));
        page(&Page {
            kind_words: self.frame.say(&kind_message(self.kind)).into_owned(),
            kind: self.kind,
            record,
            form: added(form, &context),
            instruments: if has_instrument { Vec::new() } else { self.case.around.instruments() },
            scope: self.scope.clone(),
            frame: self.frame.clone(),
        })
    }
}
