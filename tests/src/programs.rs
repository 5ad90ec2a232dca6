//! Programs that a test runs and that a machine may not have.

use std::env;
use std::path::{Path, PathBuf};

use crate::sample_data::skip;

/// Where everything has to be there that any test needs, this is set.
const REQUIRE_ALL: &str = "DOORSTEP_REQUIRE_ALL";

/// Where a program is that a test needs. Where it is not installed the test is skipped, with how to install it, or fails
/// if everything is required.
pub fn find(test: &str, program: &str, install: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    or_skip(found, test, program, install)
}

/// The same for a file that is at one of these places, from the project's own folder or from the root.
pub fn find_file(test: &str, name: &str, places: &[&str], install: &str) -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let found = places.iter().find_map(|place| project.join(place).canonicalize().ok());
    or_skip(found, test, name, install)
}

/// Skips a test by name, or fails it, because this machine cannot do what it needs.
pub fn missing(test: &str, what: &str, install: &str) {
    assert!(env::var_os(REQUIRE_ALL).is_none(), "{test} needs {what}: {install}");
    skip(test, &format!("{what}: {install}"));
}

fn or_skip(found: Option<PathBuf>, test: &str, what: &str, install: &str) -> Option<PathBuf> {
    if found.is_none() {
        missing(test, what, install);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_is_found() {
        assert!(find("this test", "sh", "every system has it").is_some_and(|found| found.is_absolute()));
    }
}
