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

#[cfg(test)]
mod tests {
    use doorstep_client_core::environment::{Environment, SystemEnvironment};
    use doorstep_client_core::record::AnyRecord;
    use doorstep_client_core::record::staff::{Credential, Staff};

    use super::*;
    use crate::agency;
    use crate::limits::QUEUE_SECONDS_MAX;
    use crate::merge::{self, Save};
    use crate::review::ReviewKind;
    use crate::store::{Role, SqliteStore};

    #[test]
    fn i14_what_follows_from_records_is_kept_up_to_the_limit_and_not_past_it_or_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
        let agency = agency::found(&store, &SystemEnvironment, "Sample").unwrap().id;
        let (queues, begun) = (Queues::default(), SystemEnvironment.now());
        let after = |seconds: i64| begun.saturating_add_ms(seconds * 1_000);
        let count = |at| {
            let queue = queues.read(&store, agency, at, QUEUE_SECONDS_MAX).unwrap();
            queue.counts()[&ReviewKind::Credential]
        };
        let expire = |name: &str| {
            let member = agency::hire(&store, &SystemEnvironment, agency, name, Role::Nurse).unwrap();
            let stored = store.snapshot(agency).unwrap().record(member.id.into()).unwrap().unwrap();
            let credential = Credential {
                number: "1".to_owned(),
                expires: Some("2020-01-31".parse().unwrap()),
                ..Credential::default()
            };
            let credentials = [("k1".into(), credential)].into_iter().collect();
            let record: AnyRecord = Staff { name: name.to_owned(), credentials, ..Staff::default() }.into();
            let save = Save::Edit(member.id.into(), stored.stamp.version);
            merge::save(&store, agency, member.id, &save, &record, begun).unwrap();
        };
        assert_eq!(count(begun), 0);
        expire("Ana Sample");
        assert_eq!(count(after(QUEUE_SECONDS_MAX)), 0);
        assert_eq!(count(after(QUEUE_SECONDS_MAX + 1)), 1);
        expire("Bea Sample");
        assert_eq!(count(after(QUEUE_SECONDS_MAX + 2)), 1);
        queues.forget(agency);
        assert_eq!(count(after(QUEUE_SECONDS_MAX + 2)), 2);
    }
}
