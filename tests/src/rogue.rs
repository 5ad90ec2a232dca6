//! A phone that sends what no phone would: it is enrolled as one, keeps no store, and posts any bytes.

use doorstep_client_core::document::{Author, Changeset, Document, Header, StoreId, Version};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::transport::{self, Cancel, EnrolAnswer, EnrolRequest, HttpTransport};
use doorstep_client_core::wire::{
    Cursor, Frame, FrameBody, FrameReader, MEDIA_TYPE, Push, SyncRequest, Verdict,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use ureq::Agent;

/// An enrolled phone without manners.
pub struct Rogue {
    url: String,
    agent: Agent,
    /// Who it is to the server.
    pub enrolled: EnrolAnswer,
    /// Its store, if it had one.
    pub store: StoreId,
}

/// How a server refuses a request: the status, and the code in the body.
pub type Refused = (u16, String);

impl Rogue {
    /// Enrols at the server at `url`.
    pub fn enrol(url: &str, code: &str) -> Self {
        let request = EnrolRequest {
            code: code.to_owned(),
            device_name: "a phone without manners".to_owned(),
            app_version: "1.0".to_owned(),
            device_time: SystemEnvironment.now(),
        };
        let http = HttpTransport::new(url).expect("the server has an address");
        let enrolled = transport::enrol(&http, &request, &Cancel::new()).expect("the code is good");
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        let environment: &dyn Environment = &SystemEnvironment;
        let store = StoreId::new(&mut environment.entropy());
        Self { url: url.to_owned(), agent, enrolled, store }
    }

    /// Whom its changes are by.
    pub fn author(&self) -> Author {
        Author { staff: self.enrolled.staff, store: self.store }
    }

    /// A request that asks for nothing but what is new.
    pub fn request(&self, cursor: Option<Cursor>) -> SyncRequest {
        SyncRequest::new(SystemEnvironment.now(), self.store, cursor.map(|cursor| cursor.to_bytes()))
    }

    /// Posts a body to the exchange with this header of authorization, or none.
    pub fn post(&self, authorization: Option<&str>, body: &[u8]) -> Result<Vec<Frame>, Refused> {
        let mut call = self.agent.post(format!("{}/v1/sync", self.url)).header("content-type", MEDIA_TYPE);
        if let Some(authorization) = authorization {
            call = call.header("authorization", authorization);
        }
        let mut answer = call.send(body).expect("the server answers");
        let status = answer.status().as_u16();
        if status == 200 {
            let frames = FrameReader::new(answer.into_body().into_reader()).expect("the answer begins");
            return Ok(frames.map(|frame| frame.expect("the server sends frames")).collect());
        }
        let problem: Value = answer.body_mut().read_json().expect("a refusal is in JSON");
        Err((status, problem["code"].as_str().expect("a refusal has a code").to_owned()))
    }

    /// Sends a body as the phone that it is.
    pub fn send(&self, body: &[u8]) -> Result<Vec<Frame>, Refused> {
        self.post(Some(&format!("Bearer {}", self.enrolled.access_token)), body)
    }

    /// Pushes changesets and returns what became of them: `merged`, or the reason's code.
    pub fn push(&self, pushes: Vec<Push>) -> Vec<String> {
        let request = SyncRequest { pushes, ..self.request(None) };
        let frames = self.send(&request.to_body()).expect("the request is in order");
        let Some(FrameBody::Verdicts(verdicts)) = frames.into_iter().map(|frame| frame.body).next() else {
            return Vec::new();
        };
        verdicts
            .into_iter()
            .map(|verdict| match verdict {
                Verdict::Merged => "merged".to_owned(),
                Verdict::Quarantined(refused) => refused.code,
            })
            .collect()
    }
}

/// A new record's id.
pub fn new_id() -> RecordId {
    let environment: &dyn Environment = &SystemEnvironment;
    RecordId::new(environment.now(), &mut environment.entropy())
}

/// A new scope's id.
pub fn new_scope() -> ScopeId {
    let environment: &dyn Environment = &SystemEnvironment;
    ScopeId::new(environment.now(), &mut environment.entropy())
}

/// The changes that create a record, whatever it says.
pub fn creation(scope: ScopeId, id: RecordId, record: impl Into<AnyRecord>, by: Author) -> Changeset {
    let record = record.into();
    let header = Header { id, scope, kind: record.kind() };
    let created = Document::create(header, &record, by, SystemEnvironment.now());
    created.expect("any record has a document").changes_since(&Version::empty())
}

/// Mends the checksum of a change whose bytes were altered.
pub fn mend(change: &mut [u8]) {
    let checksum = Sha256::digest(&change[8..]);
    change[4..8].copy_from_slice(&checksum[..4]);
}
