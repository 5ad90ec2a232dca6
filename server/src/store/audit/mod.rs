//! Who saw and changed what: entries that are only ever appended, each with a hash over the one before it.
//!
//! - `event`: what can happen, and who does it. `codes`: what that is called. `chain`: what is hashed, and how a
//!   break is found.
//!
//! What is itself a write of the store (a record's change, a grant, what becomes of a phone) is appended by the
//! store in the same transaction. The rest goes through [`AuditLog::audit`].

mod agent;
mod chain;
mod codes;
mod event;
mod mistake;

use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::StoreError;
use crate::describe;

pub use agent::{Act, Agent};
pub(crate) use chain::hash as chain_hash;
pub use chain::{AuditFault, AuditHash, AuditHead, AuditReport, AuditRow, AuditVerifier};
pub use event::{AuditEvent, ExportFormat, ExportOf, Target};
pub use mistake::MistakeReason;

/// Keeps and checks each agency's audit log.
pub trait AuditLog {
    /// Appends what happened, all of it or none, on disk when it returns.
    fn audit(&self, agency: AgencyId, act: Act, events: Vec<AuditEvent>) -> Result<(), StoreError>;

    /// The last entry.
    fn audit_head(&self, agency: AgencyId) -> Result<AuditHead, StoreError>;

    /// Entries in order.
    fn audit_entries(&self, agency: AgencyId, query: AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;

    /// The entries that are looked for, the newest first by the server's clock.
    fn search_audit(&self, agency: AgencyId, search: AuditSearch) -> Result<Vec<AuditEntry>, StoreError>;

    /// Reads the whole log as it is now, and says where it was tampered with. `noted` is an entry that somebody wrote
    /// down before: it must still be there.
    fn verify_audit(&self, agency: AgencyId, noted: Option<AuditHead>) -> Result<AuditReport, StoreError>;
}

/// Which entries are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditQuery {
    /// Past this one.
    pub after: u64,
    /// Of what this member of staff did, or what was done about her.
    pub staff: Option<StaffId>,
    /// About this case.
    pub scope: Option<ScopeId>,
    /// From then on.
    pub since: Option<Timestamp>,
    /// At most so many.
    pub rows_max: usize,
}

/// Which entries are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditSearch {
    /// Of what this member of staff did, or what was done about her.
    pub staff: Option<StaffId>,
    /// About this case.
    pub scope: Option<ScopeId>,
    /// Of this name: [`AuditEvent::code`].
    pub code: Option<String>,
    /// From then on.
    pub from: Option<Timestamp>,
    /// Before then.
    pub until: Option<Timestamp>,
    /// Older than the entry of this number. Where there is none, from the newest on.
    pub before: Option<u64>,
    /// At most so many.
    pub rows_max: usize,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// Its place in the agency's log, from 1.
    pub number: u64,
    /// When, by the server's clock.
    #[schema(value_type = describe::Time)]
    pub at: Timestamp,
    /// What happened: [`AuditEvent::code`].
    pub code: String,
    /// What kind of actor: `staff`, `device`, `command` or `nobody`.
    pub actor: String,
    /// The member of staff who acted.
    #[schema(value_type = Option<describe::Id>)]
    pub by_staff: Option<StaffId>,
    /// The phone that acted.
    #[schema(value_type = Option<describe::Id>)]
    pub by_device: Option<DeviceId>,
    /// The case.
    #[schema(value_type = Option<describe::Id>)]
    pub scope: Option<ScopeId>,
    /// The record.
    #[schema(value_type = Option<describe::Id>)]
    pub record: Option<RecordId>,
    /// The member of staff whom it is about.
    #[schema(value_type = Option<describe::Id>)]
    pub staff: Option<StaffId>,
    /// The phone that it is about.
    #[schema(value_type = Option<describe::Id>)]
    pub device: Option<DeviceId>,
    /// Names and numbers, never what a record says.
    pub details: Option<serde_json::Value>,
    /// Its hash.
    #[schema(value_type = describe::Hash)]
    pub hash: AuditHash,
}
