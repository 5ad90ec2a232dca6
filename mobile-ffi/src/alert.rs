//! What somebody should look at now.

use doorstep_client_core::device::Alert;
use doorstep_client_core::ids::ScopeId;

use crate::device::Device;
use crate::error::DoorstepError;

#[uniffi::export]
impl Device {
    /// What somebody should look at in a case now, where clocks are this many seconds ahead of UTC; the most urgent first.
    pub fn alerts(&self, scope: ScopeId, utc_offset_s: i32) -> Result<Vec<Alert>, DoorstepError> {
        self.core(|core| core.alerts(scope, utc_offset_s))
    }

    /// What the nurse should look at across all of her cases: her double bookings, the patients whom she sees without a
    /// licence, her licences and certificates that run out. The most urgent first.
    pub fn own_alerts(&self, utc_offset_s: i32) -> Result<Vec<Alert>, DoorstepError> {
        self.core(|core| core.own_alerts(utc_offset_s))
    }

    /// Licences and certificates of the agency's staff that run out or have run out, the most urgent first.
    pub fn credential_alerts(&self, utc_offset_s: i32) -> Result<Vec<Alert>, DoorstepError> {
        self.core(|core| core.credential_alerts(utc_offset_s))
    }
}
