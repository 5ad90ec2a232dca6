//! `doorstep device`: phones.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::wire::EnrolmentLink;
use doorstep_server::auth::qr_svg;
use doorstep_server::store::{EnrolledDevice, Standing};
use jiff::tz::TimeZone;
use serde_json::json;

use super::output::Output;
use super::workplace::Workplace;

/// Invite, list, lock and wipe phones. People and phones go by name or by id.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  doorstep device invite \"Kim Reyes\"    prints a code; she types it into her phone within 24 hours
  doorstep device invite \"Kim Reyes\" --server https://doorstep.example.org --qr kim.svg
  doorstep device list
  doorstep device lock \"Kim's phone\"    she cannot find it: it shows nothing from its next contact on
  doorstep device unlock \"Kim's phone\"  she found it
  doorstep device wipe \"Kim's phone\"    it is in strange hands: what would be lost; --yes does it")]
pub(crate) enum Device {
    /// Make a one-time code with which a member of staff enrols one phone.
    Invite {
        /// Whose phone: a name or an id.
        staff: String,
        /// Where her phone finds the server, for a link and a QR code that say both, e.g. <https://doorstep.example.org>.
        #[arg(long, value_name = "URL", env = "DOORSTEP_SERVER")]
        server: Option<String>,
        /// Write the QR code there, as SVG: her phone's camera reads it in place of the code.
        #[arg(long, value_name = "FILE", requires = "server")]
        qr: Option<PathBuf>,
    },
    /// List every phone, and when it was last heard of.
    List,
    /// Shut a phone. It can exchange nothing, and from its next contact on it shows nothing and takes nothing, until it is
    /// unlocked. What it holds stays, unsent work included.
    Lock {
        /// The phone's name or id.
        device: String,
    },
    /// Let a phone that was locked exchange again, which opens it.
    Unlock {
        /// The phone's name or id.
        device: String,
    },
    /// Have a phone destroy what it holds, its key first, at its next contact. For a phone that is lost for good: work that
    /// it had not sent is lost with it. Cannot be taken back.
    Wipe {
        /// The phone's name or id.
        device: String,
        /// Do it, knowing what is lost.
        #[arg(long)]
        yes: bool,
    },
}

impl Device {
    pub(crate) fn run(self, at: &Workplace, output: Output) -> anyhow::Result<()> {
        match self {
            Self::Invite { staff, server, qr } => invite(at, output, &staff, server.as_deref(), qr),
            Self::List => list(at, output),
            Self::Lock { device } => set_locked(at, output, &device, true),
            Self::Unlock { device } => set_locked(at, output, &device, false),
            Self::Wipe { device, yes } => wipe(at, output, &device, yes),
        }
    }
}

fn invite(
    at: &Workplace,
    output: Output,
    staff: &str,
    server: Option<&str>,
    qr: Option<PathBuf>,
) -> anyhow::Result<()> {
    let member = at.find_staff(staff)?;
    // What is wrong with the address is said before a code is made.
    server.map(|server| EnrolmentLink::new(server, "CODE")).transpose().with_context(|| {
        format!("{:?} is no server's address: expected https://HOST", server.unwrap_or_default())
    })?;
    let (code, expires_at) = at.enrolments().invite(at.agency.id, member.id, at.act().by)?;
    let link = server.map(|server| EnrolmentLink::new(server, &code.to_string())).transpose()?;
    let mut said = format!("{code}\nfor one phone of {}, until {}", member.name, local(expires_at));
    if let Some(link) = &link {
        said.push_str(&format!("\n{link}"));
    }
    if let (Some(link), Some(file)) = (&link, &qr) {
        std::fs::write(file, qr_svg(link)?)
            .with_context(|| format!("writing the QR code to {}", file.display()))?;
        said.push_str(&format!("\nThe QR code is in {}; it is as secret as the code.", file.display()));
    }
    output.say(
        &said,
        &json!({
            "code": code.to_string(), "staff": member.id, "expires_at": expires_at,
            "link": link.map(|link| link.to_string()), "qr": qr,
        }),
    )
}

fn list(at: &Workplace, output: Output) -> anyhow::Result<()> {
    let snapshot = at.snapshot()?;
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for device in snapshot.devices()? {
        let nurse = snapshot.staff(device.staff)?.map(|member| member.name).unwrap_or_default();
        let heard = device.last_contact_at.map_or_else(|| "never".to_owned(), local);
        rows.push(vec![
            device.name.clone(),
            nurse.clone(),
            heard,
            device.unsent_count.to_string(),
            device.app_version.clone(),
            words(&device),
            device.id.to_string(),
        ]);
        values.push(json!({
            "id": device.id, "name": device.name, "staff": device.staff, "staff_name": nurse,
            "app_version": device.app_version, "enrolled_at": device.enrolled_at,
            "last_contact_at": device.last_contact_at, "unsent_count": device.unsent_count,
            "clock_skew_s": device.clock_skew_s, "is_locked": device.is_locked,
            "standing": device.standing(), "session_ended_at": device.session_ended_at,
            "wipe_asked_at": device.wipe_asked_at, "wiped_at": device.wiped_at,
        }));
    }
    output.table(&["Phone", "Nurse", "Last exchange", "Unsent", "App", "", "Id"], rows, &values)
}

/// A moment where this machine is, to the minute.
fn local(at: Timestamp) -> String {
    at.to_jiff().to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

fn set_locked(at: &Workplace, output: Output, device: &str, is_locked: bool) -> anyhow::Result<()> {
    let id = at.find_device(device)?;
    at.store.set_device_locked(at.agency.id, id, is_locked, at.act())?;
    let done = if is_locked {
        "Locked: it can exchange nothing, and is shut at its next contact."
    } else {
        "Unlocked: its next exchange opens it."
    };
    output.say(done, &json!({"device": id, "is_locked": is_locked}))
}

/// How a phone stands, where that is worth saying.
fn words(device: &EnrolledDevice) -> String {
    match device.standing() {
        Standing::Welcome => String::new(),
        Standing::Locked => "locked".to_owned(),
        Standing::SessionEnded => "session ended: an old token was used again".to_owned(),
        Standing::Wiping => "to be wiped at its next contact".to_owned(),
        Standing::Wiped => device.wiped_at.map_or_else(String::new, |at| format!("wiped {}", local(at))),
    }
}

fn wipe(at: &Workplace, output: Output, device: &str, is_meant: bool) -> anyhow::Result<()> {
    let id = at.find_device(device)?;
    let known = at.snapshot()?.holder(id)?.context("the phone is gone")?.device;
    let heard = known.last_contact_at.map_or_else(
        || "was never heard of".to_owned(),
        |heard| format!("was last heard of {}", local(heard)),
    );
    let lost = match known.unsent_count {
        0 => "then everything on it had been sent".to_owned(),
        unsent => format!("then {unsent} changes on it had not been sent, and are lost"),
    };
    let name = &known.name;
    if !is_meant {
        bail!(
            "{name} {heard}; {lost}, and so is what was written on it since. Wiping cannot be taken back: to do it, \
             say --yes"
        );
    }
    at.store.ask_wipe(at.agency.id, id, at.act())?;
    let what = json!({"device": id, "standing": Standing::Wiping, "unsent_count": known.unsent_count});
    output.say(&format!("{name} destroys what it holds at its next contact. It {heard}; {lost}."), &what)
}
