//! What to send.

use std::collections::{BTreeMap, BTreeSet};

use super::{EXCHANGES_PER_VERIFICATION, Write};
use crate::document::{Changeset, StoreId, Version};
use crate::ids::{RecordId, ScopeId};
use crate::limits;
use crate::record::Timestamp;
use crate::store::{Quarantined, StoredRecord, SyncFacts};
use crate::wire::{Push, SyncRequest};

/// Bytes of changes in one request: what is left of its limit is ample for the rest, even if nothing compresses.
const PUSH_BYTES_MAX: usize = limits::REQUEST_BYTES_MAX - (limits::REQUEST_BYTES_MAX >> 3);

/// Where the phone stands before an exchange.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The phone's clock.
    pub now: Timestamp,
    /// The store's id.
    pub store: StoreId,
    /// The cursor as last received.
    pub cursor: Option<Vec<u8>>,
    /// How the last exchanges went.
    pub facts: SyncFacts,
    /// Changes that wait to be sent.
    pub unsent_changes: u32,
    /// Scopes of which the versions are to be asked for.
    pub in_doubt: Vec<ScopeId>,
    /// Records to be asked for whole.
    pub wanted: Vec<RecordId>,
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// It goes with this request.
    Taken,
    /// It has to wait for the next request, and so has everything after it.
    Full,
    /// No request can carry it: it is past the limit of a changeset.
    TooBig,
}

/// Fills one request with unsent work, within its limits.
#[derive(Debug)]
pub struct Planner {
    exchange: Exchange,
    unsent_changes: u32,
    bytes: usize,
}

/// One exchange under way: its request, and what has been learnt of it so far.
#[derive(Debug)]
pub struct Exchange {
    /// What is sent.
    pub request: SyncRequest,
    /// The version of each pushed record, once its changes are merged.
    pub(super) versions: Vec<Version>,
    /// What the server has listed of each scope.
    pub(super) listed: BTreeMap<ScopeId, BTreeSet<RecordId>>,
    /// Whether the verdicts have come.
    pub(super) has_verdicts: bool,
    /// Whether a frame of this answer brought a cursor.
    pub(super) has_new_cursor: bool,
}

impl Planner {
    /// A request from here.
    pub fn new(situation: Situation) -> Self {
        let Situation { now, store, cursor, facts, unsent_changes, mut in_doubt, mut wanted } = situation;
        in_doubt.truncate(limits::LIST_SCOPES_MAX);
        wanted.truncate(limits::WANT_RECORDS_MAX);
        let is_due = facts.exchanges_since_verified >= EXCHANGES_PER_VERIFICATION || facts.is_in_doubt;
        let mut request = SyncRequest::new(now, store, cursor);
        request.verify = is_due && request.cursor.is_some() && in_doubt.is_empty() && wanted.is_empty();
        request.list = in_doubt;
        request.want = wanted;
        let exchange = Exchange {
            request,
            versions: Vec::new(),
            listed: BTreeMap::new(),
            has_verdicts: false,
            has_new_cursor: false,
        };
        Self { exchange, unsent_changes, bytes: 0 }
    }

    /// Offers the unsent changes of a record that is now at this version.
    pub fn offer(&mut self, record: RecordId, version: Version, changes: Changeset) -> Offered {
        let bytes = changes.as_bytes().len();
        if bytes > limits::CHANGESET_BYTES_MAX || changes.len() > limits::CHANGESET_CHANGES_MAX {
            return Offered::TooBig;
        }
        if self.exchange.request.pushes.len() == limits::PUSH_RECORDS_MAX
            || self.bytes + bytes > PUSH_BYTES_MAX
        {
            return Offered::Full;
        }
        let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        self.unsent_changes = self.unsent_changes.saturating_sub(count);
        self.bytes += bytes;
        self.exchange.versions.push(version);
        self.exchange.request.pushes.push(Push { record, changes });
        Offered::Taken
    }

    /// The exchange with what was offered.
    pub fn finish(mut self) -> Exchange {
        self.exchange.request.unsent_after = self.unsent_changes;
        self.exchange
    }
}

impl Exchange {
    /// Whether the request offers or asks anything beyond what is new.
    pub fn has_errand(&self) -> bool {
        let request = &self.request;
        !(request.pushes.is_empty() && request.list.is_empty() && request.want.is_empty())
    }
}

/// What to write of work that no request can carry.
pub fn too_big(row: StoredRecord, changes: Changeset, now: Timestamp) -> Vec<Write> {
    let refused = Quarantined {
        record: row.header.id,
        is_received: false,
        is_with_office: false,
        is_discarded: false,
        scope: Some(row.header.scope),
        reason: "the record's changes are past the limit of what can be sent at once".to_owned(),
        at: now,
        changes: changes.into_bytes(),
    };
    vec![Write::SetAside(refused), Write::Put(Box::new(StoredRecord { is_set_aside: true, ..row }))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planner(facts: SyncFacts) -> Planner {
        Planner::new(Situation {
            now: Timestamp::UNIX_EPOCH,
            store: StoreId([1; 8]),
            cursor: Some(vec![1]),
            facts,
            unsent_changes: 3,
            in_doubt: Vec::new(),
            wanted: Vec::new(),
        })
    }

    fn offer(planner: &mut Planner, bytes: usize) -> Offered {
        planner.offer(RecordId::from_bytes([1; 16]), Version::empty(), Changeset::from_bytes(vec![0; bytes]))
    }

    #[test]
    fn i14_a_request_takes_its_limit_of_records_and_not_one_more() {
        let mut planner = planner(SyncFacts::default());
        for _ in 0..limits::PUSH_RECORDS_MAX {
            assert_eq!(offer(&mut planner, 1), Offered::Taken);
        }
        assert_eq!(offer(&mut planner, 1), Offered::Full);
        assert_eq!(planner.finish().request.pushes.len(), limits::PUSH_RECORDS_MAX);
    }

    #[test]
    fn i14_a_changeset_past_its_limit_is_never_sent_and_bytes_are_bounded() {
        let mut planner = planner(SyncFacts::default());
        assert_eq!(offer(&mut planner, limits::CHANGESET_BYTES_MAX + 1), Offered::TooBig);
        let mut taken = 0;
        while offer(&mut planner, limits::CHANGESET_BYTES_MAX) == Offered::Taken {
            taken += limits::CHANGESET_BYTES_MAX;
        }
        assert!((limits::CHANGESET_BYTES_MAX..=PUSH_BYTES_MAX).contains(&taken));
        assert_eq!(offer(&mut planner, PUSH_BYTES_MAX - taken), Offered::Taken);
        assert_eq!(offer(&mut planner, 1), Offered::Full);
    }

    #[test]
    fn digests_are_compared_now_and_then_and_after_a_doubt() {
        let after = |exchanges_since_verified, is_in_doubt| {
            let facts = SyncFacts { exchanges_since_verified, is_in_doubt, ..SyncFacts::default() };
            planner(facts).finish().request.verify
        };
        assert!(!after(EXCHANGES_PER_VERIFICATION - 1, false));
        assert!(after(EXCHANGES_PER_VERIFICATION, false));
        assert!(after(0, true));
    }
}
