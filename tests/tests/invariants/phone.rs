//! I1 and I2: what a save means.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use doorstep_client_core::device::Device;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Timestamp;
use doorstep_tests::world::{SeededEnvironment, World, store_key};

use super::{Shared, edit, patient, shown};

/// Where the child finds the store of its parent's phone.
const STORE: &str = "DOORSTEP_TEST_STORE";

#[test]
fn i1_what_a_save_returned_for_is_read_by_another_process_after_the_first_was_killed() {
    let world = World::new(1);
    let ana = world.nurse("ana");
    let path = ana.path.clone();
    drop(ana);
    for attempt in 1..=5 {
        let record = save_and_be_killed(&path);
        let phone = open(&path);
        assert_eq!(phone.read(record).unwrap().record, patient("Killed").into());
        assert_eq!(phone.sync_status().unwrap().unsent_records, attempt, "none before it is lost either");
    }
}

/// Has a process of its own open a case on the phone at `path`, and kills it as soon as it says that the save has
/// returned.
fn save_and_be_killed(path: &Path) -> RecordId {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "phone::the_process_that_is_killed"])
        .env(STORE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let record =
        said.lines().map_while(Result::ok).find_map(|line| line.strip_prefix("saved ")?.parse().ok());
    child.kill().unwrap();
    child.wait().unwrap();
    record.expect("the process saves before it ends")
}

#[test]
#[ignore = "runs in a process of its own, started by another test"]
fn the_process_that_is_killed() {
    let Some(path) = std::env::var_os(STORE).map(PathBuf::from) else { return };
    let phone = open(&path);
    let created = phone.open_case(&patient("Killed")).unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "\nsaved {}", created.header.id).unwrap();
    out.flush().unwrap();
    loop {
        std::thread::park();
    }
}

/// The clock of the worlds in which the phones were enrolled: on this machine's they would have been offline for too long.
struct ThatDay;

impl Environment for ThatDay {
    fn now(&self) -> Timestamp {
        SeededEnvironment::new(0).now()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        SystemEnvironment.fill_random(bytes);
    }
}

fn open(path: &Path) -> Device {
    Device::open(path, Some(&store_key()), Arc::new(ThatDay)).unwrap()
}

#[test]
fn i2_a_form_opened_before_a_sync_and_saved_after_it_keeps_what_the_sync_brought() {
    let Shared { world, ana, bea, patient, .. } = Shared::new(2);
    let form = ana.device.read(patient).unwrap();
    edit(&bea, patient, |patient| patient.address.door_code = "1234".into());
    bea.sync(&world);
    ana.sync(&world);
    assert_eq!(shown(&ana, patient).address.door_code, "1234", "the sync came while the form was open");

    let mut filled = doorstep_client_core::record::patient::Patient::try_from(form.record).unwrap();
    filled.preferred = "Rosie".into();
    ana.device.save(patient, &form.version, &filled.into()).unwrap();
    ana.sync(&world);
    bea.sync(&world);
    for phone in [&ana, &bea] {
        let merged = shown(phone, patient);
        assert_eq!((merged.preferred.as_str(), merged.address.door_code.as_str()), ("Rosie", "1234"));
        assert!(phone.device.conflicts().unwrap().is_empty());
    }
}
