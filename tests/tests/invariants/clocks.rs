//! I12: clocks decide nothing. The same day, played with honest clocks and with clocks that are off by years, ends the
//! same.

use std::sync::Arc;

use doorstep_client_core::device::Device;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, StaffId};
use doorstep_client_core::record::Timestamp;
use doorstep_tests::office::Office;
use doorstep_tests::world::{Phone, World, store_key};
use serde_json::Value;

use super::office::Connected;
use super::{edit, patient, plan};

const YEAR_MS: i64 = 365 * 24 * 60 * 60 * 1_000;

/// A phone's surroundings, where the clock is wrong.
struct WrongClock {
    right: Arc<dyn Environment>,
    ahead_ms: i64,
}

impl Environment for WrongClock {
    fn now(&self) -> Timestamp {
        self.right.now().saturating_add_ms(self.ahead_ms)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.right.fill_random(bytes);
    }
}

#[test]
fn i12_merging_order_and_access_are_the_same_whatever_the_phones_clocks_say() {
    let honest = play([0, 0]);
    assert_eq!(honest.conflicts.len(), 1, "{honest:?}");
    for clocks in [[7 * YEAR_MS, -30 * YEAR_MS], [-30 * YEAR_MS, 7 * YEAR_MS]] {
        assert_eq!(play(clocks), honest);
    }
}

/// What a day came to: nothing that a clock has its word in, or an id that was made by one.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// Each record's content in the office, in the order in which they were made.
    contents: Vec<Value>,
    /// Each value in conflict: what, by whom, and whether it is shown.
    conflicts: Vec<Vec<(Value, Option<StaffId>, bool)>>,
    /// The office's log: which record, as a place in `contents`, and who.
    log: Vec<(Option<usize>, StaffId)>,
    /// How many cases each phone holds after a grant and a revocation.
    cases: [usize; 2],
}

/// A day of two nurses whose clocks are ahead by this much.
fn play(ahead_ms: [i64; 2]) -> Outcome {
    let world = World::new(12);
    let nurse = |name: &str, ahead_ms| {
        let phone = with_clock(&world, world.nurse(name), ahead_ms);
        // Years ahead at once, the phone has to take it that it was offline for so long.
        phone.sync(&world);
        phone
    };
    let (ana, bea) = (nurse("ana", ahead_ms[0]), nurse("bea", ahead_ms[1]));
    let shared = ana.device.open_case(&patient("Shared")).unwrap().header;
    let lent = ana.device.open_case(&patient("Lent")).unwrap().header;
    ana.sync(&world);
    world.grant(shared.scope, bea.staff);
    world.grant(lent.scope, bea.staff);
    bea.sync(&world);

    let mut records = vec![shared.id, lent.id];
    for (phone, code) in [(&ana, "1111"), (&bea, "2222")] {
        world.environment.advance_ms(60_000);
        edit(phone, shared.id, |patient| patient.address.door_code = code.into());
        records.push(phone.device.create(shared.scope, &plan(code).into()).unwrap().header.id);
    }
    edit(&bea, lent.id, |patient| patient.preferred = "Rosie".into());
    world.with_server(|server| server.revoke(world.agency.id, lent.scope, bea.staff, world.act())).unwrap();
    for phone in [&ana, &bea, &ana] {
        phone.sync(&world);
        assert!(phone.device.sync_status().unwrap().is_all_sent);
    }
    assert_reports_clocks(&world, [&ana, &bea], ahead_ms);
    outcome(&world, &records, [&ana, &bea])
}

/// The same phone, after somebody set its clock.
fn with_clock(world: &World, phone: Phone, ahead_ms: i64) -> Phone {
    let Phone { staff, device, path } = phone;
    drop(device);
    let right: Arc<dyn Environment> = Arc::clone(&world.environment) as _;
    let environment = WrongClock { right, ahead_ms };
    let device = Device::open(&path, Some(&store_key()), Arc::new(environment)).unwrap();
    Phone { staff, device, path }
}

fn outcome(world: &World, records: &[RecordId], phones: [&Phone; 2]) -> Outcome {
    let documents = || records.iter().map(|record| world.on_server(*record).unwrap());
    let place = |record| records.iter().position(|other| *other == record);
    let entries = world
        .with_server(|server| server.snapshot(world.agency.id).unwrap().activity(0, usize::MAX))
        .unwrap();
    Outcome {
        contents: documents().map(|document| document.read().unwrap().to_json()).collect(),
        conflicts: documents()
            .flat_map(|document| document.conflicts())
            .map(|conflict| {
                conflict.values.into_iter().map(|value| (value.value, value.by, value.is_shown)).collect()
            })
            .collect(),
        log: entries.iter().map(|entry| (place(entry.record), entry.staff)).collect(),
        cases: phones.map(|phone| phone.device.caseload().unwrap().len()),
    }
}

fn assert_reports_clocks(world: &World, phones: [&Phone; 2], ahead_ms: [i64; 2]) {
    let devices = world.with_server(|server| server.snapshot(world.agency.id).unwrap().devices()).unwrap();
    for (phone, ahead_ms) in phones.into_iter().zip(ahead_ms) {
        let status = phone.device.sync_status().unwrap();
        assert_eq!((status.clock_ahead_s, status.is_clock_off), (Some(ahead_ms / 1_000), ahead_ms != 0));
        let in_office = devices.iter().find(|device| device.staff == phone.staff).unwrap();
        assert_eq!(in_office.clock_skew_s, ahead_ms / 1_000);
    }
}

#[test]
fn i12_the_office_is_told_of_a_clock_that_is_off_by_more_than_five_minutes() {
    let office = Office::start();
    let phones =
        [("right", 0), ("late", -290), ("ahead", 310), ("behind", -310), ("years", 7 * YEAR_MS / 1_000)];
    for (name, ahead_s) in phones {
        let environment = WrongClock { right: Arc::new(SystemEnvironment), ahead_ms: ahead_s * 1_000 };
        let phone = Connected::with(&office, name, Arc::new(environment));
        phone.sync();
        assert_eq!(phone.device.sync_status().unwrap().is_clock_off, ahead_s.abs() > 300, "{name}");
    }
    let told = office.get("/v1/office/devices");
    for (name, ahead_s) in phones {
        let phone = told.as_array().unwrap().iter().find(|phone| phone["name"] == name).unwrap();
        assert_eq!(phone["is_clock_off"], ahead_s.abs() > 300, "{phone}");
        assert!((phone["clock_skew_s"].as_i64().unwrap() - ahead_s).abs() < 5, "{phone}");
    }
}
