//! One record of each kind with every field filled, as JSON. A test holds that no field is left out.

use doorstep_client_core::record::Kind;
use serde_json::{Value, json};

/// The record of this number.
pub(super) fn id(number: u8) -> String {
    doorstep_client_core::ids::RecordId::from_bytes([number; 16]).to_string()
}

pub(super) fn filled(kind: Kind) -> Value {
    match kind {
        Kind::Patient | Kind::SupportPerson | Kind::CareTeamMember | Kind::Coverage => person(kind),
        Kind::Condition | Kind::Medication | Kind::Allergy | Kind::Assessment | Kind::Observation => {
            health(kind)
        }
        Kind::Goal | Kind::CarePlan | Kind::Appointment | Kind::Visit => plan(kind),
        Kind::Staff | Kind::Instrument | Kind::Agency => directory(kind),
        _ => rest(kind),
    }
}

pub(super) fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn snomed(code: &str, display: &str) -> Value {
    coding("http://snomed.info/sct", code, display)
}

fn loinc(code: &str, display: &str) -> Value {
    coding("http://loinc.org", code, display)
}

fn phones() -> Value {
    json!({ "k1": { "number": "+1 508 555 0100", "purpose": "mobile", "note": "Evenings" } })
}

const AT: &str = "2026-11-01T06:30:12.345Z";
const LATER: &str = "2026-11-01T07:10:00Z";

fn person(kind: Kind) -> Value {
    match kind {
        Kind::Patient => json!({
            "given": "Agnes Marie", "family": "Doyle", "preferred": "Aggie", "birth_date": "1941-03-09",
            "sex": "female", "phones": phones(),
            "address": {
                "line": "12 Elm Street", "city": "Worcester", "state": "MA", "postal_code": "01602",
                "country": "US", "door_code": "4711", "dog": "Friendly terrier", "parking": "In the yard",
            },
            "language": coding("urn:ietf:bcp:47", "pl", "Polish"), "needs_interpreter": true,
            "identifiers": { "k1": {
                "system": "https://hospital.example/mrn", "value": "00471", "label": "Medical record number",
            } },
            "deceased": "2027", "entered_in_error": true,
        }),
        Kind::SupportPerson => json!({
            "name": "Nora Doyle", "relationship": "DAUC", "phones": phones(), "lives_with_patient": true,
            "caregiver_role": "primary", "availability": "Weekday evenings", "may_receive_information": true,
            "no_longer_involved": true, "note": "Works nights in June.", "entered_in_error": true,
        }),
        Kind::CareTeamMember => json!({
            "name": "Dr. Elizbeth Ratke", "organisation": "Elm Street Practice", "role": "Primary care physician",
            "phones": phones(), "fax": "+1 508 555 0101", "email": "ratke@practice.example", "npi": "1234567893",
            "status": "inactive", "note": "Prefers fax.", "entered_in_error": true,
        }),
        _ => json!({
            "payer": "Medicare", "plan": "Part A", "member_id": "1EG4-TE5-MK73",
            "period": { "start": "2026-01-01", "end": "2026-12-31" }, "status": "cancelled",
            "authorisations": { "k1": {
                "number": "A-100", "visits_approved": 12, "status": "approved",
                "service": coding("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "G0299", "Skilled nursing by an RN"),
                "period": { "start": "2026-10-01" },
            } },
            "note": "Asked on the phone.", "entered_in_error": true,
        }),
    }
}

fn health(kind: Kind) -> Value {
    match kind {
        Kind::Condition => json!({
            "code": snomed("59621000", "Essential hypertension"), "clinical_status": "recurrence",
            "verification_status": "provisional", "onset": "2011", "abatement": "2019-05",
            "omaha_problem": "circulation", "note": "Runs in the family.", "entered_in_error": true,
        }),
        Kind::Medication => json!({
            "code": coding("http://www.nlm.nih.gov/research/umls/rxnorm", "860975", "Metformin 500 MG"),
            "dose": "500 mg", "route": snomed("26643006", "Oral route"), "frequency": "twice daily with meals",
            "as_needed": true, "status": "on-hold", "start": "2020-01-01", "stop": "2026-12-01",
            "prescriber": id(2), "reason": id(3), "reason_text": "Diabetes", "last_reconciled_by": id(1),
            "last_reconciled_at": AT, "note": "Keeps them in the kitchen.", "entered_in_error": true,
        }),
        Kind::Allergy => json!({
            "substance": coding("http://www.nlm.nih.gov/research/umls/rxnorm", "7980", "Penicillin"),
            "category": "medication", "criticality": "high",
            "reactions": { "k1": {
                "manifestation": snomed("247472004", "Hives"), "severity": "severe", "onset": "1998",
                "entered_in_error": true,
            } },
            "clinical_status": "inactive", "verification_status": "confirmed", "onset": "1998-02",
            "note": "Carries an injector.", "entered_in_error": true,
        }),
        Kind::Assessment => json!({
            "instrument": id(4), "instrument_title": "Morse Fall Scale", "instrument_version": "1",
            "status": "completed",
            "answers": { "aids": "walker", "aids#2": "cane", "fallen": true, "falls": 2, "speed": 0.6, "/4.1": "two\nlines" },
            "score": 55.0, "risk": "high", "performed_by": id(1), "performed_at": AT, "visit": id(5),
            "summary": "Unsteady at night.", "entered_in_error": true,
        }),
        _ => json!({
            "code": loinc("85354-9", "Blood pressure"), "category": "vital-signs", "status": "amended",
            "value": { "value": 1.0, "unit": "1" }, "value_code": snomed("373066001", "Yes"),
            "value_text": "As before",
            "components": { "k1": {
                "code": loinc("8480-6", "Systolic blood pressure"), "value": { "value": 128.5, "unit": "mm[Hg]" },
                "value_code": snomed("17621005", "Normal"), "value_text": "Normal",
            } },
            "not_obtained_reason": "Cuff too small", "performed_at": AT, "performer": id(1), "visit": id(5),
            "method": "Sitting, left arm", "interpretation": "H", "note": "After the stairs.",
            "entered_in_error": true,
        }),
    }
}

fn plan(kind: Kind) -> Value {
    let hcpcs = coding(
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "G0299",
        "Skilled nursing by an RN",
    );
    match kind {
        Kind::Goal => json!({
            "description": "Walk to church again", "condition": id(3), "omaha_problem": "physical-activity",
            "target": {
                "measure": loinc("8480-6", "Systolic blood pressure"), "comparator": "<=",
                "value": { "value": 140.0, "unit": "mm[Hg]" }, "due": "2027-03-01",
            },
            "status": "accepted", "achievement": "improving",
            "ratings": { "k1": {
                "rated_at": AT, "rated_by": id(1), "knowledge": 3, "behavior": 2, "status": 4,
                "entered_in_error": true,
            } },
            "start": "2026-11-01", "entered_in_error": true,
        }),
        Kind::CarePlan => json!({
            "title": "Wound care", "category": snomed("225358003", "Wound care"), "status": "active",
            "period": { "start": "2026-10-01", "end": "2026-12-31" }, "description": "Moist wound healing.",
            "conditions": { id(3): true, id(13): false }, "goals": { id(8): true },
            "interventions": { "k1": {
                "category": "treatments-and-procedures", "problem": "skin", "target": "dressing change/wound care",
                "code": snomed("18949003", "Change of dressing"), "description": "Change the dressing",
                "frequency": "twice a week", "status": "in-progress",
            } },
            "physician": id(2), "physician_signed": "2026-10-02", "entered_in_error": true,
        }),
        Kind::Appointment => json!({
            "start": AT, "end": LATER, "nurse": id(1), "appointment_type": "FOLLOWUP", "service_type": hcpcs,
            "status": "pending", "cancellation_reason": "The patient is away", "place": "Day centre", "reason": "Dressing",
            "instructions": "Bring the large dressings.", "entered_in_error": true,
        }),
        _ => json!({
            "appointment": id(9), "nurse": id(1), "class": "FLD", "service_type": hcpcs, "status": "finished",
            "reason": snomed("225358003", "Wound care"),
            "check_in": { "at": AT, "position": { "latitude_deg": 42.27, "longitude_deg": -71.8, "accuracy_m": 12.0 } },
            "check_out": { "at": LATER }, "note": "Wound clean, edges closed.",
            "interventions_done": { "k1": true, "k9": false }, "mileage_km": 12.5,
            "signatures": { "k1": {
                "role": "nurse", "name": "Ana Ruiz", "signed_at": LATER, "picture": id(10), "signed_version": "a1",
                "withdrawn": true,
            } },
            "signed_version": "a1", "missed_reason": "not-home", "entered_in_error": true,
        }),
    }
}

fn rest(kind: Kind) -> Value {
    match kind {
        Kind::Communication => json!({
            "direction": "incoming", "medium": "FAXWRIT", "with_whom": id(2), "with_name": "Dr. Ratke",
            "happened_at": AT, "staff": id(1), "topic": "Wound culture", "summary": "The culture is clear.",
            "outcome": "No new order", "follow_up": id(7), "entered_in_error": true,
        }),
        Kind::Education => json!({
            "topic": "Insulin pen", "audience": "caregiver", "method": "demonstration", "materials": "Leaflet 12",
            "teach_back": "with-prompting", "performed_at": AT, "performer": id(1), "visit": id(5),
            "note": "Wants to see it once more.", "entered_in_error": true,
        }),
        Kind::TreatmentChange => json!({
            "proposal": "Reduce lisinopril to 5 mg", "reason": "Dizzy on standing.", "observations": { id(11): true },
            "provider": id(2), "status": "accepted", "sent_at": AT, "answered_at": LATER, "answer": "Agreed.",
            "entered_in_error": true,
        }),
        Kind::Task => json!({
            "title": "Call the pharmacy", "due": "2026-11-24", "assignee": id(1), "priority": "urgent",
            "status": "completed", "source": id(12), "completed_at": AT, "note": "Ask for blister packs.",
            "entered_in_error": true,
        }),
        _ => json!({
            "sha256": "0123456789abcdef".repeat(4), "media_type": "image/jpeg", "size_bytes": 48_213,
            "attachment_type": "wound-photograph", "caption": "Left heel", "taken_at": AT, "taken_by": id(1),
            "body_site": snomed("76853006", "Heel"), "visit": id(5), "entered_in_error": true,
        }),
    }
}

fn directory(kind: Kind) -> Value {
    match kind {
        Kind::Staff => json!({
            "name": "Ana Ruiz", "role": "office",
            "credentials": { "k1": {
                "credential_type": "ACM", "state": "MA", "number": "RN-204", "issued": "2024-02-01",
                "expires": "2028-01-31", "ended": true,
            } },
            "phones": phones(), "languages": { "es": true, "yo": true }, "areas": { "01602": true, "a, b": false },
            "has_left": true, "entered_in_error": true,
        }),
        Kind::Instrument => json!({
            "title": "Morse Fall Scale", "version": "1", "status": "active",
            "code": loinc("59460-6", "Fall risk total [Morse Fall Scale]"),
            "description": "Six questions on falling.", "copyright": "Janice Morse",
            "items": { "k1": {
                "position": 1, "group": "k1", "text": "Walking aid", "item_type": "choice",
                "code": loinc("59457-2", "Ambulatory aid"), "required": true, "repeats": true,
                "answer_is_score": true,
                "options": { "k1": {
                    "position": 1, "code": "cane", "text": "Crutches, cane or walker", "score": 15.0, "ended": true,
                } },
                "enable_when": { "k1": { "question": "k1", "operator": "!=", "answer": false } },
                "enable_behavior": "any", "ended": true,
            } },
            "scoring": "sum",
            "bands": { "k1": {
                "from": 45.0, "to": 125.0, "label": "High fall risk", "risk": "high",
                "advice": "Fall precautions", "ended": true,
            } },
            "entered_in_error": true,
        }),
        _ => json!({
            "name": "Elm Home Health", "time_zone": "America/New_York",
            "thresholds": { "k1": {
                "code": loinc("8480-6", "Systolic blood pressure"), "unit": "mm[Hg]", "low": 95.0, "high": 160.5,
                "ended": true,
            } },
            "offline_lease_days": 7,
            "visit_rules": {
                "check_in_within_m": 250, "sign_within_hours": 48, "missed_after_minutes": 60, "patient_signs": true,
            },
            "entered_in_error": true,
        }),
    }
}
