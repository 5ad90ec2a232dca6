//! The threads that work for a device. Closing waits for their ends: what calls an app must not outlive what it is called in.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::error::DoorstepError;

#[derive(Clone, Default)]
pub(crate) struct Threads(Arc<Shared>);

#[derive(Default)]
struct Shared {
    living: Mutex<Living>,
    ended: Condvar,
}

#[derive(Default)]
struct Living {
    count: usize,
    /// Those that have begun.
    ids: Vec<ThreadId>,
}

impl Threads {
    /// Does something on a thread of its own. What `work` holds is dropped before the thread counts as ended.
    pub(crate) fn spawn(
        &self,
        name: &str,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), DoorstepError> {
        self.living().count += 1;
        let life = Life(self.clone());
        let thread = thread::Builder::new().name(format!("doorstep-{name}"));
        let begun = thread.spawn(move || {
            life.0.living().ids.push(thread::current().id());
            work();
            drop(life);
        });
        begun.map(drop).map_err(|_| DoorstepError::no_thread())
    }

    /// Waits until all have ended; one of them does not.
    pub(crate) fn wait(&self) {
        let own = thread::current().id();
        let mut living = self.living();
        if living.ids.contains(&own) {
            return;
        }
        while living.count > 0 {
            living = self.0.ended.wait(living).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn living(&self) -> MutexGuard<'_, Living> {
        self.0.living.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thread, until it ends or could not begin.
struct Life(Threads);

impl Drop for Life {
    fn drop(&mut self) {
        let mut living = self.0.living();
        living.count -= 1;
        let own = thread::current().id();
        living.ids.retain(|id| *id != own);
        self.0.0.ended.notify_all();
    }
}
