//! Visits by nurses who have no licence where the patient lives.

use std::collections::BTreeMap;

use jiff::civil;

use super::bookings::SCHEDULE_NOTICE_DAYS;
use super::{Now, states};
use crate::ids::{RecordId, ScopeId, StaffId};
use crate::record::appointment::Appointment;
use crate::record::staff::{Credential, CredentialType, Staff};
use crate::record::visit::{Visit, VisitStatus};
use crate::record::{Date, Timestamp};

/// Days for which a visit that was made is looked at.
pub const VISIT_NOTICE_DAYS: i64 = 30;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// That a nurse sees a patient, or saw her.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeing {
    /// The appointment or the visit.
    pub record: RecordId,
    /// Its case.
    pub scope: ScopeId,
    /// The nurse.
    pub nurse: StaffId,
    /// When it begins.
    pub at: Timestamp,
    /// Whether it is a visit that was made, and not an appointment that is to come.
    pub is_made: bool,
}

/// That a nurse sees a patient in whose state she has no licence that is valid then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlicensed {
    /// The next of them to come; where none is, the last that was made.
    pub seeing: Seeing,
    /// How many there are in this case by this nurse.
    pub count: u32,
    /// The patient's state: its code, where it is one of the United States, or as it was written.
    pub state: String,
    /// The last day of her licence of that state that is valid longest; none where she never had one.
    pub last_day: Option<civil::Date>,
}

impl Seeing {
    /// An appointment that is still to come.
    pub fn to_come(record: RecordId, scope: ScopeId, appointment: &Appointment) -> Option<Self> {
        let is_open = appointment.status.is_open() && !appointment.entered_in_error;
        let (nurse, at) = (appointment.nurse?, appointment.start?);
        is_open.then_some(Self { record, scope, nurse, at, is_made: false })
    }

    /// A visit that was begun.
    pub fn made(record: RecordId, scope: ScopeId, visit: &Visit) -> Option<Self> {
        let is_made = is_made(&visit.status) && !visit.entered_in_error;
        let (nurse, at) = (visit.nurse?, visit.check_in?.at);
        is_made.then_some(Self { record, scope, nurse, at, is_made: true })
    }

    /// Whether it is near enough to be looked at.
    fn is_near(&self, now: Now) -> bool {
        let from = match self.is_made {
            true => now.at().saturating_add_ms(-VISIT_NOTICE_DAYS * DAY_MS),
            false => now.at(),
        };
        (from..=now.at().saturating_add_ms(SCHEDULE_NOTICE_DAYS * DAY_MS)).contains(&self.at)
    }
}

/// Whether a visit of this status took place, at least in part.
pub fn is_made(status: &VisitStatus) -> bool {
    !matches!(
        status,
        VisitStatus::Planned | VisitStatus::Cancelled | VisitStatus::Missed | VisitStatus::Unknown
    )
}

/// What is to come within [`SCHEDULE_NOTICE_DAYS`], or was made within [`VISIT_NOTICE_DAYS`], without a licence: one
/// entry for each nurse in each case, in the order of cases and nurses. A patient without a state, and a nurse who is
/// not in the directory, tell nothing.
pub fn unlicensed(
    seeings: impl IntoIterator<Item = Seeing>,
    staff: &BTreeMap<StaffId, &Staff>,
    states: &BTreeMap<ScopeId, &str>,
    now: Now,
) -> Vec<Unlicensed> {
    let mut found: BTreeMap<(ScopeId, StaffId), Unlicensed> = BTreeMap::new();
    for seeing in seeings.into_iter().filter(|seeing| seeing.is_near(now)) {
        let (Some(state), Some(nurse)) = (states.get(&seeing.scope), staff.get(&seeing.nurse)) else {
            continue;
        };
        let Some(lacking) = lacking(nurse, state, now.day_of(seeing.at)) else { continue };
        let one = found.entry((seeing.scope, seeing.nurse)).or_insert_with(|| Unlicensed {
            seeing,
            count: 0,
            last_day: lacking.last_day,
            state: lacking.state,
        });
        one.count += 1;
        if is_told_before(&seeing, &one.seeing) {
            one.seeing = seeing;
        }
    }
    found.into_values().collect()
}

/// That a nurse has no licence of a state that is valid on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The state: its code, where it is one of the United States, or as it was written.
    pub state: String,
    /// The last day of her licence of that state that is valid longest; none where she never had one.
    pub last_day: Option<civil::Date>,
}

/// Whether a nurse lacks a licence where a patient lives, as that was written. A patient without a state tells nothing.
pub fn lacking(nurse: &Staff, state: &str, day: civil::Date) -> Option<Lacking> {
    let state = states::code(state);
    if state.is_empty() || is_licensed(nurse, &state, day) {
        return None;
    }
    let last_day = last_day(nurse, &state);
    Some(Lacking { state: state.into_owned(), last_day })
}

/// Whether a nurse has a licence of a state, by its code, that is valid on a day.
fn is_licensed(nurse: &Staff, state: &str, day: civil::Date) -> bool {
    licences(nurse, state).any(|licence| {
        let is_begun = licence.issued.is_none_or(|issued| issued.first_day() <= day);
        is_begun && licence.expires.is_none_or(|expires| day <= expires.last_day())
    })
}

fn last_day(nurse: &Staff, state: &str) -> Option<civil::Date> {
    licences(nurse, state).filter_map(|licence| licence.expires).map(Date::last_day).max()
}

/// The licences to nurse in a state that were not ended. A certificate is none.
fn licences<'a>(nurse: &'a Staff, state: &'a str) -> impl Iterator<Item = &'a Credential> {
    use CredentialType::{NursePractitioner, PracticalNurse, RegisteredNurse};
    nurse.credentials.values().filter(move |credential| {
        let licenses =
            matches!(credential.credential_type, RegisteredNurse | PracticalNurse | NursePractitioner);
        licenses && !credential.ended && states::code(&credential.state) == state
    })
}

fn is_told_before(one: &Seeing, other: &Seeing) -> bool {
    match (one.is_made, other.is_made) {
        (false, false) => (one.at, one.record) < (other.at, other.record),
        (true, true) => (one.at, one.record) > (other.at, other.record),
        (is_made, _) => !is_made,
    }
}
