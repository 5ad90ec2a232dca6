//! The agency's cases in pages: what they are found, cut and sorted by.

use std::fmt;
use std::str::FromStr;

use deunicode::deunicode;
use doorstep_client_core::care::{Now, authorisations};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::coverage::Coverage;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{Date, Timestamp};
use jiff::civil;

use super::{CaseSummary, Seq};
use crate::limits::CASE_SEARCH_CHARS_MAX;

/// What a case is called and found by, as its `patient` record says.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseName {
    /// The patient's name.
    pub title: String,
    /// When the patient was born.
    pub birth_date: Option<Date>,
    /// The patient's names, phone numbers, identifiers and birth date, folded, with a space between them.
    pub words: String,
}

impl CaseName {
    /// A case of this patient.
    pub fn of(patient: &Patient) -> Self {
        let names = [&patient.given, &patient.family, &patient.preferred].map(|name| folded(name));
        let mut words: Vec<String> = names.concat();
        // Each is one word, however it is written: a part of it that a person types is found in it.
        let phones = patient.phones.values().map(|phone| phone.number.as_str());
        let identifiers = patient.identifiers.values().map(|identifier| identifier.value.as_str());
        words.extend(phones.chain(identifiers).map(|one| folded(one).concat()));
        words.extend(patient.birth_date.map(|date| folded(&date.to_string()).concat()));
        words.dedup();
        Self { title: patient.full_name(), birth_date: patient.birth_date, words: words.join(" ") }
    }
}

/// What a title is sorted by.
pub(super) fn sorts_as(title: &str) -> String {
    folded(title).join(" ")
}

/// The words of a text in ASCII letters and digits: in lower case, without accents, other scripts as they are spelled in
/// Latin letters.
fn folded(text: &str) -> Vec<String> {
    let text = deunicode(text).to_lowercase();
    let words =
        text.split_whitespace().map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect());
    words.filter(|word: &String| !word.is_empty()).collect()
}

/// Words that are looked for, folded as cases' own are: a case has to have them all, in any order, each anywhere in one of
/// its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchWords(Vec<String>);

/// What is looked for is longer than [`CASE_SEARCH_CHARS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a search has at most {CASE_SEARCH_CHARS_MAX} characters")]
pub struct SearchTooLong;

impl SearchWords {
    /// What a person typed. Nothing finds every case.
    pub fn parse(text: &str) -> Result<Self, SearchTooLong> {
        if text.trim().chars().count() > CASE_SEARCH_CHARS_MAX {
            return Err(SearchTooLong);
        }
        Ok(Self(folded(text)))
    }

    /// Each word.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The days for which a coverage authorises visits, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorisedDays {
    /// The first.
    pub from: civil::Date,
    /// The last.
    pub until: civil::Date,
}

impl AuthorisedDays {
    /// Those of every authorisation that was granted; one without a beginning or an end has always been, or goes on.
    pub fn of(record: RecordId, coverage: &Coverage) -> Vec<Self> {
        let periods = authorisations::granted(record, coverage).map(|one| one.authorisation.period);
        let days = periods.map(|period| {
            let (start, end) = period.map_or((None, None), |period| (period.start, period.end));
            Self {
                from: start.map_or(civil::Date::ZERO, Date::first_day),
                until: end.map_or(civil::Date::MAX, Date::last_day),
            }
        });
        days.collect()
    }
}

/// Who has a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignedTo {
    /// This nurse, maybe with others.
    Nurse(StaffId),
    /// Nobody.
    Nobody,
}

/// Whether a case is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseStatus {
    /// It is open.
    Open,
    /// It was closed.
    Closed,
}

/// How visits to a case are authorised today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorised {
    /// They are.
    Now,
    /// They are, and will not be within [`EXPIRY_NOTICE_DAYS`](doorstep_client_core::care::alerts::EXPIRY_NOTICE_DAYS).
    RunsOut,
    /// They are not.
    Not,
}

/// In which order cases come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaseOrder {
    /// By title.
    #[default]
    Title,
    /// By the next appointment, the soonest first; those without one last.
    NextAppointment,
    /// By the last change, the newest first.
    LastChange,
}

/// The place of a case in an order. It stays where it is while cases come and go, and says nothing of a patient: a title is
/// looked up by its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CasePlace {
    /// By title.
    Title(ScopeId),
    /// By the next appointment, where there is one.
    NextAppointment(Option<Timestamp>, ScopeId),
    /// By the last change.
    LastChange(Seq, ScopeId),
}

/// The text is no place of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list of cases")]
pub struct NotAPlace;

impl fmt::Display for CasePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title(scope) => write!(f, "title.{scope}"),
            Self::NextAppointment(None, scope) => write!(f, "next.{scope}"),
            Self::NextAppointment(Some(at), scope) => write!(f, "next.{scope}.{}", at.as_millisecond()),
            Self::LastChange(seq, scope) => write!(f, "change.{scope}.{seq}"),
        }
    }
}

impl FromStr for CasePlace {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let parts: Vec<&str> = text.split('.').collect();
        let scope = |id: &str| id.parse().map_err(|_| NotAPlace);
        match parts[..] {
            ["title", id] => Ok(Self::Title(scope(id)?)),
            ["next", id] => Ok(Self::NextAppointment(None, scope(id)?)),
            ["next", id, ms] => {
                let at = ms.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
                Ok(Self::NextAppointment(Some(at.ok_or(NotAPlace)?), scope(id)?))
            }
            ["change", id, seq] => Ok(Self::LastChange(seq.parse().map_err(|_| NotAPlace)?, scope(id)?)),
            _ => Err(NotAPlace),
        }
    }
}

/// Which cases are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseQuery {
    /// Who has them; anybody.
    pub assigned: Option<AssignedTo>,
    /// Whether they are open; either.
    pub status: Option<CaseStatus>,
    /// Whether only those with something that somebody should look at.
    pub needs_attention: bool,
    /// How visits are authorised; in any way.
    pub authorised: Option<Authorised>,
    /// What they are found by.
    pub words: SearchWords,
    /// In which order.
    pub order: CaseOrder,
    /// Past this place. One of another order is none.
    pub after: Option<CasePlace>,
    /// At most so many.
    pub rows_max: usize,
    /// The time where the agency is.
    pub now: Now,
    /// An appointment that is booked for a time before this, and that no visit keeps, was missed.
    pub missed_before: Timestamp,
}

impl CaseQuery {
    /// Every case, by title.
    pub fn all(now: Now, missed_before: Timestamp, rows_max: usize) -> Self {
        Self {
            assigned: None,
            status: None,
            needs_attention: false,
            authorised: None,
            words: SearchWords::default(),
            order: CaseOrder::Title,
            after: None,
            rows_max,
            now,
            missed_before,
        }
    }
}

/// What in a case somebody should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attention {
    /// Fields that hold several different values.
    pub conflicts: u32,
    /// Late work that nobody in the office has seen.
    pub late_work: u32,
    /// Changesets that wait in quarantine.
    pub set_aside: u32,
    /// Tasks that were due.
    pub overdue_tasks: u32,
    /// Appointments to which nobody came.
    pub missed_appointments: u32,
}

impl Attention {
    /// Whether there is anything.
    pub fn is_needed(&self) -> bool {
        *self != Self::default()
    }
}

/// A case in a page.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    /// The case.
    pub summary: CaseSummary,
    /// Its `patient` record.
    pub patient: Option<RecordId>,
    /// When the patient was born.
    pub birth_date: Option<Date>,
    /// Who pays: of the first coverage that is active.
    pub payer: Option<String>,
    /// The last day of the authorisations that are in force today, the end of the calendar where one has no end; none where
    /// there is none.
    pub authorised_until: Option<civil::Date>,
    /// What somebody should look at.
    pub attention: Attention,
}

/// A page of cases.
#[derive(Debug, Clone, PartialEq)]
pub struct CasePage {
    /// The cases.
    pub rows: Vec<CaseRow>,
    /// How many there are on all pages.
    pub count: u64,
    /// After which the next page begins, where there is one.
    pub next: Option<CasePlace>,
}
