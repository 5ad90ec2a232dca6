//! An agency's own root, and the certificates that it vouches for.

use std::fs;
use std::path::Path;

use doorstep_server::config::TlsFiles;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// Whoever vouches for an agency's server.
pub struct Authority {
    root_pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new one.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("keys can be made");
        let root = params.self_signed(&key).expect("the root signs itself");
        Self { root_pem: root.pem(), issuer: Issuer::new(params, key) }
    }

    /// The root, in PEM.
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }

    /// Writes a new certificate for this machine and its key into a folder, in place of those that are there.
    pub fn write(&self, folder: &Path) -> TlsFiles {
        let files = TlsFiles { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let key = KeyPair::generate().expect("keys can be made");
        let params = CertificateParams::new(names).expect("the names are names");
        let certificate = params.signed_by(&key, &self.issuer).expect("the root signs it");
        fs::write(&files.certificate, certificate.pem()).expect("the folder can be written");
        fs::write(&files.key, key.serialize_pem()).expect("the folder can be written");
        files
    }
}
