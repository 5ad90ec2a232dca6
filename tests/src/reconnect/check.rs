//! That the phone and the server hold the same in the end, and all that either side wrote.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use doorstep_client_core::ids::RecordId;
use doorstep_server::store::{SqliteStore, Store};

use super::phone::Held;
use super::seed::Seeded;
use crate::workload::{Workload, apply, assessment, fields};

/// Compares every record's version on the phone and on the server.
pub(super) fn same_everywhere(held: &[Held], server: &SqliteStore, seeded: &Seeded) -> anyhow::Result<()> {
    let snapshot = server.snapshot(seeded.agency)?;
    let directory = snapshot.agency()?.directory;
    let mut there = BTreeMap::new();
    for scope in seeded.cases.iter().chain([&directory]) {
        for (record, version) in snapshot.versions(*scope)? {
            there.insert(record, (*scope, version.to_string()));
        }
    }
    let here: BTreeMap<_, _> =
        held.iter().map(|held| (held.id, (held.scope, held.version.clone()))).collect();
    let differing = there.iter().filter(|(id, version)| here.get(id) != Some(version)).count();
    ensure!(
        differing == 0 && here.len() == there.len(),
        "the phone has {} records and the server {}, of which {differing} differ",
        here.len(),
        there.len()
    );
    Ok(())
}

/// Compares every record on the phone with what the workload makes of it: its changes, each one of them, and its
/// fields where only one side wrote.
pub(super) fn as_expected(held: &[Held], workload: &Workload) -> anyhow::Result<()> {
    let held: BTreeMap<RecordId, &Held> = held.iter().map(|held| (held.id, held)).collect();
    let edits_by = |side: &[(usize, _)]| side.iter().map(|(index, _)| *index).collect::<BTreeSet<_>>();
    let (phone, office) = (edits_by(&workload.phone_edits), edits_by(&workload.office_edits));
    for (index, record) in workload.records.iter().enumerate() {
        let is_of = |(edited, _): &&(usize, _)| *edited == index;
        let late: Vec<_> = workload
            .phone_edits
            .iter()
            .filter(is_of)
            .chain(workload.office_edits.iter().filter(is_of))
            .collect();
        let held = held.get(&record.id).with_context(|| format!("record {} is missing", record.id))?;
        let changes = 1 + record.edits.len() + late.len();
        ensure!(held.changes == changes, "record {} has {} of {changes} changes", record.id, held.changes);
        if !(phone.contains(&index) && office.contains(&index)) {
            let mut expected = assessment(&record.result)?;
            late.iter().try_for_each(|(_, edit)| apply(&mut expected, edit))?;
            let is_so = held.fields == Some(fields(&expected));
            ensure!(is_so, "record {} is not as the workload makes it", record.id);
        }
    }
    for new in &workload.phone_creates {
        let held = held.get(&new.id).with_context(|| format!("new record {} is missing", new.id))?;
        ensure!(held.fields.as_ref() == Some(&new.base), "new record {} is not as it was made", new.id);
    }
    Ok(())
}
