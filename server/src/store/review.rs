//! What the office has to look at: work that arrived after its author's assignment had ended, and what was set aside.

use doorstep_client_core::document::StoreId;
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::{Act, AuditEvent, Quarantined, RecordWrite, Seq, Stale, StoreError};

/// A log entry that was pushed after its author's assignment had ended, before her phone could know (I9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateWork {
    /// Its place in the agency's order.
    pub seq: Seq,
    /// The case.
    pub scope: ScopeId,
    /// The record.
    pub record: RecordId,
    /// Who wrote it.
    pub staff: StaffId,
    /// Her phone.
    pub device: Option<DeviceId>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Who in the office has seen it, and when.
    pub seen: Option<(StaffId, Timestamp)>,
}

/// What the office made of a changeset that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was admitted on behalf of its author.
    Accepted,
    /// It was not, for this reason. It is kept.
    Discarded(String),
}

/// A changeset that was set aside, and what the office made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewOf {
    /// The changeset.
    pub quarantined: Quarantined,
    /// What was made of it, by whom and when; none while it waits.
    pub review: Option<(Outcome, StaffId, Timestamp)>,
}

/// A changeset that waits in quarantine, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: [u8; 16],
    /// The record it says it is for.
    pub record: Option<RecordId>,
    /// The scope, where it is known.
    pub scope: Option<ScopeId>,
    /// The phone that pushed it.
    pub device: DeviceId,
    /// Whose phone it is.
    pub staff: StaffId,
    /// A short name for the reason, as in the verdict.
    pub reason: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Bytes of its changes.
    pub bytes: u64,
}

/// What a nurse's phones are told of her refused work of one record, once the office has looked at all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The record.
    pub record: RecordId,
    /// What was made of the latest.
    pub outcome: Outcome,
}

/// That somebody in the office has seen an entry of the review queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The entry.
    pub entry: String,
    /// The state in which it was seen: once something about it changes, it is back.
    pub state: String,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Keeps what the office has to look at.
pub trait Review {
    /// The highest seq of the agency's order that the phone could know of when it synced last from this store, which
    /// it may have done under another enrolment of the same nurse (I9).
    fn known_seq(&self, agency: AgencyId, device: DeviceId, store: StoreId) -> Result<Seq, StoreError>;

    /// Late work that nobody in the office has seen, the newest first.
    fn late_work(&self, agency: AgencyId) -> Result<Vec<LateWork>, StoreError>;

    /// Keeps that somebody in the office has seen this late work, and audits it. Doing it again changes nothing.
    /// None where there is no such entry.
    fn see_late_work(&self, agency: AgencyId, seq: Seq, act: Act) -> Result<Option<LateWork>, StoreError>;

    /// What the office has seen of the review queue.
    fn seen(&self, agency: AgencyId) -> Result<Vec<Seen>, StoreError>;

    /// Keeps that an entry of the review queue was seen in a state, and audits it as this event. Doing it again in the
    /// same state changes nothing.
    fn see(
        &self,
        agency: AgencyId,
        entry: String,
        state: String,
        event: AuditEvent,
        act: Act,
    ) -> Result<(), StoreError>;

    /// What waits in quarantine, the newest first.
    fn waiting(&self, agency: AgencyId) -> Result<Vec<Waiting>, StoreError>;

    /// A changeset that was set aside.
    fn set_aside_as(&self, agency: AgencyId, id: [u8; 16]) -> Result<Option<ReviewOf>, StoreError>;

    /// Keeps what the office made of a changeset that was set aside, and audits it; what was made of it before stays.
    /// Returns whether this was the first.
    fn review(&self, agency: AgencyId, id: [u8; 16], outcome: Outcome, act: Act) -> Result<bool, StoreError>;

    /// Stores what a changeset that waits comes to and keeps that it was accepted, together or not at all. Returns
    /// whether it waited; nothing is stored where it did not.
    fn accept(
        &self,
        agency: AgencyId,
        id: [u8; 16],
        write: RecordWrite,
        act: Act,
    ) -> Result<Result<bool, Stale>, StoreError>;

    /// What a nurse's phones are to be told of refused work of hers that the office looked at past `after`, the newest
    /// first: at most [`REVIEWS_TOLD_MAX`](crate::limits::REVIEWS_TOLD_MAX). Hers and not the phone's, which may have
    /// been enrolled anew since.
    fn told(&self, agency: AgencyId, staff: StaffId, after: Seq) -> Result<Vec<Told>, StoreError>;
}
