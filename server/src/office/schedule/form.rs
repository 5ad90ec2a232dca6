//! When and by whom a visit is to be made, as it is asked and as it was typed.

use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::appointment::Appointment;
use doorstep_client_core::record::{AnyRecord, Timestamp};
use fluent_bundle::FluentValue;
use jiff::civil::{Date, Time};

use crate::http::Problem;
use crate::limits::{VISIT_MINUTES_MAX, VISIT_MINUTES_MIN};
use crate::office::form;
use crate::office::gate::Posted;
use crate::office::local::Local;
use crate::office::today::has_days;
use crate::office::words::Words;
use crate::store::{Grant, Snapshot, StaffMember};

/// Minutes that a visit takes until somebody types others.
const USUAL_MINUTES: i64 = 60;
const MINUTE_MS: i64 = 60_000;

/// When and by whom, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) nurse: String,
    pub(super) day: String,
    pub(super) time: String,
    pub(super) minutes: String,
}

/// When and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) nurse: Option<StaffId>,
    pub(super) start: Timestamp,
    pub(super) end: Option<Timestamp>,
}

/// What is wrong with what was typed in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) field: String,
    pub(super) why: Why,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// It cannot be read: a message of the catalogue.
    Unreadable(&'static str),
    /// It does not pass the record's own checks.
    Check(form::Why),
}

/// The nurses to choose from.
#[derive(Debug, Clone, Default)]
pub(super) struct Nurses {
    /// Those to whom the case is assigned.
    pub(super) assigned: Vec<StaffMember>,
    /// The others who visit patients, and whoever is to make the visit though she does not any more.
    pub(super) others: Vec<StaffMember>,
}

impl Agreed {
    /// An appointment with this in it.
    pub(super) fn laid_over(self, appointment: Appointment) -> Appointment {
        Appointment { nurse: self.nurse, start: Some(self.start), end: self.end, ..appointment }
    }
}

impl Nurses {
    /// Those who may visit a case, and this one in any case.
    pub(super) fn of(snapshot: &dyn Snapshot, case: ScopeId, also: Option<StaffId>) -> Result<Self, Problem> {
        let grants = snapshot.grants_in(case)?;
        let has_case = |one: &StaffMember| {
            grants.iter().any(|grant: &Grant| grant.staff == one.id && grant.is_current())
        };
        let staff = snapshot.all_staff()?.into_iter().filter(|one| has_days(one) || Some(one.id) == also);
        let (assigned, others) = staff.partition(has_case);
        Ok(Self { assigned, others })
    }

    fn has(&self, nurse: StaffId) -> bool {
        self.assigned.iter().chain(&self.others).any(|one| one.id == nurse)
    }
}

impl Typed {
    /// What a form brings.
    pub(super) fn of_form(posted: &Posted) -> Self {
        let line = |name| posted.line(name).to_owned();
        Self { nurse: line("nurse"), day: line("day"), time: line("time"), minutes: line("minutes") }
    }

    /// What stands in an appointment.
    pub(super) fn of(appointment: &Appointment, local: &Local) -> Self {
        let start = appointment.start.map(|start| local.zoned(start));
        let minutes = appointment
            .start
            .zip(appointment.end)
            .map(|(start, end)| ((end.as_millisecond() - start.as_millisecond()) / MINUTE_MS).to_string());
        Self {
            nurse: appointment.nurse.map(|nurse| nurse.to_string()).unwrap_or_default(),
            day: start.as_ref().map(|start| start.date().to_string()).unwrap_or_default(),
            time: start.map(|start| start.strftime("%H:%M").to_string()).unwrap_or_default(),
            minutes: minutes.unwrap_or_default(),
        }
    }

    /// What is asked before anything was typed.
    pub(super) fn empty(nurse: Option<StaffId>, day: Option<Date>) -> Self {
        Self {
            nurse: nurse.map(|nurse| nurse.to_string()).unwrap_or_default(),
            day: day.map(|day| day.to_string()).unwrap_or_default(),
            time: String::new(),
            minutes: USUAL_MINUTES.to_string(),
        }
    }

    /// Reads what was typed over an appointment. What stands there as it was shown stays as it was: a form shows no seconds,
    /// nor which of two hours that the clocks show alike.
    pub(super) fn read(
        &self,
        base: &Appointment,
        nurses: &Nurses,
        local: &Local,
    ) -> Result<Agreed, Vec<Wrong>> {
        let shown = Self::of(base, local);
        let (nurse, start) = (self.read_nurse(nurses), self.read_start(base, &shown, local));
        match (nurse, start, self.read_minutes(base, &shown)) {
            (Ok(nurse), Ok(start), Ok(lasts_ms)) => {
                let end = lasts_ms.map(|lasts_ms| start.saturating_add_ms(lasts_ms));
                Ok(Agreed { nurse, start, end })
            }
            (nurse, start, lasts) => {
                Err([nurse.err(), start.err(), lasts.err()].into_iter().flatten().collect())
            }
        }
    }

    fn read_nurse(&self, nurses: &Nurses) -> Result<Option<StaffId>, Wrong> {
        let Some(id) = Some(self.nurse.as_str()).filter(|id| !id.is_empty()) else { return Ok(None) };
        let nurse = id.parse().ok().filter(|id| nurses.has(*id));
        nurse.map(Some).ok_or(Wrong::at("nurse", "schedule-wrong-nurse"))
    }

    fn read_start(&self, base: &Appointment, shown: &Self, local: &Local) -> Result<Timestamp, Wrong> {
        let is_as_shown = (&self.day, &self.time) == (&shown.day, &shown.time);
        if let Some(start) = base.start.filter(|_| is_as_shown) {
            return Ok(start);
        }
        let day: Date = self.day.parse().map_err(|_| Wrong::at("day", "schedule-wrong-day"))?;
        let time =
            Time::strptime("%H:%M", &self.time).map_err(|_| Wrong::at("time", "schedule-wrong-time"))?;
        local.moment_of(day.to_datetime(time)).ok_or(Wrong::at("time", "schedule-wrong-time-skipped"))
    }

    /// How long it lasts, in milliseconds; none where an appointment that says not when it ends is left so.
    fn read_minutes(&self, base: &Appointment, shown: &Self) -> Result<Option<i64>, Wrong> {
        if self.minutes == shown.minutes
            && let Some(start) = base.start
        {
            return Ok(base.end.map(|end| end.as_millisecond() - start.as_millisecond()));
        }
        match self.minutes.parse() {
            Ok(minutes) if (VISIT_MINUTES_MIN..=VISIT_MINUTES_MAX).contains(&minutes) => {
                Ok(Some(minutes * MINUTE_MS))
            }
            _ => Err(Wrong::at("minutes", "schedule-wrong-minutes")),
        }
    }

    /// Whether this nurse was chosen.
    pub(super) fn is_nurse(&self, nurse: &StaffId) -> bool {
        self.nurse == nurse.to_string()
    }
}

impl Wrong {
    /// What cannot be read in a field.
    pub(super) fn at(field: &str, why: &'static str) -> Self {
        Self { field: field.to_owned(), why: Why::Unreadable(why) }
    }

    /// What does not pass the checks of an appointment.
    pub(super) fn all_of(appointment: &Appointment) -> Vec<Self> {
        let wrong = AnyRecord::from(appointment.clone()).check().into_iter().map(form::Wrong::from);
        wrong.map(|wrong| Self { field: wrong.path, why: Why::Check(wrong.why) }).collect()
    }

    /// In words.
    pub(super) fn say(&self, words: &Words) -> String {
        let message = match &self.why {
            Why::Unreadable(message) => message,
            Why::Check(why) => return why.say(words),
        };
        let limits: [(&str, FluentValue<'_>); 2] =
            [("min", VISIT_MINUTES_MIN.into()), ("max", VISIT_MINUTES_MAX.to_string().into())];
        words.tell(message, limits).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::record::agency::Agency;

    use super::*;
    use crate::office::words::Language;
    use crate::store::Role;

    const NURSE: StaffId = StaffId::from_bytes([0x51; 16]);

    fn local() -> Local {
        let agency = Agency { time_zone: "America/New_York".to_owned(), ..Agency::default() };
        Local::of(&agency, at("2026-11-27T15:00:00Z"), Language::English.into())
    }

    fn at(text: &str) -> Timestamp {
        text.parse::<jiff::Timestamp>().unwrap().into()
    }

    fn nurses() -> Nurses {
        let member = StaffMember { id: NURSE, name: "Ana".to_owned(), role: Role::Nurse, is_active: true };
        Nurses { assigned: vec![member], others: Vec::new() }
    }

    fn typed(day: &str, time: &str, minutes: &str) -> Typed {
        let nurse = NURSE.to_string();
        Typed { nurse, day: day.to_owned(), time: time.to_owned(), minutes: minutes.to_owned() }
    }

    fn why(typed: &Typed) -> Vec<String> {
        let read = typed.read(&Appointment::default(), &nurses(), &local());
        read.err().unwrap_or_default().iter().map(|wrong| wrong.say(&local().words)).collect()
    }

    fn said(message: &str) -> Vec<String> {
        vec![local().words.say(message).into_owned()]
    }

    #[test]
    fn what_is_typed_is_read_as_the_agencys_clocks_show_it() {
        let read = typed("2026-11-28", "08:30", "45").read(&Appointment::default(), &nurses(), &local());
        let agreed = read.unwrap();
        assert_eq!(agreed.nurse, Some(NURSE));
        assert_eq!(agreed.start, at("2026-11-28T13:30:00Z"));
        assert_eq!(agreed.end, Some(at("2026-11-28T14:15:00Z")));
    }

    #[test]
    fn what_was_left_as_it_was_shown_stays_as_it_was() {
        let base = Appointment {
            start: Some(at("2026-11-01T06:30:20Z")),
            end: Some(at("2026-11-01T07:00:50Z")),
            nurse: Some(NURSE),
            ..Appointment::default()
        };
        let shown = Typed::of(&base, &local());
        assert_eq!((shown.time.as_str(), shown.minutes.as_str()), ("01:30", "30"));
        let read = shown.read(&base, &nurses(), &local()).unwrap();
        assert_eq!((Some(read.start), read.end), (base.start, base.end));
        let later = Typed { time: "09:00".to_owned(), ..shown };
        let read = later.read(&base, &nurses(), &local()).unwrap();
        assert_eq!(read.end, Some(at("2026-11-01T14:30:30Z")), "it lasts as long as before");
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        assert_eq!(why(&typed("2026-02-30", "08:30", "45")), said("schedule-wrong-day"));
        assert_eq!(why(&typed("2026-11-28", "8.30", "45")), said("schedule-wrong-time"));
        assert_eq!(why(&typed("2026-03-08", "02:30", "45")), said("schedule-wrong-time-skipped"));
        let stranger = StaffId::from_bytes([0x52; 16]).to_string();
        assert_eq!(
            why(&Typed { nurse: stranger, ..typed("2026-11-28", "08:30", "45") }),
            said("schedule-wrong-nurse")
        );
    }

    #[test]
    fn i14_a_visit_lasts_as_long_as_the_limits_say() {
        for (minutes, is_right) in [
            (VISIT_MINUTES_MIN, true),
            (VISIT_MINUTES_MIN - 1, false),
            (VISIT_MINUTES_MAX, true),
            (VISIT_MINUTES_MAX + 1, false),
            (i64::MAX, false),
        ] {
            let wrong = why(&typed("2026-11-28", "08:30", &minutes.to_string()));
            assert_eq!(wrong.is_empty(), is_right, "{minutes}");
        }
    }
}
