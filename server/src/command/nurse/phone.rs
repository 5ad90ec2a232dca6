//! The phone's folder, its key, and what surrounds it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use doorstep_client_core::device::{
    Device, Enrolment, Error, ErrorKind, IS_ENCRYPTING, KeyNotDestroyed, KeyStore, StoreKey,
};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::transport::{Cancel, HttpTransport, Transport, TransportError};
use jiff::tz::TimeZone;

use super::memory::Memory;

const STORE_FILE: &str = "doorstep.db";
/// What is said of a phone that the office had wiped.
pub(super) const WIPED: &str = "this phone was wiped, as the office asked, and holds nothing any more; to use this \
     folder again, run `doorstep nurse enrol --server URL CODE` with a new code";
const MEMORY_FILE: &str = "shown.json";

/// Where the phone is.
pub(super) struct Place {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// Its key's file, where it was named.
    pub(super) key_file: Option<PathBuf>,
    /// Whether the network is not to be touched.
    pub(super) is_offline: bool,
}

/// Of a server's address and, where it has its own, its roots in PEM.
type Connect = dyn Fn(&str, Option<&str>) -> Result<Box<dyn Transport>, TransportError>;
type Write = dyn Fn(&str) -> anyhow::Result<Written>;

/// What a person wrote when asked for words.
pub(super) enum Written {
    /// The whole text, in place of what was there.
    Instead(String),
    /// More, to be added.
    More(String),
}

/// What surrounds the phone: the clock, the network, the person.
pub(super) struct Surroundings {
    pub(super) environment: Arc<dyn Environment>,
    pub(super) zone: TimeZone,
    pub(super) connect: Box<Connect>,
    /// Asks the person for words, given those that are there.
    pub(super) write: Box<Write>,
}

impl Surroundings {
    /// This machine's clock, zone, network and terminal.
    pub(super) fn of_this_machine() -> Self {
        Self {
            environment: Arc::new(SystemEnvironment),
            zone: TimeZone::system(),
            connect: Box::new(|server, roots| {
                Ok(Box::new(match roots {
                    Some(roots) => HttpTransport::with_roots(server, roots)?,
                    None => HttpTransport::new(server)?,
                }))
            }),
            write: Box::new(super::visit::ask_person),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.environment.now()
    }

    /// Seconds that clocks here are ahead of UTC now.
    pub(super) fn utc_offset_s(&self) -> i32 {
        self.zone.to_offset(self.now().to_jiff()).seconds()
    }
}

/// An enrolled phone, open.
pub(super) struct Phone<'a> {
    pub(super) device: Device,
    pub(super) enrolment: Enrolment,
    pub(super) memory: Memory,
    pub(super) surroundings: &'a Surroundings,
    pub(super) place: &'a Place,
}

impl<'a> Phone<'a> {
    /// Opens the phone in a folder.
    pub(super) fn open(place: &'a Place, surroundings: &'a Surroundings) -> anyhow::Result<Self> {
        place.see_off_if_wiped(surroundings)?;
        if !place.store().exists() {
            bail!(
                "there is no phone in {}; enrol one with `doorstep nurse enrol --server URL CODE`, or name \
                 another folder with --phone",
                place.folder.display()
            );
        }
        let key = if IS_ENCRYPTING { Some(place.read_key()?) } else { None };
        let device = place.open(key.as_ref(), surroundings)?;
        let enrolment = device.enrolment().map_err(|error| explained("reading whose phone it is", &error))?;
        let enrolment = enrolment.ok_or_else(|| {
            anyhow!(
                "the phone in {} is not enrolled; run `doorstep nurse enrol --server URL CODE` with a code from \
                 the office",
                place.folder.display()
            )
        })?;
        let memory = Memory::read(&place.folder.join(MEMORY_FILE));
        Ok(Self { device, enrolment, memory, surroundings, place })
    }

    pub(super) fn now(&self) -> Timestamp {
        self.surroundings.now()
    }
}

impl Place {
    /// Makes the folder, and the key where there is none, and opens the store.
    pub(super) fn make(&self, surroundings: &Surroundings) -> anyhow::Result<Device> {
        std::fs::create_dir_all(&self.folder)
            .with_context(|| format!("making the phone's folder {}", self.folder.display()))?;
        restrict(&self.folder, 0o700)?;
        let key = match IS_ENCRYPTING {
            true if self.store().exists() || self.key_path().exists() => Some(self.read_key()?),
            true => Some(self.make_key(surroundings)?),
            false => None,
        };
        self.open(key.as_ref(), surroundings)
    }

    /// Where the phone's key is. Beside the folder, not in it: whoever copies the one does not have the other.
    pub(super) fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| {
            let mut beside = self.folder.components().as_path().to_path_buf().into_os_string();
            beside.push(".key");
            beside.into()
        })
    }

    fn store(&self) -> PathBuf {
        self.folder.join(STORE_FILE)
    }

    /// Where the office had the phone wiped: goes on where that was cut, and tells the office, which asks until it has
    /// heard.
    pub(super) fn see_off_if_wiped(&self, surroundings: &Surroundings) -> anyhow::Result<()> {
        if !Device::is_wiped(&self.store()) {
            return Ok(());
        }
        let device = self.open(None, surroundings)?;
        self.forget()?;
        let server = device.server_to_tell_of_wipe().filter(|_| !self.is_offline);
        if let Some(server) = server {
            let roots = device.roots_of_server_to_tell_of_wipe();
            let transport = (surroundings.connect)(&server, roots.as_deref())
                .with_context(|| format!("telling {server} that this phone was wiped"))?;
            if let Err(error) = device.sync(&*transport, &Cancel::new(), |_| ())
                && error.kind() != ErrorKind::Wiped
            {
                bail!("{WIPED}\ntelling {server} of it: {error}; the next command tells it again");
            }
        }
        bail!(WIPED)
    }

    /// Forgets what was shown last, which is kept beside the store.
    pub(super) fn forget(&self) -> anyhow::Result<()> {
        match std::fs::remove_file(self.folder.join(MEMORY_FILE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("removing what was shown last")
            }
            _ => Ok(()),
        }
    }

    fn open(&self, key: Option<&StoreKey>, surroundings: &Surroundings) -> anyhow::Result<Device> {
        let key_store = Arc::new(KeyFile(self.key_path()));
        Device::open_in(&self.store(), key, surroundings.environment.clone(), key_store)
            .map_err(|error| explained(&format!("opening the phone in {}", self.folder.display()), &error))
    }

    fn read_key(&self) -> anyhow::Result<StoreKey> {
        let path = self.key_path();
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!("reading the phone's key from {}; name its file with --key-file", path.display())
        })?;
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let bytes = bytes
            .with_context(|| format!("{} holds no key: expected 64 hexadecimal digits", path.display()))?;
        Ok(StoreKey(bytes))
    }

    fn make_key(&self, surroundings: &Surroundings) -> anyhow::Result<StoreKey> {
        let path = self.key_path();
        let mut key = [0u8; 32];
        surroundings.environment.fill_random(&mut key);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options
            .open(&path)
            .with_context(|| format!("making the file {} for the phone's key", path.display()))?;
        std::io::Write::write_all(&mut file, data_encoding::HEXLOWER.encode(&key).as_bytes())
            .and_then(|()| file.sync_all())
            .with_context(|| format!("writing the phone's key to {}", path.display()))?;
        Ok(StoreKey(key))
    }
}

/// The key's file as the phone's key store.
struct KeyFile(PathBuf);

impl KeyStore for KeyFile {
    /// Overwrites it before it goes, for the disks where that helps.
    fn destroy(&self) -> Result<(), KeyNotDestroyed> {
        let overwritten = std::fs::OpenOptions::new().write(true).open(&self.0).and_then(|mut file| {
            std::io::Write::write_all(&mut file, &[b'0'; 64])?;
            file.sync_all()
        });
        match overwritten.and_then(|()| std::fs::remove_file(&self.0)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(KeyNotDestroyed),
            _ => Ok(()),
        }
    }
}

/// What was being done, why it failed, and what to do next.
pub(super) fn explained(doing: &str, error: &Error) -> anyhow::Error {
    let next = match error.kind() {
        ErrorKind::Invalid => "nothing was saved; mend the above and try again",
        ErrorKind::NotFound => "`doorstep nurse caseload` lists what is here",
        ErrorKind::Outdated => "look at the record again with `doorstep nurse show`",
        ErrorKind::ReadOnly => "ask the office to change it",
        ErrorKind::NotEnrolled | ErrorKind::Wiped => "run `doorstep nurse enrol --server URL CODE`",
        ErrorKind::EnrolledElsewhere => "use another folder (--phone) for another nurse",
        ErrorKind::Key => "check --key-file, or whether this build encrypts",
        ErrorKind::Busy => "another `doorstep nurse` uses this phone; try again when it is done",
        ErrorKind::StorageFull => "nothing was saved; make room on the disk and try again",
        ErrorKind::Storage => "check the disk and the folder's permissions",
        ErrorKind::Network => "everything is safe on this phone; try again when there is a signal",
        ErrorKind::Server => "everything is safe on this phone; try again later, or tell the office",
        ErrorKind::Refused => "ask the office",
        ErrorKind::Locked => {
            "everything is safe on this phone; ask the office, then run `doorstep nurse sync`"
        }
        ErrorKind::LeaseExpired => {
            "everything is safe on this phone; run `doorstep nurse sync` to open it again"
        }
        ErrorKind::EnrolAgain => {
            "everything is safe on this phone; enrol it again with a new code from the office, then sync"
        }
        ErrorKind::UpdateNeeded => "update Doorstep",
        ErrorKind::NotDownloaded => "run `doorstep nurse sync`, then fetch the file when there is a signal",
        ErrorKind::Cancelled | ErrorKind::DeadlinePassed => "run it again to go on",
    };
    let problems: String = error
        .problems()
        .iter()
        .map(|problem| format!("\n  {}: {}", problem.field, problem.message))
        .collect();
    anyhow!("{doing}: {error}{problems}\n{next}")
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
        .with_context(|| format!("keeping others out of {}", path.display()))
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) -> anyhow::Result<()> {
    Ok(())
}
