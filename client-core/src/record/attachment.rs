//! `attachment`: a photograph or a document. FHIR R4 `DocumentReference`.

use super::words::{listed, said};
use super::{Checks, Coding, Record, Timestamp};
use crate::ids::{RecordId, StaffId};
use crate::limits;

codes! {
    /// What it shows. Source: Doorstep's own list.
    pub enum AttachmentType {
        Photograph = "photograph": "Photograph",
        WoundPhotograph = "wound-photograph": "Wound photograph",
        Consent = "consent": "Consent",
        Signature = "signature": "Signature",
        Order = "order": "Order",
        Letter = "letter": "Letter",
        Report = "report": "Report",
        Other = "other": "Other",
    }
}

structure! {
    /// A photograph or a document. The bytes are kept beside the records, by their hash.
    pub struct Attachment {
        /// SHA-256 of the bytes, 64 hexadecimal digits in lower case.
        pub sha256: String,
        /// Media type, e.g. `image/jpeg`.
        pub media_type: String,
        /// How many bytes.
        pub size_bytes: Option<i64>,
        /// What it shows.
        pub attachment_type: AttachmentType,
        /// What is to be seen on it.
        pub caption: String,
        /// When it was taken.
        pub taken_at: Option<Timestamp>,
        /// Who took it.
        pub taken_by: Option<StaffId>,
        /// The part of the body: SNOMED CT.
        pub body_site: Option<Coding>,
        /// The visit that it was part of.
        pub visit: Option<RecordId>,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Attachment {
    fn check(&self, checks: &mut Checks) {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_hash = self.sha256.len() == 64 && self.sha256.bytes().all(is_hex);
        checks.require(is_hash, "sha256", "must be 64 hexadecimal digits in lower case");
        let is_media_type = self.media_type.split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        checks.require(is_media_type, "media_type", "must be a media type, e.g. image/jpeg");
        checks.require(self.size_bytes.is_some(), "size_bytes", "must be given");
        checks.whole("size_bytes", self.size_bytes, 0, limits::ATTACHMENT_BYTES_MAX as i64);
        checks.shorts(&[
            ("media_type", &self.media_type),
            ("attachment_type", self.attachment_type.code()),
            ("caption", &self.caption),
        ]);
        checks.coding("body_site", &self.body_site);
    }

    fn summary(&self) -> String {
        listed([self.attachment_type.display(), &self.caption, said(&self.body_site)])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
