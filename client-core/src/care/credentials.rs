//! Licences and certificates that run out.

use super::Now;
use super::alerts::{Severity, expiry};
use crate::record::ElementId;
use crate::record::staff::{Credential, Staff};

/// A licence or certificate that runs out, or has run out.
#[derive(Debug, Clone, PartialEq)]
pub struct Expiring<'a> {
    /// Which of the person's.
    pub element: &'a ElementId,
    /// What it says.
    pub credential: &'a Credential,
    /// Its last day.
    pub last_day: jiff::civil::Date,
    /// How soon somebody should look.
    pub severity: Severity,
    /// When, in words.
    pub when: String,
}

impl Expiring<'_> {
    /// Of what it is, and in which state.
    pub fn what(&self) -> String {
        let Credential { credential_type, state, .. } = self.credential;
        [credential_type.code(), state].join(" ").trim_end().to_owned()
    }
}

/// What runs out within [`EXPIRY_NOTICE_DAYS`](super::alerts::EXPIRY_NOTICE_DAYS) or has run out, unless it was ended
/// or its holder has left.
pub fn expiring(staff: &Staff, now: Now) -> Vec<Expiring<'_>> {
    let valid = staff.credentials.iter().filter(|(_, credential)| !credential.ended && !staff.has_left);
    let expiring = valid.filter_map(|(element, credential)| {
        let last_day = credential.expires?.last_day();
        let (severity, when) = expiry(now.days_until(last_day))?;
        Some(Expiring { element, credential, last_day, severity, when })
    });
    expiring.collect()
}
