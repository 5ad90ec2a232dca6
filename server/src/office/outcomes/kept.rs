//! What was counted, kept for a while: it costs more than a page should wait for at each look.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use doorstep_client_core::care::Now;
use doorstep_client_core::ids::AgencyId;
use doorstep_client_core::record::Timestamp;

use crate::app::App;
use crate::http::Problem;
use crate::limits::{OUTCOMES_KEPT_MAX, OUTCOMES_SECONDS_MAX};
use crate::store::Outcomes;

/// From when until before when.
pub(super) type Period = (Timestamp, Timestamp);
type Key = (AgencyId, Period);

/// What the care came to when it was counted.
pub(super) struct Counted {
    pub(super) outcomes: Outcomes,
    /// When it was counted.
    pub(super) at: Timestamp,
}

/// What was counted of agencies' periods.
#[derive(Default)]
pub struct KeptOutcomes(Mutex<HashMap<Key, Kept>>);

struct Kept {
    counted: Arc<Counted>,
    /// Whether it is being counted anew.
    is_renewed: bool,
}

impl KeptOutcomes {
    /// What the care comes to. What was counted before is shown at once, also where it is too old: it is counted anew
    /// meanwhile, for whoever looks next.
    pub(super) fn read(
        app: &Arc<App>,
        agency: AgencyId,
        period: Period,
        now: Now,
    ) -> Result<Arc<Counted>, Problem> {
        let key = (agency, period);
        if let Some((counted, is_to_be_renewed)) = app.outcomes.kept(key, now) {
            if is_to_be_renewed {
                let app = Arc::clone(app);
                tokio::task::spawn_blocking(move || {
                    if count(&app, key, now).is_err() {
                        tracing::error!("what the care comes to cannot be counted anew");
                        app.outcomes.give_up(key);
                    }
                });
            }
            return Ok(counted);
        }
        count(app, key, now)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept, and whether whoever asks is to count it anew.
    fn kept(&self, key: Key, now: Now) -> Option<(Arc<Counted>, bool)> {
        let mut all = self.lock();
        let kept = all.get_mut(&key)?;
        let age_ms = now.at().as_millisecond().saturating_sub(kept.counted.at.as_millisecond());
        let is_old = !(0..=OUTCOMES_SECONDS_MAX * 1_000).contains(&age_ms);
        let is_to_be_renewed = is_old && !std::mem::replace(&mut kept.is_renewed, is_old);
        Some((Arc::clone(&kept.counted), is_to_be_renewed))
    }

    fn give_up(&self, key: Key) {
        if let Some(kept) = self.lock().get_mut(&key) {
            kept.is_renewed = false;
        }
    }

    fn keep(&self, key: Key, counted: Arc<Counted>) {
        let mut all = self.lock();
        all.insert(key, Kept { counted, is_renewed: false });
        while all.len() > OUTCOMES_KEPT_MAX {
            let oldest = all.iter().min_by_key(|(_, kept)| kept.counted.at).map(|(key, _)| *key);
            let Some(oldest) = oldest else { return };
            all.remove(&oldest);
        }
    }
}

fn count(app: &App, key: Key, now: Now) -> Result<Arc<Counted>, Problem> {
    let (agency, (from, until)) = key;
    let outcomes = app.store.snapshot(agency)?.outcomes(from, until, now)?;
    let counted = Arc::new(Counted { outcomes, at: now.at() });
    app.outcomes.keep(key, Arc::clone(&counted));
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Now {
        Now::new(Timestamp::from_millisecond(seconds * 1_000).unwrap(), 0)
    }

    fn keep(kept: &KeptOutcomes, number: usize, seconds: i64) -> Key {
        let until = Timestamp::from_millisecond(i64::try_from(number).unwrap()).unwrap();
        let key = (AgencyId::from_bytes([1; 16]), (Timestamp::UNIX_EPOCH, until));
        let counted = Counted { outcomes: Outcomes::default(), at: at(seconds).at() };
        kept.keep(key, Arc::new(counted));
        key
    }

    #[test]
    fn i14_what_was_counted_is_renewed_once_past_the_limit_and_not_at_it() {
        let kept = KeptOutcomes::default();
        let key = keep(&kept, 1, 0);
        let is_to_be_renewed = |seconds| kept.kept(key, at(seconds)).unwrap().1;
        assert!(!is_to_be_renewed(OUTCOMES_SECONDS_MAX));
        assert!(is_to_be_renewed(OUTCOMES_SECONDS_MAX + 1));
        assert!(!is_to_be_renewed(OUTCOMES_SECONDS_MAX + 1), "somebody is at it");
        kept.give_up(key);
        assert!(is_to_be_renewed(OUTCOMES_SECONDS_MAX + 2));
    }

    #[test]
    fn i14_periods_are_kept_up_to_the_limit_and_the_oldest_goes_for_one_past_it() {
        let kept = KeptOutcomes::default();
        let keys: Vec<Key> = (0..OUTCOMES_KEPT_MAX)
            .map(|number| keep(&kept, number, i64::try_from(number).unwrap()))
            .collect();
        assert!(kept.kept(keys[0], at(0)).is_some());
        let last = keep(&kept, OUTCOMES_KEPT_MAX, 1_000);
        assert!(kept.kept(keys[0], at(0)).is_none());
        assert!(kept.kept(keys[1], at(0)).is_some() && kept.kept(last, at(0)).is_some());
    }
}
