//! The one error that crosses to the app. What went wrong inside is turned into it; none of its messages holds
//! patient data (I13).

use crate::document::DocumentError;
use crate::record::Problem;
use crate::store::StoreError;
use crate::sync::SyncError;
use crate::transport::TransportError;
use crate::wire::{WireError, code};

/// What an app can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The record does not pass its checks: show [`Error::problems`].
    Invalid,
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
    /// The key does not open the store, or is missing, or cannot be used by this build.
    Key,
    /// The store is open elsewhere, or a sync is already running.
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
    /// The server had a failure.
    Server,
    /// The server refused: the code is used up, for example.
    Refused,
    /// The app is too old.
    UpdateNeeded,
    /// The app cancelled it.
    Cancelled,
    /// Its deadline has passed. What was stored before stays: the next call goes on from there.
    DeadlinePassed,
}

/// What went wrong, in words, and what kind of thing it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    problems: Vec<Problem>,
    server_code: Option<String>,
    retry_after_s: Option<u32>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), problems: Vec::new(), server_code: None, retry_after_s: None }
    }

    pub(crate) fn invalid(problems: Vec<Problem>) -> Self {
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        let message = format!("the record does not pass its checks: {}", fields.join(", "));
        Self { problems, ..Self::new(ErrorKind::Invalid, message) }
    }

    pub(crate) fn no_such_record() -> Self {
        Self::new(ErrorKind::NotFound, "there is no such record on this phone")
    }

    pub(crate) fn not_downloaded() -> Self {
        Self::new(ErrorKind::NotDownloaded, "the file is not on this phone; download it")
    }

    pub(crate) fn unfitting(why: &str) -> Self {
        Self::new(ErrorKind::Server, format!("the server's answer does not fit: {why}"))
    }

    /// What an app can do about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What is wrong with which field; empty unless the kind is [`ErrorKind::Invalid`].
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The server's short name for its reason, where it was the server that refused or failed.
    pub fn server_code(&self) -> Option<&str> {
        self.server_code.as_deref()
    }

    /// Seconds that the server asks to wait before the next attempt.
    pub fn retry_after_s(&self) -> Option<u32> {
        self.retry_after_s
    }

    /// Whether the same call may succeed later, without anybody doing anything about it.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Busy
                | ErrorKind::Network
                | ErrorKind::Server
                | ErrorKind::Cancelled
                | ErrorKind::DeadlinePassed
        )
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::WrongKey | StoreError::KeyNeeded | StoreError::KeyRefused | StoreError::NoCipher => {
                ErrorKind::Key
            }
            StoreError::InUse => ErrorKind::Busy,
            StoreError::Newer(_) => ErrorKind::UpdateNeeded,
            StoreError::Full => ErrorKind::StorageFull,
            StoreError::Damaged(_) | StoreError::Database(_) | StoreError::File { .. } => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        let kind = match &error {
            DocumentError::UnknownVersion | DocumentError::NoSuchConflict => ErrorKind::Outdated,
            DocumentError::WrongKind { .. } | DocumentError::WouldDelete(_) => ErrorKind::Invalid,
            DocumentError::UnknownKind => ErrorKind::UpdateNeeded,
            DocumentError::Unloadable
            | DocumentError::Headless
            | DocumentError::Unreadable(_)
            | DocumentError::MissingDependencies
            | DocumentError::Refused => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let kind = match &error {
            TransportError::Unreachable
            | TransportError::Lost
            | TransportError::TimedOut
            | TransportError::Intercepted => ErrorKind::Network,
            TransportError::Insecure | TransportError::BadAddress | TransportError::BadRoots => {
                ErrorKind::Refused
            }
            TransportError::Cancelled => ErrorKind::Cancelled,
            TransportError::DeadlinePassed => ErrorKind::DeadlinePassed,
            TransportError::NotUnderstood => ErrorKind::Server,
            TransportError::Server { status: 500.., .. } => ErrorKind::Server,
            TransportError::Server { status: 426, .. } => ErrorKind::UpdateNeeded,
            TransportError::Server { status: 408 | 429, .. } => ErrorKind::Server,
            // The phone that took it has not sent it yet.
            TransportError::Server { code: said, .. } if said == code::FILE_NOT_HERE => {
                ErrorKind::NotDownloaded
            }
            TransportError::Server { code: said, .. } if said == code::DEVICE_LOCKED => ErrorKind::Locked,
            TransportError::Server { code: said, .. } if said == code::DEVICE_WIPE => ErrorKind::Wiped,
            TransportError::Server { code: said, .. }
                if [code::SESSION_ENDED, code::REFRESH_TOKEN_UNKNOWN].contains(&said.as_str()) =>
            {
                ErrorKind::EnrolAgain
            }
            TransportError::Server { .. } => ErrorKind::Refused,
        };
        let message = error.to_string();
        let (server_code, retry_after_s) = match error {
            TransportError::Server { code, retry_after_s, .. } => (Some(code), retry_after_s),
            _ => (None, None),
        };
        Self { server_code, retry_after_s, ..Self::new(kind, message) }
    }
}

impl From<WireError> for Error {
    fn from(error: WireError) -> Self {
        let kind = match &error {
            WireError::Cut | WireError::Io(_) => ErrorKind::Network,
            WireError::Protocol(_) => ErrorKind::UpdateNeeded,
            WireError::Compression | WireError::Malformed(_) | WireError::TooBig { .. } => ErrorKind::Server,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<SyncError> for Error {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Store(error) => error.into(),
            SyncError::Document(error) => error.into(),
            SyncError::Unfitting(_) => Self::new(ErrorKind::Server, error.to_string()),
        }
    }
}
