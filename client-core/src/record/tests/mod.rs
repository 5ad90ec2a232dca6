//! Every kind: its forms, its checks, its summary line.

mod checks;
mod filled;
mod forms;
mod parts;
mod summaries;

use super::agency::*;
use super::allergy::*;
use super::appointment::*;
use super::assessment::*;
use super::attachment::*;
use super::care_plan::*;
use super::care_team_member::*;
use super::communication::*;
use super::condition::*;
use super::coverage::*;
use super::education::*;
use super::goal::*;
use super::instrument::*;
use super::medication::*;
use super::observation::*;
use super::omaha::{OmahaCategory, OmahaProblem};
use super::patient::*;
use super::staff::*;
use super::support_person::*;
use super::task::*;
use super::treatment_change::*;
use super::visit::*;
use super::*;
use crate::ids::{RecordId, StaffId};
use parts::*;
