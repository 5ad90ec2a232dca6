//! The one error that reaches an app, and what an app's own objects may throw.

use doorstep_client_core::device::{Error, ErrorKind};
use doorstep_client_core::record::Problem;

macro_rules! errors {
    ($($(#[$doc:meta])* $kind:ident $({ $($(#[$field_doc:meta])* $field:ident: $ty:ty),+ })?),+ $(,)?) => {
        /// What went wrong. Its message is for people and for logs: it holds no patient data.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
        pub enum DoorstepError {
            $(
                $(#[$doc])*
                #[error("{reason}")]
                $kind {
                    /// What went wrong, in words.
                    reason: String,
                    /// Whether the same call may succeed later, without anybody doing anything about it.
                    retryable: bool,
                    $($($(#[$field_doc])* $field: $ty),+)?
                },
            )+
        }

        #[uniffi::export]
        impl DoorstepError {
            /// What went wrong, in words without patient data.
            pub fn message(&self) -> String {
                match self { $(Self::$kind { reason, .. } => reason.clone()),+ }
            }

            /// Whether the same call may succeed later, without anybody doing anything about it.
            pub fn is_retryable(&self) -> bool {
                match self { $(Self::$kind { retryable, .. } => *retryable),+ }
            }
        }
    };
}

errors! {
    /// The record does not pass its checks, or what was handed over is no id, date or version.
    Invalid {
        /// What is wrong with which field; empty where it is no field of a record.
        problems: Vec<Problem>
    },
    /// There is no such record or case on this phone.
    NotFound,
    /// The record is here, its file is not: download it.
    NotDownloaded,
    /// What was seen is not there any more: read again.
    Outdated,
    /// The phone must not change this: the directory is the office's.
    ReadOnly,
    /// The phone is not enrolled yet.
    NotEnrolled,
    /// The phone is enrolled for somebody else: wipe it first.
    EnrolledElsewhere,
    /// The key does not open the store, or is missing.
    Key,
    /// The store is open elsewhere, or the system has no thread to spare.
    Busy,
    /// The phone's storage is full.
    StorageFull,
    /// The phone's storage failed.
    Storage,
    /// The store was wiped.
    Wiped,
    /// The office has locked the phone: nothing can be read or written until it unlocks it.
    Locked,
    /// The phone was offline for longer than the agency allows: sync, then go on.
    LeaseExpired,
    /// The server does not know the phone any more: enrol it again. What is unsent stays.
    EnrolAgain,
    /// The server cannot be reached, the connection was lost, or something on the way answered in the server's place: a Wi-Fi
    /// that wants to be signed in to.
    Network,
    /// The server had a failure, or asks to wait.
    Server {
        /// Seconds that the server asks to wait before the next attempt.
        retry_after_s: Option<u32>,
        /// The server's short name for its reason.
        code: Option<String>
    },
    /// The server refused: the code is used up, for example.
    Refused {
        /// Seconds that the server asks to wait before the next attempt.
        retry_after_s: Option<u32>,
        /// The server's short name for its reason.
        code: Option<String>
    },
    /// The app is too old.
    UpdateNeeded,
    /// The app cancelled it.
    Cancelled,
    /// Its budget has passed. What was stored before stays: the next call goes on from there.
    DeadlinePassed,
    /// The device was closed by `close_store`.
    Closed,
    /// The core met a state that it holds impossible. What was on disk before is untouched, and the device can be used on.
    Panicked,
    /// An object of the app's failed: its key store, its transport.
    Callback,
}

impl DoorstepError {
    /// What was handed over is not what it should be.
    pub(crate) fn invalid(reason: impl ToString) -> Self {
        Self::Invalid { reason: reason.to_string(), retryable: false, problems: Vec::new() }
    }

    pub(crate) fn closed() -> Self {
        Self::Closed { reason: "the device is closed; open it again".to_owned(), retryable: false }
    }

    pub(crate) fn panicked() -> Self {
        let reason = "the core failed inside; what was on disk before is untouched".to_owned();
        Self::Panicked { reason, retryable: false }
    }

    pub(crate) fn callback(whose: &str) -> Self {
        Self::Callback { reason: format!("{whose} of the app failed"), retryable: false }
    }

    pub(crate) fn key(reason: &str) -> Self {
        Self::Key { reason: reason.to_owned(), retryable: false }
    }

    pub(crate) fn not_enrolled() -> Self {
        let reason = "the phone is not enrolled; enrol it with a code from the office".to_owned();
        Self::NotEnrolled { reason, retryable: false }
    }

    pub(crate) fn no_thread() -> Self {
        Self::Busy { reason: "the system has no thread to spare".to_owned(), retryable: true }
    }
}

impl From<Error> for DoorstepError {
    fn from(error: Error) -> Self {
        let (reason, retryable) = (error.to_string(), error.is_retryable());
        let retry_after_s = error.retry_after_s();
        let code = error.server_code().map(str::to_owned);
        match error.kind() {
            ErrorKind::Invalid => Self::Invalid { reason, retryable, problems: error.problems().to_vec() },
            ErrorKind::NotFound => Self::NotFound { reason, retryable },
            ErrorKind::NotDownloaded => Self::NotDownloaded { reason, retryable },
            ErrorKind::Outdated => Self::Outdated { reason, retryable },
            ErrorKind::ReadOnly => Self::ReadOnly { reason, retryable },
            ErrorKind::NotEnrolled => Self::NotEnrolled { reason, retryable },
            ErrorKind::EnrolledElsewhere => Self::EnrolledElsewhere { reason, retryable },
            ErrorKind::Key => Self::Key { reason, retryable },
            ErrorKind::Busy => Self::Busy { reason, retryable },
            ErrorKind::StorageFull => Self::StorageFull { reason, retryable },
            ErrorKind::Storage => Self::Storage { reason, retryable },
            ErrorKind::Wiped => Self::Wiped { reason, retryable },
            ErrorKind::Locked => Self::Locked { reason, retryable },
            ErrorKind::LeaseExpired => Self::LeaseExpired { reason, retryable },
            ErrorKind::EnrolAgain => Self::EnrolAgain { reason, retryable },
            ErrorKind::Network => Self::Network { reason, retryable },
            ErrorKind::Server => Self::Server { reason, retryable, retry_after_s, code },
            ErrorKind::Refused => Self::Refused { reason, retryable, retry_after_s, code },
            ErrorKind::UpdateNeeded => Self::UpdateNeeded { reason, retryable },
            ErrorKind::Cancelled => Self::Cancelled { reason, retryable },
            ErrorKind::DeadlinePassed => Self::DeadlinePassed { reason, retryable },
        }
    }
}

/// What an object of the app's says that it could not do. Whatever else it throws is taken as this, without its words and
/// its stack trace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CallbackError {
    /// It failed.
    #[error("{reason}")]
    Failed {
        /// Why, in words without patient data.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for CallbackError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { reason: "it threw what it does not declare".to_owned() }
    }
}
