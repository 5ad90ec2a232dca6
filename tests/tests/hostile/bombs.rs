//! Small requests that claim to be large, against a real process whose memory is measured.

use std::io::{Read, Write, repeat};

use doorstep_client_core::document::Changeset;
use doorstep_client_core::limits::CHANGESET_CHANGES_MAX;
use doorstep_client_core::wire::Push;
use doorstep_tests::command;
use doorstep_tests::process::{ServerProcess, peak_mb, server_binary};
use doorstep_tests::rogue::{Rogue, new_id};
use doorstep_tests::world::scratch;
use sha2::{Digest, Sha256};

use crate::open_case;

const PUSHES: usize = 200;
const GIB: u64 = 1 << 30;
const PEAK_MB_MAX: f64 = 64.0 * 1.048_576;

/// A real server, whose memory is its own, and a phone of it.
fn start(data: &std::path::Path) -> (ServerProcess, Rogue) {
    let binary = server_binary().unwrap();
    let server = ServerProcess::start(&binary, data).unwrap();
    let nurse = command::hire(&binary, data, "Ana Sample").unwrap();
    let rogue = Rogue::enrol(&server.url(), &command::invite(&binary, data, &nurse).unwrap());
    open_case(&rogue);
    (server, rogue)
}

#[test]
fn a_gibibyte_behind_a_few_kilobytes_is_refused_and_costs_little_memory() {
    let folder = scratch();
    let (server, rogue) = start(&folder.path().join("server"));
    let before = peak_mb(server.pid()).unwrap();
    let mut encoder = zstd::stream::read::Encoder::new(repeat(0).take(GIB), 1).unwrap();
    let mut bomb = Vec::new();
    encoder.read_to_end(&mut bomb).unwrap();
    assert!(bomb.len() < 200_000);
    for _ in 0..2 {
        assert_eq!(rogue.send(&bomb).err(), Some((413, "too_big".to_owned())));
    }
    let growth = peak_mb(server.pid()).unwrap() - before;
    assert!(growth < PEAK_MB_MAX, "{growth} MB more than before");
    open_case(&rogue);
}

/// Nothing but what a packed change does not say: two bytes each on the wire, a checksum and a hash when unpacked.
pub(crate) fn hollow_changes(count: usize) -> Changeset {
    let mut bytes = Vec::new();
    let mut body = vec![0];
    for _ in 0..count {
        let mut chunk = vec![1, u8::try_from(body.len()).unwrap()];
        chunk.extend_from_slice(&body);
        let hash = Sha256::digest(&chunk);
        bytes.write_all(&[0x85, 0x6f, 0x4a, 0x83]).unwrap();
        bytes.write_all(&hash[..4]).unwrap();
        bytes.write_all(&chunk).unwrap();
        body = [&[1], &hash[..]].concat();
    }
    Changeset::from_bytes(bytes)
}

#[test]
fn changes_that_are_nothing_but_their_packing_are_refused_and_cost_little_memory() {
    let folder = scratch();
    let (server, rogue) = start(&folder.path().join("server"));
    let before = peak_mb(server.pid()).unwrap();
    let hollow = hollow_changes(CHANGESET_CHANGES_MAX);
    assert!(hollow.as_bytes().len() > 400_000);
    let push = |record| Push { record, changes: hollow.clone() };
    let verdicts = rogue.push((0..PUSHES).map(|_| push(new_id())).collect());
    assert_eq!(verdicts, vec!["malformed"; PUSHES]);
    let growth = peak_mb(server.pid()).unwrap() - before;
    assert!(growth < PEAK_MB_MAX, "{growth} MB more than before");
    open_case(&rogue);
}
