//! Makes the bindings: sources in another language, out of the library that they call.

use std::path::Path;

use anyhow::{Context, Result};
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
        .with_context(|| format!("cannot make the bindings out of {}", library.display()))
}
