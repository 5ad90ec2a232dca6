//! A server and phones in one process: real stores on disk, the server's own routes, tokens and exchange, and a link that
//! fails in every way a link can. Time and randomness come from a seed, so that what happens once happens again.

mod environment;
mod line;
mod server;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use doorstep_client_core::device::{Device, ErrorKind, StoreKey, Version};
use doorstep_client_core::document::Document;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId, StaffId};
use doorstep_client_core::transport::Cancel;
use doorstep_server::access::Actor;
use doorstep_server::auth::Bearer;
use doorstep_server::store::{Act, Agency, Agent, CloseReason, Role, SqliteStore, StaffMember, Store};
use serde_json::Value;
use tempfile::TempDir;

pub use environment::SeededEnvironment;
pub use line::{Fault, Passed};
pub use server::{Answer, Asked, Server};

use line::Line;

/// Where simulations keep their files: in memory where the system offers that, since they write much and their
/// files need not outlive them.
pub fn scratch() -> TempDir {
    let shm = Path::new("/dev/shm");
    let made = if shm.is_dir() { TempDir::new_in(shm) } else { TempDir::new() };
    made.expect("a folder for temporary files can be made")
}

/// A server with its link: the transport of every phone in a world.
pub struct World {
    /// The clock and the dice.
    pub environment: Arc<SeededEnvironment>,
    /// The agency.
    pub agency: Agency,
    folder: TempDir,
    server: Mutex<Option<Server>>,
    line: Line,
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
        let server = Server::open(&folder.path().join("server"), Arc::clone(&environment) as _);
        let agency = server.app.store.agencies().expect("the store can be read").remove(0);
        let server = Mutex::new(Some(server));
        Arc::new(Self { environment, agency, folder, server, line: Line::default() })
    }

    /// A new nurse with an enrolled phone.
    pub fn nurse(self: &Arc<Self>, name: &str) -> Phone {
        let staff = self.hire(self.agency.id, name, Role::Nurse).staff;
        self.phone_of(self.agency.id, staff, name)
    }

    /// Somebody new in an agency.
    pub fn hire(&self, agency: AgencyId, name: &str, role: Role) -> Actor {
        let dice: &dyn Environment = &*self.environment;
        let id = StaffId::new(self.environment.now(), &mut dice.entropy());
        let member = StaffMember { id, name: name.to_owned(), role, is_active: true };
        let actor = Actor::of(agency, &member);
        self.with_server(|server| server.add_staff(agency, member)).expect("nobody has that id");
        actor
    }

    /// One more phone of a nurse.
    pub fn phone_of(&self, agency: AgencyId, staff: StaffId, name: &str) -> Phone {
        let path = self.folder.path().join(format!("{name}.phone"));
        let phone = Phone { staff, device: self.open(&path), path };
        phone.enrol(self, agency);
        phone
    }

    /// A one-time code for a nurse's phone.
    pub fn invite(&self, agency: AgencyId, staff: StaffId) -> String {
        let invited = self.server().app.enrolments.invite(agency, staff, Agent::Command);
        invited.expect("the nurse works here").0.to_string()
    }

    /// Opens a phone's store.
    pub fn open(&self, path: &Path) -> Device {
        let environment: Arc<dyn Environment> = Arc::clone(&self.environment) as _;
        Device::open(path, Some(&store_key()), environment).expect("the phone's store opens")
    }

    /// Works on the server's store.
    pub fn with_server<T>(&self, work: impl FnOnce(&dyn Store) -> T) -> T {
        work(&*self.server().app.store)
    }

    /// The server.
    pub fn server(&self) -> Server {
        let server = self.server.lock().expect("nobody panics with the server");
        server.clone().expect("the server runs")
    }

    /// Asks the office's API as this member of staff; the answer in JSON with its status.
    pub fn ask(
        &self,
        agency: AgencyId,
        staff: StaffId,
        method: &'static str,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let server = self.server();
        let issued = server.app.keys.issue(Bearer::Staff(agency, staff), self.environment.now());
        let (token, _) = issued.expect("tokens can be signed");
        let headers = vec![
            ("authorization", format!("Bearer {token}")),
            ("content-type", "application/json".to_owned()),
        ];
        let answer = server.call(Asked { method, path, headers, body: body.to_string().into_bytes() });
        (answer.status, serde_json::from_slice(&answer.body).expect("the API answers in JSON"))
    }

    /// Copies the server's data, as a backup does.
    pub fn back_up(&self) -> TempDir {
        let backup = scratch();
        let mut server = self.server.lock().expect("nobody panics with the server");
        server.take().expect("the server runs").close();
        copy_folder(&self.folder.path().join("server"), backup.path());
        *server = Some(self.open_server());
        backup
    }

    /// Puts a backup in the place of the server's data.
    pub fn restore(&self, backup: &TempDir) {
        let mut server = self.server.lock().expect("nobody panics with the server");
        server.take().expect("the server runs").close();
        let folder = self.folder.path().join("server");
        std::fs::remove_dir_all(&folder).expect("the old data can go");
        std::fs::create_dir(&folder).expect("a folder can be made");
        copy_folder(backup.path(), &folder);
        SqliteStore::declare_restored(&folder).expect("the backup opens");
        *server = Some(self.open_server());
    }

    fn open_server(&self) -> Server {
        Server::open(&self.folder.path().join("server"), Arc::clone(&self.environment) as _)
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
        self.hire(self.agency.id, "Office Sample", Role::Office)
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

    /// Closes a case in the office. Whose it was.
    pub fn close(&self, scope: ScopeId, reason: CloseReason) -> Vec<StaffId> {
        let closed = self.with_server(|server| server.close_case(self.agency.id, scope, reason, self.act()));
        closed.expect("there is such a case")
    }
}

impl Phone {
    /// Enrols the phone with a new code, for its nurse.
    pub fn enrol(&self, world: &World, agency: AgencyId) {
        let (code, name) = (world.invite(agency, self.staff), "a phone");
        let enrolled = self.device.enrol(world, "https://server.invalid", &code, name, "1.0", &Cancel::new());
        enrolled.expect("the phone is enrolled");
    }

    /// Syncs once; a lost or cut connection is no fault of the phone's.
    pub fn sync(&self, world: &World) {
        match self.try_sync(world) {
            Ok(()) | Err(ErrorKind::Network | ErrorKind::Server) => {}
            Err(kind) => panic!("a sync failed for good: {kind:?}"),
        }
    }

    /// Syncs once.
    pub fn try_sync(&self, world: &World) -> Result<(), ErrorKind> {
        self.device.sync(world, &Cancel::new(), |_| ()).map(drop).map_err(|error| error.kind())
    }

    /// The phone once its app was killed and started again.
    pub fn reopened(self, world: &World) -> Self {
        let Self { staff, device, path } = self;
        drop(device);
        Self { staff, device: world.open(&path), path }
    }

    /// The version of a record on this phone; none where it does not have it.
    pub fn version_of(&self, record: RecordId) -> Option<Version> {
        self.device.read(record).ok().map(|read| read.version)
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let copy = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&copy).expect("the folder can be made");
            copy_folder(&entry.path(), &copy);
        } else {
            std::fs::copy(entry.path(), copy).expect("the file can be copied");
        }
    }
}
