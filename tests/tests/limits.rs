//! I14, where a limit shows only between a phone and a server: each at the limit and one past it. The others have their
//! tests beside the code.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use doorstep_client_core::device::{Device, ErrorKind};
use doorstep_client_core::document::{Changeset, Header};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId};
use doorstep_client_core::limits::SYNC_EXCHANGES_MAX;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::record::{AnyRecord, Kind, Timestamp};
use doorstep_client_core::transport::{Cancel, HttpTransport, Request, Response, Transport, TransportError};
use doorstep_client_core::wire::{AnswerSize, Done, Epoch, Frame, FrameBody, FrameWriter, MEDIA_TYPE};
use doorstep_server::agency;
use doorstep_server::app::Poke;
use doorstep_server::limits::{
    ACTIVITY_ENTRIES_MAX, ALIKE_CASES_MAX, CASES_SHOWN_MAX, EXCHANGES_MAX, MERGE_ATTEMPTS_MAX,
    POKES_WAITING_MAX, QUARANTINE_ENTRIES_MAX,
};
use doorstep_server::merge::{self, SaveError};
use doorstep_server::store::{Role, SetAside, SqliteStore};
use doorstep_tests::contested::Contested;
use doorstep_tests::office::Office;
use doorstep_tests::world::{World, scratch, store_key};
use serde_json::json;

#[test]
fn i14_a_save_is_merged_again_up_to_its_limit_and_not_once_more() {
    for (lost, is_saved) in [(MERGE_ATTEMPTS_MAX - 1, true), (MERGE_ATTEMPTS_MAX, false)] {
        let folder = scratch();
        let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
        let agency = agency::found(&store, &SystemEnvironment, "Sample").unwrap().id;
        let store = Contested::new(store, lost);
        let hired = agency::hire(&store, &SystemEnvironment, agency, "Ana Sample", Role::Nurse);
        assert_eq!(hired.is_ok(), is_saved);
        assert!(is_saved || matches!(hired, Err(SaveError::Busy)));
    }
}

#[test]
fn i14_the_office_is_shown_activity_up_to_the_limit_at_once_and_the_rest_when_it_asks_again() {
    let office = Office::start();
    let staff = office.hire("Ana Sample");
    let start = office.get("/v1/office/activity")["head"].as_u64().unwrap();
    let scope = ScopeId::from_bytes([1; 16]);
    let header = |number: usize, kind| {
        let id = [[1; 8], (number as u64).to_be_bytes()].concat().try_into().unwrap();
        Header { id: RecordId::from_bytes(id), scope, kind }
    };
    let patient = Patient { family: "Sample".into(), ..Patient::default() };
    let task = AnyRecord::from(Task { title: "Call".into(), ..Task::default() });
    let mut records: Vec<(Header, AnyRecord)> = vec![(header(0, Kind::Patient), patient.into())];
    records.extend((1..ACTIVITY_ENTRIES_MAX).map(|number| (header(number, Kind::Task), task.clone())));
    let write = |records: &[(Header, AnyRecord)]| {
        let store = &*office.app().store;
        merge::create_all(store, office.agency().id, staff, records, Timestamp::UNIX_EPOCH).unwrap();
    };
    let shown = |since: u64| {
        let activity = office.get(&format!("/v1/office/activity?since={since}"));
        let entries = activity["entries"].as_array().unwrap();
        (entries.len(), entries.last().map_or(since, |entry| entry["seq"].as_u64().unwrap()))
    };
    write(&records);
    let (count, last) = shown(start);
    assert_eq!(count, ACTIVITY_ENTRIES_MAX);
    assert_eq!(shown(last).0, 0, "that was all");
    write(&[(header(ACTIVITY_ENTRIES_MAX, Kind::Task), task)]);
    let (count, last) = shown(start);
    assert_eq!(count, ACTIVITY_ENTRIES_MAX);
    assert_eq!(shown(last).0, 1, "the one past the limit comes next");
}

#[test]
fn i14_the_office_is_shown_the_newest_of_what_was_set_aside_up_to_the_limit() {
    let office = Office::start();
    let staff = office.hire("Ana Sample");
    let device = Connected::new(&office, &office.invite(staff)).id;
    let aside = |number: u64| SetAside {
        record: Some(RecordId::from_bytes([[2; 8], number.to_be_bytes()].concat().try_into().unwrap())),
        scope: None,
        device,
        staff,
        reason: "malformed".to_owned(),
        changes: Changeset::from_bytes(number.to_be_bytes().to_vec()),
        received_at: Timestamp::from_millisecond(number as i64).unwrap(),
    };
    let shown = || office.get("/v1/office/quarantine").as_array().unwrap().clone();
    let limit = QUARANTINE_ENTRIES_MAX as u64;
    let store = &office.app().store;
    store.set_aside(office.agency().id, (0..limit).map(aside).collect()).unwrap();
    assert_eq!(shown().len(), QUARANTINE_ENTRIES_MAX);
    store.set_aside(office.agency().id, vec![aside(limit)]).unwrap();
    assert_eq!(shown().len(), QUARANTINE_ENTRIES_MAX);
    assert_eq!(shown()[0]["record"], json!(aside(limit).record), "the newest is there");
    assert!(shown().iter().all(|entry| entry["record"] != json!(aside(0).record)), "the oldest is not");
}

#[test]
fn i14_exchanges_are_under_way_up_to_their_limit_and_one_past_it_waits() {
    let office = Office::start();
    let phone = Connected::new(&office, &office.invite(office.hire("Ana Sample")));
    let exchanges = &office.app().exchanges;
    let others = exchanges.try_acquire_many(u32::try_from(EXCHANGES_MAX - 1).unwrap()).unwrap();
    phone.sync(&Cancel::new()).unwrap();
    // An exchange gives its place back a moment after its answer has arrived.
    let waiter = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let last = waiter.block_on(exchanges.acquire()).unwrap();
    let cancel = Cancel::new();
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| phone.sync(&cancel));
        // Nobody is there whom one could ask whether it waits: it is given time in which it would have been done.
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(!waiting.is_finished());
        cancel.cancel();
        assert_eq!(waiting.join().unwrap(), Err(ErrorKind::Cancelled));
    });
    drop((others, last));
    phone.sync(&Cancel::new()).unwrap();
}

#[test]
fn i14_pokes_wait_up_to_their_limit_and_past_it_the_listener_is_told_that_some_are_gone() {
    use tokio::sync::broadcast::error::TryRecvError;
    let office = Office::start();
    let poke = || office.app().poke(Poke::records(office.agency().id, &[office.agency().directory], None));
    let mut listener = office.app().listen();
    (0..POKES_WAITING_MAX).for_each(|_| poke());
    assert!((0..POKES_WAITING_MAX).all(|_| listener.try_recv().is_ok()));
    (0..=POKES_WAITING_MAX).for_each(|_| poke());
    assert_eq!(listener.try_recv().unwrap_err(), TryRecvError::Lagged(1));
}

#[test]
fn i14_one_sync_goes_through_exchanges_up_to_the_limit_and_not_one_more() {
    let world = World::new(14);
    let ana = world.nurse("ana");
    for (ends_at, is_done) in [(SYNC_EXCHANGES_MAX, true), (SYNC_EXCHANGES_MAX + 1, false)] {
        let server = Endless { ends_at, exchanges: AtomicU32::new(0), now: world.environment.now() };
        let synced = ana.device.sync(&server, &Cancel::new(), |_| ());
        assert_eq!(server.exchanges.into_inner(), SYNC_EXCHANGES_MAX);
        match synced {
            Ok(report) => assert_eq!((is_done, report.exchanges), (true, SYNC_EXCHANGES_MAX)),
            Err(error) => assert_eq!((is_done, error.kind()), (false, ErrorKind::Server)),
        }
    }
}

/// A server that always has more, until an exchange of this number.
struct Endless {
    ends_at: u32,
    exchanges: AtomicU32,
    now: Timestamp,
}

impl Transport for Endless {
    fn exchange(&self, _: Request, _: &Cancel) -> Result<Response, TransportError> {
        let number = self.exchanges.fetch_add(1, Ordering::SeqCst) + 1;
        let has_more = number < self.ends_at;
        let done = Done { server_time: self.now, epoch: Epoch([1; 8]), has_more, digests: Vec::new() };
        let last = Frame { body: FrameBody::Done(done), cursor: None };
        let answer = FrameWriter::new(AnswerSize::Update).unwrap().finish(&last).unwrap();
        Ok(Response::new(200, answer).with("content-type", MEDIA_TYPE))
    }
}

/// A phone with its connection to the office's server.
struct Connected {
    device: Device,
    id: DeviceId,
    http: HttpTransport,
    _folder: tempfile::TempDir,
}

impl Connected {
    fn new(office: &Office, code: &str) -> Self {
        let folder = scratch();
        let path = folder.path().join("phone");
        let device = Device::open(&path, Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
        let http = HttpTransport::new(&office.url()).unwrap();
        let enrolled = device.enrol(&http, &office.url(), code, "phone", "1.0", &Cancel::new()).unwrap();
        Self { device, id: enrolled.device, http, _folder: folder }
    }

    fn sync(&self, cancel: &Cancel) -> Result<(), ErrorKind> {
        self.device.sync(&self.http, cancel, |_| ()).map(drop).map_err(|error| error.kind())
    }
}

/// Opens so many cases of patients who are called and born alike.
fn open_cases(office: &Office, count: usize) {
    (0..count).for_each(|number| open_case(office, number));
}

/// Opens the one of this number.
fn open_case(office: &Office, number: usize) {
    let store = &*office.app().store;
    let now = SystemEnvironment.now();
    let bytes =
        |first: u8| [vec![first; 8], (number as u64).to_be_bytes().to_vec()].concat().try_into().unwrap();
    let (scope, id) = (ScopeId::from_bytes(bytes(1)), RecordId::from_bytes(bytes(2)));
    let born = Some("1948-03-09".parse().unwrap());
    let patient = Patient { family: "Sample".into(), birth_date: born, ..Patient::default() };
    let header = Header { id, scope, kind: Kind::Patient };
    let (agency, author) = (office.agency().id, agency::itself(office.agency().id));
    merge::save(store, agency, author, &merge::Save::Create(header), &patient.into(), now).unwrap();
}

/// Asks for a page of the office's: its status and its text.
fn page(office: &Office, method: &str, path: &str, form: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = ureq::http::Request::builder().method(method).uri(office.url() + path);
    let request = request.header("authorization", format!("Bearer {}", office.token()));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let mut answer = agent.run(request.body(form.to_owned()).unwrap()).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

#[test]
fn i14_the_caseload_shows_cases_up_to_the_limit_in_a_page_and_the_rest_in_the_next() {
    let office = Office::start();
    let shown = |path: &str| {
        let (status, text) = page(&office, "GET", path, "");
        assert_eq!(status, 200);
        let next = text
            .split("class=\"button\" href=\"")
            .map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"));
        (text.matches("name=\"case\"").count(), next.into_iter().find(|href| href.contains("after=")))
    };
    open_cases(&office, CASES_SHOWN_MAX);
    assert_eq!(shown("/office/cases"), (CASES_SHOWN_MAX, None));
    open_case(&office, CASES_SHOWN_MAX);
    let (count, next) = shown("/office/cases");
    assert_eq!((count, shown(&next.unwrap())), (CASES_SHOWN_MAX, (1, None)));
}

#[test]
fn i14_cases_of_the_same_patient_are_shown_up_to_the_limit_before_one_more_is_opened() {
    let office = Office::start();
    let [scope, patient] = [0x71, 0x72].map(|byte| ScopeId::from_bytes([byte; 16]));
    let form = format!("new_scope={scope}&new_patient={patient}&family=Sample&birth_date=1948-03-09");
    open_cases(&office, ALIKE_CASES_MAX);
    for last in [ALIKE_CASES_MAX, ALIKE_CASES_MAX + 1] {
        let (status, text) = page(&office, "POST", "/office/cases/new", &form);
        assert_eq!((status, text.matches("Born the same day").count()), (409, ALIKE_CASES_MAX));
        open_case(&office, last);
    }
}
