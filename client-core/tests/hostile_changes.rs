//! I16: bytes from outside are hostile until admitted. In a process of its own: it silences panics.

use std::panic;

use doorstep_client_core::document::{Author, Authors, Changeset, Document, Header, StoreId, Version, admit};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::care_plan::{CarePlan, Intervention};
use doorstep_client_core::record::{Kind, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sha2::{Digest, Sha256};

const MUTATIONS: usize = 20_000;
/// Magic bytes and checksum: what a mutation leaves alone, since it is mended.
const CHUNK_HEAD_BYTES: usize = 8;

fn nurse() -> Author {
    Author { staff: StaffId::from_bytes([1; 16]), store: StoreId([1; 8]) }
}

fn care_plan() -> CarePlan {
    let mut plan = CarePlan { title: "Wound care".into(), ..CarePlan::default() };
    for id in ["i1", "i2"] {
        let intervention = Intervention { target: "dressing change".into(), ..Intervention::default() };
        plan.interventions.insert(id.into(), intervention);
    }
    plan
}

#[test]
fn i16_twenty_thousand_mutated_changes_with_mended_checksums_leave_every_stored_document_loading() {
    let seed = std::env::var("DOORSTEP_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(16);
    println!("DOORSTEP_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);

    let at = |seconds: i64| Timestamp::from_millisecond(seconds * 1_000).unwrap();
    let record = RecordId::from_bytes([7; 16]);
    let header = Header { id: record, scope: ScopeId::from_bytes([2; 16]), kind: Kind::CarePlan };
    let mut document = Document::create(header, &care_plan().into(), nurse(), at(100)).unwrap();
    let first = document.version();
    let pristine = document.save();
    let creation = document.changes_since(&Version::empty()).into_bytes();
    let mut edited = care_plan();
    edited.title = "Wound care, every other day".into();
    edited
        .interventions
        .insert("i3".into(), Intervention { target: "nutrition".into(), ..Intervention::default() });
    document.edit(&first, &edited.into(), nurse(), at(200)).unwrap();
    let edit = document.changes_since(&first).into_bytes();

    panic::set_hook(Box::new(|_| ()));
    let mut stored = pristine.clone();
    let (mut admitted, mut refused) = (0u32, 0u32);
    for round in 0..MUTATIONS {
        let is_edit = round % 2 == 0;
        let mut bytes = if is_edit { edit.clone() } else { creation.clone() };
        for _ in 0..rng.random_range(1..4) {
            let position = rng.random_range(CHUNK_HEAD_BYTES..bytes.len());
            bytes[position] = rng.random();
        }
        let checksum = Sha256::digest(&bytes[CHUNK_HEAD_BYTES..]);
        bytes[4..CHUNK_HEAD_BYTES].copy_from_slice(&checksum[..4]);
        let onto = is_edit.then_some(stored.as_slice());
        match admit(onto, record, &Changeset::from_bytes(bytes), Authors::Anybody) {
            Ok(result) => {
                admitted += 1;
                let loads = panic::catch_unwind(|| {
                    let mut loaded = Document::load(&result.bytes).unwrap();
                    (loaded.version(), loaded.read().unwrap())
                });
                assert_eq!(loads.ok(), Some((result.version, result.record)), "round {round}");
                if is_edit {
                    stored = if round % 100 == 0 { pristine.clone() } else { result.bytes };
                }
            }
            Err(_) => refused += 1,
        }
    }
    drop(panic::take_hook());
    println!("{admitted} admitted, {refused} refused");
    assert!(admitted > 100 && refused > 1_000, "{admitted} admitted, {refused} refused");
    assert!(Document::load(&stored).is_ok());
}
