//! The ids of everything that has one: UUIDv7, so that they sort by the time they were made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::record::Timestamp;

/// A source of random bytes: the operating system's on a phone, a seeded one in simulations.
pub trait Entropy {
    /// Fills `bytes` with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<F: FnMut(&mut [u8])> Entropy for F {
    fn fill(&mut self, bytes: &mut [u8]) {
        self(bytes);
    }
}

/// The text is not an id: 32 hexadecimal digits, with or without hyphens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a UUID of 32 hexadecimal digits")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, made at `now` (only used to sort) from random bytes.
            pub fn new(now: Timestamp, entropy: &mut (impl Entropy + ?Sized)) -> Self {
                let mut random = [0u8; 10];
                entropy.fill(&mut random);
                let unix_ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
            }

            /// The id with these 16 bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The id's 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = NotAnId;
            fn try_from(bytes: &[u8]) -> Result<Self, NotAnId> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| NotAnId)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                encoder: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                encoder.bytes(self.as_bytes())?;
                Ok(())
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                decoder: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                Self::try_from(decoder.bytes()?)
                    .map_err(|_| minicbor::decode::Error::message("an id has 16 bytes"))
            }
        }
    )+};
}

ids! {
    /// An agency: the unit of tenancy. Agencies share nothing.
    AgencyId,
    /// A member of an agency's staff. Equals the id of the person's `staff` record in the directory.
    StaffId,
    /// A phone, as enrolled once by one nurse.
    DeviceId,
    /// A scope: a case, or an agency's directory. The unit of access and of replication.
    ScopeId,
    /// A record.
    RecordId,
}

impl From<StaffId> for RecordId {
    fn from(staff: StaffId) -> Self {
        Self(staff.0)
    }
}

impl From<RecordId> for StaffId {
    fn from(record: RecordId) -> Self {
        Self(record.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made_and_survive_text_and_bytes() {
        let mut seven = |bytes: &mut [u8]| bytes.fill(7);
        let early = RecordId::new(Timestamp::from_millisecond(1_000).unwrap(), &mut seven);
        let late = RecordId::new(Timestamp::from_millisecond(2_000).unwrap(), &mut seven);
        assert!(early < late);
        assert_eq!(early.to_string().parse(), Ok(early));
        assert_eq!(RecordId::try_from(early.as_bytes().as_slice()), Ok(early));
        assert_eq!("1234".parse::<RecordId>(), Err(NotAnId));
    }
}
