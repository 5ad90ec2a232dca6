//! Whether everybody holds the same, and nothing that was saved is missing: compared, not asserted.

use std::collections::BTreeSet;

use doorstep_client_core::document::{Document, Version};
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId};
use doorstep_client_core::record::Timestamp;
use doorstep_server::store::{Snapshot, Store};
use serde::Serialize;

use super::phone::Phone;

/// What one day came to.
#[derive(Debug, Serialize)]
pub(super) struct Result {
    pub(super) phones: usize,
    pub(super) cases: usize,
    pub(super) records: usize,
    pub(super) changes: usize,
    pub(super) conflicts: usize,
    pub(super) lost: usize,
    pub(super) converged: bool,
    pub(super) seconds: f64,
}

impl Result {
    /// The figures for people.
    pub(super) fn sentence(&self) -> String {
        format!(
            "{} phones, {} cases, {} records, {} changes. {} fields wait for somebody to pick a value. Lost: {}. \
             Every phone holds what the office holds: {}. {:.1} s.",
            self.phones,
            self.cases,
            self.records,
            self.changes,
            self.conflicts,
            self.lost,
            if self.converged { "yes" } else { "NO" },
            self.seconds,
        )
    }
}

/// Compares every record of every phone with the server's.
pub(super) fn compare(
    store: &dyn Store,
    agency: AgencyId,
    phones: &[Phone],
    now: Timestamp,
) -> anyhow::Result<Result> {
    let snapshot = store.snapshot(agency)?;
    let cases = snapshot.cases(now)?;
    let mut result = Result {
        phones: phones.len(),
        cases: cases.len(),
        records: 0,
        changes: 0,
        conflicts: 0,
        lost: 0,
        converged: true,
        seconds: 0.0,
    };
    let scopes = cases.iter().map(|case| case.scope.id).chain([snapshot.agency()?.directory]);
    let mut on_server = BTreeSet::new();
    for scope in scopes {
        let mut holders = Vec::new();
        for phone in phones {
            if holds(&*snapshot, phone, scope)? {
                holders.push(phone);
            }
        }
        for (record, version) in snapshot.versions(scope)? {
            let mut document = load(&*snapshot, record)?;
            on_server.insert(record);
            result.records += 1;
            result.changes += document.changes_since(&Version::empty()).len();
            result.conflicts += document.conflicts().len();
            let record_now = document.read()?;
            for phone in &holders {
                let same = phone
                    .device
                    .read(record)
                    .is_ok_and(|read| read.version == version && read.record == record_now);
                result.converged &= same;
            }
        }
    }
    for phone in phones {
        result.converged &= phone.device.sync_status()?.is_all_sent;
        for (record, version) in &phone.saved {
            let is_there = on_server.contains(record) && load(&*snapshot, *record)?.contains(version);
            result.lost += usize::from(!is_there);
        }
    }
    Ok(result)
}

fn holds(snapshot: &dyn Snapshot, phone: &Phone, scope: ScopeId) -> anyhow::Result<bool> {
    let is_directory = snapshot.agency()?.directory == scope;
    let grants = snapshot.grants_of(phone.staff)?;
    Ok(is_directory || grants.iter().any(|grant| grant.scope == scope && grant.is_current()))
}

/// A stored record's document.
pub(super) fn load(snapshot: &dyn Snapshot, record: RecordId) -> anyhow::Result<Document> {
    let stored =
        snapshot.record(record)?.ok_or_else(|| anyhow::anyhow!("a record has gone while it was read"))?;
    Ok(Document::load(&stored.document)?)
}
