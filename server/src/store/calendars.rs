//! The secret addresses at which calendars read nurses' schedules.

use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::{Act, StaffMember, StoreError};

/// Keeps one address for each member of staff at most, as the SHA-256 of its secret.
pub trait Calendars {
    /// Gives a member of staff who has not left an address, in place of the one that she had.
    fn set_calendar_secret(
        &self,
        agency: AgencyId,
        staff: StaffId,
        hash: [u8; 32],
        act: Act,
    ) -> Result<(), StoreError>;

    /// Takes her address away. Returns whether she had one. Who leaves loses it, too.
    fn revoke_calendar(&self, agency: AgencyId, staff: StaffId, act: Act) -> Result<bool, StoreError>;

    /// Whose address it is, where it is anybody's.
    fn calendar_of_secret(&self, hash: [u8; 32]) -> Result<Option<(AgencyId, StaffMember)>, StoreError>;

    /// Who has an address, and since when.
    fn calendars(&self, agency: AgencyId) -> Result<Vec<(StaffId, Timestamp)>, StoreError>;
}
