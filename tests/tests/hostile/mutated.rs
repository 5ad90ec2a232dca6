//! I16: changes whose bytes were altered and whose checksums were mended, through a real server.

use std::sync::Arc;

use doorstep_client_core::device::Device;
use doorstep_client_core::document::{Author, Changeset, Document, Version};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::care_plan::{CarePlan, Intervention};
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_client_core::wire::Push;
use doorstep_server::store::{SqliteStore, Store};
use doorstep_tests::command;
use doorstep_tests::process::{ServerProcess, server_binary};
use doorstep_tests::rogue::{Rogue, creation, mend, new_id};
use doorstep_tests::world::{scratch, store_key};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::{open_case, task};

const REQUESTS: usize = 25;
/// Records that each request edits with altered changes, and as many that it creates.
const RECORDS: usize = 5;

fn plan(title: &str, interventions: &[&str]) -> AnyRecord {
    let mut plan = CarePlan { title: title.to_owned(), ..CarePlan::default() };
    for id in interventions {
        let intervention = Intervention { target: "dressing change".into(), ..Intervention::default() };
        plan.interventions.insert((*id).into(), intervention);
    }
    plan.into()
}

/// Alters a few bytes of the last change.
fn altered(changes: &Changeset, dice: &mut StdRng) -> Changeset {
    let mut bytes = changes.as_bytes().to_vec();
    for _ in 0..dice.random_range(1..4) {
        let position = dice.random_range(8..bytes.len());
        bytes[position] = dice.random();
    }
    mend(&mut bytes);
    Changeset::from_bytes(bytes)
}

/// A plan's creation and an edit of it, one change each.
fn created_and_edited(case: ScopeId, id: RecordId, by: Author) -> (Changeset, Changeset) {
    let header = doorstep_client_core::document::Header { id, scope: case, kind: Kind::CarePlan };
    let now = SystemEnvironment.now();
    let mut document = Document::create(header, &plan("Wound care", &["i1", "i2"]), by, now).unwrap();
    let first = document.version();
    let created = document.changes_since(&Version::empty());
    document.edit(&first, &plan("Wound care, daily", &["i1", "i2", "i3"]), by, now).unwrap();
    (created, document.changes_since(&first))
}

#[test]
fn i16_whatever_altered_changes_are_pushed_every_stored_document_loads() {
    let seed = std::env::var("DOORSTEP_SEED").ok().map(|seed| seed.parse().expect("a number"));
    let seed = seed.unwrap_or_else(rand::random);
    println!("DOORSTEP_SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let (folder, binary) = (scratch(), server_binary().unwrap());
    let data = folder.path().join("server");
    let server = ServerProcess::start(&binary, &data).unwrap();
    let nurse = command::hire(&binary, &data, "Ana Sample").unwrap();
    let rogue = Rogue::enrol(&server.url(), &command::invite(&binary, &data, &nurse).unwrap());
    let case = open_case(&rogue);

    let mut edits = Vec::new();
    for _ in 0..RECORDS {
        let record = new_id();
        let (created, edited) = created_and_edited(case, record, rogue.author());
        assert_eq!(rogue.push(vec![Push { record, changes: created }]), ["merged"]);
        edits.push((record, edited));
    }
    let (mut merged, mut refused) = (0, 0);
    for _ in 0..REQUESTS {
        let mut pushes = Vec::new();
        for (record, edited) in &edits {
            pushes.push(Push { record: *record, changes: altered(edited, &mut dice) });
            let record = new_id();
            let (created, _) = created_and_edited(case, record, rogue.author());
            pushes.push(Push { record, changes: altered(&created, &mut dice) });
        }
        let good = new_id();
        let changes = creation(case, good, task("good"), rogue.author());
        pushes.insert(dice.random_range(0..=pushes.len()), Push { record: good, changes });
        let at = pushes.iter().position(|push| push.record == good).unwrap();
        let mut verdicts = rogue.push(pushes);
        assert_eq!(verdicts.remove(at), "merged");
        merged += verdicts.iter().filter(|verdict| *verdict == "merged").count();
        refused += verdicts.iter().filter(|verdict| *verdict != "merged").count();
    }
    println!("{merged} merged, {refused} refused");
    assert_eq!(merged + refused, REQUESTS * RECORDS * 2);
    assert!(refused > REQUESTS * RECORDS, "they were hardly altered");

    let phone =
        Device::open(&folder.path().join("phone"), Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
    let http = HttpTransport::new(&server.url()).unwrap();
    let code = command::invite(&binary, &data, &nurse).unwrap();
    phone.enrol(&http, &server.url(), &code, "phone", "1.0", &Cancel::new()).unwrap();
    phone.sync(&http, &Cancel::new(), |_| ()).unwrap();
    assert_eq!(phone.sync_status().unwrap().refused, []);

    server.stop().unwrap();
    let store = SqliteStore::open(&data, &SystemEnvironment).unwrap();
    let snapshot = store.snapshot(store.agencies().unwrap().remove(0).id).unwrap();
    let documents = snapshot.documents(case, None, usize::MAX >> 1, usize::MAX >> 1).unwrap();
    assert!(documents.len() > REQUESTS);
    for (record, document) in documents {
        let mut document = Document::load(&document).unwrap();
        document.read().unwrap();
        assert_eq!(phone.read(record).unwrap().version, document.version());
    }
}
