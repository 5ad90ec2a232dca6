//! A call that the app may give up, or for which there is no more time.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::TransportError;

type Hook = Box<dyn FnOnce() + Send>;

const GOES_ON: u8 = 0;
const IS_CANCELLED: u8 = 1;
const IS_EXPIRED: u8 = 2;

/// Ends a running call from another thread. Clones end the same call. The first reason stays.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: AtomicU8,
    hook: Mutex<Option<Hook>>,
}

impl Cancel {
    /// A token that has not been used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the call soon: the app gave it up.
    pub fn cancel(&self) {
        self.end(IS_CANCELLED);
    }

    /// Ends the call soon: its deadline has passed. What has been stored stays, and the next call goes on from there.
    pub fn expire(&self) {
        self.end(IS_EXPIRED);
    }

    /// Whether the call is to end, for whichever reason.
    pub fn is_cancelled(&self) -> bool {
        self.reason().is_some()
    }

    /// Why the call is to end, if it is.
    pub fn reason(&self) -> Option<TransportError> {
        match self.0.state.load(Ordering::SeqCst) {
            GOES_ON => None,
            IS_EXPIRED => Some(TransportError::DeadlinePassed),
            _ => Some(TransportError::Cancelled),
        }
    }

    /// What to do at once when the call is to end, in place of what was to be done before. A transport interrupts what
    /// it is blocked in.
    pub fn on_cancel(&self, hook: impl FnOnce() + Send + 'static) {
        *self.0.hook.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(hook));
        if self.is_cancelled() {
            self.run_hook();
        }
    }

    fn end(&self, state: u8) {
        // Where it has ended already, that was why.
        self.0.state.compare_exchange(GOES_ON, state, Ordering::SeqCst, Ordering::SeqCst).ok();
        self.run_hook();
    }

    fn run_hook(&self) {
        let hook = self.0.hook.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(hook) = hook {
            hook();
        }
    }
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cancel").field(&self.reason()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_to_end_stays() {
        let cancel = Cancel::new();
        assert_eq!(cancel.reason(), None);
        cancel.expire();
        cancel.cancel();
        assert_eq!(cancel.reason(), Some(TransportError::DeadlinePassed));
    }
}
