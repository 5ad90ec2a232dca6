//! What to make of each frame of the answer.

use std::collections::BTreeMap;

use super::local::{Local, Update, Write};
use super::{Exchange, NotMerged, merge};
use crate::document::DocumentError;
use crate::ids::{RecordId, ScopeId};
use crate::record::Timestamp;
use crate::store::{Quarantined, StoreError, StoredRecord, SyncFacts};
use crate::wire::{DigestOf, Done, Frame, FrameBody, Refused, Reviewed, Verdict, VersionOf, scope_digest};

/// Why a frame cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// What the phone holds cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document that the phone holds cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The server's answer does not fit the request.
    #[error("the server's answer does not fit the request: {0}")]
    Unfitting(&'static str),
}

/// What to write so that everything that a frame brings is stored.
pub fn apply(
    frame: Frame,
    exchange: &mut Exchange,
    local: &dyn Local,
    now: Timestamp,
) -> Result<Update, SyncError> {
    let mut applying = Applying { exchange, local, now, update: Update::default() };
    applying.body(frame.body)?;
    if let Some(cursor) = frame.cursor {
        applying.exchange.has_new_cursor = true;
        applying.update.write(Write::Cursor(cursor));
    }
    Ok(applying.update)
}

/// Deletes what is left of the scopes that have ended and of which everything has been sent.
pub fn ended(local: &dyn Local) -> Result<Vec<Write>, StoreError> {
    let mut writes = Vec::new();
    for scope in local.ending_scopes()? {
        if !holds_unsent(local, scope)? {
            writes.push(Write::Purge(scope));
        }
    }
    Ok(writes)
}

fn holds_unsent(local: &dyn Local, scope: ScopeId) -> Result<bool, StoreError> {
    Ok(local.has_unsent(scope)? || local.has_unsent_files(scope)?)
}

struct Applying<'a> {
    exchange: &'a mut Exchange,
    local: &'a dyn Local,
    now: Timestamp,
    update: Update,
}

impl Applying<'_> {
    fn body(&mut self, body: FrameBody) -> Result<(), SyncError> {
        match body {
            FrameBody::Verdicts(verdicts) => self.verdicts(verdicts),
            FrameBody::Granted(scopes) => {
                scopes.into_iter().for_each(|scope| self.update.write(Write::Show(scope)));
                Ok(())
            }
            FrameBody::Revoked(scopes) => scopes.into_iter().try_for_each(|scope| self.end(scope)),
            FrameBody::Documents(documents) => documents.into_iter().try_for_each(|received| {
                let row = self.update.record(self.local, received.record)?;
                let is_exact = self.local.is_wanted(received.record)?;
                let merged = merge::document(row, received.record, &received.document, is_exact, self.now);
                self.settle(received.record, merged, received.document, false)
            }),
            FrameBody::Changes(changes) => changes.into_iter().try_for_each(|received| {
                let row = self.update.record(self.local, received.record)?;
                let merged = merge::changes(row, received.record, &received.changes, self.now);
                self.settle(received.record, merged, received.changes.into_bytes(), true)
            }),
            FrameBody::Versions(scope, versions) => self.listed(scope, versions),
            FrameBody::Reviewed(reviewed) => {
                reviewed.into_iter().for_each(|reviewed| self.reviewed(reviewed));
                Ok(())
            }
            FrameBody::Done(done) => self.done(done),
        }
    }

    fn verdicts(&mut self, verdicts: Vec<Verdict>) -> Result<(), SyncError> {
        if verdicts.len() != self.exchange.request.pushes.len() {
            return Err(SyncError::Unfitting("not one verdict for each pushed record"));
        }
        self.exchange.has_verdicts = true;
        for (index, verdict) in verdicts.into_iter().enumerate() {
            let record = self.exchange.request.pushes[index].record;
            let Some(row) = self.update.record(self.local, record)? else { continue };
            match verdict {
                Verdict::Merged => self.merged(row, index)?,
                Verdict::Quarantined(refused) => self.refused(row, index, &refused),
            }
        }
        Ok(())
    }

    /// What was refused of the record is merged with it, if it is in it still: it may have left the phone with its case.
    fn merged(&mut self, row: StoredRecord, index: usize) -> Result<(), SyncError> {
        let record = row.header.id;
        if let Some(refused) = self.local.refused(record)?
            && merge::holds(&row, refused.changes)?
        {
            self.update.write(Write::Release { record, is_received: false });
        }
        let sent_at = self.exchange.request.device_time;
        self.update.put(merge::acked(row, &self.exchange.versions[index], sent_at)?);
        Ok(())
    }

    /// Work done on the record since is offered with the next request, and the refused changes with it.
    fn refused(&mut self, row: StoredRecord, index: usize, refused: &Refused) {
        let changes = self.exchange.request.pushes[index].changes.as_bytes().to_vec();
        self.update.write(Write::SetAside(Quarantined {
            record: row.header.id,
            is_received: false,
            is_with_office: true,
            is_discarded: false,
            scope: Some(row.header.scope),
            reason: format!("{} ({})", refused.message, refused.code),
            at: self.now,
            changes,
        }));
        let is_set_aside = row.version == self.exchange.versions[index];
        self.update.put(StoredRecord { is_set_aside, ..row });
    }

    fn reviewed(&mut self, Reviewed { record, discarded_because }: Reviewed) {
        self.update.write(match discarded_because {
            None => Write::Release { record, is_received: false },
            Some(reason) => Write::Discarded { record, reason },
        });
    }

    fn end(&mut self, scope: ScopeId) -> Result<(), SyncError> {
        self.update.write(if holds_unsent(self.local, scope)? {
            Write::PurgeButUnsent(scope)
        } else {
            Write::Purge(scope)
        });
        Ok(())
    }

    /// Stores what was merged, or sets what was not aside alone (I10). What may be had whole is asked for.
    fn settle(
        &mut self,
        record: RecordId,
        merged: Result<StoredRecord, NotMerged>,
        received: Vec<u8>,
        ask_whole: bool,
    ) -> Result<(), SyncError> {
        match merged {
            Ok(row) => {
                self.update.put(row);
                self.update.write(Write::Unwant(record));
                self.update.write(Write::Release { record, is_received: true });
            }
            Err(reason) => {
                let scope = self.update.record(self.local, record)?.map(|row| row.header.scope);
                self.update.write(Write::SetAside(Quarantined {
                    record,
                    is_received: true,
                    is_with_office: false,
                    is_discarded: false,
                    scope,
                    reason: reason.to_string(),
                    at: self.now,
                    changes: received,
                }));
                self.update.write(if ask_whole { Write::Want(record) } else { Write::Unwant(record) });
            }
        }
        Ok(())
    }

    /// Asks for each record of which the server lists another version than it is known to hold.
    fn listed(&mut self, scope: ScopeId, versions: Vec<VersionOf>) -> Result<(), SyncError> {
        let held: BTreeMap<_, _> = self.local.acked_versions(scope)?.into_iter().collect();
        let listed = self.exchange.listed.entry(scope).or_default();
        for VersionOf { record, version } in versions {
            listed.insert(record);
            if held.get(&record) != Some(&version) {
                self.update.write(Write::Want(record));
            }
        }
        Ok(())
    }

    fn done(&mut self, done: Done) -> Result<(), SyncError> {
        if !self.exchange.request.pushes.is_empty() && !self.exchange.has_verdicts {
            return Err(SyncError::Unfitting("no verdicts on what was pushed"));
        }
        for record in std::mem::take(&mut self.exchange.request.want) {
            self.update.write(Write::Unwant(record));
        }
        for scope in std::mem::take(&mut self.exchange.request.list) {
            self.offer_unlisted(scope)?;
            self.update.write(Write::Doubt(scope, false));
        }
        ended(self.local)?.into_iter().for_each(|purge| self.update.write(purge));
        let is_new_epoch = self.local.epoch()?.is_some_and(|epoch| epoch != done.epoch);
        if is_new_epoch {
            self.update.write(Write::OfferEverything);
            if !self.exchange.has_new_cursor {
                self.update.write(Write::ForgetCursor);
            }
        }
        let is_verified = self.exchange.request.verify && !done.has_more;
        if is_verified && !is_new_epoch {
            self.compare(&done.digests)?;
        }
        let facts = self.local.sync_facts()?;
        self.update.write(Write::Epoch(done.epoch));
        self.update.write(Write::Facts(SyncFacts {
            last_success: Some(self.now),
            last_failure: None,
            last_error: None,
            retry_after_s: None,
            failed_attempts: 0,
            clock_ahead_s: Some(self.now.as_second() - done.server_time.as_second()),
            exchanges_since_verified: if is_verified { 0 } else { facts.exchanges_since_verified + 1 },
            is_in_doubt: is_new_epoch || (facts.is_in_doubt && !is_verified),
        }));
        Ok(())
    }

    /// What the server was thought to hold and does not list is offered again.
    fn offer_unlisted(&mut self, scope: ScopeId) -> Result<(), SyncError> {
        let listed = self.exchange.listed.remove(&scope).unwrap_or_default();
        for (record, _) in self.local.acked_versions(scope)? {
            if !listed.contains(&record)
                && let Some(row) = self.update.record(self.local, record)?
                && !row.header.kind.is_directory()
            {
                self.update.put(merge::offered_again(row, self.now)?);
            }
        }
        Ok(())
    }

    /// Doubts each scope whose digest differs from the server's.
    fn compare(&mut self, digests: &[DigestOf]) -> Result<(), SyncError> {
        let ending = self.local.ending_scopes()?;
        for DigestOf { scope, digest } in digests.iter().filter(|of| !ending.contains(&of.scope)) {
            let held = self.local.acked_versions(*scope)?;
            if scope_digest(held.iter().map(|(record, version)| (*record, version))) != *digest {
                self.update.write(Write::Show(*scope));
                self.update.write(Write::Doubt(*scope, true));
            }
        }
        Ok(())
    }
}
