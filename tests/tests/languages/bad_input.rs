//! What should not be handed to the library: a typed error each, the same in each language, and the store goes on.

use std::fs;

use doorstep_tests::languages::{Program, has_disks};
use doorstep_tests::liar::Liar;
use doorstep_tests::office::Office;
use doorstep_tests::sample_data::skip;
use doorstep_tests::world::scratch;

use super::*;

/// What callbacks throw in the programs, and what the core panics with.
const WORDS: [&str; 2] = ["Zyxwords", "these words are told to nobody"];
const DISK_BYTES: u64 = 1 << 20;

/// What becomes of what.
const ANSWERS: &[(&str, &str)] = &[
    ("opened twice", "Busy"),
    ("wrong key", "Key"),
    ("no key", "Key"),
    ("short key", "Key"),
    ("foreign file", "Key"),
    ("folder", "Storage"),
    ("nowhere", "Storage"),
    ("corrupt file", "Storage"),
    ("closed: read", "Closed"),
    ("closed: caseload", "Closed"),
    ("closed: observe", "Closed"),
    ("closed: sync", "Closed"),
    ("closed: enrol", "Closed"),
    ("no id", "Invalid"),
    ("no version", "Invalid"),
    ("no date", "Invalid"),
    ("no name", "Invalid"),
    ("another kind", "Invalid"),
    ("the directory", "ReadOnly"),
    ("unknown record", "NotFound"),
    ("used code", "Refused"),
    ("no address", "Refused"),
    ("full disk: save", "StorageFull"),
    ("full disk: new store", "StorageFull"),
    ("panic", "Panicked"),
    ("key store that cannot load", "Callback"),
    ("key store that cannot save", "Callback"),
    ("transport that throws", "Callback"),
    ("body that throws", "Callback"),
    ("garbage", "Server"),
    ("sign-in-page", "Network"),
    ("silence", "Network"),
    ("cut", "Network"),
    ("huge-body", "Server"),
    ("huge-frame", "Server"),
    ("bomb", "Server"),
    ("wrong-frame", "Server"),
    ("endless-head", "Network"),
    ("elsewhere", "Network"),
    ("failure", "Server"),
    ("all sent", "true"),
];

#[test]
fn bad_input_from_kotlin_is_a_typed_error_and_the_store_goes_on() {
    let test = "bad input from Kotlin";
    let Some(kotlin) = Kotlin::find(test).unwrap() else { return };
    let classes = kotlin.compile("bad-input", &[beside("common.kt"), beside("bad_input.kt")]).unwrap();
    refuses_and_goes_on(test, classes.program("Bad_inputKt").unwrap());
}

#[test]
fn bad_input_from_python_is_a_typed_error_and_the_store_goes_on() {
    let test = "bad input from Python";
    let Some(python) = Python::find(test).unwrap() else { return };
    refuses_and_goes_on(test, python.program(&beside("bad_input.py")));
}

fn refuses_and_goes_on(test: &str, program: Program) {
    let office = Office::start();
    let (nurse, liar) = (office.hire("Kim Sample"), Liar::before(office.running().address).unwrap());
    let (folder, disk) = (scratch(), scratch());
    let program = program.arg(liar.url()).arg(folder.path()).arg(office.invite(nurse));
    let has_disks = has_disks();
    let program = match has_disks {
        true => program.arg(disk.path()).arg(office.invite(nurse)).with_disk(disk.path(), DISK_BYTES),
        false => {
            skip(test, "a full disk: `unshare` with a file system of its own");
            program.arg("none").arg("none")
        }
    };
    let (said, errors) = program.start().unwrap().finish_with_errors().unwrap();
    let expected = ANSWERS.iter().filter(|(what, _)| has_disks || !what.starts_with("full disk"));
    let expected: Vec<String> = expected.map(|(what, answer)| format!("{what}: {answer}")).collect();
    assert_eq!(said, expected, "{errors}");
    for words in WORDS {
        assert!(!errors.contains(words), "what a callback threw is in an error or in the log:\n{errors}");
        for entry in fs::read_dir(folder.path()).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(words.len()).any(|found| found == words.as_bytes()));
        }
    }
}
