//! `doorstep device`: phones.

use clap::Subcommand;
use doorstep_client_core::record::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::output::Output;
use super::workplace::Workplace;

/// Invite, list and lock phones. People and phones go by name or by id.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  doorstep device invite \"Kim Reyes\"    prints a code; she types it into her phone within 24 hours
  doorstep device list
  doorstep device lock \"Kim's phone\"    it was lost: no more exchanges")]
pub(crate) enum Device {
    /// Make a one-time code with which a member of staff enrols one phone.
    Invite {
        /// Whose phone: a name or an id.
        staff: String,
    },
    /// List every phone, and when it was last heard of.
    List,
    /// Stop a phone's exchanges.
    Lock {
        /// The phone's name or id.
        device: String,
    },
    /// Let a phone that was locked exchange again.
    Unlock {
        /// The phone's name or id.
        device: String,
    },
}

impl Device {
    pub(crate) fn run(self, at: &Workplace, output: Output) -> anyhow::Result<()> {
        match self {
            Self::Invite { staff } => {
                let member = at.find_staff(&staff)?;
                let (code, expires_at) = at.enrolments().invite(at.agency.id, member.id)?;
                output.say(
                    &format!("{code}\nfor one phone of {}, until {}", member.name, local(expires_at)),
                    &json!({"code": code.to_string(), "staff": member.id, "expires_at": expires_at}),
                )
            }
            Self::List => list(at, output),
            Self::Lock { device } => set_locked(at, output, &device, true),
            Self::Unlock { device } => set_locked(at, output, &device, false),
        }
    }
}

fn list(at: &Workplace, output: Output) -> anyhow::Result<()> {
    let snapshot = at.snapshot()?;
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for device in snapshot.devices()? {
        let nurse = snapshot.staff(device.staff)?.map(|member| member.name).unwrap_or_default();
        let heard = device.last_contact_at.map_or_else(|| "never".to_owned(), local);
        let state = if device.is_locked { "locked" } else { "" };
        rows.push(vec![
            device.name.clone(),
            nurse.clone(),
            heard,
            device.unsent_count.to_string(),
            state.to_owned(),
            device.id.to_string(),
        ]);
        values.push(json!({
            "id": device.id, "name": device.name, "staff": device.staff, "staff_name": nurse,
            "app_version": device.app_version, "enrolled_at": device.enrolled_at,
            "last_contact_at": device.last_contact_at, "unsent_count": device.unsent_count,
            "clock_skew_s": device.clock_skew_s, "is_locked": device.is_locked,
        }));
    }
    output.table(&["Phone", "Nurse", "Last exchange", "Unsent", "", "Id"], rows, &values)
}

/// A moment where this machine is, to the minute.
fn local(at: Timestamp) -> String {
    at.to_jiff().to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

fn set_locked(at: &Workplace, output: Output, device: &str, is_locked: bool) -> anyhow::Result<()> {
    let id = at.find_device(device)?;
    at.store.set_device_locked(at.agency.id, id, is_locked)?;
    let done = if is_locked { "Locked: it can exchange nothing more." } else { "Unlocked." };
    output.say(done, &json!({"device": id, "is_locked": is_locked}))
}
