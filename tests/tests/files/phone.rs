//! A phone that sends and fetches files, request by request.

use std::sync::Mutex;

use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::attachment::Attachment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::wire::Push;
use doorstep_server::http::files::CHUNK_MEDIA_TYPE;
use doorstep_server::store::FileHash;
use doorstep_tests::rogue::{Rogue, creation, new_id, new_scope};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// An enrolled phone, and where it finds the server now.
pub(crate) struct Phone {
    pub(crate) rogue: Rogue,
    url: Mutex<String>,
    agent: ureq::Agent,
}

/// What a request about a file is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The code of its problem; empty where there is none.
    pub(crate) code: String,
    pub(crate) offset: Option<u64>,
    pub(crate) length: Option<u64>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A refusal: its status and its code.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, &self.code)
    }
}

/// What a file is known by.
pub(crate) fn hash(bytes: &[u8]) -> FileHash {
    FileHash(Sha256::digest(bytes).into())
}

/// So many bytes that are not all alike.
pub(crate) fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at * at / 7 + at / 251) as u8).collect()
}

impl Phone {
    /// Enrols at this server.
    pub(crate) fn enrol(url: &str, code: &str) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { rogue: Rogue::enrol(url, code), url: Mutex::new(url.to_owned()), agent }
    }

    /// Finds the server there from now on.
    pub(crate) fn point_at(&self, url: &str) {
        *self.url.lock().unwrap() = url.to_owned();
    }

    /// Opens a case.
    pub(crate) fn open_case(&self) -> ScopeId {
        let scope = new_scope();
        let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
        let (id, by) = (new_id(), self.rogue.author());
        let push = Push { record: id, changes: creation(scope, id, patient, by) };
        assert_eq!(self.rogue.push(vec![push]), ["merged"]);
        scope
    }

    /// Sends an attachment that names this file.
    pub(crate) fn name(&self, scope: ScopeId, file: FileHash, size_bytes: u64, media_type: &str) -> RecordId {
        let attachment = Attachment {
            sha256: file.to_string(),
            media_type: media_type.to_owned(),
            size_bytes: Some(size_bytes as i64),
            caption: "Left heel".to_owned(),
            ..Attachment::default()
        };
        let id = new_id();
        let push = Push { record: id, changes: creation(scope, id, attachment, self.rogue.author()) };
        assert_eq!(self.rogue.push(vec![push]), ["merged"]);
        id
    }

    /// How much the server has.
    pub(crate) fn state(&self, scope: ScopeId, file: FileHash) -> Result<Answer, ureq::Error> {
        self.ask("HEAD", (scope, file), &[], Vec::new())
    }

    /// Sends bytes of a file of this length that begin there.
    pub(crate) fn patch(
        &self,
        file: (ScopeId, FileHash),
        (offset, length): (u64, u64),
        bytes: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let headers = [
            ("content-type", CHUNK_MEDIA_TYPE.to_owned()),
            ("upload-offset", offset.to_string()),
            ("upload-length", length.to_string()),
        ];
        self.ask("PATCH", file, &headers, bytes.to_vec())
    }

    /// Sends a file from where the server stands, in chunks of so many bytes, whatever is cut meanwhile. Returns how often
    /// it had to ask anew where that is.
    pub(crate) fn send(&self, scope: ScopeId, file: &[u8], chunk_bytes: usize) -> usize {
        let mut asked = 0;
        loop {
            asked += 1;
            assert!(asked < 1_000, "it does not get on");
            let Ok(state) = self.state(scope, hash(file)) else { continue };
            assert_eq!(state.status, 200, "{state:?}");
            let mut at = state.offset.unwrap() as usize;
            while at < file.len() {
                let chunk = &file[at..(at + chunk_bytes).min(file.len())];
                let to = (at as u64, file.len() as u64);
                match self.patch((scope, hash(file)), to, chunk) {
                    Ok(answer) if matches!(answer.refusal(), (204, _) | (409, "wrong_offset")) => {
                        at = answer.offset.unwrap() as usize;
                    }
                    Ok(answer) => panic!("{answer:?}"),
                    Err(_) => break,
                }
            }
            if at == file.len() {
                return asked;
            }
        }
    }

    /// Fetches a file, from this byte on.
    pub(crate) fn get(&self, scope: ScopeId, file: FileHash, from: Option<u64>) -> Answer {
        let range = from.map(|from| ("range", format!("bytes={from}-")));
        self.ask("GET", (scope, file), range.as_slice(), Vec::new()).unwrap()
    }

    /// Asks about a file with these headers.
    pub(crate) fn ask(
        &self,
        method: &str,
        (scope, file): (ScopeId, FileHash),
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Answer, ureq::Error> {
        let uri = format!("{}/v1/cases/{scope}/files/{file}", self.url.lock().unwrap());
        let token = format!("Bearer {}", self.rogue.enrolled.access_token);
        let mut request =
            ureq::http::Request::builder().method(method).uri(uri).header("authorization", token);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut answer = self.agent.run(request.body(body).unwrap())?;
        let number =
            |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().parse().unwrap());
        let (offset, length) = (number("upload-offset"), number("upload-length"));
        let body = answer.body_mut().with_config().limit(u64::MAX).read_to_vec()?;
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = problem["code"].as_str().unwrap_or_default().to_owned();
        Ok(Answer { status: answer.status().as_u16(), code, offset, length, body })
    }
}
