//! A phone whose server answers when the test lets it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::patient::Patient;
use doorstep_mobile_ffi::device::{Device, DeviceOptions};
use doorstep_mobile_ffi::error::{CallbackError, DoorstepError};
use doorstep_mobile_ffi::key_store::KeyStore;
use doorstep_mobile_ffi::transport::{HttpRequest, HttpResponse, Transport, TransportFailure, whole_body};
use futures::channel::oneshot;
use futures::executor::block_on;
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

/// Answers an enrolment at once, and an exchange that nobody can be reached, once it may.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) exchanges: AtomicU32,
    waiting: Mutex<Vec<oneshot::Receiver<()>>>,
    gone: Arc<AtomicU32>,
}

impl Line {
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
            let body = whole_body(answer.to_string().into_bytes());
            return Ok(HttpResponse { status: 200, headers: Vec::new(), body });
        }
        self.exchanges.fetch_add(1, Ordering::SeqCst);
        let mut given_up = CountsDrop(Some(Arc::clone(&self.gone)));
        let waiting = self.waiting.lock().unwrap().pop();
        if let Some(waiting) = waiting {
            waiting.await.ok();
        }
        given_up.0 = None;
        Err(TransportFailure::Unreachable)
    }
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
        let device = open(path.to_str().unwrap(), Arc::new(Keys::default()), Some(Arc::clone(&line)));
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

    pub(crate) fn write(&self) {
        let patient = Patient { given: "Ana".into(), family: "Ruiz".into(), ..Patient::default() };
        self.device.open_case(patient).unwrap();
    }
}

pub(crate) fn open(
    path: &str,
    key_store: Arc<dyn KeyStore>,
    line: Option<Arc<Line>>,
) -> Result<Arc<Device>, DoorstepError> {
    let transport = line.map(|line| line as Arc<dyn Transport>);
    Device::open(path.to_owned(), DeviceOptions { key_store, transport, log: None })
}
