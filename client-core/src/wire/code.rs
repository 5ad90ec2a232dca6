//! Short names for the server's refusals that a phone does something about by itself.

/// The header of an answer that says the same as the body, which an answer to `HEAD` does not have.
pub const HEADER: &str = "problem-code";

/// The office has locked the phone.
pub const DEVICE_LOCKED: &str = "device_locked";
/// The office asked for the phone to be wiped.
pub const DEVICE_WIPE: &str = "device_wipe";
/// An old refresh token of the phone was used again; the phone has to be enrolled anew.
pub const SESSION_ENDED: &str = "session_ended";
/// The server does not know the refresh token; the phone has to be enrolled anew.
pub const REFRESH_TOKEN_UNKNOWN: &str = "refresh_token_unknown";
/// The server stands at another byte of the file.
pub const WRONG_OFFSET: &str = "wrong_offset";
/// What arrived of a file does not hash to its name; it was discarded.
pub const WRONG_HASH: &str = "wrong_hash";
/// No attachment of the case names the file, as far as the server holds them.
pub const FILE_NOT_NAMED: &str = "file_not_named";
/// The case is not one of the nurse's.
pub const NO_GRANT: &str = "no_grant";
/// The case ended for the nurse longer ago than late work is taken.
pub const TOO_LATE: &str = "too_late";
/// The file is of another length than its attachment says.
pub const WRONG_LENGTH: &str = "wrong_length";
/// The file is larger than any may be.
pub const FILE_TOO_BIG: &str = "file_too_big";
/// One request carries more of the file than it may.
pub const CHUNK_TOO_BIG: &str = "chunk_too_big";
/// One request carries less of the file than it must, and does not end it.
pub const CHUNK_TOO_SMALL: &str = "chunk_too_small";
/// There is no room for the file.
pub const QUOTA_EXCEEDED: &str = "quota_exceeded";
/// The server does not hold the file whole.
pub const FILE_NOT_HERE: &str = "file_not_here";
