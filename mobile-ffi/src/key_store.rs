//! Where the store's key is kept: in the phone's key store, which the app brings along.

use std::path::Path;
use std::sync::Arc;

use doorstep_client_core::device::{KeyNotDestroyed, KeyStore as CoreKeyStore, StoreKey};
use doorstep_client_core::environment::Environment;

use crate::error::{CallbackError, DoorstepError};

/// Bytes of a store's key.
const KEY_BYTES: usize = 32;

/// Keeps the 32 bytes that encrypt the phone's store: Android's Keystore, iOS's Keychain. Without them the store cannot be read,
/// by anybody: never keep them beside it. Its methods must not call the device.
#[uniffi::export(with_foreign)]
pub trait KeyStore: Send + Sync {
    /// The key, where one was saved.
    fn load(&self) -> Result<Option<Vec<u8>>, CallbackError>;

    /// Keeps the key, durably: the store is made after this returns.
    fn save(&self, key: Vec<u8>) -> Result<(), CallbackError>;

    /// Deletes the key for good: wiping begins with it. That there is none any more is no failure.
    fn delete(&self) -> Result<(), CallbackError>;
}

/// The key of the store at `path`; a new one where there is neither.
pub(crate) fn key_of(
    path: &Path,
    keys: &dyn KeyStore,
    environment: &dyn Environment,
) -> Result<StoreKey, DoorstepError> {
    let failed = |_| DoorstepError::callback("the key store");
    match keys.load().map_err(failed)? {
        Some(key) => {
            let key: [u8; KEY_BYTES] =
                key.try_into().map_err(|_| DoorstepError::key("the key store holds no key of 32 bytes"))?;
            Ok(StoreKey(key))
        }
        None if path.exists() => Err(DoorstepError::key("the store is here, its key is not")),
        None => {
            let mut key = [0; KEY_BYTES];
            environment.fill_random(&mut key);
            keys.save(key.to_vec()).map_err(failed)?;
            Ok(StoreKey(key))
        }
    }
}

/// The app's key store as the core needs it: to wipe.
pub(crate) struct Destroys(pub(crate) Arc<dyn KeyStore>);

impl CoreKeyStore for Destroys {
    fn destroy(&self) -> Result<(), KeyNotDestroyed> {
        self.0.delete().map_err(|_| KeyNotDestroyed)
    }
}
