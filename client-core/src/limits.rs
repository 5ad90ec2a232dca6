//! Every limit by name, its unit last. Each is tested at the limit and one past it (I14).

/// Bytes of one record's document, uncompressed.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// Operations that one pushed changeset may hold.
pub const CHANGESET_OPS_MAX: usize = 250_000;
/// Changes that one pushed changeset may hold.
pub const CHANGESET_CHANGES_MAX: usize = 10_000;
/// Bytes of one pushed changeset, uncompressed.
pub const CHANGESET_BYTES_MAX: usize = RECORD_BYTES_MAX;
/// Records that one request may push.
pub const PUSH_RECORDS_MAX: usize = 1_000;
/// Bytes of a sync request's body, as it arrives.
pub const REQUEST_BYTES_MAX: usize = 4 << 20;
/// Bytes of a sync request's body once decompressed.
pub const REQUEST_DECOMPRESSED_BYTES_MAX: usize = 16 << 20;
/// Bytes at which the server closes a frame of its answer, uncompressed.
pub const FRAME_BYTES_TARGET: usize = 64 << 10;
/// Bytes of one frame: a document of the largest size has a frame of its own.
pub const FRAME_BYTES_MAX: usize = RECORD_BYTES_MAX + FRAME_BYTES_TARGET;
/// Bytes of a cursor.
pub const CURSOR_BYTES_MAX: usize = 64 << 10;
/// Base-2 logarithm of the largest compression window that is accepted, in bytes.
pub const WINDOW_LOG_MAX: u32 = 23;
/// Heads that a version may have.
pub const VERSION_HEADS_MAX: usize = 1_000;
/// Records that a device may ask for by name in one request.
pub const WANT_RECORDS_MAX: usize = 10_000;
/// Scopes whose versions a device may ask for in one request.
pub const LIST_SCOPES_MAX: usize = 1_000;
/// Characters of a short field: a name, a phone, a code's display.
pub const SHORT_TEXT_CHARS_MAX: usize = 1_000;
/// Characters of a text: a note, a summary.
pub const TEXT_CHARS_MAX: usize = 100_000;
/// Elements of one keyed collection.
pub const COLLECTION_ELEMENTS_MAX: usize = 2_000;
/// Characters of the id of an element of a collection, or of a question of an instrument.
pub const ELEMENT_ID_CHARS_MAX: usize = 100;
/// Bytes of one attachment.
pub const ATTACHMENT_BYTES_MAX: u64 = 50 << 20;
/// Bytes of an attachment that one request carries.
pub const FILE_CHUNK_BYTES_MAX: usize = 1 << 20;
/// Bytes that it carries at least, unless they end the attachment: a server keeps each chunk until the last has come.
pub const FILE_CHUNK_BYTES_MIN: usize = 4 << 10;
/// Seconds that a device's clock may differ from the server's before it is reported.
pub const CLOCK_SKEW_SECONDS_MAX: i64 = 300;
/// Exchanges that one call of sync goes through at most.
pub const SYNC_EXCHANGES_MAX: u32 = 10_000;
/// Bytes of a case's attachments that a phone keeps although the server holds them.
pub const CASE_FILES_BYTES_MAX: u64 = 200 << 20;
/// How often a server may send a phone back to an earlier place in one file, and still be believed.
pub const FILE_SETBACKS_MAX: u32 = 3;
/// Files in a row at which a server may fail and is still offered the next; with one more it is left alone for this sync.
pub const FILE_FAILURES_MAX: u32 = 3;
/// Pixels of a picture that a thumbnail is made of.
pub const PICTURE_PIXELS_MAX: u64 = 50_000_000;
/// Bytes of a picture, as it lies in memory, that a thumbnail is made of.
pub const PICTURE_BYTES_MAX: u64 = 200 << 20;
/// Pixels of the longer side of a thumbnail.
pub const THUMBNAIL_PIXELS_MAX: u32 = 256;
