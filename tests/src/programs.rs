//! Programs that a test runs and that a machine may not have.

use std::env;
use std::path::PathBuf;

use crate::sample_data::skip;

/// Where everything has to be there that any test needs, this is set.
const REQUIRE_ALL: &str = "DOORSTEP_REQUIRE_ALL";

/// Where a program is that a test needs. Where it is not installed the test is skipped, with how to install it, or fails
/// if everything is required.
pub fn find(test: &str, program: &str, install: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    if found.is_none() {
        assert!(env::var_os(REQUIRE_ALL).is_none(), "{test} needs {program}: {install}");
        skip(test, &format!("{program}: {install}"));
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
