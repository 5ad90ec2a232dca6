//! The phone, whole: what an app, the command line and the simulations call.
//!
//! Every method takes `&self` and may be called from any thread. Reads and saves never wait for a network: an
//! exchange holds the store only while it stores what has arrived. Observers are told after a commit, when the store
//! is free again.

mod edit;
mod enrol;
mod exchange;
mod observe;
mod read;
mod status;
mod write;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

pub use edit::Created;
pub use exchange::{Progress, SyncReport};
pub use observe::{Change, ObserverId};
pub use read::{CaseOnPhone, Chart, ReadRecord, RecordInConflict};
pub use status::{RefusedWork, SyncStatus};

pub use crate::care::alerts::{Alert, AlertKind, Severity};
pub use crate::care::caseload::Case;
pub use crate::care::timeline::Entry;
pub use crate::document::{Conflict, ConflictingValue, FieldChange, HistoryEntry, Version};
pub use crate::error::{Error, ErrorKind};
pub use crate::store::{Enrolment, IS_ENCRYPTING, Listed, StoreKey};

use crate::document::Author;
use crate::environment::Environment;
use crate::record::Timestamp;
use crate::store::{Reader, Store, Writer};
use observe::Observers;

/// A nurse's phone.
pub struct Device {
    store: Mutex<Option<Store>>,
    environment: Arc<dyn Environment>,
    observers: Observers,
    syncing: Mutex<()>,
}

impl Device {
    /// Opens the phone's store at `path`, or makes it. A build with encryption needs the key, one without refuses it.
    pub fn open(
        path: &Path,
        key: Option<&StoreKey>,
        environment: Arc<dyn Environment>,
    ) -> Result<Self, Error> {
        let store = Store::open(path, key, &*environment)?;
        Ok(Self {
            store: Mutex::new(Some(store)),
            environment,
            observers: Observers::default(),
            syncing: Mutex::new(()),
        })
    }

    /// Destroys everything on the phone, work that was not sent included. The app destroys the key first.
    pub fn wipe(&self) -> Result<(), Error> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.take().ok_or_else(wiped)?.destroy()?;
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.environment.now()
    }

    fn with_store<T>(&self, work: impl FnOnce(&mut Store) -> Result<T, Error>) -> Result<T, Error> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        work(store.as_mut().ok_or_else(wiped)?)
    }

    fn read_store<T>(&self, work: impl FnOnce(Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.with_store(|store| work(store.reader()))
    }

    fn write_store<T>(&self, work: impl FnOnce(&Writer<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.with_store(|store| store.transaction(work))
    }

    /// Makes an edit as the enrolled nurse and tells the observers once it is on disk (I1).
    fn edit_store<T>(
        &self,
        work: impl FnOnce(&Writer<'_>, Author) -> Result<(T, Vec<Change>), Error>,
    ) -> Result<T, Error> {
        let (done, changes) = self.with_store(|store| {
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
