//! What becomes of phones after their enrolment: refresh tokens that rotate, locks, wipes.

use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::{Act, DeviceHolder, StoreError};

/// How a phone stands with the office. Where several hold, the last of them counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may exchange.
    Welcome,
    /// The office has locked it, or its nurse has left.
    Locked,
    /// An old refresh token of it was used again: it has to be enrolled anew.
    SessionEnded,
    /// It is to destroy what it holds, and has not said that it did.
    Wiping,
    /// It said that it did. A copy of it that turns up is told to do the same.
    Wiped,
}

/// A refresh token that is known was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Whose it is, as they now stand. Its successor is good exactly where they are welcome.
    pub holder: DeviceHolder,
    /// Whether just this ended the phone's session: the token had been replaced.
    pub is_reuse: bool,
}

/// That a refresh token was used again after its successor had been, which ended the phone's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenReuse {
    /// The phone.
    pub device: DeviceId,
    /// Its nurse.
    pub staff: StaffId,
    /// When.
    pub detected_at: Timestamp,
}

/// Keeps what becomes of phones.
pub trait Phones {
    /// Takes a refresh token, known by its SHA-256, and keeps that of its successor. None where it is not known.
    ///
    /// A token stays good until a successor of it is first used, so that an answer which is lost on its way, or a
    /// request which arrives twice, costs nothing: each use makes a successor of its own. The first of them that is
    /// used replaces the others, and whoever shows a replaced one is a second holder of the phone's secrets: the
    /// session ends, for both, and the office is told. Of successors that nobody used, the newest
    /// [`REFRESH_SUCCESSORS_MAX`](crate::limits::REFRESH_SUCCESSORS_MAX) are kept.
    fn rotate_refresh_token(
        &self,
        shown: [u8; 32],
        successor: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Shown>, StoreError>;

    /// The sessions that ended because a token was used again, the newest first.
    fn token_reuses(&self, agency: AgencyId) -> Result<Vec<TokenReuse>, StoreError>;

    /// Locks or unlocks a phone.
    fn set_device_locked(
        &self,
        agency: AgencyId,
        device: DeviceId,
        is_locked: bool,
        act: Act,
    ) -> Result<(), StoreError>;

    /// Asks a phone to destroy what it holds, for good. Asking again changes nothing.
    fn ask_wipe(&self, agency: AgencyId, device: DeviceId, act: Act) -> Result<(), StoreError>;

    /// Keeps that the phone with this refresh token, in use or replaced, was wiped. None where the token is not
    /// known; a phone that nobody asked is not noted.
    fn note_wiped(&self, refresh_token: [u8; 32], now: Timestamp)
    -> Result<Option<DeviceHolder>, StoreError>;
}
