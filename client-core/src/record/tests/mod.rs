//! Every kind: its forms, its checks, its summary line.

mod checks;
mod filled;
mod forms;
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

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_795_500_000_000 + seconds * 1_000).unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn period(start: &str, end: &str) -> Option<Period> {
    Some(Period { start: Some(date(start)), end: Some(date(end)) })
}

fn snomed(code: &str, display: &str) -> Option<Coding> {
    Some(Coding::new(code_system::SNOMED_CT, code, display))
}

fn record(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn someone() -> StaffId {
    StaffId::from_bytes([1; 16])
}

/// A collection of one element, `k1`.
fn one<T>(element: T) -> Keyed<T> {
    [("k1".into(), element)].into()
}

fn phones() -> Keyed<Phone> {
    one(Phone { number: "+1 508 555 0100".into(), purpose: PhoneUse::Mobile, note: "Evenings".into() })
}
