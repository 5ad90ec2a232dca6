//! An entry of the review queue.

use data_encoding::HEXLOWER;
use doorstep_client_core::care::alerts::Severity;
use doorstep_client_core::care::bookings::DoubleBooking;
use doorstep_client_core::care::licences::Unlicensed;
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::limits::CLOCK_SKEW_SECONDS_MAX;
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::store::{AuditEvent, InConflict, Seen, Seq, Waiting};

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// Several people set the same field to different values (I8).
    Conflict,
    /// Work arrived after its author's assignment had ended (I9).
    LateWork,
    /// A changeset was set aside (I10).
    Quarantine,
    /// A refresh token was used again, which ended the phone's session.
    TokenReuse,
    /// A phone's clock is off (I12).
    ClockSkew,
    /// A nurse is booked twice at the same time.
    DoubleBooking,
    /// A nurse sees a patient in whose state she has no licence.
    UnlicensedVisit,
    /// A licence or certificate runs out, or has run out.
    Credential,
    /// An insurer's authorisation runs out, has run out, or is used up.
    Authorisation,
}

impl ReviewKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Conflict,
        Self::LateWork,
        Self::Quarantine,
        Self::TokenReuse,
        Self::ClockSkew,
        Self::DoubleBooking,
        Self::UnlicensedVisit,
        Self::Credential,
        Self::Authorisation,
    ];

    /// The kind's name, as it is asked for and stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::LateWork => "late_work",
            Self::Quarantine => "quarantine",
            Self::TokenReuse => "token_reuse",
            Self::ClockSkew => "clock_skew",
            Self::DoubleBooking => "double_booking",
            Self::UnlicensedVisit => "unlicensed_visit",
            Self::Credential => "credential",
            Self::Authorisation => "authorisation",
        }
    }

    /// Whether it is enough that somebody has seen it, under the entry's own id. Conflicts and what was set aside have to
    /// be settled; late work is seen by its place in the order.
    pub fn can_be_seen(self) -> bool {
        !matches!(self, Self::Conflict | Self::LateWork | Self::Quarantine)
    }

    /// The kind of an entry with this id.
    pub fn of_entry(id: &str) -> Option<Self> {
        let (code, _) = id.split_once('-')?;
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is to be known of it, by its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// The record in conflict.
    Conflict(InConflict),
    /// Its place in the agency's order.
    LateWork(Seq),
    /// What was set aside.
    Quarantine(Waiting),
    /// Nothing more.
    TokenReuse,
    /// By how many seconds the clock is ahead.
    ClockSkew(i64),
    /// The two appointments.
    DoubleBooking(DoubleBooking),
    /// The visits and the state.
    UnlicensedVisit(Unlicensed),
    /// What it is of, its last day, and when that is, in words.
    Credential(String, jiff::civil::Date, String),
    /// Its number and its last day; whether it is used up; and when or by how much, in words.
    Authorisation {
        /// The insurer's number.
        number: String,
        /// Its last day.
        last_day: Option<jiff::civil::Date>,
        /// Whether it is used up; otherwise it runs out, or has run out.
        is_used_up: bool,
        /// When, or by how many visits, in words.
        words: String,
    },
}

/// Something that waits for the office.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id: the same for the same thing, as long as it waits.
    pub id: String,
    /// What it is about.
    pub kind: ReviewKind,
    /// How soon somebody should look.
    pub severity: Severity,
    /// Since when it waits.
    pub since: Timestamp,
    /// What may change about it: seen in one state, it is back in another.
    pub state: String,
    /// The nurse.
    pub staff: Option<StaffId>,
    /// The phone.
    pub device: Option<DeviceId>,
    /// The case.
    pub scope: Option<ScopeId>,
    /// The record.
    pub record: Option<RecordId>,
    /// What is to be known of it.
    pub about: About,
    /// Who in the office has seen it as it is.
    pub seen: Option<Seen>,
}

impl Entry {
    /// An entry whose id is made of `of`, about nobody yet.
    pub(super) fn new(
        kind: ReviewKind,
        of: &[&[u8]],
        severity: Severity,
        since: Timestamp,
        about: About,
    ) -> Self {
        Self {
            id: format!("{}-{}", kind.code(), digest(of)),
            kind,
            severity,
            since,
            state: String::new(),
            staff: None,
            device: None,
            scope: None,
            record: None,
            about,
            seen: None,
        }
    }

    /// In this state.
    pub(super) fn in_state(self, of: &[&[u8]]) -> Self {
        Self { state: digest(of), ..self }
    }

    /// Whether somebody who has seen the entry in this state has seen it as it is. A clock moves by itself: it has
    /// changed when it moved by more than it may be off.
    pub fn is_as_in(&self, state: &str) -> bool {
        match (&self.about, state.parse::<i64>()) {
            (About::ClockSkew(ahead_s), Ok(seen_s)) => {
                ahead_s.abs_diff(seen_s) <= CLOCK_SKEW_SECONDS_MAX as u64
            }
            _ => self.state == state,
        }
    }

    /// That somebody has seen it.
    pub fn event(&self) -> AuditEvent {
        AuditEvent::ReviewSeen {
            kind: self.kind.code(),
            entry: self.id.clone(),
            scope: self.scope,
            record: self.record,
            staff: self.staff,
            device: self.device,
        }
    }
}

/// A short name for these parts, which tells nothing of them.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    HEXLOWER.encode(&hash.finalize()[..16])
}
