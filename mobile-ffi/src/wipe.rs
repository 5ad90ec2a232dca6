//! The end of what a phone holds.

use std::path::Path;

use doorstep_client_core::device as core;

use crate::device::Device;
use crate::error::DoorstepError;
use crate::log::{Log, LogLevel, guarded};

#[uniffi::export]
impl Device {
    /// Destroys everything on the phone, work that was not sent included: the key first. From then on every call is answered
    /// `Wiped`. Close the device then; the next `open` makes a new store with a new key.
    pub fn wipe(&self) -> Result<(), DoorstepError> {
        let wiped = self.core(|core| core.wipe());
        match &wiped {
            Ok(()) => self.log.tell(LogLevel::Warning, "wiped"),
            Err(error) => self.log.tell(LogLevel::Error, format_args!("wiping failed: {error}")),
        }
        wiped
    }
}

/// Whether the store at `path` was wiped as the office asked, and the server is still to be told, or wiping was cut and is to go
/// on. Such a one opens without its key; the next `sync` tells the server.
#[uniffi::export]
pub fn is_wiped(path: String) -> Result<bool, DoorstepError> {
    guarded(&Log::default(), || Ok(core::Device::is_wiped(Path::new(&path))))
}
