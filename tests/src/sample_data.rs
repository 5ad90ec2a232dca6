//! Sample data that stands beside the project and may be missing: what needs it is skipped then.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder of Synthea's FHIR R4 bundles.
pub fn synthea() -> Option<PathBuf> {
    at("data/synthea")
}

/// The workload of the reconnect bench.
pub fn reconnect_workload() -> Option<PathBuf> {
    at("bench/workload.json")
}

/// Says that a test is skipped for want of something, where it is read: past the capture of passing tests' output.
pub fn skip(test: &str, wanting: &str) {
    tell(&format!("skipped: {test} (needs {wanting})"));
}

/// Says a line on the error stream, which tests do not capture.
pub(crate) fn tell(line: &str) {
    // Where the stream is closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn at(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    path.canonicalize().ok()
}
