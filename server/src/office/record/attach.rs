//! A new attachment with its file: both are stored, or neither is.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::document::Header;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::limits::ATTACHMENT_BYTES_MAX;
use doorstep_client_core::record::{AnyRecord, Kind};
use serde_json::{Value as Json, json};

use super::create::{New, save_of};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::files::{ChunkError, Gathered};
use crate::http::records::write;
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking};
use crate::merge::Save;
use crate::office::file_form::{FileForm, Sent};
use crate::office::form::{Why, Wrong, checked};
use crate::office::frame::{Asking, done};
use crate::office::gate::Posted;
use crate::office::upload::Uploaded;
use crate::store::{AuditEvent, FileHash, Scope};

/// The field of the file.
const FILE: &str = "file";

/// The form of a new attachment.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/new/attachment",
    params(("scope" = describe::Id, Path, description = "The case")),
    security(("office" = ["write"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Write, scope)?;
        Asked { caller, asking, scope, posted: Posted::default() }.page(app, None, &[], None)
    })
    .await
}

/// Stores a file with the attachment that names it. What cannot be stored is shown again with what is wrong.
#[utoipa::path(
    post,
    path = "/office/cases/{scope}/new/attachment",
    params(("scope" = describe::Id, Path, description = "The case")),
    security(("office" = ["write"])),
    responses(
        (status = 303, description = "Both are stored, or were by the same form before"),
        (status = 413, description = "The form: the file is too big"),
        (status = 422, description = "The form with what is wrong"),
        (status = 507, description = "The form: there is no room for the file, or it cannot be stored"),
    )
)]
pub async fn save(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
    upload: Uploaded,
) -> Result<Response, Problem> {
    let asked = move |app: &App| caller.require_in(app, Action::Write, scope);
    let (caller, scope) = blocking(Arc::clone(&app), asked).await?;
    let FileForm { posted, file } = upload.file_form(FILE, &app.files).await?;
    let asked = Arc::new(Asked { caller, asking, scope, posted });
    // It goes on whether or not the browser is still there.
    let stored = tokio::spawn(asked.store(app, file));
    stored.await.map_err(|_| Problem::internal())?
}

/// What somebody has sent, or is about to.
struct Asked {
    caller: Permitted,
    asking: Asking,
    scope: Scope,
    posted: Posted,
}

/// Why the record that names a file was not stored.
enum Failed {
    /// The file was not.
    File(ChunkError),
    /// The form has made a record that names another one.
    AddedBefore,
    /// Something else.
    Other(Problem),
}

impl From<ChunkError> for Failed {
    fn from(error: ChunkError) -> Self {
        Self::File(error)
    }
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Other(problem)
    }
}

impl Asked {
    async fn store(self: Arc<Self>, app: Arc<App>, file: Sent) -> Result<Response, Problem> {
        let record = self.posted.parse("record")?;
        let (media_type, gathered) = match file {
            Sent::File { media_type, gathered } => (media_type, gathered),
            Sent::Nothing => return self.refused(app, Some(record), Why::FileMissing).await,
            Sent::Empty => return self.refused(app, Some(record), Why::FileEmpty).await,
            Sent::TooBig => {
                return self.refused(app, Some(record), Why::FileTooBig(ATTACHMENT_BYTES_MAX)).await;
            }
            Sent::NoPlace => return self.refused(app, Some(record), Why::FileNotStored).await,
        };
        let about = about(&media_type, &gathered);
        let asked = Arc::clone(&self);
        let content = match blocking(Arc::clone(&app), move |app| asked.checked(app, &about)).await? {
            Ok(content) => content,
            Err(_) => return self.refused(app, Some(record), Why::FileAgain).await,
        };
        match self.keep(&app, record, content, gathered).await {
            Ok(()) => {
                let list = format!("/office/cases/{}/records/{}", self.scope.id, Kind::Attachment.code());
                Ok(done(&list, "created").into_response())
            }
            Err(Failed::AddedBefore) => self.refused(app, None, Why::FileAddedBefore).await,
            Err(Failed::File(ChunkError::OverQuota)) => {
                self.refused(app, Some(record), Why::FileOverQuota).await
            }
            Err(Failed::File(error)) => {
                tracing::error!("a file was not stored: {error}");
                self.refused(app, Some(record), Why::FileNotStored).await
            }
            Err(Failed::Other(problem)) => Err(problem),
        }
    }

    /// Keeps a file and the record that names it.
    async fn keep(
        self: &Arc<Self>,
        app: &Arc<App>,
        record: RecordId,
        content: AnyRecord,
        gathered: Gathered,
    ) -> Result<(), Failed> {
        let header = Header { id: record, scope: self.scope.id, kind: Kind::Attachment };
        let (asked, hash) = (Arc::clone(self), gathered.hash);
        let name =
            async { blocking(Arc::clone(app), move |app| asked.name(app, header, &content, hash)).await? };
        let case = (self.caller.agency, self.scope.id);
        let ((), is_new) = app.files.keep_whole(case, gathered, name).await?;
        if is_new {
            let (asked, arrived) =
                (Arc::clone(self), AuditEvent::FileArrived { scope: self.scope.id, record });
            blocking(Arc::clone(app), move |app| asked.caller.audit(app, arrived)).await?;
        }
        Ok(())
    }

    /// Stores the record that names a file; told apart is that the form has named another one before.
    fn name(
        &self,
        app: &App,
        header: Header,
        content: &AnyRecord,
        hash: FileHash,
    ) -> Result<Result<(), Failed>, Problem> {
        let save = save_of(app, &self.caller, header)?;
        let named = self.caller.snapshot(app)?.files_named(header.scope, hash)?;
        if matches!(save, Save::Edit(..)) && !named.iter().any(|named| named.record == header.id) {
            return Ok(Err(Failed::AddedBefore));
        }
        write(app, &self.caller, &save, header.scope, content)?;
        Ok(Ok(()))
    }

    /// The attachment that the form makes of what is known of its file, or all that is wrong.
    fn checked(&self, app: &App, about: &Json) -> Result<Result<AnyRecord, Vec<Wrong>>, Problem> {
        let new = self.new_record(app)?;
        Ok(checked(Kind::Attachment, about, self.posted.fields(), &new.case.around.context(about)))
    }

    /// The form again, with what is wrong with its file and with its other fields.
    async fn refused(
        self: Arc<Self>,
        app: Arc<App>,
        record: Option<RecordId>,
        why: Why,
    ) -> Result<Response, Problem> {
        let status = match why {
            Why::FileTooBig(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Why::FileOverQuota | Why::FileNotStored => StatusCode::INSUFFICIENT_STORAGE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        blocking(app, move |app| {
            // Whatever the file is, its record says something right of it.
            let about = json!({ "media_type": "a/b", "size_bytes": 0, "sha256": "0".repeat(64) });
            let wrong = self.checked(app, &about)?.err().unwrap_or_default();
            Ok((status, self.page(app, record, &wrong, Some(&why))?).into_response())
        })
        .await
    }

    /// The form of this record, or of one that gets its id now.
    fn page(
        &self,
        app: &App,
        record: Option<RecordId>,
        wrong: &[Wrong],
        of_file: Option<&Why>,
    ) -> Result<Html<String>, Problem> {
        let new = self.new_record(app)?;
        let record =
            record.unwrap_or_else(|| RecordId::new(app.environment.now(), &mut app.environment.entropy()));
        new.page_with(record, &json!({}), self.posted.fields(), wrong, |form, context| {
            form.with_file(FILE, ATTACHMENT_BYTES_MAX, of_file, context)
        })
    }

    fn new_record(&self, app: &App) -> Result<New, Problem> {
        New::read(app, &self.caller, self.asking.clone(), self.scope.clone(), Kind::Attachment)
    }
}

/// What an attachment says of its file, which nobody types.
fn about(media_type: &str, file: &Gathered) -> Json {
    json!({ "media_type": media_type, "size_bytes": file.bytes, "sha256": file.hash.to_string() })
}
