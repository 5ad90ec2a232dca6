//! A form with a file of a chart in it: its fields are read as those of any form, and its file is gathered as it comes.

use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use doorstep_client_core::limits::{ATTACHMENT_BYTES_MAX, SHORT_TEXT_CHARS_MAX};

use super::gate::Posted;
use super::upload::{Uploaded, is_too_large};
use crate::files::{Files, FilesError, Gathered};
use crate::http::{Problem, unread};
use crate::limits::{FORM_BYTES_MAX, FORM_FIELDS_MAX};

/// The form, as it was sent.
pub struct FileForm {
    /// Its other fields.
    pub posted: Posted,
    /// The file.
    pub file: Sent,
}

/// What was sent in the field of a file.
pub enum Sent {
    /// None was chosen.
    Nothing,
    /// One without a byte in it.
    Empty,
    /// One of more bytes than there may be; they are gone.
    TooBig,
    /// One that there was no place for; its bytes are gone.
    NoPlace,
    /// One that can be kept.
    File {
        /// Of which media type the browser says it is; bytes, where what it says is none.
        media_type: String,
        /// What it holds.
        gathered: Gathered,
    },
}

/// What is said of a file of which no media type is known.
const BYTES_MEDIA_TYPE: &str = "application/octet-stream";

impl Uploaded {
    /// Reads the file in the field of this name, and the other fields, of which those that stand before it are there
    /// whatever is wrong with it.
    pub async fn file_form(mut self, field: &str, files: &Files) -> Result<FileForm, Problem> {
        let (mut fields, mut bytes_left) = (Vec::new(), FORM_BYTES_MAX);
        let mut file = Sent::Nothing;
        for _ in 0..=FORM_FIELDS_MAX {
            let read = match self.0.next_field().await {
                Ok(Some(part)) if part.name() == Some(field) => {
                    sent(part, files).await.map(|sent| file = sent)
                }
                Ok(Some(part)) => match text(part, &mut bytes_left).await {
                    Ok(Some(text)) => {
                        fields.push(text);
                        Ok(())
                    }
                    Ok(None) => return Err(too_large("the form's fields are too large")),
                    Err(error) => Err(error),
                },
                Ok(None) => return Ok(FileForm { posted: fields.into(), file }),
                Err(error) => Err(error),
            };
            match read {
                Ok(()) => {}
                // The fields are not: it is the file.
                Err(error) if is_too_large(&error) => {
                    return Ok(FileForm { posted: fields.into(), file: Sent::TooBig });
                }
                Err(error) => return Err(unread(&error)),
            }
        }
        Err(too_large("the form has too many fields"))
    }
}

fn too_large(said: &str) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", said)
}

/// A field that is no file; none where it has more bytes than are left.
async fn text(
    mut part: Field<'_>,
    bytes_left: &mut usize,
) -> Result<Option<(String, String)>, MultipartError> {
    let (name, mut value) = (part.name().unwrap_or_default().to_owned(), Vec::new());
    while let Some(bytes) = part.chunk().await? {
        let Some(left) = bytes_left.checked_sub(bytes.len()) else { return Ok(None) };
        *bytes_left = left;
        value.extend_from_slice(&bytes);
    }
    Ok(Some((name, String::from_utf8_lossy(&value).into_owned())))
}

/// The field of a file. All of it is read, so that the fields after it can be.
async fn sent(mut part: Field<'_>, files: &Files) -> Result<Sent, MultipartError> {
    let has_name = part.file_name().is_some_and(|name| !name.is_empty());
    let media_type = media_type(part.content_type());
    let mut kept = files.gather().map_err(no_place);
    let mut bytes_count: u64 = 0;
    while let Some(bytes) = part.chunk().await? {
        bytes_count += bytes.len() as u64;
        if bytes_count > ATTACHMENT_BYTES_MAX {
            kept = Err(Sent::TooBig);
        } else if let Ok(gathering) = &mut kept
            && let Err(error) = gathering.push(&bytes).await
        {
            kept = Err(no_place(error));
        }
    }
    Ok(match kept {
        _ if bytes_count == 0 && has_name => Sent::Empty,
        _ if bytes_count == 0 => Sent::Nothing,
        Ok(gathering) => match gathering.end().await {
            Ok(gathered) => Sent::File { media_type, gathered },
            Err(error) => no_place(error),
        },
        Err(sent) => sent,
    })
}

fn no_place(error: FilesError) -> Sent {
    tracing::error!("{error}");
    Sent::NoPlace
}

/// What a browser says of a file, without what is said of its text.
fn media_type(said: Option<&str>) -> String {
    let essence = said.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |token: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !token.is_empty() && token.bytes().all(is_part)
    };
    let is_one = essence.split_once('/').is_some_and(|(of, sort)| is_token(of) && is_token(sort));
    if is_one && essence.len() <= SHORT_TEXT_CHARS_MAX { essence } else { BYTES_MEDIA_TYPE.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::Router;
    use axum::body::{Body, Bytes};
    use axum::extract::{DefaultBodyLimit, Request};
    use axum::http::header::CONTENT_TYPE;
    use axum::routing::post;
    use http_body_util::BodyExt;
    use tower_service::Service;

    use super::*;
    use crate::config::{FileQuotas, FilesAt};
    use crate::limits::FILE_FORM_BYTES_MAX;

    const EDGE: &str = "--edge--\r\n";
    const NO_FILE: &str =
        "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n";

    fn field(name: &str, value: &str) -> String {
        format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    }

    /// A file of so many bytes.
    fn file(bytes: usize) -> String {
        let head = "content-disposition: form-data; name=\"file\"; filename=\"a.bin\"";
        format!("--edge\r\n{head}\r\ncontent-type: audio/mpeg\r\n\r\n{}\r\n", "x".repeat(bytes))
    }

    /// What a form is read as: its status, how many fields it has, and what of its file.
    async fn read(form: String) -> (StatusCode, String) {
        let data = tempfile::tempdir().unwrap();
        let quotas = FileQuotas { case_bytes: 1, agency_bytes: 1 };
        let files = Arc::new(Files::open(&FilesAt::Memory, quotas, data.path()).unwrap());
        let told = async move |upload: Uploaded| {
            let form = upload.file_form("file", &files).await?;
            let file = match form.file {
                Sent::Nothing => "nothing".to_owned(),
                Sent::Empty => "empty".to_owned(),
                Sent::TooBig => "too big".to_owned(),
                Sent::NoPlace => "no place".to_owned(),
                Sent::File { media_type, gathered } => format!("{media_type} {}", gathered.bytes),
            };
            Ok::<_, Problem>(format!("{}, {file}", form.posted.fields().len()))
        };
        let mut routes =
            Router::new().route("/", post(told)).layer(DefaultBodyLimit::max(FILE_FORM_BYTES_MAX));
        let parts = form.into_bytes();
        let parts: Vec<_> =
            parts.chunks(100_000).map(|part| Ok::<_, axum::Error>(Bytes::copy_from_slice(part))).collect();
        let body = Body::from_stream(tokio_stream::iter(parts));
        let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=edge");
        let answer = routes.call(request.body(body).unwrap()).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    async fn told(form: String) -> String {
        let (status, told) = read(form).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        told
    }

    #[tokio::test]
    async fn fields_are_read_beside_a_file_wherever_it_stands() {
        let [a, b] = ["a", "b"].map(|name| field(name, "1"));
        assert_eq!(told(a.clone() + &file(3) + &b + EDGE).await, "2, audio/mpeg 3");
        assert_eq!(told(a.clone() + &b + EDGE).await, "2, nothing");
        assert_eq!(told(a.clone() + NO_FILE + &b + EDGE).await, "2, nothing");
        assert_eq!(told(a.clone() + &file(0) + &b + EDGE).await, "2, empty");
        let broken_off = read(a + "--edge\r\ncontent-dis").await;
        assert_eq!(broken_off.0, StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn i14_a_form_with_a_file_is_read_up_to_its_limits_and_no_further() {
        let too_big = ATTACHMENT_BYTES_MAX as usize + 1;
        assert_eq!(told(file(too_big - 1) + EDGE).await, format!("0, audio/mpeg {}", too_big - 1));
        assert_eq!(
            told(file(too_big) + &field("a", "1") + EDGE).await,
            "1, too big",
            "what comes after it is read"
        );
        let around = field("a", "1").len() + file(0).len() + field("b", "1").len() + EDGE.len();
        for (bytes, fields) in [(FILE_FORM_BYTES_MAX, 2), (FILE_FORM_BYTES_MAX + 1, 1)] {
            let form = field("a", "1") + &field("b", "1") + &file(bytes - around) + EDGE;
            assert_eq!(told(form).await, "2, too big", "{bytes} bytes: what comes before it is read");
            let form = field("a", "1") + &file(bytes - around) + &field("b", "1") + EDGE;
            assert_eq!(told(form).await, format!("{fields}, too big"), "{bytes} bytes");
        }
        for (bytes, status) in [(FORM_BYTES_MAX, 200), (FORM_BYTES_MAX + 1, 413)] {
            assert_eq!(
                read(field("a", &"x".repeat(bytes)) + EDGE).await.0,
                status,
                "{bytes} bytes of fields"
            );
        }
        for (fields, status) in [(FORM_FIELDS_MAX, 200), (FORM_FIELDS_MAX + 1, 413)] {
            assert_eq!(read(field("a", "").repeat(fields) + EDGE).await.0, status, "{fields} fields");
        }
    }

    #[test]
    fn i14_what_a_browser_says_of_a_file_is_a_media_type_or_it_is_bytes() {
        for (said, kept) in [
            ("image/PNG", "image/png"),
            (" text/plain ; charset=utf-8", "text/plain"),
            ("application/vnd.ms-excel.sheet+x_1", "application/vnd.ms-excel.sheet+x_1"),
        ] {
            assert_eq!(media_type(Some(said)), kept);
        }
        for no_type in ["", "png", "/png", "image/", "image/p g", "image/p/g", "image/\u{e9}", "a/b\"c"] {
            assert_eq!(media_type(Some(no_type)), BYTES_MEDIA_TYPE, "{no_type}");
        }
        assert_eq!(media_type(None), BYTES_MEDIA_TYPE);
        let long = |chars: usize| format!("a/{}", "b".repeat(chars - 2));
        assert_eq!(media_type(Some(&long(SHORT_TEXT_CHARS_MAX))), long(SHORT_TEXT_CHARS_MAX));
        assert_eq!(media_type(Some(&long(SHORT_TEXT_CHARS_MAX + 1))), BYTES_MEDIA_TYPE);
    }
}
