//! A real server in this process, over real HTTP, and an office worker who asks it things.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use doorstep_client_core::device::Device;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_server::agency::{self, NewMember};
use doorstep_server::app::{App, Running, start_in};
use doorstep_server::auth::{Bearer, OneTimeCode, Visitor};
use doorstep_server::config::{Config, PasswordCost};
use doorstep_server::store::{Act, Agency, Agent, Role, SignInName};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::large_agency::{LargeAgency, Size};
use crate::world::{scratch, store_key};

/// A server that runs until it is dropped.
pub struct Office {
    running: Option<Running>,
    runtime: Runtime,
    agency: Agency,
    token: String,
    config: Config,
    environment: Arc<dyn Environment>,
    folder: TempDir,
}

impl Office {
    /// Starts a server on a free port of this machine, with somebody in its office.
    pub fn start() -> Self {
        let config = Config { password_cost: PasswordCost::CHEAP, ..Config::default() };
        Self::start_as(config, Arc::new(SystemEnvironment))
    }

    /// The same with these settings, but for its port, and this clock.
    pub fn start_as(config: Config, environment: Arc<dyn Environment>) -> Self {
        Self::start_over(scratch(), config, environment)
    }

    /// The same over what is in this folder.
    pub fn start_over(folder: TempDir, config: Config, environment: Arc<dyn Environment>) -> Self {
        let runtime = Runtime::new().expect("a runtime can be started");
        let mut config = Config { listen: ([127, 0, 0, 1], 0).into(), ..config };
        let starting = start_in(folder.path(), config.clone(), Arc::clone(&environment));
        let running = runtime.block_on(starting).expect("the server starts");
        // Where it listens once, it listens again.
        config.listen = running.address;
        let app = running.app();
        let (agency, _) =
            agency::found_first(&*app.store, &SystemEnvironment).expect("it was founded at the start");
        let member = agency::hire(&*app.store, &SystemEnvironment, agency.id, "Office Sample", Role::Office);
        let bearer = Bearer::Staff(agency.id, member.expect("somebody can be hired").id);
        let (token, _) = app.keys.issue(bearer, app.environment.now()).expect("tokens can be signed");
        Self { running: Some(running), runtime, agency, token, config, environment, folder }
    }

    /// An office of a made-up agency with so many nurses and cases.
    pub fn of_sample(nurses: usize, cases: usize) -> Self {
        let (folder, size) = (scratch(), Size { nurses, cases, past_visits: 3 });
        LargeAgency::kept_in(folder.path(), size).expect("the agency can be made up");
        let config = Config { password_cost: PasswordCost::CHEAP, ..Config::default() };
        Self::start_over(folder, config, Arc::new(SystemEnvironment))
    }

    /// Stops the server; its data and its address stay.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }

    /// Starts it again.
    pub fn start_again(&mut self) {
        let starting = start_in(self.folder.path(), self.config.clone(), Arc::clone(&self.environment));
        self.running = Some(self.runtime.block_on(starting).expect("the server starts again"));
    }

    /// The server.
    pub fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs until it is dropped")
    }

    /// What the server's handlers work with.
    pub fn app(&self) -> &Arc<App> {
        self.running().app()
    }

    /// The agency.
    pub fn agency(&self) -> &Agency {
        &self.agency
    }

    /// The token of somebody whose role is office.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Where the server listens.
    pub fn url(&self) -> String {
        self.running().url()
    }

    /// Hires a nurse.
    pub fn hire(&self, name: &str) -> StaffId {
        let hired = agency::hire(&*self.app().store, &SystemEnvironment, self.agency.id, name, Role::Nurse);
        hired.expect("a nurse can be hired").id
    }

    /// Hires somebody for the office, who signs in by this name. Returns her id and her password, made just now.
    pub fn account(&self, name: &str, role: Role, sign_in_name: &str) -> (StaffId, String) {
        let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
        let sign_in_name = SignInName::parse(sign_in_name).expect("the test names one");
        let new = NewMember { name, role, sign_in_name: Some(sign_in_name) };
        let store = &*self.app().store;
        let hired = agency::hire_by(store, &SystemEnvironment, self.agency.id, new, act);
        let staff = hired.expect("somebody can be hired").id;
        let sign_ins = &self.app().sign_ins;
        let (code, _) = sign_ins.reset(self.agency.id, staff, Agent::Command).expect("the account exists");
        let part = || OneTimeCode::new(&mut (&SystemEnvironment as &dyn Environment).entropy());
        let password = format!("{}-{}", part(), part());
        let here = Visitor { address: IpAddr::V4(Ipv4Addr::LOCALHOST), browser: None };
        sign_ins.set_password(&code.to_string(), &password, &here).expect("the code was made just now");
        (staff, password)
    }

    /// The session of somebody new who has signed in.
    pub fn session(&self, name: &str, role: Role, sign_in_name: &str) -> String {
        let (_, password) = self.account(name, role, sign_in_name);
        let here = Visitor { address: IpAddr::V4(Ipv4Addr::LOCALHOST), browser: None };
        let signed_in = self.app().sign_ins.sign_in(sign_in_name, &password, None, &here);
        signed_in.expect("the password is hers").session
    }

    /// A nurse with her phone, enrolled over HTTP.
    pub fn phone(&self, name: &str) -> Phone {
        let (nurse, folder) = (self.hire(name), scratch());
        let path = folder.path().join("phone");
        let device = Device::open(&path, Some(&store_key()), Arc::new(SystemEnvironment));
        let device = device.expect("a new store can be opened");
        let http = HttpTransport::new(&self.url()).expect("the server's address is one");
        let name = format!("{name}'s phone");
        let enrolled = device.enrol(&http, &self.url(), &self.invite(nurse), &name, "1.0", &Cancel::new());
        enrolled.expect("the code was made just now");
        Phone { nurse, device, http, _folder: folder }
    }

    /// A one-time code for a nurse's phone.
    pub fn invite(&self, staff: StaffId) -> String {
        let (code, _) =
            self.app().enrolments.invite(self.agency.id, staff, Agent::Command).expect("the nurse exists");
        code.to_string()
    }

    /// Assigns a case to a nurse.
    pub fn grant(&self, scope: ScopeId, staff: StaffId) {
        let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
        self.app().store.grant(self.agency.id, scope, staff, act).expect("both exist");
    }

    /// Asks the office's API.
    pub fn get(&self, path: &str) -> Value {
        let call = ureq::get(format!("{}{path}", self.url())).header("authorization", self.bearer());
        call.call().expect("the API answers").body_mut().read_json().expect("the API answers in JSON")
    }

    /// Writes by the office's API.
    pub fn put(&self, path: &str, body: &Value) -> Value {
        let call = ureq::put(format!("{}{path}", self.url())).header("authorization", self.bearer());
        call.send_json(body)
            .expect("the API accepts it")
            .body_mut()
            .read_json()
            .expect("the API answers in JSON")
    }

    /// Posts to the office's API; the answer with its status, whatever that is.
    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let call = agent.post(format!("{}{path}", self.url())).header("authorization", self.bearer());
        let mut answer = call.send_json(body).expect("the API answers");
        let body = answer.body_mut().read_json().expect("the API answers in JSON");
        (answer.status().as_u16(), body)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

/// A nurse's phone on real HTTP.
pub struct Phone {
    /// The nurse.
    pub nurse: StaffId,
    /// The phone.
    pub device: Device,
    http: HttpTransport,
    _folder: TempDir,
}

impl Phone {
    /// Syncs, which must succeed.
    pub fn sync(&self) {
        self.device.sync(&self.http, &Cancel::new(), |_| ()).expect("the phone syncs");
    }

    /// Fetches the file of an attachment, which must succeed.
    pub fn download(&self, attachment: RecordId) {
        let done = self.device.download(attachment, &self.http, &Cancel::new(), |_| ());
        done.expect("the server has the file");
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.stop();
    }
}
