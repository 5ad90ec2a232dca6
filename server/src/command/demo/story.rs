//! The story: an agency is founded, its nurses have a day, and everybody is compared with everybody.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use doorstep_client_core::document::Header;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::staff::StaffRole;
use doorstep_client_core::record::{self, AnyRecord};
use doorstep_server::agency;
use doorstep_server::app::{App, Running};
use doorstep_server::merge::{self, Save};
use doorstep_server::sample::{self, Profile, SampleSize};
use doorstep_server::store::{Act, Agency, Agent, Role, StaffMember};
use jiff::tz::TimeZone;

use super::check;
use super::clock::StoryClock;
use super::day::{self, Hour};
use super::phone::Phone;
use crate::command::output::Output;

/// How long the day is, from eight o'clock.
pub(super) const DURATION: Duration = Duration::from_secs(HOURS * 60 * 60);
const HOURS: u64 = 9;
const CASES_PER_NURSE: usize = 3;
/// Exchanges in which everybody must have everything once the signal is back.
const SETTLING_ROUNDS: usize = 4;

/// A demo on its way.
pub(super) struct Story<'a> {
    pub(super) output: Output,
    pub(super) app: Arc<App>,
    pub(super) clock: Arc<StoryClock>,
    pub(super) url: String,
    seed: u64,
    folder: &'a Path,
}

/// Who is who in the made-up agency.
pub(super) struct Cast {
    pub(super) agency: Agency,
    pub(super) office: StaffMember,
    pub(super) nurses: Vec<StaffMember>,
    pub(super) profiles: HashMap<ScopeId, &'static Profile>,
}

impl<'a> Story<'a> {
    pub(super) fn new(
        output: Output,
        seed: u64,
        clock: Arc<StoryClock>,
        folder: &'a Path,
        running: &Running,
    ) -> Self {
        let (app, url) = (Arc::clone(running.app()), format!("http://{}", running.address));
        Self { output, app, clock, url, seed, folder }
    }

    /// Plays the day, and fails when the server and the phones do not hold the same in the end.
    pub(super) fn play(&self, phones: u16) -> anyhow::Result<(Cast, Vec<Phone>)> {
        let began = Instant::now();
        let url = &self.url;
        self.tell(&format!(
            "The office opens: a server on {url}, its data in a folder that goes with the demo."
        ))?;
        let cast = self.found(phones)?;
        let mut phones = self.enrol(&cast)?;
        for hour in 1..=HOURS {
            self.clock.pass_minutes(60);
            phones = self.hour(phones, hour, &cast)?;
        }
        self.tell("Everybody is back where there is a signal.")?;
        settle(&mut phones)?;
        let mut result = check::compare(&*self.app.store, cast.agency.id, &phones, self.clock.now())?;
        result.seconds = began.elapsed().as_secs_f64();
        if self.output.is_json {
            self.output.say("", &result)?;
        } else {
            self.show_office(&cast)?;
            self.tell(&result.sentence())?;
        }
        ensure!(
            result.lost == 0 && result.converged,
            "the phones and the server differ: this is a defect of Doorstep; repeat it with --seed {}",
            self.seed
        );
        self.clock.come_back();
        Ok((cast, phones))
    }

    pub(super) fn tell(&self, line: &str) -> anyhow::Result<()> {
        match self.output.is_json {
            true => Ok(()),
            false => self.output.say(&format!("{}  {line}", self.clock.wall()), &()),
        }
    }

    /// Founds the agency that the generator makes: its staff, its directory, its cases, who visits whom.
    fn found(&self, phones: u16) -> anyhow::Result<Cast> {
        let (store, now) = (&*self.app.store, self.clock.now());
        let nurses = usize::from(phones);
        let sample = sample::agency(self.seed, SampleSize { nurses, cases: nurses * CASES_PER_NURSE }, now);
        let (agency, _) = agency::found_first(store, &*self.clock)?;
        let mut members = Vec::new();
        for (id, person) in &sample.staff {
            let role = if person.role == StaffRole::Nurse { Role::Nurse } else { Role::Office };
            let member = StaffMember { id: (*id).into(), name: person.name.clone(), role, is_active: true };
            store.add_staff(agency.id, member.clone())?;
            members.push(member);
        }
        let (nurses, office): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|member| member.role == Role::Nurse);
        let office = office.into_iter().next().context("the made-up agency has nobody in its office")?;

        self.name_agency(&agency, &office)?;
        let directory = headed(agency.directory, &sample.directory());
        merge::create_all(store, agency.id, office.id, &directory, now)?;
        for case in &sample.cases {
            merge::create_all(store, agency.id, office.id, &headed(case.scope, &case.records), now)?;
            let position = nurses.iter().position(|nurse| nurse.id == case.nurse);
            let position = position.context("a made-up case has a nurse of another agency")?;
            // A colleague covers each case, so that two may write in it at once.
            for nurse in [position, (position + 1) % nurses.len()] {
                store.grant(
                    agency.id,
                    case.scope,
                    nurses[nurse].id,
                    Act { by: Agent::Staff(office.id), at: now },
                )?;
            }
        }
        self.tell(&format!("{} nurses and {} patients, all made up.", nurses.len(), sample.cases.len()))?;
        let profiles = sample.cases.iter().map(|case| (case.scope, case.profile)).collect();
        Ok(Cast { agency, office, nurses, profiles })
    }

    /// Gives the agency a name that says that it is made up, and the time zone of this machine.
    fn name_agency(&self, agency: &Agency, office: &StaffMember) -> anyhow::Result<()> {
        let (store, record) = (&*self.app.store, agency::itself(agency.id).into());
        let stored = store.snapshot(agency.id)?.record(record)?.context("the agency has no record")?;
        let zone = TimeZone::system();
        let named = record::agency::Agency {
            name: "Sample Home Health".to_owned(),
            time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            ..record::agency::Agency::default()
        };
        let seen = Save::Edit(record, stored.stamp.version);
        merge::save(store, agency.id, office.id, &seen, &named.into(), self.clock.now())?;
        Ok(())
    }

    fn enrol(&self, cast: &Cast) -> anyhow::Result<Vec<Phone>> {
        let mut phones = Vec::new();
        for (number, nurse) in cast.nurses.iter().enumerate() {
            let (code, _) =
                self.app.enrolments.invite(cast.agency.id, nurse.id, Agent::Staff(cast.office.id))?;
            let path = self.folder.join(format!("phone-{number}"));
            let environment: Arc<dyn Environment> = Arc::clone(&self.clock) as _;
            let phone = Phone::enrol(path, environment, nurse, &self.url, &code.to_string())?;
            phone.sync()?;
            let cases = phone.device.caseload()?.len();
            self.tell(&format!("{} enrols a phone and has {cases} charts on it.", nurse.name))?;
            phones.push(phone);
        }
        Ok(phones)
    }

    /// One hour on all phones at once.
    fn hour(&self, phones: Vec<Phone>, hour: u64, cast: &Cast) -> anyhow::Result<Vec<Phone>> {
        let hours: Vec<anyhow::Result<Hour>> = std::thread::scope(|threads| {
            let play = |(number, phone)| {
                let dice = day::dice(self.seed, number, hour);
                let dies = number as u64 % HOURS == hour - 1;
                threads.spawn(move || Hour::new(phone, dice, &self.clock, &cast.profiles).play(dies))
            };
            let playing: Vec<_> = phones.into_iter().enumerate().map(play).collect();
            playing
                .into_iter()
                .map(|hour| hour.join().unwrap_or_else(|_| Err(anyhow!("a phone of the demo broke down"))))
                .collect()
        });
        let mut phones = Vec::new();
        for hour in hours {
            let Hour { phone, told, .. } = hour?;
            for line in told {
                self.tell(&format!("{:<18} {line}", phone.nurse))?;
            }
            phones.push(phone);
        }
        Ok(phones)
    }
}

/// Everybody syncs until nobody has anything left to send or to fetch.
fn settle(phones: &mut [Phone]) -> anyhow::Result<()> {
    for phone in &mut *phones {
        phone.signal.set(true);
    }
    for _ in 0..SETTLING_ROUNDS {
        for phone in &mut *phones {
            phone.sync().with_context(|| format!("{}'s phone cannot sync", phone.nurse))?;
        }
    }
    Ok(())
}

fn headed(scope: ScopeId, records: &[(RecordId, AnyRecord)]) -> Vec<(Header, AnyRecord)> {
    let head = |(id, record): &(RecordId, AnyRecord)| {
        (Header { id: *id, scope, kind: record.kind() }, record.clone())
    };
    records.iter().map(head).collect()
}
