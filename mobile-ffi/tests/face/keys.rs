//! Where a store's key comes from.

use std::sync::{Arc, Mutex};

use doorstep_mobile_ffi::device::{Device, DeviceOptions};
use doorstep_mobile_ffi::error::{CallbackError, DoorstepError};
use doorstep_mobile_ffi::key_store::KeyStore;
use doorstep_mobile_ffi::log::{LogLevel, LogSink};

use crate::line::{Keys, open};

#[test]
fn a_key_is_made_once_and_a_store_without_its_key_stays_shut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phone");
    let path = path.to_str().unwrap();
    let keys = Arc::new(Keys::default());
    let open_with = |keys: &Arc<Keys>| open(path, Arc::clone(keys) as Arc<dyn KeyStore>, None);
    open_with(&keys).unwrap().close_store().unwrap();
    let made = keys.load().unwrap().unwrap();
    assert_eq!(made.len(), 32);
    open_with(&keys).unwrap().close_store().unwrap();
    assert_eq!(keys.load().unwrap(), Some(made.clone()), "it is used again");

    for wrong in [None, Some(vec![1; 31]), Some(vec![1; 33]), Some(vec![1; 32])] {
        let refused = open_with(&Arc::new(Keys(wrong.clone().into()))).err();
        assert!(matches!(refused, Some(DoorstepError::Key { .. })), "{wrong:?}: {refused:?}");
    }
    open_with(&Arc::new(Keys(Some(made).into()))).unwrap();
}

#[test]
fn wiping_deletes_the_key_and_the_next_store_has_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phone");
    let path = path.to_str().unwrap();
    let keys = Arc::new(Keys::default());
    let open_it = || open(path, Arc::clone(&keys) as Arc<dyn KeyStore>, None).unwrap();
    let device = open_it();
    let first = keys.load().unwrap();
    device.wipe().unwrap();
    assert_eq!(keys.load().unwrap(), None);
    assert!(matches!(device.caseload(), Err(DoorstepError::Wiped { .. })));
    device.close_store().unwrap();
    assert!(open_it().caseload().unwrap().is_empty());
    assert!(keys.load().unwrap().is_some_and(|key| Some(key) != first));
}

struct Fails;

impl KeyStore for Fails {
    fn load(&self) -> Result<Option<Vec<u8>>, CallbackError> {
        Err(CallbackError::Failed { reason: "words of the app".to_owned() })
    }

    fn save(&self, _: Vec<u8>) -> Result<(), CallbackError> {
        self.load().map(drop)
    }

    fn delete(&self) -> Result<(), CallbackError> {
        self.load().map(drop)
    }
}

#[test]
fn a_key_store_that_fails_makes_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phone");
    let refused = open(path.to_str().unwrap(), Arc::new(Fails), None).err().unwrap();
    assert!(matches!(&refused, DoorstepError::Callback { .. }), "{refused:?}");
    assert!(!refused.message().contains("words") && !path.exists());
}

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl LogSink for Lines {
    fn log(&self, _: LogLevel, message: String) -> Result<(), CallbackError> {
        self.0.lock().unwrap().push(message);
        Ok(())
    }
}

#[test]
fn only_a_wipe_that_was_done_is_logged_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phone").to_str().unwrap().to_owned();
    let (keys, lines) = (Arc::new(Keys::default()), Arc::new(Lines::default()));
    let log: Arc<dyn LogSink> = Arc::clone(&lines) as _;
    let open = || {
        let options =
            DeviceOptions { key_store: Arc::clone(&keys) as _, transport: None, log: Some(Arc::clone(&log)) };
        Device::open(path.clone(), options).unwrap()
    };
    let closed = open();
    closed.close_store().unwrap();
    assert!(matches!(closed.wipe(), Err(DoorstepError::Closed { .. })));
    let is_logged = || lines.0.lock().unwrap().iter().any(|line| line == "wiped");
    assert!(!is_logged());
    open().wipe().unwrap();
    assert!(is_logged());
}
