//! Fetching the file of an attachment, from where the last attempt ended.

use std::io::Read;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::exchange::{Running, ended};
use super::files::{named, visits};
use super::{Change, Device, Error, ErrorKind, Phase, Progress};
use crate::ids::RecordId;
use crate::limits::ATTACHMENT_BYTES_MAX;
use crate::record::Kind;
use crate::store::{Reader, StoredFile, Writer};
use crate::sync;
use crate::transport::{self, Cancel, FileName, Response, Transport, TransportError};

/// Bytes that are stored at once: what a process that dies loses of a download at most.
const STORED_AT_ONCE_BYTES: usize = 256 << 10;

impl Device {
    /// Fetches the file of an attachment, if it is not here. What has arrived before an error stays, and the next call goes
    /// on from there. Of a case's files that the server holds, those that were used last stay, as far as
    /// [`CASE_FILES_BYTES_MAX`](crate::limits::CASE_FILES_BYTES_MAX) allows.
    ///
    /// [`NotDownloaded`](ErrorKind::NotDownloaded) where the server does not have it yet either. Bytes that do not hash to
    /// their name are discarded: an error of the [`Server`](ErrorKind::Server).
    pub fn download(
        &self,
        id: RecordId,
        transport: &dyn Transport,
        cancel: &Cancel,
        mut progress: impl FnMut(Progress),
    ) -> Result<(), Error> {
        let so_far = Progress { phase: Phase::Files, ..Progress::default() };
        let mut running = Running { transport, cancel, so_far, progress: &mut progress };
        let done = self.fetch(id, &mut running);
        done.map_err(|error| self.heed(ended(error, cancel), transport, cancel))
    }

    fn fetch(&self, id: RecordId, running: &mut Running<'_>) -> Result<(), Error> {
        let begun = self.write_store(|writer| begin(writer, id))?;
        if begun.is_here() {
            return Ok(());
        }
        running.go_on()?;
        let name = FileName { scope: begun.scope, sha256: &begun.sha256 };
        let (transport, cancel) = (running.transport, running.cancel);
        let fetched = self.authorised(transport, cancel, |token| {
            transport::fetch_file(transport, token, name, begun.here_bytes, cancel)
        })?;
        let (at, answer) = fetched?;
        let file = self.write_store(|writer| settle(writer, &begun, at))?;
        self.store_answer(file, answer, running)
    }

    /// Its state is not kept with the bytes: to read them again costs less than to have what vouches for them in two places.
    fn hash_of_what_is_here(&self, file: &StoredFile, running: &Running<'_>) -> Result<Sha256, Error> {
        let mut hash = Sha256::new();
        for (at, len) in visits(file.here_bytes) {
            running.go_on()?;
            hash.update(self.read_store(|store| {
                let now = store.numbered_file(file.number)?.ok_or_else(Error::no_such_record)?;
                if now.here_bytes != file.here_bytes {
                    return Err(elsewhere());
                }
                Ok(store.file_bytes(file.number, at, len)?)
            })?);
        }
        Ok(hash)
    }

    /// Stores an answer as it arrives. The last bytes are stored with the knowledge that all of them are right, or with
    /// none of those before.
    fn store_answer(
        &self,
        mut file: StoredFile,
        mut answer: Response,
        running: &mut Running<'_>,
    ) -> Result<(), Error> {
        let mut hash = self.hash_of_what_is_here(&file, running)?;
        let mut buffer = vec![0; STORED_AT_ONCE_BYTES];
        loop {
            let (len, is_cut) = fill(&mut answer.body, &mut buffer, running);
            let bytes = &buffer[..len];
            hash.update(bytes);
            let here_bytes = file.here_bytes + len as u64;
            let is_wrong = here_bytes > file.size_bytes
                || (here_bytes == file.size_bytes
                    && HEXLOWER.encode(&hash.clone().finalize()) != file.sha256);
            if is_wrong {
                self.write_store(|writer| discard(writer, &file))?;
                return Err(Error::unfitting("what arrived is not the file that the attachment names"));
            }
            let changes = self.write_store(|writer| append(writer, &file, bytes))?;
            file.here_bytes = here_bytes;
            self.observers.tell(&changes);
            running.so_far.received_bytes += len as u64;
            running.tell();
            if file.is_here() {
                return Ok(());
            }
            if is_cut {
                return Err(TransportError::Lost.into());
            }
            running.go_on()?;
        }
    }
}

/// Discards what arrived, unless the file is another than the one that this download goes on with: the same bytes may have been
/// attached here meanwhile.
fn discard(writer: &Writer<'_>, file: &StoredFile) -> Result<(), Error> {
    let now = writer.numbered_file(file.number)?;
    match now.is_some_and(|now| now.here_bytes == file.here_bytes && now.sha256 == file.sha256) {
        true => Ok(writer.empty_file(file.number)?),
        false => Ok(()),
    }
}

fn begin(writer: &Writer<'_>, id: RecordId) -> Result<StoredFile, Error> {
    let named = named(writer, id)?;
    if !(1..=ATTACHMENT_BYTES_MAX).contains(&named.size_bytes) {
        let told = "the attachment does not say how large its file is, or more than a file may be";
        return Err(Error::new(ErrorKind::Invalid, told));
    }
    Ok(writer.begin_file(named.scope, &named.sha256, named.size_bytes)?)
}

/// The file as it is to go on, now that its bytes come from there, with room for them in its case.
fn settle(writer: &Writer<'_>, begun: &StoredFile, at: u64) -> Result<StoredFile, Error> {
    let mut file = writer.numbered_file(begun.number)?.ok_or_else(Error::no_such_record)?;
    if file.here_bytes != begun.here_bytes {
        return Err(elsewhere());
    }
    if at == 0 && file.here_bytes > 0 {
        writer.empty_file(file.number)?;
        file.here_bytes = 0;
    }
    if at != file.here_bytes {
        return Err(Error::unfitting("the bytes that come are not those that were asked for"));
    }
    make_room(writer, &file)?;
    Ok(file)
}

/// Lets files of the case leave, so that this one may stay or come.
pub(super) fn make_room(writer: &Writer<'_>, file: &StoredFile) -> Result<(), Error> {
    let mut others = writer.held_files(file.scope)?;
    others.retain(|other| other.number != file.number);
    for file in sync::leaving(others, file.size_bytes) {
        writer.empty_file(file.number)?;
    }
    Ok(())
}

fn append(writer: &Writer<'_>, file: &StoredFile, bytes: &[u8]) -> Result<Vec<Change>, Error> {
    if writer.numbered_file(file.number)?.is_none() {
        // It left with its case meanwhile.
        return Err(Error::no_such_record());
    }
    if !writer.append_file(file.number, file.here_bytes, bytes)? {
        return Err(elsewhere());
    }
    if file.here_bytes + (bytes.len() as u64) < file.size_bytes {
        return Ok(Vec::new());
    }
    writer.note_held(file.number)?;
    changed(writer, file)
}

/// What is known of where a file is has changed.
pub(super) fn changed(store: &Reader<'_>, file: &StoredFile) -> Result<Vec<Change>, Error> {
    let change = |record| Change::Record { scope: file.scope, record, kind: Kind::Attachment };
    Ok(store.records_naming(file.number)?.into_iter().map(change).collect())
}

/// Fills the buffer as far as the answer goes. Returns how far, and whether it ended before that.
fn fill(body: &mut dyn Read, buffer: &mut [u8], running: &Running<'_>) -> (usize, bool) {
    let mut len = 0;
    while len < buffer.len() && running.go_on().is_ok() {
        match body.read(&mut buffer[len..]) {
            Ok(0) => return (len, true),
            Ok(read) => len += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return (len, true),
        }
    }
    (len, false)
}

fn elsewhere() -> Error {
    Error::new(ErrorKind::Busy, "the file is being downloaded already")
}
