//! What the phone says of its own work: nothing that is not so (I3).

use super::edit::is_here;
use super::{Device, Error, Lock};
use crate::ids::{RecordId, ScopeId};
use crate::limits::CLOCK_SKEW_SECONDS_MAX;
use crate::record::Timestamp;
use crate::store::{Quarantined, Reader, RefusedFile};
use crate::sync::retry_delay_ms;

/// How the phone stands with the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncStatus {
    /// Records with changes that wait to be sent.
    pub unsent_records: u32,
    /// Changes that wait to be sent.
    pub unsent_changes: u32,
    /// Since when there are any.
    pub unsent_since: Option<Timestamp>,
    /// What was refused, oldest first.
    pub refused: Vec<RefusedWork>,
    /// Files that no server is known to hold whole.
    pub unsent_files: u32,
    /// Those of them that the server did not take when they were last offered, oldest first. Each sync offers them again.
    pub refused_files: Vec<RefusedFile>,
    /// Whether a server has merged everything that was written here, and holds every file.
    pub is_all_sent: bool,
    /// When an exchange last ended well, by the phone's clock.
    pub last_success: Option<Timestamp>,
    /// When an attempt last failed; none after a success.
    pub last_failure: Option<Timestamp>,
    /// What failed; none after a success.
    pub last_error: Option<String>,
    /// When to try again, in milliseconds from the last failure; none after a success.
    pub retry_after_ms: Option<u64>,
    /// Seconds that the phone's clock is ahead of the server's, when last compared.
    pub clock_ahead_s: Option<i64>,
    /// Whether that is more than five minutes, either way.
    pub is_clock_off: bool,
    /// What keeps the phone shut.
    pub lock: Option<Lock>,
    /// Until when the phone may stay offline, by its clock.
    pub lease_ends_at: Option<Timestamp>,
}

/// Work that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedWork {
    /// The record.
    pub record: RecordId,
    /// Its scope, where it is known.
    pub scope: Option<ScopeId>,
    /// Whether it came from the server and this phone could not read it; otherwise the server refused it.
    pub is_received: bool,
    /// Whether the office discarded it: nothing becomes of it any more, unless it is offered again.
    pub is_discarded: bool,
    /// Whether the record is still here, so that it can be mended or offered again.
    pub is_here: bool,
    /// Why.
    pub reason: String,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

impl Device {
    /// How the phone stands with the server.
    pub fn sync_status(&self) -> Result<SyncStatus, Error> {
        let mut random = [0u8; 4];
        self.environment.fill_random(&mut random);
        let now = self.now();
        self.read_even_locked(|store| {
            let guard = store.guard()?;
            let unsent = store.unsent()?;
            let facts = store.sync_facts()?;
            let refused = refused_work(&store)?;
            let unsent_files = store.unsent_files()?;
            let is_merged = unsent.changes == 0 && refused.iter().all(|refused| refused.is_received);
            let delay_ms =
                retry_delay_ms(facts.failed_attempts, facts.retry_after_s, u32::from_le_bytes(random));
            Ok(SyncStatus {
                unsent_records: unsent.records,
                unsent_changes: unsent.changes,
                unsent_since: unsent.since,
                is_all_sent: is_merged && unsent_files == 0,
                refused,
                unsent_files,
                refused_files: store.refused_files()?,
                last_success: facts.last_success,
                last_failure: facts.last_failure,
                last_error: facts.last_error,
                retry_after_ms: (facts.failed_attempts > 0).then_some(delay_ms),
                clock_ahead_s: facts.clock_ahead_s,
                is_clock_off: facts.clock_ahead_s.is_some_and(|ahead| ahead.abs() > CLOCK_SKEW_SECONDS_MAX),
                lock: Lock::of(&guard, now),
                lease_ends_at: guard.lease.map(|lease| lease.ends_at()),
            })
        })
    }
}

fn refused_work(store: &Reader<'_>) -> Result<Vec<RefusedWork>, Error> {
    let one = |refused: Quarantined| {
        Ok(RefusedWork {
            record: refused.record,
            scope: refused.scope,
            is_received: refused.is_received,
            is_discarded: refused.is_discarded,
            is_here: is_here(store, refused.record)?,
            reason: refused.reason,
            at: refused.at,
        })
    };
    store.quarantined()?.into_iter().map(one).collect()
}
