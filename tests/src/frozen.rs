//! Stores as versions of the app left them, for every later version to open.
//!
//! Each lies in `tests/frozen/store-VERSION`: the phone's store with the files beside it, and `held.json` with what it holds.
//! One that a release has frozen is never made again.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use anyhow::{Context, ensure};
use doorstep_client_core::device::{Device, FileState, Version};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::attachment::Attachment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::visit::Visit;
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_client_core::transport::{Cancel, Request, Response, Transport, TransportError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::samples::filled;
use crate::world::{Phone, SeededEnvironment, World, scratch, store_key};

/// What the store's own file is called in its folder.
const STORE: &str = "phone";
const HELD: &str = "held.json";
/// From which the store's world is drawn.
const SEED: u64 = 50;
/// Bytes that have arrived of the file that is still to arrive.
const ARRIVED_BYTES: usize = 100;

/// A record as the frozen store holds it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Held {
    /// Which.
    pub record: RecordId,
    /// Its case or directory.
    pub scope: ScopeId,
    /// Its kind.
    pub kind: Kind,
    /// Its version.
    pub version: Version,
    /// What it says. A later version may say more of it.
    pub content: Value,
    /// The paths of its fields with several values.
    pub conflicts: Vec<String>,
    /// How many of its changes are not sent.
    pub unsent_changes: u32,
    /// Its file, where it is an attachment of which there is something here. It hashes to the name that the content tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<HeldFile>,
}

/// Where the bytes of a file are.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldFile {
    /// On the phone alone.
    OnlyHere,
    /// On the phone and on the server.
    Held,
    /// On the server; a part of them has arrived on the phone.
    Arriving {
        /// The part that has not.
        lacking: String,
    },
}

/// A copy of a frozen store, to work on.
pub struct Frozen {
    /// What it holds.
    pub held: Vec<Held>,
    environment: Arc<SeededEnvironment>,
    folder: TempDir,
}

impl Frozen {
    /// Copies of all the frozen stores, with the names of their folders.
    pub fn all() -> anyhow::Result<Vec<(String, Self)>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(frozen())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            all.push((name.clone(), Self::copy(&entry.path()).with_context(|| name)?));
        }
        Ok(all)
    }

    fn copy(from: &Path) -> anyhow::Result<Self> {
        let folder = scratch();
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            fs::copy(entry.path(), folder.path().join(entry.file_name()))?;
        }
        let held = serde_json::from_slice(&fs::read(folder.path().join(HELD))?)?;
        // An hour later: the phone was not offline for long.
        let environment = SeededEnvironment::new(SEED + 1);
        environment.advance_ms(60 * 60 * 1_000);
        Ok(Self { held, environment: Arc::new(environment), folder })
    }

    /// Opens the copy.
    pub fn open(&self) -> anyhow::Result<Device> {
        let environment = Arc::clone(&self.environment);
        Ok(Device::open(&self.folder.path().join(STORE), Some(&store_key()), environment)?)
    }
}

/// Freezes a store of this version and returns its folder. It holds a record of every kind with every field filled, one in
/// conflict, files that are here, held by the server and arriving, and work that is not sent.
pub fn freeze() -> anyhow::Result<PathBuf> {
    let folder = frozen().join(format!("store-{}", env!("CARGO_PKG_VERSION")));
    ensure!(!folder.exists(), "{} is frozen already", folder.display());
    let world = World::new(SEED);
    let phone = world.nurse("Kim Sample");
    let case = write_every_kind(&world, &phone)?;
    let other = other_phone(&world, &phone)?;
    disagree(&world, [&phone, &other], case)?;
    let arriving = exchange_files(&world, [&phone, &other], case)?;
    leave_unsent(&phone, case)?;
    let held = serde_json::to_string_pretty(&held(&phone.device, &arriving)?)?;
    let Phone { device, path, .. } = phone;
    drop(device);
    fs::create_dir_all(&folder)?;
    let (beside, name) =
        (path.parent().context("it is in a folder")?, path.file_name().context("it has a name")?);
    for entry in fs::read_dir(beside)? {
        let entry = entry?.file_name();
        if let Some(suffix) = entry.to_string_lossy().strip_prefix(&*name.to_string_lossy()) {
            fs::copy(beside.join(&entry), folder.join(format!("{STORE}{suffix}")))?;
        }
    }
    fs::write(folder.join(HELD), held + "\n")?;
    Ok(folder)
}

fn frozen() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("frozen")
}

fn write_every_kind(world: &World, phone: &Phone) -> anyhow::Result<ScopeId> {
    let patient: Patient = typed(sample(Kind::Patient)?)?;
    let case = phone.device.open_case(&patient)?.header.scope;
    for kind in Kind::ALL.iter().filter(|kind| !kind.is_directory() && **kind != Kind::Patient) {
        phone.device.create(case, &sample(*kind)?)?;
    }
    sync(world, phone)?;
    let directory = phone.device.directory()?.first().context("the directory has come")?.header.scope;
    let office = world.office().staff;
    for kind in [Kind::Staff, Kind::Instrument] {
        let new = json!({ "kind": kind, "scope": directory, "content": sample(kind)?.to_json() });
        let (status, answer) = world.ask(world.agency.id, office, "POST", "/v1/office/records", &new);
        ensure!(status < 300, "the office cannot write its directory: {answer}");
    }
    sync(world, phone)?;
    Ok(case)
}

/// One more phone of the same nurse, with her case.
fn other_phone(world: &World, phone: &Phone) -> anyhow::Result<Phone> {
    let path = phone.path.with_file_name("other");
    let other = Phone { staff: phone.staff, device: world.open(&path), path };
    other.enrol(world, world.agency.id);
    sync(world, &other)?;
    Ok(other)
}

/// Her other phone calls the patient otherwise at the same time.
fn disagree(world: &World, [phone, other]: [&Phone; 2], case: ScopeId) -> anyhow::Result<()> {
    for (phone, preferred) in [(other, "Aggie D."), (phone, "Mrs Doyle")] {
        let patient = &phone.device.chart(case)?.records[&Kind::Patient][0];
        let read = phone.device.read(patient.header.id)?;
        let form = Patient { preferred: preferred.to_owned(), ..typed(read.record)? };
        phone.device.save(read.header.id, &read.version, &form.into())?;
    }
    sync(world, other)?;
    sync(world, phone)
}

/// Each phone attaches a file and sends it; of the other's, a part arrives: of which attachment, and what is lacking.
fn exchange_files(
    world: &World,
    [phone, other]: [&Phone; 2],
    case: ScopeId,
) -> anyhow::Result<(RecordId, String)> {
    attach(phone, case, &letter("held by the server"))?;
    sync(world, phone)?;
    let letter = letter("on its way");
    let arriving = attach(other, case, &letter)?;
    sync(world, other)?;
    sync(world, phone)?;
    let cut = phone.device.download(arriving, &Cuts(world), &Cancel::new(), |_| ());
    ensure!(cut.is_err(), "the download was not cut");
    Ok((arriving, letter[ARRIVED_BYTES..].to_owned()))
}

/// A link on which answers end after so many bytes.
struct Cuts<'a>(&'a World);

impl Transport for Cuts<'_> {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let answer = self.0.exchange(request, cancel)?;
        Ok(Response { body: Box::new(answer.body.take(ARRIVED_BYTES as u64)), ..answer })
    }
}

fn letter(says: &str) -> String {
    (1..=6).map(|line| format!("Line {line} of a letter that is {says}.\n")).collect()
}

fn attach(phone: &Phone, case: ScopeId, letter: &str) -> anyhow::Result<RecordId> {
    let attachment = Attachment { media_type: "text/plain".to_owned(), ..Attachment::default() };
    Ok(phone.device.attach(case, &attachment, letter.as_bytes())?.header.id)
}

fn leave_unsent(phone: &Phone, case: ScopeId) -> anyhow::Result<()> {
    let visit = &phone.device.chart(case)?.records[&Kind::Visit][0];
    let read = phone.device.read(visit.header.id)?;
    let form = Visit { note: "Written where there was no signal.".into(), ..typed(read.record)? };
    phone.device.save(read.header.id, &read.version, &form.into())?;
    attach(phone, case, &letter("on this phone alone"))?;
    Ok(())
}

fn sync(world: &World, phone: &Phone) -> anyhow::Result<()> {
    phone.device.sync(world, &Cancel::new(), |_| ())?;
    Ok(())
}

/// A record that was not entered in error.
fn sample(kind: Kind) -> anyhow::Result<AnyRecord> {
    let mut json = filled(kind).to_json();
    json["entered_in_error"] = false.into();
    kind.from_json(json).map_err(|_| anyhow::anyhow!("a sample of {kind} cannot be read"))
}

fn typed<T: TryFrom<AnyRecord>>(record: AnyRecord) -> anyhow::Result<T> {
    T::try_from(record).map_err(|_| anyhow::anyhow!("the record is of another kind"))
}

fn held(device: &Device, (arriving, lacking): &(RecordId, String)) -> anyhow::Result<Vec<Held>> {
    let mut listed = device.directory()?;
    for case in device.caseload()? {
        listed.extend(device.chart(case.case.scope)?.records.into_values().flatten());
    }
    let held = listed.into_iter().map(|listed| {
        let read = device.read(listed.header.id)?;
        let file = match read.header.kind {
            Kind::Attachment => match device.file_state(read.header.id)? {
                FileState::OnlyHere { .. } => Some(HeldFile::OnlyHere),
                FileState::Held => Some(HeldFile::Held),
                FileState::NotDownloaded if read.header.id == *arriving => {
                    Some(HeldFile::Arriving { lacking: lacking.clone() })
                }
                FileState::NotDownloaded => None,
            },
            _ => None,
        };
        Ok(Held {
            record: read.header.id,
            scope: read.header.scope,
            kind: read.header.kind,
            version: read.version,
            content: read.record.to_json(),
            conflicts: read.conflicts.into_iter().map(|conflict| conflict.path).collect(),
            unsent_changes: read.unsent_changes,
            file,
        })
    });
    held.collect()
}
