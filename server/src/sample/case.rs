//! The records of one made-up case.

use std::collections::BTreeMap;

use doorstep_client_core::ids::{RecordId, StaffId};
use doorstep_client_core::record::allergy::{Allergy, AllergyCategory, AllergyVerification, Criticality};
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::assessment::{Assessment, AssessmentStatus, Risk};
use doorstep_client_core::record::care_plan::{CarePlan, CarePlanStatus, Intervention, InterventionStatus};
use doorstep_client_core::record::care_team_member::CareTeamMember;
use doorstep_client_core::record::code_system::{RXNORM, SNOMED_CT};
use doorstep_client_core::record::communication::Communication;
use doorstep_client_core::record::condition::Condition;
use doorstep_client_core::record::coverage::{Authorisation, AuthorisationStatus, Coverage};
use doorstep_client_core::record::education::{Education, TeachBack};
use doorstep_client_core::record::goal::{Comparator, Goal, Rating, Target};
use doorstep_client_core::record::medication::Medication;
use doorstep_client_core::record::observation::{Observation, ObservationCategory};
use doorstep_client_core::record::patient::{Address, Identifier, Patient, PhoneUse};
use doorstep_client_core::record::support_person::{CaregiverRole, Relationship, SupportPerson};
use doorstep_client_core::record::task::Task;
use doorstep_client_core::record::treatment_change::{ProposalStatus, TreatmentChange};
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use doorstep_client_core::record::{
    Answer, AnyRecord, CheckPoint, Coding, Date, Period, Quantity, Text, Timestamp, vitals,
};
use rand::RngExt;

use super::people::{self, Name};
use super::profiles::Profile;
use super::{DAY_MS, Maker, SAMPLE_SYSTEM};

/// Weeks of past visits, one a week.
const WEEKS: i64 = 4;
const HOUR_MS: i64 = 3_600_000;

/// Everything of a case: the patient first.
pub(super) fn records(
    maker: &mut Maker,
    profile: &Profile,
    name: &Name,
    nurse: StaffId,
    instrument: RecordId,
    place_in_day: usize,
) -> Vec<(RecordId, AnyRecord)> {
    let mut case = Case { maker, profile, nurse, records: Vec::new() };
    case.patient(name);
    let doctor = case.team(name);
    let conditions = case.conditions();
    case.medications(doctor, &conditions);
    let goal = case.plan(doctor, &conditions);
    let measured = case.past_visits();
    case.assessment(instrument);
    case.liaison(doctor, measured, goal);
    case.appointments(place_in_day);
    case.records
}

struct Case<'a> {
    maker: &'a mut Maker,
    profile: &'a Profile,
    nurse: StaffId,
    records: Vec<(RecordId, AnyRecord)>,
}

impl Case<'_> {
    fn add(&mut self, record: impl Into<AnyRecord>) -> RecordId {
        let id = self.maker.id();
        self.records.push((id, record.into()));
        id
    }

    fn ago(&self, days: i64) -> Timestamp {
        self.maker.now.saturating_add_ms(-days * DAY_MS)
    }

    fn patient(&mut self, name: &Name) {
        let (youngest, oldest) = self.profile.born_years_ago;
        let born_days_ago = self.maker.rng.random_range(youngest * 365..oldest * 365);
        let mut patient = Patient {
            given: name.given.clone(),
            family: name.family.clone(),
            birth_date: Some(self.maker.day(-born_days_ago)),
            sex: name.sex.clone(),
            language: Some(Coding::new("urn:ietf:bcp:47", "en", "English")),
            address: Address {
                line: format!("{} {}", self.maker.rng.random_range(1..240), self.maker.pick(&STREETS)),
                city: self.maker.pick(&["Springfield", "Holyoke", "Chicopee", "Westfield"]).to_owned(),
                state: "MA".to_owned(),
                postal_code: format!("010{}", self.maker.digits(2)),
                country: "US".to_owned(),
                door_code: self.maker.pick(&["", "", "key safe left of the door", "ring twice"]).to_owned(),
                dog: self.maker.pick(&["", "", "friendly", "shut away before the visit"]).to_owned(),
                parking: self.maker.pick(&["", "on the street", "behind the house"]).to_owned(),
            },
            ..Patient::default()
        };
        patient.phones.insert("home".into(), people::phone(self.maker, PhoneUse::Home, ""));
        let number = self.maker.digits(8);
        let identifier =
            Identifier { system: SAMPLE_SYSTEM.to_owned(), value: number, label: "Sample data".to_owned() };
        patient.identifiers.insert("sample".into(), identifier);
        self.add(patient);
    }

    /// Family, practice and insurer. Returns the doctor.
    fn team(&mut self, name: &Name) -> RecordId {
        let relative = self.maker.pick(&["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gwen", "Hal"]);
        let mut person = SupportPerson {
            name: format!("{relative} {}", name.family),
            relationship: RELATIVES[self.maker.rng.random_range(0..RELATIVES.len())].clone(),
            lives_with_patient: self.maker.pick(&[true, false]),
            caregiver_role: CaregiverRole::Primary,
            availability: "evenings and weekends".to_owned(),
            may_receive_information: true,
            ..SupportPerson::default()
        };
        person.phones.insert("mobile".into(), people::phone(self.maker, PhoneUse::Mobile, "evenings"));
        self.add(person);

        let payer = self.maker.pick(&["Sample Health Plan", "Example Mutual"]);
        let mut coverage = Coverage {
            payer: payer.to_owned(),
            plan: "Home care".to_owned(),
            member_id: format!("S{}", self.maker.digits(8)),
            period: Some(self.period(-300, 65)),
            ..Coverage::default()
        };
        let authorisation = Authorisation {
            number: format!("A{}", self.maker.digits(6)),
            visits_approved: Some(self.maker.pick(&[6, 12, 24])),
            period: Some(self.period(-40, 50)),
            status: AuthorisationStatus::Approved,
            ..Authorisation::default()
        };
        coverage.authorisations.insert("a1".into(), authorisation);
        self.add(coverage);

        let doctor = self.maker.pick(&["Ames", "Bell", "Cruz", "Diaz", "Egan"]);
        let mut doctor = CareTeamMember {
            name: format!("Dr. {doctor}"),
            organisation: "Sample Family Practice".to_owned(),
            role: "Primary care physician".to_owned(),
            ..CareTeamMember::default()
        };
        doctor.phones.insert("work".into(), people::phone(self.maker, PhoneUse::Work, ""));
        self.add(doctor)
    }

    fn conditions(&mut self) -> Vec<RecordId> {
        let problem = self.profile.problem.clone();
        let conditions = self.profile.conditions.iter().map(|(code, display, years)| Condition {
            code: Some(Coding::new(SNOMED_CT, code, display)),
            onset: year(self.maker.day(-years * 365 - 60)),
            omaha_problem: Some(problem.clone()),
            ..Condition::default()
        });
        let conditions: Vec<Condition> = conditions.collect();
        conditions.into_iter().map(|condition| self.add(condition)).collect()
    }

    fn medications(&mut self, doctor: RecordId, conditions: &[RecordId]) {
        for (code, display, dose, frequency, reason) in self.profile.medications {
            let medication = Medication {
                code: Some(Coding::new(RXNORM, code, display)),
                dose: (*dose).to_owned(),
                frequency: (*frequency).to_owned(),
                as_needed: frequency.starts_with("as needed"),
                start: Some(self.day_within(-300, -30)),
                prescriber: Some(doctor),
                reason: conditions.get(*reason).copied(),
                last_reconciled_by: Some(self.nurse),
                last_reconciled_at: Some(self.ago(7)),
                ..Medication::default()
            };
            self.add(medication);
        }
        if let Some((code, display)) = self.profile.allergy {
            self.add(Allergy {
                substance: Some(Coding::new(RXNORM, code, display)),
                category: Some(AllergyCategory::Medication),
                criticality: Criticality::High,
                verification_status: AllergyVerification::Confirmed,
                ..Allergy::default()
            });
        }
    }

    fn plan(&mut self, doctor: RecordId, conditions: &[RecordId]) -> RecordId {
        let (words, measure, value, is_to_be_reached) = self.profile.goal;
        let vital = vitals::vital_of(measure).expect("goals name a vital sign");
        let mut goal = Goal {
            description: words.into(),
            condition: conditions.first().copied(),
            omaha_problem: Some(self.profile.problem.clone()),
            target: Target {
                measure: Some(vital.coding()),
                comparator: if is_to_be_reached { Comparator::AtLeast } else { Comparator::AtMost },
                value: Some(Quantity::new(value, vital.unit)),
                due: Some(self.maker.day(42)),
            },
            start: Some(self.maker.day(-28)),
            ..Goal::default()
        };
        let rating = Rating {
            rated_at: Some(self.ago(28)),
            rated_by: Some(self.nurse),
            knowledge: Some(self.maker.rng.random_range(2..=3)),
            behavior: Some(self.maker.rng.random_range(2..=4)),
            status: Some(self.maker.rng.random_range(2..=3)),
            entered_in_error: false,
        };
        goal.ratings.insert("start".into(), rating);
        let goal = self.add(goal);

        let mut plan = CarePlan {
            title: format!("Plan of care: {}", self.profile.conditions[0].1.to_lowercase()),
            status: CarePlanStatus::Active,
            period: Some(self.period(-28, 32)),
            conditions: conditions.iter().collect(),
            goals: [goal].iter().collect(),
            physician: Some(doctor),
            physician_signed: Some(self.maker.day(-26)),
            ..CarePlan::default()
        };
        for (number, (category, target, description, frequency)) in (1..).zip(self.profile.interventions) {
            let intervention = Intervention {
                category: Some(category.clone()),
                problem: Some(self.profile.problem.clone()),
                target: (*target).to_owned(),
                description: (*description).to_owned(),
                frequency: (*frequency).to_owned(),
                status: InterventionStatus::InProgress,
                ..Intervention::default()
            };
            plan.interventions.insert(format!("i{number}").into(), intervention);
        }
        self.add(plan);
        goal
    }

    /// One visit a week with its measurements, along the profile's trends. Returns the last measurement.
    fn past_visits(&mut self) -> Option<RecordId> {
        let mut last = None;
        for week in 0..WEEKS {
            let from = self.ago((WEEKS - week) * 7).saturating_add_ms(HOUR_MS);
            let until = from.saturating_add_ms(45 * 60_000);
            let note = self.profile.note(&mut self.maker.rng);
            let visit = self.add(Visit {
                nurse: Some(self.nurse),
                status: VisitStatus::Finished,
                check_in: Some(CheckPoint { at: from, position: None }),
                check_out: Some(CheckPoint { at: until, position: None }),
                note: note.into(),
                ..Visit::default()
            });
            let part = week as f64 / (WEEKS - 1) as f64;
            for (vital, value) in self.profile.measured(part, &mut self.maker.rng) {
                last = Some(self.add(Observation {
                    code: Some(vital.coding()),
                    category: Some(ObservationCategory::VitalSigns),
                    value: Some(Quantity::new(value, vital.unit)),
                    performed_at: Some(from),
                    performer: Some(self.nurse),
                    visit: Some(visit),
                    ..Observation::default()
                }));
            }
        }
        self.add(Education {
            topic: self.profile.education.to_owned(),
            teach_back: TeachBack::WithPrompting,
            performed_at: Some(self.ago(7).saturating_add_ms(HOUR_MS)),
            performer: Some(self.nurse),
            ..Education::default()
        });
        last
    }

    fn assessment(&mut self, instrument: RecordId) {
        let answers: BTreeMap<String, Answer> = [("falls", 0..3), ("steps", 0..6), ("alone", 0..12)]
            .into_iter()
            .map(|(link, range)| (link.to_owned(), Answer::Integer(self.maker.rng.random_range(range))))
            .collect();
        let sum = |answer: &Answer| if let Answer::Integer(value) = answer { *value as f64 } else { 0.0 };
        let score: f64 = answers.values().map(sum).sum();
        self.add(Assessment {
            instrument: Some(instrument),
            instrument_title: "Safety at home (sample)".to_owned(),
            instrument_version: "1".to_owned(),
            status: AssessmentStatus::Completed,
            risk: Some(if score >= 10.0 { Risk::High } else { Risk::Low }),
            score: Some(score),
            answers,
            performed_by: Some(self.nurse),
            performed_at: Some(self.ago(21)),
            summary: "Asked at the kitchen table; the caregiver was there.".into(),
            ..Assessment::default()
        });
    }

    fn liaison(&mut self, doctor: RecordId, measured: Option<RecordId>, goal: RecordId) {
        self.add(Communication {
            with_whom: Some(doctor),
            happened_at: Some(self.ago(6)),
            staff: Some(self.nurse),
            topic: "Course since the last visit".to_owned(),
            summary: "Told the practice of the measurements; they call back about the proposal.".into(),
            ..Communication::default()
        });
        self.add(TreatmentChange {
            proposal: self.profile.proposal.into(),
            reason: Text::from("The measurements of the last weeks."),
            observations: measured.iter().collect(),
            provider: Some(doctor),
            status: ProposalStatus::Sent,
            sent_at: Some(self.ago(6)),
            ..TreatmentChange::default()
        });
        let due = Some(self.day_within(0, 5));
        self.add(Task {
            title: "Ask the practice about the proposal".to_owned(),
            due,
            assignee: Some(self.nurse),
            source: Some(goal),
            ..Task::default()
        });
    }

    /// One today, in the order of the nurse's day, one tomorrow and one in a week.
    fn appointments(&mut self, place_in_day: usize) {
        for days in [0, 1, 7] {
            let hours = 1 + (place_in_day as i64 % 6) * 3 / 2;
            let start = self.maker.now.saturating_add_ms(days * DAY_MS + hours * HOUR_MS);
            self.add(Appointment {
                start: Some(start),
                end: Some(start.saturating_add_ms(45 * 60_000)),
                nurse: Some(self.nurse),
                status: AppointmentStatus::Booked,
                reason: self.profile.conditions[0].1.to_owned(),
                ..Appointment::default()
            });
        }
    }

    fn period(&self, from_days: i64, to_days: i64) -> Period {
        Period { start: Some(self.maker.day(from_days)), end: Some(self.maker.day(to_days)) }
    }

    fn day_within(&mut self, from_days: i64, to_days: i64) -> Date {
        let days = self.maker.rng.random_range(from_days..=to_days);
        self.maker.day(days)
    }
}

/// A date known to the year alone.
fn year(date: Date) -> Option<Date> {
    format!("{:04}", date.year()).parse().ok()
}

const RELATIVES: [Relationship; 3] = [Relationship::Daughter, Relationship::Son, Relationship::Spouse];

const STREETS: [&str; 10] = [
    "Maple Street",
    "Elm Street",
    "Oak Lane",
    "Mill Road",
    "Church Street",
    "River Road",
    "High Street",
    "Park Avenue",
    "Pine Court",
    "Orchard Hill",
];
