//! What the library tells an app's log, and what becomes of a panic.

use std::any::Any;
use std::cell::RefCell;
use std::fmt::Display;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Once};

use crate::error::{CallbackError, DoorstepError};

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum LogLevel {
    /// What went as it should.
    Info,
    /// What did not, and may by itself.
    Warning,
    /// What should not have happened.
    Error,
}

/// Where an app wants the library's log. No line holds patient data. It is called on whichever thread has something to tell,
/// and should return soon.
#[uniffi::export(with_foreign)]
pub trait LogSink: Send + Sync {
    /// Takes a line. What it throws is dropped.
    fn log(&self, level: LogLevel, message: String) -> Result<(), CallbackError>;
}

/// The app's log, if it wants one.
#[derive(Clone, Default)]
pub(crate) struct Log(Option<Arc<dyn LogSink>>);

impl Log {
    pub(crate) fn new(sink: Option<Arc<dyn LogSink>>) -> Self {
        Self(sink)
    }

    pub(crate) fn tell(&self, level: LogLevel, message: impl Display) {
        if let Some(sink) = &self.0 {
            // A log that fails has nobody to tell.
            sink.log(level, message.to_string()).ok();
        }
    }
}

thread_local! {
    /// Where the last panic inside of a guard was; none while the thread is in no guard.
    static GUARDED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does the work, and turns a panic into an error. The log is told its place in the source, and nobody its words, which may
/// quote a record.
pub(crate) fn guarded<T>(
    log: &Log,
    work: impl FnOnce() -> Result<T, DoorstepError>,
) -> Result<T, DoorstepError> {
    hush();
    let outer = GUARDED.replace(Some(String::new()));
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    let place = GUARDED.replace(outer).unwrap_or_default();
    done.unwrap_or_else(|words| {
        forget(words);
        log.tell(LogLevel::Error, format_args!("the core panicked at {place}"));
        Err(DoorstepError::panicked())
    })
}

/// Panics inside of a guard are noted without their words; all others stay with whoever heard of them before.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let is_guarded = GUARDED.with_borrow_mut(|place| match place {
                Some(place) => {
                    *place = panic.location().map(ToString::to_string).unwrap_or_default();
                    true
                }
                None => false,
            });
            if !is_guarded {
                before(panic);
            }
        }));
    });
}

/// Dropping a panic's words must not panic anew.
fn forget(words: Box<dyn Any + Send>) {
    panic::catch_unwind(AssertUnwindSafe(|| drop(words))).map_err(std::mem::forget).ok();
}
