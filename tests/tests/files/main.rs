//! Files of charts over real HTTP: phones send them in chunks, over lines that are cut and to servers that die, and the office
//! sees them.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod added;
mod device;
mod meanwhile;
mod office;
mod phone;

use std::sync::Arc;

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::limits::{ATTACHMENT_BYTES_MAX, FILE_CHUNK_BYTES_MAX, FILE_CHUNK_BYTES_MIN};
use doorstep_client_core::wire::{Cursor, Frame};
use doorstep_server::config::{Config, FileQuotas};
use doorstep_server::store::{Act, Agent, AuditQuery};
use doorstep_tests::command;
use doorstep_tests::office::Office;
use doorstep_tests::process::{ServerProcess, server_binary};
use doorstep_tests::proxy::{Direction, Proxy};
use doorstep_tests::world::scratch;

use phone::{Phone, bytes, hash};

/// A nurse's phone, and a case of hers.
fn nurse(office: &Office) -> (Phone, ScopeId) {
    let phone = Phone::enrol(&office.url(), &office.invite(office.hire("Ana Sample")));
    let scope = phone.open_case();
    (phone, scope)
}

/// How often each thing happened that is audited.
fn audited(office: &Office, code: &str) -> usize {
    let all = AuditQuery { rows_max: 1_000, ..AuditQuery::default() };
    let entries = office.app().store.audit_entries(office.agency().id, all).unwrap();
    entries.iter().filter(|entry| entry.code == code).count()
}

#[test]
fn a_file_over_a_line_that_is_cut_ten_times_arrives_once_and_whole() {
    const BYTES: usize = 5 << 20;
    const CUTS: u64 = 10;
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let file = bytes(BYTES);
    phone.name(scope, hash(&file), BYTES as u64, "image/jpeg");
    let proxy = Proxy::start(office.running().address).unwrap();
    phone.point_at(&proxy.url());
    let mut asked = 0;
    std::thread::scope(|threads| {
        let sending = threads.spawn(|| phone.send(scope, &file, FILE_CHUNK_BYTES_MAX));
        for cut in 0..CUTS {
            // Now in the middle of a chunk, now while it is answered.
            let (way, after) = if cut % 3 == 2 { (Direction::Down, 40) } else { (Direction::Up, 700_000) };
            proxy.cut_after(way, after);
            while proxy.is_cut_pending() && !sending.is_finished() {
                std::thread::yield_now();
            }
        }
        asked = sending.join().unwrap();
    });
    assert!(asked as u64 > CUTS / 2, "{asked}: the line was hardly cut");
    phone.point_at(&office.url());
    assert!(phone.get(scope, hash(&file), None).body == file);
    assert_eq!(phone.send(scope, &file, FILE_CHUNK_BYTES_MAX), 1, "there is nothing left to send");
    assert_eq!((audited(&office, "file_arrived"), audited(&office, "file_read")), (1, 1));
}

#[test]
fn two_phones_that_send_the_same_file_at_once_bring_it_once() {
    const BYTES: usize = 300_000;
    let office = Office::start();
    let (ana, scope) = nurse(&office);
    let staff = office.hire("Bea Sample");
    office.grant(scope, staff);
    let bea = Phone::enrol(&office.url(), &office.invite(staff));
    let file = bytes(BYTES);
    for phone in [&ana, &bea] {
        phone.name(scope, hash(&file), BYTES as u64, "image/jpeg");
    }
    std::thread::scope(|threads| {
        threads.spawn(|| ana.send(scope, &file, 20_000));
        threads.spawn(|| bea.send(scope, &file, 7_000));
    });
    for phone in [&ana, &bea] {
        let state = phone.state(scope, hash(&file)).unwrap();
        assert_eq!((state.offset, state.length), (Some(BYTES as u64), Some(BYTES as u64)));
        assert!(phone.get(scope, hash(&file), None).body == file);
    }
    assert_eq!(audited(&office, "file_arrived"), 1);
}

#[test]
fn what_does_not_go_on_where_the_last_chunk_ended_is_told_where_that_is() {
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let file = bytes(10_000);
    let (id, length) = ((scope, hash(&file)), 10_000);
    let send = |offset: usize, bytes: &[u8]| phone.patch(id, (offset as u64, length), bytes).unwrap();
    assert_eq!(send(0, &file[..5_000]).refusal(), (404, "file_not_named"));
    assert_eq!(phone.state(scope, hash(&file)).unwrap().status, 404);
    assert_eq!(phone.get(scope, hash(&file), None).refusal(), (404, "file_not_named"));
    phone.name(scope, hash(&file), length, "image/jpeg");
    assert_eq!(phone.get(scope, hash(&file), None).refusal(), (404, "file_not_here"));
    let state = phone.state(scope, hash(&file)).unwrap();
    assert_eq!((state.status, state.offset, state.length), (200, Some(0), Some(length)));
    let first = send(0, &file[..5_000]);
    assert_eq!((first.status, first.offset), (204, Some(5_000)));
    for (offset, part) in [(0, &file[..5_000]), (0, &file[..4_100]), (5_100, &file[5_100..])] {
        let refused = send(offset, part);
        assert_eq!((refused.refusal(), refused.offset), ((409, "wrong_offset"), Some(5_000)));
    }
    let wrong_length = phone.patch(id, (5_000, 9_999), &file[5_000..9_999]).unwrap();
    assert_eq!(wrong_length.refusal(), (409, "wrong_length"));
    let too_much = phone.patch(id, (5_000, length), &[&file[5_000..], b"!"].concat()).unwrap();
    assert_eq!(too_much.refusal(), (409, "wrong_length"));
    assert_eq!(phone.state(scope, hash(&file)).unwrap().offset, Some(5_000), "none of it was taken");
    assert_eq!(send(5_000, &file[5_000..]).offset, Some(length));
    assert_eq!(send(5_000, &file[5_000..]).refusal(), (409, "wrong_offset"), "its answer was lost");

    let whole = phone.get(scope, hash(&file), None);
    assert_eq!((whole.status, whole.body.len()), (200, 10_000));
    let rest = phone.get(scope, hash(&file), Some(9_990));
    assert_eq!((rest.status, &rest.body[..]), (206, &file[9_990..]));
    assert_eq!(phone.get(scope, hash(&file), Some(length)).refusal(), (416, "past_the_end"));
}

#[test]
fn what_does_not_hash_to_its_name_is_dropped_and_the_right_file_is_taken_after_it() {
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let file = bytes(10_000);
    phone.name(scope, hash(&file), 10_000, "image/jpeg");
    let id = (scope, hash(&file));
    assert_eq!(phone.patch(id, (0, 10_000), &[0; 6_000]).unwrap().status, 204);
    assert_eq!(phone.patch(id, (6_000, 10_000), &[0; 4_000]).unwrap().refusal(), (422, "wrong_hash"));
    assert_eq!(phone.state(scope, hash(&file)).unwrap().offset, Some(0));
    assert_eq!(phone.send(scope, &file, FILE_CHUNK_BYTES_MIN), 1);
    assert!(phone.get(scope, hash(&file), None).body == file);
}

#[test]
fn i14_chunks_and_files_are_taken_up_to_their_limits_and_refused_past_them() {
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let (chunk, length) = (bytes(FILE_CHUNK_BYTES_MAX + 1), ATTACHMENT_BYTES_MAX);
    let file = hash(&chunk);
    phone.name(scope, file, length, "image/jpeg");
    let id = (scope, file);
    let past = phone.patch(id, (0, length + 1), &chunk[1..]).unwrap();
    assert_eq!(past.refusal(), (413, "file_too_big"));
    assert_eq!(phone.patch(id, (0, length), &chunk).unwrap().refusal(), (413, "chunk_too_big"));
    assert_eq!(phone.patch(id, (0, length), &[]).unwrap().refusal(), (400, "bad_request"));
    let unlike = [("content-type", "image/jpeg".to_owned())];
    assert_eq!(phone.ask("PATCH", id, &unlike, vec![1]).unwrap().refusal(), (415, "wrong_media_type"));
    let taken = phone.patch(id, (0, length), &chunk[1..]).unwrap();
    assert_eq!((taken.status, taken.offset), (204, Some(FILE_CHUNK_BYTES_MAX as u64)));
}

#[test]
fn i14_chunks_are_taken_from_their_least_size_on_and_smaller_ones_only_where_they_end_their_file() {
    const BYTES: usize = 2 * FILE_CHUNK_BYTES_MIN + 1;
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let file = bytes(BYTES);
    let send = |from: usize, to: usize| {
        phone.patch((scope, hash(&file)), (from as u64, BYTES as u64), &file[from..to]).unwrap()
    };
    let (first, second) = (FILE_CHUNK_BYTES_MIN, 2 * FILE_CHUNK_BYTES_MIN);
    assert_eq!(send(0, first - 1).refusal(), (404, "file_not_named"), "why nothing is taken is told first");
    phone.name(scope, hash(&file), BYTES as u64, "image/jpeg");
    assert_eq!(send(0, first - 1).refusal(), (400, "chunk_too_small"));
    assert_eq!(phone.state(scope, hash(&file)).unwrap().offset, Some(0), "none of it was taken");
    assert_eq!(send(0, first).status, 204);
    assert_eq!(send(first, second - 1).refusal(), (400, "chunk_too_small"));
    assert_eq!(send(first, second).status, 204);
    assert_eq!(send(second, BYTES).status, 204, "it ends the file");
    assert!(phone.get(scope, hash(&file), None).body == file);
}

#[test]
fn files_past_a_quota_are_refused_and_those_that_are_there_stay() {
    let quotas = FileQuotas { case_bytes: 1_000, agency_bytes: 1_500 };
    let config = Config { file_quotas: quotas, ..Config::default() };
    let office = Office::start_as(config, Arc::new(SystemEnvironment));
    let (phone, scope) = nurse(&office);
    let elsewhere = phone.open_case();
    let put = |scope, file: &[u8]| {
        phone.name(scope, hash(file), file.len() as u64, "image/jpeg");
        phone.patch((scope, hash(file)), (0, file.len() as u64), file).unwrap()
    };
    let (first, files) = (bytes(1_000), [bytes(1), bytes(500), bytes(2)]);
    assert_eq!(put(scope, &first).status, 204);
    assert_eq!(put(scope, &files[0]).refusal(), (507, "quota_exceeded"), "the case's");
    assert_eq!(put(elsewhere, &files[1]).status, 204);
    assert_eq!(put(elsewhere, &files[2]).refusal(), (507, "quota_exceeded"), "the agency's");
    assert!(phone.get(scope, hash(&first), None).body == first);
}

#[test]
fn a_server_that_is_killed_between_chunks_goes_on_where_it_answered_last() {
    const BYTES: usize = 60_000;
    let (folder, binary) = (scratch(), server_binary().unwrap());
    let data = folder.path().join("server");
    let mut server = ServerProcess::start(&binary, &data).unwrap();
    let nurse = command::hire(&binary, &data, "ana").unwrap();
    let phone = Phone::enrol(&server.url(), &command::invite(&binary, &data, &nurse).unwrap());
    let scope = phone.open_case();
    let file = bytes(BYTES);
    phone.name(scope, hash(&file), BYTES as u64, "image/jpeg");
    for (at, chunk) in file.chunks(10_000).enumerate() {
        let offset = (at * 10_000) as u64;
        let state = phone.state(scope, hash(&file)).unwrap();
        assert_eq!(state.offset, Some(offset), "what was answered is there");
        let answer = phone.patch((scope, hash(&file)), (offset, BYTES as u64), chunk).unwrap();
        assert_eq!((answer.status, answer.offset), (204, Some(offset + 10_000)));
        server.kill().unwrap();
        server = ServerProcess::start(&binary, &data).unwrap();
        phone.point_at(&server.url());
    }
    assert!(phone.get(scope, hash(&file), None).body == file);
}

#[test]
fn i9_a_nurse_whose_case_went_to_another_may_send_what_she_took_also_once_she_knows_and_reads_nothing() {
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let (here, late, later) = (bytes(10), bytes(20), bytes(30));
    for file in [&here, &late, &later] {
        phone.name(scope, hash(file), file.len() as u64, "image/jpeg");
    }
    phone.send(scope, &here, 10);
    let exchange = |cursor: Option<Cursor>| -> Cursor {
        let frames: Vec<Frame> = phone.rogue.send(&phone.rogue.request(cursor).to_body()).unwrap();
        Cursor::from_bytes(frames.last().unwrap().cursor.as_deref().unwrap()).unwrap()
    };
    let before = exchange(None);
    let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
    let store = &office.app().store;
    store.revoke(office.agency().id, scope, phone.rogue.enrolled.staff, act).unwrap();
    assert_eq!(phone.get(scope, hash(&here), None).refusal(), (403, "no_grant"));
    let told = exchange(Some(before));
    assert_eq!(phone.send(scope, &late, 20), 1, "as her late records are taken");
    exchange(Some(told));
    assert_eq!(phone.send(scope, &later, 30), 1, "a file takes longer than one exchange");
    assert_eq!(phone.get(scope, hash(&later), None).refusal(), (403, "no_grant"));
}
