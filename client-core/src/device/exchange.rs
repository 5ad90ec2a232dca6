//! Going through exchanges with the server until there is nothing left to say.

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, TryLockError};

use super::write::write_all;
use super::{Device, Error, ErrorKind, lock, wiped};
use crate::document::Document;
use crate::limits::SYNC_EXCHANGES_MAX;
use crate::store::SyncFacts;
use crate::sync::{self, Exchange, Offered, Planner, Situation, Write};
use crate::transport::{self, Cancel, Transport};
use crate::wire::{Frame, FrameBody, FrameReader, Verdict};

/// What a sync is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Phase {
    /// Records, both ways. They come first.
    #[default]
    Records,
    /// The bytes of attachments.
    Files,
}

/// How far a sync is. It is told with each frame and each chunk of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// What it is busy with.
    pub phase: Phase,
    /// Bytes of the bodies sent so far: of requests, as they were answered.
    pub sent_bytes: u64,
    /// Bytes of the bodies received so far, as they were read.
    pub received_bytes: u64,
    /// Files that the server holds whole since.
    pub files_sent: u32,
    /// Exchanges begun.
    pub exchanges: u32,
    /// Frames stored.
    pub frames: u32,
    /// Pushed changesets that the server has merged.
    pub merged: u32,
    /// Pushed changesets that the server has refused.
    pub refused: u32,
    /// Documents and changesets received.
    pub received: u32,
}

/// What a sync did.
pub type SyncReport = Progress;

/// A call that is under way.
pub(super) struct Running<'a> {
    pub(super) transport: &'a dyn Transport,
    pub(super) cancel: &'a Cancel,
    pub(super) so_far: Progress,
    pub(super) progress: &'a mut dyn FnMut(Progress),
}

impl Running<'_> {
    /// Goes on, unless the call is to end.
    pub(super) fn go_on(&self) -> Result<(), Error> {
        self.cancel.reason().map_or(Ok(()), |reason| Err(reason.into()))
    }

    /// Says how far it is.
    pub(super) fn tell(&mut self) {
        (self.progress)(self.so_far);
    }
}

impl Device {
    /// Sends what is unsent and fetches what is new, until neither is left; then sends files. Each frame that arrives is
    /// stored before the next is read, so that what was stored before an error stays. One sync runs at a time.
    pub fn sync(
        &self,
        transport: &dyn Transport,
        cancel: &Cancel,
        mut progress: impl FnMut(Progress),
    ) -> Result<SyncReport, Error> {
        let _running = self.syncing.try_lock().or_else(|busy| match busy {
            TryLockError::Poisoned(poisoned) => Ok(poisoned.into_inner()),
            TryLockError::WouldBlock => Err(Error::new(ErrorKind::Busy, "a sync is already running")),
        })?;
        if self.wiping.has_begun() {
            self.go_on_wiping()?;
            self.tell_of_wipe(transport, cancel)?;
            return Err(wiped());
        }
        let mut running = Running { transport, cancel, so_far: Progress::default(), progress: &mut progress };
        let done = self.exchange_all(&mut running).and_then(|()| self.send_files(&mut running));
        let so_far = running.so_far;
        let done = done.map_err(|error| self.heed(ended(error, cancel), transport, cancel));
        if let Err(error) = &done
            && !matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::DeadlinePassed | ErrorKind::Wiped)
            && !self.wiping.has_begun()
        {
            self.note_failure(error)?;
        }
        done.map(|()| so_far)
    }

    /// Exchanges records, until there is nothing left to say.
    pub(super) fn exchange_all(&self, running: &mut Running<'_>) -> Result<(), Error> {
        running.so_far.phase = Phase::Records;
        let mut has_more = true;
        let mut may_forget_cursor = true;
        loop {
            let exchange = self.plan()?;
            if !has_more && !exchange.has_errand() {
                return Ok(());
            }
            running.go_on()?;
            if running.so_far.exchanges == SYNC_EXCHANGES_MAX {
                let endless = "the exchange with the server does not come to an end";
                return Err(Error::new(ErrorKind::Server, endless));
            }
            running.so_far.exchanges += 1;
            let body = exchange.request.to_body();
            let sent_bytes = body.len() as u64;
            let answer = match self.send(&body, running) {
                Err(error) if may_forget_cursor && is_about_cursor(&error) => {
                    may_forget_cursor = false;
                    self.store(vec![Write::OfferEverything, Write::ForgetCursor])?;
                    continue;
                }
                answer => answer?,
            };
            running.so_far.sent_bytes += sent_bytes;
            has_more = self.receive(exchange, answer, running)?;
        }
    }

    /// The next request: unsent work, oldest first, as much as fits. The store is free between records.
    fn plan(&self) -> Result<Exchange, Error> {
        let (situation, unsent) = self.with_store(|store| {
            let reader = store.reader();
            let situation = Situation {
                now: self.environment.now(),
                store: store.id(),
                cursor: reader.cursor()?,
                facts: reader.sync_facts()?,
                unsent_changes: reader.unsent()?.changes,
                in_doubt: reader.scopes_in_doubt()?,
                wanted: reader.wanted()?,
            };
            Ok((situation, reader.unsent_records()?))
        })?;
        let mut planner = Planner::new(situation);
        for id in unsent {
            let Some(row) = self.read_even_locked(|store| Ok(store.record(id)?))? else { continue };
            let changes = Document::load(&row.document)?.changes_since(&row.acked);
            match planner.offer(id, row.version.clone(), changes.clone()) {
                Offered::Taken => {}
                Offered::Full => break,
                Offered::TooBig => self.store(sync::too_big(row, changes, self.now()))?,
            }
        }
        Ok(planner.finish())
    }

    fn send(&self, body: &[u8], running: &Running<'_>) -> Result<Box<dyn Read + Send>, Error> {
        let (transport, cancel) = (running.transport, running.cancel);
        let sent = self.authorised(transport, cancel, |token| {
            transport::sync(transport, token, body.to_vec(), cancel)
        })?;
        Ok(sent?)
    }

    /// Stores an answer frame by frame. Returns whether the server has more.
    fn receive(
        &self,
        mut exchange: Exchange,
        answer: Box<dyn Read + Send>,
        running: &mut Running<'_>,
    ) -> Result<bool, Error> {
        let mut has_more = false;
        let received = Arc::new(AtomicU64::new(running.so_far.received_bytes));
        let answer = Counted { body: answer, received: Arc::clone(&received) };
        for frame in FrameReader::new(answer)? {
            running.go_on()?;
            let frame = frame?;
            running.so_far.count(&frame);
            running.so_far.received_bytes = received.load(Ordering::Relaxed);
            if let FrameBody::Done(done) = &frame.body {
                has_more = done.has_more;
            }
            self.store_frame(frame, &mut exchange)?;
            running.tell();
        }
        Ok(has_more)
    }

    /// Stores everything that a frame brings, in one transaction (I4).
    fn store_frame(&self, frame: Frame, exchange: &mut Exchange) -> Result<(), Error> {
        let now = self.now();
        let is_done = matches!(frame.body, FrameBody::Done(_));
        let changes = self.write_even_locked(|writer| {
            let update = sync::apply(frame, exchange, writer, now)?;
            let changes = write_all(writer, update.into_writes(), now)?;
            if is_done {
                lock::open(writer, now)?;
            }
            Ok(changes)
        })?;
        self.observers.tell(&changes);
        Ok(())
    }

    fn store(&self, writes: Vec<Write>) -> Result<(), Error> {
        let now = self.now();
        let changes = self.write_even_locked(|writer| write_all(writer, writes, now))?;
        self.observers.tell(&changes);
        Ok(())
    }

    fn note_failure(&self, error: &Error) -> Result<(), Error> {
        let now = self.now();
        self.write_even_locked(|writer| {
            let facts = writer.sync_facts()?;
            Ok(writer.set_sync_facts(&SyncFacts {
                last_failure: Some(now),
                last_error: Some(error.to_string()),
                retry_after_s: error.retry_after_s(),
                failed_attempts: facts.failed_attempts.saturating_add(1),
                ..facts
            })?)
        })
    }
}

/// An answer whose bytes are counted as they are read.
struct Counted {
    body: Box<dyn Read + Send>,
    received: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.body.read(buffer)?;
        self.received.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Progress {
    fn count(&mut self, frame: &Frame) {
        self.frames += 1;
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        match &frame.body {
            FrameBody::Verdicts(verdicts) => {
                let merged = verdicts.iter().filter(|verdict| **verdict == Verdict::Merged).count();
                self.merged += count(merged);
                self.refused += count(verdicts.len() - merged);
            }
            FrameBody::Documents(documents) => self.received += count(documents.len()),
            FrameBody::Changes(changes) => self.received += count(changes.len()),
            FrameBody::Granted(_)
            | FrameBody::Revoked(_)
            | FrameBody::Versions(..)
            | FrameBody::Reviewed(_)
            | FrameBody::Done(_) => {}
        }
    }
}

/// What ended a call that was to end is that, whatever failed on the way there.
pub(super) fn ended(error: Error, cancel: &Cancel) -> Error {
    let is_of_the_line =
        matches!(error.kind(), ErrorKind::Network | ErrorKind::Cancelled | ErrorKind::DeadlinePassed);
    cancel.reason().filter(|_| is_of_the_line).map_or(error, Error::from)
}

/// The server does not accept the cursor: another life of it, or another server, gave it out.
fn is_about_cursor(error: &Error) -> bool {
    error.server_code().is_some_and(|code| code.contains("cursor"))
}
