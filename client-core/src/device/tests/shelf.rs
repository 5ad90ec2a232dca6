//! A server in memory that holds files too, as its contract says, over a line that a test disturbs.

use std::collections::{BTreeMap, VecDeque};
use std::io::{Cursor, Read};
use std::sync::{Mutex, MutexGuard};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::server::Server;
use crate::document::Document;
use crate::limits::{ATTACHMENT_BYTES_MAX, FILE_CHUNK_BYTES_MAX, FILE_CHUNK_BYTES_MIN};
use crate::record::attachment::Attachment;
use crate::transport::{Cancel, Method, Request, Response, Transport, TransportError};
use crate::wire::code;

/// What happens to one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It arrives.
    None,
    /// It is lost on its way.
    ChunkLost,
    /// It arrives, and the answer is lost.
    AnswerLost,
    /// The server says that it stands there, whatever it holds.
    Stands(u64),
    /// What is held is damaged before it is hashed.
    Damaged,
    /// The server refuses: the status and the code.
    Refused(u16, &'static str),
}

#[derive(Default)]
pub(super) struct State {
    /// What is held of each path.
    pub(super) held: BTreeMap<String, Vec<u8>>,
    /// What happens to the next chunks, in order; nothing afterwards.
    pub(super) faults: VecDeque<Fault>,
    /// What happens to every chunk.
    pub(super) always: Option<Fault>,
    /// Bytes that may be held in all.
    pub(super) quota_bytes: Option<usize>,
    /// Files are taken for cases that have ended too.
    pub(super) is_lenient: bool,
    /// A download ends after so many bytes.
    pub(super) cut_after_bytes: Option<usize>,
    /// Ranges are not heeded.
    pub(super) ignores_ranges: bool,
    /// Bytes of chunks that travelled.
    pub(super) travelled_bytes: usize,
    /// Every request, in order: what was done with which path, and the bytes of its body.
    pub(super) requests: Vec<(Method, String, usize)>,
}

#[derive(Default)]
pub(super) struct Shelf {
    pub(super) server: Server,
    state: Mutex<State>,
}

impl Shelf {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The attachment that names the file of a path.
    fn named(&self, path: &str) -> Option<Attachment> {
        let (scope, sha256) = path.strip_prefix("/v1/cases/")?.split_once("/files/")?;
        let state = self.server.state();
        let documents = state.documents.values().map(|bytes| Document::load(bytes).unwrap());
        let in_scope = documents.filter(|document| document.header().scope.to_string() == scope);
        in_scope
            .filter_map(|document| Attachment::try_from(document.read().unwrap()).ok())
            .find(|named| named.sha256 == sha256)
    }

    fn is_granted(&self, path: &str) -> bool {
        let revoked = self.server.state().revoked.clone();
        self.state().is_lenient || !revoked.iter().any(|scope| path.contains(&scope.to_string()))
    }

    fn answer(&self, request: &Request) -> Result<Response, TransportError> {
        if !self.is_granted(&request.path) {
            return Ok(refusal(403, "no_grant"));
        }
        let Some(named) = self.named(&request.path) else { return Ok(refusal(404, "file_not_named")) };
        match request.method {
            Method::Head => {
                let state = self.state();
                let offset = state.held.get(&request.path).map_or(0, Vec::len);
                Ok(Response::new(200, "").with("upload-offset", offset.to_string()))
            }
            Method::Patch => self.take(request, &named),
            Method::Get => Ok(self.give(request, &named)),
            Method::Post => Ok(refusal(405, "method_not_allowed")),
        }
    }

    fn take(&self, request: &Request, named: &Attachment) -> Result<Response, TransportError> {
        let mut state = self.state();
        state.travelled_bytes += request.body.len();
        let next = state.faults.pop_front();
        let fault = state.always.or(next).unwrap_or(Fault::None);
        match fault {
            Fault::ChunkLost => return Err(TransportError::Lost),
            Fault::Stands(offset) => return Ok(wrong_offset(offset as usize)),
            Fault::Refused(status, code) => return Ok(refusal(status, code)),
            Fault::None | Fault::AnswerLost | Fault::Damaged => {}
        }
        let number = |name| request.header(name).unwrap().parse::<u64>().unwrap();
        let (offset, length) = (number("upload-offset"), number("upload-length"));
        assert_eq!(request.header("content-type"), Some("application/offset+octet-stream"));
        if length > ATTACHMENT_BYTES_MAX {
            return Ok(refusal(413, "file_too_big"));
        }
        if !(1..=FILE_CHUNK_BYTES_MAX).contains(&request.body.len()) {
            return Ok(refusal(413, "chunk_too_big"));
        }
        if request.body.len() < FILE_CHUNK_BYTES_MIN && offset + (request.body.len() as u64) < length {
            return Ok(refusal(400, "chunk_too_small"));
        }
        if named.size_bytes != i64::try_from(length).ok() {
            return Ok(refusal(409, "wrong_length"));
        }
        let all: usize = state.held.values().map(Vec::len).sum();
        if state.quota_bytes.is_some_and(|quota| all + request.body.len() > quota) {
            return Ok(refusal(507, "quota_exceeded"));
        }
        let held = state.held.entry(request.path.clone()).or_default();
        if held.len() as u64 != offset {
            return Ok(wrong_offset(held.len()));
        }
        held.extend_from_slice(&request.body);
        if fault == Fault::Damaged {
            held[0] ^= 1;
        }
        let stands = held.len();
        if stands as u64 == length && HEXLOWER.encode(&Sha256::digest(&held)) != named.sha256 {
            held.clear();
            return Ok(refusal(422, "wrong_hash"));
        }
        if fault == Fault::AnswerLost {
            return Err(TransportError::Lost);
        }
        Ok(Response::new(204, "").with("upload-offset", stands.to_string()))
    }

    fn give(&self, request: &Request, named: &Attachment) -> Response {
        let mut state = self.state();
        let held = state.held.get(&request.path).cloned().unwrap_or_default();
        if held.len() as i64 != named.size_bytes.unwrap() && state.cut_after_bytes.is_none() {
            return refusal(404, "file_not_here");
        }
        let range = request.header("range").filter(|_| !state.ignores_ranges);
        let from = range.map(|range| range["bytes=".len()..range.len() - 1].parse().unwrap());
        let cut = state.cut_after_bytes.take().unwrap_or(usize::MAX);
        let bytes = held[from.unwrap_or(0)..].to_vec();
        let body: Box<dyn Read + Send> = Box::new(Cursor::new(bytes).take(cut as u64));
        let answer = Response::new(if from.is_some() { 206 } else { 200 }, "");
        Response { body, ..answer.with("content-type", "application/octet-stream") }
    }
}

impl Transport for Shelf {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let seen = (request.method, request.path.clone(), request.body.len());
        self.state().requests.push(seen);
        if !request.path.starts_with("/v1/cases/") {
            return self.server.exchange(request, cancel);
        }
        if self.server.state().is_away {
            return Err(TransportError::Unreachable);
        }
        if request.bearer() != Some(&self.server.state().token) {
            return Ok(refusal(401, "token_expired"));
        }
        let mut answer = self.answer(&request)?;
        if request.method == Method::Head {
            answer.body = Box::new(std::io::empty());
        }
        Ok(answer)
    }
}

fn refusal(status: u16, code: &str) -> Response {
    let body = format!(r#"{{"code":"{code}","message":"it is refused"}}"#);
    Response::new(status, body).with(code::HEADER, code)
}

fn wrong_offset(stands: usize) -> Response {
    refusal(409, "wrong_offset").with("upload-offset", stands.to_string())
}
