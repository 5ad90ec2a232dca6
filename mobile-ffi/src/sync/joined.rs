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
    /// Callers so far: the last one's name.
    names: u64,
    running: Option<Run>,
    /// Who came when nobody could join the running one any more: the next is theirs.
    next: BTreeMap<u64, Waiter>,
}

struct Run {
    cancel: Cancel,
    /// The last caller that it was begun for: those after her have joined it.
    begun_for: u64,
    /// Why it was given up: its last caller has left, or it was ended for all.
    given_up: Option<End>,
    /// Nobody joins it any more: it was given up, or has done its work.
    is_shut: bool,
    waiters: BTreeMap<u64, Waiter>,
}

struct Waiter {
    answer: oneshot::Sender<Answer>,
    listener: Option<Arc<dyn ProgressListener>>,
    _budget: Option<Timer>,
}

/// Why somebody waits no longer.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// The app gave it up.
    Cancelled,
    /// Her budget has passed.
    Expired,
    /// The device was closed.
    Closed,
}

#[uniffi::export]
impl Device {
    /// Sends what is unsent and fetches what is new, until neither is left. Who calls while it runs joins it, with a budget and a
    /// listener of its own; when it returns, the server was offered all that was saved before the call. Whoever stops waiting
    /// leaves it; the last one to leave ends it. What was stored before it ended stays, and the next sync goes on from there.
    pub async fn sync(self: Arc<Self>, options: SyncOptions) -> Result<Progress, DoorstepError> {
        let (waiting, answer) = guarded(&self.log, || join(&self, options))?;
        let answer = answer.await.unwrap_or_else(|_| Err(DoorstepError::panicked()));
        drop(waiting);
        answer
    }

    /// Ends the sync that runs, for all who wait for it. They are answered `Cancelled`.
    pub fn cancel_sync(&self) -> Result<(), DoorstepError> {
        self.call(|open| {
            open.syncs.end(End::Cancelled);
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
        self.syncs.leave(self.name, End::Cancelled);
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
        after(ms, move || syncs.leave(name, End::Expired))
    });
    let budget = budget.transpose()?;
    let waiter = Waiter { answer: sender, listener: options.listener, _budget: budget };
    match &mut state.running {
        Some(run) if !run.is_shut => drop(run.waiters.insert(name, waiter)),
        Some(_) => drop(state.next.insert(name, waiter)),
        None => {
            let (gate, log, running) = (Arc::clone(&device.gate), device.log.clone(), syncs.clone());
            let run = Run::of([(name, waiter)].into(), name);
            let cancel = run.cancel.clone();
            device.threads.spawn("sync", move || running.run(cancel, &gate, &log))?;
            state.running = Some(run);
        }
    }
    drop(state);
    Ok((Waiting { syncs, name }, answer))
}

impl Run {
    fn of(waiters: BTreeMap<u64, Waiter>, begun_for: u64) -> Self {
        Self { cancel: Cancel::new(), begun_for, given_up: None, is_shut: false, waiters }
    }

    /// Lets nobody join any more; what ends it is called without the lock.
    fn give_up(&mut self, end: End) -> Cancel {
        self.given_up.get_or_insert(end);
        self.is_shut = true;
        self.cancel.clone()
    }
}

impl End {
    fn end(self, call: &Cancel) {
        match self {
            Self::Cancelled | Self::Closed => call.cancel(),
            Self::Expired => call.expire(),
        }
    }

    fn error(self) -> DoorstepError {
        match self {
            Self::Cancelled => Error::from(TransportError::Cancelled).into(),
            Self::Expired => Error::from(TransportError::DeadlinePassed).into(),
            Self::Closed => DoorstepError::closed(),
        }
    }
}

impl Syncs {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends what runs, and what would run next.
    pub(crate) fn end(&self, end: End) {
        let (cancel, next) = {
            let mut state = self.state();
            let cancel = state.running.as_mut().map(|run| run.give_up(end));
            (cancel, std::mem::take(&mut state.next))
        };
        if let Some(cancel) = cancel {
            end.end(&cancel);
        }
        for waiter in next.into_values() {
            waiter.answer.send(Err(end.error())).ok();
        }
    }

    /// One caller leaves. The last one ends the sync, and is answered when it has ended.
    fn leave(&self, name: u64, end: End) {
        let (left, cancel) = {
            let mut state = self.state();
            let left = state.next.remove(&name);
            match &mut state.running {
                Some(run) if run.waiters.len() == 1 && run.waiters.contains_key(&name) => {
                    (left, Some(run.give_up(end)))
                }
                Some(run) => (left.or_else(|| run.waiters.remove(&name)), None),
                None => (left, None),
            }
        };
        if let Some(cancel) = cancel {
            end.end(&cancel);
        }
        if let Some(waiter) = left {
            waiter.answer.send(Err(end.error())).ok();
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
            let done = gate.unless_shut(done);
            told(log, &done);
            let was_joined = self.shut();
            let has_all = match &entry {
                Some(open) if was_joined && done.is_ok() => is_all_offered(open, log),
                _ => true,
            };
            let Some(next) = self.go_on(&done, has_all) else { return };
            cancel = next;
        }
    }

    /// Lets nobody join the run that has done its work, and says whether somebody has.
    fn shut(&self) -> bool {
        let mut state = self.state();
        let Some(run) = &mut state.running else { return false };
        run.is_shut = true;
        run.waiters.keys().any(|name| *name > run.begun_for)
    }

    /// Answers who waited for the run that is over; but who joined it goes on waiting where it has not offered all that was saved
    /// before. What cancels the next run, where somebody waits for one.
    fn go_on(&self, done: &Answer, has_all: bool) -> Option<Cancel> {
        let mut answers = Vec::new();
        let cancel = {
            let mut state = self.state();
            let mut next = std::mem::take(&mut state.next);
            if let Some(over) = state.running.take() {
                for (name, waiter) in over.waiters {
                    match over.given_up {
                        _ if has_all || name <= over.begun_for => answers.push((waiter, done.clone())),
                        Some(end) => answers.push((waiter, Err(end.error()))),
                        None => drop(next.insert(name, waiter)),
                    }
                }
            }
            state.running = (!next.is_empty()).then(|| Run::of(next, state.names));
            state.running.as_ref().map(|run| run.cancel.clone())
        };
        for (waiter, answer) in answers {
            waiter.answer.send(answer).ok();
        }
        cancel
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

/// Whether nothing waits to be sent. Where that cannot be read, a next sync says why.
fn is_all_offered(open: &Open, log: &Log) -> bool {
    guarded(log, || Ok(open.core.sync_status()?.unsent_records == 0)).unwrap_or(false)
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
