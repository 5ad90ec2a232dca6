//! Everything that waits for the office, in one order: the most urgent first, then the oldest.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

use doorstep_client_core::care::alerts::Severity;
use doorstep_client_core::ids::AgencyId;
use doorstep_client_core::record::Timestamp;

use super::arrived;
use super::computed::{Clock, Computed};
use super::entry::{Entry, ReviewKind};
use crate::limits::REVIEW_ENTRIES_MAX;
use crate::store::{Seen, Snapshot, Store, StoreError};

/// What waits for the office now, and what of it somebody has seen.
pub struct Queue {
    /// What time it is where the agency is.
    pub clock: Clock,
    entries: Vec<Entry>,
}

/// A page of the queue.
pub struct Page {
    /// Its entries.
    pub entries: Vec<Entry>,
    /// Where the next page goes on; none where this was the last.
    pub next: Option<Position>,
}

/// A place in the queue, which stays where it is when entries come and go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    severity: Reverse<Severity>,
    since: Timestamp,
    id: String,
}

impl Queue {
    /// Everything that waits in an agency, or what there is of one kind.
    pub fn read(
        store: &dyn Store,
        agency: AgencyId,
        only: Option<ReviewKind>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let snapshot = &*store.snapshot(agency)?;
        let computed = Computed::read(snapshot, only, now)?;
        Self::of(store, snapshot, only, &computed, now)
    }

    /// What waits: what was computed then, and all else as it is now.
    pub(super) fn of(
        store: &dyn Store,
        snapshot: &dyn Snapshot,
        only: Option<ReviewKind>,
        computed: &Computed,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let agency = snapshot.agency_id();
        let mut entries = computed.entries.clone();
        for kind in ReviewKind::ALL.into_iter().filter(|kind| only.is_none_or(|only| only == *kind)) {
            entries.extend(match kind {
                ReviewKind::Conflict => arrived::conflicts(snapshot)?,
                ReviewKind::LateWork => arrived::late_work(store, agency)?,
                ReviewKind::Quarantine => arrived::set_aside(store, agency)?,
                ReviewKind::TokenReuse => arrived::token_reuses(store, agency)?,
                ReviewKind::ClockSkew => arrived::clocks(snapshot)?,
                ReviewKind::DoubleBooking
                | ReviewKind::UnlicensedVisit
                | ReviewKind::Credential
                | ReviewKind::Authorisation => Vec::new(),
            });
        }
        let mut seen: HashMap<String, Seen> =
            store.seen(agency)?.into_iter().map(|seen| (seen.entry.clone(), seen)).collect();
        for entry in &mut entries {
            entry.seen = seen.remove(&entry.id).filter(|seen| entry.is_as_in(&seen.state));
        }
        entries.sort_by_cached_key(Position::of);
        Ok(Self { clock: computed.clock.at(now), entries })
    }

    /// How many entries of each kind nobody has seen.
    pub fn counts(&self) -> BTreeMap<ReviewKind, usize> {
        let mut counts: BTreeMap<ReviewKind, usize> =
            ReviewKind::ALL.into_iter().map(|kind| (kind, 0)).collect();
        for entry in self.entries.iter().filter(|entry| entry.seen.is_none()) {
            *counts.entry(entry.kind).or_default() += 1;
        }
        counts
    }

    /// An entry.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The next entries past a position, at most [`REVIEW_ENTRIES_MAX`]: of one kind, or of all; with those that
    /// somebody has seen, or without.
    pub fn page(&self, after: Option<&Position>, only: Option<ReviewKind>, with_seen: bool) -> Page {
        let is_asked = |entry: &&Entry| {
            only.is_none_or(|only| only == entry.kind)
                && (with_seen || entry.seen.is_none())
                && after.is_none_or(|after| Position::of(entry) > *after)
        };
        let mut asked = self.entries.iter().filter(is_asked);
        let entries: Vec<Entry> = asked.by_ref().take(REVIEW_ENTRIES_MAX).cloned().collect();
        let next = asked.next().and(entries.last()).map(Position::of);
        Page { entries, next }
    }
}

impl Position {
    fn of(entry: &Entry) -> Self {
        Self { severity: Reverse(entry.severity), since: entry.since, id: entry.id.clone() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.severity.0 as u8, self.since.as_millisecond(), self.id)
    }
}

/// The text is no place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the review queue; begin without one")]
pub struct NotAPosition;

impl FromStr for Position {
    type Err = NotAPosition;
    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(NotAPosition);
        let severity: u8 = part()?.parse().map_err(|_| NotAPosition)?;
        let known = [Severity::Notice, Severity::Warning, Severity::Urgent];
        let severity = known.into_iter().find(|known| *known as u8 == severity).ok_or(NotAPosition)?;
        let since = part()?.parse().map_err(|_| NotAPosition)?;
        let since = Timestamp::from_millisecond(since).map_err(|_| NotAPosition)?;
        Ok(Self { severity: Reverse(severity), since, id: part()?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_as_it_was_written_and_nothing_else_is_one() {
        let position = Position {
            severity: Reverse(Severity::Warning),
            since: Timestamp::UNIX_EPOCH,
            id: "conflict-00".to_owned(),
        };
        assert_eq!(position.to_string().parse(), Ok(position));
        for wrong in ["", "1", "1.2", "9.2.conflict-00", "1.x.conflict-00", "1.9223372036854775807.x"] {
            assert_eq!(wrong.parse::<Position>(), Err(NotAPosition), "{wrong}");
        }
    }

    #[test]
    fn the_most_urgent_comes_first_then_the_oldest() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let position = |severity, ms, id: &str| Position {
            severity: Reverse(severity),
            since: at(ms),
            id: id.to_owned(),
        };
        let ordered = [
            position(Severity::Urgent, 9, "a"),
            position(Severity::Warning, 1, "b"),
            position(Severity::Warning, 1, "c"),
            position(Severity::Warning, 2, "a"),
            position(Severity::Notice, 0, "a"),
        ];
        assert!(ordered.is_sorted());
    }
}
