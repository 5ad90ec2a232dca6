//! What becomes of phones after their enrolment, over a real server and real HTTP: tokens that rotate, locks, wipes.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod invited;
mod keys;
mod shut;
mod tokens;

use std::sync::{Arc, Mutex};

use doorstep_client_core::device::{Created, Device, ErrorKind};
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::ids::DeviceId;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::{Cancel, HttpTransport, Request, Response, Transport, TransportError};
use doorstep_server::agency;
use doorstep_server::auth::Bearer;
use doorstep_server::store::Role;
use doorstep_tests::office::Office;
use doorstep_tests::world::{scratch, store_key};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A line to the server that a test can disturb, and that remembers what buys tokens.
struct Line {
    http: HttpTransport,
    disturbance: Mutex<Disturbance>,
    token_requests: Mutex<Vec<Request>>,
}

#[derive(Default)]
struct Disturbance {
    /// The next exchange finds that the access token has run out.
    is_expired: bool,
    /// The answers to this path are lost on their way.
    lost: Option<&'static str>,
}

impl Line {
    fn to(office: &Office) -> Self {
        let http = HttpTransport::new(&office.url()).unwrap();
        Self { http, disturbance: Mutex::default(), token_requests: Mutex::default() }
    }

    fn expire(&self) {
        self.disturbance.lock().unwrap().is_expired = true;
    }

    fn lose(&self, path: Option<&'static str>) {
        self.disturbance.lock().unwrap().lost = path;
    }

    /// Sends what bought a token once more.
    fn replay(&self, number: usize) -> Result<u16, TransportError> {
        let request = self.token_requests.lock().unwrap()[number].clone();
        Ok(self.http.exchange(request, &Cancel::new())?.status)
    }
}

impl Transport for Line {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let path = request.path.clone();
        let mut disturbance = self.disturbance.lock().unwrap();
        if path == "/v1/sync" && std::mem::take(&mut disturbance.is_expired) {
            let body = br#"{"code":"token_expired","message":"the access token has expired"}"#;
            return Ok(Response::new(401, body));
        }
        if path == "/v1/token" {
            self.token_requests.lock().unwrap().push(request.clone());
        }
        let answer = self.http.exchange(request, cancel)?;
        if disturbance.lost == Some(path.as_str()) { Err(TransportError::Lost) } else { Ok(answer) }
    }
}

/// Somebody who manages staff and phones.
struct Admin {
    url: String,
    token: String,
}

impl Admin {
    fn of(office: &Office) -> Self {
        let (app, agency) = (office.app(), office.agency().id);
        let hired = agency::hire(&*app.store, &SystemEnvironment, agency, "Ada Sample", Role::Admin).unwrap();
        let token = app.keys.issue(Bearer::Staff(agency, hired.id), app.environment.now()).unwrap().0;
        Self { url: office.url(), token }
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let call = agent.post(format!("{}{path}", self.url));
        let call = call.header("authorization", format!("Bearer {}", self.token));
        let mut answer = call.send_json(body).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
    }
}

/// A nurse's enrolled phone and its line.
struct Phone {
    device: Device,
    id: DeviceId,
    line: Line,
    _folder: TempDir,
}

impl Phone {
    fn new(office: &Office, code: &str) -> Self {
        let folder = scratch();
        let path = folder.path().join("phone");
        let device = Device::open(&path, Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
        let line = Line::to(office);
        let enrolled = device.enrol(&line, &office.url(), code, "phone", "1.0", &Cancel::new()).unwrap();
        Self { device, id: enrolled.device, line, _folder: folder }
    }

    fn sync(&self) -> Result<(), ErrorKind> {
        self.device.sync(&self.line, &Cancel::new(), |_| ()).map(drop).map_err(|error| error.kind())
    }

    fn open_case(&self) -> Result<Created, ErrorKind> {
        let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
        self.device.open_case(&patient).map_err(|error| error.kind())
    }

    fn unsent(&self) -> u32 {
        self.device.sync_status().unwrap().unsent_changes
    }
}
