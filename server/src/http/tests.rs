//! The API as the office and phones use it, over a real listener.

use std::io::{Read, Write};
use std::net::TcpStream;

use doorstep_client_core::document::{Author, Document, Header, Version};
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{Kind, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::agency;
use crate::app::{Running, start};
use crate::auth::Bearer;
use crate::config::Config;
use crate::limits::{DEVICE_NAME_CHARS_MAX, ENROLMENT_FAILURES_PER_MINUTE_MAX, JSON_BYTES_MAX};
use crate::store::{Act, Agent, LogWrite, OpenCase, Projection, RecordWrite, Role, StaffMember};

/// A server over an empty data folder, with a nurse and somebody in the office.
struct TestApp {
    running: Running,
    agency: crate::store::Agency,
    nurse: StaffMember,
    office: StaffMember,
    _folder: TempDir,
}

impl TestApp {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { listen: "127.0.0.1:0".parse().unwrap(), ..Config::default() };
        let running = start(folder.path(), config).await.unwrap();
        let store = &*running.app().store;
        let agency = store.agencies().unwrap().remove(0);
        let hire = |name, role| agency::hire(store, &SystemEnvironment, agency.id, name, role).unwrap();
        let (nurse, office) = (hire("Kim", Role::Nurse), hire("Olu", Role::Office));
        Self { agency, nurse, office, running, _folder: folder }
    }

    fn office_token(&self) -> String {
        self.token(Bearer::Staff(self.agency.id, self.office.id))
    }

    fn token(&self, bearer: Bearer) -> String {
        let app = self.running.app();
        app.keys.issue(bearer, app.environment.now()).unwrap().0
    }

    async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        self.call("GET", path, Some(token), None).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("POST", path, None, Some(body.to_string())).await
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<String>,
    ) -> (u16, Value) {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
        if let Some(token) = token {
            request += &format!("authorization: Bearer {token}\r\n");
        }
        let body = body.unwrap_or_default();
        request += &format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let address = self.running.address;
        let speak = move || {
            let mut connection = TcpStream::connect(address).unwrap();
            // A server that refuses a large body closes before all of it is sent.
            let _ = connection.write_all(request.as_bytes());
            let mut answer = Vec::new();
            let _ = connection.read_to_end(&mut answer);
            answer
        };
        let answer = tokio::task::spawn_blocking(speak).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// A case with its `patient` record, opened by the nurse.
    fn open_case(&self) -> (ScopeId, RecordId, Version) {
        let (scope, record) = (ScopeId::from_bytes([7; 16]), RecordId::from_bytes([8; 16]));
        let header = Header { id: record, scope, kind: Kind::Patient };
        let patient = Patient { family: "Long".to_owned(), given: "Ada".to_owned(), ..Patient::default() };
        let store = &self.running.app().store;
        let by = Author { staff: self.nurse.id, store: store.identity().store };
        let now = Timestamp::from_millisecond(1_000).unwrap();
        let mut document = Document::create(header, &patient.clone().into(), by, now).unwrap();
        let version = document.version();
        let write = RecordWrite {
            record,
            scope,
            kind: Kind::Patient,
            expected: None,
            version: version.clone(),
            projection: Projection {
                view: serde_json::to_string(&patient).unwrap(),
                ..Projection::default()
            },
            fields: vec!["given".to_owned(), "family".to_owned()],
            log: LogWrite {
                origin: None,
                device: None,
                staff: self.nurse.id,
                changes: document.changes_since(&Version::empty()),
                received_at: now,
            },
            document: document.save(),
            open_case: Some(OpenCase {
                title: "Ada Long".to_owned(),
                by: self.nurse.id,
                grant_to: Some(self.nurse.id),
            }),
            is_late: false,
        };
        store.commit(self.agency.id, vec![write]).unwrap()[0].unwrap();
        (scope, record, version)
    }
}

fn enrolment(code: &str) -> Value {
    json!({"code": code, "device_name": "Kim's", "app_version": "1", "device_time": "2026-01-01T00:00:00Z"})
}

#[tokio::test]
async fn a_phone_enrols_with_its_code_and_buys_tokens_until_it_is_locked() {
    let app = TestApp::start().await;
    let (code, _) = app.running.app().enrolments.invite(app.agency.id, app.nurse.id, Agent::Command).unwrap();
    let (status, enrolled) = app.post("/v1/enrol", enrolment(&code.to_string().to_lowercase())).await;
    assert_eq!(status, 200);
    assert_eq!(enrolled["staff"], app.nurse.id.to_string());
    assert!(enrolled["access_token"].as_str().unwrap().len() < 250);
    let (status, again) = app.post("/v1/enrol", enrolment(&code.to_string())).await;
    assert_eq!((status, &again["code"]), (403, &json!("code_unknown")));

    let refresh = json!({"refresh_token": enrolled["refresh_token"]});
    let (status, bought) = app.post("/v1/token", refresh.clone()).await;
    assert_eq!(status, 200);
    assert!(bought["access_token"].is_string());

    let device = enrolled["device"].as_str().unwrap().parse().unwrap();
    let by = Act { by: Agent::Command, at: Timestamp::UNIX_EPOCH };
    app.running.app().store.set_device_locked(app.agency.id, device, true, by).unwrap();
    let (status, locked) = app.post("/v1/token", refresh).await;
    assert_eq!((status, &locked["code"]), (403, &json!("device_locked")));
    let (status, unknown) = app.post("/v1/token", json!({"refresh_token": "guess"})).await;
    assert_eq!((status, &unknown["code"]), (403, &json!("refresh_token_unknown")));
}

#[tokio::test]
async fn guessing_codes_is_slowed_down() {
    let app = TestApp::start().await;
    // The minute may end while the test guesses; then the count begins anew, once.
    let mut statuses = Vec::new();
    while statuses.last() != Some(&429) && statuses.len() <= 2 * ENROLMENT_FAILURES_PER_MINUTE_MAX as usize {
        statuses.push(app.post("/v1/enrol", enrolment("AAAA-AAAA")).await.0);
    }
    let failures = statuses.iter().filter(|status| **status == 403).count();
    assert_eq!(statuses.last(), Some(&429));
    assert!(failures >= ENROLMENT_FAILURES_PER_MINUTE_MAX as usize);
}

#[tokio::test]
async fn i14_a_phones_name_and_a_body_are_taken_at_their_limit_and_refused_one_past_it() {
    let app = TestApp::start().await;
    for (chars, status) in [(DEVICE_NAME_CHARS_MAX, 200), (DEVICE_NAME_CHARS_MAX + 1, 400)] {
        let (code, _) =
            app.running.app().enrolments.invite(app.agency.id, app.nurse.id, Agent::Command).unwrap();
        let mut asked = enrolment(&code.to_string());
        asked["device_name"] = json!("x".repeat(chars));
        assert_eq!(app.post("/v1/enrol", asked).await.0, status, "{chars} characters");
    }
    for (bytes, status) in [(JSON_BYTES_MAX, 403), (JSON_BYTES_MAX + 1, 413)] {
        let asked = json!({"refresh_token": ""}).to_string();
        let padded = format!("{asked}{}", " ".repeat(bytes - asked.len()));
        assert_eq!(app.call("POST", "/v1/token", None, Some(padded)).await.0, status, "{bytes} bytes");
    }
}

#[tokio::test]
async fn the_office_sees_cases_charts_and_what_arrived() {
    let app = TestApp::start().await;
    let token = app.office_token();
    let (scope, record, version) = app.open_case();
    let (_, cases) = app.get("/v1/office/cases", &token).await;
    assert_eq!((&cases[0]["title"], &cases[0]["nurses"][0]["name"]), (&json!("Ada Long"), &json!("Kim")));
    let (_, chart) = app.get(&format!("/v1/office/cases/{scope}"), &token).await;
    let patient = &chart["records"]["patient"][0];
    assert_eq!(patient["version"], version.to_string());
    assert_eq!(patient["record"]["family"], "Long");
    assert_eq!(patient["summary"], "Ada Long, unknown");
    let (_, activity) = app.get("/v1/office/activity?since=0", &token).await;
    let last = activity["entries"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["record"], &last["kind"]), (&json!(record.to_string()), &json!("patient")));
    assert_eq!((&last["staff_name"], &last["scope_title"]), (&json!("Kim"), &json!("Ada Long")));
    assert_eq!(last["fields"], json!(["given", "family"]));
    let past = format!("/v1/office/activity?since={}", activity["head"]);
    assert_eq!(app.get(&past, &token).await.1["entries"], json!([]));
}

#[tokio::test]
async fn the_office_assigns_a_case_and_ends_that() {
    let app = TestApp::start().await;
    let token = app.office_token();
    let (scope, ..) = app.open_case();
    let body = Some(json!({"staff": app.office.id}).to_string());
    let grants = format!("/v1/office/cases/{scope}/grants");
    let (status, begun) = app.call("POST", &grants, Some(&token), body).await;
    let before = app.running.app().store.snapshot(app.agency.id).unwrap().head().unwrap();
    assert_eq!((status, &begun["seq"]), (200, &json!(before)));
    let one = format!("{grants}/{}", app.office.id);
    assert_eq!(app.call("DELETE", &one, Some(&token), None).await.0, 200);
    assert_eq!(app.call("DELETE", &one, Some(&token), None).await.0, 404);
    let directory = format!("/v1/office/cases/{}/grants", app.agency.directory);
    let body = Some(json!({"staff": app.nurse.id}).to_string());
    assert_eq!(app.call("POST", &directory, Some(&token), body).await.0, 403);
}

#[tokio::test]
async fn a_case_that_is_closed_is_assigned_to_nobody() {
    let app = TestApp::start().await;
    let token = app.office_token();
    let (scope, ..) = app.open_case();
    let case = format!("/v1/office/cases/{scope}");
    let close = async |reason: &str| {
        let body = Some(json!({ "reason": reason }).to_string());
        app.call("POST", &format!("{case}/close"), Some(&token), body).await
    };
    assert_eq!(close("bored").await.0, 400);
    let (status, answer) = close("goals_met").await;
    assert_eq!((status, &answer["closed"]["reason"]), (200, &json!("goals_met")));
    assert_eq!(answer["closed"]["by"]["id"], json!(app.office.id));
    let listed = &app.get("/v1/office/cases", &token).await.1[0];
    assert_eq!((&listed["closed"], &listed["nurses"]), (&answer["closed"], &json!([])));
    assert_eq!(app.get(&case, &token).await.1["closed"], answer["closed"]);
    let assign = async || {
        let body = Some(json!({ "staff": app.nurse.id }).to_string());
        app.call("POST", &format!("{case}/grants"), Some(&token), body).await
    };
    let (status, refused) = assign().await;
    assert_eq!((status, &refused["code"]), (409, &json!("case_closed")));
    let (status, answer) = app.call("POST", &format!("{case}/reopen"), Some(&token), None).await;
    assert_eq!((status, &answer["closed"]), (200, &json!(null)));
    assert_eq!(assign().await.0, 200);
}

#[tokio::test]
async fn who_may_not_see_is_refused() {
    let app = TestApp::start().await;
    let (scope, ..) = app.open_case();
    let nurse = app.token(Bearer::Staff(app.agency.id, app.nurse.id));
    for path in ["cases", "activity", "staff", "devices", "quarantine", "conflicts"] {
        let path = format!("/v1/office/{path}");
        let (status, answer) = app.get(&path, &app.office_token()).await;
        assert_eq!(status, 200, "{path}: {answer}");
        assert_eq!(app.get(&path, &nurse).await.0, 403, "{path}");
        assert_eq!(app.get(&path, "nonsense").await.0, 401, "{path}");
        let (status, answer) = app.call("GET", &path, None, None).await;
        assert_eq!((status, &answer["code"]), (401, &json!("token_missing")), "{path}");
    }
    assert_eq!(app.get(&format!("/v1/office/cases/{scope}"), &nurse).await.0, 200, "her own case");
    let other = crate::agency::found(&*app.running.app().store, &SystemEnvironment, "Other").unwrap();
    let stranger =
        crate::agency::hire(&*app.running.app().store, &SystemEnvironment, other.id, "Sam", Role::Admin);
    let stranger = app.token(Bearer::Staff(other.id, stranger.unwrap().id));
    assert_eq!(app.get(&format!("/v1/office/cases/{scope}"), &stranger).await.0, 404, "another agency's");
}

#[tokio::test]
async fn what_is_asked_wrongly_is_answered_with_a_problem() {
    let app = TestApp::start().await;
    let token = app.office_token();
    let (status, health) = app.get("/healthz", "").await;
    assert_eq!((status, &health["status"]), (200, &json!("ok")));
    for (method, path, body, status, code) in [
        ("GET", "/nowhere", "", 404, "not_found"),
        ("DELETE", "/healthz", "", 405, "method_not_allowed"),
        ("POST", "/v1/enrol", "{", 400, "bad_request"),
        ("POST", "/v1/enrol", "{\"code\": 7}", 400, "bad_request"),
        ("GET", "/v1/office/cases/nobody", "", 400, "bad_request"),
        ("GET", "/v1/office/activity?since=-1", "", 400, "bad_request"),
        ("GET", "/v1/office/cases/00000000000000000000000000000000", "", 404, "not_found"),
    ] {
        let answer = app.call(method, path, Some(&token), Some(body.to_owned())).await;
        assert_eq!((answer.0, &answer.1["code"]), (status, &json!(code)), "{method} {path}: {}", answer.1);
        assert!(answer.1["message"].is_string());
    }
}

#[tokio::test]
async fn a_server_that_stops_lets_go_of_everything() {
    let app = TestApp::start().await;
    let address = app.running.address;
    app.running.shutdown().await;
    assert!(TcpStream::connect(address).is_err());
}
