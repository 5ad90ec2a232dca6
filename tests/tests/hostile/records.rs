//! I10: what cannot be merged is set aside alone, on the server and on the phone, with its reason.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use doorstep_client_core::device::Device;
use doorstep_client_core::document::{Author, Changeset, Document, Header, StoreId};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::limits::{CHANGESET_OPS_MAX, RECORD_BYTES_MAX};
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::care_plan::{CarePlan, Intervention};
use doorstep_client_core::record::staff::Staff;
use doorstep_client_core::record::visit::Visit;
use doorstep_client_core::transport::{Cancel, HttpTransport, Request, Response, Transport, TransportError};
use doorstep_client_core::wire::{Push, SyncRequest};
use doorstep_tests::office::Office;
use doorstep_tests::rogue::{creation, mend, new_id, new_scope};
use doorstep_tests::world::{scratch, store_key};
use serde_json::Value;

use crate::bombs::hollow_changes;
use crate::{new_rogue, open_case, patient, task};

/// A phone's way to the server, on which the changesets of some records are exchanged for others.
struct Tampered {
    http: HttpTransport,
    swaps: Mutex<BTreeMap<RecordId, Changeset>>,
}

impl Transport for Tampered {
    fn exchange(&self, mut request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        if request.path == "/v1/sync" {
            let mut asked = SyncRequest::from_body(&request.body).unwrap();
            let swaps = self.swaps.lock().unwrap();
            for push in &mut asked.pushes {
                if let Some(changes) = swaps.get(&push.record) {
                    push.changes = changes.clone();
                }
            }
            request.body = asked.to_body();
        }
        self.http.exchange(request, cancel)
    }
}

fn new_phone(office: &Office, name: &str, path: &Path) -> (Device, Author) {
    let device = Device::open(path, Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
    let http = HttpTransport::new(&office.url()).unwrap();
    let staff = office.hire(name);
    device.enrol(&http, &office.url(), &office.invite(staff), name, "1.0", &Cancel::new()).unwrap();
    (device, Author { staff, store: StoreId([9; 8]) })
}

/// A plan of so many interventions, about a thousand bytes each.
fn plan(interventions: usize) -> CarePlan {
    let mut plan = CarePlan { title: "Wound care".into(), ..CarePlan::default() };
    for number in 0..interventions {
        let target = format!("{number:0>999}");
        plan.interventions
            .insert(format!("i{number}").as_str().into(), Intervention { target, ..Intervention::default() });
    }
    plan
}

fn on_server(office: &Office, record: RecordId) -> Option<Document> {
    let snapshot = office.app().store.snapshot(office.agency().id).unwrap();
    snapshot.record(record).unwrap().map(|stored| Document::load(&stored.document).unwrap())
}

#[test]
fn i10_bad_work_is_quarantined_alone() {
    let office = Office::start();
    let folder = scratch();
    let (phone, author) = new_phone(&office, "Ana Sample", &folder.path().join("phone"));
    let other = new_rogue(&office, "Bea Sample");
    let others_case = open_case(&other);
    let tampered = Tampered { http: HttpTransport::new(&office.url()).unwrap(), swaps: Mutex::default() };
    let sync = || phone.sync(&tampered, &Cancel::new(), |_| ()).unwrap();

    let case = phone.open_case(&patient("Rosa")).unwrap().header.scope;
    let old = phone.create(case, &task("an old task").into()).unwrap();
    let large = phone.create(case, &plan(700).into()).unwrap();
    sync();
    phone.save(old.header.id, &old.version, &task("an old task, done anew").into()).unwrap();
    phone.save(large.header.id, &large.version, &plan(701).into()).unwrap();

    let good_before = phone.create(case, &task("good").into()).unwrap().header.id;
    let bad_creations = bad_creations(office.agency().directory, author, other.author(), case, others_case);
    let mut expected: BTreeMap<RecordId, String> = BTreeMap::new();
    for (code, bad) in bad_creations {
        let id = phone.create(case, &task(code).into()).unwrap().header.id;
        tampered.swaps.lock().unwrap().insert(id, bad(id));
        expected.insert(id, code.to_owned());
    }
    let as_a_visit = creation(case, old.header.id, Visit::default(), author);
    let too_large = extended(&mut on_server(&office, large.header.id).unwrap(), author);
    for (id, bad, code) in
        [(old.header.id, as_a_visit, "wrong_record"), (large.header.id, too_large, "too_big")]
    {
        tampered.swaps.lock().unwrap().insert(id, bad);
        expected.insert(id, code.to_owned());
    }
    let good_after = phone.create(case, &task("good as well").into()).unwrap().header.id;

    let report = sync();
    assert_eq!((report.merged, report.refused as usize), (2, expected.len()));
    for id in [good_before, good_after] {
        assert_eq!(on_server(&office, id).unwrap().version(), phone.read(id).unwrap().version);
    }
    assert_eq!(on_server(&office, old.header.id).unwrap().version(), old.version);
    assert_eq!(on_server(&office, large.header.id).unwrap().version(), large.version);
    assert_eq!(quarantined(&office), expected);
    assert_eq!(refused_on(&phone), expected);
    assert!(!phone.sync_status().unwrap().is_all_sent);

    // It was the way that was bad, not the work: offered again as it is, it is merged.
    tampered.swaps.lock().unwrap().clear();
    expected.keys().for_each(|id| phone.retry_refused(*id).unwrap());
    assert_eq!(sync().merged as usize, expected.len());
    assert!(phone.sync_status().unwrap().is_all_sent);
    assert_eq!(refused_on(&phone), BTreeMap::new());
    for id in expected.keys() {
        assert_eq!(on_server(&office, *id).unwrap().version(), phone.read(*id).unwrap().version);
    }
    assert_eq!(quarantined(&office), expected, "what was set aside stays for the office to look at");
}

type Bad = Box<dyn Fn(RecordId) -> Changeset>;

/// What is wrong with a changeset that creates a record, by the code of its refusal.
fn bad_creations(
    directory: ScopeId,
    author: Author,
    other: Author,
    case: ScopeId,
    others_case: ScopeId,
) -> Vec<(&'static str, Bad)> {
    let large_text = "a".repeat(CHANGESET_OPS_MAX + 1);
    let large = Visit { note: large_text.as_str().into(), ..Visit::default() };
    vec![
        ("malformed", Box::new(|_| Changeset::from_bytes(b"no changes at all".to_vec()))),
        ("missing_dependencies", Box::new(move |id| without_its_creation(case, id, author))),
        ("wrong_record", Box::new(move |_| creation(case, new_id(), task("of another record"), author))),
        ("too_big", Box::new(move |id| creation(case, id, large.clone(), author))),
        ("foreign_author", Box::new(move |id| creation(case, id, task("by another"), other))),
        ("no_grant", Box::new(move |id| creation(others_case, id, task("in another's case"), author))),
        ("no_grant", Box::new(move |id| creation(new_scope(), id, task("in no case"), author))),
        ("invalid", Box::new(move |id| creation(case, id, task(""), author))),
        ("unknown_kind", Box::new(move |id| of_unknown_kind(creation(case, id, task("a"), author)))),
        (
            "directory_is_read_only",
            Box::new(move |id| {
                let staff = Staff { name: "Ana Sample".into(), ..Staff::default() };
                creation(directory, id, staff, author)
            }),
        ),
    ]
}

fn without_its_creation(case: ScopeId, id: RecordId, author: Author) -> Changeset {
    let header = Header { id, scope: case, kind: Kind::Task };
    let now = SystemEnvironment.now();
    let mut document = Document::create(header, &task("first").into(), author, now).unwrap();
    let first = document.version();
    document.edit(&first, &task("second").into(), author, now).unwrap();
    document.changes_since(&first)
}

fn of_unknown_kind(changes: Changeset) -> Changeset {
    let mut bytes = changes.into_bytes();
    let at = bytes.windows(4).position(|bytes| bytes == b"task").unwrap();
    bytes[at..at + 4].copy_from_slice(b"tusk");
    mend(&mut bytes);
    Changeset::from_bytes(bytes)
}

/// Changes that take a record past its limit, themselves within theirs.
fn extended(document: &mut Document, author: Author) -> Changeset {
    let before = document.version();
    document.edit(&before, &plan(RECORD_BYTES_MAX / 1_000).into(), author, SystemEnvironment.now()).unwrap();
    let changes = document.changes_since(&before);
    assert!(changes.as_bytes().len() < RECORD_BYTES_MAX / 2 && document.save().len() > RECORD_BYTES_MAX);
    changes
}

/// The codes of what the office sees in quarantine.
fn quarantined(office: &Office) -> BTreeMap<RecordId, String> {
    let Value::Array(entries) = office.get("/v1/office/quarantine") else { panic!("no list") };
    let entries = entries.iter().map(|entry| {
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        (text("record").parse().unwrap(), text("reason"))
    });
    entries.collect()
}

/// The codes of what the phone shows as refused.
fn refused_on(phone: &Device) -> BTreeMap<RecordId, String> {
    let refused = phone.sync_status().unwrap().refused.into_iter().map(|refused| {
        assert!(!refused.is_received);
        let (words, code) = refused.reason.trim_end_matches(')').rsplit_once(" (").unwrap();
        assert!(words.len() > 10, "no reason in words: {words}");
        (refused.record, code.to_owned())
    });
    refused.collect()
}

/// Changes that cannot be unpacked read as none; merged into a record, none would be acknowledged as any (I3).
#[test]
fn i3_changes_that_cannot_be_unpacked_are_not_said_to_be_merged() {
    let office = Office::start();
    let rogue = new_rogue(&office, "Ana Sample");
    let (case, record) = (open_case(&rogue), new_id());
    let changes = creation(case, record, task("order dressings"), rogue.author());
    assert_eq!(rogue.push(vec![Push { record, changes }]), ["merged"]);
    let changes = hollow_changes(1);
    assert_eq!(rogue.push(vec![Push { record, changes }]), ["malformed"]);
}
