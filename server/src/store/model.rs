//! What a store holds, as it is handed in and out.

use doorstep_client_core::document::{Changeset, StoreId, Version};
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use doorstep_client_core::wire::Epoch;
use serde::{Deserialize, Serialize};

use super::{AuthorisedDays, CaseName, OpenCase, Standing};

/// A place in an agency's order. Assigned by the store alone, inside the transaction that makes the entry (I5).
pub type Seq = u64;

/// Which server this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// This life of the data: a restored server begins a new one (I7).
    pub epoch: Epoch,
    /// The store's part of the actor of every change that is made on the server itself.
    pub store: StoreId,
    /// Whether the data was ever restored from a backup. Phones may then hold, and offer, what others wrote.
    pub is_restored: bool,
}

/// An agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// What it is called.
    pub name: String,
    /// Its shared directory.
    pub directory: ScopeId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a member of staff may do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Visits patients: sees and changes the cases granted to her.
    Nurse,
    /// Works in the office: sees and changes all of the agency's cases.
    Office,
    /// Works in the office and manages staff and devices.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Nurse, Self::Office, Self::Admin];

    /// The role's name as it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nurse => "nurse",
            Self::Office => "office",
            Self::Admin => "admin",
        }
    }

    /// Whether it works in the office, and so signs in there: a nurse has a phone.
    pub const fn is_of_office(self) -> bool {
        !matches!(self, Self::Nurse)
    }
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// The person, and her `staff` record in the directory.
    pub id: StaffId,
    /// Her name.
    pub name: String,
    /// What she may do.
    pub role: Role,
    /// Whether she works here still.
    pub is_active: bool,
}

/// An enrolled phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledDevice {
    /// The phone.
    pub id: DeviceId,
    /// Whose it is.
    pub staff: StaffId,
    /// What she calls it.
    pub name: String,
    /// The app's version, as last heard.
    pub app_version: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it last synced.
    pub last_contact_at: Option<Timestamp>,
    /// How many changes it said it could not send yet.
    pub unsent_count: u32,
    /// By how many seconds its clock was ahead of the server's.
    pub clock_skew_s: i64,
    /// The highest cursor that the server ever had from it (I9).
    pub cursor_seq_max: Seq,
    /// Whether the office has locked it.
    pub is_locked: bool,
    /// When an old refresh token of it was used again, which ended its session.
    pub session_ended_at: Option<Timestamp>,
    /// When the office asked for it to be wiped.
    pub wipe_asked_at: Option<Timestamp>,
    /// When it said that it was wiped.
    pub wiped_at: Option<Timestamp>,
}

impl EnrolledDevice {
    /// How it stands with the office.
    pub fn standing(&self) -> Standing {
        match self {
            Self { wiped_at: Some(_), .. } => Standing::Wiped,
            Self { wipe_asked_at: Some(_), .. } => Standing::Wiping,
            Self { session_ended_at: Some(_), .. } => Standing::SessionEnded,
            Self { is_locked: true, .. } => Standing::Locked,
            _ => Standing::Welcome,
        }
    }
}

/// A phone that is about to be enrolled.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Its id.
    pub id: DeviceId,
    /// What its nurse calls it.
    pub name: String,
    /// The app's version.
    pub app_version: String,
    /// By how many seconds its clock is ahead of the server's.
    pub clock_skew_s: i64,
    /// SHA-256 of its refresh token.
    pub refresh_token_hash: [u8; 32],
}

/// What a phone said when it synced.
#[derive(Debug, Clone, Copy)]
pub struct Contact {
    /// The server's time.
    pub at: Timestamp,
    /// How many changes it could not send yet.
    pub unsent_count: u32,
    /// By how many seconds its clock is ahead of the server's.
    pub clock_skew_s: i64,
    /// The cursor it had, when it is one of this epoch.
    pub cursor_seq: Option<Seq>,
    /// The store that it synced from.
    pub store: StoreId,
}

/// Whose phone asks, and whether it still may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceHolder {
    /// The agency.
    pub agency: AgencyId,
    /// The phone.
    pub device: EnrolledDevice,
    /// Its nurse.
    pub staff: StaffMember,
}

impl DeviceHolder {
    /// How the phone stands with the office: that of somebody who has left is locked.
    pub fn standing(&self) -> Standing {
        match self.device.standing() {
            Standing::Welcome if !self.staff.is_active => Standing::Locked,
            standing => standing,
        }
    }

    /// Whether the phone may exchange anything.
    pub fn is_welcome(&self) -> bool {
        self.standing() == Standing::Welcome
    }
}

/// A key that signs tokens.
#[derive(Clone)]
pub struct StoredKey {
    /// Its name in tokens.
    pub kid: String,
    /// The private key, PKCS #8.
    pub pkcs8: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ceased to sign.
    pub retired_at: Option<Timestamp>,
}

/// What lists sort by and show, taken from a record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Projection {
    /// The record's JSON form.
    pub view: String,
    /// When it happened or is to happen.
    pub at: Option<Timestamp>,
    /// The nurse it concerns.
    pub nurse: Option<StaffId>,
    /// Whether it is still to be done: for an appointment, whether the visit is still to come.
    pub is_open: bool,
    /// How many of its fields hold several different values (I8).
    pub conflicts: u32,
    /// Whether it was entered in error.
    pub is_entered_in_error: bool,
    /// What its case is called and found by from now on: given by the `patient` record.
    pub case_name: Option<CaseName>,
    /// The days for which it authorises visits: given by a `coverage`.
    pub authorised: Vec<AuthorisedDays>,
}

impl Projection {
    /// What a case is called that is opened with the record; nothing, where it is no `patient`.
    pub fn title(&self) -> String {
        self.case_name.as_ref().map(|name| name.title.clone()).unwrap_or_default()
    }
}

/// The changes that a write brings, as others get them.
#[derive(Debug, Clone, PartialEq)]
pub struct LogWrite {
    /// The store that pushed them, which does not want them back; none for the office's own.
    pub origin: Option<StoreId>,
    /// The phone that pushed them.
    pub device: Option<DeviceId>,
    /// Who pushed them.
    pub staff: StaffId,
    /// The changes that were not there before.
    pub changes: Changeset,
    /// The server's time.
    pub received_at: Timestamp,
}

/// A record as it is to be stored from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordWrite {
    /// The record.
    pub record: RecordId,
    /// Its scope, for good.
    pub scope: ScopeId,
    /// Its kind, for good.
    pub kind: Kind,
    /// The version that it was made from; none: the record must not exist.
    pub expected: Option<Version>,
    /// The version of `document`.
    pub version: Version,
    /// The document, uncompressed.
    pub document: Vec<u8>,
    /// What lists show of it.
    pub projection: Projection,
    /// The names of the fields that the changes wrote, for the log and the audit log.
    pub fields: Vec<String>,
    /// What others get of it.
    pub log: LogWrite,
    /// The case to open with it; none for a scope that exists.
    pub open_case: Option<OpenCase>,
    /// Whether it arrived after its author's assignment had ended: the office is to look at it (I9).
    pub is_late: bool,
}

/// The record, or the case to be opened, is not as it was when the write was made: read it again and merge again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the record has changed meanwhile")]
pub struct Stale;

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// What it is and where it stands.
    pub stamp: RecordStamp,
    /// Its JSON form.
    pub view: String,
    /// Its document, uncompressed.
    pub document: Vec<u8>,
}

/// What a record is and where it stands, without what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordStamp {
    /// The record.
    pub record: RecordId,
    /// Its scope.
    pub scope: ScopeId,
    /// Its kind.
    pub kind: Kind,
    /// Its last change in the agency's order.
    pub seq: Seq,
    /// When that arrived.
    pub changed_at: Timestamp,
    /// When it happened or is to happen.
    pub at: Option<Timestamp>,
    /// The nurse it concerns.
    pub nurse: Option<StaffId>,
    /// Whether it is still to be done.
    pub is_open: bool,
    /// Whether it was entered in error.
    pub is_entered_in_error: bool,
    /// How many of its fields hold several different values.
    pub conflicts: u32,
    /// Its version.
    pub version: Version,
    /// Bytes of its document.
    pub document_bytes: usize,
}

/// A record as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordView {
    /// What it is and where it stands.
    pub stamp: RecordStamp,
    /// Its JSON form.
    pub view: String,
}

/// Which entries of the log are asked for.
#[derive(Debug, Clone, Copy)]
pub struct LogQuery<'a> {
    /// Of these scopes.
    pub scopes: &'a [ScopeId],
    /// Past this one.
    pub after: Seq,
    /// Up to this one, included.
    pub upto: Seq,
    /// Without what this store pushed.
    pub not_from: Option<StoreId>,
    /// At most so many.
    pub rows_max: usize,
    /// No more once their changes come to so many bytes; one entry at least.
    pub bytes_max: usize,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// What happened.
    pub head: LogHead,
    /// The changes.
    pub changes: Changeset,
}

/// What an entry of the log says of its changes.
#[derive(Debug, Clone, PartialEq)]
pub struct LogHead {
    /// Its place in the agency's order.
    pub seq: Seq,
    /// The record.
    pub record: RecordId,
    /// The record's scope.
    pub scope: ScopeId,
    /// The store that pushed the changes.
    pub origin: Option<StoreId>,
    /// The phone that pushed them.
    pub device: Option<DeviceId>,
    /// Who pushed them.
    pub staff: StaffId,
    /// The server's time then.
    pub received_at: Timestamp,
    /// The names of the fields that the changes wrote.
    pub fields: Vec<String>,
}

/// A changeset that is to be set aside (I10).
#[derive(Debug, Clone, PartialEq)]
pub struct SetAside {
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
    /// The changes.
    pub changes: Changeset,
    /// The server's time.
    pub received_at: Timestamp,
}

/// A changeset that was set aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Quarantined {
    /// Its id: the first half of SHA-256 over device, record and changes.
    pub id: [u8; 16],
    /// What was set aside and why.
    pub set_aside: SetAside,
}
