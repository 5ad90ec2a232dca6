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
        Language::Kotlin => adapt(&folder.join("org/doorstep/doorstep.kt"), &KOTLIN),
        Language::Python => adapt(&folder.join("doorstep.py"), &PYTHON),
        // Swift's check their interface when they are first used.
        Language::Swift => Ok(()),
    }
}

/// What is replaced by what.
type Replaced = [&'static str; 2];

/// UniFFI writes the check that library and bindings have the same interface, but does not call it.
const KOTLIN: [Replaced; 1] = [[
    "        Native.register(UniffiLib::class.java",
    "        IntegrityCheckingUniffiLib.ensureInitialized()\n        Native.register(UniffiLib::class.java",
]];
/// The same; what an app's object throws is not printed, as it may quote a record; and an app's loop that sleeps is woken to end
/// what nobody waits for any more, which is asked for on another thread.
const PYTHON: [Replaced; 3] = [
    ["\n# _uniffi_check_api_checksums(_UniffiLib)\n", "\n_uniffi_check_api_checksums(_UniffiLib)\n"],
    ["            traceback.print_exc(file=sys.stderr)\n", ""],
    [
        "eventloop.call_soon(_uniffi_cancel_task, task)",
        "eventloop.call_soon_threadsafe(_uniffi_cancel_task, task)",
    ],
];

fn adapt(bindings: &Path, replaced: &[Replaced]) -> Result<()> {
    let mut text = fs::read_to_string(bindings)
        .with_context(|| format!("the bindings are not at {}", bindings.display()))?;
    for [written, meant] in replaced {
        ensure!(text.contains(written), "{} is written otherwise than it was", bindings.display());
        text = text.replace(written, meant);
    }
    fs::write(bindings, text).with_context(|| format!("{} cannot be written", bindings.display()))
}
