//! A server and phones in one process: real stores on disk, the real exchange, and a link that fails in every way
//! a link can. Time and randomness come from a seed, so that what happens once happens again.

use std::io::Cursor as Bytes;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use doorstep_client_core::device::{Device, StoreKey, Version};
use doorstep_client_core::document::Document;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::transport::{
    Cancel, EnrolAnswer, Request, Response, TokenAnswer, Transport, TransportError,
};
use doorstep_client_core::wire::SyncRequest;
use doorstep_server::access::Actor;
use doorstep_server::store::{Act, Agency, Agent, NewDevice, Role, SqliteStore, StaffMember, Store};
use doorstep_server::sync::{Caller, Exchange, SyncError};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use tempfile::TempDir;

/// Where simulations keep their files: in memory where the system offers that, since they write much and their
/// files need not outlive them.
pub fn scratch() -> TempDir {
    let shm = Path::new("/dev/shm");
    let made = if shm.is_dir() { TempDir::new_in(shm) } else { TempDir::new() };
    made.expect("a folder for temporary files can be made")
}

/// A seeded clock and seeded randomness, shared by everybody in a world.
pub struct SeededEnvironment {
    now: Mutex<Timestamp>,
    rng: Mutex<StdRng>,
}

impl SeededEnvironment {
    /// Time begins on 2 March 2026 at 8:00 UTC.
    pub fn new(seed: u64) -> Self {
        let start = Timestamp::from_millisecond(1_772_438_400_000).expect("a time in 2026");
        Self { now: Mutex::new(start), rng: Mutex::new(StdRng::seed_from_u64(seed)) }
    }

    /// Lets time pass.
    pub fn advance_ms(&self, ms: i64) {
        let mut now = self.now.lock().expect("nobody panics with the clock");
        *now = now.saturating_add_ms(ms);
    }
}

impl Environment for SeededEnvironment {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("nobody panics with the clock")
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.rng.lock().expect("nobody panics with the dice").fill_bytes(bytes);
    }
}

/// What the link does to the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The request is lost.
    RequestLost,
    /// The request arrives, the answer is cut after this many thousandths of its bytes.
    AnswerCut(u16),
    /// The request arrives twice; the second answer is the one that returns.
    Repeated,
    /// An old request arrives again, out of order, before this one.
    OldOneFirst,
}

/// A server with its link: the transport of every phone in a world.
pub struct World {
    /// The clock and the dice.
    pub environment: Arc<SeededEnvironment>,
    /// The agency.
    pub agency: Agency,
    folder: TempDir,
    server: Mutex<Option<SqliteStore>>,
    fault: Mutex<Fault>,
    old_requests: Mutex<Vec<(DeviceId, Vec<u8>)>>,
}

/// A nurse and her phone.
pub struct Phone {
    /// The nurse.
    pub staff: StaffId,
    /// The phone.
    pub device: Device,
    /// The phone's database.
    pub path: PathBuf,
}

/// The key of every phone's store.
pub fn store_key() -> StoreKey {
    StoreKey([7; 32])
}

impl World {
    /// A server with one agency and nobody in it.
    pub fn new(seed: u64) -> Arc<Self> {
        let environment = Arc::new(SeededEnvironment::new(seed));
        let folder = scratch();
        let server =
            SqliteStore::open(&folder.path().join("server"), &*environment).expect("the store opens");
        let now = environment.now();
        let dice: &dyn Environment = &*environment;
        let agency = Agency {
            id: AgencyId::new(now, &mut dice.entropy()),
            name: "Sample Agency".to_owned(),
            directory: ScopeId::new(now, &mut dice.entropy()),
            created_at: now,
        };
        server.create_agency(agency.clone()).expect("the agency is new");
        Arc::new(Self {
            environment,
            agency,
            folder,
            server: Mutex::new(Some(server)),
            fault: Mutex::new(Fault::None),
            old_requests: Mutex::default(),
        })
    }

    /// A new nurse with an enrolled phone.
    pub fn nurse(self: &Arc<Self>, name: &str) -> Phone {
        let dice: &dyn Environment = &*self.environment;
        let staff = StaffId::new(self.environment.now(), &mut dice.entropy());
        let member = StaffMember { id: staff, name: name.to_owned(), role: Role::Nurse, is_active: true };
        self.with_server(|server| server.add_staff(self.agency.id, member)).expect("the nurse is new");
        self.phone_of(staff, name)
    }

    /// One more phone of a nurse.
    pub fn phone_of(self: &Arc<Self>, staff: StaffId, name: &str) -> Phone {
        let path = self.folder.path().join(format!("{name}.phone"));
        let device = self.open(&path);
        let enrolled =
            device.enrol(&**self, "https://server.invalid", &staff.to_string(), name, "1.0", &Cancel::new());
        enrolled.expect("the phone is enrolled");
        Phone { staff, device, path }
    }

    /// Opens a phone's store.
    pub fn open(&self, path: &Path) -> Device {
        let environment: Arc<dyn Environment> = Arc::clone(&self.environment) as _;
        Device::open(path, Some(&store_key()), environment).expect("the phone's store opens")
    }

    /// What the link does to the next request.
    pub fn next_fault(&self, fault: Fault) {
        *self.fault.lock().expect("nobody panics with the link") = fault;
    }

    /// Works on the server's store.
    pub fn with_server<T>(&self, work: impl FnOnce(&SqliteStore) -> T) -> T {
        let server = self.server.lock().expect("nobody panics with the server");
        work(server.as_ref().expect("the server runs"))
    }

    /// Copies the server's data, as a backup does.
    pub fn back_up(&self) -> TempDir {
        let backup = scratch();
        let mut server = self.server.lock().expect("nobody panics with the server");
        drop(server.take());
        copy_folder(&self.folder.path().join("server"), backup.path());
        *server = Some(self.open_server());
        backup
    }

    /// Puts a backup in the place of the server's data.
    pub fn restore(&self, backup: &TempDir) {
        let mut server = self.server.lock().expect("nobody panics with the server");
        drop(server.take());
        let folder = self.folder.path().join("server");
        std::fs::remove_dir_all(&folder).expect("the old data can go");
        std::fs::create_dir(&folder).expect("a folder can be made");
        copy_folder(backup.path(), &folder);
        SqliteStore::declare_restored(&folder).expect("the backup opens");
        *server = Some(self.open_server());
    }

    fn open_server(&self) -> SqliteStore {
        SqliteStore::open(&self.folder.path().join("server"), &*self.environment).expect("the store opens")
    }

    /// A record's document as the server holds it.
    pub fn on_server(&self, record: RecordId) -> Option<Document> {
        let stored = self.with_server(|server| {
            let snapshot = server.snapshot(self.agency.id).expect("the agency exists");
            snapshot.record(record).expect("the record can be read")
        });
        stored.map(|stored| Document::load(&stored.document).expect("every stored document loads"))
    }

    /// The server's own command, now, as the audit log names who acts.
    pub fn act(&self) -> Act {
        Act { by: Agent::Command, at: self.environment.now() }
    }

    /// A member of staff, now, as the audit log names who acts.
    pub fn act_of(&self, staff: StaffId) -> Act {
        Act { by: Agent::Staff(staff), at: self.environment.now() }
    }

    /// Somebody new in the office.
    pub fn office(&self) -> Actor {
        let dice: &dyn Environment = &*self.environment;
        let id = StaffId::new(self.environment.now(), &mut dice.entropy());
        let member =
            StaffMember { id, name: "Office Sample".to_owned(), role: Role::Office, is_active: true };
        let actor = Actor::of(self.agency.id, &member);
        self.with_server(|server| server.add_staff(self.agency.id, member)).expect("nobody has that id");
        actor
    }

    /// Assigns a case to a nurse.
    pub fn grant(&self, scope: ScopeId, staff: StaffId) {
        self.with_server(|server| server.grant(self.agency.id, scope, staff, self.act()))
            .expect("both exist");
    }

    /// Ends a nurse's assignment to a case.
    pub fn revoke(&self, scope: ScopeId, staff: StaffId) {
        self.with_server(|server| server.revoke(self.agency.id, scope, staff, self.act()))
            .expect("both exist");
    }

    fn handle(&self, device: DeviceId, body: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.with_server(|server| {
            let holder = server.snapshot(self.agency.id).and_then(|snapshot| snapshot.holder(device));
            let holder = holder.expect("the store can be read").expect("the phone is enrolled");
            let caller = Caller { actor: (&holder).into(), device };
            let request = SyncRequest::from_body(body).expect("phones send requests that can be read");
            let exchange = Exchange::begin(server, caller, request, self.environment.now());
            let mut answer = Vec::new();
            exchange
                .and_then(|exchange| {
                    exchange.answer(|part| {
                        answer.extend(part);
                        true
                    })
                })
                .map_err(|error| match error {
                    SyncError::UnknownCursor => TransportError::Server {
                        retry_after_s: None,
                        status: 409,
                        code: "unknown_cursor".to_owned(),
                        message: error.to_string(),
                    },
                    other => panic!("the server failed: {other}"),
                })?;
            Ok(answer)
        })
    }

    fn sync(&self, request: &Request) -> Result<Vec<u8>, TransportError> {
        let device: DeviceId = request
            .bearer
            .as_deref()
            .and_then(|token| token.parse().ok())
            .expect("a token is the phone's id here");
        let fault =
            std::mem::replace(&mut *self.fault.lock().expect("nobody panics with the link"), Fault::None);
        let old = self.old_requests.lock().expect("nobody panics with the link").clone();
        if fault == Fault::OldOneFirst && !old.is_empty() {
            let mut rng = self.environment.rng.lock().expect("nobody panics with the dice");
            let (from, body) = &old[rng.random_range(0..old.len())];
            drop(rng);
            // Nobody waits for this answer any more.
            drop(self.handle(*from, body));
        }
        if fault == Fault::RequestLost {
            return Err(TransportError::Lost);
        }
        self.old_requests.lock().expect("nobody panics with the link").push((device, request.body.clone()));
        let mut answer = self.handle(device, &request.body)?;
        match fault {
            Fault::Repeated => answer = self.handle(device, &request.body)?,
            Fault::AnswerCut(thousandths) => answer.truncate(answer.len() * usize::from(thousandths) / 1_000),
            Fault::None | Fault::RequestLost | Fault::OldOneFirst => {}
        }
        Ok(answer)
    }

    fn enrol(&self, request: &Request) -> Vec<u8> {
        #[derive(serde::Deserialize)]
        struct Asked {
            code: StaffId,
            device_name: String,
        }
        let asked: Asked = serde_json::from_slice(&request.body).expect("phones ask in JSON");
        let now = self.environment.now();
        let dice: &dyn Environment = &*self.environment;
        let device = NewDevice {
            id: DeviceId::new(now, &mut dice.entropy()),
            name: asked.device_name,
            app_version: "1.0".to_owned(),
            clock_skew_s: 0,
            refresh_token_hash: [0; 32],
        };
        let mut code = [0; 32];
        self.environment.fill_random(&mut code);
        let mut device = device;
        self.environment.fill_random(&mut device.refresh_token_hash);
        let holder = self.with_server(|server| {
            server
                .add_enrolment_code(
                    self.agency.id,
                    asked.code,
                    code,
                    now.saturating_add_ms(60_000),
                    Act { by: Agent::Command, at: now },
                )
                .expect("the nurse exists");
            server.enrol(code, device, now).expect("the store can be written").expect("the code is good")
        });
        let answer = EnrolAnswer {
            agency: holder.agency,
            staff: holder.staff.id,
            device: holder.device.id,
            access_token: holder.device.id.to_string(),
            refresh_token: "none".to_owned(),
            server_time: now,
        };
        serde_json::to_vec(&answer).expect("an answer has a JSON form")
    }
}

impl Transport for World {
    fn exchange(&self, request: Request, _: &Cancel) -> Result<Response, TransportError> {
        let body = match request.path {
            "/v1/enrol" => self.enrol(&request),
            "/v1/token" => {
                serde_json::to_vec(&TokenAnswer { access_token: String::new(), refresh_token: None })
                    .expect("an answer has a JSON form")
            }
            _ => self.sync(&request)?,
        };
        Ok(Response { status: 200, retry_after_s: None, body: Box::new(Bytes::new(body)) })
    }
}

impl Phone {
    /// Syncs once; a lost or cut connection is no fault of the phone's.
    pub fn sync(&self, world: &World) {
        match self.device.sync(world, &Cancel::new(), |_| ()) {
            Ok(_) => {}
            Err(error) if error.is_retryable() => {}
            Err(error) => panic!("a sync failed for good: {error}"),
        }
    }

    /// The version of a record on this phone; none where it does not have it.
    pub fn version_of(&self, record: RecordId) -> Option<Version> {
        self.device.read(record).ok().map(|read| read.version)
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("the file can be copied");
    }
}
