//! A document's version: the hashes of its newest changes.

use std::fmt;
use std::str::FromStr;

use automerge::ChangeHash;
use data_encoding::HEXLOWER_PERMISSIVE;

use crate::limits::VERSION_HEADS_MAX;

const HASH_BYTES: usize = 32;

/// Which changes a document holds: the hashes of those that no other builds on. Equal versions hold equal
/// records. In JSON and on screen: hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Version(Vec<ChangeHash>);

/// The bytes or the text are not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a version: expected up to {VERSION_HEADS_MAX} hashes of {HASH_BYTES} bytes each")]
pub struct NotAVersion;

impl Version {
    /// The version of a document without any change.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Whether this is the version of a document without any change.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The version as bytes: its hashes, sorted, one after the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|head| head.0).collect()
    }

    /// Reads a version from its bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAVersion> {
        let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
        if !rest.is_empty() || hashes.len() > VERSION_HEADS_MAX {
            return Err(NotAVersion);
        }
        Ok(Self::from_heads(hashes.iter().map(|hash| ChangeHash(*hash)).collect()))
    }

    pub(super) fn from_heads(mut heads: Vec<ChangeHash>) -> Self {
        heads.sort_unstable();
        heads.dedup();
        Self(heads)
    }

    pub(super) fn heads(&self) -> &[ChangeHash] {
        &self.0
    }

    /// This version and a change that builds on these.
    pub(super) fn after(mut self, change: ChangeHash, deps: &[ChangeHash]) -> Self {
        self.0.retain(|head| !deps.contains(head));
        if let Err(place) = self.0.binary_search(&change) {
            self.0.insert(place, change);
        }
        self
    }

    /// This version and these changes, which build on nothing.
    pub(super) fn with(&self, others: Vec<ChangeHash>) -> Self {
        Self::from_heads(self.0.iter().copied().chain(others).collect())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER_PERMISSIVE.encode(&self.to_bytes()))
    }
}

impl FromStr for Version {
    type Err = NotAVersion;
    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| NotAVersion)?;
        Self::from_bytes(&bytes)
    }
}

impl serde::Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
