//! `task`: something to be done. FHIR R4 `Task`.

use super::words::listed;
use super::{Checks, Date, Record, Text, Timestamp};
use crate::ids::{RecordId, StaffId};

codes! {
    /// How soon: FHIR R4 `request-priority`.
    pub enum Priority {
        Routine = "routine": "Routine",
        Urgent = "urgent": "Urgent",
        Asap = "asap": "ASAP",
        Stat = "stat": "STAT",
    }
}

codes! {
    /// Where it stands: FHIR R4 `task-status`.
    pub enum TaskStatus {
        Requested = "requested": "Requested",
        Draft = "draft": "Draft",
        Received = "received": "Received",
        Accepted = "accepted": "Accepted",
        Rejected = "rejected": "Rejected",
        Ready = "ready": "Ready",
        InProgress = "in-progress": "In progress",
        OnHold = "on-hold": "On hold",
        Failed = "failed": "Failed",
        Completed = "completed": "Completed",
        Cancelled = "cancelled": "Cancelled",
    }
}

impl TaskStatus {
    /// Whether it is still to be done.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Rejected | Self::Failed | Self::Completed | Self::Cancelled)
    }
}

structure! {
    /// Something to be done.
    pub struct Task {
        /// What is to be done.
        pub title: String,
        /// By when.
        pub due: Option<Date>,
        /// Who is to do it.
        pub assignee: Option<StaffId>,
        /// How soon.
        pub priority: Priority,
        /// Where it stands.
        pub status: TaskStatus,
        /// The record that it came from.
        pub source: Option<RecordId>,
        /// When it was done.
        pub completed_at: Option<Timestamp>,
        /// What else is to be known.
        pub note: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Task {
    fn check(&self, checks: &mut Checks) {
        checks.required("title", &self.title);
        checks.shorts(&[("priority", self.priority.code()), ("status", self.status.code())]);
        checks.text("note", &self.note);
    }

    fn summary(&self) -> String {
        let due = self.due.map(|due| format!("due {due}")).unwrap_or_default();
        let priority = match &self.priority {
            Priority::Routine => "",
            priority => priority.display(),
        };
        listed([&self.title, &due, priority, &self.status.display().to_lowercase()])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
