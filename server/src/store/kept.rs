//! Records for the stores' tests.

use doorstep_client_core::care::timeline;
use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::AnyRecord;

use super::contract::{CASE, commit_one, record, write};
use super::{Projection, RecordWrite, Store};

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
        projection: projected(&content),
        ..write(record(number), None, number)
    };
    commit_one(store, kept).unwrap();
}

/// What lists show of a record.
pub(super) fn projected(content: &AnyRecord) -> Projection {
    Projection {
        view: content.to_json().to_string(),
        at: timeline::when(content),
        nurse: nurse(content),
        is_open: match content {
            AnyRecord::Appointment(appointment) => appointment.status.is_open(),
            AnyRecord::Task(task) => task.status.is_open(),
            _ => false,
        },
        is_entered_in_error: content.is_entered_in_error(),
        ..Projection::default()
    }
}

fn nurse(content: &AnyRecord) -> Option<StaffId> {
    match content {
        AnyRecord::Appointment(appointment) => appointment.nurse,
        AnyRecord::Visit(visit) => visit.nurse,
        AnyRecord::Task(task) => task.assignee,
        _ => None,
    }
}
