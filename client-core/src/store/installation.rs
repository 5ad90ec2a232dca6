//! Whether the store is still where it was made: the guard of its [`StoreId`].
//!
//! A store id is part of the actor of every change made here, and an actor must be one linear stream of changes.
//! A copy of the store, or a backup put back, would continue the stream from an older point; so each of them has
//! to be noticed at opening, and gets a new id. A new id without need costs only some compression.
//!
//! - Beside the database lies `NAME.installation`, which holds the store id and is written once. The database
//!   remembers that file's device, inode and time of status change, none of which a copy, a restored backup or
//!   an unpacked archive can carry: the store was copied or moved between phones when any of them differs.
//! - `NAME.edits` counts the edits made here, ahead of each commit. The database was put back to an older state,
//!   in place, when its own count is behind. (It is not flushed: behind after a power cut is no cause for alarm;
//!   gone altogether is.)
//!
//! Where files do not tell (not Unix), every opening makes a new id.

use std::path::{Path, PathBuf};

use super::StoreError;
use crate::document::StoreId;

/// The store's two files beside the database.
#[derive(Debug)]
pub(super) struct Installation {
    marker: PathBuf,
    edits: PathBuf,
}

impl Installation {
    /// The files of the store at `path`.
    pub(super) fn beside(path: &Path) -> Self {
        Self { marker: with_suffix(path, "installation"), edits: with_suffix(path, "edits") }
    }

    /// The files, to be destroyed with the store.
    pub(super) fn files(&self) -> [&Path; 2] {
        [&self.marker, &self.edits]
    }
}

/// The path with a suffix after its whole name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(unix)]
impl Installation {
    /// Whether a store that remembers this id, fingerprint and number of edits is the one that lies here.
    pub(super) fn is_home_of(&self, id: StoreId, fingerprint: &[u8], edits: u64) -> Result<bool, StoreError> {
        let Some(marked) = read_if_any(&self.marker)? else { return Ok(false) };
        let counted = match read_if_any(&self.edits)? {
            Some(bytes) => bytes.try_into().map_or(u64::MAX, u64::from_le_bytes),
            None if edits == 0 => 0,
            None => u64::MAX,
        };
        Ok(marked == id.0 && self.fingerprint()? == fingerprint && counted <= edits)
    }

    /// Makes this place the home of a new store id. Returns the fingerprint to remember.
    pub(super) fn settle(&self, id: StoreId) -> Result<Vec<u8>, StoreError> {
        remove_if_any(&self.edits)?;
        let mut marker = std::fs::File::create(&self.marker).map_err(failed("created"))?;
        std::io::Write::write_all(&mut marker, &id.0).map_err(failed("written"))?;
        marker.sync_all().map_err(failed("written"))?;
        drop(marker);
        self.fingerprint()
    }

    /// Notes that an edit is about to be committed.
    pub(super) fn count(&self, edits: u64) -> Result<(), StoreError> {
        use std::os::unix::fs::FileExt;
        let file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.edits)
            .map_err(failed("opened"))?;
        file.write_all_at(&edits.to_le_bytes(), 0).map_err(failed("written"))
    }

    fn fingerprint(&self) -> Result<Vec<u8>, StoreError> {
        use std::os::unix::fs::MetadataExt;
        let seen = std::fs::metadata(&self.marker).map_err(failed("read"))?;
        let (seconds, nanoseconds) = (seen.ctime(), seen.ctime_nsec());
        Ok([
            seen.dev().to_le_bytes(),
            seen.ino().to_le_bytes(),
            seconds.to_le_bytes(),
            nanoseconds.to_le_bytes(),
        ]
        .concat())
    }
}

#[cfg(not(unix))]
impl Installation {
    /// Files do not tell here.
    pub(super) fn is_home_of(&self, _: StoreId, _: &[u8], _: u64) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// There is nothing to remember here.
    pub(super) fn settle(&self, _: StoreId) -> Result<Vec<u8>, StoreError> {
        Ok(Vec::new())
    }

    /// There is nothing to count here.
    pub(super) fn count(&self, _: u64) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Removes a file that need not be there.
pub(super) fn remove_if_any(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed("removed")(error)),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn read_if_any(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read")(error)),
    }
}

/// Names what was being done with a file when it failed.
pub(super) fn failed(doing: &'static str) -> impl Fn(std::io::Error) -> StoreError {
    move |source| StoreError::File { doing, source }
}
