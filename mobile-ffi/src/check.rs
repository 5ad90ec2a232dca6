//! What can be asked of a record that is not on the phone yet.

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::{AnyRecord, ElementId, Kind, Problem};

use crate::error::DoorstepError;
use crate::log::{Log, guarded};

/// An empty record of a kind: every field at its default.
#[uniffi::export]
pub fn empty(kind: Kind) -> AnyRecord {
    kind.empty()
}

/// What keeps a record from being saved; empty when nothing does. A save checks the same.
#[uniffi::export]
pub fn check(record: AnyRecord) -> Result<Vec<Problem>, DoorstepError> {
    guarded(&Log::default(), || Ok(record.check()))
}

/// One line that tells a nurse what the record says.
#[uniffi::export]
pub fn summary(record: AnyRecord) -> Result<String, DoorstepError> {
    guarded(&Log::default(), || Ok(record.summary()))
}

/// The kind's name as it is stored and exchanged.
#[uniffi::export]
pub fn kind_code(kind: Kind) -> String {
    kind.code().to_owned()
}

/// What a person reads for a kind.
#[uniffi::export]
pub fn kind_display(kind: Kind) -> String {
    kind.display().to_owned()
}

/// A new id for an element of a collection of a record.
#[uniffi::export]
pub fn new_element_id() -> ElementId {
    let environment: &dyn Environment = &SystemEnvironment;
    ElementId::new(&mut environment.entropy())
}

/// The library's version.
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
