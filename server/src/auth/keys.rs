//! The keys that sign tokens: Ed25519, made at the first start, kept in the store, and rotated by command. A server
//! that runs looks for new ones now and then, and when it meets a token of a key that it does not know.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use data_encoding::BASE64URL_NOPAD;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::record::Timestamp;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::Serialize;

use super::token::TOKEN_SECONDS_LONGEST;
use crate::store::{Store, StoreError, StoredKey};

/// Milliseconds between looks for keys that another process made.
const LOOK_EVERY_MS: i64 = 10_000;
/// Milliseconds between looks for keys that tokens name and nobody here knows: strangers can name any.
const LOOK_FOR_UNKNOWN_EVERY_MS: i64 = 1_000;
/// A key that was retired is believed for as long as the last token that it signed: a server may go on signing with it
/// until it looks again, for which a minute is ample.
const RETIRED_KEPT_MS: i64 = (TOKEN_SECONDS_LONGEST + 60) * 1_000;

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

/// The key that signs, and those that are still believed.
pub struct Keys {
    store: Arc<dyn Store>,
    ring: RwLock<Arc<Ring>>,
}

/// The keys as last looked at, by their names.
pub(super) struct Ring {
    pub(super) kid: String,
    pub(super) signing: EncodingKey,
    pub(super) verifying: HashMap<String, Verifying>,
    looked_at: Timestamp,
}

pub(super) struct Verifying {
    pub(super) key: DecodingKey,
    /// When it is no longer believed; none while it signs.
    pub(super) until: Option<Timestamp>,
}

/// A key as the `doorstep keys` command shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyState {
    /// Its name in tokens.
    pub kid: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ceased to sign; none while it does.
    pub retired_at: Option<Timestamp>,
    /// When its last token has run out; none while it signs.
    pub verifies_until: Option<Timestamp>,
}

/// The public part of a key, as RFC 8037 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Jwk {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    kid: String,
    x: String,
}

impl Keys {
    /// Reads the keys out of the store, where the first one is made if there is none.
    pub fn load(store: Arc<dyn Store>, environment: &dyn Environment) -> Result<Self, KeyError> {
        if store.signing_keys()?.iter().all(|key| key.retired_at.is_some()) {
            store.add_first_signing_key(new_key(environment)?)?;
        }
        let ring = Ring::read(&*store, environment.now())?;
        Ok(Self { ring: RwLock::new(Arc::new(ring)), store })
    }

    /// Makes a key that signs from now on. The one that signed is believed until its last token has run out.
    pub fn rotate(&self, environment: &dyn Environment) -> Result<KeyState, KeyError> {
        let (key, now) = (new_key(environment)?, environment.now());
        let state = KeyState::of(&key);
        self.store.rotate_signing_key(key, now.saturating_add_ms(-RETIRED_KEPT_MS))?;
        self.look(now)?;
        Ok(state)
    }

    /// Every key that is kept, the newest first.
    pub fn list(&self) -> Result<Vec<KeyState>, KeyError> {
        Ok(self.store.signing_keys()?.iter().map(KeyState::of).collect())
    }

    /// The public parts of the keys that are believed.
    pub fn public(&self, now: Timestamp) -> Result<Vec<Jwk>, KeyError> {
        let stored = self.store.signing_keys()?;
        let believed = stored.iter().filter(|key| verifies_until(key).is_none_or(|until| now < until));
        believed
            .map(|key| {
                let x = BASE64URL_NOPAD.encode(private(key)?.verifying_key().as_bytes());
                let kid = key.kid.clone();
                Ok(Jwk { kty: "OKP", crv: "Ed25519", alg: "EdDSA", usage: "sig", kid, x })
            })
            .collect()
    }

    /// The keys to work with now.
    pub(super) fn ring(&self, now: Timestamp) -> Arc<Ring> {
        let ring = self.kept();
        if ring.age_ms(now) < LOOK_EVERY_MS { ring } else { self.look_or_keep(ring, now) }
    }

    /// The keys to work with once `ring` has turned out to lack one.
    pub(super) fn ring_after(&self, ring: Arc<Ring>, now: Timestamp) -> Arc<Ring> {
        if ring.age_ms(now) < LOOK_FOR_UNKNOWN_EVERY_MS { ring } else { self.look_or_keep(ring, now) }
    }

    fn kept(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn look_or_keep(&self, ring: Arc<Ring>, now: Timestamp) -> Arc<Ring> {
        self.look(now).unwrap_or_else(|error| {
            tracing::error!("the signing keys could not be looked at: {error}");
            ring
        })
    }

    fn look(&self, now: Timestamp) -> Result<Arc<Ring>, KeyError> {
        let ring = Arc::new(Ring::read(&*self.store, now)?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&ring);
        Ok(ring)
    }
}

impl Ring {
    fn read(store: &dyn Store, now: Timestamp) -> Result<Self, KeyError> {
        let stored = store.signing_keys()?;
        let verifying = stored.iter().map(|key| {
            let public = *private(key)?.verifying_key().as_bytes();
            let until = verifies_until(key);
            Ok((key.kid.clone(), Verifying { key: DecodingKey::from_ed_der(&public), until }))
        });
        let verifying = verifying.collect::<Result<_, KeyError>>()?;
        let signing = stored.into_iter().find(|key| key.retired_at.is_none());
        let signing = signing.ok_or(StoreError::NoSuch("signing key"))?;
        Ok(Self {
            signing: EncodingKey::from_ed_der(&signing.pkcs8),
            kid: signing.kid,
            verifying,
            looked_at: now,
        })
    }

    /// A clock that was turned back counts as well.
    fn age_ms(&self, now: Timestamp) -> i64 {
        now.as_millisecond().abs_diff(self.looked_at.as_millisecond()).try_into().unwrap_or(i64::MAX)
    }
}

impl KeyState {
    fn of(key: &StoredKey) -> Self {
        Self {
            kid: key.kid.clone(),
            created_at: key.created_at,
            retired_at: key.retired_at,
            verifies_until: verifies_until(key),
        }
    }
}

fn verifies_until(key: &StoredKey) -> Option<Timestamp> {
    Some(key.retired_at?.saturating_add_ms(RETIRED_KEPT_MS))
}

fn new_key(environment: &dyn Environment) -> Result<StoredKey, KeyError> {
    let mut seed = [0; 32];
    environment.fill_random(&mut seed);
    let pkcs8 = SigningKey::from_bytes(&seed).to_pkcs8_der().map_err(|_| KeyError::Unwritable)?;
    let mut name = [0; 3];
    environment.fill_random(&mut name);
    Ok(StoredKey {
        kid: BASE64URL_NOPAD.encode(&name),
        pkcs8: pkcs8.as_bytes().to_vec(),
        created_at: environment.now(),
        retired_at: None,
    })
}

fn private(key: &StoredKey) -> Result<SigningKey, KeyError> {
    SigningKey::from_pkcs8_der(&key.pkcs8).map_err(|_| KeyError::Unreadable(key.kid.clone()))
}
