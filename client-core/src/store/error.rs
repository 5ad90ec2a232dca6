//! What can go wrong in the store. Messages hold no patient data and no path (I13).

/// What went wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key does not open the store.
    #[error("the key does not open this store: it is another store's key, or the file is damaged")]
    WrongKey,
    /// The store is encrypted and no key was given.
    #[error("this store needs its key of 32 bytes")]
    KeyNeeded,
    /// A key was given to a build that cannot encrypt.
    #[error(
        "this build cannot encrypt: open the store without a key, or build with the feature `encryption`"
    )]
    KeyRefused,
    /// The database library cannot encrypt although the build says so.
    #[error("the database library was built without its cipher; nothing was written")]
    NoCipher,
    /// Another process, or another part of this one, has the store open.
    #[error("the store is open elsewhere; close it there first")]
    InUse,
    /// The store was written by a newer version of the app.
    #[error("the store was written by a newer version of the app (schema {0}); update the app")]
    Newer(u32),
    /// There is no more room on the phone.
    #[error("the phone's storage is full; make room and try again")]
    Full,
    /// A value in the store is not what the store writes.
    #[error("the store is damaged: unreadable {0}")]
    Damaged(&'static str),
    /// The database failed.
    #[error("the store's database failed (SQLite's code {})", code(.0))]
    Database(rusqlite::Error),
    /// A file beside the database could not be read or written.
    #[error("a file of the store could not be {doing}: {}", .source.kind())]
    File {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::InUse,
            Some(Code::DiskFull) => Self::Full,
            Some(Code::NotADatabase) => Self::WrongKey,
            _ => Self::Database(error),
        }
    }
}

/// SQLite's extended code; -1 where the error is not SQLite's own. Its message may quote a search, so it stays here.
fn code(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(-1, |error| error.extended_code)
}
