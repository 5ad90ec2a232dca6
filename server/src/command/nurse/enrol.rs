//! `enrol`: makes a folder a nurse's phone.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use doorstep_client_core::device::{ErrorKind, IS_ENCRYPTING};
use doorstep_client_core::transport::Cancel;
use doorstep_client_core::wire::EnrolmentLink;
use serde_json::json;

use super::page::Page;
use super::phone::{Place, Surroundings, explained};

/// Make this folder a nurse's phone, with a one-time code from the office.
#[derive(Args)]
pub(super) struct Enrol {
    /// The server's address, e.g. <https://doorstep.example.org>. A link says it itself.
    #[arg(long, value_name = "URL", env = "DOORSTEP_SERVER")]
    server: Option<String>,
    /// The code that the office made (`doorstep device invite NURSE`), or the link that its QR code holds.
    #[arg(value_name = "CODE or LINK")]
    code: String,
    /// A file with the agency's own root certificate, in PEM: the server is believed by it alone, from now on.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
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
        let (server, code) = match (self.code.parse::<EnrolmentLink>(), self.server) {
            (Ok(link), _) => (link.server_url().to_owned(), link.code().to_owned()),
            (Err(_), Some(server)) => (server, self.code),
            (Err(_), None) => bail!("say where the server is with --server URL, or give the whole link"),
        };
        let roots = self.ca.as_deref().map(read_roots).transpose()?;
        let transport = (surroundings.connect)(&server, roots.as_deref())
            .with_context(|| format!("connecting to {server:?}"))?;
        place.see_off_if_wiped(surroundings)?;
        let device = place.make(surroundings)?;
        let version = env!("CARGO_PKG_VERSION");
        let enrolment = device
            .enrol(&*transport, &server, &code, &self.name, version, &Cancel::new())
            .map_err(|error| match error.kind() {
                ErrorKind::Network => {
                    anyhow::anyhow!(
                        "enrolling at {}: {error}\ncheck the address and whether the server runs",
                        server
                    )
                }
                ErrorKind::Refused if error.server_code().is_some() => {
                    anyhow::anyhow!("enrolling at {}: {error}\nask the office for a new code", server)
                }
                ErrorKind::Refused => anyhow::anyhow!(
                    "enrolling at {}: {error}\nwhere the agency has a root certificate of its own, name its file with --ca",
                    server
                ),
                _ => explained(&format!("enrolling at {}", server), &error),
            })?;
        let folder = place.folder.display();
        if !page.json(|| json!({ "phone": folder.to_string(), "enrolment": enrolment })) {
            page.line(&format!("Enrolled: {folder} is now your phone at {}.", server));
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

fn read_roots(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file)
        .with_context(|| format!("reading the root certificate from {}", file.display()))
}

/// What a build without encryption has to say of itself.
pub(super) const NOT_ENCRYPTED: &str = "This build does not encrypt the phone's store: use it with made-up patients \
     only, or build with `--features encryption`.";
