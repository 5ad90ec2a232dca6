//! What speaks against a visit, in words: told before it is saved, and saved anyway by whoever has read it.

use data_encoding::HEXLOWER;
use doorstep_client_core::care::Now;
use doorstep_client_core::care::authorisations::{self, Granted, Made};
use doorstep_client_core::care::bookings::Booking;
use doorstep_client_core::care::objections::{
    Booked, Case, Nurse, Objection, Place, TRAVEL_MINUTES_MIN, objections,
};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::patient::Address;
use doorstep_client_core::record::staff::Staff;
use doorstep_client_core::record::visit::VisitStatus;
use doorstep_client_core::record::{AnyRecord, Kind, Timestamp};
use fluent_bundle::FluentValue;
use sha2::{Digest, Sha256};

use crate::http::Problem;
use crate::office::local::Local;
use crate::store::{PlanStanding, Planned, Scope, Snapshot};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// An appointment as it is to be from now on.
pub(super) struct Proposal<'a> {
    /// Which.
    pub(super) record: RecordId,
    /// Its case.
    pub(super) scope: &'a Scope,
    /// What it is to say.
    pub(super) appointment: &'a Appointment,
}

/// What speaks against it.
pub(super) struct Told {
    /// In words, each.
    pub(super) words: Vec<String>,
    /// What stands for all of it, and for what it was said of: whoever sends it back has read it.
    pub(super) read: String,
}

impl Told {
    /// What speaks against an appointment as it is to be.
    pub(super) fn of(
        snapshot: &dyn Snapshot,
        local: &Local,
        proposal: &Proposal<'_>,
    ) -> Result<Self, Problem> {
        let found = find(snapshot, local, proposal)?;
        let others = found.iter().filter_map(|objection| match objection {
            Objection::DoubleBooked(other) | Objection::NoTimeToTravel { other, .. } => Some(other.scope),
            _ => None,
        });
        let titles = snapshot.titles(&others.collect::<Vec<_>>())?;
        let title = |scope: ScopeId| titles.get(&scope).cloned().unwrap_or_default();
        let words: Vec<String> = found.iter().map(|objection| say(objection, local, title)).collect();
        let Appointment { nurse, start, end, .. } = proposal.appointment;
        let said = Sha256::digest(format!("{start:?} {end:?} {nurse:?} {found:?}"));
        Ok(Self { words, read: HEXLOWER.encode(&said) })
    }

    /// Whether nothing speaks against it, or what does was read.
    pub(super) fn may_pass(&self, read: &str) -> bool {
        self.words.is_empty() || self.read == read
    }
}

fn find(snapshot: &dyn Snapshot, local: &Local, proposal: &Proposal<'_>) -> Result<Vec<Objection>, Problem> {
    let Proposal { record, scope, appointment } = proposal;
    let Some(start) = appointment.start else { return Ok(Vec::new()) };
    let chart = Chart::read(snapshot, scope.id)?;
    let granted: Vec<Granted<'_>> =
        chart.coverages.iter().flat_map(|(id, coverage)| authorisations::granted(*id, coverage)).collect();
    let visits: Vec<Made<'_>> = chart.visits(*record, local.now());
    let service = appointment.service_type.as_ref().map(|service| service.code.as_str());
    let case = Case {
        is_closed: scope.closed.is_some(),
        state: &chart.address.state,
        granted: &granted,
        visits: &visits,
    };
    let offset = local.zone().to_offset(start.to_jiff()).seconds();
    let (visit, now) = (Made { at: start, service }, Now::new(local.now(), offset));
    let Some(nurse) = appointment.nurse else { return Ok(objections(visit, case, None, now)) };
    let booked = Booked {
        booking: booking(*record, scope.id, nurse, start, appointment.end),
        place: Place::of(&chart.address, &appointment.place),
    };
    let others = around(snapshot, &booked.booking)?;
    let staff = staff_record(snapshot, nurse)?;
    let member = snapshot.staff(nurse)?;
    let nurse = Nurse {
        staff: staff.as_ref(),
        has_left: !member.is_some_and(|member| member.is_active),
        is_assigned: snapshot
            .grants_in(scope.id)?
            .iter()
            .any(|grant| grant.staff == nurse && grant.is_current()),
        booked: &booked,
        others: &others,
    };
    Ok(objections(visit, case, Some(nurse), now))
}

fn booking(
    record: RecordId,
    scope: ScopeId,
    nurse: StaffId,
    start: Timestamp,
    end: Option<Timestamp>,
) -> Booking {
    Booking { record, scope, nurse, start, end: end.unwrap_or(start).max(start.saturating_add_ms(MINUTE_MS)) }
}

/// What else the nurse is booked for within a day, with the places of what is near enough to need a way.
fn around(snapshot: &dyn Snapshot, visit: &Booking) -> Result<Vec<Booked>, Problem> {
    let (from, until) = (visit.start.saturating_add_ms(-DAY_MS), visit.end.saturating_add_ms(DAY_MS));
    let mut around = Vec::new();
    for one in snapshot.day_plan(from, until, Some(visit.nurse))? {
        let Some(other) = booked(&one).filter(|other| other.record != visit.record) else { continue };
        let way_ms = TRAVEL_MINUTES_MIN * MINUTE_MS;
        let is_near = other.start.saturating_add_ms(-way_ms) < visit.end
            && visit.start < other.end.saturating_add_ms(way_ms);
        let place = match is_near {
            true => {
                let appointment = read::<Appointment>(snapshot, other.record)?.unwrap_or_default();
                Place::of(&Chart::read(snapshot, other.scope)?.address, &appointment.place)
            }
            false => Place::default(),
        };
        around.push(Booked { booking: other, place });
    }
    Ok(around)
}

fn booked(one: &Planned) -> Option<Booking> {
    let is_booked = matches!(&one.standing, PlanStanding::Appointment { status, .. } if *status == AppointmentStatus::Booked);
    Some(booking(one.record, one.scope, one.nurse?, one.at?, one.end)).filter(|_| is_booked)
}

/// What a chart says of where and for how many visits.
#[derive(Default)]
struct Chart {
    address: Address,
    coverages: Vec<(RecordId, doorstep_client_core::record::coverage::Coverage)>,
    made: Vec<(Timestamp, Option<String>)>,
    agreed: Vec<(RecordId, Timestamp, Option<String>)>,
}

impl Chart {
    fn read(snapshot: &dyn Snapshot, scope: ScopeId) -> Result<Self, Problem> {
        let mut chart = Self::default();
        for view in snapshot.views(scope)? {
            let is_of_use =
                matches!(view.stamp.kind, Kind::Patient | Kind::Coverage | Kind::Visit | Kind::Appointment);
            if !is_of_use || view.stamp.is_entered_in_error {
                continue;
            }
            match parse(view.stamp.kind, &view.view)? {
                AnyRecord::Patient(patient) => chart.address = patient.address,
                AnyRecord::Coverage(coverage) => chart.coverages.push((view.stamp.record, coverage)),
                AnyRecord::Visit(visit) if visit.status == VisitStatus::Finished => {
                    let service = visit.service_type.map(|service| service.code);
                    chart.made.extend(visit.check_in.map(|check_in| (check_in.at, service)));
                }
                AnyRecord::Appointment(appointment) if appointment.status.is_open() => {
                    let service = appointment.service_type.map(|service| service.code);
                    chart.agreed.extend(appointment.start.map(|start| (view.stamp.record, start, service)));
                }
                _ => {}
            }
        }
        Ok(chart)
    }

    /// The visits that were made, and those that are still to come beside this one.
    fn visits(&self, but: RecordId, now: Timestamp) -> Vec<Made<'_>> {
        let agreed = self.agreed.iter().filter(|(record, at, _)| *record != but && *at >= now);
        let agreed = agreed.map(|(_, at, service)| Made { at: *at, service: service.as_deref() });
        let made = self.made.iter().map(|(at, service)| Made { at: *at, service: service.as_deref() });
        made.chain(agreed).collect()
    }
}

fn staff_record(snapshot: &dyn Snapshot, nurse: StaffId) -> Result<Option<Staff>, Problem> {
    read(snapshot, nurse.into())
}

/// A record, where it is of this kind.
fn read<T: TryFrom<AnyRecord>>(snapshot: &dyn Snapshot, id: RecordId) -> Result<Option<T>, Problem> {
    let Some(stored) = snapshot.record(id)? else { return Ok(None) };
    Ok(T::try_from(parse(stored.stamp.kind, &stored.view)?).ok())
}

fn parse(kind: Kind, view: &str) -> Result<AnyRecord, Problem> {
    let read = serde_json::from_str(view).ok().and_then(|view| kind.from_json(view).ok());
    read.ok_or_else(|| {
        tracing::error!("a stored record cannot be read");
        Problem::internal()
    })
}

/// An objection in words.
fn say(objection: &Objection, local: &Local, title: impl Fn(ScopeId) -> String) -> String {
    let words = local.words;
    let tell = |message: &str, values: Vec<(&'static str, FluentValue<'static>)>| {
        words.tell(message, values).into_owned()
    };
    let other = |other: &Booking| {
        vec![
            ("patient", FluentValue::from(format!("\u{2068}{}\u{2069}", title(other.scope)))),
            ("time", format!("{} – {}", local.time(other.start), local.time(other.end)).into()),
        ]
    };
    let day = |day: &jiff::civil::Date| FluentValue::from(local.day(*day).into_owned());
    match objection {
        Objection::CaseClosed => tell("objection-case-closed", vec![]),
        Objection::InThePast => tell("objection-in-the-past", vec![]),
        Objection::NurseHasLeft => tell("objection-nurse-has-left", vec![]),
        Objection::NotAssigned => tell("objection-not-assigned", vec![]),
        Objection::DoubleBooked(booking) => tell("objection-double-booked", other(booking)),
        Objection::NoTimeToTravel { other: booking, minutes } => {
            let mut values = other(booking);
            values.extend([("minutes", (*minutes).into()), ("min", TRAVEL_MINUTES_MIN.into())]);
            tell("objection-no-time-to-travel", values)
        }
        Objection::Unlicensed(lacking) => {
            let state = ("state", FluentValue::from(lacking.state.clone()));
            match &lacking.last_day {
                Some(last) => tell("objection-licence-expired", vec![state, ("day", day(last))]),
                None => tell("objection-unlicensed", vec![state]),
            }
        }
        Objection::NotCovered(Some(last)) => tell("objection-not-covered-after", vec![("day", day(last))]),
        Objection::NotCovered(None) => tell("objection-not-covered", vec![]),
        Objection::UsedUp(approved) => tell("objection-used-up", vec![("approved", (*approved).into())]),
    }
}
