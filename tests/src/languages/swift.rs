//! Swift on Linux: a toolchain that is installed, or one in a root of its own (`mobile-ffi/package/swift-toolchain`).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, ensure};
use doorstep_mobile_ffi::bindings::{Language, generate};
use tempfile::TempDir;

use super::{Program, library};
use crate::sample_data::skip;
use crate::world::scratch;

const INSTALL: &str =
    "a Swift toolchain: mobile-ffi/package/swift-toolchain FOLDER, then DOORSTEP_SWIFT_ROOT=FOLDER";

/// Becomes a program in another root, which has its own `/proc` and sees the folder of scratch files, for as long as the program
/// runs.
const IN_ROOT: &str = r#"mount -t proc proc "$1/proc" && mkdir -p "$1$2" && mount --bind "$2" "$1$2" &&
    root=$1 && shift 2 && exec chroot "$root" "$@""#;

/// The bindings, and what compiles and runs programs that use them.
pub struct Swift {
    /// Where the toolchain is, where that is not this machine's own root.
    root: Option<PathBuf>,
    folder: TempDir,
    sources: Vec<PathBuf>,
}

impl Swift {
    /// Makes the bindings; nothing, with a word about it, where this machine has no Swift. Unlike other programs it may be
    /// missing where everything is required: it is no package of this system.
    pub fn find(test: &str) -> anyhow::Result<Option<Self>> {
        let root = env::var_os("DOORSTEP_SWIFT_ROOT").map(PathBuf::from);
        let path = env::var_os("PATH").unwrap_or_default();
        let is_installed = env::split_paths(&path).any(|folder| folder.join("swiftc").is_file());
        if root.is_none() && !is_installed {
            skip(test, INSTALL);
            return Ok(None);
        }
        if let Some(root) = &root {
            // What is named has to be there.
            ensure!(root.join("usr/bin/swiftc").is_symlink(), "there is no Swift in {}", root.display());
        }
        let folder = scratch();
        let library = library()?;
        generate(Language::Swift, &library, folder.path())?;
        fs::copy(&library, folder.path().join(library.file_name().context("the library has a name")?))?;
        let sources = vec![folder.path().join("Doorstep.swift")];
        Ok(Some(Self { root, folder, sources }))
    }

    /// Compiles a program of these sources with the bindings.
    pub fn compile(&self, name: &str, sources: &[PathBuf]) -> anyhow::Result<PathBuf> {
        let (folder, program) = (self.folder.path(), self.folder.path().join(name));
        let mut own = self.sources.clone();
        for source in sources {
            let copy = folder.join(source.file_name().context("a source has a name")?);
            fs::copy(source, &copy)?;
            own.push(copy);
        }
        let map = format!("-fmodule-map-file={}", folder.join("DoorstepFFI.modulemap").display());
        let mut command = self.command("swiftc".as_ref());
        command.args(["-Onone", "-swift-version", "5", "-Xcc", &map, "-I"]).arg(folder).args(&own);
        command.arg("-L").arg(folder).args(["-ldoorstep_mobile_ffi", "-Xlinker", "-rpath", "-Xlinker"]);
        let output =
            command.arg(folder).arg("-o").arg(&program).output().context("swiftc cannot be started")?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "Swift does not compile:\n{told}");
        Ok(program)
    }

    /// A program that was compiled, in a process of its own.
    pub fn program(&self, program: &Path) -> Program {
        Program::new(self.command(program.as_os_str()))
    }

    fn command(&self, program: &OsStr) -> Command {
        let Some(root) = &self.root else { return Command::new(program) };
        let seen = self.folder.path().parent().unwrap_or_else(|| Path::new("/"));
        let mut command = Command::new("unshare");
        command.args([
            "--map-root-user",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            IN_ROOT,
            "sh",
        ]);
        command.arg(root).arg(seen).arg(program);
        command
    }
}
