//! A large made-up agency, for what measures what the office's reads cost: everything that the sample generator gives a case,
//! and what makes a review queue and a schedule long.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use doorstep_client_core::document::{Changeset, Header};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use doorstep_client_core::record::{AnyRecord, CheckPoint, Timestamp};
use doorstep_server::agency;
use doorstep_server::merge::{self, Save};
use doorstep_server::sample::{self, SampleCase, SampleSize};
use doorstep_server::store::{Act, Agent, Role, SetAside, SqliteStore, StaffMember, Store};
use tempfile::TempDir;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Appointments of a nurse in a day.
const APPOINTMENTS_A_DAY: i64 = 6;

/// How large the agency is. Each nurse has six appointments a day for weeks on end; one case in a hundred is booked twice, one
/// in five has an authorisation that runs out, one in fifty has a conflict, and one phone had work set aside.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Nurses.
    pub nurses: usize,
    /// Cases.
    pub cases: usize,
    /// Visits of each case from long ago.
    pub past_visits: usize,
}

/// A made-up agency in a data folder.
pub struct LargeAgency {
    /// How many records it has.
    pub records: usize,
    /// The data folder.
    pub folder: PathBuf,
    /// Its id.
    pub id: AgencyId,
    /// Somebody of its office.
    pub office: StaffId,
    /// Its nurses.
    pub nurses: Vec<StaffId>,
    /// Removes the folder where it was made for this alone.
    _folder: Option<TempDir>,
}

impl Size {
    /// Fifty nurses with five thousand cases and three hundred thousand records.
    pub const LARGE: Self = Self { nurses: 50, cases: 5_000, past_visits: 28 };
}

impl LargeAgency {
    /// Makes it, in a folder of its own that goes when this goes.
    pub fn make(size: Size) -> anyhow::Result<Self> {
        let folder = TempDir::new().context("making a folder for the agency")?;
        let made = Self::make_in(folder.path(), size)?;
        Ok(Self { _folder: Some(folder), ..made })
    }

    /// The agency in this folder, which is made where there is none.
    pub fn kept_in(folder: &Path, size: Size) -> anyhow::Result<Self> {
        let store = SqliteStore::open(folder, &SystemEnvironment)?;
        let Some(agency) = store.agencies()?.into_iter().next() else { return Self::make_in(folder, size) };
        let snapshot = store.snapshot(agency.id)?;
        let cases = snapshot.cases(SystemEnvironment.now())?;
        let staff = snapshot.all_staff()?;
        let of = |role| staff.iter().filter(move |member| member.role == role).map(|member| member.id);
        Ok(Self {
            records: cases.iter().map(|case| case.records as usize).sum(),
            folder: folder.to_owned(),
            id: agency.id,
            office: of(Role::Office).next().context("the agency has no office")?,
            nurses: of(Role::Nurse).collect(),
            _folder: None,
        })
    }

    fn make_in(folder: &Path, size: Size) -> anyhow::Result<Self> {
        let store = SqliteStore::open(folder, &SystemEnvironment)?;
        let now = SystemEnvironment.now();
        let founded = agency::found(&store, &SystemEnvironment, "Sample Agency")?;
        let office = agency::hire(&store, &SystemEnvironment, founded.id, "Office Sample", Role::Office)?.id;
        let sample = sample::agency(7, SampleSize { nurses: size.nurses, cases: size.cases }, now);
        for (id, person) in &sample.staff {
            let (id, name) = (StaffId::from(*id), person.name.clone());
            store.add_staff(founded.id, StaffMember { id, name, role: Role::Nurse, is_active: true })?;
        }
        let nurses = sample.staff.iter().map(|(id, _)| StaffId::from(*id)).collect();
        let mut made =
            Self { records: 0, folder: folder.to_owned(), id: founded.id, office, nurses, _folder: None };
        made.keep(&store, founded.directory, sample.directory(), now)?;
        for (number, case) in sample.cases.into_iter().enumerate() {
            made.open(&store, number, size, case, now)?;
        }
        let nurse = sample.staff.first().context("an agency without nurses has nothing to measure")?.0;
        made.set_aside(&store, nurse.into(), now)?;
        Ok(made)
    }

    fn open(
        &mut self,
        store: &SqliteStore,
        number: usize,
        size: Size,
        case: SampleCase,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let SampleCase { scope, nurse, mut records, .. } = case;
        let place = i64::try_from(number / size.nurses.max(1))?;
        let mut appointments = 0;
        for (_, record) in &mut records {
            match record {
                AnyRecord::Appointment(appointment) => {
                    let turn = place * 3 + appointments;
                    let turn = if number % 100 == 99 { turn - 3 } else { turn };
                    let (day, slot) =
                        (turn.div_euclid(APPOINTMENTS_A_DAY), turn.rem_euclid(APPOINTMENTS_A_DAY));
                    let begins = now.saturating_add_ms(DAY_MS + day * DAY_MS + slot * HOUR_MS);
                    appointment.start = Some(begins);
                    appointment.end = Some(begins.saturating_add_ms(HOUR_MS));
                    appointments += 1;
                }
                AnyRecord::Coverage(coverage) if !number.is_multiple_of(5) => {
                    for authorisation in coverage.authorisations.values_mut() {
                        authorisation.visits_approved = Some(24);
                        let end = now.saturating_add_ms(200 * DAY_MS).to_string()[..10].parse()?;
                        let mut period = authorisation.period.unwrap_or_default();
                        period.end = Some(end);
                        authorisation.period = Some(period);
                    }
                }
                _ => {}
            }
        }
        for past in 0..size.past_visits {
            let turn = i64::try_from(past * size.cases.div_ceil(size.nurses.max(1)))? + place;
            let (day, slot) = (turn.div_euclid(APPOINTMENTS_A_DAY), turn.rem_euclid(APPOINTMENTS_A_DAY));
            let began = now.saturating_add_ms(-(100 + day) * DAY_MS + slot * HOUR_MS);
            let point = |at| Some(CheckPoint { at, position: None });
            let visit = Visit {
                nurse: Some(nurse),
                status: VisitStatus::Finished,
                check_in: point(began),
                check_out: point(began.saturating_add_ms(HOUR_MS)),
                ..Visit::default()
            };
            let entropy: &dyn Environment = &SystemEnvironment;
            records.push((RecordId::new(now, &mut entropy.entropy()), visit.into()));
        }
        let patient = records.first().map(|(id, record)| (*id, record.clone()));
        self.keep(store, scope, records, now)?;
        store.grant(self.id, scope, nurse, Act { by: Agent::Command, at: now })?;
        if number.is_multiple_of(50) {
            let (id, record) = patient.ok_or_else(|| anyhow!("a made-up case has no patient"))?;
            self.contradict(store, id, record, now)?;
        }
        Ok(())
    }

    fn keep(
        &mut self,
        store: &SqliteStore,
        scope: ScopeId,
        records: Vec<(RecordId, AnyRecord)>,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let headed =
            |(id, record): (RecordId, AnyRecord)| (Header { id, scope, kind: record.kind() }, record);
        let records: Vec<(Header, AnyRecord)> = records.into_iter().map(headed).collect();
        self.records += merge::create_all(store, self.id, self.office, &records, now)?.len();
        Ok(())
    }

    /// Two different edits of the same version.
    fn contradict(
        &self,
        store: &SqliteStore,
        id: RecordId,
        record: AnyRecord,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let AnyRecord::Patient(patient) = record else { return Err(anyhow!("the patient comes first")) };
        let seen = store.snapshot(self.id)?.stamp(id)?.context("the patient was just stored")?.version;
        for preferred in ["One", "Other"] {
            let mut patient = patient.clone();
            patient.preferred = preferred.to_owned();
            let save = Save::Edit(id, seen.clone());
            merge::save(store, self.id, self.office, &save, &patient.into(), now)?;
        }
        Ok(())
    }

    fn set_aside(&self, store: &SqliteStore, staff: StaffId, now: Timestamp) -> anyhow::Result<()> {
        let aside = |number: u128| SetAside {
            record: Some(RecordId::from_bytes(number.to_be_bytes())),
            scope: None,
            device: DeviceId::from_bytes([1; 16]),
            staff,
            reason: "no_grant".to_owned(),
            changes: Changeset::from_bytes(vec![1; 300]),
            received_at: now,
        };
        Ok(store.set_aside(self.id, (0..100).map(aside).collect())?)
    }
}
