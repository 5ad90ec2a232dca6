//! What is never called any more once a device is closed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::thread;

use doorstep_client_core::device::Change;
use doorstep_mobile_ffi::device::Device;
use doorstep_mobile_ffi::error::{CallbackError, DoorstepError};
use doorstep_mobile_ffi::observe::Observer;
use doorstep_mobile_ffi::sync::SyncOptions;
use doorstep_mobile_ffi::transport::{HttpRequest, HttpResponse, Transport, TransportFailure};
use futures::executor::block_on;
use futures::future::{join, pending};

use crate::line::{Keys, Phone, begin, open};

/// Says that it was called, and returns when it may.
struct Slow {
    calls: AtomicU32,
    called: Sender<()>,
    may_return: Mutex<Receiver<()>>,
}

impl Observer for Slow {
    fn changed(&self, _: Vec<Change>) -> Result<(), CallbackError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.called.send(()).ok();
        self.may_return.lock().unwrap().recv().ok();
        Ok(())
    }
}

#[test]
fn no_observer_is_called_after_closing_which_waits_for_the_one_that_is() {
    let phone = Phone::enrolled();
    let ((called, was_called), (release, may_return)) = (channel(), channel());
    let slow = Arc::new(Slow { calls: AtomicU32::new(0), called, may_return: Mutex::new(may_return) });
    phone.device.observe(Arc::clone(&slow) as Arc<dyn Observer>).unwrap();
    phone.write();
    was_called.recv().unwrap();
    phone.write();
    let device = Arc::clone(&phone.device);
    let closing = thread::spawn(move || device.close_store().unwrap());
    while !matches!(phone.device.caseload(), Err(DoorstepError::Closed { .. })) {
        thread::yield_now();
    }
    assert!(!closing.is_finished());
    release.send(()).unwrap();
    closing.join().unwrap();
    drop(release);
    assert_eq!(slow.calls.load(Ordering::SeqCst), 1);
}

struct Closes(OnceLock<Weak<Device>>, Sender<Result<(), DoorstepError>>);

impl Observer for Closes {
    fn changed(&self, _: Vec<Change>) -> Result<(), CallbackError> {
        let device = self.0.get().unwrap().upgrade().unwrap();
        self.1.send(device.close_store()).ok();
        Ok(())
    }
}

#[test]
fn an_observer_may_close() {
    let phone = Phone::enrolled();
    let (sender, closed) = channel();
    let closes = Arc::new(Closes(OnceLock::from(Arc::downgrade(&phone.device)), sender));
    phone.device.observe(closes).unwrap();
    phone.write();
    assert_eq!(closed.recv().unwrap(), Ok(()));
    assert!(matches!(phone.device.caseload(), Err(DoorstepError::Closed { .. })));
}

#[test]
fn closing_ends_what_waits_for_the_server() {
    let phone = Phone::enrolled();
    let _held = phone.line.hold_next();
    let sync = Arc::clone(&phone.device).sync(SyncOptions::default());
    let (answer, closed) = block_on(join(sync, async { phone.device.close_store() }));
    assert_eq!(closed, Ok(()));
    assert!(matches!(answer, Err(DoorstepError::Closed { .. })), "{answer:?}");
    let late = block_on(Arc::clone(&phone.device).sync(SyncOptions::default()));
    assert!(matches!(late, Err(DoorstepError::Closed { .. })), "{late:?}");
    assert_eq!(phone.device.close_store(), Ok(()), "it is closed");
}

#[test]
fn closing_ends_who_waits_for_the_sync_after_one_that_was_given_up() {
    let phone = Phone::enrolled();
    let ((called, was_called), (release, may_return)) = (channel(), channel::<()>());
    let may_return = Mutex::new(may_return);
    phone.line.answer_by(move |_| {
        called.send(()).ok();
        may_return.lock().unwrap().recv().ok();
        Err(TransportFailure::Unreachable)
    });
    let sync = || Box::pin(Arc::clone(&phone.device).sync(SyncOptions::default()));
    let mut given_up = sync();
    begin(&mut given_up);
    was_called.recv().unwrap();
    drop(given_up);
    let mut waits = sync();
    begin(&mut waits);
    let device = Arc::clone(&phone.device);
    let closing = thread::spawn(move || device.close_store().unwrap());
    let answer = block_on(waits);
    assert!(matches!(answer, Err(DoorstepError::Closed { .. })), "{answer:?}");
    assert!(!closing.is_finished(), "the app's transport is still under way");
    drop(release);
    closing.join().unwrap();
}

/// Never answers.
struct Silent;

#[async_trait::async_trait]
impl Transport for Silent {
    async fn exchange(&self, _: HttpRequest) -> Result<HttpResponse, TransportFailure> {
        pending().await
    }
}

#[test]
fn closing_ends_an_enrolment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phone").to_str().unwrap().to_owned();
    let device = open(&path, Arc::new(Keys::default()), Some(Arc::new(Silent))).unwrap();
    let [url, code, name, version] =
        ["https://doorstep.example.org", "CODE", "phone", "1"].map(str::to_owned);
    let enrol = Arc::clone(&device).enrol(url, code, name, version, None);
    let (answer, closed) = block_on(join(enrol, async { device.close_store() }));
    assert!(matches!(answer, Err(DoorstepError::Closed { .. })), "{answer:?}");
    assert_eq!(closed, Ok(()));
}
