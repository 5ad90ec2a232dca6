//! What can happen. Ids, names of fields and numbers: never what a record says (I13).

use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Kind;
use serde::Serialize;
use serde_json::{Value, json};

use crate::store::{CloseReason, MistakeReason, Role, Seq};

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportOf {
    /// The audit log.
    Audit,
    /// Patients' records.
    Records,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// FHIR R4, a resource a line.
    Fhir,
    /// A table of comma-separated values.
    Csv,
}

/// Everything that is audited: a closed list.
#[derive(Debug, Clone, PartialEq)]
pub enum AuditEvent {
    /// Somebody signed in.
    SignedIn {
        /// Whether with a second factor.
        is_second_factor_used: bool,
    },
    /// A password or second factor was wrong; the account is named where there is one.
    SignInFailed {
        /// Whose account.
        staff: Option<StaffId>,
    },
    /// An account or an address was locked out after too many failures.
    SignInLockedOut {
        /// Whose account.
        staff: Option<StaffId>,
    },
    /// Somebody signed out, or was signed out.
    SignedOut {
        /// Whose sessions ended.
        staff: StaffId,
    },
    /// A token for the office's API was made.
    TokenMade {
        /// For whom.
        staff: StaffId,
    },
    /// Somebody was hired, left or came back, or was given another role or sign-in name.
    StaffChanged {
        /// Who.
        staff: StaffId,
        /// What she may do from now on.
        role: Role,
        /// Whether she works here from now on.
        is_active: bool,
    },
    /// A password was set, or a code made that resets it.
    PasswordSet {
        /// Whose.
        staff: StaffId,
    },
    /// A second factor was added or removed.
    SecondFactorSet {
        /// Whose.
        staff: StaffId,
        /// Whether there is one from now on.
        is_on: bool,
    },
    /// The secret address was set, or taken away, at which a calendar reads somebody's schedule.
    CalendarSet {
        /// Whose.
        staff: StaffId,
        /// Whether there is one from now on.
        is_on: bool,
    },
    /// A chart was read.
    CaseRead {
        /// Whose.
        scope: ScopeId,
    },
    /// One record was read.
    RecordRead {
        /// Its case.
        scope: ScopeId,
        /// Which.
        record: RecordId,
    },
    /// A whole case went to a phone.
    CaseDownloaded {
        /// Which.
        scope: ScopeId,
        /// Whether this went on with a download that was cut.
        is_resumed: bool,
    },
    /// A file was read.
    FileRead {
        /// Its case.
        scope: ScopeId,
        /// The record that names it.
        record: RecordId,
    },
    /// A file has arrived whole.
    FileArrived {
        /// Its case.
        scope: ScopeId,
        /// The record that names it.
        record: RecordId,
    },
    /// A case was opened.
    CaseOpened {
        /// Which.
        scope: ScopeId,
    },
    /// A case was closed.
    CaseClosed {
        /// Which.
        scope: ScopeId,
        /// Why.
        reason: CloseReason,
    },
    /// A case that was closed was opened again.
    CaseReopened {
        /// Which.
        scope: ScopeId,
    },
    /// A record was made.
    RecordCreated {
        /// Its case.
        scope: ScopeId,
        /// Which.
        record: RecordId,
        /// What kind of record.
        kind: Kind,
        /// The names of the fields that were set.
        fields: Vec<String>,
        /// Its place in the agency's order.
        seq: Seq,
    },
    /// A record was changed.
    RecordChanged {
        /// Its case.
        scope: ScopeId,
        /// Which.
        record: RecordId,
        /// What kind of record.
        kind: Kind,
        /// The names of the fields that were written, also where another's value is shown (I8).
        fields: Vec<String>,
        /// Its place in the agency's order.
        seq: Seq,
    },
    /// A case was assigned to a nurse.
    GrantBegun {
        /// The case.
        scope: ScopeId,
        /// The nurse.
        staff: StaffId,
        /// Its place in the agency's order.
        seq: Seq,
    },
    /// A nurse's assignment to a case ended.
    GrantEnded {
        /// The case.
        scope: ScopeId,
        /// The nurse.
        staff: StaffId,
        /// Its place in the agency's order.
        seq: Seq,
    },
    /// A one-time code was made that enrols a phone.
    DeviceInvited {
        /// For whom.
        staff: StaffId,
    },
    /// A phone was enrolled.
    DeviceEnrolled {
        /// Which.
        device: DeviceId,
        /// Whose.
        staff: StaffId,
    },
    /// A phone was locked.
    DeviceLocked {
        /// Which.
        device: DeviceId,
    },
    /// A phone that was locked may exchange again.
    DeviceUnlocked {
        /// Which.
        device: DeviceId,
    },
    /// A phone was asked to destroy what it holds.
    DeviceWipeAsked {
        /// Which.
        device: DeviceId,
    },
    /// A phone said that it did.
    DeviceWiped {
        /// Which.
        device: DeviceId,
    },
    /// An old refresh token was used again, which ended the phone's session.
    RefreshTokenReused {
        /// Which phone.
        device: DeviceId,
        /// Whose.
        staff: StaffId,
    },
    /// Something was exported.
    Exported {
        /// What.
        of: ExportOf,
        /// In which form.
        format: ExportFormat,
    },
    /// Somebody picked one of the values of a conflict.
    ConflictResolved {
        /// The case.
        scope: ScopeId,
        /// The record.
        record: RecordId,
        /// The field's name.
        field: String,
    },
    /// Somebody in the office said that a record was entered in error.
    RecordMistaken {
        /// The case.
        scope: ScopeId,
        /// The record.
        record: RecordId,
        /// Why.
        reason: MistakeReason,
    },
    /// What had been set aside was accepted.
    QuarantineAccepted {
        /// Its id.
        id: [u8; 16],
        /// The record.
        record: Option<RecordId>,
    },
    /// What had been set aside was discarded; it is kept.
    QuarantineDiscarded {
        /// Its id.
        id: [u8; 16],
        /// The record.
        record: Option<RecordId>,
    },
    /// Somebody in the office has seen work that arrived after its author's assignment had ended (I9).
    LateWorkSeen {
        /// The case.
        scope: ScopeId,
        /// The record.
        record: RecordId,
        /// Its place in the agency's order.
        seq: Seq,
    },
    /// Somebody in the office has seen an entry of the review queue.
    ReviewSeen {
        /// What kind of entry.
        kind: &'static str,
        /// The entry.
        entry: String,
        /// The case that it concerns.
        scope: Option<ScopeId>,
        /// The record that it concerns.
        record: Option<RecordId>,
        /// The nurse that it concerns.
        staff: Option<StaffId>,
        /// The phone that it concerns.
        device: Option<DeviceId>,
    },
}

/// What an event is about, as it is stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Target {
    /// The case.
    pub scope: Option<ScopeId>,
    /// The record.
    pub record: Option<RecordId>,
    /// The member of staff.
    pub staff: Option<StaffId>,
    /// The phone.
    pub device: Option<DeviceId>,
    /// Names and numbers.
    pub details: Option<Value>,
}

impl AuditEvent {
    /// The event's name, as it is stored and exported.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "signed_in",
            Self::SignInFailed { .. } => "sign_in_failed",
            Self::SignInLockedOut { .. } => "sign_in_locked_out",
            Self::SignedOut { .. } => "signed_out",
            Self::TokenMade { .. } => "token_made",
            Self::StaffChanged { .. } => "staff_changed",
            Self::PasswordSet { .. } => "password_set",
            Self::SecondFactorSet { .. } => "second_factor_set",
            Self::CalendarSet { .. } => "calendar_set",
            Self::CaseRead { .. } => "case_read",
            Self::RecordRead { .. } => "record_read",
            Self::CaseDownloaded { .. } => "case_downloaded",
            Self::FileRead { .. } => "file_read",
            Self::FileArrived { .. } => "file_arrived",
            Self::CaseOpened { .. } => "case_opened",
            Self::CaseClosed { .. } => "case_closed",
            Self::CaseReopened { .. } => "case_reopened",
            Self::RecordCreated { .. } => "record_created",
            Self::RecordChanged { .. } => "record_changed",
            Self::GrantBegun { .. } => "grant_begun",
            Self::GrantEnded { .. } => "grant_ended",
            Self::DeviceInvited { .. } => "device_invited",
            Self::DeviceEnrolled { .. } => "device_enrolled",
            Self::DeviceLocked { .. } => "device_locked",
            Self::DeviceUnlocked { .. } => "device_unlocked",
            Self::DeviceWipeAsked { .. } => "device_wipe_asked",
            Self::DeviceWiped { .. } => "device_wiped",
            Self::RefreshTokenReused { .. } => "refresh_token_reused",
            Self::Exported { .. } => "exported",
            Self::ConflictResolved { .. } => "conflict_resolved",
            Self::RecordMistaken { .. } => "record_mistaken",
            Self::QuarantineAccepted { .. } => "quarantine_accepted",
            Self::QuarantineDiscarded { .. } => "quarantine_discarded",
            Self::LateWorkSeen { .. } => "late_work_seen",
            Self::ReviewSeen { .. } => "review_seen",
        }
    }

    /// What it is about.
    pub fn target(&self) -> Target {
        let none = Target::default();
        let staff = |staff: &StaffId| Target { staff: Some(*staff), ..Target::default() };
        let device = |device: &DeviceId| Target { device: Some(*device), ..Target::default() };
        let case = |scope: &ScopeId| Target { scope: Some(*scope), ..Target::default() };
        let record = |scope: &ScopeId, record: &RecordId| Target { record: Some(*record), ..case(scope) };
        match self {
            Self::SignedIn { is_second_factor_used } => {
                none.with(json!({ "is_second_factor_used": is_second_factor_used }))
            }
            Self::SignInFailed { staff } | Self::SignInLockedOut { staff } => {
                Target { staff: *staff, ..none }
            }
            Self::SignedOut { staff: id }
            | Self::TokenMade { staff: id }
            | Self::PasswordSet { staff: id }
            | Self::DeviceInvited { staff: id } => staff(id),
            Self::StaffChanged { staff: id, role, is_active } => {
                staff(id).with(json!({ "role": role, "is_active": is_active }))
            }
            Self::SecondFactorSet { staff: id, is_on } | Self::CalendarSet { staff: id, is_on } => {
                staff(id).with(json!({ "is_on": is_on }))
            }
            Self::CaseRead { scope } | Self::CaseOpened { scope } | Self::CaseReopened { scope } => {
                case(scope)
            }
            Self::CaseClosed { scope, reason } => case(scope).with(json!({ "reason": reason })),
            Self::RecordRead { scope, record: id }
            | Self::FileRead { scope, record: id }
            | Self::FileArrived { scope, record: id } => record(scope, id),
            Self::CaseDownloaded { scope, is_resumed } => {
                case(scope).with(json!({ "is_resumed": is_resumed }))
            }
            Self::RecordCreated { scope, record: id, kind, fields, seq }
            | Self::RecordChanged { scope, record: id, kind, fields, seq } => {
                record(scope, id).with(json!({ "kind": kind, "fields": fields, "seq": seq }))
            }
            Self::GrantBegun { scope, staff, seq } | Self::GrantEnded { scope, staff, seq } => {
                Target { staff: Some(*staff), ..case(scope) }.with(json!({ "seq": seq }))
            }
            Self::DeviceEnrolled { device: id, staff } | Self::RefreshTokenReused { device: id, staff } => {
                Target { staff: Some(*staff), ..device(id) }
            }
            Self::DeviceLocked { device: id }
            | Self::DeviceUnlocked { device: id }
            | Self::DeviceWipeAsked { device: id }
            | Self::DeviceWiped { device: id } => device(id),
            Self::Exported { of, format } => none.with(json!({ "of": of, "format": format })),
            Self::ConflictResolved { scope, record: id, field } => {
                record(scope, id).with(json!({ "fields": [field] }))
            }
            Self::RecordMistaken { scope, record: id, reason } => {
                record(scope, id).with(json!({ "reason": reason }))
            }
            Self::QuarantineAccepted { id, record } | Self::QuarantineDiscarded { id, record } => {
                let id = data_encoding::HEXLOWER.encode(id);
                Target { record: *record, ..none }.with(json!({ "quarantine": id }))
            }
            Self::LateWorkSeen { scope, record: id, seq } => record(scope, id).with(json!({ "seq": seq })),
            Self::ReviewSeen { kind, entry, scope, record, staff, device } => {
                Target { scope: *scope, record: *record, staff: *staff, device: *device, details: None }
                    .with(json!({ "kind": kind, "entry": entry }))
            }
        }
    }
}

impl Target {
    fn with(self, details: Value) -> Self {
        Self { details: Some(details), ..self }
    }
}
