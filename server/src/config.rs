//! How a server is set up: defaults, a TOML file, the environment, each before the last. With none of them it runs.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::limits::{AGENCY_FILES_BYTES_QUOTA, CASE_FILES_BYTES_QUOTA};

/// The file's name in the data folder.
pub const FILE_NAME: &str = "doorstep.toml";

/// A server's configuration, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `listen`: the address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// `behind_proxy`: whether something in front of the server speaks TLS, so that plain HTTP may be spoken on
    /// addresses beyond this machine.
    pub is_behind_proxy: bool,
    /// `tls_certificate` and `tls_key`: files, in PEM, by which the server speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// `log`: what is logged, as `tracing` filters say it, e.g. `info` or `doorstep_server=debug`.
    pub log: String,
    /// `log_json`: whether each line of the log is a JSON object.
    pub log_json: bool,
    /// `files`: where the files of charts are kept.
    pub files: FilesAt,
    /// `case_files_bytes_quota`, `agency_files_bytes_quota`: how much they may come to.
    pub file_quotas: FileQuotas,
    /// What a password costs to check. No setting: only tests choose the cheap one.
    pub password_cost: PasswordCost,
}

/// Where the files of charts are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesAt {
    /// In the data folder.
    Data,
    /// In another folder.
    Folder(PathBuf),
    /// In a bucket of something that speaks S3, below a prefix that may be empty. Where it is, and who may write there, stand
    /// in the environment as others write it, too: `AWS_REGION`, `AWS_ENDPOINT`, `AWS_ACCESS_KEY_ID` and so on.
    Bucket {
        /// The bucket.
        bucket: String,
        /// What the names of all objects begin with.
        prefix: String,
    },
    /// In memory. No setting: only tests choose it.
    Memory,
}

impl FilesAt {
    fn parse(text: &str) -> Option<Self> {
        match text.split_once("://") {
            None if text.is_empty() => None,
            None => Some(Self::Folder(PathBuf::from(text))),
            Some(("s3", place)) => {
                let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
                let prefix = prefix.trim_matches('/').to_owned();
                (!bucket.is_empty()).then(|| Self::Bucket { bucket: bucket.to_owned(), prefix })
            }
            Some(_) => None,
        }
    }
}

/// How many bytes files may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileQuotas {
    /// Those of one case.
    pub case_bytes: u64,
    /// Those of one agency.
    pub agency_bytes: u64,
}

/// What argon2id takes to check a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    memory_kib: u32,
    passes: u32,
}

impl PasswordCost {
    /// Between 50 and 150 ms on a small server, and more than OWASP asks for at least (19 MiB, 2 passes).
    pub const STRONG: Self = Self { memory_kib: 32 << 10, passes: 3 };
    /// For tests of what stands around passwords.
    pub const CHEAP: Self = Self { memory_kib: 64, passes: 1 };

    /// Memory, in KiB.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }
}

/// What TLS is spoken with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, then those that vouch for it, in PEM.
    pub certificate: PathBuf,
    /// The certificate's private key, in PEM, without a passphrase.
    pub key: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787),
            is_behind_proxy: false,
            tls: None,
            log: "info".to_owned(),
            log_json: false,
            files: FilesAt::Data,
            file_quotas: FileQuotas {
                case_bytes: CASE_FILES_BYTES_QUOTA,
                agency_bytes: AGENCY_FILES_BYTES_QUOTA,
            },
            password_cost: PasswordCost::STRONG,
        }
    }
}

/// Why a configuration is refused. Names the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The file has a key that there is none of.
    #[error("there is no setting `{0}`; there are: {known}", known = KEYS.join(", "))]
    UnknownKey(String),
    /// A setting is not what it must be.
    #[error("the setting `{key}` {problem}")]
    Bad {
        /// The setting.
        key: &'static str,
        /// What it must be.
        problem: &'static str,
    },
}

const KEYS: [&str; 9] = [
    "listen",
    "behind_proxy",
    "tls_certificate",
    "tls_key",
    "log",
    "log_json",
    "files",
    "case_files_bytes_quota",
    "agency_files_bytes_quota",
];

impl Config {
    /// Reads the file, where it exists, and the environment's `DOORSTEP_LISTEN` and so on, as `variable` gives
    /// them.
    pub fn load(file: &Path, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut settings = read(file)?;
        for key in KEYS {
            if let Some(value) = variable(&format!("DOORSTEP_{}", key.to_ascii_uppercase())) {
                settings.insert(key.to_owned(), Value::String(value));
            }
        }
        let config = Self::from_settings(&settings)?;
        config.check()?;
        Ok(config)
    }

    /// Whether the settings go together.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().is_loopback() && !self.is_behind_proxy && self.tls.is_none() {
            return Err(ConfigError::Bad {
                key: "listen",
                problem: "is reachable from other machines, where plain HTTP would show patients' data: set \
                          `tls_certificate` and `tls_key`, or put a proxy that speaks TLS in front and set \
                          `behind_proxy`, or listen on 127.0.0.1",
            });
        }
        if self.log.parse::<tracing_subscriber::filter::Targets>().is_err() {
            return Err(ConfigError::Bad { key: "log", problem: "must be a filter, e.g. info" });
        }
        Ok(())
    }

    fn from_settings(settings: &Table) -> Result<Self, ConfigError> {
        if let Some(unknown) = settings.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(ConfigError::UnknownKey(unknown.clone()));
        }
        let defaults = Self::default();
        Ok(Self {
            listen: setting(
                settings,
                "listen",
                "must be an address and a port, e.g. 127.0.0.1:8787",
                |value| value.as_str()?.parse().ok(),
            )?
            .unwrap_or(defaults.listen),
            is_behind_proxy: boolean(settings, "behind_proxy")?.unwrap_or(defaults.is_behind_proxy),
            tls: tls(settings)?,
            log: setting(settings, "log", "must be a filter, e.g. info", |value| {
                value.as_str().map(str::to_owned)
            })?
            .unwrap_or(defaults.log),
            log_json: boolean(settings, "log_json")?.unwrap_or(defaults.log_json),
            files: setting(settings, "files", "must be a folder, or s3://bucket/prefix", |value| {
                FilesAt::parse(value.as_str()?)
            })?
            .unwrap_or(defaults.files),
            file_quotas: FileQuotas {
                case_bytes: bytes(settings, "case_files_bytes_quota")?
                    .unwrap_or(defaults.file_quotas.case_bytes),
                agency_bytes: bytes(settings, "agency_files_bytes_quota")?
                    .unwrap_or(defaults.file_quotas.agency_bytes),
            },
            password_cost: defaults.password_cost,
        })
    }
}

fn read(file: &Path) -> Result<Table, ConfigError> {
    let failed = |reason: String| ConfigError::File { path: file.display().to_string(), reason };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Table::new()),
        Err(error) => return Err(failed(error.kind().to_string())),
    };
    text.parse().map_err(|error: toml::de::Error| failed(error.message().to_owned()))
}

fn setting<T>(
    settings: &Table,
    key: &'static str,
    problem: &'static str,
    parse: impl FnOnce(&Value) -> Option<T>,
) -> Result<Option<T>, ConfigError> {
    settings.get(key).map(|value| parse(value).ok_or(ConfigError::Bad { key, problem })).transpose()
}

fn tls(settings: &Table) -> Result<Option<TlsFiles>, ConfigError> {
    let file = |key| {
        setting(settings, key, "must be the name of a file", |value| match value.as_str() {
            None | Some("") => None,
            Some(name) => Some(PathBuf::from(name)),
        })
    };
    match (file("tls_certificate")?, file("tls_key")?) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(ConfigError::Bad { key: "tls_key", problem: "must be set beside `tls_certificate`" })
        }
        (None, Some(_)) => {
            Err(ConfigError::Bad { key: "tls_certificate", problem: "must be set beside `tls_key`" })
        }
    }
}

fn boolean(settings: &Table, key: &'static str) -> Result<Option<bool>, ConfigError> {
    setting(settings, key, "must be true or false", |value| match value {
        Value::Boolean(is_set) => Some(*is_set),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

fn bytes(settings: &Table, key: &'static str) -> Result<Option<u64>, ConfigError> {
    setting(settings, key, "must be a number of bytes", |value| match value {
        Value::Integer(bytes) => u64::try_from(*bytes).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, file).unwrap();
        Config::load(&path, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_is_a_configuration() {
        assert_eq!(load("", &[]), Ok(Config::default()));
        assert_eq!(Config::load(Path::new("/nowhere/doorstep.toml"), |_| None), Ok(Config::default()));
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let file = "listen = '127.0.0.1:1'\nlog_json = true\n";
        let config =
            load(file, &[("DOORSTEP_LISTEN", "127.0.0.1:2"), ("DOORSTEP_BEHIND_PROXY", "true")]).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert!(config.is_behind_proxy && config.log_json);
    }

    #[test]
    fn files_are_kept_where_the_setting_says_up_to_what_it_says() {
        let at = |files: &str| load(&format!("files = '{files}'"), &[]).unwrap().files;
        assert_eq!(at("/srv/files"), FilesAt::Folder("/srv/files".into()));
        let bucket =
            |prefix: &str| FilesAt::Bucket { bucket: "charts".to_owned(), prefix: prefix.to_owned() };
        assert_eq!((at("s3://charts"), at("s3://charts/")), (bucket(""), bucket("")));
        assert_eq!(at("s3://charts/home/files/"), bucket("home/files"));
        let quotas = load("case_files_bytes_quota = 7", &[("DOORSTEP_AGENCY_FILES_BYTES_QUOTA", "8")]);
        assert_eq!(quotas.unwrap().file_quotas, FileQuotas { case_bytes: 7, agency_bytes: 8 });
    }

    #[test]
    fn every_error_names_the_key() {
        for (file, variables, key) in [
            ("listen = 'here'", &[][..], "listen"),
            ("listen = 8787", &[], "listen"),
            ("listen = '0.0.0.0:8787'", &[], "listen"),
            ("behind_proxy = 'perhaps'", &[], "behind_proxy"),
            ("tls_certificate = 'c.pem'", &[], "tls_key"),
            ("tls_key = 'k.pem'", &[], "tls_certificate"),
            ("tls_key = ''", &[], "tls_key"),
            ("tls_certificate = 1", &[], "tls_certificate"),
            ("log = 3", &[], "log"),
            ("log = 'a=b=c'", &[], "log"),
            ("log_json = 1", &[], "log_json"),
            ("files = 1", &[], "files"),
            ("files = ''", &[], "files"),
            ("files = 's3://'", &[], "files"),
            ("files = 'ftp://somewhere'", &[], "files"),
            ("case_files_bytes_quota = -1", &[], "case_files_bytes_quota"),
            ("agency_files_bytes_quota = 'many'", &[], "agency_files_bytes_quota"),
            ("lisen = '127.0.0.1:1'", &[], "lisen"),
            ("", &[("DOORSTEP_LOG_JSON", "yes please")], "log_json"),
        ] {
            let message = load(file, variables).unwrap_err().to_string();
            assert!(message.contains(&format!("`{key}`")), "{message}");
        }
        assert!(matches!(load("listen", &[]), Err(ConfigError::File { .. })));
    }

    #[test]
    fn beyond_this_machine_the_server_speaks_tls_or_has_a_proxy() {
        let tls =
            load("listen = '0.0.0.0:8787'\ntls_certificate = 'c.pem'", &[("DOORSTEP_TLS_KEY", "k.pem")]);
        let files = TlsFiles { certificate: "c.pem".into(), key: "k.pem".into() };
        assert_eq!(tls.unwrap().tls, Some(files));
        assert!(load("listen = '0.0.0.0:8787'\nbehind_proxy = true", &[]).is_ok());
        assert!(load("listen = '[::1]:8787'", &[]).is_ok());
    }
}
