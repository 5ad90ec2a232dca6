//! What is said of files: how much of one the server holds, the next chunk of it, what it holds of it.

use super::api::accepted;
use super::{Cancel, Method, Request, Response, Transport, TransportError};
use crate::ids::ScopeId;
use crate::wire::code;

/// The media type of a chunk.
const CHUNK: &str = "application/offset+octet-stream";
/// The media type of a file's bytes.
const BYTES: &str = "application/octet-stream";

/// A file of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileName<'a> {
    /// The case.
    pub scope: ScopeId,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: &'a str,
}

/// Where the server stands with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many of its bytes the server holds, from the start.
    pub offset: u64,
    /// Whether the server took what it was sent; otherwise it was asked, or stands elsewhere.
    pub took: bool,
}

/// `HEAD /v1/cases/{scope}/files/{sha256}`: where the server stands with a file. A refusal says
/// no more than its status and its code, since the answer has no body.
pub fn file_standing(
    transport: &dyn Transport,
    access_token: &str,
    file: FileName<'_>,
    cancel: &Cancel,
) -> Result<Standing, TransportError> {
    let request = file.request(Method::Head, access_token);
    let answer = accepted(transport.exchange(request, cancel)?, None)?;
    Standing::of(&answer, false).ok_or(TransportError::Intercepted)
}

/// `PATCH /v1/cases/{scope}/files/{sha256}`: hands over a chunk of a file, the bytes that begin at `offset` of `length`.
pub fn send_chunk(
    transport: &dyn Transport,
    access_token: &str,
    file: FileName<'_>,
    (offset, length): (u64, u64),
    chunk: Vec<u8>,
    cancel: &Cancel,
) -> Result<Standing, TransportError> {
    let request = file
        .request(Method::Patch, access_token)
        .with("content-type", CHUNK)
        .with("upload-offset", offset.to_string())
        .with("upload-length", length.to_string());
    let answer = transport.exchange(Request { body: chunk, ..request }, cancel)?;
    let elsewhere = Standing::of(&answer, false);
    match accepted(answer, None) {
        Ok(answer) => Standing::of(&answer, true).ok_or(TransportError::Intercepted),
        Err(TransportError::Server { status: 409, code, .. }) if code == code::WRONG_OFFSET => {
            elsewhere.ok_or(TransportError::NotUnderstood)
        }
        Err(error) => Err(error),
    }
}

/// `GET /v1/cases/{scope}/files/{sha256}`: a file's bytes from there, as they arrive, and where they begin: at the start where
/// the server does not heed the range.
pub fn fetch_file(
    transport: &dyn Transport,
    access_token: &str,
    file: FileName<'_>,
    from: u64,
    cancel: &Cancel,
) -> Result<(u64, Response), TransportError> {
    let mut request = file.request(Method::Get, access_token);
    if from > 0 {
        request = request.with("range", format!("bytes={from}-"));
    }
    let answer = accepted(transport.exchange(request, cancel)?, Some(BYTES))?;
    let at = if answer.status == 206 { range_start(&answer).unwrap_or(from) } else { 0 };
    Ok((at, answer))
}

impl FileName<'_> {
    fn request(self, method: Method, access_token: &str) -> Request {
        let Self { scope, sha256 } = self;
        Request::new(method, format!("/v1/cases/{scope}/files/{sha256}")).with_bearer(access_token)
    }
}

impl Standing {
    fn of(answer: &Response, took: bool) -> Option<Self> {
        Some(Self { offset: answer.header("upload-offset")?.parse().ok()?, took })
    }
}

/// Where the bytes of an answer begin, by its `Content-Range`.
fn range_start(answer: &Response) -> Option<u64> {
    answer.header("content-range")?.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()
}
