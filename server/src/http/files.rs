//! Files of charts, as phones send and fetch them: in chunks, each on disk before it is answered, from where the last one
//! ended. A file is sent once its record has arrived: what no record of the case names is not taken.

use std::io::ErrorKind;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use doorstep_client_core::document::Authors;
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::limits::{ATTACHMENT_BYTES_MAX, FILE_CHUNK_BYTES_MAX, FILE_CHUNK_BYTES_MIN};
use doorstep_client_core::record::Kind;
use doorstep_client_core::wire::code;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::error::Body as Refusal;
use super::sync::hand_over;
use super::{DeviceCaller, Named, Problem, blocking, read_body};
use crate::access::{Actor, in_force};
use crate::admission::{NO_GRANT, Permissions, TOO_LATE};
use crate::app::App;
use crate::describe::{self, Binary};
use crate::files::{Chunk, ChunkError, FileId, FilesError, Held};
use crate::limits::ANSWER_PARTS_WAITING_MAX;
use crate::store::{Act, Agent, AuditEvent, DeviceHolder, FileHash, NamedFile};

/// Where the bytes of a chunk begin, or how many the server holds.
pub const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// How many bytes a file has.
pub const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// What a chunk is sent as.
pub const CHUNK_MEDIA_TYPE: &str = "application/offset+octet-stream";
/// What is known of no file's bytes.
const BYTES_MEDIA_TYPE: &str = "application/octet-stream";

/// What a phone asks about a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// To send it.
    Sending,
    /// To have it.
    Reading,
}

/// How much of a file is here.
///
/// All of it, where `upload-offset` is `upload-length`.
#[utoipa::path(
    head,
    path = "/v1/cases/{scope}/files/{sha256}",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("sha256" = describe::Hash, Path, description = "The file"),
    ),
    security(("device" = ["sync"])),
    responses(
        (
            status = 200, description = "How many bytes are here, from the first one, and how many there are",
            headers(("upload-offset" = u64), ("upload-length" = u64))
        ),
        DeviceCaller,
        (status = 400, description = "the request is not what it must be"),
        (status = 404, description = "no attachment of the case names the file (file_not_named)"),
    )
)]
pub async fn state(
    State(app): State<Arc<App>>,
    DeviceCaller(holder): DeviceCaller,
    Named(asked): Named<(ScopeId, FileHash)>,
) -> Result<Response, Problem> {
    let (file, named) = named(&app, &holder, asked, For::Sending).await?;
    let length = named.iter().map(|named| named.size_bytes).max().unwrap_or_default();
    let arrived = arrived(&file, named.first());
    // It goes on whether or not the phone is still there.
    let held = tokio::spawn(async move {
        let held = app.files.held(&file, length).await?;
        if held.is_new {
            audit(app, &holder, arrived?).await?;
        }
        Ok::<_, Problem>(held)
    });
    let held = held.await.map_err(|_| Problem::internal())??;
    let length = if held.is_whole { held.bytes } else { length };
    let headers = [(UPLOAD_OFFSET, held.bytes.to_string()), (UPLOAD_LENGTH, length.to_string())];
    Ok(AppendHeaders(headers).into_response())
}

/// Takes a chunk of a file, which goes on where the last one ended.
///
/// It is on disk when it is answered. How large a chunk may be, and how small one that does not end its file, is said where
/// one is not.
#[utoipa::path(
    patch,
    path = "/v1/cases/{scope}/files/{sha256}",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("sha256" = describe::Hash, Path, description = "The file"),
        ("upload-offset" = u64, Header, description = "Where the chunk begins"),
        ("upload-length" = u64, Header, description = "How many bytes the file has"),
    ),
    request_body(content = Binary, content_type = CHUNK_MEDIA_TYPE),
    security(("device" = ["sync"])),
    responses(
        (status = 204, description = "The chunk is here", headers(("upload-offset" = u64))),
        DeviceCaller,
        (
            status = 400, body = Refusal,
            description = "the request is not what it must be, or the chunk is too small and does not end its file \
                (chunk_too_small)"
        ),
        (status = 404, body = Refusal, description = "no attachment of the case names the file (file_not_named)"),
        (status = 408, body = Refusal, description = "the body stood still for too long (too_slow)"),
        (
            status = 409, body = Refusal,
            description = "the chunk does not begin where the last one ended (wrong_offset: go on from \
                `upload-offset`), or the file has another length (wrong_length)",
            headers(("upload-offset" = u64))
        ),
        (
            status = 413, body = Refusal,
            description = "the file is past its limit (file_too_big), or the chunk is (chunk_too_big)"
        ),
        (status = 415, body = Refusal, description = "the body is of another media type (wrong_media_type)"),
        (
            status = 422, body = Refusal,
            description = "all bytes are here and are not the file of this name: they were removed (wrong_hash)"
        ),
        (
            status = 507, body = Refusal,
            description = "the files of the case or of the agency come to as much as they may (quota_exceeded)"
        ),
    )
)]
pub async fn take(
    State(app): State<Arc<App>>,
    DeviceCaller(holder): DeviceCaller,
    Named(asked): Named<(ScopeId, FileHash)>,
    request: Request,
) -> Result<Response, Problem> {
    let (file, named) = named(&app, &holder, asked, For::Sending).await?;
    let (offset, length) = announced(request.headers())?;
    if length > ATTACHMENT_BYTES_MAX {
        let said = format!("a file has at most {ATTACHMENT_BYTES_MAX} bytes");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, code::FILE_TOO_BIG, said));
    }
    let first = named.iter().find(|named| named.size_bytes == length);
    let arrived = arrived(&file, Some(first.ok_or_else(wrong_length)?))?;
    let chunk = Chunk { offset, length, bytes: chunk(request.into_body()).await? };
    let end = offset.saturating_add(chunk.bytes.len() as u64);
    if chunk.bytes.len() < FILE_CHUNK_BYTES_MIN && end < length {
        let said = format!("a chunk that does not end its file has at least {FILE_CHUNK_BYTES_MIN} bytes");
        return Err(Problem::new(StatusCode::BAD_REQUEST, code::CHUNK_TOO_SMALL, said));
    }
    // It goes on whether or not the phone is still there.
    let kept = tokio::spawn(async move {
        let kept = app.files.put(&file, chunk).await;
        let is_new = match &kept {
            Ok(held) | Err(ChunkError::WrongOffset(held)) => held.is_new,
            Err(_) => false,
        };
        if is_new {
            audit(app, &holder, arrived).await?;
        }
        Ok::<_, Problem>(kept)
    });
    match kept.await.map_err(|_| Problem::internal())?? {
        Ok(held) => Ok((StatusCode::NO_CONTENT, offset_of(held)).into_response()),
        Err(ChunkError::WrongOffset(held)) => {
            let error = ChunkError::WrongOffset(held);
            let problem = Problem::new(StatusCode::CONFLICT, code::WRONG_OFFSET, error.to_string());
            Ok((offset_of(held), problem).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A file's bytes.
///
/// With `range: bytes=N-`, from the one of this number on.
#[utoipa::path(
    get,
    path = "/v1/cases/{scope}/files/{sha256}",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("sha256" = describe::Hash, Path, description = "The file"),
        ("range" = Option<String>, Header, description = "From which byte on, as `bytes=N-`"),
    ),
    security(("device" = ["sync"])),
    responses(
        (status = 200, body = Binary, content_type = BYTES_MEDIA_TYPE, description = "The bytes"),
        (status = 206, body = Binary, content_type = BYTES_MEDIA_TYPE, description = "Those that were asked for"),
        DeviceCaller,
        Named<(ScopeId, FileHash)>,
        (
            status = 404, body = Refusal,
            description = "no attachment of the case names the file (file_not_named), or it has not arrived whole \
                (file_not_here)"
        ),
        (status = 416, body = Refusal, description = "the file has no such byte (past_the_end)"),
    )
)]
pub async fn give(
    State(app): State<Arc<App>>,
    DeviceCaller(holder): DeviceCaller,
    Named(asked): Named<(ScopeId, FileHash)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (file, named) = named(&app, &holder, asked, For::Reading).await?;
    let size = app.files.size(&file).await?.ok_or_else(not_here)?;
    let from = first_byte(&headers);
    if from.is_some_and(|from| from >= size) {
        let problem =
            Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "past_the_end", "the file has no such byte");
        return Ok((AppendHeaders([(CONTENT_RANGE, format!("bytes */{size}"))]), problem).into_response());
    }
    let first = named.first().map(|named| named.record).ok_or_else(not_named)?;
    audit(Arc::clone(&app), &holder, AuditEvent::FileRead { scope: file.scope, record: first }).await?;
    let begin = from.unwrap_or_default();
    let body = body(&app, &file, begin, size).await?;
    let headers = AppendHeaders([
        (CONTENT_TYPE, BYTES_MEDIA_TYPE.to_owned()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (CONTENT_LENGTH, (size - begin).to_string()),
    ]);
    if from.is_none() {
        return Ok((headers, body).into_response());
    }
    let range = AppendHeaders([(CONTENT_RANGE, format!("bytes {begin}-{}/{size}", size - 1))]);
    Ok((StatusCode::PARTIAL_CONTENT, headers, range, body).into_response())
}

/// The bytes of a file of so many, from one on, as whoever asks for them takes them.
pub async fn body(app: &App, file: &FileId, from: u64, size: u64) -> Result<Body, Problem> {
    if size == 0 {
        return Ok(Body::empty());
    }
    let mut read = Box::pin(app.files.read(file, from).await?);
    let (parts, answer) = mpsc::channel(ANSWER_PARTS_WAITING_MAX);
    tokio::spawn(async move {
        while let Some(part) = read.next().await {
            match part {
                Ok(part) => {
                    if !hand_over(&parts, part).await {
                        return;
                    }
                }
                Err(error) => {
                    tracing::error!("a file was broken off: {}", FilesError::from(error));
                    // Whoever asked may have gone.
                    let _ = parts.send(Err(ErrorKind::ConnectionAborted.into())).await;
                    return;
                }
            }
        }
    });
    Ok(Body::from_stream(ReceiverStream::new(answer)))
}

/// The file, and the attachments of the case that name it, where the phone's nurse may send or have it.
async fn named(
    app: &Arc<App>,
    holder: &DeviceHolder,
    (scope, hash): (ScopeId, FileHash),
    what_for: For,
) -> Result<(FileId, Vec<NamedFile>), Problem> {
    let holder = holder.clone();
    blocking(Arc::clone(app), move |app| {
        let snapshot = app.store.snapshot(holder.agency)?;
        let (actor, grants) = (Actor::from(&holder), snapshot.grants_of(holder.staff.id)?);
        match what_for {
            For::Reading => {
                let is_own = in_force(actor, holder.agency, &grants).any(|grant| grant.scope == scope);
                is_own.then_some(()).ok_or_else(|| no_grant(NO_GRANT))?;
            }
            For::Sending => {
                // As a late record of the same nurse would be taken (I9), and also once her phone knows that the case has ended
                // for her: a file takes many requests, and an exchange goes before each attempt.
                let (known, now) = (0, app.environment.now());
                let authors = Authors::Only(holder.staff.id);
                let mut permissions = Permissions::of(actor, &grants, known, authors, now);
                let kind = snapshot.scope(scope)?.map(|scope| scope.kind);
                let allowed = permissions.allow(holder.agency, (scope, kind), Kind::Attachment);
                allowed.map_err(|refused| {
                    no_grant(if refused.code == TOO_LATE { TOO_LATE } else { NO_GRANT })
                })?;
            }
        }
        let named = snapshot.files_named(scope, hash)?;
        if named.is_empty() {
            return Err(not_named());
        }
        Ok((FileId { agency: holder.agency, scope, hash }, named))
    })
    .await
}

/// Where a chunk begins, and how many bytes its file has.
fn announced(headers: &HeaderMap) -> Result<(u64, u64), Problem> {
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != CHUNK_MEDIA_TYPE) {
        let said = format!("a chunk is sent as {CHUNK_MEDIA_TYPE}");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_media_type", said));
    }
    let number = |name: HeaderName| {
        let said = headers.get(&name).and_then(|value| value.to_str().ok()?.parse().ok());
        said.ok_or_else(|| Problem::bad_request(format!("the header {name} must be a number of bytes")))
    };
    Ok((number(UPLOAD_OFFSET)?, number(UPLOAD_LENGTH)?))
}

async fn chunk(body: Body) -> Result<Bytes, Problem> {
    let bytes = read_body(body, FILE_CHUNK_BYTES_MAX).await.map_err(|problem| {
        if problem.status() != StatusCode::PAYLOAD_TOO_LARGE {
            return problem;
        }
        let said = format!("a chunk has at most {FILE_CHUNK_BYTES_MAX} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, code::CHUNK_TOO_BIG, said)
    })?;
    if bytes.is_empty() {
        return Err(Problem::bad_request("a chunk has a byte at least"));
    }
    Ok(bytes)
}

/// The first byte that is asked for, where a part is: what else ranges can say is not understood, and may be left so.
fn first_byte(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
}

fn offset_of(held: Held) -> AppendHeaders<[(HeaderName, String); 1]> {
    AppendHeaders([(UPLOAD_OFFSET, held.bytes.to_string())])
}

async fn audit(app: Arc<App>, holder: &DeviceHolder, event: AuditEvent) -> Result<(), Problem> {
    let (agency, by) = (holder.agency, Agent::Device(holder.device.id, holder.staff.id));
    blocking(app, move |app| {
        let act = Act { by, at: app.environment.now() };
        Ok(app.store.audit(agency, act, vec![event])?)
    })
    .await
}

/// That a file has arrived which this attachment names.
fn arrived(file: &FileId, named: Option<&NamedFile>) -> Result<AuditEvent, Problem> {
    let record = named.ok_or_else(not_named)?.record;
    Ok(AuditEvent::FileArrived { scope: file.scope, record })
}

fn no_grant(code: &'static str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, code, "the case is not one of yours")
}

fn not_named() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, code::FILE_NOT_NAMED, "no attachment of the case names this file")
}

/// The answer where a file has not arrived whole.
pub fn not_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, code::FILE_NOT_HERE, "the file has not arrived whole")
}

fn wrong_length() -> Problem {
    Problem::new(StatusCode::CONFLICT, code::WRONG_LENGTH, "the file's attachment says another length")
}

impl From<ChunkError> for Problem {
    fn from(error: ChunkError) -> Self {
        let (status, code) = match error {
            ChunkError::Failed(error) => return error.into(),
            ChunkError::WrongOffset(_) => (StatusCode::CONFLICT, code::WRONG_OFFSET),
            ChunkError::PastLength => (StatusCode::CONFLICT, code::WRONG_LENGTH),
            ChunkError::OverQuota => (StatusCode::INSUFFICIENT_STORAGE, code::QUOTA_EXCEEDED),
            ChunkError::WrongHash => (StatusCode::UNPROCESSABLE_ENTITY, code::WRONG_HASH),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<FilesError> for Problem {
    fn from(error: FilesError) -> Self {
        tracing::error!("{error}");
        Self::internal()
    }
}
