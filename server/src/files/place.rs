//! Where files are kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::client::{ClientConfigKey, ClientOptions, HttpClient, HttpConnector};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, RetryConfig};
use rustls::crypto::ring;

use super::FilesError;
use crate::config::FilesAt;

/// The folder's name in the data folder.
const FOLDER_NAME: &str = "files";
/// How long a bucket may take to be connected to, and to answer.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How often, and for how long, a bucket is asked again: whoever waits for it waits for a phone's next attempt otherwise.
const RETRIES: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(60);

/// A place.
pub(super) struct Place {
    pub(super) objects: Arc<dyn ObjectStore>,
    /// The folder that it is, where it is one.
    pub(super) folder: Option<PathBuf>,
}

/// Opens a place; makes it where it is a folder.
pub(super) fn open(at: &FilesAt, data: &Path) -> Result<Place, FilesError> {
    match at {
        FilesAt::Data => in_folder(data.join(FOLDER_NAME)),
        FilesAt::Folder(folder) => in_folder(folder.clone()),
        FilesAt::Bucket { bucket, prefix } => in_bucket(bucket, prefix),
        FilesAt::Memory => Ok(Place { objects: Arc::new(InMemory::new()), folder: None }),
    }
}

fn in_folder(folder: PathBuf) -> Result<Place, FilesError> {
    make_private(&folder).map_err(|error| FilesError::Place(error.kind().to_string()))?;
    let objects = LocalFileSystem::new_with_prefix(&folder).map_err(unusable)?;
    // A chunk that is answered is on disk, with its name.
    let objects = objects.with_fsync(true).with_automatic_cleanup(true);
    Ok(Place { objects: Arc::new(objects), folder: Some(folder) })
}

/// Makes a folder, open to its owner alone.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn in_bucket(bucket: &str, prefix: &str) -> Result<Place, FilesError> {
    let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_FOR, ..RetryConfig::default() };
    let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
    let objects = builder.with_http_connector(Connector).build().map_err(unusable)?;
    let prefix = object_store::path::Path::parse(prefix).map_err(|error| unusable(error.into()))?;
    Ok(Place { objects: Arc::new(PrefixStore::new(objects, prefix)), folder: None })
}

fn unusable(error: object_store::Error) -> FilesError {
    FilesError::Place(error.to_string())
}

/// Speaks to a bucket by TLS, with the cryptography that the server has; by plain HTTP only where `AWS_ALLOW_HTTP` says so.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        // An error means that it is set already.
        let _ = ring::default_provider().install_default();
        let is_plain_allowed =
            options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|is| is == "true");
        let client = reqwest::Client::builder()
            .https_only(!is_plain_allowed)
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .build();
        let failed = |error| object_store::Error::Generic { store: "S3", source: Box::new(error) };
        Ok(HttpClient::new(client.map_err(failed)?))
    }
}
