//! What goes on while somebody watches the office: nurses arrive, write, leave and lose their signal, until Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use doorstep_client_core::document::Header;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use doorstep_client_core::record::{AnyRecord, CheckPoint, Kind, Text, Timestamp};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::clock::StoryClock;
use super::day::{self, Hour};
use super::phone::Phone;
use super::story::Cast;
use crate::command::output::complain;

/// From one thing that happens to the next.
const EVERY: Duration = Duration::from_secs(4);
/// How often it is looked whether the demo ends.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const MINUTE_MS: i64 = 60_000;
/// Appointments of each nurse around now, and the minutes from one to the next.
const APPOINTMENTS: i64 = 5;
const APART_MINUTES: i64 = 75;
const LASTS_MINUTES: i64 = 45;

/// The nurses at work, by the clock on the wall.
pub(super) struct Shift<'a> {
    pub(super) phones: Vec<Phone>,
    pub(super) cast: &'a Cast,
    pub(super) clock: Arc<StoryClock>,
    pub(super) seed: u64,
}

impl Shift<'_> {
    /// Books each nurse's visits around now.
    pub(super) fn book(&mut self) -> anyhow::Result<()> {
        let now = self.clock.now();
        for phone in &mut self.phones {
            phone.sync()?;
            let caseload = phone.device.caseload()?;
            for number in 0..APPOINTMENTS {
                let Some(case) = caseload.get(usize::try_from(number)? % caseload.len().max(1)) else {
                    break;
                };
                let from_now = (number - APPOINTMENTS / 2) * APART_MINUTES * MINUTE_MS;
                let start = now.saturating_add_ms(from_now);
                let status =
                    if from_now < 0 { AppointmentStatus::Fulfilled } else { AppointmentStatus::Booked };
                let appointment = appointment(phone, start, status);
                let id = phone.create(case.case.scope, appointment)?;
                if from_now < 0 {
                    phone.create(case.case.scope, made(phone, id, start))?;
                }
            }
            phone.sync()?;
        }
        Ok(())
    }

    /// Goes on until it is over. What fails on a phone is told, and the next nurse goes on.
    pub(super) fn go_on(mut self, is_over: &AtomicBool) {
        let mut turn = 0_u64;
        while wait(is_over) {
            let number = usize::try_from(turn).unwrap_or(0) % self.phones.len().max(1);
            let dice = day::dice(self.seed, number, turn.wrapping_add(1_000));
            if let Err(error) = self.turn(number, dice) {
                complain(&error.context(format!("{} cannot go on", self.phones[number].nurse)));
            }
            turn += 1;
        }
    }

    fn turn(&mut self, number: usize, dice: StdRng) -> anyhow::Result<()> {
        let phone = self.phones.remove(number);
        let mut hour = Hour::new(phone, dice, &self.clock, &self.cast.profiles);
        let done = act(&mut hour, self.clock.now());
        self.phones.insert(number, hour.phone);
        done
    }
}

/// A nurse does the next thing of her day.
fn act(hour: &mut Hour<'_>, now: Timestamp) -> anyhow::Result<()> {
    let has_signal = hour.rng.random_ratio(3, 4);
    hour.phone.signal.set(has_signal);
    match under_way(&hour.phone)? {
        Some(visit) => {
            let profile = hour.profiles.get(&visit.scope).context("a case has no clinical picture")?;
            let note = profile.note(&mut hour.rng);
            hour.measure(profile, visit.scope, visit.id, now)?;
            leave(&mut hour.phone, &visit, note, now)?;
        }
        None => match next_open(&hour.phone, now)? {
            Some(appointment) => arrive(&mut hour.phone, &appointment, now)?,
            None => another(&mut hour.phone, &mut hour.rng, now)?,
        },
    }
    if hour.rng.random_ratio(1, 4) {
        hour.collide()?;
    }
    // Where there is no signal, what she wrote waits on the phone.
    if has_signal { Ok(hour.phone.sync()?) } else { Ok(()) }
}

/// Waits a while. Whether to go on then.
fn wait(is_over: &AtomicBool) -> bool {
    let mut left = EVERY;
    while !left.is_zero() && !is_over.load(Ordering::SeqCst) {
        std::thread::sleep(LOOK_EVERY);
        left = left.saturating_sub(LOOK_EVERY);
    }
    !is_over.load(Ordering::SeqCst)
}

fn appointment(phone: &Phone, start: Timestamp, status: AppointmentStatus) -> Appointment {
    Appointment {
        nurse: Some(phone.staff),
        start: Some(start),
        end: Some(start.saturating_add_ms(LASTS_MINUTES * MINUTE_MS)),
        status,
        ..Appointment::default()
    }
}

fn made(phone: &Phone, appointment: RecordId, start: Timestamp) -> Visit {
    let end = start.saturating_add_ms(LASTS_MINUTES * MINUTE_MS);
    Visit {
        appointment: Some(appointment),
        nurse: Some(phone.staff),
        status: VisitStatus::Finished,
        check_in: Some(CheckPoint { at: start, position: None }),
        check_out: Some(CheckPoint { at: end, position: None }),
        ..Visit::default()
    }
}

/// The nurse's records of this kind for which this holds.
fn find(phone: &Phone, kind: Kind, is_it: impl Fn(&AnyRecord) -> bool) -> anyhow::Result<Vec<Header>> {
    let mut found = Vec::new();
    for case in phone.device.caseload()? {
        for listed in phone.device.chart(case.case.scope)?.records.get(&kind).into_iter().flatten() {
            if is_it(&phone.device.read(listed.header.id)?.record) {
                found.push(listed.header);
            }
        }
    }
    Ok(found)
}

fn under_way(phone: &Phone) -> anyhow::Result<Option<Header>> {
    let is_it = |record: &AnyRecord| {
        matches!(record, AnyRecord::Visit(visit)
            if visit.status == VisitStatus::InProgress && visit.nurse == Some(phone.staff))
    };
    Ok(find(phone, Kind::Visit, is_it)?.into_iter().next())
}

/// Her next appointment that is open and soon enough to set out for.
fn next_open(phone: &Phone, now: Timestamp) -> anyhow::Result<Option<Header>> {
    let soon = now.saturating_add_ms(APART_MINUTES * APPOINTMENTS * MINUTE_MS);
    let is_it = |record: &AnyRecord| {
        matches!(record, AnyRecord::Appointment(appointment)
            if appointment.status.is_open() && appointment.nurse == Some(phone.staff)
                && appointment.start.is_some_and(|start| start <= soon))
    };
    Ok(find(phone, Kind::Appointment, is_it)?.into_iter().next())
}

fn arrive(phone: &mut Phone, appointment: &Header, now: Timestamp) -> anyhow::Result<()> {
    let visit = Visit {
        appointment: Some(appointment.id),
        nurse: Some(phone.staff),
        status: VisitStatus::InProgress,
        check_in: Some(CheckPoint { at: now, position: None }),
        ..Visit::default()
    };
    phone.create(appointment.scope, visit)?;
    phone.change::<Appointment>(appointment.id, |appointment| {
        appointment.status = AppointmentStatus::CheckedIn;
    })
}

fn leave(phone: &mut Phone, visit: &Header, note: &str, now: Timestamp) -> anyhow::Result<()> {
    let mut kept = None;
    phone.change::<Visit>(visit.id, |visit| {
        visit.note = Text(note.to_owned());
        visit.status = VisitStatus::Finished;
        visit.check_out = Some(CheckPoint { at: now, position: None });
        kept = visit.appointment;
    })?;
    let Some(appointment) = kept else { return Ok(()) };
    phone.change::<Appointment>(appointment, |appointment| appointment.status = AppointmentStatus::Fulfilled)
}

/// Another visit is agreed on.
fn another(phone: &mut Phone, dice: &mut StdRng, now: Timestamp) -> anyhow::Result<()> {
    let caseload = phone.device.caseload()?;
    let Some(case) = caseload.choose(dice) else { return Ok(()) };
    let start = now.saturating_add_ms(APART_MINUTES * MINUTE_MS);
    let appointment = appointment(phone, start, AppointmentStatus::Booked);
    phone.create(case.case.scope, appointment).map(drop)
}
