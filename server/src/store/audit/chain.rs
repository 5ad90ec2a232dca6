//! What is hashed of an entry, and how a break in the chain is found.
//!
//! An entry's hash is SHA-256 over, in this order: `doorstep audit 1` and a line feed; the agency's id, 16 bytes; the
//! entry's number, 8 bytes; the hash of the entry before it, 32 bytes, zero for the first; its time in milliseconds,
//! 8 bytes; then `code`, `actor`, `by_staff`, `by_device`, `scope`, `record`, `staff`, `device`, `details` as they are
//! stored, each a byte 0 where there is none, or a byte 1, its length in 4 bytes and its bytes. Numbers are
//! big-endian.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use doorstep_client_core::ids::AgencyId;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The hash of an entry, over the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditHash(pub [u8; 32]);

/// An entry by its number and its hash: written `NUMBER:HASH`. Number 0 stands for an empty log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, utoipa::ToSchema)]
pub struct AuditHead {
    /// The entry's number.
    pub number: u64,
    /// Its hash.
    #[schema(value_type = crate::describe::Hash)]
    pub hash: AuditHash,
}

/// The text is not `NUMBER:HASH`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an entry of the audit log: expected NUMBER:HASH, with a hash of 64 hexadecimal digits")]
pub struct NotAHead;

/// An entry as it is stored, whatever it was made into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub number: i64,
    /// Its time, in milliseconds.
    pub at_ms: i64,
    /// The columns from `code` to `details`, in order.
    pub columns: [Option<Vec<u8>>; COLUMNS],
    /// Its hash.
    pub hash: Vec<u8>,
}

/// Columns from `code` to `details`.
pub(crate) const COLUMNS: usize = 9;

/// What was done to the log, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum AuditFault {
    /// The entry is not what its hash was made over, or does not follow the one before it.
    Edited {
        /// Which.
        number: i64,
    },
    /// Entries are gone from the middle, or from the end.
    Missing {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// The entry has a number past the end that was noted, or before the beginning.
    Unexpected {
        /// Which.
        number: i64,
    },
    /// The last entry is not the one that the agency remembers as its last.
    HeadDiffers {
        /// Which.
        number: i64,
    },
    /// An entry that somebody noted is gone, or is another now.
    NotAsNoted {
        /// Which.
        number: u64,
    },
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited { number } => write!(f, "entry {number} was edited, moved, or put there"),
            Self::Missing { first, last } if first == last => write!(f, "entry {first} was removed"),
            Self::Missing { first, last } => write!(f, "entries {first} to {last} were removed"),
            Self::Unexpected { number } => write!(f, "entry {number} was put there"),
            Self::HeadDiffers { number } => write!(f, "entry {number} is not the last that was written"),
            Self::NotAsNoted { number } => write!(f, "entry {number} is not the one that was noted"),
        }
    }
}

/// What a look through a whole log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// How many entries there are.
    pub entries: u64,
    /// The last entry, as the agency remembers it.
    pub head: AuditHead,
    /// What was done to the log, by place; at most [`FAULTS_MAX`](AuditVerifier::FAULTS_MAX).
    pub faults: Vec<AuditFault>,
}

/// Goes through a log entry by entry.
pub struct AuditVerifier {
    agency: AgencyId,
    noted: Option<AuditHead>,
    is_noted_there: bool,
    last: i64,
    previous: Vec<u8>,
    entries: u64,
    faults: Vec<AuditFault>,
}

impl AuditVerifier {
    /// Faults that a report lists.
    pub const FAULTS_MAX: usize = 100;

    /// Begins with an agency's log. `noted` must be one of its entries.
    pub fn new(agency: AgencyId, noted: Option<AuditHead>) -> Self {
        let is_noted_there = noted.is_none_or(|noted| noted == AuditHead::default());
        let previous = AuditHash::default().0.to_vec();
        Self { agency, noted, is_noted_there, last: 0, previous, entries: 0, faults: Vec::new() }
    }

    /// The next entry, by number.
    pub fn entry(&mut self, row: AuditRow) {
        self.entries += 1;
        if row.number < 1 {
            return self.fault(AuditFault::Unexpected { number: row.number });
        }
        if row.number > self.last + 1 {
            self.fault(AuditFault::Missing { first: self.last + 1, last: row.number - 1 });
        } else if hash(self.agency, &self.previous, &row).0[..] != row.hash {
            self.fault(AuditFault::Edited { number: row.number });
        }
        if let Some(noted) = self.noted
            && i64::try_from(noted.number) == Ok(row.number)
        {
            self.is_noted_there = noted.hash.0[..] == row.hash;
        }
        self.last = row.number;
        self.previous = row.hash;
    }

    /// There are no more; `head` is what the agency remembers as its last.
    pub fn end(mut self, head: AuditHead) -> AuditReport {
        let remembered = i64::try_from(head.number).unwrap_or(i64::MAX);
        if self.last < remembered {
            self.fault(AuditFault::Missing { first: self.last + 1, last: remembered });
        } else if self.last > remembered {
            self.fault(AuditFault::Unexpected { number: remembered + 1 });
        } else if self.previous != head.hash.0 {
            self.fault(AuditFault::HeadDiffers { number: self.last });
        }
        if let Some(noted) = self.noted.filter(|_| !self.is_noted_there) {
            self.fault(AuditFault::NotAsNoted { number: noted.number });
        }
        AuditReport { entries: self.entries, head, faults: self.faults }
    }

    fn fault(&mut self, fault: AuditFault) {
        if self.faults.len() < Self::FAULTS_MAX {
            self.faults.push(fault);
        }
    }
}

/// The hash of an entry that follows one with the hash `previous`.
pub(crate) fn hash(agency: AgencyId, previous: &[u8], row: &AuditRow) -> AuditHash {
    let mut hash = Sha256::new();
    hash.update(b"doorstep audit 1\n");
    hash.update(agency.as_bytes());
    hash.update(row.number.to_be_bytes());
    hash.update(previous);
    hash.update(row.at_ms.to_be_bytes());
    for column in &row.columns {
        match column {
            None => hash.update([0]),
            Some(bytes) => {
                hash.update([1]);
                hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
                hash.update(bytes);
            }
        }
    }
    AuditHash(hash.finalize().into())
}

impl fmt::Display for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditHash({self})")
    }
}

impl Serialize for AuditHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl FromStr for AuditHead {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (number, hash) = text.trim().split_once(':').ok_or(NotAHead)?;
        let hash = HEXLOWER.decode(hash.to_lowercase().as_bytes()).map_err(|_| NotAHead)?;
        Ok(Self {
            number: number.parse().map_err(|_| NotAHead)?,
            hash: AuditHash(hash.try_into().map_err(|_| NotAHead)?),
        })
    }
}
