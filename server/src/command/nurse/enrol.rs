//! `enrol`: makes a folder a nurse's phone.

use anyhow::{Context, bail};
use clap::Args;
use doorstep_client_core::device::{ErrorKind, IS_ENCRYPTING};
use doorstep_client_core::transport::Cancel;
use serde_json::json;

use super::page::Page;
use super::phone::{Place, Surroundings, explained};

/// Make this folder a nurse's phone, with a one-time code from the office.
#[derive(Args)]
pub(super) struct Enrol {
    /// The server's address, e.g. <https://doorstep.example.org>.
    #[arg(long, value_name = "URL", env = "DOORSTEP_SERVER")]
    server: String,
    /// The code that the office made (`doorstep device invite NURSE`).
    code: String,
    /// What the office is to call this phone.
    #[arg(long, default_value = "command line")]
    name: String,
}

impl Enrol {
    pub(super) fn run(
        self,
        place: &Place,
        surroundings: &Surroundings,
        page: &mut Page,
    ) -> anyhow::Result<()> {
        if place.is_offline {
            bail!("enrolling needs the network: leave out --offline");
        }
        let transport = (surroundings.connect)(&self.server)
            .with_context(|| format!("connecting to {:?}", self.server))?;
        place.see_off_if_wiped(surroundings)?;
        let device = place.make(surroundings)?;
        let version = env!("CARGO_PKG_VERSION");
        let enrolment = device
            .enrol(&*transport, &self.server, &self.code, &self.name, version, &Cancel::new())
            .map_err(|error| match error.kind() {
                ErrorKind::Network => {
                    anyhow::anyhow!(
                        "enrolling at {}: {error}\ncheck the address and whether the server runs",
                        self.server
                    )
                }
                ErrorKind::Refused => {
                    anyhow::anyhow!("enrolling at {}: {error}\nask the office for a new code", self.server)
                }
                _ => explained(&format!("enrolling at {}", self.server), &error),
            })?;
        let folder = place.folder.display();
        if !page.json(|| json!({ "phone": folder.to_string(), "enrolment": enrolment })) {
            page.line(&format!("Enrolled: {folder} is now your phone at {}.", self.server));
            page.line("Next: `doorstep nurse sync` fetches your caseload.");
        }
        match IS_ENCRYPTING {
            true => page.note(&format!(
                "The phone's store is encrypted; its key is in {} (on a real phone: in the phone's key store).",
                place.key_path().display()
            )),
            false => page.note(NOT_ENCRYPTED),
        }
        Ok(())
    }
}

/// What a build without encryption has to say of itself.
pub(super) const NOT_ENCRYPTED: &str = "This build does not encrypt the phone's store: use it with made-up patients \
     only, or build with `--features encryption`.";
