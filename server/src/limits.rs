//! The server's own limits by name, units last; those that phones share are in
//! [`doorstep_client_core::limits`].

/// Seconds that reading one pushed changeset may take.
pub const ADMISSION_SECONDS_MAX: u64 = 10;
/// Threads that may be left behind at work on changesets that took too long.
pub const ADMISSIONS_LEFT_BEHIND_MAX: usize = 16;
/// Times that a push is merged again because the record changed meanwhile.
pub const MERGE_ATTEMPTS_MAX: usize = 16;
/// Exchanges that may be under way at once; more wait.
pub const EXCHANGES_MAX: usize = 64;
/// Parts of an answer that wait for a slow phone, each a frame.
pub const ANSWER_PARTS_WAITING_MAX: usize = 4;
