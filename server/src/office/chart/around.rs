//! What forms and words of a scope's records need beside a record itself.

use std::collections::HashMap;

use doorstep_client_core::ids::{Entropy, RecordId, StaffId};
use doorstep_client_core::record::instrument::Instrument;
use doorstep_client_core::record::{AnyRecord, Kind};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::Entry;
use crate::app::App;
use crate::http::Problem;
use crate::office::form::{self, Context, Referable};
use crate::office::local::Local;
use crate::office::words::Words;
use crate::store::Snapshot;

/// The staff, the records that can be referred to, and the instruments.
pub struct Around {
    words: Words,
    zone: TimeZone,
    staff: Vec<(StaffId, String)>,
    records: Vec<Referable>,
    interventions: Vec<(String, String)>,
    instruments: HashMap<RecordId, Instrument>,
    seed: [u8; 16],
}

impl Around {
    /// What is around these records, which get their titles.
    pub(super) fn read(
        app: &App,
        snapshot: &dyn Snapshot,
        local: &Local,
        entries: &mut [Entry],
    ) -> Result<Self, Problem> {
        let mut seed = [0; 16];
        app.environment.entropy().fill(&mut seed);
        let mut around = Self {
            words: local.words,
            zone: local.zone().clone(),
            staff: snapshot.all_staff()?.into_iter().map(|member| (member.id, member.name)).collect(),
            records: Vec::new(),
            interventions: Vec::new(),
            instruments: instruments(snapshot)?,
            seed,
        };
        around.name_instruments();
        around.name_interventions(entries);
        for entry in entries.iter_mut() {
            entry.title = form::title(entry.stamp.kind, &entry.content, &around.context(&entry.content));
        }
        let valid = entries.iter().filter(|entry| !entry.stamp.is_entered_in_error);
        let referable = valid.filter(|entry| !entry.stamp.kind.is_directory()).map(|entry| Referable {
            id: entry.stamp.record,
            kind: entry.stamp.kind,
            title: entry.title.clone(),
        });
        around.records.extend(referable);
        Ok(around)
    }

    /// What the form of a record, and words about it, need.
    pub fn context(&self, content: &Json) -> Context<'_> {
        let instrument = content.get("instrument").and_then(|id| id.as_str()?.parse().ok());
        Context {
            words: &self.words,
            zone: &self.zone,
            staff: &self.staff,
            records: &self.records,
            interventions: &self.interventions,
            instrument: instrument.and_then(|id: RecordId| self.instruments.get(&id)),
            seed: self.seed,
        }
    }

    /// What a new record of a kind begins with: an assessment with its instrument.
    pub fn begun(&self, kind: Kind, instrument: Option<RecordId>) -> Json {
        let known = instrument.and_then(|id| Some((id, self.instruments.get(&id)?)));
        match (kind, known) {
            (Kind::Assessment, Some((id, instrument))) => json!({
                "instrument": id,
                "instrument_title": instrument.title,
                "instrument_version": instrument.version,
            }),
            _ => json!({}),
        }
    }

    /// The instruments by title.
    pub fn instruments(&self) -> Vec<(RecordId, String)> {
        let instruments = self.records.iter().filter(|record| record.kind == Kind::Instrument);
        instruments.map(|record| (record.id, record.title.clone())).collect()
    }

    fn name_instruments(&mut self) {
        let named = |(id, instrument): (&RecordId, &Instrument)| {
            let content = AnyRecord::from(instrument.clone()).to_json();
            let title = form::title(Kind::Instrument, &content, &self.context(&Json::Null));
            Referable { id: *id, kind: Kind::Instrument, title }
        };
        let mut named: Vec<Referable> = self.instruments.iter().map(named).collect();
        named.sort_by(|a, b| (&a.title, a.id).cmp(&(&b.title, b.id)));
        self.records = named;
    }

    fn name_interventions(&mut self, entries: &[Entry]) {
        let plans = entries.iter().filter(|entry| entry.stamp.kind == Kind::CarePlan);
        let interventions = plans.filter_map(|plan| plan.content.get("interventions")?.as_object()).flatten();
        let named = interventions.map(|(id, intervention)| {
            let context = self.context(&Json::Null);
            (id.clone(), form::show(Kind::CarePlan, &format!("interventions.{id}"), intervention, &context))
        });
        self.interventions = named.collect();
    }
}

/// The instruments of the directory that are valid.
fn instruments(snapshot: &dyn Snapshot) -> Result<HashMap<RecordId, Instrument>, Problem> {
    let views = snapshot.views(snapshot.agency()?.directory)?;
    let views =
        views.iter().filter(|view| view.stamp.kind == Kind::Instrument && !view.stamp.is_entered_in_error);
    let instruments = views.filter_map(|view| {
        // One that a newer version wrote in a way that is not known here asks no questions.
        let instrument = serde_json::from_str(&view.view).ok()?;
        Some((view.stamp.record, instrument))
    });
    Ok(instruments.collect())
}
