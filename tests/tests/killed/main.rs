//! Phones and the server are real processes here, and die by SIGKILL at random moments of a nurse's day.
//!
//! `DOORSTEP_SEED=7` draws the day from that seed; how far a process gets before it dies is still up to the machine.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod documents;
mod phone;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use doorstep_client_core::device::Device;
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_tests::command;
use doorstep_tests::day::Said;
use doorstep_tests::process::{ServerProcess, server_binary};
use doorstep_tests::proxy::{Direction, Proxy};
use doorstep_tests::world::{scratch, store_key};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;

use documents::Documents;
use phone::{Ledger, Phone};

const KILLS: usize = 100;

#[test]
fn what_a_save_returned_for_or_a_verdict_acknowledged_outlives_a_hundred_kills() {
    let seed = std::env::var("DOORSTEP_SEED").ok().map(|seed| seed.parse().expect("a number"));
    let seed = seed.unwrap_or_else(rand::random);
    println!("DOORSTEP_SEED={seed}");
    let mut day = Day::begin(seed);
    let mut kills = [0; 2];
    while kills.iter().sum::<usize>() < KILLS {
        let is_servers_turn = day.dice.random_range(0..5) < 2;
        if is_servers_turn {
            day.kill_server()
        } else {
            day.kill_phone()
        }
        kills[usize::from(is_servers_turn)] += 1;
    }
    let (saved, sent) = day.end();
    println!("{} kills of phones, {} of the server, {saved} saves, {sent} acknowledged", kills[0], kills[1]);
    assert!(kills.iter().all(|kills| *kills >= 20), "{kills:?}");
    assert!(saved >= 150 && sent >= 100, "the phones did next to nothing");
}

/// Two nurses who share a case, their phones, and a server behind a proxy.
struct Day {
    dice: StdRng,
    folder: TempDir,
    binary: PathBuf,
    server: Option<ServerProcess>,
    proxy: Proxy,
    phones: [Phone; 2],
}

impl Day {
    fn begin(seed: u64) -> Self {
        let folder = scratch();
        let binary = server_binary().unwrap();
        let server = ServerProcess::start(&binary, &folder.path().join("server")).unwrap();
        let proxy = Proxy::start(server.address()).unwrap();
        let phones = ["ana", "bea"].map(|name| {
            let nurse = command::hire(&binary, &folder.path().join("server"), name).unwrap();
            Phone::new(folder.path().join(format!("{name}.phone")), nurse)
        });
        let server = Some(server);
        let mut day = Self { dice: StdRng::seed_from_u64(seed), folder, binary, server, proxy, phones };
        day.share_a_case();
        (0..day.phones.len()).for_each(|index| day.start(index));
        day
    }

    fn share_a_case(&self) {
        let [ana, bea] = self.phones.each_ref().map(|phone| self.enrol(&phone.path, &phone.nurse));
        let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
        let case = ana.open_case(&patient).unwrap().header.scope;
        self.sync(&ana);
        let bea_is = &self.phones[1].nurse;
        command::ask(&self.binary, &self.data(), &["staff", "grant", bea_is, &case.to_string()]).unwrap();
        self.sync(&bea);
    }

    fn kill_phone(&mut self) {
        let index = self.dice.random_range(0..self.phones.len());
        self.go_on_until_a_random_moment(index);
        self.phones[index].kill();
        self.phones[index].check_promises();
        self.check_server();
        self.start(index);
    }

    fn kill_server(&mut self) {
        let index = self.dice.random_range(0..self.phones.len());
        self.go_on_until_a_random_moment(index);
        self.server.take().expect("the server runs").kill().unwrap();
        let server = ServerProcess::start(&self.binary, &self.data()).unwrap();
        self.proxy.point_at(server.address());
        self.server = Some(server);
        self.check_server();
    }

    /// Both phones work; now and then a connection is cut. The moment is at once after one of them has promised
    /// something or has begun to sync, or a little later.
    fn go_on_until_a_random_moment(&mut self, index: usize) {
        for phone in &mut self.phones {
            phone.go_on(self.dice.random_range(1..6));
        }
        if self.dice.random_range(0..4) == 0 {
            let way = if self.dice.random() { Direction::Up } else { Direction::Down };
            self.proxy.cut_after(way, self.dice.random_range(1..4_000));
        }
        let phone = &mut self.phones[index];
        match self.dice.random_range(0..3) {
            0 => phone.listen_until(|said| matches!(said, Said::Syncing)),
            1 => phone.listen_until(|said| matches!(said, Said::Sent(..))),
            _ => phone.listen_until(|said| matches!(said, Said::Saved(..))),
        }
        if self.dice.random() {
            let (begun, spin) = (Instant::now(), Duration::from_micros(self.dice.random_range(0..12_000)));
            while begun.elapsed() < spin {
                std::hint::spin_loop();
            }
        }
    }

    /// Whatever a phone holds to be on the server is there.
    fn check_server(&mut self) {
        self.phones.iter_mut().for_each(Phone::listen);
        let mut on_server = Documents::of_server(&self.data());
        for phone in &self.phones {
            for (record, version) in &phone.ledger.sent {
                assert!(on_server.contain(*record, version), "{record} was acknowledged and is lost");
            }
        }
    }

    /// The phones end, sync in peace, and hold what the server holds, as does a new phone of each nurse. Returns how
    /// much was saved and how much was acknowledged.
    fn end(mut self) -> (usize, usize) {
        for phone in &mut self.phones {
            phone.finish();
            phone.check_promises();
        }
        self.proxy.cut_after(Direction::Up, u64::MAX);
        let devices = [0, 1].map(|index| open(&self.phones[index].path));
        for device in devices.iter().chain(&devices) {
            self.sync(device);
            let status = device.sync_status().unwrap();
            assert!(status.is_all_sent && status.refused.is_empty(), "{status:?}");
        }
        let mut on_server = Documents::of_server(&self.data());
        for (device, phone) in devices.iter().zip(&self.phones) {
            let new = self.enrol(&phone.path.with_extension("new"), &phone.nurse);
            self.sync(&new);
            for (record, version, words) in &phone.ledger.saved {
                assert!(on_server.contain(*record, version), "{record} was saved and is lost");
                let held = on_server.version(*record);
                for device in [device, &new] {
                    let read = device.read(*record).unwrap();
                    assert_eq!(read.version, held);
                    assert!(read.record.to_json().to_string().contains(words), "{words} is not in {record}");
                }
            }
        }
        let count = |of: fn(&Ledger) -> usize| self.phones.iter().map(|phone| of(&phone.ledger)).sum();
        (count(|ledger| ledger.saved.len()), count(|ledger| ledger.sent.len()))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    fn start(&mut self, index: usize) {
        let seed = self.dice.random();
        self.phones[index].start(&self.proxy.url(), seed);
    }

    fn enrol(&self, path: &Path, nurse: &str) -> Device {
        let code = command::invite(&self.binary, &self.data(), nurse).unwrap();
        let (device, url) = (open(path), self.proxy.url());
        let http = HttpTransport::new(&url).unwrap();
        device.enrol(&http, &url, &code, "phone", "1.0", &Cancel::new()).unwrap();
        device
    }

    fn sync(&self, device: &Device) {
        let http = HttpTransport::new(&self.proxy.url()).unwrap();
        device.sync(&http, &Cancel::new(), |_| ()).unwrap();
    }
}

fn open(path: &Path) -> Device {
    Device::open(path, Some(&store_key()), Arc::new(SystemEnvironment)).unwrap()
}
