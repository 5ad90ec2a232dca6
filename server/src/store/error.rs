//! What can go wrong in a store.

/// What went wrong in a store. Never says what the store holds (I13).
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made or read.
    #[error("the data folder cannot be used: {0}")]
    Folder(std::io::ErrorKind),
    /// Another process held the database for too long. May be tried again.
    #[error("the database is busy; try again")]
    Busy,
    /// The database was made by a newer version of Doorstep.
    #[error("the database has schema {found}, this version knows up to {known}: install a newer version")]
    Newer {
        /// The schema that the database has.
        found: u32,
        /// The newest schema that this version knows.
        known: u32,
    },
    /// What was named does not exist.
    #[error("there is no such {0}")]
    NoSuch(&'static str),
    /// What was to be made exists.
    #[error("there is already such {0}")]
    Exists(&'static str),
    /// The case is closed: nobody is assigned to it.
    #[error("the case is closed: open it again first")]
    CaseClosed,
    /// The database holds something that cannot be read.
    #[error("the database holds something that cannot be read as what it should be ({0})")]
    Unreadable(String),
    /// The database refused.
    #[error("the database failed: {0}")]
    Failed(String),
    /// The thread that writes has ended, or the work panicked.
    #[error("the work in the database was broken off")]
    BrokenOff,
}

impl StoreError {
    /// Whether the same may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy)
    }
}
