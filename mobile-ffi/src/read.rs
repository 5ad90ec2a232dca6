//! What a nurse reads.

use doorstep_client_core::device as core;
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Kind, Timestamp};

use crate::conflict::Conflict;
use crate::device::Device;
use crate::error::DoorstepError;

/// A record as lists show it.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Listed {
    /// Which record.
    pub id: RecordId,
    /// The case or directory it belongs to.
    pub scope: ScopeId,
    /// Its kind.
    pub kind: Kind,
    /// Its version: a save hands it back.
    pub version: Version,
    /// When what the record tells of happened, or is due.
    pub at: Option<Timestamp>,
    /// Whether the record was entered in error.
    pub is_entered_in_error: bool,
    /// How many fields have several values.
    pub conflicts: u32,
    /// Changes that no server is known to hold.
    pub unsent_changes: u32,
    /// One line that tells what the record says.
    pub summary: String,
    /// The record.
    pub record: AnyRecord,
}

/// A case of the caseload.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct CaseOnPhone {
    /// The case.
    pub scope: ScopeId,
    /// The patient's name.
    pub patient_name: String,
    /// The nurse's next appointment there.
    pub next_appointment: Option<NextAppointment>,
    /// Its patient.
    pub patient: Listed,
    /// Fields with several values, in all of its records.
    pub conflicts: u32,
    /// Changes that no server is known to hold, in all of its records.
    pub unsent_changes: u32,
}

/// The appointment that comes next.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct NextAppointment {
    /// When it begins.
    pub at: Timestamp,
    /// Which it is.
    pub record: RecordId,
}

/// Everything of a case, by kind.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Chart {
    /// The kinds that the case has any records of, each with them.
    pub sections: Vec<ChartSection>,
}

/// The records of one kind in a case.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ChartSection {
    /// The kind.
    pub kind: Kind,
    /// Its records in the order of their times. What was entered in error is among them, and says so.
    pub records: Vec<Listed>,
}

/// One record on a timeline.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct TimelineEntry {
    /// When it happened or is to happen; a date counts from its first midnight, UTC.
    pub at: Option<Timestamp>,
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// One line that tells what it says.
    pub summary: String,
}

/// A record with the version that it was read at: a save hands that version back.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ReadRecord {
    /// Which record.
    pub id: RecordId,
    /// The case or directory it belongs to.
    pub scope: ScopeId,
    /// Its kind.
    pub kind: Kind,
    /// The version that was read.
    pub version: Version,
    /// The record.
    pub record: AnyRecord,
    /// The fields with several values.
    pub conflicts: Vec<Conflict>,
    /// Changes that no server is known to hold.
    pub unsent_changes: u32,
}

#[uniffi::export]
impl Device {
    /// The nurse's cases: the one with her next appointment first, those without one last.
    pub fn caseload(&self) -> Result<Vec<CaseOnPhone>, DoorstepError> {
        self.call(|open| open.core.caseload()?.into_iter().map(CaseOnPhone::of).collect())
    }

    /// Everything of a case.
    pub fn chart(&self, scope: ScopeId) -> Result<Chart, DoorstepError> {
        let section = |(kind, records)| Ok(ChartSection { kind, records: listed(records)? });
        self.call(|open| {
            let sections = open.core.chart(scope)?.records.into_iter().map(section);
            Ok(Chart { sections: sections.collect::<Result<_, DoorstepError>>()? })
        })
    }

    /// Everything of a case in the order of time, the latest first; what was entered in error is left out.
    pub fn timeline(&self, scope: ScopeId) -> Result<Vec<TimelineEntry>, DoorstepError> {
        let timeline = self.core(|core| core.timeline(scope))?;
        Ok(timeline.into_iter().map(TimelineEntry::of).collect())
    }

    /// The appointments and visits of the day that it is where the clock is this many seconds ahead of UTC.
    pub fn today(&self, utc_offset_s: i32) -> Result<Vec<Listed>, DoorstepError> {
        self.call(|open| listed(open.core.today(utc_offset_s)?))
    }

    /// The appointments and visits from one time until before another, in the order of their times.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Listed>, DoorstepError> {
        self.call(|open| listed(open.core.between(from, until)?))
    }

    /// The agency's directory: staff, instruments, the agency itself. It is read-only on phones.
    pub fn directory(&self) -> Result<Vec<Listed>, DoorstepError> {
        self.call(|open| listed(open.core.directory()?))
    }

    /// A record as it stands.
    pub fn read(&self, id: RecordId) -> Result<ReadRecord, DoorstepError> {
        self.core(|core| core.read(id)).map(ReadRecord::of)
    }

    /// The records in which every word of the text occurs, the last of them as a beginning; the best first, at most so many;
    /// of one case where one is named.
    #[uniffi::method(default(scope = None))]
    pub fn search(
        &self,
        text: String,
        limit: u32,
        scope: Option<ScopeId>,
    ) -> Result<Vec<Listed>, DoorstepError> {
        self.call(|open| listed(open.core.search(&text, scope, limit)?))
    }
}

fn listed(records: Vec<core::Listed>) -> Result<Vec<Listed>, DoorstepError> {
    records.into_iter().map(Listed::of).collect()
}

impl Listed {
    pub(crate) fn of(listed: core::Listed) -> Result<Self, DoorstepError> {
        let core::Listed {
            header,
            version,
            at,
            is_entered_in_error,
            conflicts,
            unsent_changes,
            summary,
            view,
        } = listed;
        // Its words would quote the record.
        let record = header.kind.from_json(view).map_err(|_| unreadable())?;
        Ok(Self {
            id: header.id,
            scope: header.scope,
            kind: header.kind,
            version,
            at,
            is_entered_in_error,
            conflicts,
            unsent_changes,
            summary,
            record,
        })
    }
}

fn unreadable() -> DoorstepError {
    let reason = "a record of the store cannot be read".to_owned();
    DoorstepError::Storage { reason, retryable: false }
}

impl CaseOnPhone {
    fn of(on_phone: core::CaseOnPhone) -> Result<Self, DoorstepError> {
        let core::CaseOnPhone { case, patient, conflicts, unsent_changes } = on_phone;
        let core::Case { scope, patient_name, next_appointment } = case;
        Ok(Self {
            scope,
            patient_name,
            next_appointment: next_appointment.map(|(at, record)| NextAppointment { at, record }),
            patient: Listed::of(patient)?,
            conflicts,
            unsent_changes,
        })
    }
}

impl TimelineEntry {
    fn of(entry: core::Entry) -> Self {
        let core::Entry { at, record, kind, summary } = entry;
        Self { at, record, kind, summary }
    }
}

impl ReadRecord {
    fn of(read: core::ReadRecord) -> Self {
        let core::ReadRecord { header, version, record, conflicts, unsent_changes } = read;
        Self {
            id: header.id,
            scope: header.scope,
            kind: header.kind,
            version,
            record,
            conflicts: conflicts.into_iter().map(Conflict::of).collect(),
            unsent_changes,
        }
    }
}
