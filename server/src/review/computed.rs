//! What follows from the records, by the same rules as on phones, and vanishes once they are mended.

use std::collections::{BTreeMap, HashMap};

use doorstep_client_core::care::alerts::EXPIRY_NOTICE_DAYS;
use doorstep_client_core::care::authorisations::{self, Ending, Granted, Made};
use doorstep_client_core::care::bookings::{DoubleBooking, SCHEDULE_NOTICE_DAYS, double_bookings};
use doorstep_client_core::care::licences::{Unlicensed, VISIT_NOTICE_DAYS, unlicensed};
use doorstep_client_core::care::{Now, credentials, own};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::agency::Agency;
use doorstep_client_core::record::staff::Staff;
use doorstep_client_core::record::{AnyRecord, Kind, Timestamp};
use jiff::civil;
use jiff::tz::TimeZone;

use super::entry::{About, Entry, ReviewKind};
use crate::store::{FinishedVisit, Insurance, Snapshot, StoreError};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What time it is where the agency is.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: TimeZone,
    at: Timestamp,
}

impl Clock {
    /// In the agency's time zone; in UTC, where it names none that is known.
    pub fn of(agency: &Agency, at: Timestamp) -> Self {
        Self { zone: TimeZone::get(&agency.time_zone).unwrap_or(TimeZone::UTC), at }
    }

    /// The same clock at another time.
    pub(super) fn at(&self, at: Timestamp) -> Self {
        Self { at, ..self.clone() }
    }

    /// The time, for the rules of care. They count days by the offset of now: an hour beside a change of the clocks may
    /// count for the day before.
    pub fn now(&self) -> Now {
        Now::new(self.at, self.zone.to_offset(self.at.to_jiff()).seconds())
    }

    /// A point in time as the agency's clocks show it.
    pub fn moment(&self, at: Timestamp) -> String {
        at.to_jiff().to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn midnight(&self, day: civil::Date) -> Timestamp {
        day.to_zoned_datetime(self.zone.clone()).map_or(self.at, |midnight| midnight.timestamp().into())
    }

    /// Since when it is said that this day is near.
    fn noticed(&self, last_day: civil::Date) -> Timestamp {
        let first = last_day.checked_sub(jiff::Span::new().days(EXPIRY_NOTICE_DAYS));
        self.midnight(first.unwrap_or(last_day))
    }
}

/// What follows from an agency's records at a time.
pub(super) struct Computed {
    /// The time where the agency is.
    pub(super) clock: Clock,
    /// What is to be looked at; nobody has looked at it yet.
    pub(super) entries: Vec<Entry>,
}

impl Computed {
    /// All of it, or what there is of one kind.
    pub(super) fn read(
        snapshot: &dyn Snapshot,
        only: Option<ReviewKind>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let directory = Directory::read(snapshot)?;
        let clock = Clock::of(&directory.agency, now);
        let mut entries = Vec::new();
        for kind in ReviewKind::ALL.into_iter().filter(|kind| only.is_none_or(|only| only == *kind)) {
            entries.extend(match kind {
                ReviewKind::DoubleBooking => doubled(snapshot, &clock)?,
                ReviewKind::UnlicensedVisit => without_licence(snapshot, &directory, &clock)?,
                ReviewKind::Credential => credentials(&directory, &clock),
                ReviewKind::Authorisation => authorisations(snapshot, &clock)?,
                ReviewKind::Conflict
                | ReviewKind::LateWork
                | ReviewKind::Quarantine
                | ReviewKind::TokenReuse
                | ReviewKind::ClockSkew => Vec::new(),
            });
        }
        Ok(Self { clock, entries })
    }
}

/// The agency's rules and its staff.
struct Directory {
    agency: Agency,
    staff: BTreeMap<StaffId, Staff>,
}

impl Directory {
    fn read(snapshot: &dyn Snapshot) -> Result<Self, StoreError> {
        let mut directory = Self { agency: Agency::default(), staff: BTreeMap::new() };
        let views = snapshot.views(snapshot.agency()?.directory)?;
        // Instruments are long, and say nothing here.
        for view in views.iter().filter(|view| matches!(view.stamp.kind, Kind::Agency | Kind::Staff)) {
            let unreadable = || StoreError::Unreadable("the directory".to_owned());
            let json = serde_json::from_str(&view.view).map_err(|_| unreadable())?;
            let record = view.stamp.kind.from_json(json).map_err(|_| unreadable())?;
            match record {
                _ if record.is_entered_in_error() => {}
                AnyRecord::Agency(agency) => directory.agency = agency,
                AnyRecord::Staff(staff) => drop(directory.staff.insert(view.stamp.record.into(), staff)),
                _ => {}
            }
        }
        Ok(directory)
    }
}

/// Double bookings.
fn doubled(snapshot: &dyn Snapshot, clock: &Clock) -> Result<Vec<Entry>, StoreError> {
    let appointments = open_appointments(snapshot, clock)?;
    let changed: HashMap<RecordId, Timestamp> =
        appointments.iter().map(|one| (one.seeing.record, one.changed_at)).collect();
    let bookings = appointments.iter().filter_map(|one| one.booking);
    let pairs = double_bookings(bookings, clock.now());
    Ok(pairs.into_iter().map(|pair| double_booking(pair, &changed, clock)).collect())
}

fn double_booking(pair: DoubleBooking, changed: &HashMap<RecordId, Timestamp>, clock: &Clock) -> Entry {
    let DoubleBooking { first, second } = pair;
    let since = [first, second].iter().filter_map(|one| changed.get(&one.record)).max().copied();
    let times =
        [first.start, first.end, second.start, second.end].map(|at| at.as_millisecond().to_be_bytes());
    let entry = Entry::new(
        ReviewKind::DoubleBooking,
        &[first.record.as_bytes(), second.record.as_bytes()],
        own::severity_of(&pair, clock.now()),
        since.unwrap_or(second.start),
        About::DoubleBooking(pair),
    );
    let entry = entry.in_state(&[&times.concat(), second.nurse.as_bytes()]);
    Entry { staff: Some(second.nurse), scope: Some(second.scope), record: Some(second.record), ..entry }
}

/// Visits without a licence.
fn without_licence(
    snapshot: &dyn Snapshot,
    directory: &Directory,
    clock: &Clock,
) -> Result<Vec<Entry>, StoreError> {
    let mut changed: HashMap<RecordId, Timestamp> = HashMap::new();
    let mut seeings = Vec::new();
    for one in open_appointments(snapshot, clock)? {
        changed.insert(one.seeing.record, one.changed_at);
        seeings.push(one.seeing);
    }
    for one in snapshot.begun_visits(clock.at.saturating_add_ms(-VISIT_NOTICE_DAYS * DAY_MS))? {
        changed.insert(one.seeing.record, one.changed_at);
        seeings.push(one.seeing);
    }
    let states = snapshot.patient_states()?;
    let states: BTreeMap<ScopeId, &str> = states.iter().map(|(scope, state)| (*scope, &**state)).collect();
    let staff = directory.staff.iter().map(|(id, staff)| (*id, staff)).collect();
    let found = unlicensed(seeings, &staff, &states, clock.now());
    Ok(found.into_iter().map(|one| unlicensed_visit(one, &changed)).collect())
}

fn unlicensed_visit(found: Unlicensed, changed: &HashMap<RecordId, Timestamp>) -> Entry {
    let seeing = found.seeing;
    let last_day = found.last_day.map(|day| day.to_string()).unwrap_or_default();
    let state = found.state.clone();
    let entry = Entry::new(
        ReviewKind::UnlicensedVisit,
        &[seeing.scope.as_bytes(), seeing.nurse.as_bytes()],
        own::severity_of_unlicensed(&found),
        changed.get(&seeing.record).copied().unwrap_or(seeing.at),
        About::UnlicensedVisit(found),
    );
    let entry = entry.in_state(&[state.as_bytes(), last_day.as_bytes()]);
    Entry { staff: Some(seeing.nurse), scope: Some(seeing.scope), record: Some(seeing.record), ..entry }
}

fn open_appointments(
    snapshot: &dyn Snapshot,
    clock: &Clock,
) -> Result<Vec<crate::store::OpenAppointment>, StoreError> {
    let from = clock.at.saturating_add_ms(-DAY_MS);
    snapshot.open_appointments(from, clock.at.saturating_add_ms(SCHEDULE_NOTICE_DAYS * DAY_MS + 1))
}

/// Licences and certificates that run out.
fn credentials(directory: &Directory, clock: &Clock) -> Vec<Entry> {
    let of = |(id, staff): (&StaffId, &Staff)| -> Vec<Entry> {
        let expiring = credentials::expiring(staff, clock.now()).into_iter();
        let entry = |expiring: credentials::Expiring<'_>| {
            let what = expiring.what();
            let entry = Entry::new(
                ReviewKind::Credential,
                &[id.as_bytes(), expiring.element.0.as_bytes()],
                expiring.severity,
                clock.noticed(expiring.last_day),
                About::Credential(what.clone(), expiring.last_day, expiring.when),
            );
            let (last_day, severity) = (expiring.last_day.to_string(), [expiring.severity as u8]);
            let entry = entry.in_state(&[what.as_bytes(), last_day.as_bytes(), &severity]);
            Entry { staff: Some(*id), record: Some((*id).into()), ..entry }
        };
        expiring.map(entry).collect()
    };
    directory.staff.iter().flat_map(of).collect()
}

/// Authorisations that run out or are used up.
fn authorisations(snapshot: &dyn Snapshot, clock: &Clock) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    let insurances = snapshot.insurances()?;
    for of_case in insurances.chunk_by(|one, next| one.scope == next.scope) {
        let granted: Vec<Granted<'_>> =
            of_case.iter().flat_map(|one| authorisations::granted(one.record, &one.coverage)).collect();
        let finished = finished_visits(snapshot, of_case[0].scope, &granted, clock)?;
        let made = finished.iter().map(|visit| Made { at: visit.at, service: visit.service.as_deref() });
        let made: Vec<Made<'_>> = made.collect();
        let ending = authorisations::ending(&granted, &made, clock.now());
        entries.extend(ending.into_iter().map(|ending| authorisation(ending, of_case, clock)));
    }
    Ok(entries)
}

/// The visits that may have been made on authorisations which count them and are not long past.
fn finished_visits(
    snapshot: &dyn Snapshot,
    scope: ScopeId,
    granted: &[Granted<'_>],
    clock: &Clock,
) -> Result<Vec<FinishedVisit>, StoreError> {
    let today = clock.now().today();
    let first = today.checked_sub(jiff::Span::new().days(EXPIRY_NOTICE_DAYS)).unwrap_or(today);
    let counting = granted.iter().map(|one| one.authorisation).filter(|authorisation| {
        let end = authorisation.period.and_then(|period| period.end).map(|end| end.last_day());
        authorisation.visits_approved.is_some() && end.is_none_or(|end| end >= first)
    });
    let starts = counting.map(|authorisation| {
        let start = authorisation.period.and_then(|period| period.start);
        start.map_or(Timestamp::UNIX_EPOCH, |start| clock.midnight(start.first_day()))
    });
    match starts.min() {
        // A day earlier: the rules count days by one offset.
        Some(start) => snapshot.finished_visits(scope, start.saturating_add_ms(-DAY_MS)),
        None => Ok(Vec::new()),
    }
}

fn authorisation(ending: Ending<'_>, of_case: &[Insurance], clock: &Clock) -> Entry {
    let Granted { record, element, authorisation } = ending.granted;
    let changed_at = of_case.iter().find(|one| one.record == record).map(|one| one.changed_at);
    let since = match ending.last_day.filter(|_| !ending.is_used_up) {
        Some(last_day) => clock.noticed(last_day),
        None => changed_at.unwrap_or(clock.at),
    };
    let last_day = ending.last_day.map(|day| day.to_string()).unwrap_or_default();
    let used_up = if ending.is_used_up { ending.words.as_str() } else { "" };
    let about = About::Authorisation {
        number: authorisation.number.clone(),
        last_day: ending.last_day,
        is_used_up: ending.is_used_up,
        words: ending.words.clone(),
    };
    let of: [&[u8]; 3] = [record.as_bytes(), element.0.as_bytes(), &[u8::from(ending.is_used_up)]];
    let entry = Entry::new(ReviewKind::Authorisation, &of, ending.severity, since, about);
    let severity = [ending.severity as u8];
    let parts: [&[u8]; 4] =
        [authorisation.number.as_bytes(), last_day.as_bytes(), used_up.as_bytes(), &severity];
    let scope = of_case.first().map(|one| one.scope);
    Entry { scope, record: Some(record), ..entry.in_state(&parts) }
}
