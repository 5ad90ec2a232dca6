//! What nobody goes on with.

use std::collections::HashSet;
use std::path::Path as FolderPath;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use doorstep_client_core::record::Timestamp;
use tokio_stream::StreamExt;

use super::parts::{self, Parts, SUFFIX};
use super::{FileId, Files, FilesError};
use crate::limits::FILE_PARTS_DAYS_MAX;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

impl Files {
    /// Removes the chunks of files of which nothing more has come for too long, and what a crash left of something that was
    /// being written. Returns how many files were given up. How much there is, is counted anew after it.
    pub async fn sweep(&self, now: Timestamp) -> Result<usize, FilesError> {
        let since_ms = now.saturating_add_ms(-FILE_PARTS_DAYS_MAX * DAY_MS).as_millisecond();
        let mut count = 0;
        for file in self.unfinished().await? {
            let _turn = self.turn(&file).await;
            if self.last_came_ms(&file).await?.is_some_and(|came_ms| came_ms < since_ms) {
                Parts::of(&*self.objects, &file).await?.remove(&*self.objects, &file).await?;
                count += 1;
            }
        }
        if let Some(folder) = self.folder.clone() {
            let since = UNIX_EPOCH + Duration::from_millis(since_ms.try_into().unwrap_or_default());
            let removing = tokio::task::spawn_blocking(move || remove_unnamed(&folder, since));
            if let Ok(Err(error)) = removing.await {
                return Err(FilesError::Place(error.kind().to_string()));
            }
        }
        self.usage.forget().await;
        Ok(count)
    }

    /// The files of which there are chunks.
    async fn unfinished(&self) -> Result<HashSet<FileId>, FilesError> {
        let mut found = HashSet::new();
        let mut listing = self.objects.list(None);
        while let Some(object) = listing.next().await {
            let object = object?;
            let names: Vec<_> = object.location.parts().collect();
            if let [agency, scope, name, _] = &names[..]
                && let Some(hash) = name.as_ref().strip_suffix(SUFFIX)
                && let (Ok(agency), Ok(scope), Ok(hash)) =
                    (agency.as_ref().parse(), scope.as_ref().parse(), hash.parse())
            {
                found.insert(FileId { agency, scope, hash });
            }
        }
        Ok(found)
    }

    /// When the last of a file's chunks came, in milliseconds since 1970; none where there is none.
    async fn last_came_ms(&self, file: &FileId) -> Result<Option<i64>, FilesError> {
        let mut listing = self.objects.list(Some(&parts::folder(file)));
        let mut last = None;
        while let Some(object) = listing.next().await {
            last = last.max(Some(object?.last_modified.timestamp_millis()));
        }
        Ok(last)
    }
}

/// Removes what was being written when the server died: it has no name yet but that of what it was to be, with a mark that
/// no name of ours has.
fn remove_unnamed(folder: &FolderPath, since: SystemTime) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_folder = entry.file_type()?.is_dir();
        if is_folder {
            remove_unnamed(&entry.path(), since)?;
        } else if entry.file_name().to_string_lossy().contains('#') && entry.metadata()?.modified()? < since {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
