//! The core's plain types as apps see them: made by `build/` of how the core declares them.

use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Date, Kind, Timestamp};

include!(concat!(env!("OUT_DIR"), "/plain.rs"));
