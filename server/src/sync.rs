//! One sync exchange: admit, merge, append, then feed. Called by HTTP and by simulations.

use doorstep_client_core::document::{Authors, Changeset, StoreId};
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::wire::{
    AnswerSize, Cursor, DigestOf, DocumentOf, Done, Frame, FrameBody, FrameWriter, Refused, Reviewed,
    SyncRequest, Verdict, VersionOf, WireError, scope_digest,
};

use crate::access::Actor;
use crate::admission::{self, Admission, NO_GRANT, Permissions};
use crate::feed::{self, Feed, Reader};
use crate::limits::MERGE_ATTEMPTS_MAX;
use crate::store::{
    Act, Agent, AuditEvent, Contact, LogWrite, Outcome, RecordWrite, Role, Seq, SetAside, Store, StoreError,
};

/// Whose device asks.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// The device's nurse.
    pub actor: Actor,
    /// The device.
    pub device: DeviceId,
}

/// Why an exchange does not begin, or ends early.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The request is not one.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The server was restored from a backup since it made the cursor, or never made it. The device forgets the
    /// cursor and offers everything again (I7).
    #[error("the cursor is not one of this server's; sync again without it")]
    UnknownCursor,
    /// Others keep changing the same records.
    #[error("the records are being changed by many at once; try again")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An exchange whose pushes are merged and whose answer is about to be sent.
pub struct Exchange<'s> {
    store: &'s dyn Store,
    caller: Caller,
    request: SyncRequest,
    now: Timestamp,
    verdicts: Vec<Verdict>,
    changed: Vec<ScopeId>,
    /// Up to where the device knew the log.
    cursor_seq: Seq,
    /// Whether something that was pushed is set aside.
    has_refused: bool,
    feed: Feed<'s>,
}

impl<'s> Exchange<'s> {
    /// Merges what the request pushes, and plans the answer.
    pub fn begin(
        store: &'s dyn Store,
        caller: Caller,
        request: SyncRequest,
        now: Timestamp,
    ) -> Result<Self, SyncError> {
        let cursor = request.cursor.as_deref().map(Cursor::from_bytes).transpose();
        let cursor = cursor.map_err(|_| SyncError::UnknownCursor)?;
        if let Some(cursor) = &cursor {
            let head = store.snapshot(caller.actor.agency)?.head()?;
            if !feed::is_possible(cursor, store.identity().epoch, head) {
                return Err(SyncError::UnknownCursor);
            }
        }
        let cursor_seq = cursor.as_ref().map(|cursor| cursor.seq);
        let contact = Contact {
            at: now,
            unsent_count: request.unsent_after,
            clock_skew_s: request.device_time.as_second() - now.as_second(),
            cursor_seq,
            store: request.store,
        };
        store.note_contact(caller.actor.agency, caller.device, contact)?;
        let mut changed = Vec::new();
        let verdicts = merge(store, caller, &request, now, &mut changed)?;
        let reader = Reader { actor: caller.actor, store: request.store };
        let feed = Feed::plan(store, reader, cursor, now)?;
        let cursor_seq = cursor_seq.unwrap_or(0);
        let has_refused = verdicts.iter().any(|verdict| matches!(verdict, Verdict::Quarantined(_)));
        let exchange = Self { store, caller, request, now, verdicts, changed, cursor_seq, has_refused, feed };
        exchange.audit_reads()?;
        Ok(exchange)
    }

    /// The scopes in which the request changed something.
    pub fn changed_scopes(&self) -> &[ScopeId] {
        &self.changed
    }

    /// Hands each part of the answer to `send` as soon as it is made, until `send` says that nobody listens.
    pub fn answer(mut self, mut send: impl FnMut(Vec<u8>) -> bool) -> Result<(), SyncError> {
        let is_download = !self.feed.cursor().pending.is_empty();
        let size = if is_download { AnswerSize::Download } else { AnswerSize::Update };
        let mut writer = FrameWriter::new(size)?;
        let verdicts = std::mem::take(&mut self.verdicts);
        if !verdicts.is_empty() {
            let frame = Frame { body: FrameBody::Verdicts(verdicts), cursor: None };
            if !send(writer.frame(&frame)?) {
                return Ok(());
            }
        }
        let reviewed = self.reviewed()?;
        if !reviewed.is_empty() {
            let frame = Frame { body: FrameBody::Reviewed(reviewed), cursor: None };
            if !send(writer.frame(&frame)?) {
                return Ok(());
            }
        }
        while let Some(frame) = self.feed.next_frame()? {
            if !send(writer.frame(&frame)?) {
                return Ok(());
            }
        }
        for body in self.listed()? {
            if !send(writer.frame(&Frame { body, cursor: None })?) {
                return Ok(());
            }
        }
        for &record in &self.request.want {
            let Some(body) = self.wanted(record)? else { continue };
            if !send(writer.frame(&Frame { body, cursor: None })?) {
                return Ok(());
            }
        }
        let done = Done {
            server_time: self.now,
            epoch: self.store.identity().epoch,
            has_more: false,
            digests: self.digests()?,
        };
        let cursor = Some(self.feed.cursor().to_bytes());
        send(writer.finish(&Frame { body: FrameBody::Done(done), cursor })?);
        Ok(())
    }

    /// That whole cases, and documents by name, go to the phone. What changes in cases that it holds is not a read
    /// of its own: the grant says that she gets it, and the change who wrote it.
    fn audit_reads(&self) -> Result<(), StoreError> {
        let downloads = self.feed.downloads().into_iter();
        let mut events: Vec<AuditEvent> =
            downloads.map(|(scope, is_resumed)| AuditEvent::CaseDownloaded { scope, is_resumed }).collect();
        if !self.request.want.is_empty() {
            let (scopes, snapshot) = (self.feed.scopes(), self.store.snapshot(self.caller.actor.agency)?);
            for &record in &self.request.want {
                let stamp = snapshot.stamp(record)?.filter(|stamp| scopes.contains(&stamp.scope));
                events.extend(stamp.map(|stamp| AuditEvent::RecordRead { scope: stamp.scope, record }));
            }
        }
        if events.is_empty() {
            return Ok(());
        }
        let by = Agent::Device(self.caller.device, self.caller.actor.staff);
        self.store.audit(self.caller.actor.agency, Act { by, at: self.now }, events)
    }

    /// The versions of the scopes that the device asked to have listed, as far as they are its own.
    fn listed(&self) -> Result<Vec<FrameBody>, SyncError> {
        let snapshot = self.store.snapshot(self.caller.actor.agency)?;
        let scopes = self.feed.scopes();
        let mut bodies = Vec::new();
        for &scope in self.request.list.iter().filter(|scope| scopes.contains(scope)) {
            let versions: Vec<VersionOf> = snapshot
                .versions(scope)?
                .into_iter()
                .map(|(record, version)| VersionOf { record, version })
                .collect();
            let parts = versions.chunks(VERSIONS_PER_FRAME_MAX).map(<[_]>::to_vec);
            bodies.extend(parts.map(|part| FrameBody::Versions(scope, part)));
            if versions.is_empty() {
                bodies.push(FrameBody::Versions(scope, Vec::new()));
            }
        }
        Ok(bodies)
    }

    /// A document that the device asked for by its record's name, if it may have it.
    fn wanted(&self, record: RecordId) -> Result<Option<FrameBody>, SyncError> {
        let stored = self.store.snapshot(self.caller.actor.agency)?.record(record)?;
        let stored = stored.filter(|stored| self.feed.scopes().contains(&stored.stamp.scope));
        Ok(stored.map(|stored| FrameBody::Documents(vec![DocumentOf { record, document: stored.document }])))
    }

    /// What the office made of the nurse's refused work since the device's cursor. A device that just had work refused
    /// is told everything: it may have offered again what the office had discarded before.
    fn reviewed(&self) -> Result<Vec<Reviewed>, SyncError> {
        let after = if self.has_refused { 0 } else { self.cursor_seq };
        let told = self.store.told(self.caller.actor.agency, self.caller.actor.staff, after)?;
        let reviewed = told.into_iter().map(|told| Reviewed {
            record: told.record,
            discarded_because: match told.outcome {
                Outcome::Accepted => None,
                Outcome::Discarded(reason) => Some(reason),
            },
        });
        Ok(reviewed.collect())
    }

    fn digests(&self) -> Result<Vec<DigestOf>, SyncError> {
        if !self.request.verify {
            return Ok(Vec::new());
        }
        let snapshot = self.store.snapshot(self.caller.actor.agency)?;
        let digest = |scope| {
            let versions = snapshot.versions(scope)?;
            let digest = scope_digest(versions.iter().map(|(record, version)| (*record, version)));
            Ok(DigestOf { scope, digest })
        };
        self.feed.scopes().into_iter().map(digest).collect()
    }
}

/// Goes through what an exchange without news goes through, for nobody, and leaves nothing behind: the first phone does
/// not wait for what is made at its first use.
pub fn rehearse(store: &dyn Store, agency: AgencyId, now: Timestamp) -> Result<(), SyncError> {
    let (staff, device, of) = (StaffId::from_bytes([0; 16]), DeviceId::from_bytes([0; 16]), StoreId([0; 8]));
    let snapshot = store.snapshot(agency)?;
    snapshot.holder(device)?;
    let cursor = Cursor { epoch: store.identity().epoch, seq: snapshot.head()?, pending: Vec::new() };
    drop(snapshot);
    let request = SyncRequest::new(now, of, Some(cursor.to_bytes()));
    let request = SyncRequest::from_body(&request.to_body())?;
    let actor = Actor { agency, staff, role: Role::Nurse, is_active: true };
    let cursor_seq = cursor.seq;
    let feed = Feed::plan(store, Reader { actor, store: of }, Some(cursor), now)?;
    let caller = Caller { actor, device };
    let (verdicts, changed) = (Vec::new(), Vec::new());
    let exchange =
        Exchange { store, caller, request, now, verdicts, changed, cursor_seq, has_refused: false, feed };
    exchange.answer(|_| true)
}

/// Records of one frame that lists versions; most have one head, of 32 bytes.
const VERSIONS_PER_FRAME_MAX: usize = 500;

/// Merges the pushes; each gets its verdict, whatever becomes of the others (I10). Merging happens outside of the
/// write transaction, which stores a record only if it is still as it was read.
fn merge(
    store: &dyn Store,
    caller: Caller,
    request: &SyncRequest,
    now: Timestamp,
    changed: &mut Vec<ScopeId>,
) -> Result<Vec<Verdict>, SyncError> {
    if request.pushes.is_empty() {
        return Ok(Vec::new());
    }
    let known_seq = store.known_seq(caller.actor.agency, caller.device, request.store)?;
    let authors = Authors::of(store.identity().is_restored, caller.actor.staff);
    let log = LogWrite {
        origin: Some(request.store),
        device: Some(caller.device),
        staff: caller.actor.staff,
        changes: Changeset::default(),
        received_at: now,
    };
    let mut verdicts: Vec<Option<Verdict>> = vec![None; request.pushes.len()];
    for _ in 0..MERGE_ATTEMPTS_MAX {
        let snapshot = store.snapshot(caller.actor.agency)?;
        let mut permissions =
            Permissions::of(caller.actor, &snapshot.grants_of(caller.actor.staff)?, known_seq, authors, now);
        let mut writes: Vec<(usize, RecordWrite)> = Vec::new();
        let mut refusals: Vec<(usize, Refused, Option<ScopeId>)> = Vec::new();
        let open: Vec<usize> = (0..verdicts.len()).filter(|&index| verdicts[index].is_none()).collect();
        for index in open {
            match admission::examine(&*snapshot, &mut permissions, &request.pushes[index], &log)? {
                Admission::Known => verdicts[index] = Some(Verdict::Merged),
                Admission::Merge(write) => writes.push((index, *write)),
                Admission::Refuse(refused, scope) => refusals.push((index, refused, scope)),
            }
        }
        drop(snapshot);
        // Work in a case that this request opens is examined again once the case is open.
        let opens = permissions.opens_cases();
        refusals.retain(|(_, refused, _)| !opens || refused.code != NO_GRANT);
        for (index, refused, scope) in refusals {
            set_aside(store, caller, request, index, &refused, scope, now)?;
            verdicts[index] = Some(Verdict::Quarantined(refused));
        }
        let to: Vec<(usize, ScopeId)> = writes.iter().map(|(index, write)| (*index, write.scope)).collect();
        let writes: Vec<RecordWrite> = writes.into_iter().map(|(_, write)| write).collect();
        for ((index, scope), committed) in to.into_iter().zip(store.commit(caller.actor.agency, writes)?) {
            if committed.is_ok() {
                verdicts[index] = Some(Verdict::Merged);
                changed.push(scope);
            }
        }
        if verdicts.iter().all(Option::is_some) {
            return Ok(verdicts.into_iter().flatten().collect());
        }
    }
    Err(SyncError::Busy)
}

fn set_aside(
    store: &dyn Store,
    caller: Caller,
    request: &SyncRequest,
    index: usize,
    refused: &Refused,
    scope: Option<ScopeId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let push = &request.pushes[index];
    let aside = SetAside {
        record: Some(push.record),
        scope,
        device: caller.device,
        staff: caller.actor.staff,
        reason: refused.code.clone(),
        changes: push.changes.clone(),
        received_at: now,
    };
    store.set_aside(caller.actor.agency, vec![aside])
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::environment::{Environment, SystemEnvironment};

    use super::*;
    use crate::agency;
    use crate::store::{AuditLog, SqliteStore};

    #[test]
    fn a_rehearsal_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
        let agency = agency::found(&store, &SystemEnvironment, "Sample").unwrap().id;
        let held = || {
            let snapshot = store.snapshot(agency).unwrap();
            let entries = snapshot.activity(0, usize::MAX).unwrap().len();
            (
                snapshot.head().unwrap(),
                entries,
                snapshot.devices().unwrap().len(),
                store.audit_head(agency).unwrap(),
            )
        };
        let before = held();
        rehearse(&store, agency, SystemEnvironment.now()).unwrap();
        assert_eq!(held(), before);
    }
}
