//! Every kind of record as a form, and in words.
//!
//! - `describe`: per kind, what each field holds (`shape`). Everything else follows those tables.
//! - [`Form`]: a record as inputs, drawn by the templates in `form/`; no script is needed. [`read()`] lays what was posted
//!   over the record as of the version that was on the screen; [`checked`] checks it as a phone would.
//! - [`label`], [`show()`], [`facts()`], [`title`]: a record, a field or a value in the words of the catalogue.
//!
//! What was posted as it was shown leaves its field alone: what an input cannot hold (the seconds of a time, a code of a
//! newer version, a line end that a browser changes) comes back as it was.

mod answers;
mod build;
mod check;
mod codes;
mod conflict;
mod describe;
mod facts;
mod file;
mod offers;
mod path;
mod posted;
mod read;
mod register;
mod shape;
mod show;
mod single;
mod suggest;
mod tree;
mod usual;
mod wrong;

use doorstep_client_core::ids::{RecordId, StaffId};
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::instrument::Instrument;
use fluent_bundle::FluentValue;
use jiff::tz::TimeZone;

pub use check::checked;
pub use conflict::{Rival, Rivals, picked, rivals};
pub use facts::{Fact, facts};
pub use path::label;
pub use posted::wants_more;
pub use read::read;
pub use show::{day, moment, show, title};
pub use tree::{Form, Group, Input, Offer, Part, Widget};
pub use wrong::{Why, Wrong};

use super::words::Words;

/// What a form and words about a record need beside the record itself.
pub struct Context<'a> {
    /// The language.
    pub words: &'a Words,
    /// The agency's time zone.
    pub zone: &'a TimeZone,
    /// The agency's staff by name, in the order in which they are offered.
    pub staff: &'a [(StaffId, String)],
    /// The records that can be referred to: those of the chart, and the directory's instruments.
    pub records: &'a [Referable],
    /// The interventions of the chart's care plans: id and words.
    pub interventions: &'a [(String, String)],
    /// The instrument of the assessment that the form is of.
    pub instrument: Option<&'a Instrument>,
    /// Random bytes, new for each form: ids of new elements are made of them, so that a form that is sent twice makes
    /// no element twice.
    pub seed: [u8; 16],
}

/// A record that can be referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referable {
    /// Which.
    pub id: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// What it is, as [`title`] says it.
    pub title: String,
}

impl<'a> Context<'a> {
    /// A context in which nothing can be referred to.
    pub fn bare(words: &'a Words, zone: &'a TimeZone) -> Self {
        Self { words, zone, staff: &[], records: &[], interventions: &[], instrument: None, seed: [0; 16] }
    }

    fn say(&self, message: &str) -> String {
        self.words.say(message).into_owned()
    }

    fn tell<'v>(
        &self,
        message: &str,
        values: impl IntoIterator<Item = (&'v str, FluentValue<'v>)>,
    ) -> String {
        self.words.tell(message, values).into_owned()
    }

    fn name_of(&self, staff: &str) -> Option<&'a str> {
        let id: StaffId = staff.parse().ok()?;
        self.staff.iter().find(|(other, _)| *other == id).map(|(_, name)| name.as_str())
    }

    fn title_of(&self, record: &str) -> Option<&'a str> {
        let id: RecordId = record.parse().ok()?;
        let title = self.records.iter().find(|other| other.id == id).map(|record| record.title.as_str());
        title.or_else(|| self.name_of(record))
    }
}

#[cfg(test)]
mod tests;
