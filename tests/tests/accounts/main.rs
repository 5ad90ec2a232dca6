//! People who sign in to the office, over a real server and real HTTP: passwords, sessions in browsers, second factors,
//! guessing, and what becomes of staff.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod guessing;
mod lifecycle;
mod passwords;
mod second_factor;
mod sessions;

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;
use doorstep_server::agency::{self, NewMember};
use doorstep_server::app::{App, Running, start_in};
use doorstep_server::config::{Config, PasswordCost};
use doorstep_server::store::{Act, Agent, AuditQuery, Role, SignInName};
use doorstep_tests::world::scratch;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// What everybody's password is at first.
const PASSWORD: &str = "seven green kettles";

/// A clock that a test moves on, and the system's randomness.
struct Clock(Mutex<Timestamp>);

impl Clock {
    fn pass_s(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = now.saturating_add_ms(seconds * 1_000);
    }
}

impl Environment for Clock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        SystemEnvironment.fill_random(bytes);
    }
}

/// A server behind a declared proxy, with an admin, `ada`, and somebody of the office, `olu`.
struct House {
    running: Option<Running>,
    runtime: Runtime,
    clock: Arc<Clock>,
    agency: AgencyId,
    ada: StaffId,
    olu: StaffId,
    _folder: TempDir,
}

impl House {
    fn open() -> Self {
        Self::open_with(true)
    }

    fn open_with(is_behind_proxy: bool) -> Self {
        let folder = scratch();
        let runtime = Runtime::new().unwrap();
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            is_behind_proxy,
            password_cost: PasswordCost::CHEAP,
            ..Config::default()
        };
        // In the middle of a step of the second factor, so that a second more or less changes nothing.
        let clock = Arc::new(Clock(Mutex::new(Timestamp::from_millisecond(1_800_000_015_000).unwrap())));
        let environment: Arc<dyn Environment> = Arc::clone(&clock) as _;
        let running = runtime.block_on(start_in(folder.path(), config, environment)).unwrap();
        let agency = running.app().store.agencies().unwrap()[0].id;
        let nobody = StaffId::from_bytes([0; 16]);
        let running = Some(running);
        let mut house = Self { running, runtime, clock, agency, ada: nobody, olu: nobody, _folder: folder };
        house.ada = house.hire(agency, "Ada Sample", Role::Admin, "ada");
        house.olu = house.hire(agency, "Olu Sample", Role::Office, "olu");
        house
    }

    fn app(&self) -> &Arc<App> {
        self.running.as_ref().unwrap().app()
    }

    fn act(&self) -> Act {
        Act { by: Agent::Command, at: self.clock.now() }
    }

    /// Hires somebody who has set her password.
    fn hire(&self, agency: AgencyId, name: &str, role: Role, sign_in_name: &str) -> StaffId {
        let sign_in_name = Some(SignInName::parse(sign_in_name).unwrap());
        let new = NewMember { name, role, sign_in_name };
        let member = agency::hire_by(&*self.app().store, &*self.clock, agency, new, self.act()).unwrap();
        let code = self.code(agency, member.id);
        let set = self.browser().ask("POST", "/v1/password", &json!({ "code": code, "password": PASSWORD }));
        assert_eq!(set.status, 200, "{}", set.body);
        member.id
    }

    fn code(&self, agency: AgencyId, staff: StaffId) -> String {
        self.app().sign_ins.reset(agency, staff, Agent::Command).unwrap().0.to_string()
    }

    /// A browser that nobody has used.
    fn browser(&self) -> Browser {
        let url = format!("http://{}", self.running.as_ref().unwrap().address);
        Browser { url, address: "192.0.2.1".to_owned(), kept: RefCell::default() }
    }

    /// A browser in which somebody has signed in.
    fn signed_in(&self, name: &str) -> Browser {
        let browser = self.browser();
        let answer = browser.sign_in(name, PASSWORD);
        assert_eq!(answer.status, 200, "{}", answer.body);
        browser
    }

    /// The codes of the audit log's entries, with whom they are about.
    fn audited(&self) -> Vec<(String, Option<StaffId>)> {
        let query = AuditQuery { rows_max: 1_000, ..AuditQuery::default() };
        let entries = self.app().store.audit_entries(self.agency, query).unwrap();
        entries.into_iter().map(|entry| (entry.code, entry.staff)).collect()
    }

    /// How many entries there are of this code, about this person.
    fn count(&self, code: &str, staff: Option<StaffId>) -> usize {
        self.audited().into_iter().filter(|audited| *audited == (code.to_owned(), staff)).count()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }
}

/// A browser as far as the server sees one: it keeps cookies, and the page's script keeps the session's token.
struct Browser {
    url: String,
    /// What the proxy says of it.
    address: String,
    kept: RefCell<Kept>,
}

#[derive(Default, Clone)]
struct Kept {
    session: Option<String>,
    browser: Option<String>,
    csrf_token: Option<String>,
}

struct Answer {
    status: u16,
    body: Value,
    /// As they were set, attributes and all.
    cookies: Vec<String>,
}

impl Answer {
    fn is(&self, status: u16, code: &str) {
        assert_eq!((self.status, &self.body["code"]), (status, &json!(code)), "{}", self.body);
    }

    fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }
}

impl Browser {
    fn at(self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self }
    }

    fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.ask("POST", "/v1/sign-in", &json!({ "name": name, "password": password }))
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, body)
    }

    /// Asks with what is kept, and keeps what is answered.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let Kept { session, browser, csrf_token } = self.kept.borrow().clone();
        let mut headers = vec![("x-forwarded-for", self.address.clone())];
        headers.extend(csrf_token.map(|token| ("x-csrf-token", token)));
        let named = [("__Host-doorstep", session), ("__Host-doorstep-browser", browser)];
        let cookies: Vec<String> =
            named.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
        if !cookies.is_empty() {
            headers.push(("cookie", cookies.join("; ")));
        }
        let answer = send(&format!("{}{path}", self.url), method, &headers, body);
        let mut kept = self.kept.borrow_mut();
        for cookie in &answer.cookies {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let value = Some(value.to_owned()).filter(|value| !value.is_empty());
            match name {
                "__Host-doorstep" => kept.session = value,
                "__Host-doorstep-browser" => kept.browser = value,
                other => panic!("an unknown cookie: {other}"),
            }
        }
        if let Some(token) = answer.body["csrf_token"].as_str() {
            kept.csrf_token = Some(token.to_owned());
        }
        answer
    }
}

/// Sends a request with these headers and no others that matter.
fn send(url: &str, method: &str, headers: &[(&str, String)], body: &Value) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request =
        ureq::http::Request::builder().method(method).uri(url).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = match method {
        "GET" | "DELETE" => agent.run(request.body(()).unwrap()),
        _ => agent.run(request.body(body.to_string()).unwrap()),
    };
    let mut answer = answer.unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter();
    let cookies = cookies.map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
    let status = answer.status().as_u16();
    Answer { status, body: answer.body_mut().read_json().unwrap(), cookies }
}
