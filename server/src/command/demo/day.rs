//! One nurse's hour: visits, notes, fields that a colleague may be changing as well, and exchanges that may fail.

use std::collections::HashMap;

use anyhow::Context;
use doorstep_client_core::document::Header;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::care_plan::{CarePlan, InterventionStatus};
use doorstep_client_core::record::communication::Communication;
use doorstep_client_core::record::observation::Observation;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use doorstep_client_core::record::{AnyRecord, CheckPoint, Kind, Quantity, Text, Timestamp};
use doorstep_server::sample::Profile;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::clock::StoryClock;
use super::phone::Phone;

/// An answer cut before this many bytes never brings the whole of its first frame.
const DEAD_AFTER_BYTES: usize = 40;

/// How long before an appointment a nurse may set out.
const READY_MS: i64 = 90 * 60_000;

/// One nurse's hour, and what is told of it.
pub(super) struct Hour<'a> {
    pub(super) phone: Phone,
    pub(super) told: Vec<String>,
    pub(super) rng: StdRng,
    clock: &'a StoryClock,
    pub(super) profiles: &'a HashMap<ScopeId, &'static Profile>,
}

/// The dice of one phone in one hour.
pub(super) fn dice(seed: u64, phone: usize, hour: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_mul(1_000_003) ^ (phone as u64) << 8 ^ hour)
}

impl<'a> Hour<'a> {
    pub(super) fn new(
        phone: Phone,
        rng: StdRng,
        clock: &'a StoryClock,
        profiles: &'a HashMap<ScopeId, &'static Profile>,
    ) -> Self {
        Self { phone, told: Vec::new(), rng, clock, profiles }
    }

    /// Plays the hour; `dies`: in this one, the phone dies in the middle of an exchange.
    pub(super) fn play(mut self, dies: bool) -> anyhow::Result<Self> {
        // Out on the road: most homes have no signal.
        let has_signal = self.rng.random_ratio(2, 5);
        self.phone.signal.set(has_signal);
        self.visit()?;
        if self.rng.random_ratio(2, 3) {
            self.collide()?;
        }
        if self.rng.random_ratio(1, 6) {
            self.call_the_practice()?;
        }
        if dies {
            return self.die_while_sending();
        }
        if self.rng.random_ratio(1, 2) {
            self.sync()?;
        }
        Ok(self)
    }

    /// The next visit of the day, if one is due: check-in, measurements, a note, check-out.
    fn visit(&mut self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let Some(due) = self.due(now)? else { return Ok(()) };
        let (appointment, case) = (due.id, due.scope);
        let profile = self.profiles.get(&case).context("a case of the demo has no clinical picture")?;
        let started = now.saturating_add_ms(-self.rng.random_range(30..50) * 60_000);
        let visit = self.phone.create(
            case,
            Visit {
                appointment: Some(appointment),
                nurse: Some(self.phone.staff),
                status: VisitStatus::InProgress,
                check_in: Some(CheckPoint { at: started, position: None }),
                ..Visit::default()
            },
        )?;
        let measured = self.measure(profile, case, visit, started)?;
        let note = profile.note(&mut self.rng);
        self.phone.change::<Visit>(visit, |visit| {
            visit.note = Text(note.to_owned());
            visit.status = VisitStatus::Finished;
            visit.check_out = Some(CheckPoint { at: now, position: None });
        })?;
        self.phone.change::<Appointment>(appointment, |appointment| {
            appointment.status = AppointmentStatus::Fulfilled;
        })?;
        let who = self.patient_name(case)?;
        self.told.push(format!("visits {who}: {measured}. \u{201c}{note}\u{201d}"));
        Ok(())
    }

    /// The nurse's next open appointment, once it is time.
    fn due(&self, now: Timestamp) -> anyhow::Result<Option<Header>> {
        for listed in self.phone.device.today(self.clock.utc_offset_s())? {
            let read = self.phone.device.read(listed.header.id)?;
            if let AnyRecord::Appointment(appointment) = read.record {
                let is_mine = appointment.nurse == Some(self.phone.staff);
                let is_due = appointment.start.is_some_and(|at| at <= now.saturating_add_ms(READY_MS));
                if is_mine && is_due && appointment.status.is_open() {
                    return Ok(Some(listed.header));
                }
            }
        }
        Ok(None)
    }

    pub(super) fn measure(
        &mut self,
        profile: &Profile,
        case: ScopeId,
        visit: RecordId,
        at: Timestamp,
    ) -> anyhow::Result<String> {
        let mut words = Vec::new();
        for (vital, value) in profile.measured(1.0, &mut self.rng) {
            let quantity = Quantity::new(value, vital.unit);
            words.push(format!("{} {quantity}", short(vital.display)));
            self.phone.create(
                case,
                Observation {
                    code: Some(vital.coding()),
                    value: Some(quantity),
                    performed_at: Some(at),
                    performer: Some(self.phone.staff),
                    visit: Some(visit),
                    ..Observation::default()
                },
            )?;
        }
        Ok(words.join(", "))
    }

    /// Something that a colleague may be changing at the same time: the door code, an intervention's progress.
    pub(super) fn collide(&mut self) -> anyhow::Result<()> {
        let caseload = self.phone.device.caseload()?;
        let Some(case) = caseload.choose(&mut self.rng) else { return Ok(()) };
        let who = &case.case.patient_name;
        if self.rng.random_ratio(1, 2) {
            let code = format!("{:04}", self.rng.random_range(0..10_000));
            self.phone.change::<Patient>(case.patient.header.id, |patient| {
                patient.address.door_code.clone_from(&code);
            })?;
            self.told.push(format!("notes that the door code of {who} is {code}"));
            return Ok(());
        }
        let chart = self.phone.device.chart(case.case.scope)?;
        let Some(plan) = chart.records.get(&Kind::CarePlan).and_then(|plans| plans.first()) else {
            return Ok(());
        };
        let progress =
            [InterventionStatus::InProgress, InterventionStatus::Completed, InterventionStatus::OnHold];
        let status = progress.choose(&mut self.rng).cloned().unwrap_or_default();
        let words = status.display().to_lowercase();
        let mut intervention = String::new();
        self.phone.change::<CarePlan>(plan.header.id, |plan| {
            if let Some(first) = plan.interventions.values_mut().next() {
                intervention.clone_from(&first.description);
                first.status = status;
            }
        })?;
        self.told.push(format!("marks \u{201c}{intervention}\u{201d} of {who} as {words}"));
        Ok(())
    }

    fn call_the_practice(&mut self) -> anyhow::Result<()> {
        let caseload = self.phone.device.caseload()?;
        let Some(case) = caseload.choose(&mut self.rng) else { return Ok(()) };
        let call = Communication {
            happened_at: Some(self.clock.now()),
            staff: Some(self.phone.staff),
            topic: "Today's measurements".to_owned(),
            with_name: "the practice".to_owned(),
            summary: Text("Told the practice of today's measurements; no change of treatment.".to_owned()),
            ..Communication::default()
        };
        self.phone.create(case.case.scope, call)?;
        self.told.push(format!("phones the practice about {}", case.case.patient_name));
        Ok(())
    }

    /// Syncs if there is a signal, now and then one that goes in the middle.
    fn sync(&mut self) -> anyhow::Result<()> {
        let waiting = self.phone.waiting()?;
        if !self.phone.signal.is_there() {
            if waiting > 0 {
                self.told.push(format!("has no signal; the phone says that {} unsent", changes(waiting)));
            }
            return Ok(());
        }
        if self.rng.random_ratio(1, 4) {
            let after = self.rng.random_range(0..2_000);
            self.phone.signal.goes_after(after);
            // However far it came: what was stored stays, and the rest waits.
            if self.phone.sync().is_err() {
                let left = self.phone.waiting()?;
                self.told
                    .push(format!("loses the signal in the middle of an exchange; {} unsent", changes(left)));
            }
            return Ok(());
        }
        self.phone.sync()?;
        if waiting > 0 {
            self.told.push(format!("has a signal: {waiting} sent, nothing waits"));
        }
        Ok(())
    }

    /// The phone dies after the server has heard it, and before it has heard the server.
    fn die_while_sending(mut self) -> anyhow::Result<Self> {
        let waiting = self.phone.waiting()?;
        self.phone.signal.set(true);
        let after = self.rng.random_range(0..DEAD_AFTER_BYTES);
        self.phone.signal.goes_after(after);
        let is_cut = self.phone.sync().is_err();
        self.phone = self.phone.die_and_come_back()?;
        if is_cut {
            let left = self.phone.waiting()?;
            self.told.push(format!(
                "starts to send {waiting}; the phone dies in the middle, comes back and says that {} unsent",
                changes(left)
            ));
        }
        Ok(self)
    }

    fn patient_name(&self, case: ScopeId) -> anyhow::Result<String> {
        let caseload = self.phone.device.caseload()?;
        let named = caseload.into_iter().find(|on_phone| on_phone.case.scope == case);
        Ok(named.map_or_else(|| "a patient".to_owned(), |on_phone| on_phone.case.patient_name))
    }
}

fn changes(count: u32) -> String {
    if count == 1 { "1 change is".to_owned() } else { format!("{count} changes are") }
}

/// A vital sign's name as a nurse says it.
fn short(display: &str) -> String {
    let end = [", ", " by ", " in ", " blood pressure"].iter().filter_map(|mark| display.find(mark)).min();
    display[..end.unwrap_or(display.len())].to_lowercase()
}
