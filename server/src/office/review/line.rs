//! An entry of the review queue in words, with what settles it.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use doorstep_client_core::care::alerts::Severity;
use doorstep_client_core::care::bookings::Booking;
use doorstep_client_core::document::Document;
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use jiff::civil::Date;

use crate::http::{Problem, names};
use crate::office::arrivals;
use crate::office::form::{Context, Rivals, rivals};
use crate::office::local::Local;
use crate::review::{About, Entry, ReviewKind};
use crate::store::{LogHead, Seq, Snapshot};

/// An entry as the page shows it.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) kind: ReviewKind,
    pub(super) severity: &'static str,
    pub(super) since: String,
    pub(super) at: Timestamp,
    pub(super) state: String,
    pub(super) who: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) scope: Option<ScopeId>,
    pub(super) patient: Option<String>,
    pub(super) says: String,
    /// Somebody else's text that the words are about: a number, a state.
    pub(super) about: Option<String>,
    pub(super) detail: Detail,
    pub(super) links: Vec<Link>,
    /// Who has seen it, and when.
    pub(super) seen: Option<(String, String)>,
}

/// What else an entry shows, and what settles it.
pub(super) enum Detail {
    /// The values of a conflict, each to be picked as of a version.
    Conflict { record: RecordId, version: String, rivals: Vec<Rivals> },
    /// Work that arrived late.
    Late(Seq),
    /// What was set aside.
    Aside(String),
    /// Two appointments.
    Pair(Vec<Booked>),
    /// It is enough that somebody has seen it.
    Plain,
}

/// An appointment of a double booking.
pub(super) struct Booked {
    pub(super) record: RecordId,
    pub(super) scope: ScopeId,
    pub(super) patient: String,
    pub(super) time: String,
}

/// Where one goes to mend it.
pub(super) struct Link {
    pub(super) href: String,
    pub(super) message: &'static str,
}

impl Line {
    /// The message of its kind's name.
    pub(super) fn kind_message(&self) -> String {
        kind_message(self.kind)
    }
}

/// The message of a kind's name.
pub(super) fn kind_message(kind: ReviewKind) -> String {
    format!("review-kind-{}", kind.code().replace('_', "-"))
}

/// Tells entries.
pub(super) struct Teller<'a> {
    snapshot: &'a dyn Snapshot,
    local: &'a Local,
    staff: Vec<(StaffId, String)>,
    names: HashMap<StaffId, String>,
    phones: HashMap<DeviceId, String>,
    patients: HashMap<ScopeId, String>,
}

impl<'a> Teller<'a> {
    /// Knows what these entries are about.
    pub(super) fn new(
        snapshot: &'a dyn Snapshot,
        local: &'a Local,
        entries: &[Entry],
    ) -> Result<Self, Problem> {
        let mut scopes: Vec<ScopeId> = entries.iter().filter_map(|entry| entry.scope).collect();
        scopes.extend(entries.iter().filter_map(|entry| match &entry.about {
            About::DoubleBooking(pair) => Some(pair.first.scope),
            _ => None,
        }));
        // The directory is nobody's chart.
        let directory = snapshot.agency()?.directory;
        scopes.retain(|scope| *scope != directory);
        let names = names(snapshot)?;
        Ok(Self {
            snapshot,
            local,
            staff: names.iter().map(|(id, name)| (*id, name.clone())).collect(),
            names,
            phones: snapshot.devices()?.into_iter().map(|device| (device.id, device.name)).collect(),
            patients: snapshot.titles(&scopes)?,
        })
    }

    /// All of them.
    pub(super) fn lines(&self, entries: Vec<Entry>) -> Result<Vec<Line>, Problem> {
        entries.into_iter().map(|entry| self.line(entry)).collect()
    }

    fn line(&self, entry: Entry) -> Result<Line, Problem> {
        let (says, about, detail) = self.says(&entry)?;
        Ok(Line {
            kind: entry.kind,
            severity: match entry.severity {
                Severity::Urgent => "urgent",
                Severity::Warning => "warning",
                Severity::Notice => "notice",
            },
            since: self.local.ago(entry.since).into_owned(),
            at: entry.since,
            who: entry.staff.map(|staff| self.name(staff)),
            phone: entry.device.and_then(|device| self.phones.get(&device).cloned()),
            scope: entry.scope.filter(|scope| self.patients.contains_key(scope)),
            patient: entry.scope.and_then(|scope| self.patients.get(&scope).cloned()),
            links: links(&entry),
            seen: entry.seen.as_ref().map(|seen| (self.name(seen.by), self.local.moment(seen.at))),
            id: entry.id,
            state: entry.state,
            says,
            about,
            detail,
        })
    }

    fn name(&self, staff: StaffId) -> String {
        self.names.get(&staff).cloned().unwrap_or_else(|| self.local.words.say("somebody").into_owned())
    }

    fn says(&self, entry: &Entry) -> Result<(String, Option<String>, Detail), Problem> {
        let words = self.local.words;
        let plain = |says: String| (says, None, Detail::Plain);
        Ok(match &entry.about {
            About::Conflict(found) => {
                let kind = words.say(&kind_of_record(found.kind)).into_owned();
                let values = [("kind", kind.into()), ("count", found.fields.into())];
                let says = words.tell("review-says-conflict", values).into_owned();
                (says, None, self.conflict(found.record)?)
            }
            About::LateWork(seq) => {
                let says = self.fields(*seq)?;
                (words.with("review-says-late-work", "what", says).into_owned(), None, Detail::Late(*seq))
            }
            About::Quarantine(waiting) => {
                (reason(&waiting.reason, self.local), None, Detail::Aside(HEXLOWER.encode(&waiting.id)))
            }
            About::TokenReuse => plain(words.say("review-says-token-reuse").into_owned()),
            About::ClockSkew(ahead_s) => {
                let way = if *ahead_s > 0 { "review-says-clock-ahead" } else { "review-says-clock-behind" };
                plain(words.with(way, "minutes", ahead_s.unsigned_abs() / 60).into_owned())
            }
            About::DoubleBooking(pair) => {
                let both = [pair.first, pair.second].map(|booking| self.booked(booking));
                let says = words.say("review-says-double-booking").into_owned();
                (says, None, Detail::Pair(both.into()))
            }
            About::UnlicensedVisit(found) => {
                let is_made = found.seeing.is_made;
                let message = if is_made { "review-says-unlicensed-made" } else { "review-says-unlicensed" };
                let values = [
                    ("at", self.local.moment(found.seeing.at).into()),
                    ("others", found.count.saturating_sub(1).into()),
                ];
                let says = words.tell(message, values).into_owned();
                (says, Some(found.state.clone()), Detail::Plain)
            }
            About::Credential(what, last_day, _) => (self.ends(*last_day), Some(what.clone()), Detail::Plain),
            About::Authorisation { number, last_day, is_used_up, .. } => {
                let says = match last_day.filter(|_| !is_used_up) {
                    Some(last_day) => self.ends(last_day),
                    None => words.say("review-says-used-up").into_owned(),
                };
                (says, Some(number.clone()).filter(|number| !number.is_empty()), Detail::Plain)
            }
        })
    }

    /// When something ends, or has ended.
    fn ends(&self, last_day: Date) -> String {
        let message =
            if last_day < self.local.today() { "review-says-has-ended" } else { "review-says-ends" };
        self.local.words.with(message, "day", self.local.day(last_day)).into_owned()
    }

    /// What an entry of the log wrote.
    fn fields(&self, seq: Seq) -> Result<String, Problem> {
        let entry = entry(self.snapshot, seq)?;
        let arrivals = arrivals::of(self.snapshot, entry.into_iter().collect())?;
        Ok(arrivals.first().map(|arrival| arrival.words(self.local)).unwrap_or_default())
    }

    fn conflict(&self, record: RecordId) -> Result<Detail, Problem> {
        let stored = self.snapshot.record(record)?.ok_or_else(Problem::internal)?;
        let unreadable = |_| {
            tracing::error!("a stored record cannot be read");
            Problem::internal()
        };
        let content = serde_json::from_str(&stored.view).map_err(|_| unreadable(()))?;
        let document = Document::load(&stored.document).map_err(|_| unreadable(()))?;
        let context = Context { staff: &self.staff, ..Context::bare(&self.local.words, self.local.zone()) };
        let kind = stored.stamp.kind;
        let conflicts = document.conflicts();
        let rivals = conflicts.iter().enumerate().map(|(number, conflict)| Rivals {
            id: format!("rivals-{record}-{number}"),
            ..rivals(kind, &content, conflict, &context)
        });
        let rivals = rivals.collect();
        Ok(Detail::Conflict { record, version: stored.stamp.version.to_string(), rivals })
    }

    fn booked(&self, booking: Booking) -> Booked {
        let Booking { record, scope, start, end, .. } = booking;
        let patient = self.patients.get(&scope).cloned().unwrap_or_default();
        let time = format!("{} – {}", self.local.moment(start), self.local.time(end));
        Booked { record, scope, patient, time }
    }
}

/// An entry of the agency's order.
pub(super) fn entry(snapshot: &dyn Snapshot, seq: Seq) -> Result<Option<LogHead>, Problem> {
    let next = snapshot.activity(seq.saturating_sub(1), 1)?.into_iter().next();
    Ok(next.filter(|entry| entry.seq == seq))
}

/// The message of a kind of record's name.
pub(super) fn kind_of_record(kind: Kind) -> String {
    format!("kind-{}", kind.code().replace('_', "-"))
}

/// Why something was set aside, in words; its code, where there are none for it.
pub(super) fn reason(code: &str, local: &Local) -> String {
    let message = format!("review-reason-{}", code.replace('_', "-"));
    let known = local.words.try_say(&message);
    known.unwrap_or_else(|| local.words.with("review-reason-other", "code", code.to_owned())).into_owned()
}

/// Where one goes to mend what an entry says.
fn links(entry: &Entry) -> Vec<Link> {
    let edit = |record: RecordId, message| Link { href: format!("/office/records/{record}/edit"), message };
    let appointment =
        |record: RecordId, message| Link { href: format!("/office/appointments/{record}"), message };
    let phone = |message| {
        let (device, staff) = (entry.device?, entry.staff?);
        Some(Link { href: format!("/office/staff/{staff}#phone-{device}"), message })
    };
    let record = entry.record;
    match &entry.about {
        About::Conflict(_) => record.map(|record| edit(record, "review-write-another")).into_iter().collect(),
        About::LateWork(_) | About::Quarantine(_) | About::DoubleBooking(_) => Vec::new(),
        About::TokenReuse | About::ClockSkew(_) => phone("review-to-phone").into_iter().collect(),
        About::UnlicensedVisit(found) => {
            let record = found.seeing.record;
            let first = if found.seeing.is_made {
                edit(record, "review-to-visit")
            } else {
                appointment(record, "review-to-appointment")
            };
            let licences = edit(found.seeing.nurse.into(), "review-to-credentials");
            vec![first, licences]
        }
        About::Credential(..) => {
            record.map(|record| edit(record, "review-to-credentials")).into_iter().collect()
        }
        About::Authorisation { .. } => {
            record.map(|record| edit(record, "review-to-coverage")).into_iter().collect()
        }
    }
}
