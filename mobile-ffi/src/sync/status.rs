//! What the phone says of its own work.

use doorstep_client_core::device::{Lock, Phase, Progress, RefusedFile, RefusedWork, SyncStatus};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Timestamp;

use crate::device::Device;
use crate::error::DoorstepError;

/// What a sync is busy with.
#[uniffi::remote(Enum)]
pub enum Phase {
    /// Records, both ways. They come first.
    Records,
    /// The bytes of attachments.
    Files,
}

/// How far a sync is.
#[uniffi::remote(Record)]
pub struct Progress {
    /// What it is busy with.
    pub phase: Phase,
    /// Bytes of the bodies sent so far: of requests, as they were answered.
    pub sent_bytes: u64,
    /// Bytes of the bodies received so far, as they were read.
    pub received_bytes: u64,
    /// Files that the server holds whole since.
    pub files_sent: u32,
    /// Exchanges begun.
    pub exchanges: u32,
    /// Frames stored.
    pub frames: u32,
    /// Pushed changesets that the server has merged.
    pub merged: u32,
    /// Pushed changesets that the server has refused.
    pub refused: u32,
    /// Documents and changesets received.
    pub received: u32,
}

/// Why the phone is shut.
#[uniffi::remote(Enum)]
pub enum Lock {
    /// The office has locked it.
    Office,
    /// It was offline for longer than the agency allows.
    Lease,
}

/// How the phone stands with the server.
#[uniffi::remote(Record)]
pub struct SyncStatus {
    /// Records with changes that wait to be sent.
    pub unsent_records: u32,
    /// Changes that wait to be sent.
    pub unsent_changes: u32,
    /// Since when there are any.
    pub unsent_since: Option<Timestamp>,
    /// What was refused, oldest first.
    pub refused: Vec<RefusedWork>,
    /// Files that no server is known to hold whole.
    pub unsent_files: u32,
    /// Those of them that the server did not take when they were last offered, oldest first. Each sync offers them again.
    pub refused_files: Vec<RefusedFile>,
    /// Whether a server has merged everything that was written here, and holds every file.
    pub is_all_sent: bool,
    /// When an exchange last ended well, by the phone's clock.
    pub last_success: Option<Timestamp>,
    /// When an attempt last failed; none after a success.
    pub last_failure: Option<Timestamp>,
    /// What failed; none after a success.
    pub last_error: Option<String>,
    /// When to try again, in milliseconds from the last failure; none after a success.
    pub retry_after_ms: Option<u64>,
    /// Seconds that the phone's clock is ahead of the server's, when last compared.
    pub clock_ahead_s: Option<i64>,
    /// Whether that is more than five minutes, either way.
    pub is_clock_off: bool,
    /// What keeps the phone shut.
    pub lock: Option<Lock>,
    /// Until when the phone may stay offline, by its clock.
    pub lease_ends_at: Option<Timestamp>,
}

/// Work that was refused.
#[uniffi::remote(Record)]
pub struct RefusedWork {
    /// The record.
    pub record: RecordId,
    /// Its scope, where it is known.
    pub scope: Option<ScopeId>,
    /// Whether it came from the server and this phone could not read it; otherwise the server refused it.
    pub is_received: bool,
    /// Whether the office discarded it: nothing becomes of it any more, unless it is offered again.
    pub is_discarded: bool,
    /// Whether the record is still here, so that it can be mended or offered again.
    pub is_here: bool,
    /// Why.
    pub reason: String,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

/// A file that a server did not take.
#[uniffi::remote(Record)]
pub struct RefusedFile {
    /// An attachment that names it, where the phone still has one.
    pub record: Option<RecordId>,
    /// Its case.
    pub scope: ScopeId,
    /// Why, in words without patient data.
    pub reason: String,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

#[uniffi::export]
impl Device {
    /// How the phone stands with the server. It is told while the phone is locked, too.
    pub fn sync_status(&self) -> Result<SyncStatus, DoorstepError> {
        self.core(|core| core.sync_status())
    }
}
