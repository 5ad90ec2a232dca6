//! What the office has to look at, and how it settles it: over real HTTP.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod computed;
mod phone;
mod queue;
mod seen;
mod settling;

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::care_plan::CarePlan;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, Timestamp};
use doorstep_client_core::wire::Push;
use doorstep_server::store::{Act, Agent};
use doorstep_tests::office::Office;
use doorstep_tests::rogue::{Rogue, creation, new_id, new_scope};
use serde_json::{Value, json};

/// A nurse and a case that she opened.
struct Opened {
    rogue: Rogue,
    nurse: StaffId,
    scope: ScopeId,
    patient: RecordId,
}

impl Opened {
    fn of(office: &Office, name: &str) -> Self {
        let nurse = office.hire(name);
        let rogue = Rogue::enrol(&office.url(), &office.invite(nurse));
        let (scope, patient) = (new_scope(), new_id());
        let opened = Self { rogue, nurse, scope, patient };
        let content = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
        assert_eq!(opened.create(scope, patient, content), "merged");
        opened
    }

    /// Creates a record and returns what became of it.
    fn create(&self, scope: ScopeId, id: RecordId, record: impl Into<AnyRecord>) -> String {
        let changes = creation(scope, id, record, self.rogue.author());
        self.rogue.push(vec![Push { record: id, changes }]).remove(0)
    }
}

fn plan(title: &str) -> CarePlan {
    CarePlan { title: title.into(), ..CarePlan::default() }
}

/// What waits of a kind.
fn waiting(office: &Office, kind: &str) -> Vec<Value> {
    let page = office.get(&format!("/v1/office/review?kind={kind}"));
    let entries = page["entries"].as_array().unwrap().clone();
    assert_eq!(page["counts"][kind], json!(entries.len()));
    entries
}

/// The address of what can be done about an entry.
fn action(entry: &Value, name: &str) -> String {
    let mut actions = entry["actions"].as_array().unwrap().iter();
    let action = actions.find(|action| action["name"] == name).unwrap_or_else(|| panic!("{name}: {entry}"));
    action["href"].as_str().unwrap().to_owned()
}

/// Marks an entry as seen in the state in which it is shown.
fn see(office: &Office, entry: &Value) -> (u16, Value) {
    office.post(&action(entry, "seen"), &json!({ "state": entry["state"] }))
}

/// Makes a record in the office; its id and its case's.
fn make(office: &Office, kind: &str, scope: Option<&str>, content: Value) -> (String, String) {
    let (status, made) =
        office.post("/v1/office/records", &json!({ "kind": kind, "scope": scope, "content": content }));
    assert_eq!(status, 200, "{made}");
    (made["record"].as_str().unwrap().to_owned(), made["scope"].as_str().unwrap().to_owned())
}

/// Opens a case whose patient lives in a state.
fn open_case(office: &Office, name: &str, state: &str) -> String {
    make(office, "patient", None, json!({ "family": name, "address": { "state": state } })).1
}

/// Sets fields of a record.
fn set(office: &Office, record: impl ToString, fields: Value) {
    let address = format!("/v1/office/records/{}", record.to_string());
    let shown = office.get(&address);
    let mut content = shown["content"].clone();
    for (name, value) in fields.as_object().unwrap() {
        content[name] = value.clone();
    }
    office.put(&address, &json!({ "seen": shown["version"], "content": content }));
}

fn now() -> Timestamp {
    SystemEnvironment.now()
}

fn act() -> Act {
    Act { by: Agent::Command, at: now() }
}
