//! Records for the stores' tests.

use doorstep_client_core::care::timeline;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, Kind};

use super::contract::{CASE, NURSE, commit_one, record, write};
use super::{AuthorisedDays, CaseName, OpenCase, Projection, RecordWrite, Store};

/// Stores a new record in the first case.
pub(super) fn keep(store: &dyn Store, number: u8, content: impl Into<AnyRecord>) {
    keep_in(store, CASE, number, content);
}

/// Stores a new record.
pub(super) fn keep_in(store: &dyn Store, scope: ScopeId, number: u8, content: impl Into<AnyRecord>) {
    let content = content.into();
    let kept = RecordWrite {
        scope,
        kind: content.kind(),
        projection: projected(record(number), &content),
        ..write(record(number), None, number)
    };
    commit_one(store, kept).unwrap();
}

/// Stores another version of a record that was kept.
pub(super) fn change(store: &dyn Store, number: u8, content: impl Into<AnyRecord>) {
    let content = content.into();
    let (kind, projection) = (content.kind(), projected(record(number), &content));
    let changed = RecordWrite { kind, projection, ..write(record(number), Some(number), number + 100) };
    commit_one(store, changed).unwrap();
}

/// What lists show of a record.
fn projected(id: RecordId, content: &AnyRecord) -> Projection {
    Projection {
        view: content.to_json().to_string(),
        at: timeline::when(content),
        nurse: nurse(content),
        is_open: !content.is_entered_in_error()
            && match content {
                AnyRecord::Appointment(appointment) => appointment.status.is_open(),
                AnyRecord::Task(task) => task.status.is_open(),
                _ => false,
            },
        is_entered_in_error: content.is_entered_in_error(),
        conflicts: 0,
        case_name: match content {
            AnyRecord::Patient(patient) => Some(CaseName::of(patient)),
            _ => None,
        },
        authorised: match content {
            AnyRecord::Coverage(coverage) => AuthorisedDays::of(id, coverage),
            _ => Vec::new(),
        },
    }
}

/// Opens a case of this patient, whose record has its number; nobody has it.
pub(super) fn open(store: &dyn Store, number: u8, patient: Patient) -> ScopeId {
    let scope = ScopeId::from_bytes([number; 16]);
    let content = AnyRecord::from(patient);
    let projection = projected(record(number), &content);
    let case = OpenCase { title: projection.title(), by: NURSE, grant_to: None };
    let opened = RecordWrite {
        scope,
        kind: Kind::Patient,
        projection,
        open_case: Some(case),
        ..write(record(number), None, number)
    };
    commit_one(store, opened).unwrap();
    scope
}

fn nurse(content: &AnyRecord) -> Option<StaffId> {
    match content {
        AnyRecord::Appointment(appointment) => appointment.nurse,
        AnyRecord::Visit(visit) => visit.nurse,
        AnyRecord::Task(task) => task.assignee,
        _ => None,
    }
}
