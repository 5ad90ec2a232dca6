//! Fetching the file of an attachment.

use std::sync::Arc;

use doorstep_client_core::ids::RecordId;

use super::SyncOptions;
use super::joined::told_of;
use crate::device::Device;
use crate::error::DoorstepError;

#[uniffi::export]
impl Device {
    /// Fetches the file of an attachment, if it is not on the phone; `file` reads it then. What has arrived before an error
    /// stays, and the next call goes on from there. Whoever stops waiting cancels it. `NotDownloaded` where the server does not
    /// have it yet either.
    pub async fn download(self: Arc<Self>, id: RecordId, options: SyncOptions) -> Result<(), DoorstepError> {
        let log = self.log.clone();
        self.online("download", options.budget_ms, move |open, cancel| {
            let way = open.way()?;
            way.explain(open.core.download(id, &way, cancel, |progress| {
                if let Some(listener) = &options.listener {
                    told_of(progress, &**listener, &log);
                }
            }))
        })
        .await
    }
}
