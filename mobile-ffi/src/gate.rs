//! What can be used from many threads until it is closed, and is used by none when closing returns.

use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::error::DoorstepError;

pub(crate) struct Gate<T> {
    state: Mutex<State<T>>,
    left: Condvar,
}

struct State<T> {
    inside: Option<Arc<T>>,
    /// The threads that use it, once for each use.
    users: Vec<ThreadId>,
}

impl<T> Gate<T> {
    pub(crate) fn new(inside: T) -> Self {
        let state = State { inside: Some(Arc::new(inside)), users: Vec::new() };
        Self { state: Mutex::new(state), left: Condvar::new() }
    }

    /// What is inside, for as long as the entry lives; none once the gate was closed.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Entry<T>> {
        let mut state = self.state();
        let inside = Arc::clone(state.inside.as_ref()?);
        state.users.push(thread::current().id());
        Some(Entry { inside: Some(inside), gate: Arc::clone(self), user: thread::current().id() })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state().inside.is_none()
    }

    /// What a call came to: one that failed is answered `Closed` once the gate is shut, because that is what ends calls.
    pub(crate) fn unless_shut<A>(&self, done: Result<A, DoorstepError>) -> Result<A, DoorstepError> {
        if self.is_closed() { done.map_err(|_| DoorstepError::closed()) } else { done }
    }

    /// Lets nobody in any more, and hands out what was inside, unless it was closed before.
    pub(crate) fn shut(&self) -> Option<Arc<T>> {
        self.state().inside.take()
    }

    /// Waits until nobody is inside, and says that nobody is. From inside of a use, a callback, it does not: that use cannot end
    /// meanwhile, and another's may wait for this one.
    pub(crate) fn wait(&self) -> bool {
        let own = thread::current().id();
        let mut state = self.state();
        if state.users.contains(&own) {
            return false;
        }
        while !state.users.is_empty() {
            state = self.left.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A use of what is inside.
pub(crate) struct Entry<T> {
    inside: Option<Arc<T>>,
    gate: Arc<Gate<T>>,
    user: ThreadId,
}

impl<T> Deref for Entry<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.inside.as_ref().expect("it is taken when the entry is dropped, not before")
    }
}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        // Whoever waits is to find it gone.
        self.inside.take();
        let mut state = self.gate.state();
        if let Some(place) = state.users.iter().position(|user| *user == self.user) {
            state.users.swap_remove(place);
        }
        self.gate.left.notify_all();
    }
}
