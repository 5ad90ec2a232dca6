//! Bad input over real HTTP: each gets its own error or verdict, stops nothing else, and costs bounded memory.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod answers;
mod bombs;
mod mutated;
mod records;
mod requests;

use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::wire::Push;
use doorstep_tests::office::Office;
use doorstep_tests::rogue::{Rogue, creation, new_id, new_scope};

fn task(title: &str) -> Task {
    Task { title: title.to_owned(), ..Task::default() }
}

fn patient(given: &str) -> Patient {
    Patient { given: given.to_owned(), family: "Sample".to_owned(), ..Patient::default() }
}

fn new_rogue(office: &Office, name: &str) -> Rogue {
    Rogue::enrol(&office.url(), &office.invite(office.hire(name)))
}

/// A case that the phone's nurse has opened, with its patient.
fn open_case(rogue: &Rogue) -> ScopeId {
    let (scope, record) = (new_scope(), new_id());
    let changes = creation(scope, record, patient("Rosa"), rogue.author());
    assert_eq!(rogue.push(vec![Push { record, changes }]), ["merged"]);
    scope
}
