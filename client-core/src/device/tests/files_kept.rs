//! How long a file stays on the phone: until its case ends, the phone is wiped, or others are used more.

use super::files::{attachment, bytes, download, phone_with, sync};
use super::shelf::{Fault, Shelf};
use super::*;
use crate::limits::{ATTACHMENT_BYTES_MAX, CASE_FILES_BYTES_MAX};

/// Whether the store knows of any file.
fn knows_of_files(phone: &Phone, scope: ScopeId) -> bool {
    let is_known = |store: crate::store::Reader<'_>| {
        Ok(!store.held_files(scope)?.is_empty() || store.has_unsent_files(scope)?)
    };
    phone.read_even_locked(is_known).unwrap()
}

#[test]
fn i11_a_case_that_ends_takes_its_files_along() {
    let shelf = Shelf::default();
    let (phone, scope, id) = phone_with(&shelf, &bytes(300_000, 1));
    sync(&phone, &shelf).unwrap();
    assert!(knows_of_files(&phone, scope));
    shelf.server.state().revoked = vec![scope];
    sync(&phone, &shelf).unwrap();
    assert!(!knows_of_files(&phone, scope));
    assert_eq!(phone.file(id).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn i11_a_case_that_ends_with_a_file_that_was_not_sent_offers_it_and_then_deletes_it() {
    for is_lenient in [false, true] {
        let shelf = Shelf::default();
        let photo = bytes(300_000, 2);
        let (phone, scope, id) = phone_with(&shelf, &photo);
        shelf.server.state().is_away = true;
        sync(&phone, &shelf).unwrap_err();
        shelf.server.state().is_away = false;
        shelf.server.state().revoked = vec![scope];
        shelf.state().is_lenient = is_lenient;
        shelf.state().faults = [Fault::ChunkLost].into();
        let first = sync(&phone, &shelf);
        if is_lenient {
            assert_eq!(first.unwrap_err().kind(), ErrorKind::Network);
            assert!(knows_of_files(&phone, scope), "it has not been sent yet");
            assert_eq!(phone.file(id).unwrap_err().kind(), ErrorKind::NotFound, "and is not shown");
            sync(&phone, &shelf).unwrap();
        }
        let held: Vec<Vec<u8>> = shelf.state().held.values().cloned().collect();
        assert_eq!(held, if is_lenient { vec![photo] } else { Vec::new() });
        assert!(!knows_of_files(&phone, scope));
        assert!(phone.read_even_locked(|store| Ok(store.ending_scopes()?)).unwrap().is_empty());
        assert!(phone.sync_status().unwrap().is_all_sent);
    }
}

#[test]
fn i7_a_server_that_was_restored_without_a_file_gets_it_again() {
    let shelf = Shelf::default();
    let photo = bytes(300_000, 3);
    let (phone, _, id) = phone_with(&shelf, &photo);
    sync(&phone, &shelf).unwrap();
    shelf.state().held.clear();
    shelf.server.state().epoch += 1;
    sync(&phone, &shelf).unwrap();
    sync(&phone, &shelf).unwrap();
    assert_eq!(shelf.state().held.values().next(), Some(&photo));
    assert_eq!(phone.file_state(id).unwrap(), FileState::Held);
}

#[test]
fn a_file_that_is_attached_twice_is_kept_and_sent_once() {
    let shelf = Shelf::default();
    let photo = bytes(300_000, 4);
    let (phone, scope, first) = phone_with(&shelf, &photo);
    let second = phone.attach(scope, &attachment(), &photo).unwrap().header.id;
    assert_eq!(phone.sync_status().unwrap().unsent_files, 1);
    sync(&phone, &shelf).unwrap();
    assert_eq!(shelf.state().travelled_bytes, photo.len());
    for id in [first, second] {
        assert_eq!(
            (phone.file_state(id).unwrap(), phone.file(id).unwrap()),
            (FileState::Held, photo.clone())
        );
    }
}

#[test]
fn past_the_limit_of_a_case_the_least_recently_used_leaves_and_what_is_only_here_never() {
    let shelf = Shelf::default();
    let phone = Phone::new(&shelf.server);
    let scope = phone.case().header.scope;
    let large = |seed: u8| {
        let bytes = vec![seed; usize::try_from(ATTACHMENT_BYTES_MAX).unwrap()];
        phone.attach(scope, &attachment(), &bytes).unwrap().header.id
    };
    let fit = CASE_FILES_BYTES_MAX / ATTACHMENT_BYTES_MAX;
    let ids: Vec<RecordId> = (0..fit).map(|seed| large(u8::try_from(seed).unwrap())).collect();
    sync(&phone, &shelf).unwrap();
    let states = || ids.iter().map(|id| phone.file_state(*id).unwrap()).collect::<Vec<_>>();
    assert!(states().iter().all(|state| *state == FileState::Held), "the limit of a case is not passed");

    phone.file(ids[0]).unwrap();
    let one_more = phone.attach(scope, &attachment(), b"one more").unwrap().header.id;
    assert!(states().iter().all(|state| *state == FileState::Held), "what is only here does not count");
    sync(&phone, &shelf).unwrap();
    assert_eq!(states()[..2], [FileState::Held, FileState::NotDownloaded]);
    assert_eq!(phone.file_state(one_more).unwrap(), FileState::Held);
    download(&phone, ids[1], &shelf).unwrap();
    assert_eq!(states()[..3], [FileState::Held, FileState::Held, FileState::NotDownloaded]);
}

#[cfg(feature = "encryption")]
#[test]
fn a_file_does_not_lie_open_on_disk() {
    let shelf = Shelf::default();
    let marker = b"a consent that nobody else may read".repeat(10_000);
    let (phone, ..) = phone_with(&shelf, &marker);
    for entry in std::fs::read_dir(phone.folder.path()).unwrap() {
        let stored = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!stored.windows(24).any(|window| window == &marker[..24]));
    }
}
