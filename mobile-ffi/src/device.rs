//! The phone, as an app holds it: opened, called from any thread, closed.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Weak};

use doorstep_client_core::device::{self as core, Change};
#[cfg(not(feature = "faults"))]
use doorstep_client_core::environment::SystemEnvironment as Surroundings;

use crate::error::DoorstepError;
#[cfg(feature = "faults")]
use crate::fault::Faults as Surroundings;
use crate::gate::{Entry, Gate};
use crate::key_store::{Destroys, KeyStore, key_of};
use crate::log::{Log, LogLevel, LogSink, guarded};
use crate::observe::{Observers, tell};
use crate::sync::{Calls, End, Syncs};
use crate::threads::Threads;
use crate::transport::Transport;

/// What an app brings along.
#[derive(Clone, uniffi::Record)]
pub struct DeviceOptions {
    /// Where the store's key is kept.
    pub key_store: Arc<dyn KeyStore>,
    /// What carries requests to the server; the core's own HTTP where there is none.
    #[uniffi(default)]
    pub transport: Option<Arc<dyn Transport>>,
    /// Where the library's log goes.
    #[uniffi(default)]
    pub log: Option<Arc<dyn LogSink>>,
}

/// A nurse's phone. Every method may be called from any thread. Reads and saves never wait for a network, but for the phone's
/// storage: call them off the main thread.
#[derive(uniffi::Object)]
pub struct Device {
    pub(crate) gate: Arc<Gate<Open>>,
    pub(crate) log: Log,
    pub(crate) threads: Threads,
}

/// What there is of a device while it is open.
pub(crate) struct Open {
    pub(crate) core: core::Device,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) observers: Observers,
    pub(crate) syncs: Syncs,
    pub(crate) calls: Calls,
    #[cfg(feature = "faults")]
    pub(crate) faults: Arc<Surroundings>,
}

#[uniffi::export]
impl Device {
    /// Opens the phone's store at `path`, or makes it. The key comes from the key store; where there is neither a store nor a
    /// key, one is made and saved there first. One process, and one device, has a store open at a time.
    #[uniffi::constructor]
    pub fn open(path: String, options: DeviceOptions) -> Result<Arc<Self>, DoorstepError> {
        let log = Log::new(options.log.clone());
        guarded(&log, || Self::open_at(&PathBuf::from(path), options, log.clone()))
    }

    /// Closes the store: whatever is still running ends first, a sync is cancelled, and once this has returned no observer or
    /// listener is called any more and the store can be opened again. Every later call answers `Closed`. Called from inside a
    /// callback, it returns at once, and the store is closed when that callback has returned.
    ///
    /// It waits for callbacks that are under way: they must not wait for the thread that closes. A program in Python closes
    /// before it ends, because Python cannot be called while it ends; so no thread of the library that calls is left after this.
    pub fn close_store(&self) -> Result<(), DoorstepError> {
        guarded(&self.log, || {
            let open = self.gate.shut();
            let is_first = open.is_some();
            if let Some(open) = open {
                open.end();
            }
            // Whoever closes beside somebody else waits as long.
            if self.gate.wait() {
                self.threads.wait();
            }
            if is_first {
                self.log.tell(LogLevel::Info, "closed");
            }
            Ok(())
        })
    }
}

impl Device {
    fn open_at(path: &Path, options: DeviceOptions, log: Log) -> Result<Arc<Self>, DoorstepError> {
        let environment: Arc<Surroundings> = Arc::default();
        let keys = Arc::new(Destroys(Arc::clone(&options.key_store)));
        let key = match core::Device::is_wiped(path) {
            true => None,
            false => Some(key_of(path, &*options.key_store, &*environment)?),
        };
        let here = Arc::<Surroundings>::clone(&environment);
        let core = core::Device::open_in(path, key.as_ref(), here, keys)?;
        let (sender, changes) = channel();
        forward(&core, sender);
        let gate = Arc::new(Gate::new(Open {
            core,
            transport: options.transport,
            observers: Observers::default(),
            syncs: Syncs::default(),
            calls: Calls::default(),
            #[cfg(feature = "faults")]
            faults: environment,
        }));
        let (watched, told): (Weak<Gate<Open>>, Log) = (Arc::downgrade(&gate), log.clone());
        let threads = Threads::default();
        threads.spawn("observers", move || tell(&watched, &changes, &told))?;
        log.tell(LogLevel::Info, "opened");
        Ok(Arc::new(Self { gate, log, threads }))
    }

    /// One call: answered `Closed` after closing, and never a panic.
    pub(crate) fn call<T>(
        &self,
        work: impl FnOnce(&Entry<Open>) -> Result<T, DoorstepError>,
    ) -> Result<T, DoorstepError> {
        guarded(&self.log, || {
            let open = self.gate.enter().ok_or_else(DoorstepError::closed)?;
            work(&open)
        })
    }

    /// One call to the core.
    pub(crate) fn core<T>(
        &self,
        work: impl FnOnce(&core::Device) -> Result<T, core::Error>,
    ) -> Result<T, DoorstepError> {
        self.call(|open| Ok(work(&open.core)?))
    }
}

impl Open {
    /// Ends what speaks to the server.
    fn end(&self) {
        self.syncs.end(End::Closed);
        self.calls.end();
    }
}

impl Drop for Device {
    /// An app that has forgotten to close closes with its last reference, without waiting.
    fn drop(&mut self) {
        if let Some(open) = self.gate.shut() {
            open.end();
        }
    }
}

/// Hands what changes to the observers' thread, which ends with the device.
fn forward(core: &core::Device, changes: Sender<Vec<Change>>) {
    core.observe(move |changed| {
        changes.send(changed.to_vec()).ok();
    });
}
