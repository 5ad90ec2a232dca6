//! Phones and a server converge, whatever the link does: random edits, merges, drops, cuts, repeats and
//! reorderings, from a seed that is printed when they do not.
//!
//! `DOORSTEP_SEEDS=5000` plays more worlds than the usual thousand; `DOORSTEP_SEED=7` plays one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use doorstep_client_core::device::Version;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::care_plan::{CarePlan, Intervention};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, ElementId};
use doorstep_tests::world::{Fault, Phone, World};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const SEEDS: u64 = 1_000;
const NURSES: usize = 3;
const STEPS: usize = 24;

#[test]
fn three_phones_and_a_server_converge_for_a_thousand_seeds() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seeds = match number("DOORSTEP_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("DOORSTEP_SEEDS").unwrap_or(SEEDS),
    };
    let next = std::sync::atomic::AtomicU64::new(seeds.start);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let played = catch_unwind(AssertUnwindSafe(|| Play::new(seed).run()));
                    assert!(played.is_ok(), "diverged; repeat it with DOORSTEP_SEED={seed}");
                }
            });
        }
    });
}

struct Play {
    world: Arc<World>,
    phones: Vec<Phone>,
    rng: StdRng,
    scopes: Vec<ScopeId>,
    records: Vec<RecordId>,
    /// Every version that a save returned: none may be lost.
    saved: Vec<(RecordId, Version)>,
}

impl Play {
    fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let phones: Vec<Phone> = (0..NURSES).map(|number| world.nurse(&format!("nurse-{number}"))).collect();
        let mut play = Self {
            world,
            phones,
            rng: StdRng::seed_from_u64(seed),
            scopes: Vec::new(),
            records: Vec::new(),
            saved: Vec::new(),
        };
        play.open_case(0);
        play.phones[0].sync(&play.world);
        for phone in &play.phones {
            play.world.grant(play.scopes[0], phone.staff);
            phone.sync(&play.world);
        }
        play
    }

    fn run(mut self) {
        for _ in 0..STEPS {
            let who = self.rng.random_range(0..self.phones.len());
            self.world.environment.advance_ms(self.rng.random_range(1..600_000));
            match self.rng.random_range(0..20) {
                0 => self.open_case(who),
                1..=2 => self.create(who),
                3..=10 => self.edit(who),
                11 => self.resolve(who),
                12 => self.reopen(who),
                _ => self.sync(who),
            }
        }
        self.settle();
        self.compare();
    }

    fn open_case(&mut self, who: usize) {
        let patient = Patient { given: self.word(), family: "Sample".into(), ..Patient::default() };
        let created = self.phones[who].device.open_case(&patient).expect("a case can be opened offline");
        self.scopes.push(created.header.scope);
        self.records.push(created.header.id);
        self.saved.push((created.header.id, created.version));
    }

    fn create(&mut self, who: usize) {
        let scope = self.scopes[self.rng.random_range(0..self.scopes.len())];
        let plan = CarePlan { title: self.word(), ..CarePlan::default() };
        // A case that is not on this phone yet cannot be written in.
        if let Ok(created) = self.phones[who].device.create(scope, &plan.into()) {
            self.records.push(created.header.id);
            self.saved.push((created.header.id, created.version));
        }
    }

    /// Saves what a form makes of a record as it is, or as it was when the form was opened.
    fn edit(&mut self, who: usize) {
        let id = self.records[self.rng.random_range(0..self.records.len())];
        let Ok(read) = self.phones[who].device.read(id) else { return };
        let mut seen = read.version;
        if self.rng.random_ratio(1, 3) {
            let history = self.phones[who].device.history(id).expect("what can be read has a history");
            seen = history[self.rng.random_range(0..history.len())].version.clone();
        }
        let mut record = self.phones[who].device.as_of(id, &seen).expect("a version of its history");
        self.change(&mut record);
        let version = self.phones[who].device.save(id, &seen, &record).expect("a valid record can be saved");
        self.saved.push((id, version));
    }

    fn change(&mut self, record: &mut AnyRecord) {
        let word = self.word();
        match record {
            AnyRecord::Patient(patient) => match self.rng.random_range(0..3) {
                0 => patient.given = word,
                1 => patient.address.door_code = word,
                _ => patient.needs_interpreter = !patient.needs_interpreter,
            },
            AnyRecord::CarePlan(plan) => match self.rng.random_range(0..4) {
                0 => plan.title = word,
                1 => {
                    let at = self.rng.random_range(0..=plan.description.len());
                    plan.description.0.insert_str(at, &word);
                }
                2 => {
                    let id = ElementId(format!("i{}", self.rng.random_range(0..3)));
                    plan.interventions.entry(id).or_default().description = word;
                }
                _ => {
                    let id = ElementId(word);
                    plan.interventions
                        .insert(id, Intervention { description: "new".into(), ..Default::default() });
                }
            },
            _ => unreachable!("only patients and care plans are made here"),
        }
    }

    fn resolve(&mut self, who: usize) {
        let conflicts = self.phones[who].device.conflicts().expect("conflicts can be read");
        let Some(found) = conflicts.first() else { return };
        let conflict = &found.conflicts[0];
        let pick = &conflict.values[self.rng.random_range(0..conflict.values.len())];
        let id = found.listed.header.id;
        let seen = self.phones[who].device.read(id).expect("it is listed").version;
        let version =
            self.phones[who].device.resolve(id, &seen, &conflict.path, &pick.id).expect("it is listed");
        self.saved.push((id, version));
    }

    /// The app is killed and started again.
    fn reopen(&mut self, who: usize) {
        let phone = self.phones.remove(who);
        let (staff, path) = (phone.staff, phone.path.clone());
        drop(phone);
        let device = self.world.open(&path);
        self.phones.insert(who, Phone { staff, device, path });
    }

    fn sync(&mut self, who: usize) {
        let fault = match self.rng.random_range(0..10) {
            0 => Fault::RequestLost,
            1..=3 => Fault::AnswerCut(self.rng.random_range(0..1_000)),
            4 => Fault::Repeated,
            5 => Fault::OldOneFirst,
            _ => Fault::None,
        };
        self.world.next_fault(fault);
        self.phones[who].sync(&self.world);
    }

    /// The link is good again: everybody syncs until nobody has anything left.
    fn settle(&mut self) {
        self.world.next_fault(Fault::None);
        for _ in 0..2 {
            for phone in &self.phones {
                phone.sync(&self.world);
            }
        }
        for scope in &self.scopes {
            for phone in &self.phones {
                self.world.grant(*scope, phone.staff);
            }
        }
        for phone in &self.phones {
            phone.sync(&self.world);
        }
    }

    fn compare(&self) {
        for phone in &self.phones {
            let status = phone.device.sync_status().expect("the status can be read");
            assert!(status.is_all_sent, "{status:?}");
        }
        for &id in &self.records {
            let mut office = self.world.on_server(id).expect("every record reached the server");
            for phone in &self.phones {
                let read = phone.device.read(id).expect("every record reached every phone");
                assert_eq!(read.version, office.version());
                assert_eq!(read.record, office.read().expect("a stored record reads"));
                assert_eq!(read.conflicts, office.conflicts());
            }
        }
        for (id, version) in &self.saved {
            let mut office = self.world.on_server(*id).expect("every record reached the server");
            assert!(office.contains(version), "a saved version is lost");
        }
    }

    fn word(&mut self) -> String {
        format!("w{:x}", self.rng.random_range(0..0x1000_0000_u32))
    }
}
