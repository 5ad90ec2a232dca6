//! Applies admitted changesets to documents, and tells what lists and the office show of the result.

use std::collections::HashSet;

use doorstep_client_core::care::timeline;
use doorstep_client_core::document::{Admitted, Author, Document, DocumentError, Header, Version};
use doorstep_client_core::ids::{AgencyId, RecordId, StaffId};
use doorstep_client_core::record::{AnyRecord, Kind, Problem, Timestamp};

use crate::limits::MERGE_ATTEMPTS_MAX;
use crate::store::{
    AuthorisedDays, CaseName, LogWrite, OpenCase, Projection, RecordWrite, Snapshot, Store, StoreError,
    StoredRecord,
};

/// The write that stores an admitted changeset, if the record is still as it was when it was read.
pub fn write(
    admitted: Admitted,
    stored: Option<StoredRecord>,
    log: LogWrite,
    opens_case: bool,
    is_late: bool,
) -> RecordWrite {
    let projection = project(&admitted.document, &admitted.record);
    let fields = known(admitted.fields, admitted.header.kind);
    let open_case =
        opens_case.then(|| OpenCase { title: projection.title(), by: log.staff, grant_to: Some(log.staff) });
    RecordWrite {
        record: admitted.header.id,
        scope: admitted.header.scope,
        kind: admitted.header.kind,
        expected: stored.map(|stored| stored.stamp.version),
        version: admitted.version,
        document: admitted.bytes,
        projection,
        fields,
        log,
        open_case,
        is_late,
    }
}

/// What lists and the office show of a record.
pub fn project(document: &Document, record: &AnyRecord) -> Projection {
    Projection {
        view: record.to_json().to_string(),
        at: timeline::when(record),
        nurse: nurse(record),
        is_open: is_open(record) && !record.is_entered_in_error(),
        conflicts: u32::try_from(document.conflicts().len()).unwrap_or(u32::MAX),
        is_entered_in_error: record.is_entered_in_error(),
        case_name: match record {
            AnyRecord::Patient(patient) => Some(CaseName::of(patient)),
            _ => None,
        },
        authorised: match record {
            AnyRecord::Coverage(coverage) => AuthorisedDays::of(document.header().id, coverage),
            _ => Vec::new(),
        },
    }
}

/// The names, where they are those of fields that the kind has. Others, which a newer version or a hostile phone
/// wrote, may say anything: they count, but stand in no log.
fn known(names: Vec<String>, kind: Kind) -> Vec<String> {
    let count = names.len();
    let mut known: Vec<String> =
        names.into_iter().filter(|name| kind.fields().contains(&name.as_str())).collect();
    if known.len() < count {
        known.push(UNKNOWN_FIELDS.to_owned());
    }
    known
}

/// Stands in the audit log for fields that this version does not know.
pub const UNKNOWN_FIELDS: &str = "(others)";

fn nurse(record: &AnyRecord) -> Option<StaffId> {
    match record {
        AnyRecord::Appointment(appointment) => appointment.nurse,
        AnyRecord::Visit(visit) => visit.nurse,
        AnyRecord::Task(task) => task.assignee,
        _ => None,
    }
}

fn is_open(record: &AnyRecord) -> bool {
    match record {
        AnyRecord::Appointment(appointment) => appointment.status.is_open(),
        AnyRecord::Task(task) => task.status.is_open(),
        _ => false,
    }
}

/// What the office saves.
pub enum Save {
    /// A new record in a scope, which is opened if it is new.
    Create(Header),
    /// A record as of the version that was on the screen.
    Edit(RecordId, Version),
}

/// Why the office's save was not stored.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The record does not pass its checks.
    #[error("the record cannot be saved as it is: {}", listed(.0))]
    Invalid(Vec<Problem>),
    /// There is no such record.
    #[error("there is no such record")]
    NoSuchRecord,
    /// The document refused the change.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Others keep changing the record.
    #[error("the record is being changed by many at once; try again")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn listed(problems: &[Problem]) -> String {
    let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
    problems.join("; ")
}

/// Saves what a member of staff wrote in the office, at the version that she saw, and merges it. Returns the
/// record's version then.
pub fn save(
    store: &dyn Store,
    agency: AgencyId,
    staff: StaffId,
    save: &Save,
    record: &AnyRecord,
    now: Timestamp,
) -> Result<Version, SaveError> {
    let problems = record.check();
    if !problems.is_empty() {
        return Err(SaveError::Invalid(problems));
    }
    for _ in 0..MERGE_ATTEMPTS_MAX {
        let Some(write) = prepare(store, agency, staff, save, record, now)? else {
            let Save::Edit(_, seen) = save else { return Err(SaveError::Busy) };
            return Ok(seen.clone());
        };
        let version = write.version.clone();
        if store.commit(agency, vec![write])?.iter().all(Result::is_ok) {
            return Ok(version);
        }
    }
    Err(SaveError::Busy)
}

/// Settles a conflict by picking one of its values, at the version that was seen. Returns the record's version then.
pub fn resolve(
    store: &dyn Store,
    agency: AgencyId,
    staff: StaffId,
    record: RecordId,
    (seen, path, pick): (&Version, &str, &str),
    now: Timestamp,
) -> Result<Version, SaveError> {
    let by = Author { staff, store: store.identity().store };
    for _ in 0..MERGE_ATTEMPTS_MAX {
        let snapshot = store.snapshot(agency)?;
        let stored = snapshot.record(record)?.ok_or(SaveError::NoSuchRecord)?;
        let mut document = Document::load(&stored.document)?;
        document.resolve(seen, path, pick, by, now)?;
        let write = written(&*snapshot, document, Some(stored.stamp.version), staff, now)?;
        let version = write.version.clone();
        if store.commit(agency, vec![write])?.iter().all(Result::is_ok) {
            return Ok(version);
        }
    }
    Err(SaveError::Busy)
}

/// Makes many new records at once, as an import does: in one transaction, the record that opens a case before the
/// others of the case. Records that exist are left as they are. Returns those that were made.
pub fn create_all(
    store: &dyn Store,
    agency: AgencyId,
    staff: StaffId,
    records: &[(Header, AnyRecord)],
    now: Timestamp,
) -> Result<Vec<Header>, SaveError> {
    let mut writes = Vec::new();
    let mut opened = HashSet::new();
    for (header, record) in records {
        if store.snapshot(agency)?.stamp(header.id)?.is_some() {
            continue;
        }
        let write = prepare(store, agency, staff, &Save::Create(*header), record, now)?;
        writes.extend(write.map(|mut write| {
            if !opened.insert(write.scope) {
                write.open_case = None;
            }
            write
        }));
    }
    let headers = writes.iter().map(|write| (write.record, write.scope, write.kind));
    let headers: Vec<Header> = headers.map(|(id, scope, kind)| Header { id, scope, kind }).collect();
    let committed = store.commit(agency, writes)?;
    let made = headers.into_iter().zip(committed).filter(|(_, committed)| committed.is_ok());
    Ok(made.map(|(header, _)| header).collect())
}

/// The write that a save comes to now; none when it changes nothing.
fn prepare(
    store: &dyn Store,
    agency: AgencyId,
    staff: StaffId,
    save: &Save,
    record: &AnyRecord,
    now: Timestamp,
) -> Result<Option<RecordWrite>, SaveError> {
    let by = Author { staff, store: store.identity().store };
    let snapshot = store.snapshot(agency)?;
    let (document, expected, is_changed) = match save {
        Save::Create(header) => (Document::create(*header, record, by, now)?, None, true),
        Save::Edit(id, seen) => {
            let stored = snapshot.record(*id)?.ok_or(SaveError::NoSuchRecord)?;
            let mut document = Document::load(&stored.document)?;
            let is_changed = document.edit(seen, record, by, now)?;
            (document, Some(stored.stamp.version), is_changed)
        }
    };
    if !is_changed {
        return Ok(None);
    }
    written(&*snapshot, document, expected, staff, now).map(Some)
}

/// The write of a document that was changed in the office.
fn written(
    snapshot: &dyn Snapshot,
    mut document: Document,
    expected: Option<Version>,
    staff: StaffId,
    now: Timestamp,
) -> Result<RecordWrite, SaveError> {
    let header = document.header();
    let projection = project(&document, &document.read()?);
    let is_new_case = snapshot.scope(header.scope)?.is_none();
    let open_case = is_new_case.then(|| OpenCase { title: projection.title(), by: staff, grant_to: None });
    let changes = document.changes_since(expected.as_ref().unwrap_or(&Version::empty()));
    let fields = known(document.fields_written_by(&changes), header.kind);
    Ok(RecordWrite {
        record: header.id,
        scope: header.scope,
        kind: header.kind,
        expected,
        version: document.version(),
        document: document.save(),
        projection,
        fields,
        log: LogWrite { origin: None, device: None, staff, changes, received_at: now },
        open_case,
        is_late: false,
    })
}
