//! Single values: who the phone is, how far it is, how the last exchanges went.

use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use super::{Guard, Reader, StoreError, Writer};
use crate::document::StoreId;
use crate::ids::{AgencyId, DeviceId, StaffId};
use crate::record::Timestamp;
use crate::wire::Epoch;

/// Whose phone this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The server's address, as it was given at enrolment.
    pub server_url: String,
    /// The agency.
    pub agency: AgencyId,
    /// The nurse.
    pub staff: StaffId,
    /// The phone.
    pub device: DeviceId,
    /// The roots in PEM by which alone the server is believed, where they are not those of the public web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roots_pem: Option<String>,
}

/// What proves to the server that this is the enrolled phone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Sent with each exchange; short-lived.
    pub access: String,
    /// Buys a new access token.
    pub refresh: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(..)")
    }
}

/// How the last exchanges went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncFacts {
    /// When an exchange last ended well, by the phone's clock.
    pub last_success: Option<Timestamp>,
    /// When an attempt last failed; none after a success.
    pub last_failure: Option<Timestamp>,
    /// What failed, in words; none after a success.
    pub last_error: Option<String>,
    /// Seconds that the server asked to wait when it last failed; none after a success.
    pub retry_after_s: Option<u32>,
    /// Attempts that failed since the last success.
    pub failed_attempts: u32,
    /// Seconds that the phone's clock is ahead of the server's, when last compared.
    pub clock_ahead_s: Option<i64>,
    /// Exchanges since the phone last compared digests with the server.
    pub exchanges_since_verified: u32,
    /// Whether something gave reason to compare digests at the next exchange.
    pub is_in_doubt: bool,
}

impl Reader<'_> {
    /// Whose phone this is; none before enrolment.
    pub fn enrolment(&self) -> Result<Option<Enrolment>, StoreError> {
        self.json("enrolment")
    }

    /// What proves who the phone is; none before enrolment.
    pub fn tokens(&self) -> Result<Option<Tokens>, StoreError> {
        self.json("tokens")
    }

    /// How the last exchanges went.
    pub fn sync_facts(&self) -> Result<SyncFacts, StoreError> {
        Ok(self.json("sync")?.unwrap_or_default())
    }

    /// What keeps the phone shut.
    pub fn guard(&self) -> Result<Guard, StoreError> {
        Ok(self.json("guard")?.unwrap_or_default())
    }

    /// The cursor as last received.
    pub fn cursor(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.bytes("cursor")
    }

    /// The server's epoch when an exchange last ended.
    pub fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        self.bytes("epoch")?
            .map(|bytes| bytes.try_into().map(Epoch).map_err(|_| StoreError::Damaged("epoch")))
            .transpose()
    }

    /// The store's id and the fingerprint of where it was made.
    pub(super) fn home(&self) -> Result<Option<(StoreId, Vec<u8>)>, StoreError> {
        let Some(id) = self.bytes("store_id")? else { return Ok(None) };
        let id = id.try_into().map(StoreId).map_err(|_| StoreError::Damaged("store id"))?;
        Ok(Some((id, self.bytes("fingerprint")?.unwrap_or_default())))
    }

    /// How many edits were made under the store's id.
    pub(super) fn edits(&self) -> Result<u64, StoreError> {
        self.bytes("edits")?
            .map_or(Ok(0), |bytes| bytes.try_into().map(u64::from_le_bytes))
            .map_err(|_: Vec<u8>| StoreError::Damaged("count of edits"))
    }

    fn json<T: serde::de::DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, StoreError> {
        self.bytes(name)?
            .map(|bytes| serde_json::from_slice(&bytes).map_err(|_| StoreError::Damaged(name)))
            .transpose()
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.connection().prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }
}

impl Writer<'_> {
    /// Remembers whose phone this is.
    pub fn set_enrolment(&self, enrolment: &Enrolment) -> Result<(), StoreError> {
        self.set_json("enrolment", enrolment)
    }

    /// Remembers what proves who the phone is.
    pub fn set_tokens(&self, tokens: &Tokens) -> Result<(), StoreError> {
        self.set_json("tokens", tokens)
    }

    /// Remembers how the last exchanges went.
    pub fn set_sync_facts(&self, facts: &SyncFacts) -> Result<(), StoreError> {
        self.set_json("sync", facts)
    }

    /// Remembers what keeps the phone shut.
    pub fn set_guard(&self, guard: &Guard) -> Result<(), StoreError> {
        self.set_json("guard", guard)
    }

    /// Remembers how far the phone is.
    pub fn set_cursor(&self, cursor: &[u8]) -> Result<(), StoreError> {
        self.set("cursor", cursor)
    }

    /// Forgets how far the phone is.
    pub fn forget_cursor(&self) -> Result<(), StoreError> {
        self.connection().execute("DELETE FROM meta WHERE name = 'cursor'", [])?;
        Ok(())
    }

    /// Remembers the server's epoch.
    pub fn set_epoch(&self, epoch: Epoch) -> Result<(), StoreError> {
        self.set("epoch", &epoch.0)
    }

    pub(super) fn set_home(&self, id: StoreId, fingerprint: &[u8]) -> Result<(), StoreError> {
        self.set("store_id", &id.0)?;
        self.set("fingerprint", fingerprint)
    }

    /// Forgets the store's id: it takes a new one before anything else is written in it.
    pub(super) fn forget_home(&self) -> Result<(), StoreError> {
        self.connection().execute("DELETE FROM meta WHERE name = 'store_id'", [])?;
        Ok(())
    }

    pub(super) fn set_edits(&self, edits: u64) -> Result<(), StoreError> {
        self.set("edits", &edits.to_le_bytes())
    }

    fn set_json(&self, name: &'static str, value: &impl Serialize) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(value).map_err(|_| StoreError::Damaged(name))?;
        self.set(name, &bytes)
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
            )?
            .execute((name, value))?;
        Ok(())
    }
}
