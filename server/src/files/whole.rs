//! Files that come in one piece, from the office's browsers, which do not say their hash beforehand: they are gathered in a
//! file without a name, which goes with the process, and kept once they are here, checked and about to be named.

use std::io::SeekFrom;

use axum::body::Bytes;
use doorstep_client_core::ids::{AgencyId, ScopeId};
use object_store::{ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::parts::Parts;
use super::{ChunkError, FileId, Files, FilesError};
use crate::limits::FILE_PART_BYTES;
use crate::store::FileHash;

/// Bytes of a file that are still arriving.
pub struct Gathering {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Gathering {
    /// Takes the next of them.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), FilesError> {
        self.file.write_all(bytes).await.map_err(ungathered)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// All of them are here.
    pub async fn end(mut self) -> Result<Gathered, FilesError> {
        self.file.flush().await.map_err(ungathered)?;
        Ok(Gathered { file: self.file, hash: FileHash(self.hash.finalize().into()), bytes: self.bytes })
    }
}

/// All bytes of a file, which is not kept yet: it is gone when this is dropped.
pub struct Gathered {
    file: File,
    /// What the file is known by.
    pub hash: FileHash,
    /// How many bytes it has.
    pub bytes: u64,
}

impl Files {
    /// Begins to gather the bytes of a file.
    pub fn gather(&self) -> Result<Gathering, FilesError> {
        let file = tempfile::tempfile_in(&self.gathered_in).map_err(ungathered)?;
        Ok(Gathering { file: File::from_std(file), hash: Sha256::new(), bytes: 0 })
    }

    /// Keeps a file of a case, and then lets `name` store the record that names it. Where that fails, nothing is left of the
    /// file that was not here before. Returns what came of it, and whether the file has arrived by this.
    ///
    /// Fails as [`Files::put`] does, before anything is named.
    pub async fn keep_whole<T, E: From<ChunkError>>(
        &self,
        (agency, scope): (AgencyId, ScopeId),
        gathered: Gathered,
        name: impl Future<Output = Result<T, E>>,
    ) -> Result<(T, bool), E> {
        let file = FileId { agency, scope, hash: gathered.hash };
        let bytes = gathered.bytes;
        // Whoever sends the same file meanwhile waits until it is known whether it stays.
        let _turn = self.turn(&file).await;
        let is_new = self.size(&file).await.map_err(ChunkError::from)?.is_none();
        if is_new {
            self.write_whole(&file, gathered).await?;
        }
        match name.await {
            Ok(named) => Ok((named, is_new)),
            Err(error) => {
                if is_new {
                    self.take_back(&file, bytes).await;
                }
                Err(error)
            }
        }
    }

    async fn write_whole(&self, file: &FileId, gathered: Gathered) -> Result<(), ChunkError> {
        let parts = Parts::of(&*self.objects, file).await?;
        let bytes = gathered.bytes.saturating_sub(parts.bytes());
        self.usage.take(&*self.objects, file, bytes, bytes).await?;
        if let Err(error) = self.write(file, gathered.file).await {
            self.usage.give_back(file, bytes).await;
            return Err(error.into());
        }
        // What a phone had sent of it is not needed any more; what stays of that is given up in time.
        if let Err(error) = parts.remove(&*self.objects, file).await {
            tracing::warn!("chunks of a file that is here whole stay for now: {error}");
        }
        Ok(())
    }

    /// Writes the file whole or not at all.
    async fn write(&self, file: &FileId, mut gathered: File) -> Result<(), FilesError> {
        gathered.seek(SeekFrom::Start(0)).await.map_err(ungathered)?;
        let upload = self.objects.put_multipart(&file.path()).await?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, FILE_PART_BYTES);
        loop {
            let mut part = Vec::with_capacity(FILE_PART_BYTES);
            let mut next = (&mut gathered).take(FILE_PART_BYTES as u64);
            match next.read_to_end(&mut part).await {
                Ok(0) => break,
                Ok(_) => upload.put(Bytes::from(part)),
                Err(error) => {
                    upload.abort().await?;
                    return Err(ungathered(error));
                }
            }
            upload.wait_for_capacity(1).await?;
        }
        upload.finish().await?;
        Ok(())
    }

    async fn take_back(&self, file: &FileId, bytes: u64) {
        match self.objects.delete(&file.path()).await {
            Ok(()) => self.usage.give_back(file, bytes).await,
            Err(error) => tracing::error!("a file that no record names stays: {}", FilesError::from(error)),
        }
    }
}

fn ungathered(error: std::io::Error) -> FilesError {
    FilesError::Ungathered(error.kind())
}
