//! What the phone says of its own work.

use doorstep_client_core::device::SyncStatus;

use crate::device::Device;
use crate::error::DoorstepError;

#[uniffi::export]
impl Device {
    /// How the phone stands with the server. It is told while the phone is locked, too.
    pub fn sync_status(&self) -> Result<SyncStatus, DoorstepError> {
        self.core(|core| core.sync_status())
    }
}
