//! How a nurse's phones stand, as the office sees it.

use std::collections::HashMap;

use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;

use super::local::Local;
use crate::http::Problem;
use crate::store::{EnrolledDevice, Snapshot, Standing};

/// A nurse's phones, taken together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhoneOf {
    /// When the latest of them synced.
    pub last_contact_at: Option<Timestamp>,
    /// How many changes they said they could not send yet.
    pub unsent_count: u32,
    /// Whether one of them is locked, to be wiped, or its session ended.
    pub is_stopped: bool,
}

/// The phones of everybody who has one. Those that were wiped are no more.
pub fn of_all(snapshot: &dyn Snapshot) -> Result<HashMap<StaffId, PhoneOf>, Problem> {
    let mut phones: HashMap<StaffId, PhoneOf> = HashMap::new();
    for device in snapshot.devices()? {
        if device.standing() != Standing::Wiped {
            phones.entry(device.staff).or_default().add(&device);
        }
    }
    Ok(phones)
}

impl PhoneOf {
    fn add(&mut self, device: &EnrolledDevice) {
        self.last_contact_at = self.last_contact_at.max(device.last_contact_at);
        self.unsent_count = self.unsent_count.saturating_add(device.unsent_count);
        self.is_stopped |= device.standing() != Standing::Welcome;
    }

    /// When it last synced.
    pub fn words(&self, local: &Local) -> String {
        match self.last_contact_at {
            None => local.words.say("phone-never-synced").into_owned(),
            Some(at) => local.words.with("phone-synced", "when", local.ago(at)).into_owned(),
        }
    }
}
