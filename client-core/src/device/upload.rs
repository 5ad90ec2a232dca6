//! Sending files, once the records are sent: chunk by chunk, from where the server stands.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::download::{changed, make_room};
use super::exchange::Running;
use super::files::visits;
use super::write::write_all;
use super::{Device, Error, ErrorKind, Phase};
use crate::limits::FILE_FAILURES_MAX;
use crate::store::{StoreError, StoredFile};
use crate::sync::{self, Step, Upload};
use crate::transport::{self, FileName, TransportError};
use crate::wire::code;

/// Why the server does not hold a file that it was offered.
enum NotHeld {
    /// It has left the phone with its case meanwhile.
    Gone,
    /// The server does not take it, and says why.
    Refused(TransportError),
    /// The server fails at it.
    Failed(Error),
    /// What the server says of it does not fit together, or what is here of it is damaged.
    Faulty(Error),
    /// What has nothing to do with the file, and ends the sync.
    Ended(Error),
}

impl Device {
    /// Sends every file that can be sent, one after the other. What the server does not take or fails at stops nothing else, is
    /// shown with its reason, and is offered again with the next sync. A fault is told when all others are sent.
    pub(super) fn send_files(&self, running: &mut Running<'_>) -> Result<(), Error> {
        let mut offered = BTreeSet::new();
        let mut fault = None;
        let mut failures = 0;
        while failures <= FILE_FAILURES_MAX
            && let Some(file) = self.next_file(&offered)?
        {
            offered.insert(file.number);
            match self.send_file(&file, running) {
                Ok(()) => {
                    failures = 0;
                    self.note_held(&file, running)?;
                }
                Err(NotHeld::Gone) => {}
                Err(NotHeld::Refused(refusal)) => {
                    failures = 0;
                    self.note_refused(&file, refusal)?;
                }
                Err(NotHeld::Failed(error)) => {
                    failures += 1;
                    self.set_aside(&file, error, &mut fault)?;
                }
                Err(NotHeld::Faulty(error)) => self.set_aside(&file, error, &mut fault)?,
                Err(NotHeld::Ended(error)) => return Err(error),
            }
        }
        if !offered.is_empty() {
            self.purge_ended()?;
        }
        fault.map_or(Ok(()), Err)
    }

    fn next_file(&self, offered: &BTreeSet<i64>) -> Result<Option<StoredFile>, Error> {
        let files = self.read_even_locked(|store| Ok(store.files_to_send()?))?;
        Ok(files.into_iter().find(|file| !offered.contains(&file.number)))
    }

    fn send_file(&self, file: &StoredFile, running: &mut Running<'_>) -> Result<(), NotHeld> {
        running.so_far.phase = Phase::Files;
        running.go_on()?;
        let (mut upload, mut step) = self.begin_upload(file, running)?;
        loop {
            let (at, len) = match step {
                Step::Held => return Ok(()),
                Step::Unfitting(why) => return Err(NotHeld::Faulty(Error::unfitting(why))),
                Step::Send { at, len } => (at, len),
            };
            self.records_first(running)?;
            let chunk = self.chunk(file, at, len)?;
            let (transport, cancel) = (running.transport, running.cancel);
            let sent = self.authorised(transport, cancel, |token| {
                let place = (at, file.size_bytes);
                transport::send_chunk(transport, token, name(file), place, chunk.clone(), cancel)
            })?;
            step = match sent {
                Ok(standing) if standing.took => upload.took(len, standing.offset),
                Ok(standing) => upload.moved(len, standing.offset),
                Err(TransportError::Server { code: said, .. }) if said == code::WRONG_HASH => {
                    self.ensure_whole(file, running)?;
                    upload.start_over()
                }
                Err(error) => return Err(error.into()),
            };
            if let Step::Send { at, .. } = step {
                self.write_even_locked(|writer| Ok(writer.note_sent(file.number, at)?))?;
            }
            running.so_far.sent_bytes += len as u64;
            running.tell();
        }
    }

    /// Asks from where the server goes on.
    fn begin_upload(&self, file: &StoredFile, running: &Running<'_>) -> Result<(Upload, Step), NotHeld> {
        let (transport, cancel) = (running.transport, running.cancel);
        let asked = self.authorised(transport, cancel, |token| {
            transport::file_standing(transport, token, name(file), cancel)
        })?;
        let (was_refused, offset) = match asked {
            Ok(standing) => (file.is_refused, standing.offset),
            // The answer to HEAD has no body to say why: that to a few bytes has.
            Err(refusal) if is_about_the_file(&refusal) => (true, 0),
            Err(error) => return Err(error.into()),
        };
        let mut upload = Upload::new(file.size_bytes, was_refused);
        let step = upload.stands(offset);
        Ok((upload, step))
    }

    /// What was written meanwhile goes before the next chunk.
    fn records_first(&self, running: &mut Running<'_>) -> Result<(), Error> {
        running.go_on()?;
        if self.read_even_locked(|store| Ok(store.unsent()?.records))? > 0 {
            self.exchange_all(running)?;
            running.so_far.phase = Phase::Files;
        }
        Ok(())
    }

    fn chunk(&self, file: &StoredFile, at: u64, len: usize) -> Result<Vec<u8>, NotHeld> {
        let read = self.read_even_locked(|store| {
            if !store.numbered_file(file.number)?.is_some_and(|file| file.is_here()) {
                return Ok(None);
            }
            Ok(Some(store.file_bytes(file.number, at, len)?))
        });
        match read {
            Ok(bytes) => bytes.ok_or(NotHeld::Gone),
            // What cannot be read of one file says nothing of the next.
            Err(error) if error.kind() == ErrorKind::Storage => Err(NotHeld::Faulty(error)),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks that the bytes that are here are those that the file's name says.
    fn ensure_whole(&self, file: &StoredFile, running: &Running<'_>) -> Result<(), NotHeld> {
        let mut hash = Sha256::new();
        for (at, len) in visits(file.size_bytes) {
            running.go_on()?;
            hash.update(self.chunk(file, at, len)?);
        }
        match HEXLOWER.encode(&hash.finalize()) == file.sha256 {
            true => Ok(()),
            false => Err(NotHeld::Faulty(StoreError::Damaged("file").into())),
        }
    }

    fn note_held(&self, file: &StoredFile, running: &mut Running<'_>) -> Result<(), Error> {
        let changes = self.write_even_locked(|writer| {
            writer.note_held(file.number)?;
            make_room(writer, file)?;
            changed(writer, file)
        })?;
        self.observers.tell(&changes);
        running.so_far.files_sent += 1;
        running.tell();
        Ok(())
    }

    /// Leaves a file for this time; the first of such faults is told in the end.
    fn set_aside(&self, file: &StoredFile, error: Error, fault: &mut Option<Error>) -> Result<(), Error> {
        let (reason, now) = (error.to_string(), self.now());
        self.write_even_locked(|writer| Ok(writer.note_file_refused(file.number, &reason, now)?))?;
        fault.get_or_insert(error);
        Ok(())
    }

    /// Of a case that has ended for the nurse it is the last word that the server takes nothing of it from her any more. All else
    /// may change: an attachment that was set aside is accepted, room is made.
    fn note_refused(&self, file: &StoredFile, refusal: TransportError) -> Result<(), Error> {
        let TransportError::Server { code, message, .. } = refusal else { return Ok(()) };
        let is_last = [code::NO_GRANT, code::TOO_LATE].contains(&code.as_str());
        let now = self.now();
        self.write_even_locked(|writer| {
            if is_last && !writer.is_shown(file.scope)? {
                return Ok(writer.forget_file(file.number)?);
            }
            Ok(writer.note_file_refused(file.number, &format!("{message} ({code})"), now)?)
        })
    }

    fn purge_ended(&self) -> Result<(), Error> {
        let now = self.now();
        let changes = self.write_even_locked(|writer| write_all(writer, sync::ended(writer)?, now))?;
        self.observers.tell(&changes);
        Ok(())
    }
}

impl From<Error> for NotHeld {
    fn from(error: Error) -> Self {
        Self::Ended(error)
    }
}

impl From<TransportError> for NotHeld {
    fn from(error: TransportError) -> Self {
        match error {
            refusal if is_about_the_file(&refusal) => Self::Refused(refusal),
            // 500 may be of this file alone: 502 to 504, or a time to wait, are of a server in trouble, which is left alone.
            TransportError::Server { status: 500, retry_after_s: None, .. } => Self::Failed(error.into()),
            error => Self::Ended(error.into()),
        }
    }
}

fn name(file: &StoredFile) -> FileName<'_> {
    FileName { scope: file.scope, sha256: &file.sha256 }
}

/// What the server says of a file alone. Any other refusal is of the phone, its session, or of something between it and the
/// server, and ends the sync.
const OF_A_FILE: [&str; 8] = [
    code::FILE_NOT_NAMED,
    code::NO_GRANT,
    code::TOO_LATE,
    code::WRONG_LENGTH,
    code::FILE_TOO_BIG,
    code::CHUNK_TOO_BIG,
    code::CHUNK_TOO_SMALL,
    code::QUOTA_EXCEEDED,
];

fn is_about_the_file(refusal: &TransportError) -> bool {
    matches!(refusal, TransportError::Server { code, .. } if OF_A_FILE.contains(&code.as_str()))
}
