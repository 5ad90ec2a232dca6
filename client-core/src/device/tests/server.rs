//! A server in memory that merges what it gets, and does what a test tells it to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use crate::document::{Authors, Changeset, Document, StoreId, admit};
use crate::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use crate::record::Timestamp;
use crate::transport::{Cancel, EnrolAnswer, Request, Response, TokenAnswer, Transport, TransportError};
use crate::wire::{
    AnswerSize, ChangesOf, DigestOf, DocumentOf, Done, Epoch, Frame, FrameBody, FrameWriter, MEDIA_TYPE,
    Refused, SyncRequest, Verdict, VersionOf, scope_digest,
};

/// One entry of the log: which record, whose store it came from, what was pushed.
struct Logged {
    record: RecordId,
    store: StoreId,
    changes: Changeset,
}

/// What a test may set, and see.
#[derive(Default)]
pub(super) struct State {
    pub(super) documents: BTreeMap<RecordId, Vec<u8>>,
    log: Vec<Logged>,
    pub(super) epoch: u8,
    /// Scopes that have ended.
    pub(super) revoked: Vec<ScopeId>,
    /// Records whose pushes are refused.
    pub(super) refused: BTreeSet<RecordId>,
    /// Answer only this many frames, and then half of one.
    pub(super) cut_after_frames: Option<usize>,
    /// No connection.
    pub(super) is_away: bool,
    /// Every exchange and every token is refused with this name.
    pub(super) refusal: Option<&'static str>,
    /// How often a phone said that it was wiped, and whether the answers to that are lost.
    pub(super) wiped: (u32, bool),
    /// The access token that is valid.
    pub(super) token: String,
    /// Milliseconds that this server's clock is ahead.
    pub(super) ahead_ms: i64,
    /// Every request, as it came.
    pub(super) requests: Vec<SyncRequest>,
    /// A body to answer with, once.
    pub(super) replay: Option<Vec<u8>>,
    /// The body last answered.
    pub(super) answered: Vec<u8>,
}

#[derive(Default)]
pub(super) struct Server(pub(super) Mutex<State>);

pub(super) const STAFF: StaffId = StaffId::from_bytes([3; 16]);
pub(super) const NOW_MS: i64 = 1_767_225_600_000;

impl Server {
    pub(super) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) fn document(&self, record: RecordId) -> Document {
        Document::load(&self.state().documents[&record]).unwrap()
    }
}

impl State {
    /// Forgets one of a record's changesets in the log, though not in its document: the latest but so many.
    pub(super) fn lose_log_entry(&mut self, record: RecordId, but: usize) {
        let lost = self.log.iter_mut().rev().filter(|logged| logged.record == record).nth(but).unwrap();
        lost.changes = Changeset::default();
    }

    fn push(&mut self, record: RecordId, store: StoreId, changes: &Changeset) -> Verdict {
        if self.refused.contains(&record) {
            return refused("not_allowed");
        }
        let stored = self.documents.get(&record).map(Vec::as_slice);
        match admit(stored, record, changes, Authors::Anybody) {
            Ok(admitted) => {
                self.documents.insert(record, admitted.bytes);
                self.log.push(Logged { record, store, changes: changes.clone() });
                Verdict::Merged
            }
            Err(_) => refused("bad"),
        }
    }

    fn answer(&mut self, request: &SyncRequest) -> Vec<Frame> {
        let since = request.cursor.as_ref().filter(|cursor| cursor[0] == self.epoch).map(|cursor| cursor[1]);
        let verdicts: Vec<Verdict> =
            request.pushes.iter().map(|push| self.push(push.record, request.store, &push.changes)).collect();
        let mut frames = vec![FrameBody::Verdicts(verdicts)];
        if !self.revoked.is_empty() {
            frames.push(FrameBody::Revoked(self.revoked.clone()));
        }
        match since {
            Some(since) => frames.extend(self.log[usize::from(since)..].iter().filter_map(|logged| {
                let changes = ChangesOf { record: logged.record, changes: logged.changes.clone() };
                (logged.store != request.store).then(|| FrameBody::Changes(vec![changes]))
            })),
            None => frames.extend(self.documents.iter().map(|(record, document)| {
                FrameBody::Documents(vec![DocumentOf { record: *record, document: document.clone() }])
            })),
        }
        for scope in &request.list {
            let versions =
                self.versions(*scope).into_iter().map(|(record, version)| VersionOf { record, version });
            frames.push(FrameBody::Versions(*scope, versions.collect()));
        }
        for record in &request.want {
            if let Some(document) = self.documents.get(record) {
                frames.push(FrameBody::Documents(vec![DocumentOf {
                    record: *record,
                    document: document.clone(),
                }]));
            }
        }
        let scopes: BTreeSet<ScopeId> =
            self.documents.values().map(|bytes| Document::load(bytes).unwrap().header().scope).collect();
        let digest = |scope| {
            let versions = self.versions(scope);
            DigestOf {
                scope,
                digest: scope_digest(versions.iter().map(|(record, version)| (*record, version))),
            }
        };
        let digests = if request.verify { scopes.into_iter().map(digest).collect() } else { Vec::new() };
        let server_time = Timestamp::from_millisecond(NOW_MS + self.ahead_ms).unwrap();
        let done = Done { server_time, epoch: Epoch([self.epoch; 8]), has_more: false, digests };
        let cursor = vec![self.epoch, u8::try_from(self.log.len()).unwrap()];
        let mut frames: Vec<Frame> = frames.into_iter().map(|body| Frame { body, cursor: None }).collect();
        frames.push(Frame { body: FrameBody::Done(done), cursor: Some(cursor) });
        frames
    }

    fn versions(&self, scope: ScopeId) -> Vec<(RecordId, crate::document::Version)> {
        self.documents
            .iter()
            .map(|(record, bytes)| (*record, Document::load(bytes).unwrap()))
            .filter(|(_, document)| document.header().scope == scope)
            .map(|(record, mut document)| (record, document.version()))
            .collect()
    }

    fn body(&self, frames: &[Frame]) -> Vec<u8> {
        let mut writer = FrameWriter::new(AnswerSize::Update).unwrap();
        let (last, others) = frames.split_last().unwrap();
        let mut body = Vec::new();
        for (index, frame) in others.iter().chain([last]).enumerate() {
            let bytes = writer.frame(frame).unwrap();
            if self.cut_after_frames == Some(index) {
                body.extend(&bytes[..bytes.len() / 2]);
                return body;
            }
            body.extend(bytes);
        }
        body
    }
}

impl Transport for Server {
    fn exchange(&self, request: Request, _: &Cancel) -> Result<Response, TransportError> {
        let mut state = self.state();
        if state.is_away {
            return Err(TransportError::Unreachable);
        }
        let json =
            |status, body: Vec<u8>| Ok(Response::new(status, body).with("content-type", "application/json"));
        match request.path.as_str() {
            "/v1/enrol" if request.body.windows(4).any(|bytes| bytes == b"1234") => {
                let server_time = Timestamp::from_millisecond(NOW_MS + state.ahead_ms).unwrap();
                let answer = EnrolAnswer {
                    agency: AgencyId::from_bytes([1; 16]),
                    staff: STAFF,
                    device: DeviceId::from_bytes([2; 16]),
                    access_token: state.token.clone(),
                    refresh_token: "refresh".to_owned(),
                    server_time,
                };
                json(200, serde_json::to_vec(&answer).unwrap())
            }
            "/v1/enrol" => {
                json(403, br#"{"code":"code_unknown","message":"the code is not valid"}"#.to_vec())
            }
            "/v1/wiped" => {
                state.wiped.0 += 1;
                if state.wiped.1 { Err(TransportError::Lost) } else { json(200, b"{}".to_vec()) }
            }
            path if path != "/v1/enrol" && state.refusal.is_some() => {
                let code = state.refusal.unwrap();
                json(403, format!(r#"{{"code":"{code}","message":"it is refused"}}"#).into_bytes())
            }
            "/v1/token" => {
                let answer = TokenAnswer { access_token: state.token.clone(), refresh_token: None };
                json(200, serde_json::to_vec(&answer).unwrap())
            }
            _ if request.bearer() != Some(&state.token) => {
                json(401, br#"{"code":"token_expired","message":"the access token has run out"}"#.to_vec())
            }
            _ => {
                let asked = SyncRequest::from_body(&request.body).unwrap();
                let frames = state.answer(&asked);
                state.requests.push(asked);
                let body = state.body(&frames);
                state.answered = state.replay.take().unwrap_or(body);
                Ok(Response::new(200, state.answered.clone()).with("content-type", MEDIA_TYPE))
            }
        }
    }
}

fn refused(code: &str) -> Verdict {
    Verdict::Quarantined(Refused { code: code.to_owned(), message: "it was refused".to_owned() })
}
