//! Requests that are none, or nobody's.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::limits::{
    CURSOR_BYTES_MAX, LIST_SCOPES_MAX, PUSH_RECORDS_MAX, REQUEST_BYTES_MAX, REQUEST_DECOMPRESSED_BYTES_MAX,
    WANT_RECORDS_MAX, WINDOW_LOG_MAX,
};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::wire::{
    Cursor, Epoch, Frame, FrameBody, MEDIA_TYPE, Pending, Push, SyncRequest, scope_digest,
};
use doorstep_server::auth::Bearer;
use doorstep_server::limits::REST_BYTES_MAX;
use doorstep_server::store::{Act, Agent};
use doorstep_tests::office::Office;
use doorstep_tests::rogue::{Refused, Rogue, creation, new_id, new_scope};
use zstd::stream::write::Encoder;

use crate::{new_rogue, open_case, patient, task};

fn compress(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 1).unwrap()
}

/// Compressed with a window of this base-2 logarithm of bytes, all of which a reader has to set aside.
fn with_window(bytes: &[u8], window_log: u32) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(window_log).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn refused(status: u16, code: &str) -> Option<Refused> {
    Some((status, code.to_owned()))
}

#[test]
fn each_request_that_is_none_is_refused_with_its_own_code_and_the_next_good_one_is_not() {
    let office = Office::start();
    let rogue = new_rogue(&office, "Ana Sample");
    let case = open_case(&rogue);
    let good = rogue.request(None).to_body();
    let cbor = zstd::stream::decode_all(&good[..]).unwrap();
    let with = |change: fn(&mut SyncRequest)| {
        let mut request = rogue.request(None);
        change(&mut request);
        request.to_body()
    };
    let zeros = vec![0; REQUEST_DECOMPRESSED_BYTES_MAX + 1];
    let bad: Vec<(&str, Vec<u8>, Option<Refused>)> = vec![
        ("nothing", Vec::new(), refused(400, "malformed")),
        ("no zstd", b"no zstd at all".to_vec(), refused(400, "malformed")),
        ("zstd cut off", good[..good.len() - 5].to_vec(), refused(400, "malformed")),
        ("a window past its limit", with_window(&zeros, WINDOW_LOG_MAX + 1), refused(400, "malformed")),
        ("no CBOR", compress(b"\xff\x00no CBOR"), refused(400, "malformed")),
        ("CBOR cut off", compress(&cbor[..cbor.len() - 1]), refused(400, "malformed")),
        ("CBOR of something else", compress(b"\x84\x01\x02\x03\x04"), refused(400, "malformed")),
        ("past its limit decompressed", compress(&zeros), refused(413, "too_big")),
        ("protocol 2", with(|request| request.protocol = 2), refused(426, "protocol_unknown")),
        (
            "too many pushes",
            with(|request| {
                let push = Push { record: RecordId::from_bytes([1; 16]), changes: Default::default() };
                request.pushes = vec![push; PUSH_RECORDS_MAX + 1];
            }),
            refused(413, "too_big"),
        ),
        (
            "too many scopes to list",
            with(|request| request.list = vec![new_scope(); LIST_SCOPES_MAX + 1]),
            refused(413, "too_big"),
        ),
        (
            "too many wanted records",
            with(|request| request.want = vec![new_id(); WANT_RECORDS_MAX + 1]),
            refused(413, "too_big"),
        ),
    ];
    for (what, body, expected) in bad {
        assert_eq!(rogue.send(&body).err(), expected, "{what}");
    }
    assert_eq!(push_a_task(&rogue, case), ["merged"]);
}

fn push_a_task(rogue: &Rogue, case: ScopeId) -> Vec<String> {
    let record = new_id();
    rogue
        .push(vec![Push { record, changes: creation(case, record, task("order dressings"), rogue.author()) }])
}

/// Posts what comes of a body of this length before the connection ends, and reads the answer; empty where there is
/// none.
fn post_cut(office: &Office, rogue: &Rogue, content_length: usize, body: &[u8]) -> String {
    let mut connection = TcpStream::connect(office.url().trim_start_matches("http://")).unwrap();
    let token = &rogue.enrolled.access_token;
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: office\r\nconnection: close\r\ncontent-type: {MEDIA_TYPE}\r\n\
         authorization: Bearer {token}\r\ncontent-length: {content_length}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(body).unwrap();
    connection.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_body_that_is_cut_off_is_refused_and_changes_nothing() {
    let office = Office::start();
    let rogue = new_rogue(&office, "Ana Sample");
    let case = open_case(&rogue);
    let record = new_id();
    let mut request = rogue.request(None);
    request.pushes = vec![Push { record, changes: creation(case, record, task("cut"), rogue.author()) }];
    let body = request.to_body();
    let is_stored = || {
        let snapshot = office.app().store.snapshot(office.agency().id).unwrap();
        snapshot.record(record).unwrap().is_some()
    };
    for arrives in [0, 1, body.len() / 2, body.len() - 1] {
        let answer = post_cut(&office, &rogue, body.len(), &body[..arrives]);
        let is_refused = answer.starts_with("HTTP/1.1 400") && answer.contains("\"bad_request\"");
        assert!(is_refused, "{arrives} bytes: {answer}");
        assert!(!is_stored());
    }
    assert!(rogue.send(&body).is_ok());
    assert!(is_stored(), "so that was all that was wrong with it");
}

#[test]
fn i14_a_body_at_its_limit_is_looked_at_and_one_past_it_is_not() {
    let office = Office::start();
    let rogue = new_rogue(&office, "Ana Sample");
    assert_eq!(rogue.send(&vec![0; REQUEST_BYTES_MAX]).err(), refused(400, "malformed"));
    assert_eq!(rogue.send(&vec![0; REQUEST_BYTES_MAX + 1]).err(), refused(413, "too_big"));
}

#[test]
fn i14_who_is_refused_while_sending_hears_of_it_and_keeps_the_connection_up_to_a_limit() {
    let office = Office::start();
    let address = office.url().trim_start_matches("http://").to_owned();
    for (bytes, is_kept) in [(0, true), (REST_BYTES_MAX, true), (REST_BYTES_MAX + 1, false)] {
        let mut connection = TcpStream::connect(&address).unwrap();
        write!(connection, "POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-length: {bytes}\r\n\r\n").unwrap();
        connection.write_all(&vec![b'x'; bytes]).unwrap();
        let mut answers = BufReader::new(connection.try_clone().unwrap());
        let head = read_head(&mut answers);
        assert!(head.starts_with("HTTP/1.1 401"), "{bytes} bytes: {head}");
        assert_eq!(!head.contains("connection: close"), is_kept, "{bytes} bytes: {head}");
        if is_kept {
            let body = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            answers.read_exact(&mut vec![0; body.parse().unwrap()]).unwrap();
            write!(connection, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
            assert!(read_head(&mut answers).starts_with("HTTP/1.1 200"), "after {bytes} bytes");
        }
    }
}

/// An answer's status and headers, a line each, in lower case but for the status.
fn read_head(answers: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(answers.read_line(&mut head).unwrap(), 0, "the connection was closed: {head}");
    }
    head
}

#[test]
fn who_has_no_good_token_is_told_what_is_wrong_with_it_and_nothing_else() {
    let office = Office::start();
    let rogue = new_rogue(&office, "Ana Sample");
    let body = rogue.request(None).to_body();
    let app = office.app();
    let (agency, device) = (office.agency().id, rogue.enrolled.device);
    let issue = |bearer, ago_ms: i64| {
        let (token, _) = app.keys.issue(bearer, SystemEnvironment.now().saturating_add_ms(-ago_ms)).unwrap();
        format!("Bearer {token}")
    };
    let good = format!("Bearer {}", rogue.enrolled.access_token);
    let expired = issue(Bearer::Device(agency, device), 24 * 3_600_000);
    let offices = issue(Bearer::Staff(agency, rogue.enrolled.staff), 0);
    let altered = format!("{}{}", &good[..good.len() - 2], if good.ends_with("AA") { "BB" } else { "AA" });
    let long = format!("Bearer {}", "A".repeat(6_000));
    for (authorization, code) in [
        (None, "token_missing"),
        (Some("Basic YW5hOmFuYQ=="), "token_missing"),
        (Some("Bearer"), "token_missing"),
        (Some("Bearer not.a.token"), "token_invalid"),
        (Some(long.as_str()), "token_invalid"),
        (Some(altered.as_str()), "token_invalid"),
        (Some(offices.as_str()), "token_invalid"),
        (Some(expired.as_str()), "token_expired"),
    ] {
        assert_eq!(rogue.post(authorization, &body).err(), refused(401, code), "{authorization:?}");
        assert_eq!(rogue.post(authorization, b"no request").err(), refused(401, code), "{authorization:?}");
    }
    assert!(rogue.post(Some(&good), &body).is_ok());
    let by = Act { by: Agent::Command, at: Timestamp::UNIX_EPOCH };
    app.store.set_device_locked(agency, device, true, by).unwrap();
    assert_eq!(rogue.post(Some(&good), &body).err(), refused(403, "device_locked"));
}

#[test]
fn a_cursor_that_this_server_cannot_have_made_is_refused() {
    let office = Office::start();
    let rogue = new_rogue(&office, "Ana Sample");
    open_case(&rogue);
    let good = last_cursor(&rogue.send(&rogue.request(None).to_body()).unwrap());
    assert!(rogue.send(&rogue.request(Some(good.clone())).to_body()).is_ok());
    let raw = |bytes: Vec<u8>| SyncRequest { cursor: Some(bytes), ..rogue.request(None) };
    let pending = Pending { scope: new_scope(), after: None };
    for (what, request) in [
        ("no CBOR", raw(b"\xff".to_vec())),
        ("nothing", raw(Vec::new())),
        ("past its limit", raw(vec![0; CURSOR_BYTES_MAX + 1])),
        ("of another epoch", rogue.request(Some(Cursor { epoch: Epoch([9; 8]), ..good.clone() }))),
        ("of the future", rogue.request(Some(Cursor { seq: good.seq + 1, ..good.clone() }))),
        ("of the end of time", rogue.request(Some(Cursor { seq: u64::MAX, ..good.clone() }))),
        ("of too many scopes", rogue.request(Some(Cursor { pending: vec![pending; 2_000], ..good.clone() }))),
    ] {
        assert_eq!(rogue.send(&request.to_body()).err(), refused(409, "unknown_cursor"), "{what}");
    }
}

#[test]
fn a_cursor_a_list_and_a_wish_for_anothers_case_bring_nothing_of_it() {
    let office = Office::start();
    let (ana, bea) = (new_rogue(&office, "Ana Sample"), new_rogue(&office, "Bea Sample"));
    let record = new_id();
    let case = new_scope();
    ana.push(vec![Push { record, changes: creation(case, record, patient("Rosa"), ana.author()) }]);
    let honest = last_cursor(&bea.send(&bea.request(None).to_body()).unwrap());
    for cursor in [
        Cursor { pending: vec![Pending { scope: case, after: None }], ..honest.clone() },
        Cursor { seq: 0, pending: vec![Pending { scope: case, after: Some(record) }], ..honest.clone() },
        Cursor { seq: 0, ..honest },
    ] {
        let mut request = bea.request(Some(cursor));
        (request.verify, request.list, request.want) = (true, vec![case], vec![record]);
        for frame in bea.send(&request.to_body()).unwrap() {
            match frame.body {
                FrameBody::Documents(documents) => {
                    assert!(documents.iter().all(|document| document.record != record));
                }
                FrameBody::Changes(changes) => assert!(changes.iter().all(|change| change.record != record)),
                FrameBody::Granted(scopes) => assert!(!scopes.contains(&case)),
                FrameBody::Versions(scope, _) => assert_ne!(scope, case),
                FrameBody::Done(done) => assert!(done.digests.iter().all(|digest| digest.scope != case)),
                FrameBody::Verdicts(_) | FrameBody::Revoked(_) | FrameBody::Reviewed(_) => {}
            }
        }
    }
    let mut own = ana.request(None);
    own.verify = true;
    let frames = ana.send(&own.to_body()).unwrap();
    let Some(Frame { body: FrameBody::Done(done), .. }) = frames.last() else { panic!("no end") };
    let versions = office.app().store.snapshot(office.agency().id).unwrap().versions(case).unwrap();
    let digest = scope_digest(versions.iter().map(|(record, version)| (*record, version)));
    assert!(done.digests.iter().any(|of| of.scope == case && of.digest == digest), "so that was looked for");
}

fn last_cursor(frames: &[Frame]) -> Cursor {
    let bytes = frames.iter().rev().find_map(|frame| frame.cursor.as_deref()).unwrap();
    Cursor::from_bytes(bytes).unwrap()
}
