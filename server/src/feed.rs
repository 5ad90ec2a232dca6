//! The agency's log, cut for one device: what it lacks, in which order, in frames of about 64 KiB.
//!
//! Every frame carries the cursor that is true once it has been stored, so a cut connection costs one frame. The
//! log up to the head that is read first never changes, and documents only gain; so a frame needs no snapshot that
//! lasts longer than its own query, however slow the phone is.

use std::collections::{HashMap, HashSet, VecDeque};

use doorstep_client_core::document::StoreId;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::limits::{CURSOR_BYTES_MAX, FRAME_BYTES_TARGET};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::wire::{ChangesOf, Cursor, DocumentOf, Epoch, Frame, FrameBody, Pending};

use crate::access::{Action, Actor, Relation, in_force, may};
use crate::store::{Grant, LogEntry, LogQuery, Seq, Snapshot, Store, StoreError};

/// For whom the log is cut.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// The device's nurse.
    pub actor: Actor,
    /// The store that asks; what it pushed itself is not sent back.
    pub store: StoreId,
}

/// What one device lacks, frame by frame.
pub struct Feed<'s> {
    store: &'s dyn Store,
    reader: Reader,
    /// The last entry of the log that this exchange is about.
    head: Seq,
    cursor: Cursor,
    directory: ScopeId,
    /// The scopes whose entries are due from the log.
    known: Vec<ScopeId>,
    /// Records that this answer brought whole: nothing of theirs is due from the log any more.
    whole: HashSet<RecordId>,
    /// What goes next.
    next: VecDeque<Frame>,
}

impl<'s> Feed<'s> {
    /// Plans the feed from a cursor; none for a store that has received nothing.
    pub fn plan(
        store: &'s dyn Store,
        reader: Reader,
        cursor: Option<Cursor>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let snapshot = store.snapshot(reader.actor.agency)?;
        let head = snapshot.head()?;
        let directory = snapshot.agency()?.directory;
        let sees_directory = may(reader.actor, Action::Read, Relation::Directory.of(snapshot.agency_id()));
        let seen_directory = sees_directory.then_some(directory);
        let grants = snapshot.grants_of(reader.actor.staff)?;
        let is_first = cursor.is_none();
        let mut cursor =
            cursor.unwrap_or(Cursor { epoch: store.identity().epoch, seq: head, pending: Vec::new() });

        let current: HashMap<ScopeId, &Grant> =
            in_force(reader.actor, snapshot.agency_id(), &grants).map(|grant| (grant.scope, grant)).collect();
        let mut revoked: Vec<ScopeId> = grants
            .iter()
            .filter(|grant| grant.end_seq.is_some_and(|end| end > cursor.seq) || is_first)
            .map(|grant| grant.scope)
            .filter(|scope| !current.contains_key(scope))
            .collect();
        revoked.sort_unstable();
        revoked.dedup();

        let sees = |scope| seen_directory == Some(scope) || current.contains_key(&scope);
        cursor.pending.retain(|pending| sees(pending.scope));
        let pending: HashSet<ScopeId> = cursor.pending.iter().map(|pending| pending.scope).collect();
        let mut granted = Vec::new();
        for (&scope, grant) in &current {
            let begins = grant.begin_seq > cursor.seq && !is_opened_by(&*snapshot, grant, reader.store)?;
            if (is_first || begins) && !pending.contains(&scope) {
                granted.push(scope);
            }
        }
        if is_first {
            granted.extend(seen_directory);
        }
        let next_appointments: HashMap<ScopeId, Timestamp> =
            snapshot.next_appointments(reader.actor.staff, now)?.into_iter().collect();
        granted.sort_by_key(|scope| {
            let next = next_appointments.get(scope).copied();
            (*scope != directory, next.is_none(), next, *scope)
        });
        cursor.pending.extend(granted.iter().map(|&scope| Pending { scope, after: None }));

        let untouched: HashSet<ScopeId> = cursor
            .pending
            .iter()
            .filter(|pending| pending.after.is_none())
            .map(|pending| pending.scope)
            .collect();
        let mut known: Vec<ScopeId> = current
            .keys()
            .copied()
            .chain(seen_directory)
            .filter(|scope| !untouched.contains(scope))
            .collect();
        known.sort_unstable();
        let revoked = (!revoked.is_empty()).then_some(FrameBody::Revoked(revoked));
        let granted = (!granted.is_empty()).then_some(FrameBody::Granted(granted));
        let mut feed = Self {
            store,
            reader,
            head,
            cursor,
            directory,
            known,
            whole: HashSet::new(),
            next: VecDeque::new(),
        };
        feed.queue(revoked.into_iter().chain(granted));
        Ok(feed)
    }

    /// The cursor once everything that was handed out is stored.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The cases whose documents this answer brings, and whether that goes on with a download that was cut. Asked
    /// before the first frame.
    pub fn downloads(&self) -> Vec<(ScopeId, bool)> {
        let pending = self.cursor.pending.iter().filter(|pending| pending.scope != self.directory);
        pending.map(|pending| (pending.scope, pending.after.is_some())).collect()
    }

    /// The scopes that the device holds once everything is stored: no others than `access` lets its nurse see.
    pub fn scopes(&self) -> Vec<ScopeId> {
        let pending = self.cursor.pending.iter().map(|pending| pending.scope);
        let mut scopes: Vec<ScopeId> = self.known.iter().copied().chain(pending).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// The next frame; none when the device has everything up to the head.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, StoreError> {
        loop {
            if let Some(frame) = self.next.pop_front() {
                return Ok(Some(frame));
            } else if self.cursor.seq < self.head {
                self.read_log()?;
            } else if !self.cursor.pending.is_empty() {
                self.read_documents()?;
            } else {
                return Ok(None);
            }
        }
    }

    /// Queues what belongs to the cursor as it now is: only once the last of it is stored is that cursor true.
    fn queue(&mut self, bodies: impl Iterator<Item = FrameBody>) {
        self.next.extend(bodies.map(|body| Frame { body, cursor: None }));
        if let Some(last) = self.next.back_mut() {
            last.cursor = Some(self.cursor.to_bytes());
        }
    }

    /// Reads the next part of the log, in the scopes that the device knows.
    fn read_log(&mut self) -> Result<(), StoreError> {
        let snapshot = self.store.snapshot(self.reader.actor.agency)?;
        let entries = snapshot.log(LogQuery {
            scopes: &self.known,
            after: self.cursor.seq,
            upto: self.head,
            not_from: Some(self.reader.store),
            rows_max: ROWS_PER_FRAME_MAX,
            bytes_max: PAGE_BYTES,
        })?;
        let bytes: usize = entries.iter().map(|entry| entry.changes.as_bytes().len()).sum();
        let is_last = entries.len() < ROWS_PER_FRAME_MAX && bytes < PAGE_BYTES;
        self.cursor.seq = match entries.last() {
            Some(last) if !is_last => last.head.seq,
            _ => self.head,
        };
        let after: HashMap<ScopeId, Option<RecordId>> =
            self.cursor.pending.iter().map(|pending| (pending.scope, pending.after)).collect();
        let is_due = |entry: &LogEntry| match after.get(&entry.head.scope) {
            Some(after) => Some(entry.head.record) <= *after,
            None => true,
        };
        let mut documents = Vec::new();
        let mut changes = Vec::new();
        for entry in entries.into_iter().filter(is_due) {
            let record = entry.head.record;
            if self.whole.contains(&record) {
                continue;
            }
            match smaller_document(&*snapshot, &entry)? {
                Some(document) => {
                    self.whole.insert(record);
                    documents.push(FrameBody::Documents(vec![DocumentOf { record, document }]));
                }
                None => changes.push(ChangesOf { record, changes: entry.changes }),
            }
        }
        let changes = (!changes.is_empty()).then_some(FrameBody::Changes(changes));
        self.queue(documents.into_iter().chain(changes));
        Ok(())
    }

    /// Reads the next documents of the first scope that is pending.
    fn read_documents(&mut self) -> Result<(), StoreError> {
        let snapshot = self.store.snapshot(self.reader.actor.agency)?;
        let Some(pending) = self.cursor.pending.first_mut() else { return Ok(()) };
        let page = snapshot.documents(pending.scope, pending.after, ROWS_PER_FRAME_MAX, PAGE_BYTES)?;
        let bytes: usize = page.iter().map(|(_, document)| document.len()).sum();
        let is_last = page.len() < ROWS_PER_FRAME_MAX && bytes < PAGE_BYTES;
        pending.after = page.last().map(|(record, _)| *record).or(pending.after);
        if is_last {
            let scope = pending.scope;
            self.cursor.pending.remove(0);
            self.known.push(scope);
        }
        let documents: Vec<DocumentOf> =
            page.into_iter().map(|(record, document)| DocumentOf { record, document }).collect();
        let documents = (!documents.is_empty()).then_some(FrameBody::Documents(documents));
        self.queue(documents.into_iter());
        Ok(())
    }
}

/// Whether this server can have made the cursor.
pub fn is_possible(cursor: &Cursor, epoch: Epoch, head: Seq) -> bool {
    cursor.epoch == epoch && cursor.seq <= head && cursor.pending.len() <= PENDING_SCOPES_MAX
}

/// Rows of one frame at most: an id of 16 bytes and its framing for each fit beside the largest document.
const ROWS_PER_FRAME_MAX: usize = 1_000;
/// Bytes at which a page is closed: the largest record may still follow within a frame's limit.
const PAGE_BYTES: usize = FRAME_BYTES_TARGET / 2;
/// Scopes that a cursor can hold within its limit: two ids of 17 bytes each, and their array.
const PENDING_SCOPES_MAX: usize = CURSOR_BYTES_MAX / 36;
/// Changes smaller than this are sent as they are, without a look at the document's size.
const SMALL_CHANGES_BYTES: usize = 1_024;

/// Whether this store opened the case by this grant: it has everything that was there then, and the log from its
/// cursor on tells the rest. (A store without a cursor knows no point of the log to go on from.)
fn is_opened_by(snapshot: &dyn Snapshot, grant: &Grant, store: StoreId) -> Result<bool, StoreError> {
    let first = snapshot.log(LogQuery {
        scopes: &[grant.scope],
        after: 0,
        upto: grant.begin_seq + 1,
        not_from: None,
        rows_max: 1,
        bytes_max: 0,
    })?;
    Ok(first
        .first()
        .is_some_and(|first| first.head.origin == Some(store) && first.head.seq == grant.begin_seq + 1))
}

/// The record's document, where it is smaller than the changes.
fn smaller_document(snapshot: &dyn Snapshot, entry: &LogEntry) -> Result<Option<Vec<u8>>, StoreError> {
    let changes_bytes = entry.changes.as_bytes().len();
    if changes_bytes < SMALL_CHANGES_BYTES {
        return Ok(None);
    }
    let stamp = snapshot.stamp(entry.head.record)?;
    if stamp.is_none_or(|stamp| stamp.document_bytes >= changes_bytes) {
        return Ok(None);
    }
    Ok(snapshot.record(entry.head.record)?.map(|stored| stored.document))
}
