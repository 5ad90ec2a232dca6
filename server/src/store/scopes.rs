//! Scopes: cases, who is assigned to them, whether they are open; and the directory.

use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};

use super::Seq;

/// What a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// One patient's episode of care.
    Case,
    /// What the agency's staff share.
    Directory,
}

impl ScopeKind {
    /// The kind's name as it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Directory => "directory",
        }
    }
}

/// A scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Its id.
    pub id: ScopeId,
    /// What it is.
    pub kind: ScopeKind,
    /// The patient's name, or the directory's.
    pub title: String,
    /// When the server first knew of it.
    pub opened_at: Timestamp,
    /// Who opened it; none for a directory.
    pub opened_by: Option<StaffId>,
    /// That it was closed, and why.
    pub closed: Option<Closed>,
}

/// Why a case was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The patient's goals are met.
    GoalsMet,
    /// Somebody else cares for the patient now.
    Transferred,
    /// The patient wants no more visits.
    Declined,
    /// The patient moved away.
    Moved,
    /// The patient died.
    Died,
    /// Something else.
    Other,
}

impl CloseReason {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::GoalsMet, Self::Transferred, Self::Declined, Self::Moved, Self::Died, Self::Other];

    /// The reason's name as it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::GoalsMet => "goals_met",
            Self::Transferred => "transferred",
            Self::Declined => "declined",
            Self::Moved => "moved",
            Self::Died => "died",
            Self::Other => "other",
        }
    }
}

/// That a case was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// When.
    pub at: Timestamp,
    /// By whom: a member of staff, or the agency itself.
    pub by: StaffId,
    /// Why.
    pub reason: CloseReason,
}

/// That a nurse is assigned to a case, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The case.
    pub scope: ScopeId,
    /// The nurse.
    pub staff: StaffId,
    /// Its beginning in the agency's order.
    pub begin_seq: Seq,
    /// Its end in the agency's order; none while it lasts.
    pub end_seq: Option<Seq>,
    /// When it ended, by the server's clock.
    pub ended_at: Option<Timestamp>,
}

/// Whose assignments end with one that begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsteadOf {
    /// Nobody's: several nurses have the case then.
    Nobody,
    /// This nurse's; a case that she does not have is left as it is.
    Nurse(StaffId),
    /// Everybody else's.
    Everybody,
}

impl Grant {
    /// Whether it lasts.
    pub fn is_current(&self) -> bool {
        self.end_seq.is_none()
    }
}

/// A case that begins with the record that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenCase {
    /// What it is called.
    pub title: String,
    /// Who opened it.
    pub by: StaffId,
    /// The nurse that it is granted to at once.
    pub grant_to: Option<StaffId>,
}

/// A case as the office's list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseSummary {
    /// The case.
    pub scope: Scope,
    /// The nurses that it is granted to now.
    pub nurses: Vec<StaffId>,
    /// Its next appointment.
    pub next_appointment: Option<Timestamp>,
    /// How many of its records' fields hold several different values.
    pub conflicts: u32,
    /// How many records it has.
    pub records: u32,
    /// When the last change arrived.
    pub changed_at: Option<Timestamp>,
}
