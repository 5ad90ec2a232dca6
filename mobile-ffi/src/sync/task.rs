//! Work on a thread of its own, awaited by an app.

use std::thread;

use doorstep_client_core::transport::Cancel;
use futures::channel::oneshot;

use crate::error::DoorstepError;

/// Does the work on a thread of its own. Whoever stops waiting ends it.
pub(super) async fn on_own_thread<T: Send + 'static>(
    name: &str,
    cancel: Cancel,
    work: impl FnOnce() -> Result<T, DoorstepError> + Send + 'static,
) -> Result<T, DoorstepError> {
    let (answer, done) = oneshot::channel();
    spawn(name, move || {
        // Where nobody waits any more, nobody wants to know.
        answer.send(work()).ok();
    })?;
    let _given_up = EndsOnDrop(cancel);
    done.await.unwrap_or_else(|_| Err(DoorstepError::panicked()))
}

pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), DoorstepError> {
    let thread = thread::Builder::new().name(format!("doorstep-{name}"));
    thread.spawn(work).map(drop).map_err(|_| DoorstepError::no_thread())
}

struct EndsOnDrop(Cancel);

impl Drop for EndsOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
