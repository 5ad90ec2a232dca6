//! What a nurse reads.

use std::collections::BTreeMap;

use super::{Conflict, Device, Error, HistoryEntry, Listed, Version, not_enrolled};
use crate::care::alerts::Alert;
use crate::care::caseload::Case;
use crate::care::licences::VISIT_NOTICE_DAYS;
use crate::care::timeline::Entry;
use crate::care::{self, Now};
use crate::document::{Document, Header};
use crate::ids::{RecordId, ScopeId};
use crate::record::agency::Agency;
use crate::record::staff::Staff;
use crate::record::{AnyRecord, Kind, Timestamp};
use crate::store::{Reader, StoreError, StoredRecord, Which};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A case of the caseload.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseOnPhone {
    /// The case: its patient's name, its next appointment.
    pub case: Case,
    /// Its patient.
    pub patient: Listed,
    /// Fields with several values, in all of its records.
    pub conflicts: u32,
    /// Changes that no server is known to hold, in all of its records.
    pub unsent_changes: u32,
}

/// Everything of a case, by kind, in the order of their times.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The records of each kind that the case has any of. What was entered in error is among them, and says so.
    pub records: BTreeMap<Kind, Vec<Listed>>,
}

/// A record with the version that it was read at: a save hands that version back.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRecord {
    /// What the record is.
    pub header: Header,
    /// The version that was read.
    pub version: Version,
    /// The record.
    pub record: AnyRecord,
    /// The fields with several values.
    pub conflicts: Vec<Conflict>,
    /// Changes that no server is known to hold.
    pub unsent_changes: u32,
}

/// A record with fields that have several values.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordInConflict {
    /// The record, as lists show it.
    pub listed: Listed,
    /// Its fields with several values.
    pub conflicts: Vec<Conflict>,
}

impl Device {
    /// The nurse's cases: the one with her next appointment first, those without one last.
    pub fn caseload(&self) -> Result<Vec<CaseOnPhone>, Error> {
        let now = Now::new(self.now(), 0);
        self.read_store(|store| {
            let nurse = store.enrolment()?.map(|enrolment| enrolment.staff);
            let patients = store.list(Which { kind: Some(Kind::Patient), ..Which::default() })?;
            let since = Some(now.at().saturating_add_ms(-DAY_MS));
            let appointments =
                store.list(Which { kind: Some(Kind::Appointment), from: since, ..Which::default() })?;
            let mut charts: BTreeMap<ScopeId, Vec<(RecordId, AnyRecord)>> = BTreeMap::new();
            for listed in patients.iter().chain(&appointments) {
                charts.entry(listed.header.scope).or_default().push((listed.header.id, record(listed)?));
            }
            let mut patients: BTreeMap<ScopeId, Listed> =
                patients.into_iter().map(|patient| (patient.header.scope, patient)).collect();
            let mut cases: Vec<Case> = charts
                .iter()
                .map(|(scope, records)| Case::of(*scope, care::Chart::new(records), nurse, now))
                .collect();
            care::caseload::order(&mut cases);
            let tallies: BTreeMap<_, _> =
                store.tallies()?.into_iter().map(|tally| (tally.scope, tally)).collect();
            let on_phone = cases.into_iter().filter_map(|case| {
                let tally = tallies.get(&case.scope);
                Some(CaseOnPhone {
                    patient: patients.remove(&case.scope)?,
                    case,
                    conflicts: tally.map_or(0, |tally| tally.conflicts),
                    unsent_changes: tally.map_or(0, |tally| tally.unsent_changes),
                })
            });
            Ok(on_phone.collect())
        })
    }

    /// The appointments and visits of the day that it is where the clock is this many seconds ahead of UTC.
    pub fn today(&self, utc_offset_s: i32) -> Result<Vec<Listed>, Error> {
        let offset_ms = i64::from(utc_offset_s) * 1_000;
        let local_ms = self.now().as_millisecond() + offset_ms;
        let start_ms = local_ms.div_euclid(DAY_MS) * DAY_MS - offset_ms;
        let from = Timestamp::UNIX_EPOCH.saturating_add_ms(start_ms);
        self.between(from, from.saturating_add_ms(DAY_MS))
    }

    /// The appointments and visits from one time until before another, in the order of their times.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Listed>, Error> {
        self.read_store(|store| {
            let mut listed = Vec::new();
            for kind in [Kind::Appointment, Kind::Visit] {
                let which =
                    Which { kind: Some(kind), from: Some(from), until: Some(until), ..Which::default() };
                listed.extend(store.list(which)?.into_iter().filter(|listed| !listed.is_entered_in_error));
            }
            listed.sort_by_key(|listed| (listed.at, listed.header.id));
            Ok(listed)
        })
    }

    /// Everything of a case.
    pub fn chart(&self, scope: ScopeId) -> Result<Chart, Error> {
        let listed = self.scope_records(scope)?;
        let mut chart = Chart::default();
        for listed in listed {
            chart.records.entry(listed.header.kind).or_default().push(listed);
        }
        Ok(chart)
    }

    /// Everything of a case in the order of time, the latest first; what was entered in error is left out.
    pub fn timeline(&self, scope: ScopeId) -> Result<Vec<Entry>, Error> {
        let records = records(&self.scope_records(scope)?)?;
        Ok(care::timeline::timeline(care::Chart::new(&records)))
    }

    /// What somebody should look at in a case now, where clocks are this many seconds ahead of UTC; the most urgent
    /// first.
    pub fn alerts(&self, scope: ScopeId, utc_offset_s: i32) -> Result<Vec<Alert>, Error> {
        let records = records(&self.scope_records(scope)?)?;
        let agency = self.agency()?;
        Ok(care::alerts::alerts(care::Chart::new(&records), &agency, Now::new(self.now(), utc_offset_s)))
    }

    /// Licences and certificates of the agency's staff that run out or have run out, the most urgent first.
    pub fn credential_alerts(&self, utc_offset_s: i32) -> Result<Vec<Alert>, Error> {
        let records = records(&self.directory()?)?;
        let now = Now::new(self.now(), utc_offset_s);
        Ok(care::alerts::credential_alerts(care::Chart::new(&records), now))
    }

    /// What the nurse should look at across all of her cases: her double bookings, the patients whom she sees without a
    /// licence, her licences and certificates that run out. The most urgent first.
    pub fn own_alerts(&self, utc_offset_s: i32) -> Result<Vec<Alert>, Error> {
        let (nurse, staff, listed) = self.read_store(|store| {
            let nurse = store.enrolment()?.ok_or_else(not_enrolled)?.staff;
            let staff = store.list(Which { kind: Some(Kind::Staff), ..Which::default() })?;
            let mut listed = store.list(Which { kind: Some(Kind::Patient), ..Which::default() })?;
            for (kind, days) in [(Kind::Appointment, 1), (Kind::Visit, VISIT_NOTICE_DAYS + 1)] {
                let from = Some(self.now().saturating_add_ms(-days * DAY_MS));
                listed.extend(store.list(Which { kind: Some(kind), from, ..Which::default() })?);
            }
            Ok((nurse, staff.into_iter().find(|staff| staff.header.id == nurse.into()), listed))
        })?;
        let staff = staff.as_ref().map(record).transpose()?.and_then(|staff| Staff::try_from(staff).ok());
        let located = |listed: &Listed| Ok((listed.header.scope, listed.header.id, record(listed)?));
        let records = listed.iter().map(located).collect::<Result<Vec<_>, Error>>()?;
        Ok(care::own::alerts(nurse, staff.as_ref(), &records, Now::new(self.now(), utc_offset_s)))
    }

    /// The agency's directory: staff, instruments, the agency itself.
    pub fn directory(&self) -> Result<Vec<Listed>, Error> {
        self.read_store(|store| {
            let mut listed = Vec::new();
            for kind in Kind::ALL.iter().copied().filter(|kind| kind.is_directory()) {
                listed.extend(store.list(Which { kind: Some(kind), ..Which::default() })?);
            }
            Ok(listed)
        })
    }

    /// The records in which every word of the text occurs, the last of them as a beginning; the best first.
    pub fn search(&self, text: &str, scope: Option<ScopeId>, limit: u32) -> Result<Vec<Listed>, Error> {
        self.read_store(|store| Ok(store.search(text, scope, limit)?))
    }

    /// A record as it stands.
    pub fn read(&self, id: RecordId) -> Result<ReadRecord, Error> {
        let row = self.shown(id)?;
        let document = Document::load(&row.document)?;
        Ok(ReadRecord {
            header: row.header,
            version: row.version,
            record: document.read()?,
            conflicts: document.conflicts(),
            unsent_changes: row.unsent_changes,
        })
    }

    /// A record as of a version.
    pub fn as_of(&self, id: RecordId, version: &Version) -> Result<AnyRecord, Error> {
        Ok(Document::load(&self.shown(id)?.document)?.read_at(version)?)
    }

    /// The version that a record was at by then, by the clocks of those who changed it.
    pub fn version_at(&self, id: RecordId, at: Timestamp) -> Result<Version, Error> {
        Ok(Document::load(&self.shown(id)?.document)?.version_at(at))
    }

    /// Every change of a record, oldest first: who, when, which fields.
    pub fn history(&self, id: RecordId) -> Result<Vec<HistoryEntry>, Error> {
        Ok(Document::load(&self.shown(id)?.document)?.history())
    }

    /// Every record with fields that have several values (I8).
    pub fn conflicts(&self) -> Result<Vec<RecordInConflict>, Error> {
        let listed =
            self.read_store(|store| Ok(store.list(Which { in_conflict: true, ..Which::default() })?))?;
        listed
            .into_iter()
            .map(|listed| {
                let conflicts = self.read(listed.header.id)?.conflicts;
                Ok(RecordInConflict { listed, conflicts })
            })
            .collect()
    }

    /// The agency's rules; the usual ones until the directory has come.
    fn agency(&self) -> Result<Agency, Error> {
        let which = Which { kind: Some(Kind::Agency), ..Which::default() };
        let listed = self.read_store(|store| Ok(store.list(which)?))?;
        let agency = listed.first().map(record).transpose()?;
        Ok(agency.and_then(|agency| Agency::try_from(agency).ok()).unwrap_or_default())
    }

    fn scope_records(&self, scope: ScopeId) -> Result<Vec<Listed>, Error> {
        self.read_store(|store| Ok(store.list(Which { scope: Some(scope), ..Which::default() })?))
    }

    fn shown(&self, id: RecordId) -> Result<StoredRecord, Error> {
        self.read_store(|store| shown(store, id))
    }
}

pub(super) fn shown(store: Reader<'_>, id: RecordId) -> Result<StoredRecord, Error> {
    let row = store.record(id)?.ok_or_else(Error::no_such_record)?;
    if store.is_shown(row.header.scope)? { Ok(row) } else { Err(Error::no_such_record()) }
}

/// The record behind its JSON form.
fn record(listed: &Listed) -> Result<AnyRecord, Error> {
    let record = listed.header.kind.from_json(listed.view.clone());
    record.map_err(|_| StoreError::Damaged("view").into())
}

fn records(listed: &[Listed]) -> Result<Vec<(RecordId, AnyRecord)>, Error> {
    listed.iter().map(|listed| Ok((listed.header.id, record(listed)?))).collect()
}
