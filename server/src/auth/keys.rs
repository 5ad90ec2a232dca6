//! The keys that sign tokens: Ed25519, made at the first start, kept in the store.

use std::collections::HashMap;

use doorstep_client_core::environment::Environment;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use jsonwebtoken::{DecodingKey, EncodingKey};

use crate::store::{Store, StoreError, StoredKey};

/// What went wrong with the signing keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored key cannot be read.
    #[error("the signing key {0} in the database cannot be read")]
    Unreadable(String),
    /// A new key cannot be written.
    #[error("a new signing key cannot be written")]
    Unwritable,
}

/// The key that signs, and those that are still believed, by their names.
pub struct Keys {
    pub(super) kid: String,
    pub(super) signing: EncodingKey,
    pub(super) verifying: HashMap<String, DecodingKey>,
}

impl Keys {
    /// Reads the keys out of the store, where the first one is made if there is none.
    pub fn load(store: &dyn Store, environment: &dyn Environment) -> Result<Self, KeyError> {
        if store.signing_keys()?.iter().all(|key| key.retired_at.is_some()) {
            store.add_first_signing_key(new_key(environment)?)?;
        }
        let stored = store.signing_keys()?;
        let verifying = stored.iter().map(read).collect::<Result<_, _>>()?;
        let signing = stored.into_iter().find(|key| key.retired_at.is_none());
        let signing = signing.ok_or(StoreError::NoSuch("signing key"))?;
        Ok(Self { signing: EncodingKey::from_ed_der(&signing.pkcs8), kid: signing.kid, verifying })
    }
}

fn new_key(environment: &dyn Environment) -> Result<StoredKey, KeyError> {
    let mut seed = [0; 32];
    environment.fill_random(&mut seed);
    let pkcs8 = SigningKey::from_bytes(&seed).to_pkcs8_der().map_err(|_| KeyError::Unwritable)?;
    let mut name = [0; 3];
    environment.fill_random(&mut name);
    Ok(StoredKey {
        kid: data_encoding::BASE64URL_NOPAD.encode(&name),
        pkcs8: pkcs8.as_bytes().to_vec(),
        created_at: environment.now(),
        retired_at: None,
    })
}

fn read(key: &StoredKey) -> Result<(String, DecodingKey), KeyError> {
    let private =
        SigningKey::from_pkcs8_der(&key.pkcs8).map_err(|_| KeyError::Unreadable(key.kid.clone()))?;
    Ok((key.kid.clone(), DecodingKey::from_ed_der(private.verifying_key().as_bytes())))
}
