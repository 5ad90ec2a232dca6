//! A record in a list, and what a record says.

use askama::Template;
use askama::filters::HtmlSafe;
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Kind;

use super::{Case, Entry};
use crate::office::form::{self, Fact};
use crate::office::local::Local;
use crate::office::words::Words;

/// A record in a list.
pub struct Line {
    /// Which.
    pub record: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// What it is called.
    pub title: String,
    /// When it happened or is to happen.
    pub at: Option<String>,
    /// Where it stands, by its status.
    pub status: Option<String>,
    /// How many of its fields hold several values.
    pub conflicts: u32,
    /// Whether it was entered in error.
    pub is_mistake: bool,
}

/// The fields that say where a record stands, each kind having one of them at most.
const STATUS: [&str; 2] = ["status", "clinical_status"];

impl Line {
    /// The line of a record of a case.
    pub fn of(entry: &Entry, case: &Case, local: &Local) -> Self {
        let kind = entry.stamp.kind;
        let status = STATUS.into_iter().find(|field| kind.fields().contains(field)).map(|field| {
            let value = entry.content.get(field).unwrap_or(&serde_json::Value::Null);
            form::show(kind, field, value, &case.around.context(&entry.content))
        });
        // What a visit is called says when it was and where it stands, an appointment's name when it is.
        let (says_time, says_status) = (matches!(kind, Kind::Appointment | Kind::Visit), kind == Kind::Visit);
        Self {
            record: entry.stamp.record,
            kind,
            title: entry.title.clone(),
            at: when(entry, local).filter(|_| !says_time),
            status: status.filter(|status| !status.is_empty() && !says_status),
            conflicts: entry.stamp.conflicts,
            is_mistake: entry.stamp.is_entered_in_error,
        }
    }

    /// What the link to its form says to whoever hears it alone.
    pub fn edit_label(&self, words: Words) -> String {
        let values = [("outer", words.say("record-edit").into()), ("inner", self.title.as_str().into())];
        words.tell("form-inside", values).into_owned()
    }

    /// The name of its kind in the catalogue.
    pub fn kind_message(&self) -> String {
        kind_message(self.kind)
    }
}

/// The name of a kind in the catalogue.
pub fn kind_message(kind: Kind) -> String {
    format!("kind-{}", kind.code().replace('_', "-"))
}

/// When it happened or is to happen: a day, or a moment where the kind knows one.
pub(super) fn when(entry: &Entry, local: &Local) -> Option<String> {
    let at = entry.stamp.at?;
    let is_moment = matches!(
        entry.stamp.kind,
        Kind::Appointment
            | Kind::Visit
            | Kind::Observation
            | Kind::Assessment
            | Kind::Communication
            | Kind::Education
            | Kind::Attachment
            | Kind::TreatmentChange
    );
    if is_moment {
        return Some(local.moment(at));
    }
    // A date counts from its first midnight, UTC.
    let day = at.to_jiff().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    Some(local.day(day).into_owned())
}

/// What a record says, field by field.
#[derive(Template)]
#[template(path = "chart/facts.html")]
pub struct FactList<'a> {
    facts: &'a [Fact],
}

impl<'a> FactList<'a> {
    /// The list of these facts.
    pub fn of(facts: &'a [Fact]) -> Self {
        Self { facts }
    }
}

impl HtmlSafe for FactList<'_> {}
