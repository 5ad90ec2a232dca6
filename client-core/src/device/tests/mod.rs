//! The phone from outside: a real store in a folder, and a server in memory.

mod files;
mod files_beside;
mod files_kept;
mod files_refused;
mod lock;
mod portal;
mod server;
mod shelf;
mod syncing;
#[cfg(feature = "thumbnails")]
mod thumbnails;
mod transport;
mod wipe;

use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;

use super::*;
use crate::ids::{RecordId, ScopeId};
use crate::record::appointment::{Appointment, AppointmentStatus};
use crate::record::condition::Condition;
use crate::record::patient::Patient;
use crate::record::{AnyRecord, Coding, Kind};
use crate::transport::Cancel;
use server::{NOW_MS, STAFF, Server};

/// A clock that stands until it is moved, and bytes from one sequence for all phones of all tests.
#[derive(Default)]
struct Simulated {
    later_ms: AtomicU64,
}

impl Environment for Simulated {
    fn now(&self) -> Timestamp {
        let later_ms = i64::try_from(self.later_ms.load(Ordering::Relaxed)).unwrap();
        Timestamp::from_millisecond(NOW_MS + later_ms).unwrap()
    }
    fn fill_random(&self, bytes: &mut [u8]) {
        static DRAWN: AtomicU64 = AtomicU64::new(1);
        for chunk in bytes.chunks_mut(8) {
            let drawn = DRAWN.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&drawn.to_le_bytes()[..chunk.len()]);
        }
    }
}

struct Phone {
    device: Device,
    environment: Arc<Simulated>,
    folder: TempDir,
}

impl std::ops::Deref for Phone {
    type Target = Device;
    fn deref(&self) -> &Device {
        &self.device
    }
}

fn key() -> Option<StoreKey> {
    cfg!(feature = "encryption").then(|| StoreKey([7; 32]))
}

impl Phone {
    fn new(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = Arc::new(Simulated::default());
        let path = folder.path().join("doorstep.db");
        let device = Device::open(&path, key().as_ref(), environment.clone()).unwrap();
        device.enrol(server, "https://example.org", "1234", "Ann's phone", "0.1", &Cancel::new()).unwrap();
        Self { device, environment, folder }
    }

    /// The same phone after its process died.
    fn reopened(self) -> Self {
        let Self { device, environment, folder } = self;
        drop(device);
        let path = folder.path().join("doorstep.db");
        let device = Device::open(&path, key().as_ref(), environment.clone()).unwrap();
        Self { device, environment, folder }
    }

    fn sync_with(&self, server: &Server) -> Result<SyncReport, Error> {
        self.device.sync(server, &Cancel::new(), |_| ())
    }

    fn case(&self) -> Created {
        self.open_case(&patient("Kovács")).unwrap()
    }

    fn patient(&self, id: RecordId) -> (Version, Patient) {
        let read = self.read(id).unwrap();
        (read.version, read.record.try_into().unwrap())
    }
}

fn patient(family: &str) -> Patient {
    Patient { given: "Ágnes".into(), family: family.into(), ..Patient::default() }
}

fn appointment(later_ms: i64, status: AppointmentStatus) -> AnyRecord {
    let start = Timestamp::from_millisecond(NOW_MS + later_ms).unwrap();
    Appointment { start: Some(start), nurse: Some(STAFF), status, ..Appointment::default() }.into()
}

#[test]
fn i1_what_a_save_returned_for_is_there_after_the_process_died() {
    let phone = Phone::new(&Server::default());
    let created = phone.case();
    let (seen, mut record) = phone.patient(created.header.id);
    record.preferred = "Ági".into();
    phone.save(created.header.id, &seen, &record.clone().into()).unwrap();
    let phone = phone.reopened();
    assert_eq!(phone.patient(created.header.id).1, record);
    assert_eq!(phone.sync_status().unwrap().unsent_changes, 2);
}

#[test]
fn i2_a_save_at_an_older_version_keeps_what_was_written_since() {
    let phone = Phone::new(&Server::default());
    let id = phone.case().header.id;
    let (seen, form) = phone.patient(id);
    phone.save(id, &seen, &Patient { preferred: "Ági".into(), ..form.clone() }.into()).unwrap();
    phone.save(id, &seen, &Patient { needs_interpreter: true, ..form.clone() }.into()).unwrap();
    let (_, merged) = phone.patient(id);
    assert_eq!(merged, Patient { preferred: "Ági".into(), needs_interpreter: true, ..form });
    assert!(phone.conflicts().unwrap().is_empty());
}

#[test]
fn i8_a_conflict_is_listed_with_its_values_until_one_is_picked() {
    let phone = Phone::new(&Server::default());
    let id = phone.case().header.id;
    let (seen, form) = phone.patient(id);
    for preferred in ["Ági", "Mrs Kovács"] {
        phone.save(id, &seen, &Patient { preferred: preferred.into(), ..form.clone() }.into()).unwrap();
    }
    let in_conflict = phone.conflicts().unwrap();
    assert_eq!((in_conflict.len(), phone.caseload().unwrap()[0].conflicts), (1, 1));
    let conflict = &in_conflict[0].conflicts[0];
    assert_eq!((conflict.path.as_str(), conflict.values.len()), ("preferred", 2));
    assert!(conflict.values.iter().all(|value| value.by == Some(STAFF)));
    let hidden = conflict.values.iter().find(|value| !value.is_shown).unwrap();
    let (seen, _) = phone.patient(id);
    phone.resolve(id, &seen, "preferred", &hidden.id).unwrap();
    assert!(phone.conflicts().unwrap().is_empty());
    assert_eq!(serde_json::Value::from(phone.patient(id).1.preferred), hidden.value);
    let gone = phone.resolve(id, &phone.patient(id).0, "preferred", &hidden.id).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Outdated);
}

#[test]
fn a_record_that_does_not_pass_its_checks_is_not_saved_and_says_why() {
    let phone = Phone::new(&Server::default());
    let refused = phone.open_case(&Patient::default()).unwrap_err();
    assert_eq!((refused.kind(), refused.is_retryable()), (ErrorKind::Invalid, false));
    assert_eq!(refused.problems()[0].field, "family");
    assert!(phone.caseload().unwrap().is_empty());
}

#[test]
fn the_directory_is_read_only_and_a_case_that_is_not_here_takes_no_record() {
    let phone = Phone::new(&Server::default());
    let scope = phone.case().header.scope;
    let staff = crate::record::staff::Staff { name: "Ann".into(), ..Default::default() };
    let elsewhere = ScopeId::from_bytes([9; 16]);
    let visit = || appointment(0, AppointmentStatus::Booked);
    assert_eq!(phone.create(scope, &staff.into()).unwrap_err().kind(), ErrorKind::ReadOnly);
    assert_eq!(phone.create(elsewhere, &visit()).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(phone.create(scope, &patient("Szabó").into()).unwrap_err().kind(), ErrorKind::Invalid);
    assert!(phone.create(scope, &visit()).is_ok());
}

#[test]
fn a_phone_that_is_not_enrolled_takes_no_work() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Arc::new(Simulated::default());
    let device = Device::open(&folder.path().join("a.db"), key().as_ref(), environment).unwrap();
    assert_eq!(device.open_case(&patient("Kovács")).unwrap_err().kind(), ErrorKind::NotEnrolled);
    let unsynced = device.sync(&Server::default(), &Cancel::new(), |_| ());
    assert_eq!(unsynced.unwrap_err().kind(), ErrorKind::NotEnrolled);
    let refused = device.enrol(&Server::default(), "https://example.org", "99", "x", "0", &Cancel::new());
    assert_eq!(refused.unwrap_err().server_code(), Some("code_unknown"));
}

#[test]
fn the_caseload_starts_with_the_next_appointment_and_today_shows_the_day() {
    let phone = Phone::new(&Server::default());
    let (later, soon, never) = (phone.case(), phone.case(), phone.case());
    let hour_ms = 60 * 60 * 1_000;
    for (case, at_ms, status) in [
        (&later, 30 * hour_ms, AppointmentStatus::Booked),
        (&later, hour_ms, AppointmentStatus::Cancelled),
        (&soon, 2 * hour_ms, AppointmentStatus::Booked),
        (&never, -hour_ms, AppointmentStatus::Booked),
    ] {
        phone.create(case.header.scope, &appointment(at_ms, status)).unwrap();
    }
    let scopes: Vec<ScopeId> = phone.caseload().unwrap().iter().map(|case| case.case.scope).collect();
    assert_eq!(scopes, [soon.header.scope, later.header.scope, never.header.scope]);
    assert_eq!(phone.today(0).unwrap().len(), 2);
    assert_eq!(phone.today(3 * 60 * 60).unwrap().len(), 3);
}

#[test]
fn a_chart_is_grouped_found_by_words_and_told_in_order() {
    let phone = Phone::new(&Server::default());
    let scope = phone.case().header.scope;
    let code = Coding::new("http://snomed.info/sct", "38341003", "Hypertension");
    let condition = Condition { code: Some(code), onset: "2019".parse().ok(), ..Condition::default() };
    phone.create(scope, &condition.into()).unwrap();
    phone.create(scope, &appointment(0, AppointmentStatus::Booked)).unwrap();
    let chart = phone.chart(scope).unwrap();
    let kinds: Vec<Kind> = chart.records.keys().copied().collect();
    assert_eq!(kinds, [Kind::Patient, Kind::Condition, Kind::Appointment]);
    let told: Vec<Kind> = phone.timeline(scope).unwrap().iter().map(|entry| entry.kind).collect();
    assert_eq!(told, [Kind::Appointment, Kind::Condition, Kind::Patient]);
    assert_eq!(phone.search("hyper", Some(scope), 10).unwrap()[0].header.kind, Kind::Condition);
}

#[test]
fn history_tells_each_change_and_the_record_as_it_was() {
    let phone = Phone::new(&Server::default());
    let id = phone.case().header.id;
    let (first, form) = phone.patient(id);
    phone.environment.later_ms.store(60_000, Ordering::Relaxed);
    phone.save(id, &first, &Patient { preferred: "Ági".into(), ..form.clone() }.into()).unwrap();
    let history = phone.history(id).unwrap();
    assert_eq!((history.len(), history[1].by), (2, Some(STAFF)));
    assert_eq!(history[1].fields[0].path, "preferred");
    assert_eq!(phone.as_of(id, &first).unwrap(), form.into());
    let then = Timestamp::from_millisecond(NOW_MS + 30_000).unwrap();
    assert_eq!(phone.version_at(id, then).unwrap(), first);
}

#[test]
fn observers_are_told_after_the_commit_and_may_read() {
    let phone = Phone::new(&Server::default());
    let told = Arc::new(Mutex::new(Vec::new()));
    let device = Arc::new(phone);
    let (seen, weak) = (told.clone(), Arc::downgrade(&device));
    let id = device.observe(move |changes| {
        let phone = weak.upgrade().unwrap();
        for change in changes {
            let Change::Record { record, .. } = change else { continue };
            seen.lock().unwrap().push((*change, phone.read(*record).unwrap().version));
        }
    });
    let created = device.case();
    let header = created.header;
    let change = Change::Record { scope: header.scope, record: header.id, kind: header.kind };
    assert_eq!(*told.lock().unwrap(), [(change, created.version)]);
    device.unobserve(id);
    device.case();
    assert_eq!(told.lock().unwrap().len(), 1);
}

#[test]
fn an_appointment_at_which_nobody_checked_in_is_an_alert() {
    let phone = Phone::new(&Server::default());
    let scope = phone.case().header.scope;
    let hour_ms = 60 * 60 * 1_000;
    let missed = phone.create(scope, &appointment(-5 * hour_ms, AppointmentStatus::Booked)).unwrap();
    let alerts = phone.alerts(scope, 0).unwrap();
    assert_eq!((alerts[0].record, alerts[0].kind), (missed.header.id, AlertKind::MissedVisit));
    assert!(phone.credential_alerts(0).unwrap().is_empty());
}

#[test]
fn i13_no_error_and_no_status_says_what_a_record_holds() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let canary = Patient { given: "Canary".into(), preferred: "Canary".into(), ..patient("Canary") };
    let id = phone.open_case(&canary).unwrap().header.id;
    let (seen, form) = phone.patient(id);
    let invalid = Patient {
        address: crate::record::patient::Address { door_code: "Canary".repeat(1_000), ..Default::default() },
        ..form
    };
    server.state().refused.insert(id);
    phone.sync_with(&server).unwrap();
    let said = [
        format!("{:?}", phone.save(id, &seen, &invalid.into()).unwrap_err()),
        format!("{:?}", phone.resolve(id, &seen, "family", "Canary").unwrap_err()),
        format!("{:?}", phone.save(id, &seen, &appointment(0, AppointmentStatus::Booked)).unwrap_err()),
        format!("{:?}", phone.read(RecordId::from_bytes([9; 16])).unwrap_err()),
        format!("{:?}", phone.sync_status().unwrap()),
    ];
    for said in said {
        assert!(!said.contains("Canary"), "{said}");
    }
}

#[cfg(feature = "encryption")]
#[test]
fn a_wrong_key_opens_nothing_and_is_told_apart() {
    let Phone { device, environment, folder } = Phone::new(&Server::default());
    drop(device);
    let path = folder.path().join("doorstep.db");
    for key in [Some(StoreKey([8; 32])), None] {
        let refused = Device::open(&path, key.as_ref(), environment.clone()).err().unwrap();
        assert_eq!((refused.kind(), refused.is_retryable()), (ErrorKind::Key, false));
    }
}

#[test]
fn a_wiped_phone_holds_nothing_and_says_so() {
    let phone = Phone::new(&Server::default());
    phone.case();
    phone.wipe().unwrap();
    assert_eq!(phone.caseload().unwrap_err().kind(), ErrorKind::Wiped);
    assert_eq!(std::fs::read_dir(phone.folder.path()).unwrap().count(), 0);
}

#[test]
fn two_threads_save_and_read_at_once() {
    let phone = Phone::new(&Server::default());
    let scope = phone.case().header.scope;
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                for minute in 0..10 {
                    phone.create(scope, &appointment(minute * 60_000, AppointmentStatus::Booked)).unwrap();
                    phone.chart(scope).unwrap();
                }
            });
        }
    });
    assert_eq!(phone.today(0).unwrap().len(), 20);
}
