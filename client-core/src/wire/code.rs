//! Short names for the server's refusals that a phone does something about by itself.

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
/// The server does not hold the file whole.
pub const FILE_NOT_HERE: &str = "file_not_here";
