//! What arrived and was noticed then.

use doorstep_client_core::care::alerts::Severity;
use doorstep_client_core::ids::AgencyId;
use doorstep_client_core::limits::CLOCK_SKEW_SECONDS_MAX;

use super::entry::{About, Entry, ReviewKind};
use crate::store::{Snapshot, Standing, Store, StoreError};

pub(super) fn conflicts(snapshot: &dyn Snapshot) -> Result<Vec<Entry>, StoreError> {
    let entry = |found: crate::store::InConflict| {
        let of: [&[u8]; 1] = [found.record.as_bytes()];
        let about = About::Conflict(found);
        Entry {
            scope: Some(found.scope),
            record: Some(found.record),
            ..Entry::new(ReviewKind::Conflict, &of, Severity::Warning, found.changed_at, about)
        }
    };
    Ok(snapshot.conflicts()?.into_iter().map(entry).collect())
}

pub(super) fn late_work(store: &dyn Store, agency: AgencyId) -> Result<Vec<Entry>, StoreError> {
    let entry = |late: crate::store::LateWork| {
        let of: [&[u8]; 1] = [&late.seq.to_be_bytes()];
        let about = About::LateWork(late.seq);
        Entry {
            staff: Some(late.staff),
            device: late.device,
            scope: Some(late.scope),
            record: Some(late.record),
            ..Entry::new(ReviewKind::LateWork, &of, Severity::Notice, late.received_at, about)
        }
    };
    Ok(store.late_work(agency)?.into_iter().map(entry).collect())
}

pub(super) fn set_aside(store: &dyn Store, agency: AgencyId) -> Result<Vec<Entry>, StoreError> {
    let entry = |waiting: crate::store::Waiting| Entry {
        staff: Some(waiting.staff),
        device: Some(waiting.device),
        scope: waiting.scope,
        record: waiting.record,
        ..Entry::new(
            ReviewKind::Quarantine,
            &[&waiting.id],
            Severity::Warning,
            waiting.received_at,
            About::Quarantine(waiting.clone()),
        )
    };
    Ok(store.waiting(agency)?.into_iter().map(entry).collect())
}

pub(super) fn token_reuses(store: &dyn Store, agency: AgencyId) -> Result<Vec<Entry>, StoreError> {
    let entry = |reuse: crate::store::TokenReuse| {
        let (device, at) = (reuse.device, reuse.detected_at);
        let of: [&[u8]; 1] = [device.as_bytes()];
        let entry = Entry::new(ReviewKind::TokenReuse, &of, Severity::Urgent, at, About::TokenReuse);
        let entry = entry.in_state(&[&at.as_millisecond().to_be_bytes()]);
        Entry { staff: Some(reuse.staff), device: Some(device), ..entry }
    };
    Ok(store.token_reuses(agency)?.into_iter().map(entry).collect())
}

/// Phones that may come back and whose clocks are off.
pub(super) fn clocks(snapshot: &dyn Snapshot) -> Result<Vec<Entry>, StoreError> {
    let is_off = |device: &crate::store::EnrolledDevice| {
        matches!(device.standing(), Standing::Welcome | Standing::Locked)
            && device.clock_skew_s.abs() > CLOCK_SKEW_SECONDS_MAX
    };
    let entry = |device: crate::store::EnrolledDevice| {
        let (of, ahead_s): ([&[u8]; 1], i64) = ([device.id.as_bytes()], device.clock_skew_s);
        let since = device.last_contact_at.unwrap_or(device.enrolled_at);
        Entry {
            state: ahead_s.to_string(),
            staff: Some(device.staff),
            device: Some(device.id),
            ..Entry::new(ReviewKind::ClockSkew, &of, Severity::Warning, since, About::ClockSkew(ahead_s))
        }
    };
    Ok(snapshot.devices()?.into_iter().filter(is_off).map(entry).collect())
}
