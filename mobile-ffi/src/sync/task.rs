//! Work on a thread of its own, awaited by an app.

use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use doorstep_client_core::transport::Cancel;
use futures::channel::oneshot;

use crate::device::{Device, Open};
use crate::error::DoorstepError;
use crate::log::guarded;

impl Device {
    /// Does what needs the server on a thread of its own. Whoever stops waiting cancels it, the budget ends it, and so does
    /// closing.
    pub(super) async fn online<T: Send + 'static>(
        self: Arc<Self>,
        name: &str,
        budget_ms: Option<u64>,
        work: impl FnOnce(&Open, &Cancel) -> Result<T, DoorstepError> + Send + 'static,
    ) -> Result<T, DoorstepError> {
        let cancel = Cancel::new();
        let timer = budget_ms.map(|ms| {
            let cancel = cancel.clone();
            after(ms, move || cancel.expire())
        });
        let _budget = timer.transpose()?;
        let (answer, done) = oneshot::channel();
        let token = cancel.clone();
        let threads = self.threads.clone();
        threads.spawn(name, move || {
            let done = guarded(&self.log, || {
                let open = self.gate.enter().ok_or_else(DoorstepError::closed)?;
                let _call = open.calls.add(&token);
                if self.gate.is_closed() {
                    return Err(DoorstepError::closed());
                }
                work(&open, &token)
            });
            // Where nobody waits any more, nobody wants to know.
            answer.send(self.gate.unless_shut(done)).ok();
        })?;
        let _given_up = EndsOnDrop(cancel);
        done.await.unwrap_or_else(|_| Err(DoorstepError::panicked()))
    }
}

/// The calls that speak to the server, beside the sync.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<(u64, BTreeMap<u64, Cancel>)>>);

impl Calls {
    fn add(&self, cancel: &Cancel) -> Call {
        let mut list = self.list();
        list.0 += 1;
        let name = list.0;
        list.1.insert(name, cancel.clone());
        Call { calls: self.clone(), name }
    }

    /// Cancels them all.
    pub(crate) fn end(&self) {
        let calls = std::mem::take(&mut self.list().1);
        calls.values().for_each(Cancel::cancel);
    }

    fn list(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Cancel>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Call {
    calls: Calls,
    name: u64,
}

impl Drop for Call {
    fn drop(&mut self) {
        self.calls.list().1.remove(&self.name);
    }
}

/// Does something after so many milliseconds, unless it is dropped before.
pub(super) struct Timer {
    _ends_on_drop: Sender<()>,
}

pub(super) fn after(ms: u64, work: impl FnOnce() + Send + 'static) -> Result<Timer, DoorstepError> {
    let (sender, done) = channel();
    // It calls nobody of the app, and is not waited for.
    let thread = thread::Builder::new().name("doorstep-budget".to_owned());
    let begun = thread.spawn(move || {
        if done.recv_timeout(Duration::from_millis(ms)) == Err(RecvTimeoutError::Timeout) {
            work();
        }
    });
    begun.map_err(|_| DoorstepError::no_thread())?;
    Ok(Timer { _ends_on_drop: sender })
}

struct EndsOnDrop(Cancel);

impl Drop for EndsOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
