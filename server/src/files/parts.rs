//! The chunks of a file that is not whole yet.

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio_stream::StreamExt;

use super::{FileId, FilesError};

/// What a folder of chunks is named by, behind the file's name.
pub(super) const SUFFIX: &str = ".parts";

/// Where the chunk is that begins there. The names are in the order of the chunks.
pub(super) fn path(file: &FileId, offset: u64) -> Path {
    folder(file).join(format!("{offset:020}"))
}

pub(super) fn folder(file: &FileId) -> Path {
    Path::from(format!("{}{SUFFIX}", file.path()))
}

/// Chunks, one behind the other from the file's beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts(Vec<Part>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    offset: u64,
    bytes: u64,
}

impl Parts {
    /// Those that are there. What lies past a gap is removed: nothing can be made of it.
    pub(super) async fn of(objects: &dyn ObjectStore, file: &FileId) -> Result<Self, FilesError> {
        let mut listing = objects.list(Some(&folder(file)));
        let mut found = Vec::new();
        while let Some(object) = listing.next().await {
            let object = object?;
            let offset = object.location.filename().and_then(|name| name.parse().ok());
            found.extend(offset.map(|offset| Part { offset, bytes: object.size }));
        }
        found.sort_unstable();
        let mut parts = Self::default();
        for part in found {
            if part.offset == parts.bytes() {
                parts.0.push(part);
            } else {
                remove(objects, file, part.offset).await?;
            }
        }
        Ok(parts)
    }

    /// Bytes of all of them.
    pub(super) fn bytes(&self) -> u64 {
        self.0.last().map_or(0, |last| last.offset + last.bytes)
    }

    /// Where each begins, in order.
    pub(super) fn offsets(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().map(|part| part.offset)
    }

    /// These and one more.
    pub(super) fn with(mut self, offset: u64, bytes: u64) -> Self {
        self.0.push(Part { offset, bytes });
        self
    }

    /// Removes them, the last one first: what a crash leaves has no gap.
    pub(super) async fn remove(&self, objects: &dyn ObjectStore, file: &FileId) -> Result<(), FilesError> {
        for part in self.0.iter().rev() {
            remove(objects, file, part.offset).await?;
        }
        Ok(())
    }
}

/// Removes a chunk, which somebody else may have done.
async fn remove(objects: &dyn ObjectStore, file: &FileId, offset: u64) -> Result<(), FilesError> {
    match objects.delete(&path(file, offset)).await {
        Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
