//! TLS from a certificate's and a key's files, which may change while the server runs.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{InconsistentKeys, ServerConfig};
use sha2::{Digest, Sha256};

use crate::config::TlsFiles;
use crate::limits::TLS_FILES_SECONDS_MAX;

/// Why there is no TLS. Names the setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the setting `{setting}` names {file}, which {problem}")]
pub struct TlsError {
    setting: &'static str,
    file: String,
    problem: String,
}

/// What connections are secured with: the pair of files that was last good.
pub struct Tls {
    files: TlsFiles,
    config: RustlsConfig,
    last_seen: Mutex<Result<[u8; 32], TlsError>>,
}

impl Tls {
    /// Reads both files.
    pub fn load(files: &TlsFiles) -> Result<Self, TlsError> {
        let pair = Pair::read(files)?;
        let config = RustlsConfig::from_config(Arc::new(pair.config(files)?));
        Ok(Self { files: files.clone(), config, last_seen: Mutex::new(Ok(pair.digest())) })
    }

    /// What new connections are secured with, now and from every change of the files on.
    pub fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Takes the files up if they have changed since it last looked, and says whether. Connections that are open go on; a
    /// pair that is no good is told of once, and the one before it is kept.
    pub fn look(&self) -> Result<bool, TlsError> {
        let pair = Pair::read(&self.files);
        let seen = pair.as_ref().map(Pair::digest).map_err(Clone::clone);
        let mut last_seen = self.last_seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *last_seen == seen {
            return Ok(false);
        }
        *last_seen = seen;
        self.config.reload_from_config(Arc::new(pair?.config(&self.files)?));
        Ok(true)
    }

    /// Looks now and then, for ever.
    pub async fn keep_up(self: Arc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_secs(TLS_FILES_SECONDS_MAX)).await;
            let tls = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || tls.look()).await {
                Ok(Ok(true)) => tracing::info!("the TLS certificate has changed and is taken up"),
                Ok(Ok(false)) => {}
                Ok(Err(error)) => tracing::error!("the old TLS certificate is kept: {error}"),
                Err(_) => tracing::error!("looking for a new TLS certificate was broken off"),
            }
        }
    }
}

/// The files as they were read.
struct Pair {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Pair {
    fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        Ok(Self { certificate: read(CERTIFICATE, &files.certificate)?, key: read(KEY, &files.key)? })
    }

    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(Sha256::digest(&self.certificate));
        hash.update(Sha256::digest(&self.key));
        hash.finalize().into()
    }

    fn config(&self, files: &TlsFiles) -> Result<ServerConfig, TlsError> {
        let of_certificate = |problem: &str| bad(CERTIFICATE, &files.certificate, problem);
        let of_key = |problem: &str| bad(KEY, &files.key, problem);
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<_, _>>()
            .map_err(|_| of_certificate("is not PEM all through"))?;
        if chain.is_empty() {
            return Err(of_certificate("holds no certificate: expected -----BEGIN CERTIFICATE-----"));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| {
            of_key("holds no private key: expected -----BEGIN PRIVATE KEY-----, without a passphrase")
        })?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| match error {
                rustls::Error::InvalidCertificate(_) => {
                    of_certificate("holds a certificate that cannot be read")
                }
                rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                    of_key("holds another key than that of the certificate in `tls_certificate`")
                }
                _ => of_key(
                    "holds a key that cannot be used: expected ECDSA, Ed25519 or RSA of 2048 bits or more",
                ),
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

const CERTIFICATE: &str = "tls_certificate";
const KEY: &str = "tls_key";

fn read(setting: &'static str, file: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => bad(setting, file, "is not there"),
        kind => bad(setting, file, &format!("cannot be read: {kind}")),
    })
}

fn bad(setting: &'static str, file: &Path, problem: &str) -> TlsError {
    TlsError { setting, file: file.display().to_string(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Files {
        folder: tempfile::TempDir,
        named: TlsFiles,
    }

    impl Files {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
            let files = Self { folder, named: TlsFiles { certificate, key } };
            files.write(&pair());
            files
        }

        fn write(&self, (certificate, key): &(String, String)) {
            std::fs::write(&self.named.certificate, certificate).unwrap();
            std::fs::write(&self.named.key, key).unwrap();
        }

        fn complaint(&self) -> String {
            Tls::load(&self.named).err().unwrap().to_string()
        }
    }

    fn pair() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_the_setting_that_names_it() {
        let files = Files::new();
        assert!(Tls::load(&files.named).is_ok());
        let (good, other) = (pair(), pair());
        for (certificate, key, setting, said) in [
            (&*good.0, &*other.1, "`tls_key`", "another key than that of the certificate"),
            ("", &good.1, "`tls_certificate`", "holds no certificate"),
            (&good.1, &good.1, "`tls_certificate`", "holds no certificate"),
            (&good.0, &good.0, "`tls_key`", "holds no private key"),
            (&good.0, "", "`tls_key`", "holds no private key"),
            (
                "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
                &good.1,
                "`tls_certificate`",
                "is not PEM",
            ),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                &good.1,
                "`tls_certificate`",
                "cannot be read",
            ),
            (
                &good.0,
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "`tls_key`",
                "cannot be used",
            ),
        ] {
            files.write(&(certificate.to_owned(), key.to_owned()));
            let complaint = files.complaint();
            assert!(complaint.contains(setting) && complaint.contains(said), "{complaint}");
        }
        files.write(&good);
        std::fs::remove_file(&files.named.key).unwrap();
        assert!(files.complaint().contains("`tls_key`") && files.complaint().contains("is not there"));
        let folder = TlsFiles { key: files.folder.path().to_owned(), ..files.named.clone() };
        assert!(Tls::load(&folder).err().unwrap().to_string().contains("cannot be read"));
    }

    #[test]
    fn a_new_pair_is_taken_up_and_a_bad_one_is_told_of_once_and_the_old_one_kept() {
        let files = Files::new();
        let tls = Tls::load(&files.named).unwrap();
        let first = tls.config().get_inner();
        assert_eq!(tls.look(), Ok(false));
        let (certificate, key) = pair();
        std::fs::write(&files.named.certificate, &certificate).unwrap();
        assert!(tls.look().unwrap_err().to_string().contains("another key"), "only half of it is there");
        assert_eq!(tls.look(), Ok(false), "that has been said");
        assert!(Arc::ptr_eq(&first, &tls.config().get_inner()));
        std::fs::write(&files.named.key, &key).unwrap();
        assert_eq!(tls.look(), Ok(true));
        assert!(!Arc::ptr_eq(&first, &tls.config().get_inner()));
        std::fs::remove_file(&files.named.key).unwrap();
        assert!(tls.look().is_err());
        assert_eq!(tls.look(), Ok(false));
        std::fs::write(&files.named.key, &key).unwrap();
        assert_eq!(tls.look(), Ok(true), "it is there again");
    }

    #[tokio::test(start_paused = true)]
    async fn i14_a_new_pair_is_taken_up_after_so_many_seconds_and_not_before() {
        let files = Files::new();
        let tls = Arc::new(Tls::load(&files.named).unwrap());
        let first = tls.config().get_inner();
        let looking = tokio::spawn(Arc::clone(&tls).keep_up());
        files.write(&pair());
        tokio::time::sleep(Duration::from_secs(TLS_FILES_SECONDS_MAX - 1)).await;
        assert!(Arc::ptr_eq(&first, &tls.config().get_inner()));
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(!Arc::ptr_eq(&first, &tls.config().get_inner()));
        looking.abort();
    }
}
