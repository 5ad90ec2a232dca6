//! What the nurse's phone does. The bench runs itself for each step, so that a phone is a process of its own.

use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use anyhow::Context;
use doorstep_client_core::device::{Chart, Device, StoreKey, Version};
use doorstep_client_core::document::{Author, Document, Header};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::assessment::Assessment;
use doorstep_client_core::record::{Kind, Timestamp};
use doorstep_client_core::store::{Store, StoredRecord};
use doorstep_client_core::transport::{Cancel, HttpTransport};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::process::{cpu_s, peak_mb};
use crate::workload::{Workload, apply, assessment, fields};

const KEY: StoreKey = StoreKey([7; 32]);
/// How long before now the offline day began, and how far apart its changes are.
const DAY_MS: i64 = 8 * 3_600_000;
const CHANGE_EVERY_MS: i64 = 200_000;

/// A step of the phone.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Step {
    /// Enrols the phone.
    Enrol {
        /// The server's address.
        #[arg(long)]
        server: String,
        /// The one-time code.
        #[arg(long)]
        code: String,
    },
    /// Makes the workload's edits and new records, without a network.
    Write {
        /// The workload's file.
        #[arg(long)]
        workload: PathBuf,
    },
    /// Syncs once.
    Sync {
        /// The server's address.
        #[arg(long)]
        server: String,
        /// The case whose chart is waited for.
        #[arg(long)]
        case: ScopeId,
        /// How many records make that chart complete.
        #[arg(long)]
        case_records: usize,
    },
    /// Lists what the phone holds.
    List,
}

/// What a sync cost the phone.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Synced {
    /// Seconds from opening the store until the sync had ended.
    pub wall_s: f64,
    /// Seconds from opening the store until the chart that was waited for could be read whole.
    pub first_chart_s: Option<f64>,
    /// Processor seconds of the whole process.
    pub cpu_s: f64,
    /// The most memory that the process held.
    pub peak_mb: f64,
    /// Exchanges with the server.
    pub exchanges: u32,
    /// Pushed records that the server merged.
    pub merged: u32,
    /// Documents and changesets received.
    pub received: u32,
    /// Changes that no server is known to hold.
    pub unsent_changes: u32,
}

/// A record on the phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Held {
    /// The record.
    pub id: RecordId,
    /// Its scope.
    pub scope: ScopeId,
    /// Its version, in hexadecimal.
    pub version: String,
    /// How many changes it has had.
    pub changes: usize,
    /// For a record of the workload: its fields.
    pub fields: Option<Value>,
}

/// Goes through a step on the store at `path`, and prints what came of it as one line of JSON.
pub fn run(path: &Path, step: &Step) -> anyhow::Result<()> {
    let line = match step {
        Step::Enrol { server, code } => {
            let transport = HttpTransport::new(server)?;
            let version = env!("CARGO_PKG_VERSION");
            open(path)?.enrol(&transport, server, code, "bench", version, &Cancel::new())?;
            "{}".to_owned()
        }
        Step::Write { workload } => {
            write(path, &Workload::read(workload)?)?;
            "{}".to_owned()
        }
        Step::Sync { server, case, case_records } => {
            serde_json::to_string(&sync(path, server, *case, *case_records)?)?
        }
        Step::List => serde_json::to_string(&list(path)?)?,
    };
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

fn open(path: &Path) -> anyhow::Result<Device> {
    Ok(Device::open(path, Some(&KEY), Arc::new(SystemEnvironment))?)
}

fn sync(path: &Path, server: &str, case: ScopeId, case_records: usize) -> anyhow::Result<Synced> {
    let begun = Instant::now();
    let device = open(path)?;
    let first_chart_s = Cell::new(None);
    let look = || {
        let is_whole = |chart: Chart| chart.records.values().map(Vec::len).sum::<usize>() >= case_records;
        if first_chart_s.get().is_none() && device.chart(case).is_ok_and(is_whole) {
            first_chart_s.set(Some(begun.elapsed().as_secs_f64()));
        }
    };
    let transport = HttpTransport::new(server)?;
    let report = device.sync(&transport, &Cancel::new(), |_| look())?;
    let wall_s = begun.elapsed().as_secs_f64();
    let pid = std::process::id();
    let cpu_s = cpu_s(pid)?;
    look();
    Ok(Synced {
        wall_s,
        first_chart_s: first_chart_s.get(),
        cpu_s,
        peak_mb: peak_mb(pid)?,
        exchanges: report.exchanges,
        merged: report.merged,
        received: report.received,
        unsent_changes: device.sync_status()?.unsent_changes,
    })
}

/// The offline day: the workload's edits by the [`Device`], and its new records, whose ids are given, by the store.
fn write(path: &Path, workload: &Workload) -> anyhow::Result<()> {
    let clock = Arc::new(DayClock::starting(SystemEnvironment.now().saturating_add_ms(-DAY_MS)));
    let device = Device::open(path, Some(&KEY), Arc::clone(&clock) as Arc<dyn Environment>)?;
    for (index, edit) in &workload.phone_edits {
        clock.advance();
        let id = workload.records[*index].id;
        let read = device.read(id)?;
        let mut record = Assessment::try_from(read.record).ok().context("not an assessment")?;
        apply(&mut record, edit)?;
        device.save(id, &read.version, &record.into())?;
    }
    let (index, _) = workload.phone_edits.first().context("the workload has no edits")?;
    let scope = device.read(workload.records[*index].id)?.header.scope;
    let staff = device.enrolment()?.context("the phone is not enrolled")?.staff;
    drop(device);
    let mut store = Store::open(path, Some(&KEY), &*clock)?;
    let by = Author { staff, store: store.id() };
    for new in &workload.phone_creates {
        clock.advance();
        let header = Header { id: new.id, scope, kind: Kind::Assessment };
        let document = Document::create(header, &assessment(&new.base)?.into(), by, clock.now())?;
        let row = StoredRecord::of(document, Version::empty(), None, clock.now())?;
        store.edit(|writer| writer.put(&row))?;
    }
    Ok(())
}

fn list(path: &Path) -> anyhow::Result<Vec<Held>> {
    let device = open(path)?;
    let mut listed = device.directory()?;
    for case in device.caseload()? {
        listed.extend(device.chart(case.case.scope)?.records.into_values().flatten());
    }
    let mut held = Vec::with_capacity(listed.len());
    for listed in listed {
        let id = listed.header.id;
        let is_workload = listed.header.kind == Kind::Assessment;
        let record = is_workload.then(|| device.read(id)).transpose()?;
        held.push(Held {
            id,
            scope: listed.header.scope,
            version: listed.version.to_string(),
            changes: device.history(id)?.len(),
            fields: record
                .and_then(|read| Assessment::try_from(read.record).ok())
                .map(|record| fields(&record)),
        });
    }
    Ok(held)
}

/// A clock that goes on only when it is told to.
struct DayClock(AtomicI64);

impl DayClock {
    fn starting(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_millisecond()))
    }

    fn advance(&self) {
        self.0.fetch_add(CHANGE_EVERY_MS, Ordering::SeqCst);
    }
}

impl Environment for DayClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH.saturating_add_ms(self.0.load(Ordering::SeqCst))
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        SystemEnvironment.fill_random(bytes);
    }
}
