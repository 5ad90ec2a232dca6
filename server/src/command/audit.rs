//! `doorstep audit`: who saw and changed what.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use doorstep_client_core::ids::AgencyId;
use doorstep_client_core::record::Timestamp;
use doorstep_server::audit;
use doorstep_server::store::{AuditHead, ExportFormat};
use serde_json::json;

use super::output::Output;
use super::workplace::Workplace;

/// Check the audit log, or export it. It says who signed in, who read and changed which records, who was assigned
/// where, and what became of phones; never what a record says.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  doorstep audit verify                              prints the last entry as NUMBER:HASH: note it elsewhere
  doorstep audit verify --expect 4711:9f2c…          fails if that entry is gone or is another now
  doorstep audit export --format csv -o audit.csv
  doorstep audit export --format fhir --since 2026-11-01T00:00:00Z   FHIR R4 AuditEvent, one a line

Whoever can rewrite the whole database can also rewrite the whole chain, or cut its end off together with the place
where the last entry is remembered. Only an entry that was noted elsewhere shows that: give it to --expect.")]
pub(crate) enum Audit {
    /// Find entries that were edited, removed or moved, and say where; fails if there are any.
    Verify {
        /// The agency's id, where there are several; the first, if it is left out.
        #[arg(long)]
        agency: Option<AgencyId>,
        /// An entry that was noted before, as this command printed it: NUMBER:HASH.
        #[arg(long, value_name = "NUMBER:HASH")]
        expect: Option<AuditHead>,
    },
    /// Write the log out. That is audited too.
    Export {
        /// The form: FHIR R4 AuditEvent resources, one a line, or comma-separated values.
        #[arg(long, value_enum)]
        format: ExportFormat,
        /// Only from then on, such as 2026-11-01T00:00:00Z.
        #[arg(long, value_name = "TIME")]
        since: Option<Timestamp>,
        /// Where to; to the terminal, if it is left out.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// The agency's id, where there are several; the first, if it is left out.
        #[arg(long)]
        agency: Option<AgencyId>,
    },
}

impl Audit {
    pub(crate) fn run(self, at: &Workplace, output: Output) -> anyhow::Result<()> {
        match self {
            Self::Verify { agency, expect } => verify(at, output, find(at, agency)?, expect),
            Self::Export { format, since, output: file, agency } => {
                let agency = find(at, agency)?;
                let mut out: Box<dyn Write> = match &file {
                    Some(path) => {
                        let created = File::create(path);
                        Box::new(created.with_context(|| format!("cannot write {}", path.display()))?)
                    }
                    None => Box::new(std::io::stdout().lock()),
                };
                let mut out = BufWriter::new(&mut out);
                let written = audit::export(&*at.store, agency, format, since, at.act(), &mut out)?;
                drop(out);
                match file {
                    Some(path) => output.say(
                        &format!("{written} entries written to {}.", path.display()),
                        &json!({ "entries": written, "file": path }),
                    ),
                    None => Ok(()),
                }
            }
        }
    }
}

fn find(at: &Workplace, agency: Option<AgencyId>) -> anyhow::Result<AgencyId> {
    let Some(id) = agency else { return Ok(at.agency.id) };
    if at.store.agencies()?.iter().all(|agency| agency.id != id) {
        bail!("no agency here has that id");
    }
    Ok(id)
}

fn verify(at: &Workplace, output: Output, agency: AgencyId, noted: Option<AuditHead>) -> anyhow::Result<()> {
    let report = at.store.verify_audit(agency, noted)?;
    let value = json!({
        "agency": agency, "is_whole": report.faults.is_empty(), "entries": report.entries,
        "head": report.head.to_string(), "faults": report.faults,
    });
    if report.faults.is_empty() {
        let line =
            format!("The audit log is whole: {} entries.\nThe last is {}", report.entries, report.head);
        return output.say(&line, &value);
    }
    let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    output.say(&faults.join("\n"), &value)?;
    bail!("the audit log was tampered with, or damaged: keep a copy of the data folder before anything else")
}
