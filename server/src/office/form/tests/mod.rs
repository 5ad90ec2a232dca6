//! Every kind as a form, posted as a browser posts it, and in words.

mod browser;
mod catalogue;
mod changes;
mod samples;
mod tables;
mod untouched;
mod words;

use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::instrument::Instrument;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use self::browser::Page;
use self::samples::{filled, id};
use super::*;
use crate::office::words::Language;

/// What forms in these tests stand in: New York, one nurse, a few records.
struct Office {
    words: Words,
    zone: TimeZone,
    staff: Vec<(StaffId, String)>,
    records: Vec<Referable>,
    interventions: Vec<(String, String)>,
    instrument: Option<Instrument>,
}

impl Office {
    fn new() -> Self {
        Self::of(Language::English)
    }

    fn of(language: Language) -> Self {
        let record = |number: u8, kind: Kind, title: &str| Referable {
            id: id(number).parse().unwrap(),
            kind,
            title: title.to_owned(),
        };
        Self {
            words: language.into(),
            zone: TimeZone::get("America/New_York").unwrap(),
            staff: vec![(id(1).parse().unwrap(), "Ana Ruiz".to_owned())],
            records: vec![
                record(2, Kind::CareTeamMember, "Dr. Ratke"),
                record(3, Kind::Condition, "Essential hypertension"),
                record(8, Kind::Goal, "Walk to church again"),
            ],
            interventions: vec![("k1".to_owned(), "Change the dressing".to_owned())],
            instrument: None,
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            words: &self.words,
            zone: &self.zone,
            staff: &self.staff,
            records: &self.records,
            interventions: &self.interventions,
            instrument: self.instrument.as_ref(),
            seed: [7; 16],
        }
    }

    fn page(&self, kind: Kind, content: &Value) -> Page {
        Page::load(Form::of(kind, content, &self.context()).to_string())
    }

    fn read(&self, kind: Kind, base: &Value, page: &Page) -> Result<Value, Vec<Wrong>> {
        read(kind, base, &page.fields, &self.context())
    }
}

/// What a record says of itself once it was read as its kind: nothing is left out or put in.
fn is_plain(kind: Kind, content: &Value) -> bool {
    kind.from_json(content.clone()).unwrap().to_json() == *content
}
