//! A server in memory that merges what it gets and sends everything it holds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use doorstep_client_core::document::{Author, Authors, Changeset, Document, Header, StoreId, admit};
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{AnyRecord, Timestamp};
use doorstep_client_core::transport::{Cancel, EnrolAnswer, Request, Response, Transport, TransportError};
use doorstep_client_core::wire::{
    AnswerSize, ChangesOf, DocumentOf, Done, Epoch, Frame, FrameBody, FrameWriter, MEDIA_TYPE, Refused,
    Reviewed, SyncRequest, Verdict,
};

const JSON: &str = "application/json";

pub(super) const ANN: StaffId = StaffId::from_bytes([3; 16]);

#[derive(Default)]
pub(super) struct State {
    documents: BTreeMap<RecordId, Vec<u8>>,
    log: Vec<(RecordId, StoreId, Changeset)>,
    pub(super) is_away: bool,
    pub(super) refuses: bool,
    /// The case that has ended for the nurse.
    pub(super) ended: Option<ScopeId>,
    /// What the office made of refused work.
    pub(super) reviewed: Option<Vec<Reviewed>>,
    /// Every exchange is refused with this name.
    pub(super) refusal: Option<&'static str>,
    /// Whether the answer to a phone that says that it was wiped is lost.
    pub(super) loses_receipt: bool,
}

#[derive(Clone, Default)]
pub(super) struct Server(Arc<Mutex<State>>);

impl Server {
    pub(super) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// A record that the office writes.
    pub(super) fn hold(&self, id: RecordId, scope: ScopeId, record: &AnyRecord, at: Timestamp) {
        let header = Header { id, scope, kind: record.kind() };
        let office = Author {
            staff: StaffId::from_bytes([9; 16]),
            store: StoreId::new(&mut |bytes: &mut [u8]| bytes.fill(9)),
        };
        let mut document = Document::create(header, record, office, at).unwrap();
        self.state().documents.insert(id, document.save());
    }
}

impl State {
    fn push(&mut self, record: RecordId, store: StoreId, changes: &Changeset) -> Verdict {
        if self.refuses {
            let message = "the case has ended for you".to_owned();
            return Verdict::Quarantined(Refused { code: "not_allowed".to_owned(), message });
        }
        let stored = self.documents.get(&record).map(Vec::as_slice);
        let admitted = admit(stored, record, changes, Authors::Only(ANN)).unwrap();
        self.documents.insert(record, admitted.bytes);
        self.log.push((record, store, changes.clone()));
        Verdict::Merged
    }

    fn answer(&mut self, asked: &SyncRequest, now: Timestamp) -> Vec<u8> {
        let pushed = asked.pushes.iter().map(|push| self.push(push.record, asked.store, &push.changes));
        let mut bodies = vec![FrameBody::Verdicts(pushed.collect())];
        bodies.extend(self.reviewed.clone().map(FrameBody::Reviewed));
        bodies.extend(self.ended.map(|scope| FrameBody::Revoked(vec![scope])));
        match &asked.cursor {
            None => {
                let document = |(record, document): (&RecordId, &Vec<u8>)| DocumentOf {
                    record: *record,
                    document: document.clone(),
                };
                bodies.push(FrameBody::Documents(self.documents.iter().map(document).collect()));
            }
            Some(cursor) => {
                let others = self.log.iter().skip(usize::from(cursor[0]));
                let others = others.filter(|(_, store, _)| *store != asked.store);
                let changes = others
                    .map(|(record, _, changes)| ChangesOf { record: *record, changes: changes.clone() });
                bodies.push(FrameBody::Changes(changes.collect()));
            }
        }
        let mut writer = FrameWriter::new(AnswerSize::Update).unwrap();
        let mut answer = Vec::new();
        for body in bodies {
            answer.extend(writer.frame(&Frame { body, cursor: None }).unwrap());
        }
        let done = Done { server_time: now, epoch: Epoch([1; 8]), has_more: false, digests: Vec::new() };
        let cursor = Some(vec![u8::try_from(self.log.len()).unwrap()]);
        answer.extend(writer.finish(&Frame { body: FrameBody::Done(done), cursor }).unwrap());
        answer
    }
}

impl Transport for Server {
    fn exchange(&self, request: Request, _: &Cancel) -> Result<Response, TransportError> {
        let mut state = self.state();
        if state.is_away {
            return Err(TransportError::Unreachable);
        }
        let now = super::start();
        let (status, media_type, body) = match request.path.as_str() {
            "/v1/enrol" if request.body.windows(4).any(|bytes| bytes == b"GOOD") => {
                let answer = EnrolAnswer {
                    agency: AgencyId::from_bytes([1; 16]),
                    staff: ANN,
                    device: DeviceId::from_bytes([2; 16]),
                    access_token: "access".to_owned(),
                    refresh_token: "refresh".to_owned(),
                    server_time: now,
                };
                (200, JSON, serde_json::to_vec(&answer).unwrap())
            }
            "/v1/enrol" => {
                (403, JSON, br#"{"code":"code_unknown","message":"the code is not valid"}"#.to_vec())
            }
            "/v1/wiped" if state.loses_receipt => return Err(TransportError::Lost),
            "/v1/wiped" => (200, JSON, b"{}".to_vec()),
            _ if state.refusal.is_some() => {
                let code = state.refusal.unwrap();
                (403, JSON, format!(r#"{{"code":"{code}","message":"it is refused"}}"#).into_bytes())
            }
            _ => (200, MEDIA_TYPE, state.answer(&SyncRequest::from_body(&request.body).unwrap(), now)),
        };
        Ok(Response::new(status, body).with("content-type", media_type))
    }
}
