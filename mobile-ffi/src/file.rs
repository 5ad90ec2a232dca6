//! The files that attachments name: wound photographs, signed consents.

use std::fs;

use doorstep_client_core::device::FileState;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::limits::ATTACHMENT_BYTES_MAX;
use doorstep_client_core::record::attachment::Attachment;

use crate::device::Device;
use crate::edit::Created;
use crate::error::DoorstepError;

#[uniffi::export]
impl Device {
    /// Attaches a file to a case: record and bytes are on disk, encrypted, when this returns, and are sent with the next sync,
    /// the bytes after all records. Hash and size are filled in.
    pub fn attach(
        &self,
        scope: ScopeId,
        attachment: Attachment,
        bytes: Vec<u8>,
    ) -> Result<Created, DoorstepError> {
        self.core(|core| core.attach(scope, &attachment, &bytes)).map(Created::of)
    }

    /// The same with the bytes of the file at `path`, which stays where it is: delete it, it is not encrypted.
    pub fn attach_file(
        &self,
        scope: ScopeId,
        attachment: Attachment,
        path: String,
    ) -> Result<Created, DoorstepError> {
        self.call(|open| {
            let is_too_big = fs::metadata(&path).map_err(unreadable)?.len() > ATTACHMENT_BYTES_MAX;
            if is_too_big {
                let told = format!("a file has at most {ATTACHMENT_BYTES_MAX} bytes");
                return Err(DoorstepError::invalid(told));
            }
            let bytes = fs::read(&path).map_err(unreadable)?;
            Ok(Created::of(open.core.attach(scope, &attachment, &bytes)?))
        })
    }

    /// The bytes of an attachment; `NotDownloaded` where they are not on the phone.
    pub fn file(&self, id: RecordId) -> Result<Vec<u8>, DoorstepError> {
        self.core(|core| core.file(id))
    }

    /// A small JPEG of an attachment, upright. It stays when the file leaves the phone. None where the file is no picture, or is
    /// not here and never was looked at.
    pub fn thumbnail(&self, id: RecordId) -> Result<Option<Vec<u8>>, DoorstepError> {
        self.core(|core| core.thumbnail(id))
    }

    /// Where the file of an attachment is.
    pub fn file_state(&self, id: RecordId) -> Result<FileState, DoorstepError> {
        self.core(|core| core.file_state(id))
    }
}

/// Says what was wrong with a file to attach, without its name.
fn unreadable(error: std::io::Error) -> DoorstepError {
    DoorstepError::invalid(format!("the file cannot be read: {}", error.kind()))
}
