//! What an entry of the review queue says, and what can be done about it.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use doorstep_client_core::care::bookings::Booking;
use doorstep_client_core::document::{Conflict, ConflictingValue, Document};
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::cases::{Nurse, nurse};
use crate::describe;
use crate::review::{About, Clock, Entry};
use crate::store::{Seq, Snapshot};

/// A request that settles an entry, or shows what it is about.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReviewAction)]
pub(super) struct Action {
    name: &'static str,
    method: &'static str,
    href: String,
}

/// What is to be known of an entry, by its kind.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewDetails)]
#[serde(untagged)]
pub(super) enum Details {
    /// The fields that hold several values.
    Conflict {
        #[schema(value_type = describe::KindOfRecord)]
        record_kind: Kind,
        fields: Vec<InConflict>,
    },
    /// Work that arrived late.
    LateWork {
        #[schema(value_type = u64)]
        seq: Seq,
        #[schema(value_type = Option<describe::KindOfRecord>)]
        record_kind: Option<Kind>,
    },
    /// A changeset that was set aside.
    Quarantine { quarantine: String, reason: String, bytes: u64 },
    /// A clock that is off.
    ClockSkew { ahead_s: i64 },
    /// Two appointments.
    DoubleBooking { first: Booked, second: Booked },
    /// Visits without a licence.
    UnlicensedVisit {
        state: String,
        #[schema(value_type = describe::Time)]
        at: Timestamp,
        count: u32,
        is_made: bool,
        #[schema(value_type = Option<describe::Day>)]
        last_day: Option<jiff::civil::Date>,
    },
    /// A licence or certificate.
    Credential {
        what: String,
        #[schema(value_type = describe::Day)]
        last_day: jiff::civil::Date,
    },
    /// An authorisation.
    Authorisation {
        number: String,
        #[schema(value_type = Option<describe::Day>)]
        last_day: Option<jiff::civil::Date>,
        is_used_up: bool,
    },
}

/// A field with several values, until somebody picks one.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldInConflict)]
pub(super) struct InConflict {
    path: String,
    values: Vec<ValueInConflict>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
struct ValueInConflict {
    #[serde(flatten)]
    #[schema(value_type = describe::ConflictingValue)]
    value: ConflictingValue,
    author: Option<Nurse>,
}

/// An appointment.
#[derive(Serialize, ToSchema)]
pub(super) struct Booked {
    #[schema(value_type = describe::Id)]
    record: RecordId,
    #[schema(value_type = describe::Id)]
    scope: ScopeId,
    patient: Option<String>,
    #[schema(value_type = describe::Time)]
    start: Timestamp,
    #[schema(value_type = describe::Time)]
    end: Timestamp,
}

/// Tells entries to people: knows everybody's names, and what time it is where the agency is.
pub(super) struct Teller<'a> {
    snapshot: &'a dyn Snapshot,
    clock: &'a Clock,
    phones: HashMap<DeviceId, String>,
    pub(super) names: HashMap<StaffId, String>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        snapshot: &'a dyn Snapshot,
        clock: &'a Clock,
        names: HashMap<StaffId, String>,
    ) -> Result<Self, Problem> {
        let phones = snapshot.devices()?.into_iter().map(|device| (device.id, device.name)).collect();
        Ok(Self { snapshot, clock, phones, names })
    }

    /// The patient's name.
    pub(super) fn patient(&self, scope: Option<ScopeId>) -> Result<Option<String>, Problem> {
        let scope = scope.map(|scope| self.snapshot.scope(scope)).transpose()?.flatten();
        Ok(scope.map(|scope| scope.title))
    }

    /// What a person reads.
    pub(super) fn words(&self, entry: &Entry) -> Result<String, Problem> {
        let patient = self.patient(entry.scope)?.unwrap_or_else(|| "a case that is not known".to_owned());
        let staff = entry.staff.and_then(|staff| self.names.get(&staff)).map_or("somebody", String::as_str);
        let phone = entry.device.and_then(|device| self.phones.get(&device)).map_or("phone", String::as_str);
        Ok(match &entry.about {
            About::Conflict(found) => {
                let fields = if found.fields == 1 { "A field" } else { "Fields" };
                let kind = found.kind.display().to_lowercase();
                format!("{fields} of a {kind} of {patient} with several values: pick one")
            }
            About::LateWork(_) => {
                let kind = self.kind(entry.record)?.map_or("record", Kind::display).to_lowercase();
                format!("Work of {staff} on a {kind} of {patient} arrived after her assignment had ended")
            }
            About::Quarantine(waiting) => {
                let of = if entry.scope.is_some() { format!(", for {patient}") } else { String::new() };
                format!("Work of {staff}{of}, was not merged ({}): accept or discard it", waiting.reason)
            }
            About::TokenReuse => format!(
                "Somebody else may hold the secrets of {staff}'s {phone}: its session was ended, and it has to be \
                 enrolled anew"
            ),
            About::ClockSkew(ahead_s) => {
                let minutes = ahead_s.unsigned_abs() / 60;
                let way = if *ahead_s > 0 { "ahead" } else { "behind" };
                format!("The clock of {staff}'s {phone} is {minutes} minutes {way}")
            }
            About::DoubleBooking(pair) => {
                let with = self.patient(Some(pair.first.scope))?.unwrap_or_default();
                let (start, first) =
                    (self.clock.moment(pair.second.start), self.clock.moment(pair.first.start));
                format!(
                    "{staff} is booked with {patient} at {start} while her appointment of {first} with {with} lasts"
                )
            }
            About::UnlicensedVisit(found) => {
                let what = if found.seeing.is_made { "visit" } else { "appointment" };
                let others = match found.count {
                    1 => String::new(),
                    2 => ", and 1 other".to_owned(),
                    many => format!(", and {} others", many - 1),
                };
                let (state, at) = (&found.state, self.clock.moment(found.seeing.at));
                format!("{staff} has no licence in {state} for the {what} of {at} with {patient}{others}")
            }
            About::Credential(what, _, when) => format!("{staff}'s {what} {when}"),
            About::Authorisation { number, words, .. } => {
                format!("Authorisation {number} of {patient}: {words}")
            }
        })
    }

    /// What else is to be known of it.
    pub(super) fn details(&self, entry: &Entry) -> Result<Option<Details>, Problem> {
        Ok(Some(match &entry.about {
            About::Conflict(found) => {
                let fields = self.fields_in_conflict(found.record)?;
                Details::Conflict { record_kind: found.kind, fields }
            }
            About::LateWork(seq) => Details::LateWork { seq: *seq, record_kind: self.kind(entry.record)? },
            About::Quarantine(waiting) => Details::Quarantine {
                quarantine: HEXLOWER.encode(&waiting.id),
                reason: waiting.reason.clone(),
                bytes: waiting.bytes,
            },
            About::TokenReuse => return Ok(None),
            About::ClockSkew(ahead_s) => Details::ClockSkew { ahead_s: *ahead_s },
            About::DoubleBooking(pair) => {
                Details::DoubleBooking { first: self.booked(pair.first)?, second: self.booked(pair.second)? }
            }
            About::UnlicensedVisit(found) => Details::UnlicensedVisit {
                state: found.state.clone(),
                at: found.seeing.at,
                count: found.count,
                is_made: found.seeing.is_made,
                last_day: found.last_day,
            },
            About::Credential(what, last_day, _) => {
                Details::Credential { what: what.clone(), last_day: *last_day }
            }
            About::Authorisation { number, last_day, is_used_up, .. } => Details::Authorisation {
                number: number.clone(),
                last_day: *last_day,
                is_used_up: *is_used_up,
            },
        }))
    }

    fn kind(&self, record: Option<RecordId>) -> Result<Option<Kind>, Problem> {
        let stamp = record.map(|record| self.snapshot.stamp(record)).transpose()?.flatten();
        Ok(stamp.map(|stamp| stamp.kind))
    }

    fn booked(&self, booking: Booking) -> Result<Booked, Problem> {
        let Booking { record, scope, start, end, .. } = booking;
        Ok(Booked { record, scope, patient: self.patient(Some(scope))?, start, end })
    }

    fn fields_in_conflict(&self, record: RecordId) -> Result<Vec<InConflict>, Problem> {
        let Some(stored) = self.snapshot.record(record)? else { return Ok(Vec::new()) };
        let document = Document::load(&stored.document).map_err(|error| {
            tracing::error!("a stored document cannot be read: {error}");
            Problem::internal()
        })?;
        let author = |value: &ConflictingValue| value.by.map(|by| nurse(by, &self.names));
        let value = |value: ConflictingValue| ValueInConflict { author: author(&value), value };
        let field =
            |Conflict { path, values }| InConflict { path, values: values.into_iter().map(value).collect() };
        Ok(document.conflicts().into_iter().map(field).collect())
    }
}

impl Action {
    /// What can be done about an entry.
    pub(super) fn of(entry: &Entry) -> Vec<Self> {
        let get = |name, href| Self { name, method: "GET", href };
        let put = |name, href| Self { name, method: "PUT", href };
        let post = |name, href| Self { name, method: "POST", href };
        let office = |path: &str| format!("/v1/office/{path}");
        let record = |id: Option<RecordId>| id.map(|id| office(&format!("records/{id}")));
        let seen = post("seen", office(&format!("review/{}/seen", entry.id)));
        let mut actions = Vec::new();
        match &entry.about {
            About::Conflict(_) => {
                actions.extend(record(entry.record).map(|href| get("show", href)));
                actions.extend(record(entry.record).map(|href| post("resolve", format!("{href}/resolve"))));
            }
            About::LateWork(seq) => {
                actions.extend(record(entry.record).map(|href| get("show", href)));
                actions.push(post("seen", office(&format!("review/late/{seq}/seen"))));
            }
            About::Quarantine(waiting) => {
                let href = office(&format!("quarantine/{}", HEXLOWER.encode(&waiting.id)));
                actions.push(post("accept", format!("{href}/accept")));
                actions.push(post("discard", format!("{href}/discard")));
                actions.insert(0, get("show", href));
            }
            About::TokenReuse => {
                let wipe = entry.device.map(|id| post("wipe", office(&format!("devices/{id}/wipe"))));
                let invite = entry.staff.map(|id| post("invite", office(&format!("staff/{id}/invite"))));
                actions.extend(invite.into_iter().chain(wipe).chain([seen]));
            }
            About::ClockSkew(_) => actions.push(seen),
            About::DoubleBooking(pair) => {
                let both = [pair.second.record, pair.first.record];
                actions
                    .extend(both.into_iter().filter_map(|id| record(Some(id))).map(|href| put("edit", href)));
                actions.push(seen);
            }
            About::UnlicensedVisit(found) => {
                let grants = format!("cases/{}/grants", found.seeing.scope);
                actions.extend(record(entry.record).map(|href| put("edit", href)));
                actions.extend([post("assign", office(&grants)), seen]);
            }
            About::Credential(..) | About::Authorisation { .. } => {
                actions.extend(record(entry.record).map(|href| put("edit", href)));
                actions.push(seen);
            }
        }
        actions
    }
}
