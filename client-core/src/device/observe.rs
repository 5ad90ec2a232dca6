//! Who wants to know when something changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Device;
use crate::ids::{RecordId, ScopeId};
use crate::record::Kind;

/// Something that changed on the phone, and is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A record is new, or has changed, or what is known of its being sent has.
    Record {
        /// The record's scope.
        scope: ScopeId,
        /// The record.
        record: RecordId,
        /// The record's kind.
        kind: Kind,
    },
    /// A scope has ended, and what the phone held of it is gone.
    ScopeEnded(ScopeId),
}

/// Names an observer, to end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObserverId(u64);

type Observer = Arc<dyn Fn(&[Change]) + Send + Sync>;

#[derive(Default)]
pub(super) struct Observers(Mutex<(u64, BTreeMap<ObserverId, Observer>)>);

impl Observers {
    pub(super) fn tell(&self, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        let observers: Vec<Observer> =
            self.0.lock().unwrap_or_else(PoisonError::into_inner).1.values().cloned().collect();
        for observer in observers {
            observer(changes);
        }
    }
}

impl Device {
    /// Calls `observer` after each commit with what it changed, on the thread that made the commit. It may call the
    /// device.
    pub fn observe(&self, observer: impl Fn(&[Change]) + Send + Sync + 'static) -> ObserverId {
        let mut observers = self.observers.0.lock().unwrap_or_else(PoisonError::into_inner);
        observers.0 += 1;
        let id = ObserverId(observers.0);
        observers.1.insert(id, Arc::new(observer));
        id
    }

    /// Ends an observer.
    pub fn unobserve(&self, id: ObserverId) {
        self.observers.0.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&id);
    }
}
