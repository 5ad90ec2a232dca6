//! Servers that do not take a file, or say what cannot be: nothing is lost, and nothing else waits for it.

use super::files::{attachment, bytes, download, phone_with, sync};
use super::shelf::{Fault, Shelf};
use super::*;
use crate::limits::{ATTACHMENT_BYTES_MAX, FILE_CHUNK_BYTES_MAX, FILE_FAILURES_MAX, FILE_SETBACKS_MAX};
use crate::record::attachment::Attachment;
use crate::transport::Method;

#[test]
fn a_file_that_is_refused_is_shown_with_its_reason_stops_nothing_else_and_is_offered_again() {
    for fault in [Fault::Refused(507, "quota_exceeded"), Fault::Refused(413, "file_too_big")] {
        let shelf = Shelf::default();
        let (phone, scope, first) = phone_with(&shelf, &bytes(1_000_000, 1));
        let second = phone.attach(scope, &attachment(), &bytes(400_000, 2)).unwrap().header.id;
        shelf.state().faults = [fault].into();
        let report = sync(&phone, &shelf).unwrap();
        assert_eq!((report.merged, report.files_sent), (3, 1));
        assert_eq!(phone.file_state(second).unwrap(), FileState::Held);
        let status = phone.sync_status().unwrap();
        assert_eq!((status.unsent_files, status.is_all_sent, status.last_failure), (1, false, None));
        let refused = &status.refused_files[0];
        assert_eq!((refused.record, refused.scope, refused.at), (Some(first), scope, phone.now()));
        let Fault::Refused(_, code) = fault else { unreachable!() };
        assert!(refused.reason.contains(code) && !refused.reason.contains(&attachment().caption));

        shelf.state().always = Some(fault);
        let before = shelf.state().travelled_bytes;
        sync(&phone, &shelf).unwrap();
        assert!(shelf.state().travelled_bytes - before < 10_000, "it only asks whether that still holds");
        shelf.state().always = None;
        sync(&phone, &shelf).unwrap();
        let status = phone.sync_status().unwrap();
        assert_eq!((status.refused_files.len(), status.is_all_sent), (0, true));
        assert_eq!(phone.file(first).unwrap(), bytes(1_000_000, 1));
    }
}

/// A phone with so many files to send.
fn phone_with_files(shelf: &Shelf, count: u32) -> (Phone, Vec<RecordId>) {
    let (phone, scope, first) = phone_with(shelf, &bytes(1_000, 1));
    let attach = |seed| phone.attach(scope, &attachment(), &bytes(1_000, seed)).unwrap().header.id;
    let ids = std::iter::once(first).chain((2..=count).map(attach)).collect();
    (phone, ids)
}

#[test]
fn i14_files_at_which_the_server_fails_are_set_aside_up_to_the_limit_in_a_row_and_past_it_it_is_left_alone() {
    for (failures, is_next_sent) in [(FILE_FAILURES_MAX, true), (FILE_FAILURES_MAX + 1, false)] {
        let shelf = Shelf::default();
        let (phone, ids) = phone_with_files(&shelf, failures + 1);
        shelf.state().faults = vec![Fault::Refused(500, "internal"); failures as usize].into();
        let error = sync(&phone, &shelf).unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Server, true), "{error}");
        let status = phone.sync_status().unwrap();
        assert!(status.refused_files.iter().all(|refused| refused.reason.contains("internal")), "{status:?}");
        assert_eq!((status.refused_files.len(), status.last_failure.is_some()), (failures as usize, true));
        let last = phone.file_state(*ids.last().unwrap()).unwrap();
        assert_eq!(last == FileState::Held, is_next_sent, "{failures}");

        sync(&phone, &shelf).unwrap();
        let status = phone.sync_status().unwrap();
        assert_eq!((status.refused_files.len(), status.is_all_sent), (0, true), "{failures}");
    }
}

#[test]
fn failures_that_do_not_follow_each_other_are_those_of_their_files_however_many() {
    let shelf = Shelf::default();
    let (phone, ids) = phone_with_files(&shelf, 3 * FILE_FAILURES_MAX);
    let every_second = [Fault::Refused(500, "internal"), Fault::None];
    shelf.state().faults = every_second.into_iter().cycle().take(ids.len()).collect();
    sync(&phone, &shelf).unwrap_err();
    let is_held = |id: &&RecordId| phone.file_state(**id).unwrap() == FileState::Held;
    assert_eq!(ids.iter().filter(is_held).count(), ids.len() / 2);
    sync(&phone, &shelf).unwrap();
    assert!(phone.sync_status().unwrap().is_all_sent);
}

#[test]
fn a_server_that_is_away_or_busy_is_left_alone_at_once_and_no_file_is_to_blame() {
    for (fault, kind) in [
        (Fault::ChunkLost, ErrorKind::Network),
        (Fault::Refused(429, "throttled"), ErrorKind::Server),
        (Fault::Refused(502, "bad_gateway"), ErrorKind::Server),
        (Fault::Refused(503, "busy"), ErrorKind::Server),
        (Fault::Refused(504, "too_late_a_gateway"), ErrorKind::Server),
    ] {
        let shelf = Shelf::default();
        let (phone, _) = phone_with_files(&shelf, 3);
        shelf.state().always = Some(fault);
        assert_eq!(sync(&phone, &shelf).unwrap_err().kind(), kind, "{fault:?}");
        let asked = shelf.state().requests.iter().filter(|(method, ..)| *method == Method::Patch).count();
        assert_eq!(asked, 1, "{fault:?}");
        let status = phone.sync_status().unwrap();
        assert_eq!((status.unsent_files, status.refused_files.len()), (3, 0), "{fault:?}");
    }
}

#[test]
fn a_file_that_no_attachment_of_the_servers_names_says_so() {
    let shelf = Shelf::default();
    let (phone, ..) = phone_with(&shelf, &bytes(1_000, 3));
    let id = {
        sync(&phone, &shelf).unwrap();
        let scope = phone.caseload().unwrap()[0].case.scope;
        phone.attach(scope, &attachment(), &bytes(1_000, 4)).unwrap().header.id
    };
    shelf.state().always = Some(Fault::Refused(404, "file_not_named"));
    sync(&phone, &shelf).unwrap();
    let status = phone.sync_status().unwrap();
    assert_eq!(status.refused_files[0].record, Some(id));
    assert!(status.refused_files[0].reason.contains("file_not_named"));
}

#[test]
fn a_server_that_lies_about_a_file_costs_an_error_and_no_byte_and_ends() {
    for (what, lie) in [
        ("beyond the end", Fault::Stands(3_000_001)),
        ("for ever back to the start", Fault::Stands(0)),
        ("for ever at one place", Fault::Stands(1_000)),
        ("damaged for ever", Fault::Damaged),
    ] {
        let shelf = Shelf::default();
        let photo = bytes(3_000_000, 5);
        let (phone, scope, id) = phone_with(&shelf, &photo);
        shelf.state().always = Some(lie);
        let error = sync(&phone, &shelf).unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Server, true), "{what}: {error}");
        assert!(!error.to_string().contains(&attachment().caption), "{error}");
        let times = FILE_SETBACKS_MAX as usize + 2;
        assert!(shelf.state().travelled_bytes <= times * (photo.len() + FILE_CHUNK_BYTES_MAX), "{what}");
        assert_eq!(phone.sync_status().unwrap().refused_files.len(), 1, "{what}");
        assert_eq!(phone.file(id).unwrap(), photo, "{what}");

        shelf.state().always = None;
        shelf.state().held.clear();
        phone.create(scope, &appointment(0, AppointmentStatus::Booked)).unwrap();
        sync(&phone, &shelf).unwrap();
        assert_eq!(shelf.state().held.values().next(), Some(&photo), "{what}");
        assert!(phone.sync_status().unwrap().is_all_sent, "{what}");
    }
}

#[test]
fn a_file_that_was_damaged_on_its_way_is_sent_once_more() {
    let shelf = Shelf::default();
    let photo = bytes(1_500_000, 6);
    let (phone, _, id) = phone_with(&shelf, &photo);
    shelf.state().faults = [Fault::Damaged].into();
    sync(&phone, &shelf).unwrap();
    assert_eq!(phone.file_state(id).unwrap(), FileState::Held);
    assert_eq!(shelf.state().held.values().next(), Some(&photo));
    assert_eq!(shelf.state().travelled_bytes, 2 * photo.len());
}

#[test]
fn a_phone_that_is_to_be_wiped_in_the_middle_of_a_file_is() {
    let shelf = Shelf::default();
    let (phone, ..) = phone_with(&shelf, &bytes(1_000, 7));
    shelf.state().always = Some(Fault::Refused(403, "device_wipe"));
    assert_eq!(sync(&phone, &shelf).unwrap_err().kind(), ErrorKind::Wiped);
    assert_eq!(phone.caseload().unwrap_err().kind(), ErrorKind::Wiped);
}

#[test]
fn what_does_not_hash_to_its_name_or_does_not_end_is_not_kept_and_what_is_not_there_yet_is_told() {
    let shelf = Shelf::default();
    let photo = bytes(600_000, 8);
    let (ann, _, id) = phone_with(&shelf, &photo);
    shelf.state().always = Some(Fault::Refused(507, "quota_exceeded"));
    sync(&ann, &shelf).unwrap();
    let bea = Phone::new(&shelf.server);
    sync(&bea, &shelf).unwrap();
    let early = download(&bea, id, &shelf).unwrap_err();
    assert_eq!((early.kind(), early.server_code()), (ErrorKind::NotDownloaded, Some("file_not_here")));

    shelf.state().always = None;
    sync(&ann, &shelf).unwrap();
    let path = shelf.state().held.keys().next().unwrap().clone();
    for lie in [bytes(600_000, 9), bytes(600_001, 8), bytes(700_000, 8)] {
        shelf.state().held.insert(path.clone(), lie);
        // Whatever its length, it is given.
        shelf.state().cut_after_bytes = Some(usize::MAX);
        let error = download(&bea, id, &shelf).unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Server, true), "{error}");
        assert_eq!(bea.file_state(id).unwrap(), FileState::NotDownloaded);
    }
    shelf.state().held.insert(path, photo.clone());
    download(&bea, id, &shelf).unwrap();
    assert_eq!(bea.file(id).unwrap(), photo);
}

#[test]
fn i14_a_file_is_attached_up_to_its_limit_and_not_past_it_and_travels_in_chunks_up_to_theirs() {
    let shelf = Shelf::default();
    let phone = Phone::new(&shelf.server);
    let scope = phone.case().header.scope;
    let limit = usize::try_from(ATTACHMENT_BYTES_MAX).unwrap();
    for len in [0, limit + 1] {
        let refused = phone.attach(scope, &attachment(), &vec![7; len]).unwrap_err();
        assert_eq!(
            (refused.kind(), refused.problems()[0].field.as_str()),
            (ErrorKind::Invalid, "size_bytes")
        );
    }
    assert_eq!(phone.sync_status().unwrap().unsent_files, 0);
    let id = phone.attach(scope, &attachment(), &vec![7; limit]).unwrap().header.id;
    sync(&phone, &shelf).unwrap();
    assert_eq!(phone.file_state(id).unwrap(), FileState::Held);
    let state = shelf.state();
    let chunks = state.requests.iter().filter(|(method, ..)| *method == Method::Patch);
    assert_eq!(chunks.map(|(.., len)| *len).max(), Some(FILE_CHUNK_BYTES_MAX));
}

#[test]
fn what_names_no_file_or_one_past_the_limit_is_not_downloaded() {
    let shelf = Shelf::default();
    let phone = Phone::new(&shelf.server);
    let case = phone.case();
    let nothing = Attachment { sha256: "0".repeat(64), size_bytes: Some(0), ..attachment() };
    let id = phone.create(case.header.scope, &nothing.into()).unwrap().header.id;
    assert_eq!(download(&phone, id, &shelf).unwrap_err().kind(), ErrorKind::Invalid);
    for error in [
        download(&phone, case.header.id, &shelf).unwrap_err(),
        phone.file(case.header.id).unwrap_err(),
        phone.file_state(case.header.id).unwrap_err(),
        phone.thumbnail(RecordId::from_bytes([8; 16])).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
