//! The files of charts: the bytes that `attachment` records name by their hash.
//!
//! A file is one object, `{agency}/{scope}/{sha256}`, in a folder or in anything else that [`object_store`] knows. What has
//! arrived of it before it is whole lies beside it, a chunk an object, `{agency}/{scope}/{sha256}.parts/{offset}`. Where an
//! upload stands is told from these names alone, so that nothing has to be kept in step with them: a chunk is made only where
//! none is, so that of several phones that send the same one is first; once they come to the length they are put together,
//! checked and removed, and whoever asks next goes on with what a crash has left of that.
//!
//! - `place`: in what. `parts`: chunks. `whole`: files that come in one piece. `usage`: how much there is. `sweep`: what nobody
//!   goes on with.

mod parts;
mod place;
mod sweep;
#[cfg(test)]
mod tests;
mod usage;
mod whole;

use std::collections::{HashMap, HashSet};
use std::path::{Path as FolderPath, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::body::Bytes;
use doorstep_client_core::ids::{AgencyId, ScopeId};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode, PutPayload, WriteMultipart};
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;
use tokio_stream::Stream;

use crate::config::{FileQuotas, FilesAt};
use crate::limits::FILE_PART_BYTES;
use crate::store::FileHash;
use parts::Parts;
use usage::Usage;

pub use whole::{Gathered, Gathering};

/// A file of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileId {
    /// Whose case it is.
    pub agency: AgencyId,
    /// The case.
    pub scope: ScopeId,
    /// The file.
    pub hash: FileHash,
}

impl FileId {
    fn path(&self) -> Path {
        Path::from(format!("{}/{}/{}", self.agency, self.scope, self.hash))
    }
}

/// How much of a file is here, from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Bytes.
    pub bytes: u64,
    /// Whether that is all of it.
    pub is_whole: bool,
    /// Whether it has become so just now.
    pub is_new: bool,
}

impl Held {
    fn part(bytes: u64) -> Self {
        Self { bytes, is_whole: false, is_new: false }
    }

    fn whole(bytes: u64) -> Self {
        Self { bytes, is_whole: true, is_new: false }
    }

    fn just_arrived(bytes: u64) -> Self {
        Self { bytes, is_whole: true, is_new: true }
    }
}

/// Bytes of a file that arrive.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Where they begin.
    pub offset: u64,
    /// How many bytes the file has.
    pub length: u64,
    /// The bytes.
    pub bytes: Bytes,
}

/// Why bytes are not taken.
#[derive(Debug, thiserror::Error)]
pub enum ChunkError {
    /// They do not begin where those end that are here.
    #[error("{} bytes are here: go on from there", .0.bytes)]
    WrongOffset(Held),
    /// There are more than the file has.
    #[error("these are more bytes than the file has")]
    PastLength,
    /// The case's or the agency's files would come to more than they may.
    #[error("the files of the case, or of all cases, come to as much as they may")]
    OverQuota,
    /// All bytes are here and are not those that the file's name says. They were removed.
    #[error("what arrived is not the file of this name; send it again from its beginning")]
    WrongHash,
    /// They cannot be kept.
    #[error(transparent)]
    Failed(#[from] FilesError),
}

/// Why files cannot be kept or read. Never says what they hold (I13).
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// There is no such place, or nothing can be written there.
    #[error("the setting `files` names a place that cannot be used: {0}")]
    Place(String),
    /// The place failed.
    #[error("where files are kept failed: {0}")]
    Failed(#[from] object_store::Error),
    /// The bytes of a file that arrives cannot be written or read again.
    #[error("where files are gathered failed: {0}")]
    Ungathered(std::io::ErrorKind),
}

/// Keeps files.
pub struct Files {
    objects: Arc<dyn ObjectStore>,
    /// The folder that they are in, where it is one.
    folder: Option<PathBuf>,
    /// The folder of files without a name that are being gathered.
    gathered_in: PathBuf,
    usage: Usage,
    turns: Mutex<HashMap<FileId, Weak<tokio::sync::Mutex<()>>>>,
}

impl Files {
    /// Keeps them there, the data folder being this one.
    pub fn open(at: &FilesAt, quotas: FileQuotas, data: &FolderPath) -> Result<Self, FilesError> {
        let place::Place { objects, folder } = place::open(at, data)?;
        let gathered_in = folder.clone().unwrap_or_else(|| data.to_owned());
        Ok(Self { objects, folder, gathered_in, usage: Usage::up_to(quotas), turns: Mutex::default() })
    }

    /// Writes and removes something: a place that takes nothing shows before anybody's file rests on it.
    pub async fn prove_writable(&self) -> Result<(), FilesError> {
        let probe = Path::from("doorstep-probe");
        let written = self.objects.put(&probe, PutPayload::from_static(b"probe")).await;
        let proved = match written {
            Ok(_) => self.objects.delete(&probe).await,
            Err(error) => Err(error),
        };
        proved.map_err(|error| FilesError::Place(error.to_string()))
    }

    /// How much of a file is here that has this length. Where all of it is and a crash has kept it from being put together,
    /// it is now.
    pub async fn held(&self, file: &FileId, length: u64) -> Result<Held, FilesError> {
        let _turn = self.turn(file).await;
        if let Some(bytes) = self.size(file).await? {
            return Ok(Held::whole(bytes));
        }
        let parts = Parts::of(&*self.objects, file).await?;
        if parts.bytes() < length || length == 0 {
            return Ok(Held::part(parts.bytes()));
        }
        let is_right = self.put_together(file, &parts).await?;
        Ok(if is_right { Held::just_arrived(parts.bytes()) } else { Held::part(0) })
    }

    /// Keeps bytes that have arrived. They are on disk when this returns; with the last of them the file is whole. Returns
    /// how much is here then.
    pub async fn put(&self, file: &FileId, chunk: Chunk) -> Result<Held, ChunkError> {
        let _turn = self.turn(file).await;
        if let Some(bytes) = self.size(file).await? {
            return Err(ChunkError::WrongOffset(Held::whole(bytes)));
        }
        let parts = Parts::of(&*self.objects, file).await?;
        let (held, count) = (parts.bytes(), chunk.bytes.len() as u64);
        let bytes = held.saturating_add(count);
        if held == chunk.length && held > 0 {
            // A crash has kept it from being put together.
            let is_right = self.put_together(file, &parts).await?;
            let whole = ChunkError::WrongOffset(Held::just_arrived(held));
            return Err(if is_right { whole } else { ChunkError::WrongHash });
        }
        if chunk.offset != held {
            return Err(ChunkError::WrongOffset(Held::part(held)));
        }
        if bytes > chunk.length {
            return Err(ChunkError::PastLength);
        }
        self.usage.take(&*self.objects, file, count, chunk.length - held).await?;
        if let Err(error) = self.keep(file, held, chunk.bytes).await {
            self.usage.give_back(file, count).await;
            return Err(error);
        }
        if bytes < chunk.length {
            return Ok(Held::part(bytes));
        }
        let is_right = self.put_together(file, &parts.with(held, count)).await?;
        if is_right { Ok(Held::just_arrived(bytes)) } else { Err(ChunkError::WrongHash) }
    }

    /// How many bytes a file has that is here whole.
    pub async fn size(&self, file: &FileId) -> Result<Option<u64>, FilesError> {
        if file.hash.0 == <[u8; 32]>::from(Sha256::digest([])) {
            // Nothing is sent of a file that has no bytes.
            return Ok(Some(0));
        }
        match self.objects.head(&file.path()).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of a file that is here whole, from this one on, which it has.
    pub async fn read(
        &self,
        file: &FileId,
        from: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, object_store::Error>> + Send + use<>, FilesError> {
        let range = Some(GetRange::Offset(from));
        let read = self.objects.get_opts(&file.path(), GetOptions { range, ..GetOptions::default() }).await?;
        Ok(read.into_stream())
    }

    /// The files of a case that are here whole.
    pub async fn in_case(&self, agency: AgencyId, scope: ScopeId) -> Result<HashSet<FileHash>, FilesError> {
        let case = Path::from(format!("{agency}/{scope}"));
        let listed = self.objects.list_with_delimiter(Some(&case)).await?;
        let names = listed.objects.iter().filter_map(|object| object.location.filename()?.parse().ok());
        Ok(names.collect())
    }

    /// Waits until nobody else is at work on a file.
    async fn turn(&self, file: &FileId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let known = turns.get(file).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let new = Arc::default();
                turns.insert(*file, Arc::downgrade(&new));
                new
            })
        };
        turn.lock_owned().await
    }

    /// Makes a chunk where there is none.
    async fn keep(&self, file: &FileId, offset: u64, bytes: Bytes) -> Result<(), ChunkError> {
        let path = parts::path(file, offset);
        match self.objects.put_opts(&path, bytes.into(), PutMode::Create.into()).await {
            Ok(_) => Ok(()),
            Err(object_store::Error::AlreadyExists { .. }) => {
                // Another server that keeps files in the same place was first.
                let bytes = Parts::of(&*self.objects, file).await?.bytes();
                Err(ChunkError::WrongOffset(Held::part(bytes)))
            }
            Err(error) => Err(FilesError::from(error).into()),
        }
    }

    /// Makes the file of its chunks, and removes them. Returns whether they are what its name says: otherwise nothing is
    /// left.
    async fn put_together(&self, file: &FileId, parts: &Parts) -> Result<bool, FilesError> {
        let upload = self.objects.put_multipart(&file.path()).await?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, FILE_PART_BYTES);
        let mut hash = Sha256::new();
        for offset in parts.offsets() {
            let read = async { self.objects.get(&parts::path(file, offset)).await?.bytes().await };
            let bytes = match read.await {
                Ok(bytes) => bytes,
                Err(error) => {
                    upload.abort().await?;
                    return Err(error.into());
                }
            };
            hash.update(&bytes);
            upload.put(bytes);
            upload.wait_for_capacity(1).await?;
        }
        let is_right = file.hash.0 == <[u8; 32]>::from(hash.finalize());
        if is_right {
            upload.finish().await?;
        } else {
            upload.abort().await?;
        }
        parts.remove(&*self.objects, file).await?;
        if !is_right {
            self.usage.give_back(file, parts.bytes()).await;
        }
        Ok(is_right)
    }
}
