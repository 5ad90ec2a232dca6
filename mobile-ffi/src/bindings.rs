//! Makes the bindings: sources in another language, out of the library that they call.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use uniffi::{GenerateOptions, TargetLanguage};

/// A language that apps are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// For Android and the JVM.
    Kotlin,
    /// For iOS and macOS.
    Swift,
    /// For scripts.
    Python,
}

/// Writes the bindings for a language into a folder. `library` is the built library for the machine that this runs on, with
/// its symbols.
pub fn generate(language: Language, library: &Path, folder: &Path) -> Result<()> {
    let utf8 = |path: &Path| path.to_str().map(Into::into).context("the path is not UTF-8");
    let options = GenerateOptions {
        languages: vec![match language {
            Language::Kotlin => TargetLanguage::Kotlin,
            Language::Swift => TargetLanguage::Swift,
            Language::Python => TargetLanguage::Python,
        }],
        source: utf8(library)?,
        out_dir: utf8(folder)?,
        config_override: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/uniffi.toml").into()),
        ..GenerateOptions::default()
    };
    uniffi::generate(options)
        .with_context(|| format!("cannot make the bindings out of {}", library.display()))?;
    match language {
        Language::Kotlin => check_interface(&folder.join("org/doorstep/doorstep.kt"), KOTLIN_LOADS),
        Language::Python => check_interface(&folder.join("doorstep.py"), PYTHON_LOADS),
        // Swift's check when they are first used.
        Language::Swift => Ok(()),
    }
}

/// What is replaced by what, so that a library of another interface is refused when it is loaded.
type Loads = [&'static str; 2];

const KOTLIN_LOADS: Loads = [
    "        Native.register(UniffiLib::class.java",
    "        IntegrityCheckingUniffiLib.ensureInitialized()\n        Native.register(UniffiLib::class.java",
];
const PYTHON_LOADS: Loads =
    ["\n# _uniffi_check_api_checksums(_UniffiLib)\n", "\n_uniffi_check_api_checksums(_UniffiLib)\n"];

/// UniFFI writes the check that library and bindings have the same interface, but does not call it everywhere.
fn check_interface(bindings: &Path, [loads, checks_and_loads]: Loads) -> Result<()> {
    let text = fs::read_to_string(bindings)
        .with_context(|| format!("the bindings are not at {}", bindings.display()))?;
    ensure!(text.contains(loads), "{} loads its library otherwise than it did", bindings.display());
    fs::write(bindings, text.replace(loads, checks_and_loads))
        .with_context(|| format!("{} cannot be written", bindings.display()))
}
