//! Who acts, and when.

use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::record::Timestamp;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agent {
    /// Somebody in the office.
    Staff(StaffId),
    /// Somebody's phone.
    Device(DeviceId, StaffId),
    /// The `doorstep` command, on the server's own machine, or the server itself.
    Command,
    /// Nobody who is known, such as whoever failed to sign in.
    Nobody,
}

impl Agent {
    /// Who wrote a change: the agency's own id is what the command writes under.
    pub fn of_change(agency: AgencyId, staff: StaffId, device: Option<DeviceId>) -> Self {
        match device {
            Some(device) => Self::Device(device, staff),
            None if staff.as_bytes() == agency.as_bytes() => Self::Command,
            None => Self::Staff(staff),
        }
    }

    /// The name of this kind of actor.
    pub fn code(self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::Device(..) => "device",
            Self::Command => "command",
            Self::Nobody => "nobody",
        }
    }

    /// The member of staff.
    pub fn staff(self) -> Option<StaffId> {
        match self {
            Self::Staff(staff) | Self::Device(_, staff) => Some(staff),
            Self::Command | Self::Nobody => None,
        }
    }

    /// The phone.
    pub fn device(self) -> Option<DeviceId> {
        match self {
            Self::Device(device, _) => Some(device),
            _ => None,
        }
    }
}

/// Who does something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// Who.
    pub by: Agent,
    /// The server's time.
    pub at: Timestamp,
}
