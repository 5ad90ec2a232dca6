//! Files that a browser sends. Nothing of them is read before it is known who sends them, but for the form's first field,
//! which has to be the session's token.

use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use tokio_stream::StreamExt;

use super::gate::CSRF_FIELD;
use crate::http::{CSRF_HEADER, Problem, unread};
use crate::limits::{FORM_FIELDS_MAX, UPLOAD_FILES_MAX, UPLOAD_HEAD_BYTES_MIN};

/// A file as it was sent.
#[derive(Clone)]
pub struct File {
    /// What its sender calls it.
    pub name: String,
    /// What it holds.
    pub bytes: Bytes,
}

/// The files that were sent in a form.
pub struct Uploaded(pub(super) Multipart);

impl<S: Send + Sync> FromRequest<S> for Uploaded {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let multipart = Multipart::from_request(request, state).await;
        multipart.map(Self).map_err(|_| super::gate::not_a_form())
    }
}

impl Uploaded {
    /// Reads the files in the fields of this name; a field in which none was chosen holds none.
    pub async fn files(mut self, field: &str) -> Result<Vec<File>, Problem> {
        let mut files = Vec::new();
        for _ in 0..FORM_FIELDS_MAX {
            let next = self.0.next_field().await.map_err(|error| refused(&error))?;
            let Some(part) = next else { return Ok(files) };
            let name = part.file_name().unwrap_or_default().to_owned();
            let is_file = part.name() == Some(field) && !name.is_empty();
            let bytes = part.bytes().await.map_err(|error| refused(&error))?;
            if is_file && files.len() == UPLOAD_FILES_MAX {
                return Err(too_many());
            }
            if is_file {
                files.push(File { name, bytes });
            }
        }
        Err(too_many())
    }
}

/// Whether more was sent than may be.
pub(super) fn is_too_large(error: &MultipartError) -> bool {
    error.status() == StatusCode::PAYLOAD_TOO_LARGE
}

fn too_many() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_many_files", "these are too many files at once")
}

fn refused(error: &MultipartError) -> Problem {
    if is_too_large(error) {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "upload_too_large", "the files are too large");
    }
    unread(error)
}

/// Shows the session's token, which stands first in the form, as the API wants it: in a header. What was read of the
/// body for that is put back.
pub(super) async fn show_token(request: Request) -> Result<Request, Problem> {
    let (mut head, mut body) = request.into_parts();
    let mut begun = Vec::new();
    while begun.len() < UPLOAD_HEAD_BYTES_MIN
        && let Some(frame) = body.frame().await
    {
        let frame = frame.map_err(|error| unread(&error))?;
        begun.extend(frame.data_ref().into_iter().flatten());
    }
    let begun = Bytes::from(begun);
    let form = head.headers.get(CONTENT_TYPE).cloned();
    if let Some(token) = first_token(form, begun.clone()).await {
        head.headers.entry(CSRF_HEADER).or_insert(token);
    }
    let whole = tokio_stream::once(Ok(begun)).chain(body.into_data_stream());
    Ok(Request::from_parts(head, Body::from_stream(whole)))
}

/// The token, if it is the form's first field and stands in its beginning whole.
async fn first_token(form: Option<HeaderValue>, begun: Bytes) -> Option<HeaderValue> {
    let request = Request::builder().header(CONTENT_TYPE, form?).body(Body::from(begun)).ok()?;
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let first = form.next_field().await.ok()??;
    let is_token = first.name() == Some(CSRF_FIELD);
    let token = first.text().await.ok()?;
    if is_token { HeaderValue::from_str(&token).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::extract::DefaultBodyLimit;
    use axum::http::HeaderMap;
    use axum::middleware::from_fn;
    use axum::response::{IntoResponse, Response};
    use axum::routing::post;
    use tower_service::Service;

    use super::*;
    use crate::limits::UPLOAD_BYTES_MAX;
    use crate::office::gate;

    const EDGE: &str = "--edge--\r\n";

    fn field(name: &str, value: &str) -> String {
        format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    }

    fn file(name: &str, bytes: usize) -> String {
        let head = format!("content-disposition: form-data; name=\"bundles\"; filename=\"{name}\"");
        format!("--edge\r\n{head}\r\ncontent-type: application/json\r\n\r\n{}\r\n", "x".repeat(bytes))
    }

    async fn post_body(routes: Router, body: Body) -> Response {
        let mut routes = routes.layer(from_fn(gate)).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
        let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=edge");
        routes.call(request.body(body).unwrap()).await.unwrap()
    }

    /// What the form's files come to: how many, and of how many bytes.
    async fn counted(upload: Uploaded) -> Result<String, Problem> {
        let files = upload.files("bundles").await?;
        Ok(format!("{} {}", files.len(), files.iter().map(|file| file.bytes.len()).sum::<usize>()))
    }

    async fn upload(form: String) -> (StatusCode, String) {
        let answer = post_body(Router::new().route("/", post(counted)), form.into()).await;
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn files_are_read_and_what_is_no_file_is_left_out() {
        let form = [field("csrf_token", "t"), file("a.json", 3), file("", 0), field("bundles", "no file")];
        assert_eq!(
            upload(form.concat() + &file("b.json", 4) + EDGE).await,
            (StatusCode::OK, "2 7".to_owned())
        );
        let (status, _) = upload(field("csrf_token", "t") + "--edge\r\ncontent-dis").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "a form that breaks off");
    }

    #[tokio::test]
    async fn i14_uploads_are_taken_up_to_their_limits_and_refused_past_them() {
        for (files, status) in [(UPLOAD_FILES_MAX, 200), (UPLOAD_FILES_MAX + 1, 413)] {
            assert_eq!(upload(file("a.json", 1).repeat(files) + EDGE).await.0, status, "{files} files");
        }
        let around = file("a.json", 0).len() + EDGE.len();
        for (bytes, status) in [(UPLOAD_BYTES_MAX, 200), (UPLOAD_BYTES_MAX + 1, 413)] {
            assert_eq!(upload(file("a.json", bytes - around) + EDGE).await.0, status, "{bytes} bytes");
        }
    }

    async fn shown(headers: HeaderMap) -> String {
        headers.get(CSRF_HEADER).map_or("none", |token| token.to_str().unwrap()).to_owned()
    }

    #[tokio::test]
    async fn the_token_is_believed_where_it_stands_first_and_comes_in_the_beginning() {
        let long = "t".repeat(UPLOAD_HEAD_BYTES_MIN);
        for (form, token) in [
            (field("csrf_token", "t") + &file("a.json", 9) + EDGE, "t"),
            (file("a.json", 9) + &field("csrf_token", "t") + EDGE, "none"),
            (field("csrf_token", &long) + EDGE, "none"),
            (String::new(), "none"),
        ] {
            // Byte by byte, as a slow line may bring it.
            let parts =
                form.into_bytes().into_iter().map(|byte| Ok::<_, axum::Error>(Bytes::from(vec![byte])));
            let body = Body::from_stream(tokio_stream::iter(parts));
            let answer = post_body(Router::new().route("/", post(shown)), body).await;
            let said = answer.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(said, token.as_bytes());
        }
    }

    #[tokio::test]
    async fn nothing_past_the_beginning_is_read_of_an_upload_that_is_refused() {
        const PART: usize = 1_000;
        let read = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&read);
        let parts = std::iter::repeat_with(move || {
            counting.fetch_add(PART, Ordering::Relaxed);
            Ok::<_, axum::Error>(Bytes::from(vec![b'x'; PART]))
        });
        let routes = Router::new().route("/", post(async || Problem::forbidden("no").into_response()));
        let answer = post_body(routes, Body::from_stream(tokio_stream::iter(parts))).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert!(read.load(Ordering::Relaxed) <= UPLOAD_HEAD_BYTES_MIN + PART);
    }
}
