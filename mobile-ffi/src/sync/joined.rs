//! One sync, however many ask for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use doorstep_client_core::device::{Error, Progress};
use doorstep_client_core::transport::{Cancel, TransportError};
use futures::channel::oneshot;

use super::task::{Timer, after};
use crate::device::{Device, Open};
use crate::error::{CallbackError, DoorstepError};
use crate::gate::Gate;
use crate::log::{Log, LogLevel, guarded};

/// Wants to know how far a sync is.
#[uniffi::export(with_foreign)]
pub trait ProgressListener: Send + Sync {
    /// The sync is this far; told for each frame and each chunk of a file, on the sync's own thread, which waits for it. What
    /// it throws is dropped.
    fn progressed(&self, progress: Progress) -> Result<(), CallbackError>;
}

/// How one caller wants a sync, or a download.
#[derive(Clone, Default, uniffi::Record)]
pub struct SyncOptions {
    /// Milliseconds after which to end with `DeadlinePassed`; what was stored by then stays. For background time that a system
    /// grants, ask for a second less.
    #[uniffi(default)]
    pub budget_ms: Option<u64>,
    /// Whom to tell how far it is.
    #[uniffi(default)]
    pub listener: Option<Arc<dyn ProgressListener>>,
}

type Answer = Result<Progress, DoorstepError>;

/// The sync that runs, and who waits for it.
#[derive(Clone, Default)]
pub(crate) struct Syncs(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    names: u64,
    running: Option<Run>,
    /// Who came when the running one was already given up: the next is theirs.
    next: BTreeMap<u64, Waiter>,
}

struct Run {
    cancel: Cancel,
    /// Nobody joins it any more: its last caller has left, or it was cancelled.
    is_given_up: bool,
    waiters: BTreeMap<u64, Waiter>,
}

struct Waiter {
    answer: oneshot::Sender<Answer>,
    listener: Option<Arc<dyn ProgressListener>>,
    _budget: Option<Timer>,
}

#[uniffi::export]
impl Device {
    /// Sends what is unsent and fetches what is new, until neither is left. Who calls while it runs joins it, with a budget and a
    /// listener of its own. Whoever stops waiting leaves it; the last one to leave ends it. What was stored before it ended
    /// stays, and the next sync goes on from there.
    pub async fn sync(self: Arc<Self>, options: SyncOptions) -> Result<Progress, DoorstepError> {
        let (waiting, answer) = guarded(&self.log, || join(&self, options))?;
        let answer = answer.await.unwrap_or_else(|_| Err(DoorstepError::panicked()));
        drop(waiting);
        answer
    }

    /// Ends the sync that runs, for all who wait for it. They are answered `Cancelled`.
    pub fn cancel_sync(&self) -> Result<(), DoorstepError> {
        self.call(|open| {
            open.syncs.end();
            Ok(())
        })
    }
}

/// One caller's part in a sync.
struct Waiting {
    syncs: Syncs,
    name: u64,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.syncs.leave(self.name, Cancel::cancel);
    }
}

fn join(
    device: &Device,
    options: SyncOptions,
) -> Result<(Waiting, oneshot::Receiver<Answer>), DoorstepError> {
    let open = device.gate.enter().ok_or_else(DoorstepError::closed)?;
    let syncs = open.syncs.clone();
    let (sender, answer) = oneshot::channel();
    let mut state = syncs.state();
    state.names += 1;
    let name = state.names;
    let budget = options.budget_ms.map(|ms| {
        let syncs = syncs.clone();
        after(ms, move || syncs.leave(name, Cancel::expire))
    });
    let budget = budget.transpose()?;
    let waiter = Waiter { answer: sender, listener: options.listener, _budget: budget };
    match &mut state.running {
        Some(run) if !run.is_given_up => drop(run.waiters.insert(name, waiter)),
        Some(_) => drop(state.next.insert(name, waiter)),
        None => {
            let (gate, log, running) = (Arc::clone(&device.gate), device.log.clone(), syncs.clone());
            let run = Run::of([(name, waiter)].into());
            let cancel = run.cancel.clone();
            device.threads.spawn("sync", move || running.run(cancel, &gate, &log))?;
            state.running = Some(run);
        }
    }
    drop(state);
    Ok((Waiting { syncs, name }, answer))
}

impl Run {
    fn of(waiters: BTreeMap<u64, Waiter>) -> Self {
        Self { cancel: Cancel::new(), is_given_up: false, waiters }
    }

    /// Lets nobody join any more; what ends it is called without the lock.
    fn give_up(&mut self) -> Cancel {
        self.is_given_up = true;
        self.cancel.clone()
    }
}

impl Syncs {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends what runs, and what would run next.
    pub(crate) fn end(&self) {
        let (cancel, next) = {
            let mut state = self.state();
            let cancel = state.running.as_mut().map(Run::give_up);
            (cancel, std::mem::take(&mut state.next))
        };
        if let Some(cancel) = cancel {
            cancel.cancel();
        }
        for waiter in next.into_values() {
            waiter.answer.send(Err(Error::from(TransportError::Cancelled).into())).ok();
        }
    }

    /// One caller leaves. The last one ends the sync, and is answered when it has ended.
    fn leave(&self, name: u64, end: fn(&Cancel)) {
        let (left, cancel) = {
            let mut state = self.state();
            let left = state.next.remove(&name);
            match &mut state.running {
                Some(run) if run.waiters.len() == 1 && run.waiters.contains_key(&name) => {
                    (left, Some(run.give_up()))
                }
                Some(run) => (left.or_else(|| run.waiters.remove(&name)), None),
                None => (left, None),
            }
        };
        if let Some(cancel) = cancel {
            end(&cancel);
        }
        if let Some(waiter) = left {
            let cancel = Cancel::new();
            end(&cancel);
            let reason = cancel.reason().unwrap_or(TransportError::Cancelled);
            waiter.answer.send(Err(Error::from(reason).into())).ok();
        }
    }

    /// Runs the sync that this cancels, and those that were asked for meanwhile.
    fn run(&self, mut cancel: Cancel, gate: &Arc<Gate<Open>>, log: &Log) {
        loop {
            let entry = gate.enter();
            let done = guarded(log, || match &entry {
                Some(open) => exchange(open, &cancel, |progress| self.tell(progress, log)),
                None => Err(DoorstepError::closed()),
            });
            let done = if gate.is_closed() { done.map_err(|_| DoorstepError::closed()) } else { done };
            told(log, &done);
            let (waiters, next) = self.go_on();
            for waiter in waiters.into_values() {
                waiter.answer.send(done.clone()).ok();
            }
            let Some(next) = next else { return };
            cancel = next;
        }
    }

    /// Ends the run that is over: who waited for it, and what cancels the next, where somebody waits for one.
    fn go_on(&self) -> (BTreeMap<u64, Waiter>, Option<Cancel>) {
        let mut state = self.state();
        let next = std::mem::take(&mut state.next);
        let run = (!next.is_empty()).then(|| Run::of(next));
        let cancel = run.as_ref().map(|run| run.cancel.clone());
        let over = std::mem::replace(&mut state.running, run);
        (over.map(|run| run.waiters).unwrap_or_default(), cancel)
    }

    fn tell(&self, progress: Progress, log: &Log) {
        let listeners: Vec<Arc<dyn ProgressListener>> = match &self.state().running {
            Some(run) => run.waiters.values().filter_map(|waiter| waiter.listener.clone()).collect(),
            None => Vec::new(),
        };
        for listener in listeners {
            told_of(progress, &*listener, log);
        }
    }
}

pub(super) fn told_of(progress: Progress, listener: &dyn ProgressListener, log: &Log) {
    if listener.progressed(progress).is_err() {
        log.tell(LogLevel::Warning, "a progress listener failed");
    }
}

fn exchange(open: &Open, cancel: &Cancel, progress: impl FnMut(Progress)) -> Answer {
    let way = open.way()?;
    way.explain(open.core.sync(&way, cancel, progress))
}

fn told(log: &Log, done: &Answer) {
    match done {
        Ok(done) => log.tell(
            LogLevel::Info,
            format_args!(
                "synced: {} exchanges, {} merged, {} refused, {} received, {} bytes sent, {} bytes received",
                done.exchanges,
                done.merged,
                done.refused,
                done.received,
                done.sent_bytes,
                done.received_bytes
            ),
        ),
        Err(error) => log.tell(LogLevel::Warning, format_args!("sync ended: {error}")),
    }
}
