//! What becomes of cases and phones in a day: assignments that end, refused work that is settled, locks, wipes, and what
//! the audit log tells of it all.

use serde_json::{Value, json};

use super::*;

/// A second nurse's phone.
pub(super) struct Colleague {
    phone: Device,
    id: String,
}

impl Day {
    /// A nurse gets the case, loses it while she writes without a signal, and comes back: her late work is merged and
    /// flagged, and the case leaves her phone.
    pub(super) fn a_colleague_works_late(
        &self,
        office: &mut Caller,
        records: &[Header],
    ) -> (Colleague, Vec<String>) {
        let (phone, enrolled) = self.enrol("Bea");
        let grants = format!("/v1/office/cases/{}/grants", records[0].scope);
        office.ask("POST", &grants, &json!({ "staff": enrolled.staff }));
        self.sync(&phone).unwrap();
        office.ask("DELETE", &format!("{grants}/{}", enrolled.staff), &Value::Null);
        for kind in in_cases().filter(|kind| *kind != Kind::Patient) {
            phone.create(records[0].scope, &marked(kind)).unwrap();
        }
        let mut said = vec![format!("{:?}", self.sync(&phone)), format!("{:?}", phone.sync_status())];
        assert!(phone.caseload().unwrap().is_empty(), "the case has ended for her");
        let refused = phone.create(records[0].scope, &marked(Kind::Task)).unwrap_err();
        said.push(format!("{refused} {refused:?}"));
        let head = office.ask("GET", "/v1/office/activity?since=0", &Value::Null)["head"].clone();
        let seen = office.ask("POST", &format!("/v1/office/review/late/{head}/seen"), &Value::Null);
        said.push(seen.to_string());
        (Colleague { phone, id: enrolled.device.to_string() }, said)
    }

    /// Refused work is accepted where that can be, and discarded otherwise, for reasons that name the patient.
    pub(super) fn refused_work_is_settled(&self, office: &mut Caller) -> Vec<String> {
        let waiting = office.ask("GET", "/v1/office/quarantine", &Value::Null);
        let waiting: Vec<&str> =
            waiting.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        let mut outcomes = [0, 0];
        let mut said = Vec::new();
        for id in waiting {
            let one = format!("/v1/office/quarantine/{id}");
            let (status, answer) = office.send("GET", &one, b"");
            assert_eq!(status, 200, "{answer}");
            let (status, answer) = office.send("POST", &format!("{one}/accept"), b"");
            said.push(answer);
            outcomes[usize::from(status != 200)] += 1;
            office.fail("POST", &format!("{one}/discard"), json!({ "reason": [CANARY] }).to_string());
            office.fail(
                "POST",
                &format!("{one}/discard"),
                json!({ "reason": CANARY.repeat(99) }).to_string(),
            );
            let because = json!({ "reason": format!("{CANARY} was discharged") }).to_string();
            said.push(office.send("POST", &format!("{one}/discard"), because.as_bytes()).1);
        }
        assert!(outcomes[1] > 0, "nothing was left to discard");
        office.fail("GET", &format!("/v1/office/quarantine/{CANARY}"), "");
        office.fail("POST", &format!("/v1/office/quarantine/{CANARY}/accept"), "");
        office.fail("POST", &format!("/v1/office/review/late/{CANARY}/seen"), "");
        said
    }

    /// A phone is locked, which keeps its nurse out, unlocked, and wiped.
    pub(super) fn a_phone_is_locked_and_wiped(
        &self,
        colleague: &Colleague,
        records: &[Header],
    ) -> Vec<String> {
        let mut admin = self.caller("Ada");
        let Colleague { phone, id } = colleague;
        let device = format!("/v1/office/devices/{id}");
        let mut said = Vec::new();
        admin.ask("POST", &format!("{device}/lock"), &Value::Null);
        said.push(format!("{:?}", self.sync(phone).unwrap_err()));
        said.push(format!("{:?}", phone.read(records[0].id).unwrap_err()));
        said.push(format!("{:?}", phone.create(records[0].scope, &marked(Kind::Task)).unwrap_err()));
        admin.ask("POST", &format!("{device}/unlock"), &Value::Null);
        said.push(format!("{:?}", self.sync(phone)));
        admin.fail("POST", &format!("{device}/wipe"), json!({ "unsent_count": CANARY }).to_string());
        admin.ask("POST", &format!("{device}/wipe"), &json!({ "unsent_count": 0 }));
        said.push(format!("{:?}", self.sync(phone).unwrap_err()));
        said.push(format!("{:?}", phone.caseload().unwrap_err()));
        admin.fail("POST", &format!("/v1/office/devices/{CANARY}/lock"), "");
        admin.fail("POST", &format!("/v1/office/staff/{CANARY}/invite"), "");
        said.extend(admin.refusals);
        said
    }

    /// The audit log, in every form that leaves the server.
    pub(super) fn the_audit_log_is_read_and_exported(&self) -> Vec<String> {
        let mut admin = self.caller("Ada");
        let mut said = vec![admin.ask("GET", "/v1/office/audit", &Value::Null).to_string()];
        admin.fail("GET", &format!("/v1/office/audit?after={CANARY}"), "");
        said.extend(admin.refusals);
        for form in ["csv", "fhir"] {
            let output = self.types(&["audit", "export", "--format", form]);
            assert!(output.0 && output.1.lines().count() > 20, "{form}: {}", output.1);
            said.push(output.1);
        }
        said.push(self.types(&["audit", "verify"]).1);
        said
    }
}
