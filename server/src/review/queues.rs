//! Agencies' queues for those who look often: what follows from the records is computed once for all of them, and kept
//! for a while. What arrived, and what somebody has seen, is read each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use doorstep_client_core::ids::AgencyId;
use doorstep_client_core::record::Timestamp;

use super::computed::Computed;
use super::queue::Queue;
use crate::store::{Store, StoreError};

/// What was computed of agencies' queues.
#[derive(Default)]
pub struct Queues(Mutex<HashMap<AgencyId, Kept>>);

#[derive(Default)]
struct Kept {
    /// How often it was to be forgotten: what was begun before that is not kept.
    forgotten: u64,
    computed: Option<(Arc<Computed>, Timestamp)>,
}

impl Queues {
    /// Everything that waits in an agency. What follows from its records is of at most so many seconds ago.
    pub fn read(
        &self,
        store: &dyn Store,
        agency: AgencyId,
        now: Timestamp,
        seconds_max: i64,
    ) -> Result<Queue, StoreError> {
        let snapshot = &*store.snapshot(agency)?;
        let (kept, forgotten) = self.kept(agency, now, seconds_max);
        let computed = match kept {
            Some(computed) => computed,
            None => {
                let computed = Arc::new(Computed::read(snapshot, None, now)?);
                self.keep(agency, forgotten, (Arc::clone(&computed), now));
                computed
            }
        };
        Queue::of(store, snapshot, None, &computed, now)
    }

    /// Whoever looks next sees what the agency's records say then.
    pub fn forget(&self, agency: AgencyId) {
        let mut agencies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = agencies.entry(agency).or_default();
        kept.forgotten += 1;
        kept.computed = None;
    }

    fn kept(&self, agency: AgencyId, now: Timestamp, seconds_max: i64) -> (Option<Arc<Computed>>, u64) {
        let mut agencies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = agencies.entry(agency).or_default();
        let is_young = |at: Timestamp| {
            let age_ms = now.as_millisecond().saturating_sub(at.as_millisecond());
            (0..=seconds_max * 1_000).contains(&age_ms)
        };
        let computed = kept.computed.as_ref().filter(|(_, at)| is_young(*at));
        (computed.map(|(computed, _)| Arc::clone(computed)), kept.forgotten)
    }

    fn keep(&self, agency: AgencyId, forgotten: u64, computed: (Arc<Computed>, Timestamp)) {
        let mut agencies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = agencies.entry(agency).or_default();
        if kept.forgotten == forgotten {
            kept.computed = Some(computed);
        }
    }
}
