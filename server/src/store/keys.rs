//! The keys that sign tokens, as they take each other's place.

use doorstep_client_core::record::Timestamp;

use super::{StoreError, StoredKey};

/// Keeps keys beyond the first one.
pub trait SigningKeys {
    /// Keeps a key that signs from when it was made, retires the one that signed until then, and forgets those that
    /// were retired before `forgotten`.
    fn rotate_signing_key(&self, key: StoredKey, forgotten: Timestamp) -> Result<(), StoreError>;
}
