//! I13: no patient data in logs, errors, URLs or events. A day is played with a real `doorstep serve` at its most
//! talkative, and every field of every record holds a canary; then the canary is looked for wherever it must not be.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod failing;
mod lifecycle;
mod samples;
mod secrets;
mod secured;
mod speaking;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use doorstep_client_core::device::{Device, Enrolment};
use doorstep_client_core::document::{Author, Document, Header, StoreId, Version};
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, Kind, Timestamp};
use doorstep_client_core::transport::{Cancel, HttpTransport, Request, Transport};
use doorstep_client_core::wire::{FrameBody, FrameReader, MEDIA_TYPE, Push, SyncRequest, Verdict};
use doorstep_tests::process::{ServerProcess, server_binary};
use doorstep_tests::world::{scratch, store_key};
use serde_json::{Value, json};
use tempfile::TempDir;

use samples::{CANARY, marked, refused};
use speaking::{Caller, Tap};

#[test]
fn i13_no_patient_data_in_logs_errors_or_urls() {
    let day = Day::begin();
    let mut said = Vec::new();
    let records = day.nurse_writes_every_kind();
    said.extend(day.phone_refuses(&records));
    let events = day.listen();
    let mut office = day.office();
    day.office_works(&mut office, &records);
    said.push(day.event(events));
    office_is_refused(&mut office, &records);
    said.extend(day.strangers_are_refused());
    said.extend(day.hostile_work_is_quarantined(&records));
    let (colleague, told) = day.a_colleague_works_late(&mut office, &records);
    said.extend(told);
    said.extend(day.refused_work_is_settled(&mut office));
    said.extend(day.a_phone_is_locked_and_wiped(&colleague, &records));
    said.extend(day.altered_changes_make_the_server_panic(records[0].scope));
    said.extend(day.commands_complain());
    said.extend(day.the_audit_log_is_read_and_exported());
    said.extend(office.refusals);
    said.push(format!("{:?}", day.sync(&day.phone)));
    said.push(format!("{:?}", day.phone.sync_status().unwrap()));
    said.extend(day.tap.heads());
    let (failures, log) = day.the_disk_fails(&records);
    said.extend(failures);
    assert!(log.contains("/v1/sync"), "the log says little:\n{log}");
    assert!(log.contains("panicked"), "nothing has made automerge panic");
    assert!(
        !log.lines().any(|line| line.contains("automerge") && !line.contains("panicked place=")),
        "what automerge traces may quote the changes that it works on:\n{log}"
    );
    said.extend(log.lines().map(str::to_owned));
    for said in said {
        assert!(!said.to_lowercase().contains(&CANARY.to_lowercase()), "patient data in {said}");
    }
}

/// A server process, a nurse and her phone.
struct Day {
    folder: TempDir,
    server: ServerProcess,
    tap: Tap,
    phone: Device,
    http: HttpTransport,
    staff: StaffId,
}

impl Day {
    fn begin() -> Self {
        let folder = scratch();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("doorstep.toml"), "log = \"trace\"").unwrap();
        let server = ServerProcess::start(&server_binary().unwrap(), &data).unwrap();
        for (name, role) in [("Kim", "nurse"), ("Bea", "nurse"), ("Olu", "office"), ("Ada", "admin")] {
            doorstep(&data, &["staff", "add", name, "--role", role]);
        }
        let tap = Tap::before(server.address());
        let http = HttpTransport::new(&format!("http://{}", tap.address)).unwrap();
        let phone = folder.path().join("Kim");
        let phone = Device::open(&phone, Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
        let mut day = Self { folder, server, tap, phone, http, staff: StaffId::from_bytes([0; 16]) };
        day.staff = day.enrol_phone(&day.phone, "Kim").staff;
        day
    }

    /// A new phone of a nurse.
    fn enrol(&self, nurse: &str) -> (Device, Enrolment) {
        let path = self.folder.path().join(nurse);
        let phone = Device::open(&path, Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
        let enrolled = self.enrol_phone(&phone, nurse);
        (phone, enrolled)
    }

    fn enrol_phone(&self, phone: &Device, nurse: &str) -> Enrolment {
        let code = doorstep(&self.folder.path().join("data"), &["device", "invite", nurse]);
        let code = code["code"].as_str().unwrap();
        phone.enrol(&self.http, &self.server.url(), code, nurse, "1", &Cancel::new()).unwrap()
    }

    /// Opens a case, writes a record of each kind that lives in one, makes a conflict, and sends all that.
    fn nurse_writes_every_kind(&self) -> Vec<Header> {
        let patient = Patient::try_from(marked(Kind::Patient)).unwrap();
        let case = self.phone.open_case(&patient).unwrap();
        let mut headers = vec![case.header];
        for kind in in_cases().filter(|kind| *kind != Kind::Patient) {
            headers.push(self.phone.create(case.header.scope, &marked(kind)).unwrap().header);
        }
        for number in 1..=2 {
            let form = Patient { preferred: format!("{CANARY}{number}"), ..patient.clone() };
            self.phone.save(case.header.id, &case.version, &form.into()).unwrap();
        }
        self.sync(&self.phone).unwrap();
        assert!(self.phone.sync_status().unwrap().is_all_sent);
        headers
    }

    /// What a phone says to what it does not take.
    fn phone_refuses(&self, records: &[Header]) -> Vec<String> {
        let mut said = Vec::new();
        let mut tell = |error: doorstep_client_core::device::Error| said.push(format!("{error} {error:?}"));
        for header in records {
            let seen = self.phone.read(header.id).unwrap().version;
            for record in refused(header.kind).into_iter().filter_map(|json| header.kind.from_json(json).ok())
            {
                tell(self.phone.save(header.id, &seen, &record).unwrap_err());
            }
            tell(self.phone.save(header.id, &Version::empty(), &marked(Kind::Staff)).unwrap_err());
            tell(self.phone.resolve(header.id, &seen, CANARY, CANARY).unwrap_err());
            let elsewhere = ScopeId::from_bytes([9; 16]);
            tell(self.phone.create(elsewhere, &marked(header.kind)).unwrap_err());
        }
        tell(self.phone.create(records[0].scope, &marked(Kind::Agency)).unwrap_err());
        let http = HttpTransport::new(&format!("http://127.0.0.1:1/{CANARY}"));
        said.push(format!("{:?}", http.err().unwrap()));
        said
    }

    fn office(&self) -> Caller {
        self.caller("Olu")
    }

    fn caller(&self, name: &str) -> Caller {
        let data = self.folder.path().join("data");
        let token = doorstep(&data, &["staff", "token", name])["token"].as_str().unwrap().to_owned();
        Caller { server: self.server.url(), token, refusals: Vec::new() }
    }

    /// Listens as the phone does.
    fn listen(&self) -> BufReader<TcpStream> {
        let mut events = TcpStream::connect(self.server.address()).unwrap();
        let head = "GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer";
        write!(events, "{head} {}\r\n\r\n", self.tap.token()).unwrap();
        let mut events = BufReader::new(events);
        let mut line = String::new();
        while line.trim_end() != "content-type: text/event-stream" {
            line.clear();
            assert!(events.read_line(&mut line).unwrap() > 0, "the stream of events ended");
        }
        events
    }

    /// Everything that the stream said until its first event was over.
    fn event(&self, events: BufReader<TcpStream>) -> String {
        let lines = events.lines().map(Result::unwrap);
        let mut told = String::new();
        for line in lines {
            told += &line;
            if line.starts_with("data") {
                return told;
            }
        }
        panic!("no event came: {told}");
    }

    /// Reads and writes everything there is, as the office does.
    fn office_works(&self, office: &mut Caller, records: &[Header]) {
        let bea = doorstep(&self.folder.path().join("data"), &["staff", "list"]);
        let bea =
            bea.as_array().unwrap().iter().find(|member| member["name"] == "Bea").unwrap()["id"].clone();
        for list in ["cases", "activity", "staff", "devices", "quarantine", "conflicts"] {
            office.ask("GET", &format!("/v1/office/{list}"), &json!(null));
        }
        let case = format!("/v1/office/cases/{}", records[0].scope);
        office.ask("GET", &case, &json!(null));
        let conflicts = office.ask("GET", "/v1/office/conflicts", &json!(null));
        assert!(conflicts.to_string().contains(CANARY), "the office sees what it is there for");
        office.ask("POST", &format!("{case}/grants"), &json!({ "staff": bea }));
        for header in records {
            let record = format!("/v1/office/records/{}", header.id);
            let shown = office.ask("GET", &record, &json!(null));
            let mut content = shown["content"].clone();
            content["entered_in_error"] = false.into();
            office.ask("PUT", &record, &json!({ "seen": shown["version"], "content": content }));
            let new = json!({ "kind": header.kind, "scope": header.scope, "content": content });
            office.ask("POST", "/v1/office/records", &new);
        }
        let directory = self.phone.directory().unwrap()[0].header.scope;
        for kind in Kind::ALL.iter().filter(|kind| kind.is_directory()) {
            let new = json!({ "kind": kind, "scope": directory, "content": marked(*kind).to_json() });
            office.ask("POST", "/v1/office/records", &new);
        }
        office.ask("DELETE", &format!("{case}/grants/{}", bea.as_str().unwrap()), &json!(null));
        self.sync(&self.phone).unwrap();
    }

    /// What is said to those without a token, and to bodies that are none.
    fn strangers_are_refused(&self) -> Vec<String> {
        let mut stranger =
            Caller { server: self.server.url(), token: CANARY.to_owned(), refusals: Vec::new() };
        let enrol = json!({
            "code": CANARY, "device_name": CANARY, "app_version": CANARY, "device_time": Timestamp::UNIX_EPOCH,
        });
        let long_name = json!({ "device_name": CANARY.repeat(100) });
        stranger.fail("POST", "/v1/enrol", enrol.to_string());
        stranger.fail("POST", "/v1/enrol", merged(&enrol, &long_name).to_string());
        stranger.fail("POST", "/v1/enrol", json!({ "code": [CANARY] }).to_string());
        stranger.fail("POST", "/v1/token", json!({ "refresh_token": CANARY }).to_string());
        stranger.fail("GET", "/v1/office/cases", "");
        stranger.fail("GET", &format!("/{CANARY}"), "");
        stranger.fail("POST", "/v1/sync", CANARY);
        stranger.token = self.tap.token();
        stranger.fail("POST", "/v1/sync", CANARY);
        stranger.refusals
    }

    /// Pushes changes that are refused one by one, and returns what became of them.
    fn hostile_work_is_quarantined(&self, records: &[Header]) -> Vec<String> {
        let now = Timestamp::from(jiff::Timestamp::now());
        let (ours, theirs) = (self.staff, StaffId::from_bytes([6; 16]));
        let invalid = Patient { family: CANARY.repeat(1_000), ..Patient::default() };
        let case = ScopeId::from_bytes([5; 16]);
        let pushes: Vec<Push> = [
            (theirs, records[0].scope, marked(Kind::Task)),
            (ours, case, marked(Kind::Visit)),
            (ours, case, AnyRecord::from(invalid)),
            (ours, case, marked(Kind::Staff)),
        ]
        .into_iter()
        .zip(1..)
        .map(|((staff, scope, record), number)| {
            let header = Header { id: RecordId::from_bytes([number; 16]), scope, kind: record.kind() };
            let by = Author { staff, store: StoreId([number; 8]) };
            let mut document = Document::create(header, &record, by, now).unwrap();
            Push { record: header.id, changes: document.changes_since(&Version::empty()) }
        })
        .collect();
        let verdicts = self.push(pushes, StoreId([7; 8]));
        assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Quarantined(_))), "{verdicts:?}");
        let mut said: Vec<String> = verdicts.iter().map(|verdict| format!("{verdict:?}")).collect();
        said.push(self.office().ask("GET", "/v1/office/quarantine", &json!(null)).to_string());
        said
    }

    /// Pushes as the phone would, were it another, and returns what became of it.
    fn push(&self, pushes: Vec<Push>, store: StoreId) -> Vec<Verdict> {
        // So that the token that was last sent is this phone's.
        self.sync(&self.phone).unwrap();
        let (count, now) = (pushes.len(), Timestamp::from(jiff::Timestamp::now()));
        let request = SyncRequest { pushes, ..SyncRequest::new(now, store, None) };
        let request = Request::post("/v1/sync", MEDIA_TYPE, request.to_body()).with_bearer(&self.tap.token());
        let answer = self.http.exchange(request, &Cancel::new()).unwrap();
        let mut all = Vec::new();
        for frame in FrameReader::new(answer.body).unwrap() {
            let FrameBody::Verdicts(verdicts) = frame.unwrap().body else { continue };
            all.extend(verdicts);
        }
        assert_eq!(all.len(), count);
        all
    }

    fn sync(&self, phone: &Device) -> Result<impl std::fmt::Debug, doorstep_client_core::device::Error> {
        phone.sync(&self.http, &Cancel::new(), |_| ())
    }
}

/// Asks the office's API for what it refuses.
fn office_is_refused(office: &mut Caller, records: &[Header]) {
    for header in records {
        let record = format!("/v1/office/records/{}", header.id);
        let seen = office.ask("GET", &record, &json!(null))["version"].clone();
        for content in refused(header.kind) {
            office.fail("PUT", &record, json!({ "seen": seen, "content": content }).to_string());
            let new = json!({ "kind": header.kind, "scope": header.scope, "content": content });
            office.fail("POST", "/v1/office/records", new.to_string());
        }
        let wrongly_typed = json!({ "seen": seen, "content": CANARY });
        office.fail("PUT", &record, wrongly_typed.to_string());
        office.fail("PUT", &record, json!({ "seen": CANARY, "content": {} }).to_string());
        office.fail("PUT", &record, format!("{{\"seen\": \"{CANARY}"));
    }
    office.fail("POST", "/v1/office/records", json!({ "kind": CANARY, "content": {} }).to_string());
    let patient = json!({ "kind": "patient", "content": { "family": { CANARY: CANARY } } });
    office.fail("POST", "/v1/office/records", patient.to_string());
    for path in [
        format!("/v1/office/cases/{CANARY}"),
        format!("/v1/office/records/{CANARY}"),
        format!("/v1/office/activity?since={CANARY}"),
        format!("/v1/office/{CANARY}"),
    ] {
        office.fail("GET", &path, "");
    }
    office.fail("DELETE", &format!("/v1/office/cases/{}/grants/{CANARY}", records[0].scope), "");
    office.fail("DELETE", &format!("/v1/office/cases/{CANARY}"), "");
}

fn in_cases() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| !kind.is_directory())
}

fn merged(base: &Value, over: &Value) -> Value {
    let mut merged = base.clone();
    for (name, value) in over.as_object().unwrap() {
        merged[name] = value.clone();
    }
    merged
}

/// Runs the command beside the server, and returns what it prints.
fn doorstep(data: &Path, arguments: &[&str]) -> Value {
    let mut command = Command::new(server_binary().unwrap());
    let output = command.arg("--data").arg(data).arg("--json").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
