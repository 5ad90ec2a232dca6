//! Python.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use doorstep_mobile_ffi::bindings::{Language, generate};
use tempfile::TempDir;

use super::{Program, library};
use crate::programs;

/// The bindings beside the library, as a wheel holds them, and what runs programs that use them.
pub struct Python {
    python: PathBuf,
    folder: TempDir,
}

impl Python {
    /// Makes the bindings; nothing where this machine has no Python.
    pub fn find(test: &str) -> anyhow::Result<Option<Self>> {
        Self::find_with(test, library()?)
    }

    /// The same of this library, and with it.
    pub fn find_with(test: &str, library: PathBuf) -> anyhow::Result<Option<Self>> {
        let Some(python) = programs::find(test, "python3", "apt-get install python3") else {
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        generate(Language::Python, &library, folder.path())?;
        let name = library.file_name().context("the library has a name")?;
        // A link would do where links are; a copy does everywhere.
        fs::copy(&library, folder.path().join(name))?;
        Ok(Some(Self { python, folder }))
    }

    /// Where the module is, with the library beside it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A program, in a process of its own.
    pub fn program(&self, source: &Path) -> Program {
        let mut command = Command::new(&self.python);
        command.args(["-u", "-B"]).arg(source).env("PYTHONPATH", self.folder.path());
        Program::new(command)
    }
}
