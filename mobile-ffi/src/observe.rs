//! Who wants to know when something changed, on a thread of their own.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use doorstep_client_core::device::Change;

use crate::device::{Device, Open};
use crate::error::{CallbackError, DoorstepError};
use crate::gate::Gate;
use crate::log::{Log, LogLevel, guarded};

/// Wants to know when something changed.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// Something changed, and is on disk. Called on a thread of the observers' own, in the order of the changes, never on the
    /// thread that made one; not any more once `close_store` has returned. It may call the device. What it throws is dropped.
    fn changed(&self, changes: Vec<Change>) -> Result<(), CallbackError>;
}

#[derive(Default)]
pub(crate) struct Observers(Mutex<List>);

#[derive(Default)]
struct List {
    names: u64,
    observers: BTreeMap<u64, Arc<dyn Observer>>,
}

impl Observers {
    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl Device {
    /// Tells an observer from now on what changes; the number names it for `unobserve`.
    pub fn observe(&self, observer: Arc<dyn Observer>) -> Result<u64, DoorstepError> {
        self.call(|open| {
            let mut list = open.observers.list();
            list.names += 1;
            let id = list.names;
            list.observers.insert(id, observer);
            Ok(id)
        })
    }

    /// Ends an observer. A call to it that has begun may still go on.
    pub fn unobserve(&self, observer: u64) -> Result<(), DoorstepError> {
        self.call(|open| {
            let gone = open.observers.list().observers.remove(&observer);
            // An observer whose end calls the device finds the list free.
            drop(gone);
            Ok(())
        })
    }
}

/// Tells the observers what has come together since they were told last, until the device is closed.
pub(crate) fn tell(gate: &Weak<Gate<Open>>, changes: &Receiver<Vec<Change>>, log: &Log) {
    while let Ok(mut batch) = changes.recv() {
        batch.extend(changes.try_iter().flatten());
        let Some(gate) = gate.upgrade() else { return };
        let Some(open) = gate.enter() else { return };
        let observers: Vec<u64> = open.observers.list().observers.keys().copied().collect();
        for id in observers {
            let observer = open.observers.list().observers.get(&id).cloned();
            let Some(observer) = observer.filter(|_| !gate.is_closed()) else { continue };
            let told = guarded(log, || Ok(observer.changed(batch.clone())));
            if !matches!(told, Ok(Ok(()))) {
                log.tell(LogLevel::Warning, "an observer failed");
            }
        }
    }
}
