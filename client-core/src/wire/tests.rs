//! The exchange's bytes: what each type looks like (a change here breaks phones in the field), what is refused.

use std::io::{Cursor as Bytes, Read};

use super::framing::compress;
use super::*;
use crate::document::{Changeset, StoreId, Version};
use crate::ids::{RecordId, ScopeId};
use crate::limits;
use crate::record::Timestamp;

fn record(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn scope(number: u8) -> ScopeId {
    ScopeId::from_bytes([number; 16])
}

fn moment() -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000).unwrap()
}

fn request() -> SyncRequest {
    SyncRequest::new(moment(), StoreId([3; 8]), Some(vec![1, 2]))
}

fn push(number: u8) -> Push {
    Push { record: record(number), changes: Changeset::from_bytes(vec![9, 9]) }
}

fn done() -> Frame {
    let done = Done { server_time: moment(), epoch: Epoch([5; 8]), has_more: false, digests: Vec::new() };
    Frame { body: FrameBody::Done(done), cursor: Some(vec![7]) }
}

/// The smallest bytes that are laid out as a document: no actors, no heads, and one byte more.
fn blank_document() -> Vec<u8> {
    crate::document::unpack_document(&[0, 0, 5]).unwrap()
}

fn shown(value: &impl minicbor::Encode<()>) -> String {
    minicbor::display(&minicbor::to_vec(value).unwrap()).to_string()
}

fn answer(frames: &[Frame]) -> Vec<u8> {
    let mut writer = FrameWriter::new(AnswerSize::Update).unwrap();
    let (last, others) = frames.split_last().unwrap();
    let mut bytes: Vec<u8> = others.iter().flat_map(|frame| writer.frame(frame).unwrap()).collect();
    bytes.extend(writer.finish(last).unwrap());
    bytes
}

fn read(bytes: &[u8]) -> Vec<Result<Frame, WireError>> {
    FrameReader::new(bytes).unwrap().collect()
}

#[test]
fn each_type_on_the_wire_looks_as_it_always_did() {
    let mut full = request();
    full.pushes = vec![push(1)];
    full.verify = true;
    full.list = vec![scope(2)];
    full.want = vec![record(3)];
    let id = |digit: char| {
        format!("h'{}'", digit.to_string().repeat(2).replace(digit, &format!("0{digit}")).repeat(8))
    };
    let id = |digit: char| id(digit).replace(' ', "");
    assert_eq!(
        shown(&full).replace(' ', ""),
        format!(
            "[1,1700000000000,h'0303030303030303',h'0102',[[{},h'000909']],0,true,[{}],[{}]]",
            id('1'),
            id('2'),
            id('3')
        )
    );
    let cursor = Cursor {
        epoch: Epoch([5; 8]),
        seq: 77,
        pending: vec![
            Pending { scope: scope(2), after: Some(record(1)) },
            Pending { scope: scope(3), after: None },
        ],
    };
    assert_eq!(
        shown(&cursor).replace(' ', ""),
        format!("[h'0505050505050505',77,[[{},{}],[{}]]]", id('2'), id('1'), id('3'))
    );
    let refused = Refused { code: "too_big".into(), message: "words".into() };
    for (body, expected) in [
        (
            FrameBody::Verdicts(vec![Verdict::Merged, Verdict::Quarantined(refused)]),
            "[0,[[null,[\"too_big\",\"words\"]]]]".to_owned(),
        ),
        (FrameBody::Granted(vec![scope(1)]), format!("[1,[[{}]]]", id('1'))),
        (FrameBody::Revoked(vec![scope(1)]), format!("[2,[[{}]]]", id('1'))),
        (
            FrameBody::Documents(vec![DocumentOf { record: record(1), document: blank_document() }]),
            format!("[3,[[[{},h'000005']]]]", id('1')),
        ),
        (
            FrameBody::Changes(vec![ChangesOf {
                record: record(1),
                changes: Changeset::from_bytes(vec![8]),
            }]),
            format!("[4,[[[{},h'0008']]]]", id('1')),
        ),
        (
            FrameBody::Versions(scope(2), vec![VersionOf { record: record(1), version: Version::empty() }]),
            format!("[5,[{},[[{},h'']]]]", id('2'), id('1')),
        ),
        (
            FrameBody::Reviewed(vec![Reviewed { record: record(1), discarded_because: Some("why".into()) }]),
            format!("[7,[[[{},\"why\"]]]]", id('1')),
        ),
        (done().body, "[6,[[1700000000000,h'0505050505050505',false,[]]]]".to_owned()),
    ] {
        let frame = Frame { body, cursor: None };
        let bytes = minicbor::to_vec(&frame).unwrap();
        assert_eq!(shown(&frame.body).replace(' ', ""), expected);
        assert_eq!(minicbor::decode::<Frame>(&bytes).unwrap(), frame);
    }
}

#[test]
fn a_request_and_an_answer_arrive_as_they_were_sent() {
    let mut full = request();
    full.pushes = vec![push(1), push(2)];
    assert_eq!(SyncRequest::from_body(&full.to_body()).unwrap(), full);
    let frames = [Frame { body: FrameBody::Granted(vec![scope(1)]), cursor: Some(vec![1]) }, done()];
    let received: Vec<Frame> = read(&answer(&frames)).into_iter().map(Result::unwrap).collect();
    assert_eq!(received, frames);
}

#[test]
fn an_answer_cut_at_any_byte_yields_its_whole_frames_and_then_says_that_it_was_cut() {
    let granted =
        |number| Frame { body: FrameBody::Granted(vec![scope(number)]), cursor: Some(vec![number]) };
    let frames = [granted(1), granted(2), done()];
    let whole = answer(&frames);
    for cut in 1..whole.len() {
        let received = read(&whole[..cut]);
        let (last, before) = received.split_last().unwrap();
        match last {
            // The end mark of the zstd stream alone may be missing.
            Ok(last) => assert_eq!(*last, frames[2], "cut at {cut}"),
            Err(error) => assert!(matches!(error, WireError::Cut), "cut at {cut}: {error}"),
        }
        for (received, sent) in before.iter().zip(&frames) {
            assert_eq!(received.as_ref().unwrap(), sent, "cut at {cut}");
        }
    }
}

#[test]
fn frames_arrive_before_the_answer_ends() {
    let mut writer = FrameWriter::new(AnswerSize::Update).unwrap();
    let first = Frame { body: FrameBody::Granted(vec![scope(1)]), cursor: None };
    let bytes = writer.frame(&first).unwrap();
    let mut reader = FrameReader::new(bytes.as_slice()).unwrap();
    assert_eq!(reader.next().unwrap().unwrap(), first);
}

#[test]
fn what_is_no_request_is_refused_as_such() {
    assert!(matches!(SyncRequest::from_body(b"neither zstd nor CBOR"), Err(WireError::Compression)));
    assert!(matches!(SyncRequest::from_body(&compress(b"no CBOR")), Err(WireError::Malformed(_))));
    let whole = request().to_body();
    assert!(matches!(SyncRequest::from_body(&whole[..whole.len() / 2]), Err(WireError::Compression)));
    let mut newer = minicbor::to_vec(request()).unwrap();
    newer[1] = 2;
    assert!(matches!(SyncRequest::from_body(&compress(&newer)), Err(WireError::Protocol(2))));
    assert!(matches!(Cursor::from_bytes(b"forged"), Err(WireError::Malformed(_))));
}

#[test]
fn i14_counts_in_a_request_at_their_limits_and_one_past_them() {
    type Fill = fn(&mut SyncRequest, usize);
    let cases: [(usize, Fill); 3] = [
        (limits::PUSH_RECORDS_MAX, |request, count| request.pushes = vec![push(1); count]),
        (limits::LIST_SCOPES_MAX, |request, count| request.list = vec![scope(1); count]),
        (limits::WANT_RECORDS_MAX, |request, count| request.want = vec![record(1); count]),
    ];
    for (limit, fill) in cases {
        let mut request = request();
        fill(&mut request, limit);
        assert!(SyncRequest::from_body(&request.to_body()).is_ok());
        fill(&mut request, limit + 1);
        let refused = SyncRequest::from_body(&request.to_body());
        assert!(matches!(refused, Err(WireError::TooBig { limit: told, .. }) if told == limit));
    }
}

#[test]
fn i14_a_decompressed_body_at_its_limit_and_one_past_it_and_a_bomb() {
    let body_of = |len: usize| {
        let mut request = request();
        let overhead = minicbor::to_vec(&request).unwrap().len() + 18 + 6;
        request.pushes =
            vec![Push { record: record(1), changes: Changeset::from_bytes(vec![0; len - overhead]) }];
        let bytes = minicbor::to_vec(&request).unwrap();
        (request.to_body(), bytes.len())
    };
    let max = limits::REQUEST_DECOMPRESSED_BYTES_MAX;
    let (_, len) = body_of(max);
    let slack = max - len;
    let (fits, len) = body_of(max + slack);
    assert_eq!(len, max);
    assert!(SyncRequest::from_body(&fits).is_ok());
    let (past, len) = body_of(max + slack + 1);
    assert_eq!(len, max + 1);
    assert!(matches!(SyncRequest::from_body(&past), Err(WireError::TooBig { .. })));

    let bomb = zstd::encode_all(std::io::repeat(0).take(1 << 30), 3).unwrap();
    assert!(bomb.len() < limits::REQUEST_BYTES_MAX);
    assert!(matches!(SyncRequest::from_body(&bomb), Err(WireError::TooBig { .. })));
}

#[test]
fn i14_a_body_at_its_limit_is_looked_at_and_one_past_it_is_not() {
    let looked_at = SyncRequest::from_body(&vec![0; limits::REQUEST_BYTES_MAX]);
    assert!(matches!(looked_at, Err(WireError::Compression)));
    let refused = SyncRequest::from_body(&vec![0; limits::REQUEST_BYTES_MAX + 1]);
    assert!(matches!(refused, Err(WireError::TooBig { limit: limits::REQUEST_BYTES_MAX, .. })));
}

#[test]
fn i14_a_cursor_at_its_limit_is_looked_at_and_one_past_it_is_not() {
    assert!(matches!(Cursor::from_bytes(&vec![0; limits::CURSOR_BYTES_MAX]), Err(WireError::Malformed(_))));
    assert!(matches!(
        Cursor::from_bytes(&vec![0; limits::CURSOR_BYTES_MAX + 1]),
        Err(WireError::TooBig { .. })
    ));
}

#[test]
fn i14_heads_of_a_version_at_their_limit_and_one_past_it() {
    let heads =
        |count: usize| (0..count as u32).flat_map(|n| [n.to_be_bytes(); 8].concat()).collect::<Vec<u8>>();
    assert!(Version::from_bytes(&heads(limits::VERSION_HEADS_MAX)).is_ok());
    assert!(Version::from_bytes(&heads(limits::VERSION_HEADS_MAX + 1)).is_err());
    assert!(Version::from_bytes(&[1; 33]).is_err());
}

#[test]
fn i14_a_frame_at_its_limit_and_one_past_it() {
    let frame_of = |document: usize| {
        let changes = Changeset::from_bytes(vec![1; document]);
        let frame =
            Frame { body: FrameBody::Changes(vec![ChangesOf { record: record(1), changes }]), cursor: None };
        let len = minicbor::to_vec(&frame).unwrap().len();
        (frame, len)
    };
    let (_, len) = frame_of(limits::RECORD_BYTES_MAX);
    let largest = limits::RECORD_BYTES_MAX + limits::FRAME_BYTES_MAX - len;
    let (fits, len) = frame_of(largest);
    assert_eq!(len, limits::FRAME_BYTES_MAX);
    let received = read(&answer(&[fits.clone(), done()]));
    assert_eq!(received[0].as_ref().unwrap(), &fits);
    let (past, _) = frame_of(largest + 1);
    assert!(matches!(
        FrameWriter::new(AnswerSize::Update).unwrap().frame(&past),
        Err(WireError::TooBig { .. })
    ));

    let claims = zstd::encode_all(Bytes::new((limits::FRAME_BYTES_MAX as u32 + 1).to_be_bytes()), 3).unwrap();
    assert!(matches!(read(&claims)[0], Err(WireError::TooBig { limit: limits::FRAME_BYTES_MAX, .. })));
}

#[test]
fn i14_a_compression_window_at_its_limit_and_one_past_it() {
    let with_window = |log: u32| {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(log).unwrap();
        std::io::copy(&mut answer_bytes().as_slice(), &mut encoder).unwrap();
        encoder.finish().unwrap()
    };
    assert!(read(&with_window(limits::WINDOW_LOG_MAX)).iter().all(Result::is_ok));
    assert!(matches!(read(&with_window(limits::WINDOW_LOG_MAX + 1))[0], Err(WireError::Compression)));
}

/// The bytes of an answer of one frame, before compression.
fn answer_bytes() -> Vec<u8> {
    let bytes = minicbor::to_vec(done()).unwrap();
    [(bytes.len() as u32).to_be_bytes().to_vec(), bytes].concat()
}

#[test]
fn a_scopes_digest_tells_any_difference_and_no_order() {
    let version = |byte: u8| Version::from_bytes(&[byte; 32]).unwrap();
    let (a, b) = (version(1), version(2));
    let digest = scope_digest([(record(1), &a), (record(2), &b)]);
    assert_eq!(digest, scope_digest([(record(2), &b), (record(1), &a)]));
    for other in [
        vec![(record(1), &a)],
        vec![(record(1), &b), (record(2), &b)],
        vec![(record(1), &a), (record(3), &b)],
    ] {
        assert_ne!(digest, scope_digest(other));
    }
}
