//! A phone whose server answers when the test lets it, and what.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::wire::{
    AnswerSize, Done, Epoch, Frame, FrameBody, FrameWriter, MEDIA_TYPE, SyncRequest, Verdict,
};
use doorstep_mobile_ffi::device::{Device, DeviceOptions};
use doorstep_mobile_ffi::error::{CallbackError, DoorstepError};
use doorstep_mobile_ffi::key_store::KeyStore;
use doorstep_mobile_ffi::transport::{
    HttpHeader, HttpRequest, HttpResponse, Transport, TransportFailure, whole_body,
};
use futures::channel::oneshot;
use futures::executor::block_on;
use futures::future::FutureExt;
use tempfile::TempDir;

/// Keeps a key in memory.
#[derive(Default)]
pub(crate) struct Keys(pub(crate) Mutex<Option<Vec<u8>>>);

impl KeyStore for Keys {
    fn load(&self) -> Result<Option<Vec<u8>>, CallbackError> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn save(&self, key: Vec<u8>) -> Result<(), CallbackError> {
        *self.0.lock().unwrap() = Some(key);
        Ok(())
    }

    fn delete(&self) -> Result<(), CallbackError> {
        *self.0.lock().unwrap() = None;
        Ok(())
    }
}

pub(crate) type Answer = Result<HttpResponse, TransportFailure>;
type Answers = dyn Fn(HttpRequest) -> Answer + Send + Sync;

/// Answers an enrolment at once, and all else, once it may, that nobody can be reached, or as the test says.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) exchanges: AtomicU32,
    waiting: Mutex<Vec<oneshot::Receiver<()>>>,
    gone: Arc<AtomicU32>,
    answers: Mutex<Option<Arc<Answers>>>,
}

impl Line {
    /// What answers from now on.
    pub(crate) fn answer_by(&self, answer: impl Fn(HttpRequest) -> Answer + Send + Sync + 'static) {
        *self.answers.lock().unwrap() = Some(Arc::new(answer));
    }

    /// The next exchange waits until what is returned is used or dropped.
    pub(crate) fn hold_next(&self) -> oneshot::Sender<()> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap().insert(0, receiver);
        sender
    }

    /// Exchanges that were given up before they were answered.
    pub(crate) fn given_up(&self) -> u32 {
        self.gone.load(Ordering::SeqCst)
    }
}

struct CountsDrop(Option<Arc<AtomicU32>>);

impl Drop for CountsDrop {
    fn drop(&mut self) {
        if let Some(gone) = &self.0 {
            gone.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[async_trait::async_trait]
impl Transport for Line {
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportFailure> {
        if request.url.ends_with("/v1/enrol") {
            let id = |byte| StaffId::from_bytes([byte; 16]);
            let answer = serde_json::json!({
                "agency": id(1), "staff": id(2), "device": id(3),
                "access_token": "access", "refresh_token": "refresh",
                "server_time": Timestamp::UNIX_EPOCH,
            });
            return Ok(answered(200, "application/json", answer.to_string().into_bytes()));
        }
        self.exchanges.fetch_add(1, Ordering::SeqCst);
        let mut given_up = CountsDrop(Some(Arc::clone(&self.gone)));
        let waiting = self.waiting.lock().unwrap().pop();
        if let Some(waiting) = waiting {
            waiting.await.ok();
        }
        given_up.0 = None;
        let answers = self.answers.lock().unwrap().clone();
        answers.map_or(Err(TransportFailure::Unreachable), |answer| answer(request))
    }
}

/// The answer of a server that merges every change and takes every file.
pub(crate) fn takes(request: HttpRequest) -> Answer {
    let number = |name: &str| -> u64 {
        let header = request.headers.iter().find(|header| header.name == name).unwrap();
        header.value.parse().unwrap()
    };
    Ok(match request.method.as_str() {
        "HEAD" => stands_at(200, 0),
        "PATCH" => stands_at(204, number("upload-offset") + request.body.len() as u64),
        _ => answered(200, MEDIA_TYPE, merged(&request.body)),
    })
}

pub(crate) fn answered(status: u16, media_type: &str, body: Vec<u8>) -> HttpResponse {
    HttpResponse { status, headers: vec![header("Content-Type", media_type)], body: whole_body(body) }
}

fn stands_at(status: u16, offset: u64) -> HttpResponse {
    let headers = vec![header("Upload-Offset", &offset.to_string())];
    HttpResponse { status, headers, body: whole_body(Vec::new()) }
}

fn header(name: &str, value: &str) -> HttpHeader {
    HttpHeader { name: name.to_owned(), value: value.to_owned() }
}

fn merged(body: &[u8]) -> Vec<u8> {
    let pushes = SyncRequest::from_body(body).unwrap().pushes;
    let verdicts = FrameBody::Verdicts(vec![Verdict::Merged; pushes.len()]);
    let done = FrameBody::Done(Done {
        server_time: Timestamp::UNIX_EPOCH,
        epoch: Epoch([1; 8]),
        has_more: false,
        digests: Vec::new(),
    });
    let mut frames = FrameWriter::new(AnswerSize::Update).unwrap();
    let mut body = frames.frame(&Frame { body: verdicts, cursor: None }).unwrap();
    body.extend(frames.finish(&Frame { body: done, cursor: Some(vec![1]) }).unwrap());
    body
}

/// Polls a call once, so that it has begun.
pub(crate) fn begin<T>(call: &mut (impl Future<Output = T> + Unpin)) {
    assert!(call.now_or_never().is_none(), "it has ended already");
}

pub(crate) struct Phone {
    pub(crate) device: Arc<Device>,
    pub(crate) line: Arc<Line>,
    _folder: TempDir,
}

impl Phone {
    pub(crate) fn enrolled() -> Self {
        let (line, folder) = (Arc::new(Line::default()), tempfile::tempdir().unwrap());
        let path = folder.path().join("phone");
        let transport = Arc::clone(&line) as Arc<dyn Transport>;
        let device = open(path.to_str().unwrap(), Arc::new(Keys::default()), Some(transport));
        let device = device.unwrap();
        let enrol = Arc::clone(&device).enrol(
            "https://doorstep.example.org".to_owned(),
            "CODE".to_owned(),
            "phone".to_owned(),
            "1".to_owned(),
            None,
        );
        block_on(enrol).unwrap();
        Self { device, line, _folder: folder }
    }

    pub(crate) fn write(&self) -> ScopeId {
        write(&self.device)
    }
}

/// Writes something to send.
pub(crate) fn write(device: &Device) -> ScopeId {
    let patient = Patient { given: "Ana".into(), family: "Ruiz".into(), ..Patient::default() };
    device.open_case(patient).unwrap().scope
}

pub(crate) fn open(
    path: &str,
    key_store: Arc<dyn KeyStore>,
    transport: Option<Arc<dyn Transport>>,
) -> Result<Arc<Device>, DoorstepError> {
    Device::open(path.to_owned(), DeviceOptions { key_store, transport, log: None })
}
