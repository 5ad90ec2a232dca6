//! Another agency on the same server, in which the same ids stand for something else.

use std::sync::Arc;

use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId};
use doorstep_client_core::record::care_plan::CarePlan;
use doorstep_client_core::record::patient::Patient;
use doorstep_server::agency;
use doorstep_server::store::{LogEntry, LogQuery, Role, Snapshot};
use doorstep_tests::world::{Phone, World};

use crate::by_hand::{ByHand, created, new_record};

/// A word that stands in its charts alone.
pub(crate) const WORD: &str = "Nextdoor";

pub(crate) struct Neighbour {
    agency: AgencyId,
    phone: Phone,
    /// A case that only it has.
    pub(crate) own_scope: ScopeId,
    scopes: Vec<ScopeId>,
    before: Vec<String>,
}

impl Neighbour {
    /// Has a case with the ids of this one, and one of its own.
    pub(crate) fn new(world: &Arc<World>, scope: ScopeId, patient: RecordId, plan: RecordId) -> Self {
        let environment = &*world.environment;
        let agency = world.with_server(|server| agency::found(server, environment, WORD).unwrap());
        let nurse = world.hire(agency.id, WORD, Role::Nurse).staff;
        let mut by_hand = ByHand::enrol(world, agency.id, nurse);
        let (by, own_scope) = (by_hand.author(), ScopeId::from_bytes(*new_record(world).as_bytes()));
        let person = Patient { given: WORD.into(), family: WORD.into(), ..Patient::default() };
        let planned = CarePlan { title: WORD.into(), ..CarePlan::default() };
        let pushes = vec![
            created(world, scope, patient, person.clone(), by),
            created(world, scope, plan, planned, by),
            created(world, own_scope, new_record(world), person, by),
        ];
        assert_eq!(by_hand.push(world, None, pushes).verdicts, ["merged"; 3]);
        let phone = world.phone_of(agency.id, nurse, "neighbour");
        phone.sync(world);
        let scopes = vec![scope, own_scope, agency.directory];
        let before = held(world, agency.id, &scopes);
        Self { agency: agency.id, phone, own_scope, scopes, before }
    }

    /// Asserts that nothing has become of it, on the server and on its phone.
    pub(crate) fn is_what_it_was(&self, world: &World) {
        assert_eq!(held(world, self.agency, &self.scopes), self.before);
        self.phone.sync(world);
        assert_eq!(self.phone.device.caseload().unwrap().len(), 2);
        assert!(self.phone.device.sync_status().unwrap().is_all_sent);
        let snapshot = world.with_server(|server| server.snapshot(self.agency)).unwrap();
        for (record, version) in self.scopes.iter().flat_map(|scope| snapshot.versions(*scope).unwrap()) {
            assert_eq!(self.phone.version_of(record), Some(version));
        }
    }
}

/// Everything of an agency's, byte for byte, but for when its phones were last heard of.
fn held(world: &World, agency: AgencyId, scopes: &[ScopeId]) -> Vec<String> {
    let snapshot = world.with_server(|server| server.snapshot(agency)).unwrap();
    let mut held = vec![
        format!("{:?}", snapshot.head().unwrap()),
        format!("{:?}", snapshot.all_staff().unwrap()),
        format!("{:?}", snapshot.cases(world.environment.now()).unwrap()),
        format!("{:?}", snapshot.quarantined(usize::MAX >> 1).unwrap()),
        format!("{:?}", world.with_server(|server| server.late_work(agency)).unwrap()),
        format!("{:?}", log(&*snapshot, scopes)),
    ];
    for scope in scopes {
        held.push(format!("{:?}", snapshot.grants_in(*scope).unwrap()));
        held.push(format!("{:?}", snapshot.documents(*scope, None, usize::MAX, usize::MAX).unwrap()));
        held.push(format!("{:?}", snapshot.views(*scope).unwrap()));
    }
    held
}

/// The whole log of these scopes.
pub(crate) fn log(snapshot: &dyn Snapshot, scopes: &[ScopeId]) -> Vec<LogEntry> {
    let upto = snapshot.head().unwrap();
    let (rows_max, bytes_max) = (usize::MAX >> 1, usize::MAX >> 1);
    snapshot.log(LogQuery { scopes, after: 0, upto, not_from: None, rows_max, bytes_max }).unwrap()
}
