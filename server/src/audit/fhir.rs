//! Entries of the audit log as FHIR R4 AuditEvent resources (<https://hl7.org/fhir/R4/auditevent.html>).
//!
//! Types and subtypes are DICOM's (system [`DCM`]), beside Doorstep's own name of the event; outcomes are those of
//! RFC 3881: `0` success, `4` minor failure, `8` serious failure.

use std::fmt::Display;

use doorstep_client_core::ids::AgencyId;
use serde_json::{Value, json};

use crate::store::AuditEntry;

/// DICOM's code system.
pub const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
/// The system of [`AuditEvent::code`](crate::store::AuditEvent::code).
pub const OWN_SYSTEM: &str = "urn:doorstep:audit-event";

type Code = (&'static str, &'static str);
const LOGIN: Code = ("110122", "Login");
const LOGOUT: Code = ("110123", "Logout");
const AUTHENTICATION: Code = ("110114", "User Authentication");
const PATIENT_RECORD: Code = ("110110", "Patient Record");
const EXPORT: Code = ("110106", "Export");
const SECURITY_ALERT: Code = ("110113", "Security Alert");
const ATTRIBUTES_CHANGED: Code = ("110137", "User Security Attributes Changed");

/// What a code is in FHIR's terms: its type, a subtype of DICOM's, the action and the outcome.
fn meaning(code: &str) -> (Code, Option<Code>, &'static str, &'static str) {
    match code {
        "signed_in" => (AUTHENTICATION, Some(LOGIN), "E", "0"),
        "sign_in_failed" => (AUTHENTICATION, Some(LOGIN), "E", "4"),
        "sign_in_locked_out" => (AUTHENTICATION, Some(LOGIN), "E", "8"),
        "signed_out" => (AUTHENTICATION, Some(LOGOUT), "E", "0"),
        "refresh_token_reused" => (SECURITY_ALERT, None, "E", "8"),
        "case_read" | "record_read" | "case_downloaded" | "file_read" | "late_work_seen" | "review_seen" => {
            (PATIENT_RECORD, None, "R", "0")
        }
        "case_opened" | "record_created" | "file_arrived" => (PATIENT_RECORD, None, "C", "0"),
        "record_changed" | "case_closed" | "case_reopened" | "conflict_resolved" | "quarantine_accepted" => {
            (PATIENT_RECORD, None, "U", "0")
        }
        "quarantine_discarded" => (PATIENT_RECORD, None, "D", "0"),
        "exported" => (EXPORT, None, "R", "0"),
        "grant_begun" | "device_enrolled" | "device_invited" | "token_made" => {
            (SECURITY_ALERT, Some(ATTRIBUTES_CHANGED), "C", "0")
        }
        "grant_ended" | "device_wiped" => (SECURITY_ALERT, Some(ATTRIBUTES_CHANGED), "D", "0"),
        _ => (SECURITY_ALERT, Some(ATTRIBUTES_CHANGED), "U", "0"),
    }
}

/// An entry as a resource.
pub fn resource(agency: AgencyId, entry: &AuditEntry) -> Value {
    let (kind, subtype, action, outcome) = meaning(&entry.code);
    let own = json!({ "system": OWN_SYSTEM, "code": entry.code });
    let subtypes: Vec<Value> = [own].into_iter().chain(subtype.map(coding)).collect();
    let mut resource = json!({
        "resourceType": "AuditEvent",
        "id": format!("{agency}-{}", entry.number),
        "type": coding(kind),
        "subtype": subtypes,
        "action": action,
        "recorded": entry.at,
        "outcome": outcome,
        "agent": agents(entry),
        "source": {
            "observer": identified(agency, "Organization"),
            "type": [{
                "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
                "code": "4",
                "display": "Application Server",
            }],
        },
    });
    let entities = entities(entry);
    if !entities.is_empty() {
        resource["entity"] = entities.into();
    }
    resource
}

fn coding((code, display): Code) -> Value {
    json!({ "system": DCM, "code": code, "display": display })
}

/// A reference to what has this id, by the id and not by an address.
fn identified(id: impl Display, resource_type: &str) -> Value {
    json!({ "type": resource_type, "identifier": { "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{id}") } })
}

fn agents(entry: &AuditEntry) -> Vec<Value> {
    let staff = entry.by_staff.map(|id| json!({ "who": identified(id, "Practitioner"), "requestor": true }));
    let device = entry.by_device.map(|id| json!({ "who": identified(id, "Device"), "requestor": false }));
    let agents: Vec<Value> = staff.into_iter().chain(device).collect();
    if agents.is_empty() { vec![json!({ "name": entry.actor, "requestor": true })] } else { agents }
}

fn entities(entry: &AuditEntry) -> Vec<Value> {
    let entity = |what: Value, kind: &str, role: &str| {
        json!({
            "what": what,
            "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": kind },
            "role": { "system": "http://terminology.hl7.org/CodeSystem/object-role", "code": role },
        })
    };
    let case = entry.scope.map(|id| entity(identified(id, "EpisodeOfCare"), "2", "3"));
    let record =
        entry.record.map(|id| entity(json!({ "identifier": identified(id, "")["identifier"] }), "2", "3"));
    let staff = entry.staff.map(|id| entity(identified(id, "Practitioner"), "1", "15"));
    let device = entry.device.map(|id| entity(identified(id, "Device"), "2", "4"));
    let mut entities: Vec<Value> = [record, case, staff, device].into_iter().flatten().collect();
    let details = entry.details.as_ref().and_then(Value::as_object);
    let told: Vec<Value> = details.into_iter().flatten().map(|(name, value)| detail(name, value)).collect();
    if !told.is_empty() {
        match entities.first_mut() {
            Some(first) => first["detail"] = told.into(),
            None => entities.push(json!({ "name": entry.code, "detail": told })),
        }
    }
    entities
}

fn detail(name: &str, value: &Value) -> Value {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    json!({ "type": name, "valueString": text })
}
