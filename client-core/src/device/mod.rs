//! The phone, whole: what an app, the command line and the simulations call.
//!
//! Every method takes `&self` and may be called from any thread. Reads and saves never wait for a network: an
//! exchange holds the store only while it stores what has arrived. Observers are told after a commit, when the store
//! is free again.

mod download;
mod edit;
mod enrol;
mod exchange;
mod files;
mod key_store;
mod lock;
mod observe;
mod read;
mod status;
#[cfg(feature = "thumbnails")]
mod thumbnail;
mod upload;
mod wipe;
mod write;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

pub use edit::Created;
pub use exchange::{Phase, Progress, SyncReport};
pub use files::FileState;
pub use key_store::{KeyNotDestroyed, KeyStore, NoKeyStore};
pub use lock::Lock;
pub use observe::{Change, ObserverId};
pub use read::{CaseOnPhone, Chart, ReadRecord, RecordInConflict};
pub use status::{RefusedWork, SyncStatus};

pub use crate::care::alerts::{Alert, AlertKind, Severity};
pub use crate::care::caseload::Case;
pub use crate::care::timeline::Entry;
pub use crate::document::{Conflict, ConflictingValue, FieldChange, HistoryEntry, Version};
pub use crate::error::{Error, ErrorKind};
pub use crate::store::{Enrolment, IS_ENCRYPTING, Listed, RefusedFile, StoreKey};

use crate::document::Author;
use crate::environment::Environment;
use crate::record::Timestamp;
use crate::store::{Reader, Store, Wiping, Writer};
use observe::Observers;

/// A nurse's phone.
pub struct Device {
    store: Mutex<Option<Store>>,
    wiping: Wiping,
    key_store: Arc<dyn KeyStore>,
    environment: Arc<dyn Environment>,
    observers: Observers,
    syncing: Mutex<()>,
    renewing_tokens: Mutex<()>,
}

impl Device {
    /// Opens the phone's store at `path`, or makes it. A build with encryption needs the key, one without refuses it.
    /// Nothing keeps the key, so that nothing destroys it: for a phone see [`open_in`](Device::open_in).
    pub fn open(
        path: &Path,
        key: Option<&StoreKey>,
        environment: Arc<dyn Environment>,
    ) -> Result<Self, Error> {
        Self::open_in(path, key, environment, Arc::new(NoKeyStore))
    }

    /// The same for a store whose key is kept there. Where it was wiped, or wiping was cut, no key is needed: wiping goes
    /// on, and the phone that is returned holds nothing, but can tell the server with its next sync.
    pub fn open_in(
        path: &Path,
        key: Option<&StoreKey>,
        environment: Arc<dyn Environment>,
        key_store: Arc<dyn KeyStore>,
    ) -> Result<Self, Error> {
        let wiping = Wiping::of(path);
        let is_wiped = wiping.has_begun();
        let store = if is_wiped { None } else { Some(Store::open(path, key, &*environment)?) };
        let device = Self {
            store: Mutex::new(store),
            wiping,
            key_store,
            environment,
            observers: Observers::default(),
            syncing: Mutex::new(()),
            renewing_tokens: Mutex::new(()),
        };
        if is_wiped {
            device.go_on_wiping()?;
        }
        Ok(device)
    }

    fn now(&self) -> Timestamp {
        self.environment.now()
    }

    fn with_store<T>(&self, work: impl FnOnce(&mut Store) -> Result<T, Error>) -> Result<T, Error> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        work(store.as_mut().ok_or_else(wiped)?)
    }

    /// Reads, unless something keeps the phone shut.
    fn read_store<T>(&self, work: impl FnOnce(Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.with_store(|store| {
            self.ensure_open(store)?;
            work(store.reader())
        })
    }

    /// Reads what the exchange and the phone's own status need, which goes on while the phone is shut.
    fn read_even_locked<T>(&self, work: impl FnOnce(Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.with_store(|store| work(store.reader()))
    }

    /// Writes, unless something keeps the phone shut.
    fn write_store<T>(&self, work: impl FnOnce(&Writer<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.with_store(|store| {
            self.ensure_open(store)?;
            store.transaction(work)
        })
    }

    /// Writes what the exchange brings, which goes on while the phone is shut.
    fn write_even_locked<T>(&self, work: impl FnOnce(&Writer<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.with_store(|store| {
            let done = store.transaction(work)?;
            store.renew_id(&*self.environment)?;
            Ok(done)
        })
    }

    /// Makes an edit as the enrolled nurse and tells the observers once it is on disk (I1).
    fn edit_store<T>(
        &self,
        work: impl FnOnce(&Writer<'_>, Author) -> Result<(T, Vec<Change>), Error>,
    ) -> Result<T, Error> {
        let (done, changes) = self.with_store(|store| {
            self.ensure_open(store)?;
            let id = store.id();
            store.edit(|writer| {
                let enrolment = writer.enrolment()?.ok_or_else(not_enrolled)?;
                work(writer, Author { staff: enrolment.staff, store: id })
            })
        })?;
        self.observers.tell(&changes);
        Ok(done)
    }
}

fn wiped() -> Error {
    Error::new(ErrorKind::Wiped, "the phone was wiped; enrol it again")
}

fn not_enrolled() -> Error {
    Error::new(ErrorKind::NotEnrolled, "the phone is not enrolled; enrol it with a code from the office")
}

#[cfg(test)]
mod tests;
