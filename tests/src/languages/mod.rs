//! The apps' library as it was just built, its bindings, and programs in the phone's languages that call it.
//!
//! What takes long to make (the compiled Kotlin bindings) is kept under the target folder, by what it was made of.

mod kotlin;
mod program;
mod python;
mod snippets;
mod swift;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

use anyhow::{bail, ensure};
use sha2::{Digest, Sha256};

pub use kotlin::Kotlin;
pub use program::{Program, has_disks};
pub use python::Python;
pub use snippets::{Snippet, snippets};
pub use swift::Swift;

/// The library that apps load.
pub fn library() -> anyhow::Result<PathBuf> {
    let own = env::current_exe()?;
    let name = library_name();
    // Tests are in `deps`, beside the library; what cargo shows of it is one folder above.
    let folders = own.ancestors().skip(1).take(2);
    let Some(found) = folders.map(|folder| folder.join(&name)).find(|file| file.is_file()) else {
        bail!("{name} is not beside {}: build the whole workspace", own.display());
    };
    Ok(found)
}

/// What its file is called.
pub fn library_name() -> String {
    format!("{}doorstep_mobile_ffi{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX)
}

/// A folder under the target folder for what was made of these bytes: the same bytes, the same folder. `make` fills it, once.
fn kept(name: &str, of: &[&[u8]], make: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<PathBuf> {
    let mut digest = Sha256::new();
    for bytes in of {
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    let hash: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/languages");
    let folder = all.join(format!("{name}-{hash}"));
    // Tests run beside each other: one of them makes it, the others wait.
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if !folder.is_dir() {
        forget_older(&all, name)?;
        let new = tempfile::Builder::new().prefix(".making-").tempdir_in(&all)?;
        make(new.path())?;
        // Another process may have made the same meanwhile.
        if let Err(error) = fs::rename(new.path(), &folder) {
            ensure!(folder.is_dir(), "{} cannot be kept: {error}", folder.display());
        }
    }
    Ok(folder)
}

/// What was made of other bytes is not kept for ever.
fn forget_older(all: &Path, name: &str) -> anyhow::Result<()> {
    const KEPT: usize = 4;
    fs::create_dir_all(all)?;
    let mut older = Vec::new();
    for entry in fs::read_dir(all)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&format!("{name}-")) {
            older.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    older.sort_unstable();
    let count = older.len().saturating_sub(KEPT);
    older.iter().take(count).try_for_each(|(_, folder)| fs::remove_dir_all(folder))?;
    Ok(())
}
