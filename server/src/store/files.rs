//! Which files the records of a case name.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use doorstep_client_core::ids::{RecordId, ScopeId};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::StoreError;

/// What a file is known by: the SHA-256 of its bytes. Written as 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHash(pub [u8; 32]);

impl<'de> Deserialize<'de> for FileHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// What is not written as a file's hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a file is named by the 64 hexadecimal digits, in lower case, of its SHA-256")]
pub struct NotAFileHash;

impl FromStr for FileHash {
    type Err = NotAFileHash;

    fn from_str(text: &str) -> Result<Self, NotAFileHash> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| NotAFileHash)?;
        bytes.try_into().map(Self).map_err(|_| NotAFileHash)
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An `attachment` that names a file, also one that was entered in error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// The record.
    pub record: RecordId,
    /// Of which media type it says the file is.
    pub media_type: String,
    /// How many bytes it says the file has.
    pub size_bytes: u64,
}

/// What a snapshot can be asked about files.
pub trait FileNames {
    /// The attachments of a case that name this file, the oldest first.
    fn files_named(&self, scope: ScopeId, file: FileHash) -> Result<Vec<NamedFile>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_is_64_digits_in_lower_case_and_nothing_else() {
        let name = "0f".repeat(32);
        assert_eq!(name.parse::<FileHash>().unwrap().to_string(), name);
        for bad in [name.to_uppercase(), name[2..].to_owned(), name.clone() + "0f", "0g".repeat(32)] {
            assert_eq!(bad.parse::<FileHash>(), Err(NotAFileHash), "{bad}");
        }
    }
}
