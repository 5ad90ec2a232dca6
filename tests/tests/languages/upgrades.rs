//! What happens when parts of different versions meet.

use std::fs;

use doorstep_client_core::device::{Device, FileState};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::visit::Visit;
use doorstep_client_core::record::{Kind, Text};
use doorstep_client_core::transport::{Cancel, Request, Response, Transport, TransportError};
use doorstep_server::store::FileHash;
use doorstep_tests::frozen::{Frozen, HeldFile};
use doorstep_tests::languages::library;
use doorstep_tests::programs;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;

#[test]
fn a_store_that_an_earlier_version_left_is_read_whole_and_written_on() {
    let all = Frozen::all().unwrap();
    assert!(!all.is_empty(), "the frozen stores have moved");
    for (name, frozen) in all {
        println!("{name}");
        let kinds: Vec<Kind> = frozen.held.iter().map(|held| held.kind).collect();
        assert!(Kind::ALL.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
        let device = frozen.open().unwrap();
        everything_is_there(&frozen, &device);
        let unsent: u32 = frozen.held.iter().map(|held| held.unsent_changes).sum();
        assert!(unsent > 0);
        let only_here = frozen.held.iter().filter(|held| matches!(held.file, Some(HeldFile::OnlyHere)));
        let status = device.sync_status().unwrap();
        assert_eq!((status.unsent_changes, status.unsent_files as usize), (unsent, only_here.count()));
        files_are_there(&frozen, &device);
        write_on(&frozen, &device);
        drop(device);
        let device = frozen.open().unwrap();
        let visit = frozen.held.iter().find(|held| held.kind == Kind::Visit).unwrap();
        let visit = Visit::try_from(device.read(visit.record).unwrap().record).unwrap();
        assert!(visit.note.ends_with("And read by a later version."), "{:?}", visit.note);
        assert!(device.conflicts().unwrap().is_empty());
    }
}

fn everything_is_there(frozen: &Frozen, device: &Device) {
    for held in &frozen.held {
        let read = device.read(held.record).unwrap();
        assert_eq!((read.header.kind, read.header.scope), (held.kind, held.scope));
        assert_eq!((&read.version, read.unsent_changes), (&held.version, held.unsent_changes));
        let says = read.record.to_json();
        assert!(includes(&says, &held.content), "{} said {}, and says {says}", held.kind, held.content);
        let conflicts: Vec<String> = read.conflicts.into_iter().map(|conflict| conflict.path).collect();
        assert_eq!(conflicts, held.conflicts);
        assert_eq!(device.as_of(held.record, &held.version).unwrap(), read.record);
        assert!(!device.history(held.record).unwrap().is_empty());
    }
}

/// The bytes of every file hash to their names, and one that was arriving goes on from where it was.
fn files_are_there(frozen: &Frozen, device: &Device) {
    let files = frozen.held.iter().filter_map(|held| Some((held, held.file.as_ref()?)));
    let mut found = [0; 3];
    for (held, file) in files {
        let state = device.file_state(held.record).unwrap();
        let (number, expected) = match file {
            HeldFile::OnlyHere => (0, FileState::OnlyHere { sent_bytes: 0 }),
            HeldFile::Held => (1, FileState::Held),
            HeldFile::Arriving { .. } => (2, FileState::NotDownloaded),
        };
        assert_eq!(state, expected);
        if let HeldFile::Arriving { lacking } = file {
            let size_bytes = held.content["size_bytes"].as_u64().unwrap();
            let rest = Rest { lacking: lacking.clone(), from: size_bytes - lacking.len() as u64 };
            device.download(held.record, &rest, &Cancel::new(), |_| ()).unwrap();
        }
        let bytes = device.file(held.record).unwrap();
        let hash = FileHash(Sha256::digest(&bytes).into());
        assert_eq!(hash.to_string(), held.content["sha256"].as_str().unwrap());
        found[number] += 1;
    }
    assert_eq!(found, [1, 1, 1]);
}

/// A server that has what is lacking of a file, from this byte on.
struct Rest {
    lacking: String,
    from: u64,
}

impl Transport for Rest {
    fn exchange(&self, request: Request, _: &Cancel) -> Result<Response, TransportError> {
        assert_eq!(request.header("range"), Some(&*format!("bytes={}-", self.from)));
        let size = self.from + self.lacking.len() as u64;
        let range = format!("bytes {}-{}/{size}", self.from, size - 1);
        let answer = Response::new(206, self.lacking.clone()).with("content-range", range);
        Ok(answer.with("content-type", "application/octet-stream"))
    }
}

/// Whether a later form of a record says all that the earlier one did.
fn includes(later: &Value, earlier: &Value) -> bool {
    match (later, earlier) {
        (Value::Object(later), Value::Object(earlier)) => earlier
            .iter()
            .all(|(name, earlier)| later.get(name).is_some_and(|later| includes(later, earlier))),
        (later, earlier) => later == earlier,
    }
}

fn write_on(frozen: &Frozen, device: &Device) {
    let visit = frozen.held.iter().find(|held| held.kind == Kind::Visit).unwrap();
    let read = device.read(visit.record).unwrap();
    let visit = Visit::try_from(read.record).unwrap();
    let note = Text(format!("{} And read by a later version.", visit.note.0));
    device.save(read.header.id, &read.version, &Visit { note, ..visit }.into()).unwrap();
    let conflicts = device.conflicts().unwrap();
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    let (read, field) = (device.read(conflict.listed.header.id).unwrap(), &conflict.conflicts[0]);
    let pick = &field.values[0];
    device.resolve(read.header.id, &read.version, &field.path, &pick.id).unwrap();
    let picked = Patient::try_from(device.read(read.header.id).unwrap().record).unwrap();
    assert_eq!(pick.value, picked.preferred);
    assert_eq!(device.search("later version", None, 10).unwrap().len(), 1);
}

#[test]
fn bindings_of_another_interface_are_refused_in_kotlin() {
    let test = "bindings of another interface in Kotlin";
    let (Some(kotlin), Some(cc)) = (Kotlin::find(test).unwrap(), programs::find(test, "cc", "a C compiler"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let sources = kotlin.sources(folder.path()).unwrap();
    let bindings: String = sources.iter().map(|source| fs::read_to_string(source).unwrap()).collect();
    // A library that answers all that is asked of it when it is loaded, and one thing otherwise.
    let (contract, mut answers) = asked_when_loaded(&bindings);
    answers.last_mut().unwrap().1 ^= 1;
    answers.push(contract);
    let library = library().unwrap();
    let other = folder.path().join(library.file_name().unwrap());
    let code: String =
        answers.iter().map(|(name, answer)| format!("int {name}(void) {{ return {answer}; }}\n")).collect();
    fs::write(folder.path().join("other.c"), code).unwrap();
    let compiled = std::process::Command::new(cc)
        .args(["-shared", "-fPIC", "-o"])
        .args([&other, &folder.path().join("other.c")])
        .status();
    assert!(compiled.unwrap().success());
    let records = kotlin.compile("tests", &[beside("records.kt")]).unwrap();
    let said = records.program_on(folder.path(), "RecordsKt").unwrap().fail().unwrap();
    assert!(said.contains("UniFFI API checksum mismatch"), "{said}");
}

/// The functions that bindings ask for when they are loaded, with the answers that they expect: that of the contract first.
fn asked_when_loaded(bindings: &str) -> ((String, u32), Vec<(String, u32)>) {
    let number = |text: &str| -> u32 {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let name = |text: &str| text.split("lib.").nth(1).unwrap().split("()").next().unwrap().to_owned();
    let contract = bindings.split("bindings_contract_version = ").nth(1).unwrap();
    let contract = (name(contract), number(contract));
    let checksums = bindings.lines().filter(|line| line.contains("lib.") && line.contains("_checksum_"));
    let checksums = checksums.map(|line| (name(line), number(line.split("!= ").nth(1).unwrap())));
    (contract, checksums.collect())
}

#[test]
fn bindings_of_another_interface_are_refused_in_python() {
    let Some(python) = Python::find("bindings of another interface in Python").unwrap() else { return };
    let file = python.folder().join("doorstep.py");
    let bindings = fs::read_to_string(&file).unwrap();
    let (_, checksums) = asked_when_loaded(&bindings);
    let (name, checksum) = checksums.last().unwrap();
    let ours = format!("lib.{name}() != {checksum}");
    assert!(bindings.contains(&ours));
    fs::write(&file, bindings.replace(&ours, &format!("lib.{name}() != {}", checksum ^ 1))).unwrap();
    let said = python.program(&beside("records.py")).fail().unwrap();
    assert!(said.contains("UniFFI API checksum mismatch"), "{said}");
}
