//! A made-up agency from a seed, for the demo, tests and benches: staff, an instrument, patients whose conditions,
//! medications, goals, plans, measurements and schedules hang together. The same seed makes the same agency.
//!
//! Everybody in it is invented. Every patient carries an identifier of the system [`SAMPLE_SYSTEM`] that says so.

mod case;
mod people;
mod profiles;

use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::instrument::Instrument;
use doorstep_client_core::record::staff::{Staff, StaffRole};
use doorstep_client_core::record::{AnyRecord, Timestamp};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};

pub use profiles::Profile;

/// The identifier system of everybody who is made up.
pub const SAMPLE_SYSTEM: &str = "https://doorstep.invalid/sample";

/// How large the made-up agency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSize {
    /// Nurses; somebody in the office comes on top.
    pub nurses: usize,
    /// Cases, dealt out to the nurses in turn.
    pub cases: usize,
}

/// A made-up agency.
pub struct Sample {
    /// Its staff: the nurses, then somebody for the office.
    pub staff: Vec<(RecordId, Staff)>,
    /// Its instrument.
    pub instrument: (RecordId, Instrument),
    /// Its cases.
    pub cases: Vec<SampleCase>,
}

/// A made-up case.
pub struct SampleCase {
    /// The case.
    pub scope: ScopeId,
    /// Who visits.
    pub nurse: StaffId,
    /// What the patient's conditions, plan and measurements are made from.
    pub profile: &'static Profile,
    /// Its records, the patient's first.
    pub records: Vec<(RecordId, AnyRecord)>,
}

impl Sample {
    /// The records of the directory.
    pub fn directory(&self) -> Vec<(RecordId, AnyRecord)> {
        let staff = self.staff.iter().map(|(id, staff)| (*id, staff.clone().into()));
        staff.chain([(self.instrument.0, self.instrument.1.clone().into())]).collect()
    }
}

/// Makes an agency of this size from a seed, as it is at `now`: its appointments begin in the hours after.
pub fn agency(seed: u64, size: SampleSize, now: Timestamp) -> Sample {
    let mut maker = Maker { rng: StdRng::seed_from_u64(seed), now };
    let mut names = people::names();
    names.shuffle(&mut maker.rng);
    let mut names = names.into_iter();
    let mut staff: Vec<(RecordId, Staff)> = Vec::new();
    for number in 0..=size.nurses {
        let role = if number < size.nurses { StaffRole::Nurse } else { StaffRole::Office };
        let name = names.next().unwrap_or_default();
        staff.push((maker.id(), people::staff(&mut maker, &name.full(), role)));
    }
    let instrument = (maker.id(), people::instrument());
    let mut cases = Vec::new();
    for number in 0..size.cases {
        let nurse = StaffId::from(staff[number % size.nurses.max(1)].0);
        let profile = &profiles::PROFILES[number % profiles::PROFILES.len()];
        let place_in_day = number / size.nurses.max(1);
        let name = names.next().unwrap_or_else(|| people::numbered(number));
        let records = case::records(&mut maker, profile, &name, nurse, instrument.0, place_in_day);
        let scope = ScopeId::new(now, &mut maker.entropy());
        cases.push(SampleCase { scope, nurse, profile, records });
    }
    Sample { staff, instrument, cases }
}

/// The dice and the clock that everything is made with.
struct Maker {
    rng: StdRng,
    now: Timestamp,
}

impl Maker {
    fn entropy(&mut self) -> impl FnMut(&mut [u8]) + '_ {
        |bytes: &mut [u8]| self.rng.fill_bytes(bytes)
    }

    fn id(&mut self) -> RecordId {
        let now = self.now;
        RecordId::new(now, &mut self.entropy())
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        *from.choose(&mut self.rng).expect("the lists of the generator are not empty")
    }

    fn digits(&mut self, count: usize) -> String {
        use rand::RngExt;
        (0..count).map(|_| char::from(b'0' + self.rng.random_range(0..10u8))).collect()
    }

    /// A day before or after today.
    fn day(&self, days: i64) -> doorstep_client_core::record::Date {
        let moment = self.now.saturating_add_ms(days * DAY_MS);
        moment.to_jiff().to_zoned_datetime(jiff::tz::TimeZone::UTC).date().into()
    }
}

const DAY_MS: i64 = 24 * 3_600_000;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use doorstep_client_core::record::Kind;

    use super::*;

    fn sample(seed: u64) -> Sample {
        let now = Timestamp::from_millisecond(1_772_438_400_000).unwrap();
        agency(seed, SampleSize { nurses: 8, cases: 24 }, now)
    }

    #[test]
    fn the_same_seed_makes_the_same_agency_and_another_seed_another() {
        assert_eq!(sample(1).directory(), sample(1).directory());
        for (a, b) in sample(1).cases.iter().zip(&sample(1).cases) {
            assert_eq!((a.scope, &a.records), (b.scope, &b.records));
        }
        assert_ne!(sample(1).cases[0].records, sample(2).cases[0].records);
    }

    #[test]
    fn every_record_passes_its_checks() {
        for seed in 0..20 {
            let sample = sample(seed);
            let records =
                sample.cases.iter().flat_map(|case| &case.records).cloned().chain(sample.directory());
            for (_, record) in records {
                assert_eq!(record.check(), [], "seed {seed}, {}", record.kind());
            }
        }
    }

    #[test]
    fn every_kind_occurs_but_the_agency_itself_and_files() {
        let sample = sample(1);
        let records = sample.cases.iter().flat_map(|case| &case.records).cloned().chain(sample.directory());
        let kinds: BTreeSet<Kind> = records.map(|(_, record)| record.kind()).collect();
        let missing: Vec<&Kind> = Kind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
        assert_eq!(missing, [&Kind::Attachment, &Kind::Agency]);
    }

    #[test]
    fn nobody_occurs_twice_and_ids_are_unique() {
        let sample = agency(3, SampleSize { nurses: 50, cases: 2_000 }, Timestamp::UNIX_EPOCH);
        let mut people = HashSet::new();
        let mut ids = HashSet::new();
        for case in &sample.cases {
            assert!(case.records.iter().all(|(id, _)| ids.insert(*id)));
            let AnyRecord::Patient(patient) = &case.records[0].1 else { panic!("the patient comes first") };
            assert!(people.insert((patient.full_name(), patient.birth_date)), "{}", patient.full_name());
        }
    }
}
