//! A record of each kind with every field filled: the core's own samples.

use doorstep_client_core::ids::{RecordId, StaffId};
use doorstep_client_core::record::agency::*;
use doorstep_client_core::record::allergy::*;
use doorstep_client_core::record::appointment::*;
use doorstep_client_core::record::assessment::*;
use doorstep_client_core::record::attachment::*;
use doorstep_client_core::record::care_plan::*;
use doorstep_client_core::record::care_team_member::*;
use doorstep_client_core::record::communication::*;
use doorstep_client_core::record::condition::*;
use doorstep_client_core::record::coverage::*;
use doorstep_client_core::record::education::*;
use doorstep_client_core::record::goal::*;
use doorstep_client_core::record::instrument::*;
use doorstep_client_core::record::medication::*;
use doorstep_client_core::record::observation::*;
use doorstep_client_core::record::omaha::{OmahaCategory, OmahaProblem};
use doorstep_client_core::record::patient::*;
use doorstep_client_core::record::staff::*;
use doorstep_client_core::record::support_person::*;
use doorstep_client_core::record::task::*;
use doorstep_client_core::record::treatment_change::*;
use doorstep_client_core::record::visit::*;
use doorstep_client_core::record::*;

#[path = "../../client-core/src/record/tests/filled.rs"]
mod filled;
#[path = "../../client-core/src/record/tests/parts.rs"]
mod parts;

use parts::*;

/// A record of the kind that passes its checks, with every field filled. It says that it was entered in error.
pub fn filled(kind: Kind) -> AnyRecord {
    filled::filled(kind)
}
