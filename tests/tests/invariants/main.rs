//! The invariants I1 to I8 and I12 of the design, through public faces, with real stores on disk. I7 has a test of its
//! own in `restored_server.rs`, I13 in `canary.rs`, I14 and I15 in `tidy.rs`; more of each stand beside the code.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod clocks;
mod exchange;
mod office;
mod phone;

use std::sync::Arc;

use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::care_plan::CarePlan;
use doorstep_client_core::record::patient::Patient;
use doorstep_tests::world::{Phone, World};

/// A patient of this family.
fn patient(family: &str) -> Patient {
    Patient { given: "Rosa".into(), family: family.into(), ..Patient::default() }
}

/// A record that can be told from others by its title.
fn plan(title: &str) -> CarePlan {
    CarePlan { title: title.into(), ..CarePlan::default() }
}

/// A case that two nurses share.
struct Shared {
    world: Arc<World>,
    ana: Phone,
    bea: Phone,
    scope: ScopeId,
    patient: RecordId,
}

impl Shared {
    fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let (ana, bea) = (world.nurse("ana"), world.nurse("bea"));
        let case = ana.device.open_case(&patient("Sample")).unwrap().header;
        ana.sync(&world);
        world.grant(case.scope, bea.staff);
        bea.sync(&world);
        Self { world, ana, bea, scope: case.scope, patient: case.id }
    }
}

/// Changes a patient as a form does: reads it, and saves what the nurse made of it at the version that was read.
fn edit(phone: &Phone, record: RecordId, change: impl FnOnce(&mut Patient)) {
    let read = phone.device.read(record).unwrap();
    let mut form = Patient::try_from(read.record).unwrap();
    change(&mut form);
    phone.device.save(record, &read.version, &form.into()).unwrap();
}

/// The patient as it stands on a phone.
fn shown(phone: &Phone, record: RecordId) -> Patient {
    Patient::try_from(phone.device.read(record).unwrap().record).unwrap()
}
