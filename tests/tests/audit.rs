//! Everything that is audited, done over real HTTP by a real phone and by the office, and read as an admin reads it.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

use std::collections::BTreeSet;
use std::sync::Arc;

use doorstep_client_core::device::Device;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_server::agency;
use doorstep_server::audit::{self, csv};
use doorstep_server::auth::Bearer;
use doorstep_server::limits::AUDIT_ENTRIES_MAX;
use doorstep_server::store::{Act, Agent, AuditEvent, AuditQuery, ExportFormat, Role};
use doorstep_tests::office::Office;
use doorstep_tests::world::{scratch, store_key};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Phone {
    device: Device,
    http: HttpTransport,
    _folder: TempDir,
}

impl Phone {
    fn enrol(office: &Office, nurse: StaffId) -> Self {
        let folder = scratch();
        let device =
            Device::open(&folder.path().join("phone"), Some(&store_key()), Arc::new(SystemEnvironment))
                .unwrap();
        let http = HttpTransport::new(&office.url()).unwrap();
        device.enrol(&http, &office.url(), &office.invite(nurse), "A phone", "1.0", &Cancel::new()).unwrap();
        Self { device, http, _folder: folder }
    }

    fn sync(&self) {
        self.device.sync(&self.http, &Cancel::new(), |_| ()).unwrap();
    }
}

/// What an admin is answered, with the status.
fn as_member(office: &Office, role: Role, path: &str) -> (u16, Value) {
    let app = office.app();
    let member =
        agency::hire(&*app.store, &SystemEnvironment, office.agency().id, "Ada Admin", role).unwrap();
    let bearer = Bearer::Staff(office.agency().id, member.id);
    let (token, _) = app.keys.issue(bearer, SystemEnvironment.now()).unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let call =
        agent.get(format!("{}{path}", office.url())).header("authorization", format!("Bearer {token}"));
    let mut answer = call.call().unwrap();
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
}

fn entries(office: &Office, query: &str) -> Vec<Value> {
    let (status, page) = as_member(office, Role::Admin, &format!("/v1/office/audit{query}"));
    assert_eq!(status, 200, "{page}");
    page["entries"].as_array().unwrap().clone()
}

fn codes(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["code"].as_str().unwrap()).collect()
}

fn act() -> Act {
    Act { by: Agent::Command, at: SystemEnvironment.now() }
}

/// A nurse's case, opened on her phone and edited by the office; a second nurse to whom it is granted.
fn a_day(office: &Office) -> (ScopeId, StaffId, StaffId) {
    let (ana, bea) = (office.hire("Ana Sample"), office.hire("Bea Sample"));
    let phone = Phone::enrol(office, ana);
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let case = phone.device.open_case(&patient).unwrap();
    phone.sync();
    let path = format!("/v1/office/records/{}", case.header.id);
    let shown = office.get(&path);
    let mut content = shown["content"].clone();
    content["preferred"] = "Rosie".into();
    office.put(&path, &json!({ "seen": shown["version"], "content": content }));
    office.get(&format!("/v1/office/cases/{}", case.header.scope));
    office.grant(case.header.scope, bea);
    Phone::enrol(office, bea).sync();
    let store = &office.app().store;
    store.revoke(office.agency().id, case.header.scope, bea, act()).unwrap();
    (case.header.scope, ana, bea)
}

#[test]
fn every_act_leaves_its_entry_with_who_and_what_and_no_values() {
    let office = Office::start();
    let (scope, ana, bea) = a_day(&office);
    let of_case = entries(&office, &format!("?case={scope}"));
    let expected = [
        "case_opened",
        "grant_begun",
        "record_created",
        // Her phone's first exchange begins from nothing: what it opened comes back to it.
        "case_downloaded",
        "record_read",
        "record_changed",
        "case_read",
        "grant_begun",
        "case_downloaded",
        "grant_ended",
    ];
    assert_eq!(codes(&of_case), expected);
    let [opened, _, created, _, read, changed, _, granted, downloaded, _] = of_case.try_into().unwrap();
    assert_eq!((&opened["actor"], &opened["by_staff"]), (&json!("device"), &json!(ana)));
    assert!(opened["by_device"].is_string());
    assert_eq!(created["details"]["kind"], "patient");
    let fields: BTreeSet<&str> =
        created["details"]["fields"].as_array().unwrap().iter().flat_map(Value::as_str).collect();
    assert!(fields.is_superset(&BTreeSet::from(["family", "given"])), "{fields:?}");
    assert_eq!((&changed["actor"], &changed["details"]["fields"]), (&json!("staff"), &json!(["preferred"])));
    assert_eq!(read["record"], changed["record"]);
    assert_eq!((&granted["staff"], &downloaded["by_staff"]), (&json!(bea), &json!(bea)));
    let of_ana = entries(&office, &format!("?staff={ana}"));
    assert!(codes(&of_ana).starts_with(&[
        "staff_changed",
        "record_created",
        "device_invited",
        "device_enrolled",
        "case_opened"
    ]));
    let all = json!(entries(&office, "")).to_string();
    for value in ["Rosa", "Rosie", "Sample"] {
        assert!(!all.contains(value), "the audit log says {value}");
    }
    assert_eq!(office.app().store.verify_audit(office.agency().id, None).unwrap().faults, []);
}

#[test]
fn an_exchange_without_news_and_one_that_goes_on_leave_no_entry() {
    let office = Office::start();
    let ana = office.hire("Ana Sample");
    let phone = Phone::enrol(&office, ana);
    phone.device.open_case(&Patient { family: "Sample".into(), ..Patient::default() }).unwrap();
    phone.sync();
    let store = &office.app().store;
    let before = store.audit_head(office.agency().id).unwrap();
    phone.sync();
    phone.sync();
    assert_eq!(store.audit_head(office.agency().id).unwrap(), before);
}

#[test]
fn what_becomes_of_a_phone_is_audited() {
    let office = Office::start();
    let ana = office.hire("Ana Sample");
    let phone = Phone::enrol(&office, ana);
    phone.sync();
    let store = &office.app().store;
    let id = office.agency().id;
    let device = store.snapshot(id).unwrap().devices().unwrap()[0].id;
    store.set_device_locked(id, device, true, act()).unwrap();
    store.set_device_locked(id, device, false, act()).unwrap();
    store.ask_wipe(id, device, act()).unwrap();
    let all = store.audit_entries(id, AuditQuery { rows_max: 100, ..AuditQuery::default() }).unwrap();
    let of_phone: Vec<&str> =
        all.iter().filter(|entry| entry.device == Some(device)).map(|entry| entry.code.as_str()).collect();
    assert_eq!(of_phone, ["device_enrolled", "device_locked", "device_unlocked", "device_wipe_asked"]);
}

#[test]
fn the_log_is_for_admins_and_comes_in_pages_up_to_the_limit() {
    let office = Office::start();
    for role in [Role::Nurse, Role::Office] {
        assert_eq!(as_member(&office, role, "/v1/office/audit").0, 403, "{role:?}");
    }
    let store = &office.app().store;
    let agency = office.agency().id;
    let missing = |there: u64, limit: usize| limit - usize::try_from(there).unwrap();
    // Asking hires an admin, which is an entry, and her directory record another.
    let more = missing(store.audit_head(agency).unwrap().number + 2, AUDIT_ENTRIES_MAX);
    let event = AuditEvent::TokenMade { staff: StaffId::from_bytes([1; 16]) };
    store.audit(agency, act(), vec![event; more]).unwrap();
    assert_eq!(entries(&office, "").len(), AUDIT_ENTRIES_MAX, "at the limit");
    let page = entries(&office, "");
    assert_eq!(page.len(), AUDIT_ENTRIES_MAX, "one past it");
    let rest = entries(&office, &format!("?after={}", page.last().unwrap()["number"]));
    assert_eq!(rest[0]["number"], AUDIT_ENTRIES_MAX + 1);
}

#[test]
fn an_export_is_of_auditevent_resources_and_is_audited_itself() {
    let office = Office::start();
    a_day(&office);
    let (store, agency) = (&office.app().store, office.agency().id);
    let mut out = Vec::new();
    let written = audit::export(&**store, agency, ExportFormat::Fhir, None, act(), &mut out).unwrap();
    let resources: Vec<Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(u64::try_from(resources.len()).unwrap(), written);
    for resource in &resources {
        assert_eq!(resource["resourceType"], "AuditEvent");
        assert!(resource["id"].as_str().unwrap().len() <= 64);
        for coding in resource["subtype"].as_array().unwrap().iter().chain([&resource["type"]]) {
            assert!(coding["system"].is_string() && coding["code"].is_string(), "{resource}");
        }
        assert!(["C", "R", "U", "D", "E"].contains(&resource["action"].as_str().unwrap()));
        assert!(["0", "4", "8", "12"].contains(&resource["outcome"].as_str().unwrap()));
        resource["recorded"].as_str().unwrap().parse::<doorstep_client_core::record::Timestamp>().unwrap();
        let agents = resource["agent"].as_array().unwrap();
        assert!(!agents.is_empty() && agents.iter().all(|agent| agent["requestor"].is_boolean()));
        assert!(resource["source"]["observer"]["identifier"]["value"].is_string());
        for entity in resource["entity"].as_array().into_iter().flatten() {
            assert!(entity["what"].is_object() || entity["name"].is_string(), "{resource}");
            for detail in entity["detail"].as_array().into_iter().flatten() {
                assert!(detail["type"].is_string() && detail["valueString"].is_string());
            }
        }
    }
    assert_eq!(resources.last().unwrap()["subtype"][0]["code"], "exported");
    let mut out = Vec::new();
    let lines = audit::export(&**store, agency, ExportFormat::Csv, None, act(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().next(), Some(csv::HEADER));
    assert_eq!((lines, text.lines().count()), (written + 1, resources.len() + 2));
}
