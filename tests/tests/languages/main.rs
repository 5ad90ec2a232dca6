//! Apps in the phone's own languages: the bindings, compiled and loaded, on real stores and real servers.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod bad_input;
mod day;
mod guide;
mod records;
mod transport;
mod upgrades;

use std::path::{Path, PathBuf};

use doorstep_tests::languages::{Kotlin, Python, Swift};

/// A file beside these tests.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages").join(name)
}

/// A sample app.
fn samples(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../mobile-ffi/samples").join(name)
}
