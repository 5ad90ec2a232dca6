//! Where an agency's data is kept.
//!
//! All that is read comes from a [`Snapshot`]: what one agency held at one moment, whatever is committed
//! meanwhile. All that is written goes through a method of [`Store`] that is one transaction, on disk when it
//! returns. Both block: callers on async threads use `spawn_blocking`.
//!
//! - `model`: what goes in and out; `scopes`: of it, cases. `error`: what can go wrong.
//! - `accounts`: who signs in, and in which browsers.
//! - `audit`: who saw and changed what.
//! - `calendars`: secret addresses at which schedules are read.
//! - `caseload`: cases in pages, and what they are found by.
//! - `files`: which files records name.
//! - `phones`: what becomes of phones after their enrolment.
//! - `review`: what the office has to look at. `facts`: what is looked at in a whole agency to find it.
//! - `plan`: an agency's days. `outcomes`: what its care comes to.
//! - `sqlite`: the embedded default, one file in the data folder.
//! - `contract`: the tests that every store passes.

mod accounts;
#[cfg(test)]
mod accounts_contract;
mod audit;
#[cfg(test)]
mod audit_contract;
mod calendars;
#[cfg(test)]
mod calendars_contract;
mod caseload;
#[cfg(test)]
mod caseload_contract;
#[cfg(test)]
mod contract;
mod error;
mod facts;
mod files;
#[cfg(test)]
mod files_contract;
#[cfg(test)]
mod kept;
mod keys;
mod model;
mod outcomes;
#[cfg(test)]
mod outcomes_contract;
mod phones;
#[cfg(test)]
mod phones_contract;
mod plan;
#[cfg(test)]
mod plan_contract;
mod review;
#[cfg(test)]
mod review_contract;
mod scopes;
mod sqlite;

use std::collections::{BTreeSet, HashMap};

use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;

pub use accounts::{
    Account, AccountState, Accounts, Attempt, Begun, FailedAttempt, NewSession, NotASignInName, Session,
    SignInName, StaffChange,
};
pub use audit::{
    Act, Agent, AuditEntry, AuditEvent, AuditFault, AuditHash, AuditHead, AuditLog, AuditQuery, AuditReport,
    AuditRow, AuditSearch, AuditVerifier, ExportFormat, ExportOf, MistakeReason, Target,
};
pub use calendars::Calendars;
pub use caseload::{
    AssignedTo, Attention, Authorised, AuthorisedDays, CaseName, CaseOrder, CasePage, CasePlace, CaseQuery,
    CaseRow, CaseStatus, NotAPlace, SearchTooLong, SearchWords,
};
pub use error::StoreError;
pub use facts::{BegunVisit, Facts, FinishedVisit, InConflict, Insurance, OpenAppointment};
pub use files::{FileHash, FileNames, NamedFile, NotAFileHash};
pub use keys::SigningKeys;
pub use model::{
    Agency, Contact, DeviceHolder, EnrolledDevice, Identity, LogEntry, LogHead, LogQuery, LogWrite,
    NewDevice, Projection, Quarantined, RecordStamp, RecordView, RecordWrite, Role, Seq, SetAside,
    StaffMember, Stale, StoredKey, StoredRecord,
};
pub use outcomes::{MeasureCounts, OutcomeCounts, Outcomes, VisitCounts};
pub use phones::{Phones, Shown, Standing, TokenReuse};
pub use plan::{PlanStanding, Planned};
pub use review::{LateWork, Outcome, Review, ReviewOf, Seen, Told, Waiting};
pub use scopes::{CaseSummary, CloseReason, Closed, Grant, InsteadOf, OpenCase, Scope, ScopeKind};
pub use sqlite::SqliteStore;

/// What became of each write of a commit, in the order in which they were handed in.
pub type Committed = Vec<Result<Seq, Stale>>;

/// Keeps the data of any number of agencies apart from each other.
pub trait Store:
    Accounts + AuditLog + Calendars + Phones + Review + SigningKeys + Send + Sync + 'static
{
    /// Which server this is.
    fn identity(&self) -> Identity;

    /// What an agency holds now.
    fn snapshot(&self, agency: AgencyId) -> Result<Box<dyn Snapshot>, StoreError>;

    /// Stores records: compares each one's version, stores it, appends its changes to the log and assigns its
    /// seq. A stale write fails alone; with any other error nothing is stored.
    fn commit(&self, agency: AgencyId, writes: Vec<RecordWrite>) -> Result<Committed, StoreError>;

    /// Sets changesets aside. Doing it again changes nothing.
    fn set_aside(&self, agency: AgencyId, changesets: Vec<SetAside>) -> Result<(), StoreError>;

    /// Every agency.
    fn agencies(&self) -> Result<Vec<Agency>, StoreError>;

    /// Makes an agency and its directory.
    fn create_agency(&self, agency: Agency) -> Result<(), StoreError>;

    /// Closes a case, and ends every assignment to it, together. Returns whose they were. A case that is closed stays as it
    /// was. What arrives late is merged (I9), and the office may still correct what is there.
    fn close_case(
        &self,
        agency: AgencyId,
        scope: ScopeId,
        reason: CloseReason,
        act: Act,
    ) -> Result<Vec<StaffId>, StoreError>;

    /// Opens a case again; nobody has it. Returns whether it was closed.
    fn reopen_case(&self, agency: AgencyId, scope: ScopeId, act: Act) -> Result<bool, StoreError>;

    /// Adds a member of staff.
    fn add_staff(&self, agency: AgencyId, staff: StaffMember) -> Result<(), StoreError>;

    /// Assigns a case that is open to a nurse who has not left. Returns the seq at which the grant began, maybe long ago.
    fn grant(&self, agency: AgencyId, scope: ScopeId, staff: StaffId, act: Act) -> Result<Seq, StoreError>;

    /// Assigns cases that are open to a nurse who has not left: all of them or, with an error, none. In each, the
    /// assignments that hers stands in for end before it begins. Returns whose assignments are others than before.
    fn assign(
        &self,
        agency: AgencyId,
        scopes: Vec<ScopeId>,
        to: StaffId,
        instead_of: InsteadOf,
        act: Act,
    ) -> Result<BTreeSet<StaffId>, StoreError>;

    /// Ends a nurse's assignment to a case. Returns the seq of its end; none where there was no such grant.
    fn revoke(
        &self,
        agency: AgencyId,
        scope: ScopeId,
        staff: StaffId,
        act: Act,
    ) -> Result<Option<Seq>, StoreError>;

    /// Keeps the SHA-256 of a one-time code with which a member of staff can enrol a phone.
    fn add_enrolment_code(
        &self,
        agency: AgencyId,
        staff: StaffId,
        hash: [u8; 32],
        expires_at: Timestamp,
        act: Act,
    ) -> Result<(), StoreError>;

    /// Enrols a phone by a one-time code, which is used up with it. None when the code is unknown, used or
    /// expired, or its owner has left.
    fn enrol(
        &self,
        code_hash: [u8; 32],
        device: NewDevice,
        now: Timestamp,
    ) -> Result<Option<DeviceHolder>, StoreError>;

    /// Keeps what a phone said when it synced.
    fn note_contact(&self, agency: AgencyId, device: DeviceId, contact: Contact) -> Result<(), StoreError>;

    /// The keys that sign tokens, the newest first.
    fn signing_keys(&self) -> Result<Vec<StoredKey>, StoreError>;

    /// Keeps a key unless there is already one that signs. Returns the newest that does.
    fn add_first_signing_key(&self, key: StoredKey) -> Result<StoredKey, StoreError>;
}

/// What one agency held at one moment.
pub trait Snapshot: Facts + FileNames + Send {
    /// Whose it is.
    fn agency_id(&self) -> AgencyId;

    /// The last entry of the agency's order.
    fn head(&self) -> Result<Seq, StoreError>;

    /// The agency.
    fn agency(&self) -> Result<Agency, StoreError>;

    /// Everybody who works or worked here, by name.
    fn all_staff(&self) -> Result<Vec<StaffMember>, StoreError>;

    /// A member of staff.
    fn staff(&self, id: StaffId) -> Result<Option<StaffMember>, StoreError>;

    /// Every phone, by the time of its enrolment.
    fn devices(&self) -> Result<Vec<EnrolledDevice>, StoreError>;

    /// A phone and its nurse.
    fn holder(&self, device: DeviceId) -> Result<Option<DeviceHolder>, StoreError>;

    /// A scope.
    fn scope(&self, id: ScopeId) -> Result<Option<Scope>, StoreError>;

    /// What these scopes are called; those that the agency does not have are left out.
    fn titles(&self, scopes: &[ScopeId]) -> Result<HashMap<ScopeId, String>, StoreError>;

    /// Every case, by title.
    fn cases(&self, now: Timestamp) -> Result<Vec<CaseSummary>, StoreError>;

    /// A page of the cases that are asked for.
    fn case_page(&self, query: &CaseQuery) -> Result<CasePage, StoreError>;

    /// The cases that a nurse is or was assigned to, in the order of their beginning.
    fn grants_of(&self, staff: StaffId) -> Result<Vec<Grant>, StoreError>;

    /// The nurses that are or were assigned to a case, in the order of their beginning.
    fn grants_in(&self, scope: ScopeId) -> Result<Vec<Grant>, StoreError>;

    /// A nurse's next open appointment in each scope that has one, the soonest first.
    fn next_appointments(
        &self,
        nurse: StaffId,
        now: Timestamp,
    ) -> Result<Vec<(ScopeId, Timestamp)>, StoreError>;

    /// A record.
    fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError>;

    /// What a record is and where it stands.
    fn stamp(&self, id: RecordId) -> Result<Option<RecordStamp>, StoreError>;

    /// The records of a scope that changed after `after`, in the order of their last change.
    fn changed_since(&self, scope: ScopeId, after: Seq) -> Result<Vec<RecordStamp>, StoreError>;

    /// The documents of a scope in the order of their records' ids, past the record `after`: at most `rows_max`,
    /// and no more once they come to `bytes_max`; one at least, where there is one.
    fn documents(
        &self,
        scope: ScopeId,
        after: Option<RecordId>,
        rows_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<(RecordId, Vec<u8>)>, StoreError>;

    /// The versions of a scope's records, in the order of their ids.
    fn versions(&self, scope: ScopeId) -> Result<Vec<(RecordId, Version)>, StoreError>;

    /// A scope's records as lists show them, by kind, the newest first.
    fn views(&self, scope: ScopeId) -> Result<Vec<RecordView>, StoreError>;

    /// The records in which several people set the same field to different values, the oldest first.
    fn in_conflict(&self) -> Result<Vec<RecordView>, StoreError>;

    /// Entries of the log, in order.
    fn log(&self, query: LogQuery<'_>) -> Result<Vec<LogEntry>, StoreError>;

    /// What arrived in all of the agency's scopes past `after`, in order, at most `rows_max` entries.
    fn activity(&self, after: Seq, rows_max: usize) -> Result<Vec<LogHead>, StoreError>;

    /// What arrived last in all of the agency's scopes, the newest first, at most `rows_max` entries.
    fn latest_activity(&self, rows_max: usize) -> Result<Vec<LogHead>, StoreError>;

    /// What was set aside, the newest first, at most `rows_max` entries.
    fn quarantined(&self, rows_max: usize) -> Result<Vec<Quarantined>, StoreError>;
}
