//! I5 and I8: what the office sees, over real HTTP, while phones write.

use std::sync::Arc;

use doorstep_client_core::device::{Conflict, Device};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, StaffId};
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_tests::office::Office;
use doorstep_tests::world::{scratch, store_key};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Patient, patient, plan};

/// A nurse's phone, with its connection to the office's server.
pub(super) struct Connected {
    staff: StaffId,
    pub(super) device: Device,
    http: HttpTransport,
    _folder: TempDir,
}

impl Connected {
    fn new(office: &Office, name: &str) -> Self {
        Self::with(office, name, Arc::new(SystemEnvironment))
    }

    pub(super) fn with(office: &Office, name: &str, environment: Arc<dyn Environment>) -> Self {
        let (staff, folder) = (office.hire(name), scratch());
        let device = Device::open(&folder.path().join("phone"), Some(&store_key()), environment).unwrap();
        let http = HttpTransport::new(&office.url()).unwrap();
        device.enrol(&http, &office.url(), &office.invite(staff), name, "1.0", &Cancel::new()).unwrap();
        Self { staff, device, http, _folder: folder }
    }

    pub(super) fn sync(&self) {
        self.device.sync(&self.http, &Cancel::new(), |_| ()).unwrap();
    }

    fn conflicts_of(&self, record: RecordId) -> Vec<Conflict> {
        self.device.read(record).unwrap().conflicts
    }
}

#[test]
fn i5_whoever_reads_while_others_write_sees_every_entry_in_order_and_without_a_gap() {
    const WRITERS: usize = 4;
    const WRITES: usize = 12;
    let office = Office::start();
    let opener = Connected::new(&office, "Ana Sample");
    let scope = opener.device.open_case(&patient("Sample")).unwrap().header.scope;
    opener.sync();
    let phones: Vec<Connected> =
        (0..=WRITERS).map(|number| Connected::new(&office, &format!("Nurse {number}"))).collect();
    for phone in &phones {
        office.grant(scope, phone.staff);
        phone.sync();
    }
    let (reader, writers) = phones.split_last().unwrap();
    let created: Vec<RecordId> = std::thread::scope(|threads| {
        let write = |phone: &Connected| -> Vec<RecordId> {
            let one = |number| {
                let plan = plan(&format!("plan {number}"));
                let record = phone.device.create(scope, &plan.into()).unwrap().header.id;
                phone.sync();
                record
            };
            (0..WRITES).map(one).collect()
        };
        let writing: Vec<_> = writers.iter().map(|phone| threads.spawn(move || write(phone))).collect();
        let mut seen = 0;
        loop {
            let is_over = writing.iter().all(|thread| thread.is_finished());
            seen = read_on(&office, seen);
            reader.sync();
            if is_over {
                break;
            }
        }
        writing.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    // Whoever had been shown an entry before the one before it would have gone past that one for good.
    assert_eq!(created.len(), WRITERS * WRITES);
    assert!(created.iter().all(|record| reader.device.read(*record).is_ok()));
}

/// Reads the office's activity past an entry, and returns the last entry there is.
fn read_on(office: &Office, seen: u64) -> u64 {
    let activity = office.get(&format!("/v1/office/activity?since={seen}"));
    let seqs: Vec<u64> =
        activity["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    let head = activity["head"].as_u64().unwrap();
    // Grants have entries of the order too, which are no activity; there are none while phones write.
    if seen > 0 {
        assert_eq!(seqs, (seen + 1..=head).collect::<Vec<_>>());
    }
    assert!(seqs.is_sorted() && seqs.iter().all(|seq| *seq > seen && *seq <= head));
    head
}

#[test]
fn i8_a_conflict_stands_on_every_phone_and_in_the_office_with_one_winner_until_a_person_picks() {
    let office = Office::start();
    let (ana, bea) = (Connected::new(&office, "Ana Sample"), Connected::new(&office, "Bea Sample"));
    let case = ana.device.open_case(&patient("Sample")).unwrap();
    ana.sync();
    office.grant(case.header.scope, bea.staff);
    bea.sync();
    let record = case.header.id;
    for (phone, code) in [(&ana, "1111"), (&bea, "2222")] {
        let mut form = patient("Sample");
        form.address.door_code = code.into();
        phone.device.save(record, &case.version, &form.into()).unwrap();
    }
    for phone in [&ana, &bea, &ana] {
        phone.sync();
    }

    let conflicts = ana.conflicts_of(record);
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].path, "address.door_code");
    let mut told: Vec<_> = conflicts[0].values.iter().map(|value| (value.value.clone(), value.by)).collect();
    told.sort_by_key(|(value, _)| value.to_string());
    assert_eq!(told, [(json!("1111"), Some(ana.staff)), (json!("2222"), Some(bea.staff))]);
    let written: Vec<_> = ana.device.history(record).unwrap().iter().map(|entry| entry.at).collect();
    assert!(conflicts[0].values.iter().all(|value| written.contains(&value.at)));
    assert_eq!(conflicts[0].values.iter().filter(|value| value.is_shown).count(), 1);

    let shown = &conflicts[0].values.iter().find(|value| value.is_shown).unwrap().value;
    assert_eq!(bea.conflicts_of(record), conflicts);
    let listed = office.get("/v1/office/conflicts");
    assert_eq!(listed[0]["fields"], serde_json::to_value(&conflicts).unwrap());
    assert_eq!(listed[0]["id"], json!(record));
    let winners = [door_code(&ana, record), door_code(&bea, record), in_office(&office, record)];
    assert!(winners.iter().all(|winner| winner == shown), "{winners:?}");

    let hidden = conflicts[0].values.iter().find(|value| !value.is_shown).unwrap();
    let seen = bea.device.read(record).unwrap().version;
    bea.device.resolve(record, &seen, "address.door_code", &hidden.id).unwrap();
    bea.sync();
    ana.sync();
    assert!(ana.device.conflicts().unwrap().is_empty() && bea.device.conflicts().unwrap().is_empty());
    assert_eq!(office.get("/v1/office/conflicts"), json!([]));
    let picked = [door_code(&ana, record), door_code(&bea, record), in_office(&office, record)];
    assert!(picked.iter().all(|code| *code == hidden.value), "{picked:?}");
}

fn door_code(phone: &Connected, record: RecordId) -> Value {
    Patient::try_from(phone.device.read(record).unwrap().record).unwrap().address.door_code.into()
}

fn in_office(office: &Office, record: RecordId) -> Value {
    office.get(&format!("/v1/office/records/{record}"))["content"]["address"]["door_code"].clone()
}
