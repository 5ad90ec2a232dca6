//! Where the store's key is kept: outside of the store, by the phone.

/// The key could not be destroyed. Wiping goes on with the store, and tries the key again when it is next opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the phone's key store did not destroy the key")]
pub struct KeyNotDestroyed;

/// The phone's key store, as far as wiping needs it. On a phone it is the system's; on the command line a file.
pub trait KeyStore: Send + Sync {
    /// Destroys the key of the store for good. That there is none any more is no failure.
    fn destroy(&self) -> Result<(), KeyNotDestroyed>;
}

/// For a store without a key, or with one that nothing keeps.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeyStore;

impl KeyStore for NoKeyStore {
    fn destroy(&self) -> Result<(), KeyNotDestroyed> {
        Ok(())
    }
}
