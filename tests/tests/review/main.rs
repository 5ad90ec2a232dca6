//! What the office has to look at, and how it settles it: over real HTTP.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod settling;

use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::record::care_plan::CarePlan;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::wire::Push;
use doorstep_tests::office::Office;
use doorstep_tests::rogue::{Rogue, creation, new_id, new_scope};

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
