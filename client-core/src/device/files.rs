//! The bytes that attachments name: wound photographs, signed consents. They are kept in the phone's store, and stay there
//! until a server holds them.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::read::shown;
use super::{Created, Device, Error, ErrorKind};
use crate::ids::{RecordId, ScopeId};
use crate::record::attachment::Attachment;
use crate::record::{Kind, Problem};
use crate::store::{Reader, StoreError, StoredFile};

/// Bytes of a file that one visit to the store reads: a nurse's call waits no longer than they take.
const VISIT_BYTES: usize = 1 << 20;

/// Where the file of an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// On this phone alone.
    OnlyHere {
        /// How many of its bytes the server holds already.
        sent_bytes: u64,
    },
    /// On this phone and on the server.
    Held,
    /// Not on this phone, or not whole.
    NotDownloaded,
}

/// What an attachment says of its file.
pub(super) struct Named {
    pub(super) scope: ScopeId,
    pub(super) sha256: String,
    pub(super) size_bytes: u64,
}

impl Device {
    /// Attaches a file to a case: record and bytes are stored together, and sent with the next sync, the bytes after all
    /// records. Hash and size are filled in. A file of no bytes, or of more than
    /// [`ATTACHMENT_BYTES_MAX`](crate::limits::ATTACHMENT_BYTES_MAX), is [`Invalid`](ErrorKind::Invalid).
    pub fn attach(&self, scope: ScopeId, attachment: &Attachment, bytes: &[u8]) -> Result<Created, Error> {
        if bytes.is_empty() {
            let message = "must be of one byte at least: the file is empty".to_owned();
            return Err(Error::invalid(vec![Problem { field: "size_bytes".to_owned(), message }]));
        }
        let attachment = Attachment {
            sha256: HEXLOWER.encode(&Sha256::digest(bytes)),
            size_bytes: i64::try_from(bytes.len()).ok(),
            ..attachment.clone()
        };
        let record = attachment.clone().into();
        self.create_in(scope, &record, false, |writer| {
            Ok(writer.keep_file(scope, &attachment.sha256, bytes)?)
        })
    }

    /// The bytes of an attachment; [`NotDownloaded`](ErrorKind::NotDownloaded) where they are not on the phone.
    pub fn file(&self, id: RecordId) -> Result<Vec<u8>, Error> {
        let (file, bytes) = self.read_store(|store| {
            let file = kept(&store, id)?.filter(StoredFile::is_here).ok_or_else(Error::not_downloaded)?;
            let bytes = whole(&store, &file)?;
            Ok((file, bytes))
        })?;
        // A phone whose storage is full still shows its files: only which of them was used last is not noted.
        self.write_store(|writer| Ok(writer.use_file(file.number)?)).ok();
        Ok(bytes)
    }

    /// A small JPEG of an attachment, at most [`THUMBNAIL_PIXELS_MAX`](crate::limits::THUMBNAIL_PIXELS_MAX) a side and
    /// upright. It is made when it is first asked for, and stays when the file leaves the phone. None where the file is no
    /// picture, or is not here and never was looked at.
    pub fn thumbnail(&self, id: RecordId) -> Result<Option<Vec<u8>>, Error> {
        let seen = self.read_store(|store| {
            let Some(file) = kept(&store, id)? else { return Ok(None) };
            let made = store.thumbnail(file.number)?;
            let bytes = if made.is_none() && file.is_here() { Some(whole(&store, &file)?) } else { None };
            Ok(Some((file.number, made, bytes)))
        })?;
        let Some((file, made, bytes)) = seen else { return Ok(None) };
        let thumbnail = match bytes {
            Some(bytes) => self.make_thumbnail(file, &bytes),
            None => made,
        };
        Ok(thumbnail.filter(|jpeg| !jpeg.is_empty()))
    }

    /// Where the file of an attachment is.
    pub fn file_state(&self, id: RecordId) -> Result<FileState, Error> {
        self.read_store(|store| {
            Ok(match kept(&store, id)?.filter(StoredFile::is_here) {
                Some(file) if file.is_held => FileState::Held,
                Some(file) => FileState::OnlyHere { sent_bytes: file.sent_bytes },
                None => FileState::NotDownloaded,
            })
        })
    }

    #[cfg(feature = "thumbnails")]
    fn make_thumbnail(&self, file: i64, bytes: &[u8]) -> Option<Vec<u8>> {
        let jpeg = super::thumbnail::of(bytes).unwrap_or_default();
        // Where there is no room to keep it, it is made again.
        self.write_store(|writer| Ok(writer.set_thumbnail(file, &jpeg)?)).ok();
        Some(jpeg)
    }

    #[cfg(not(feature = "thumbnails"))]
    fn make_thumbnail(&self, _: i64, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// What an attachment says of its file.
pub(super) fn named(store: &Reader<'_>, id: RecordId) -> Result<Named, Error> {
    let row = shown(*store, id)?;
    if row.header.kind != Kind::Attachment {
        return Err(Error::new(ErrorKind::NotFound, "the record is no attachment, and names no file"));
    }
    let record =
        Kind::Attachment.from_json(row.view).ok().and_then(|record| Attachment::try_from(record).ok());
    let attachment = record.ok_or(StoreError::Damaged("view"))?;
    let size_bytes = attachment.size_bytes.and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    Ok(Named { scope: row.header.scope, sha256: attachment.sha256, size_bytes })
}

/// So many bytes of a file from its start, a visit to the store after the other: where each begins, and how many it reads.
pub(super) fn visits(bytes: u64) -> impl Iterator<Item = (u64, usize)> {
    let len = move |at| usize::try_from(bytes - at).unwrap_or(usize::MAX).min(VISIT_BYTES);
    (0..bytes).step_by(VISIT_BYTES).map(move |at| (at, len(at)))
}

fn kept(store: &Reader<'_>, id: RecordId) -> Result<Option<StoredFile>, Error> {
    let Named { scope, sha256, .. } = named(store, id)?;
    Ok(store.file(scope, &sha256)?)
}

fn whole(store: &Reader<'_>, file: &StoredFile) -> Result<Vec<u8>, Error> {
    let len = usize::try_from(file.size_bytes).map_err(|_| StoreError::Damaged("file"))?;
    Ok(store.file_bytes(file.number, 0, len)?)
}
