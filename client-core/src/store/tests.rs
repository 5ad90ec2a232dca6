//! The store from outside: a folder, a key, records.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;

use super::*;
use crate::document::{Author, Document, Header, Version};
use crate::ids::{RecordId, ScopeId, StaffId};
use crate::record::patient::Patient;
use crate::record::{Kind, Timestamp};

#[derive(Default)]
struct Simulated(AtomicU64);

impl Environment for Simulated {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000).unwrap()
    }
    fn fill_random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = (self.0.fetch_add(0x9E37_79B9, Ordering::Relaxed) >> 3) as u8;
        }
    }
}

const SCOPE: ScopeId = ScopeId::from_bytes([1; 16]);
const PATIENT: RecordId = RecordId::from_bytes([2; 16]);

fn key() -> Option<StoreKey> {
    cfg!(feature = "encryption").then(|| StoreKey([7; 32]))
}

fn open(path: &Path) -> Result<Store, StoreError> {
    static OPENINGS: AtomicU64 = AtomicU64::new(1);
    let seed = OPENINGS.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x2545_F491_4F6C_DD1D);
    Store::open(path, key().as_ref(), &Simulated(AtomicU64::new(seed)))
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("doorstep.db");
    (folder, path)
}

fn row(store: StoreId, family: &str) -> StoredRecord {
    let header = Header { id: PATIENT, scope: SCOPE, kind: Kind::Patient };
    let record = Patient { given: "Ágnes".into(), family: family.into(), ..Patient::default() };
    let author = Author { staff: StaffId::from_bytes([3; 16]), store };
    let now = Simulated::default().now();
    let document = Document::create(header, &record.into(), author, now).unwrap();
    StoredRecord::of(document, Version::empty(), None, now).unwrap()
}

fn save(store: &mut Store, family: &str) {
    let row = row(store.id(), family);
    store.edit(|writer| writer.put(&row)).unwrap();
}

#[test]
fn a_record_is_found_again_by_id_by_list_and_by_words() {
    let (_folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    drop(store);
    let store = open(&path).unwrap();
    let found = store.reader().record(PATIENT).unwrap().unwrap();
    assert_eq!(found, row(store.id(), "Kovács"));
    assert_eq!(
        store.reader().list(Which { kind: Some(Kind::Patient), ..Which::default() }).unwrap().len(),
        1
    );
    for words in ["kovacs", "agnes kov", "KOVÁCS"] {
        assert_eq!(store.reader().search(words, None, 10).unwrap().len(), 1, "{words}");
    }
    for words in ["agnes szabo", "", "\"; DROP"] {
        assert!(store.reader().search(words, None, 10).unwrap().is_empty(), "{words}");
    }
}

#[test]
fn a_changed_record_is_no_longer_found_by_what_it_said() {
    let (_folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    save(&mut store, "Szabó");
    assert!(store.reader().search("kovacs", None, 10).unwrap().is_empty());
    assert_eq!(store.reader().search("szabo", Some(SCOPE), 10).unwrap().len(), 1);
}

#[test]
fn unsent_work_is_what_lies_between_two_versions() {
    let (_folder, path) = folder();
    let mut store = open(&path).unwrap();
    let mut row = row(store.id(), "Kovács");
    store.edit(|writer| writer.put(&row)).unwrap();
    assert_eq!(store.reader().unsent().unwrap().changes, 1);
    let document = Document::load(&row.document).unwrap();
    row = StoredRecord::of(document, row.version.clone(), row.unsent_since, Simulated::default().now())
        .unwrap();
    store.transaction(|writer| writer.put(&row)).unwrap();
    assert_eq!(store.reader().unsent().unwrap(), Unsent::default());
}

#[test]
fn i1_a_commit_waits_for_the_disk() {
    const FULL: i64 = 2;
    let (_folder, path) = folder();
    let store = open(&path).unwrap();
    let setting = |name: &str| -> Result<rusqlite::types::Value, _> {
        store.connection.pragma_query_value(None, name, |row| row.get(0))
    };
    assert_eq!(setting("synchronous"), Ok(FULL.into()));
    assert_eq!(setting("journal_mode"), Ok("wal".to_owned().into()));
}

#[test]
fn i4_a_transaction_that_fails_leaves_nothing() {
    let (_folder, path) = folder();
    let mut store = open(&path).unwrap();
    let row = row(store.id(), "Kovács");
    let failed = store.transaction(|writer| {
        writer.put(&row)?;
        writer.set_cursor(b"further")?;
        Err::<(), _>(StoreError::Damaged("on purpose"))
    });
    assert!(failed.is_err());
    assert_eq!(store.reader().record(PATIENT).unwrap(), None);
    assert_eq!(store.reader().cursor().unwrap(), None);
    assert!(store.reader().search("kovacs", None, 10).unwrap().is_empty());
}

#[test]
fn i11_a_purged_scope_leaves_nothing_to_read_or_find() {
    let (_folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    store.transaction(|writer| writer.purge_but_unsent(SCOPE)).unwrap();
    assert_eq!(store.reader().ending_scopes().unwrap(), [SCOPE]);
    assert!(store.reader().list(Which::default()).unwrap().is_empty());
    assert!(store.reader().search("kovacs", None, 10).unwrap().is_empty());
    assert_eq!(store.reader().unsent().unwrap().records, 1);
    store.transaction(|writer| writer.purge(SCOPE)).unwrap();
    assert_eq!(store.reader().record(PATIENT).unwrap(), None);
    assert!(store.reader().ending_scopes().unwrap().is_empty());
}

#[cfg(feature = "encryption")]
#[test]
fn a_wrong_key_and_no_key_are_told_apart_and_nothing_lies_open_on_disk() {
    let (folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|bytes| bytes == "Kovács".as_bytes()[..6].as_ref()));
        assert!(!bytes.starts_with(b"SQLite format 3"));
    }
    drop(store);
    let environment = Simulated::default();
    let wrong = Store::open(&path, Some(&StoreKey([8; 32])), &environment);
    assert!(matches!(wrong, Err(StoreError::WrongKey)));
    assert!(matches!(Store::open(&path, None, &environment), Err(StoreError::KeyNeeded)));
    assert!(open(&path).unwrap().reader().record(PATIENT).unwrap().is_some());
}

#[cfg(not(feature = "encryption"))]
#[test]
fn a_build_that_cannot_encrypt_refuses_a_key() {
    let (_folder, path) = folder();
    let refused = Store::open(&path, Some(&StoreKey([8; 32])), &Simulated::default());
    assert!(matches!(refused, Err(StoreError::KeyRefused)));
    assert!(!path.exists());
}

#[test]
fn a_store_of_a_newer_schema_is_left_alone() {
    let (_folder, path) = folder();
    let store = open(&path).unwrap();
    store.reader().connection().pragma_update(None, "user_version", 999).unwrap();
    drop(store);
    assert!(matches!(open(&path), Err(StoreError::Newer(999))));
}

#[test]
fn a_store_from_before_files_were_kept_takes_them() {
    let (_folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    store
        .reader()
        .connection()
        .execute_batch(
            "DROP TABLE file_parts; DROP TABLE files; DROP TABLE file_numbers; PRAGMA user_version = 3",
        )
        .unwrap();
    drop(store);
    let mut store = open(&path).unwrap();
    assert!(store.reader().record(PATIENT).unwrap().is_some());
    store.transaction(|writer| writer.keep_file(SCOPE, "ab", b"photo")).unwrap();
    let file = store.reader().file(SCOPE, "ab").unwrap().unwrap();
    assert_eq!(store.reader().file_bytes(file.number, 1, 3).unwrap(), b"hot");
}

#[test]
fn a_number_of_a_file_that_has_left_is_given_to_no_other_also_in_a_store_from_before() {
    let (_folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    let next = |store: &mut Store, sha256: &str| {
        store
            .transaction(|writer| {
                let file = writer.begin_file(SCOPE, sha256, 9)?.number;
                writer.forget_file(file)?;
                Ok::<_, StoreError>(file)
            })
            .unwrap()
    };
    store.transaction(|writer| writer.keep_file(SCOPE, "ab", b"photo")).unwrap();
    let before = "DROP TRIGGER file_numbered; DROP TABLE file_numbers; PRAGMA user_version = 4";
    store.reader().connection().execute_batch(before).unwrap();
    drop(store);
    let mut store = open(&path).unwrap();
    let kept = store.reader().file(SCOPE, "ab").unwrap().unwrap();
    assert_eq!(store.reader().file_bytes(kept.number, 0, 5).unwrap(), b"photo");
    let numbers = [kept.number, next(&mut store, "cd"), next(&mut store, "ef"), next(&mut store, "cd")];
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
}

#[test]
fn a_file_is_read_from_any_place_across_its_parts_and_leaves_nothing_behind() {
    let (_folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    let bytes: Vec<u8> = (0..700_000u32).map(|number| (number / 251) as u8).collect();
    let file = store.transaction(|writer| writer.begin_file(SCOPE, "ab", 700_000)).unwrap().number;
    let append = |store: &mut Store, at: usize, until: usize| {
        store.transaction(|writer| writer.append_file(file, at as u64, &bytes[at..until])).unwrap()
    };
    assert!(
        append(&mut store, 0, 5) && append(&mut store, 5, 300_000) && append(&mut store, 300_000, 700_000)
    );
    assert!(!append(&mut store, 5, 10), "it does not end there");
    for (from, len) in [(0, 700_000), (3, 4), (4, 262_145), (699_999, 1)] {
        let read = store.reader().file_bytes(file, from as u64, len).unwrap();
        assert!(read == bytes[from..from + len], "{from} {len}");
    }
    assert!(matches!(store.reader().file_bytes(file, 699_999, 2), Err(StoreError::Damaged("file"))));
    store.transaction(|writer| writer.purge(SCOPE)).unwrap();
    let connection = store.reader().connection();
    let parts: u32 = connection.query_row("SELECT count(*) FROM file_parts", [], |row| row.get(0)).unwrap();
    assert_eq!(parts, 0);
}

#[test]
fn a_store_that_is_open_is_refused_to_others() {
    let (_folder, path) = folder();
    let store = open(&path).unwrap();
    assert!(matches!(open(&path), Err(StoreError::InUse)));
    drop(store);
    assert!(open(&path).is_ok());
}

#[cfg(unix)]
#[test]
fn a_store_keeps_its_id_until_it_is_copied_restored_or_put_back() {
    let (folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    let id = store.id();
    drop(store);
    assert_eq!(open(&path).unwrap().id(), id);

    let backup = std::fs::read(&path).unwrap();
    let elsewhere = folder.path().join("copy.db");
    for suffix in ["", ".installation", ".edits"] {
        let name = |base: &Path| PathBuf::from(format!("{}{suffix}", base.display()));
        std::fs::copy(name(&path), name(&elsewhere)).unwrap();
    }
    let copy = open(&elsewhere).unwrap();
    assert_ne!(copy.id(), id);
    assert!(copy.reader().record(PATIENT).unwrap().is_some());

    let mut store = open(&path).unwrap();
    assert_eq!(store.id(), id);
    save(&mut store, "Szabó");
    drop(store);
    assert_eq!(open(&path).unwrap().id(), id);
    std::fs::write(&path, backup).unwrap();
    let restored = open(&path).unwrap();
    assert_ne!(restored.id(), id);
    let kept = restored.id();
    drop(restored);
    assert_eq!(open(&path).unwrap().id(), kept);
}

#[test]
fn a_destroyed_store_leaves_no_file() {
    let (folder, path) = folder();
    let mut store = open(&path).unwrap();
    save(&mut store, "Kovács");
    drop(store);
    let wiping = Wiping::of(&path);
    wiping.destroy_files().unwrap();
    wiping.destroy_files().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Runs the child below on the store at `path`, and says how it ended.
fn in_another_process(path: &Path, task: &str) -> std::process::ExitStatus {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "store::tests::another_process"])
        .env("DOORSTEP_TEST_STORE", path)
        .env("DOORSTEP_TEST_TASK", task)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap()
}

#[test]
#[ignore = "runs in a process of its own, started by another test"]
fn another_process() {
    let Some(path) = std::env::var_os("DOORSTEP_TEST_STORE").map(PathBuf::from) else { return };
    let opened = open(&path);
    match std::env::var("DOORSTEP_TEST_TASK").unwrap().as_str() {
        "be refused" => assert!(matches!(opened, Err(StoreError::InUse))),
        _ => {
            let mut store = opened.unwrap();
            save(&mut store, "Kovács");
            std::process::abort();
        }
    }
}

#[test]
fn another_process_is_refused_and_a_dead_one_holds_nothing() {
    let (_folder, path) = folder();
    let store = open(&path).unwrap();
    let id = store.id();
    assert!(in_another_process(&path, "be refused").success());
    drop(store);
    assert!(!in_another_process(&path, "save and die").success());
    let store = open(&path).unwrap();
    assert!(store.reader().record(PATIENT).unwrap().is_some());
    assert_eq!(store.id(), id);
}
