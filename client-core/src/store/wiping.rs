//! The note that a store is being wiped: a file beside the database, which is there from before the first thing is
//! destroyed until the last is, and where the office asked for it, until the server knows.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::installation::{Installation, failed, remove_if_any, with_suffix};

/// What a phone needs to tell the server that it was wiped. The token is worth nothing else by then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The server's address.
    pub server_url: String,
    /// The token that the phone is known by.
    pub refresh_token: String,
    /// The roots in PEM by which alone the server is believed, where they are not those of the public web.
    #[serde(default)]
    pub roots_pem: Option<String>,
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receipt(..)")
    }
}

/// That the store at a path is being wiped.
#[derive(Debug)]
pub struct Wiping {
    file: PathBuf,
    store: PathBuf,
}

impl Wiping {
    /// The note on the store at `path`, whether there is one or not.
    pub fn of(path: &Path) -> Self {
        Self { file: with_suffix(path, "wiping"), store: path.to_owned() }
    }

    /// Whether the store is being wiped.
    pub fn has_begun(&self) -> bool {
        self.file.exists()
    }

    /// What is still to be told to the server. A note that cannot be read is one with nothing to tell.
    pub fn receipt(&self) -> Option<Receipt> {
        serde_json::from_slice(&std::fs::read(&self.file).ok()?).ok()?
    }

    /// Notes, on disk, that wiping begins. From here on it is gone through with, whatever happens.
    pub fn begin(&self, receipt: Option<&Receipt>) -> Result<(), StoreError> {
        let text = serde_json::to_vec(&receipt).map_err(|_| StoreError::Damaged("receipt"))?;
        let mut file = std::fs::File::create(&self.file).map_err(failed("created"))?;
        std::io::Write::write_all(&mut file, &text).map_err(failed("written"))?;
        file.sync_all().map_err(failed("written"))
    }

    /// Destroys the store's files: its first page, without which the rest cannot be decrypted, then each of them.
    pub fn destroy_files(&self) -> Result<(), StoreError> {
        overwrite_start(&self.store)?;
        for file in Installation::beside(&self.store).files() {
            remove_if_any(file)?;
        }
        for suffix in ["-wal", "-shm", "-journal", ""] {
            let mut file = self.store.clone().into_os_string();
            file.push(suffix);
            remove_if_any(Path::new(&file))?;
        }
        Ok(())
    }

    /// Forgets that the store was wiped.
    pub fn end(&self) -> Result<(), StoreError> {
        remove_if_any(&self.file)
    }
}

fn overwrite_start(path: &Path) -> Result<(), StoreError> {
    use std::io::{ErrorKind, Write};
    let failed = failed("overwritten");
    match std::fs::OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        opened => {
            let mut file = opened.map_err(&failed)?;
            file.write_all(&[0; 4096]).and_then(|()| file.sync_all()).map_err(failed)
        }
    }
}
