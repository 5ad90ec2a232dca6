//! One run through the phases, each from freshly started processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};
use doorstep_client_core::document::Document;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::assessment::Assessment;
use doorstep_client_core::wire::Push;
use tempfile::TempDir;

use super::office::Sender;
use super::phone::{Held, Synced};
use super::seed::{self, Seeded, invite};
use super::{Figures, PhaseFigures, check};
use crate::process::{ServerProcess, cpu_s, peak_mb};
use crate::proxy::{Proxy, Shape};
use crate::workload::{Workload, apply};

/// What a server may still do once it has started or answered, before its processor time is read.
const SETTLE: Duration = Duration::from_millis(100);

/// A caseload on a server that is not running, ready to be copied for each run.
pub struct Bench {
    binary: PathBuf,
    workload_path: PathBuf,
    workload: Workload,
    folder: TempDir,
    seeded: Seeded,
}

/// The folder of one run: the server's data and the phone's store.
struct Run<'a> {
    bench: &'a Bench,
    data: PathBuf,
    store: PathBuf,
    shape: Option<Shape>,
}

impl Bench {
    /// Brings the workload's caseload onto a server, whose command is at `binary`.
    pub fn prepare(binary: PathBuf, workload_path: PathBuf) -> anyhow::Result<Self> {
        let workload = Workload::read(&workload_path)?;
        let folder = TempDir::new()?;
        let seeded = seed::seed(&binary, &folder.path().join("seed"), &workload)?;
        Ok(Self { binary, workload_path, workload, folder, seeded })
    }

    /// What was added to the workload's records to make its cases cases.
    pub fn added_records(&self) -> usize {
        self.seeded.added_records
    }

    /// Goes through COLD, SHIFT and IDLE on fresh copies, over loopback or over a link of this shape.
    pub fn run(&self, name: &str, shape: Option<Shape>) -> anyhow::Result<Figures> {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder)?;
        let run = Run { bench: self, data: folder.join("server"), store: folder.join("phone.db"), shape };
        copy(&self.folder.path().join("seed"), &run.data)?;
        run.enrol()?;
        let cold = run.phase(|synced| {
            ensure!(synced.received as usize >= self.workload.records.len(), "COLD did not bring everything");
            Ok(())
        })?;
        run.part()?;
        let pushed = self.workload.phone_creates.len();
        let shift = run.phase(|synced| {
            ensure!(synced.merged as usize > pushed, "SHIFT did not bring the phone's work to the server");
            Ok(())
        })?;
        let held: Vec<Held> = run.phone(&["list"])?;
        check::same_everywhere(&held, &seed::open(&run.data)?, &self.seeded)?;
        check::as_expected(&held, &self.workload)?;
        let idle = run.phase(|synced| {
            ensure!(synced.received == 0 && synced.merged == 0, "IDLE was not idle");
            Ok(())
        })?;
        fs::remove_dir_all(&folder)?;
        Ok(Figures { cold, shift, idle })
    }
}

impl Run<'_> {
    fn server(&self) -> anyhow::Result<ServerProcess> {
        ServerProcess::start(&self.bench.binary, &self.data)
    }

    fn enrol(&self) -> anyhow::Result<()> {
        let seeded = &self.bench.seeded;
        let server = self.server()?;
        let code = invite(&seed::open(&self.data)?, seeded.agency, seeded.nurse)?;
        let _: serde_json::Value = self.phone(&["enrol", "--server", &server.url(), "--code", &code])?;
        server.stop()
    }

    /// The phone and the office work apart from each other.
    fn part(&self) -> anyhow::Result<()> {
        let workload = self.bench.workload_path.to_str().context("the workload's path is not UTF-8")?;
        let _: serde_json::Value = self.phone(&["write", "--workload", workload])?;
        let seeded = &self.bench.seeded;
        let server = self.server()?;
        let code = invite(&seed::open(&self.data)?, seeded.agency, seeded.office)?;
        let mut office = Sender::enrol(&server.url(), &code)?;
        let mut pushes = Vec::new();
        for (index, edit) in &self.bench.workload.office_edits {
            let mut document = Document::load(&seeded.documents[*index])?;
            let seen = document.version();
            let mut record =
                Assessment::try_from(document.read()?).ok().context("a record is no assessment")?;
            apply(&mut record, edit)?;
            document.edit(&seen, &record.into(), office.author(), SystemEnvironment.now())?;
            pushes.push(Push { record: document.header().id, changes: document.changes_since(&seen) });
        }
        office.push(pushes)?;
        server.stop()
    }

    /// One exchange of a phone that has just been started with a server that has just been started.
    fn phase(&self, check: impl FnOnce(&Synced) -> anyhow::Result<()>) -> anyhow::Result<PhaseFigures> {
        let seeded = &self.bench.seeded;
        let server = self.server()?;
        let proxy = match self.shape {
            Some(shape) => Proxy::start_shaped(server.address(), shape)?,
            None => Proxy::start(server.address())?,
        };
        thread::sleep(SETTLE);
        let cpu_before_s = cpu_s(server.pid())?;
        let case_records = seeded.first_case_records.to_string();
        let case = seeded.first_case.to_string();
        let url = proxy.url();
        let arguments = ["sync", "--server", &url, "--case", &case, "--case-records", &case_records];
        let synced: Synced = self.phone(&arguments)?;
        thread::sleep(SETTLE);
        let counts = proxy.counts();
        let figures = PhaseFigures {
            up: counts.up_bytes,
            down: counts.down_bytes,
            requests: counts.requests,
            wall_s: synced.wall_s,
            first_chart_s: synced.first_chart_s.context("the first chart never came whole")?,
            server_cpu_s: cpu_s(server.pid())? - cpu_before_s,
            server_peak_mb: peak_mb(server.pid())?,
            client_cpu_s: synced.cpu_s,
            client_peak_mb: synced.peak_mb,
        };
        ensure!(synced.unsent_changes == 0, "the phone still has unsent changes");
        check(&synced)?;
        server.stop()?;
        Ok(figures)
    }

    /// Runs a step of the phone in a process of its own.
    fn phone<T: serde::de::DeserializeOwned>(&self, step: &[&str]) -> anyhow::Result<T> {
        let output = Command::new(std::env::current_exe()?)
            .args(["phone", "--store"])
            .arg(&self.store)
            .args(step)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()?;
        ensure!(output.status.success(), "the phone's step {} failed", step[0]);
        serde_json::from_slice(&output.stdout).with_context(|| format!("the phone's step {}", step[0]))
    }
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
