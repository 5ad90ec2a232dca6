//! A wipe, cut wherever it can be cut.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32};

use super::*;
use crate::wire::code;

/// A key store that counts, and fails or dies where a test wants it to.
#[derive(Default)]
struct Keys {
    destroyed: AtomicU32,
    fails: AtomicBool,
    /// The process dies before (0) or after (1) the key is destroyed; later: not.
    dies_at: AtomicU32,
}

const NEVER: u32 = 2;

impl Keys {
    fn new() -> Arc<Self> {
        Arc::new(Self { dies_at: NEVER.into(), ..Self::default() })
    }
}

impl KeyStore for Keys {
    fn destroy(&self) -> Result<(), KeyNotDestroyed> {
        let dies_at = self.dies_at.swap(NEVER, Ordering::Relaxed);
        assert_ne!(dies_at, 0, "the process dies with the key still there");
        if self.fails.load(Ordering::Relaxed) {
            return Err(KeyNotDestroyed);
        }
        self.destroyed.fetch_add(1, Ordering::Relaxed);
        assert_ne!(dies_at, 1, "the process dies without the key");
        Ok(())
    }
}

struct Lost {
    device: Device,
    keys: Arc<Keys>,
    folder: TempDir,
}

impl Lost {
    /// A phone with a case that was not sent, on which the office has given up.
    fn new(server: &Server) -> Self {
        let (folder, keys) = (tempfile::tempdir().unwrap(), Keys::new());
        let path = folder.path().join("doorstep.db");
        let environment = Arc::new(Simulated::default());
        let device = Device::open_in(&path, key().as_ref(), environment, keys.clone()).unwrap();
        device.enrol(server, "https://example.org", "1234", "Ann's phone", "0.1", &Cancel::new()).unwrap();
        device.open_case(&patient("Kovács")).unwrap();
        server.state().refusal = Some(code::DEVICE_WIPE);
        Self { device, keys, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("doorstep.db")
    }

    fn sync_with(&self, server: &Server) -> ErrorKind {
        self.device.sync(server, &Cancel::new(), |_| ()).unwrap_err().kind()
    }

    /// The same phone after its process died, opened without a key.
    fn reopened(self) -> Result<Self, Error> {
        let Self { device, keys, folder } = self;
        drop(device);
        let path = folder.path().join("doorstep.db");
        let device = Device::open_in(&path, None, Arc::new(Simulated::default()), keys.clone())?;
        Ok(Self { device, keys, folder })
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn is_gone(&self) -> bool {
        self.device.caseload().unwrap_err().kind() == ErrorKind::Wiped
    }
}

#[test]
fn a_phone_that_is_to_be_wiped_destroys_everything_at_the_next_contact_and_says_so() {
    let server = Server::default();
    let lost = Lost::new(&server);
    assert_eq!(lost.sync_with(&server), ErrorKind::Wiped);
    assert!(lost.is_gone());
    assert_eq!(lost.keys.destroyed.load(Ordering::Relaxed), 1);
    assert_eq!(server.state().wiped.0, 1);
    assert!(server.state().requests.is_empty(), "what strange hands may have written was not sent");
    assert_eq!(lost.files(), Vec::<String>::new());
}

#[test]
fn a_wipe_that_was_not_heard_of_is_told_again_until_it_is() {
    let server = Server::default();
    let lost = Lost::new(&server);
    server.state().wiped.1 = true;
    assert_eq!(lost.sync_with(&server), ErrorKind::Wiped);
    assert!(lost.is_gone());
    assert_eq!(lost.device.server_to_tell_of_wipe().as_deref(), Some("https://example.org"));
    let lost = lost.reopened().unwrap();
    assert_eq!(lost.sync_with(&server), ErrorKind::Network);
    server.state().wiped.1 = false;
    assert!(Device::is_wiped(&lost.path()));
    assert_eq!(lost.sync_with(&server), ErrorKind::Wiped);
    assert_eq!((server.state().wiped.0, lost.files().len()), (3, 0));
}

#[test]
fn a_wipe_that_is_cut_before_or_after_the_key_is_destroyed_goes_on_at_the_next_opening() {
    for dies_at in [0, 1] {
        let server = Server::default();
        let lost = Lost::new(&server);
        lost.keys.dies_at.store(dies_at, Ordering::Relaxed);
        let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| lost.sync_with(&server)));
        assert!(cut.is_err());
        assert!(lost.path().exists(), "the store is there still");
        assert_eq!(lost.keys.destroyed.load(Ordering::Relaxed), dies_at, "the key is what goes first");
        let lost = lost.reopened().unwrap();
        assert!(lost.is_gone() && !lost.path().exists());
        assert_eq!(lost.keys.destroyed.load(Ordering::Relaxed), 1 + dies_at);
        assert_eq!(lost.sync_with(&server), ErrorKind::Wiped);
        assert_eq!((server.state().wiped.0, lost.files().len()), (1, 0));
    }
}

#[test]
fn where_the_key_is_not_destroyed_the_store_is_and_the_key_is_tried_again() {
    let server = Server::default();
    let lost = Lost::new(&server);
    lost.keys.fails.store(true, Ordering::Relaxed);
    assert_eq!(lost.sync_with(&server), ErrorKind::Storage);
    assert!(lost.is_gone() && !lost.path().exists());
    assert_eq!(server.state().wiped.0, 0, "nobody is told that it was done");
    lost.keys.fails.store(false, Ordering::Relaxed);
    let lost = lost.reopened().unwrap();
    assert_eq!(lost.keys.destroyed.load(Ordering::Relaxed), 1);
    assert_eq!(lost.sync_with(&server), ErrorKind::Wiped);
    assert_eq!(server.state().wiped.0, 1);
}

#[cfg(feature = "encryption")]
#[test]
fn what_is_copied_off_a_phone_while_it_is_wiped_opens_with_no_key_but_the_destroyed_one() {
    let server = Server::default();
    let lost = Lost::new(&server);
    lost.keys.dies_at.store(1, Ordering::Relaxed);
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| lost.sync_with(&server)));
    assert!(cut.is_err());
    let copy = lost.folder.path().join("copy.db");
    std::fs::copy(lost.path(), &copy).unwrap();
    for key in [Some(StoreKey([8; 32])), None] {
        let refused = Device::open(&copy, key.as_ref(), Arc::new(Simulated::default())).err().unwrap();
        assert_eq!(refused.kind(), ErrorKind::Key);
    }
}

#[test]
fn a_phone_that_its_nurse_wipes_tells_nobody() {
    let server = Server::default();
    let lost = Lost::new(&server);
    lost.device.wipe().unwrap();
    assert!(lost.is_gone());
    assert_eq!((lost.keys.destroyed.load(Ordering::Relaxed), lost.files().len()), (1, 0));
    assert_eq!((lost.sync_with(&server), server.state().wiped.0), (ErrorKind::Wiped, 0));
}
