//! Whose phone it is.

use std::sync::Arc;

use doorstep_client_core::device::Enrolment;

use crate::device::Device;
use crate::error::DoorstepError;
use crate::transport::Way;

#[uniffi::export]
impl Device {
    /// Whose phone this is; none before enrolment.
    pub fn enrolment(&self) -> Result<Option<Enrolment>, DoorstepError> {
        self.core(|core| core.enrolment())
    }

    /// Enrols the phone by a one-time code from the office: `https://HOST`, the code, what the office calls the phone, the
    /// app's version, and the roots in PEM by which alone the server is believed, where they are not those of the public web.
    /// A phone that is enrolled can be enrolled again for the same nurse, whose work it keeps; for another it has to be wiped
    /// first. Whoever stops waiting cancels it.
    #[uniffi::method(default(roots_pem = None))]
    pub async fn enrol(
        self: Arc<Self>,
        server_url: String,
        code: String,
        device_name: String,
        app_version: String,
        roots_pem: Option<String>,
    ) -> Result<Enrolment, DoorstepError> {
        self.online("enrol", None, move |open, cancel| {
            let way = Way::to(&server_url, roots_pem, open.transport.clone())?;
            way.explain(open.core.enrol(&way, &server_url, &code, &device_name, &app_version, cancel))
        })
        .await
    }
}
