//! What an agency's open pages are told: made once, in every language, whoever listens.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use askama::Template;
use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use serde_json::json;

use super::arrivals::{self, Arrival};
use super::frame::rules;
use super::local::Local;
use super::phone::{self, PhoneOf};
use super::today;
use super::words::Language;
use crate::app::App;
use crate::http::Problem;
use crate::limits::{LIVE_ENTRIES_MAX, QUEUE_SECONDS_MAX};
use crate::review::ReviewKind;
use crate::store::{LogHead, Seq, Snapshot};

/// From one count of what waits for a look to the next.
const COUNTED_EVERY_MS: i64 = 3_000;

/// Something that pages are told.
pub(super) struct Told {
    /// Its place in the agency's order, where it has one.
    pub(super) seq: Option<Seq>,
    /// What the script knows it by.
    pub(super) name: &'static str,
    /// Whether only the page of the day shows it.
    pub(super) is_of_today: bool,
    texts: Vec<(Language, String)>,
}

impl Told {
    /// In every language.
    fn new(
        name: &'static str,
        seq: Option<Seq>,
        mut text: impl FnMut(Language) -> Result<serde_json::Value, Problem>,
    ) -> Result<Self, Problem> {
        let texts = Language::ALL.into_iter().map(|language| Ok((language, text(language)?.to_string())));
        Ok(Self { seq, name, is_of_today: false, texts: texts.collect::<Result<_, Problem>>()? })
    }

    /// What is told in a language.
    pub(super) fn text(&self, language: Language) -> &str {
        self.texts.iter().find(|(of, _)| *of == language).map_or("", |(_, text)| text)
    }
}

/// What the pages have been told of.
#[derive(Clone, Default)]
pub(super) struct Known {
    /// The last entry of the agency's order.
    pub(super) head: Seq,
    phones: Arc<HashMap<StaffId, PhoneOf>>,
    counts: BTreeMap<ReviewKind, usize>,
    counted_at: Option<Timestamp>,
}

/// What pages are told at once.
#[derive(Default)]
pub(super) struct Batch {
    /// The agency's order up to which pages must know by whom this is told.
    pub(super) from: Seq,
    pub(super) told: Vec<Told>,
    /// What they know then.
    pub(super) upto: Known,
}

impl Batch {
    /// What has happened past what the pages know; nothing, where they know nothing yet.
    pub(super) fn read(app: &App, agency: AgencyId, known: Option<Known>) -> Result<Self, Problem> {
        let now = app.environment.now();
        let snapshot = &*app.store.snapshot(agency)?;
        let phones = Arc::new(phone::of_all(snapshot)?);
        let head = snapshot.head()?;
        let Some(known) = known else {
            let counts = app.queues.read(&*app.store, agency, now, QUEUE_SECONDS_MAX)?.counts();
            return Ok(Self {
                from: head,
                told: Vec::new(),
                upto: Known { head, phones, counts, counted_at: Some(now) },
            });
        };
        let from = known.head;
        let mut told = happened(snapshot, from, head, now)?;
        let touched = phones.iter().filter(|(nurse, phone)| known.phones.get(nurse) != Some(phone));
        let mut nurses: BTreeSet<StaffId> = touched.map(|(nurse, _)| *nurse).collect();
        nurses.extend(told.nurses);
        rows(snapshot, now, &nurses, &phones, &mut told.told)?;
        let mut upto = Known { head, phones, ..known };
        let since_ms = |at: Timestamp| now.as_millisecond().saturating_sub(at.as_millisecond());
        if upto.counted_at.is_none_or(|at| since_ms(at) >= COUNTED_EVERY_MS) {
            let counts = app.queues.read(&*app.store, agency, now, QUEUE_SECONDS_MAX)?.counts();
            if counts != upto.counts {
                told.told.push(Told::new("counts", None, |_| Ok(counted(&counts)))?);
            }
            upto = Known { counts, counted_at: Some(now), ..upto };
        }
        Ok(Self { from, told: told.told, upto })
    }

    /// What a page lacks that knows the agency's order up to an entry.
    pub(super) fn missed(app: &App, agency: AgencyId, after: Seq) -> Result<Self, Problem> {
        let now = app.environment.now();
        let snapshot = &*app.store.snapshot(agency)?;
        let head = snapshot.head()?;
        let mut happened = happened(snapshot, after, head, now)?;
        let phones = Arc::new(phone::of_all(snapshot)?);
        rows(snapshot, now, &happened.nurses, &phones, &mut happened.told)?;
        let counts = app.queues.read(&*app.store, agency, now, QUEUE_SECONDS_MAX)?.counts();
        happened.told.push(Told::new("counts", None, |_| Ok(counted(&counts)))?);
        Ok(Self {
            from: after,
            told: happened.told,
            upto: Known { head, phones, counts, counted_at: Some(now) },
        })
    }
}

fn counted(counts: &BTreeMap<ReviewKind, usize>) -> serde_json::Value {
    let all: usize = counts.values().sum();
    let mut counted: serde_json::Map<String, serde_json::Value> =
        counts.iter().map(|(kind, count)| (kind.code().to_owned(), json!(count))).collect();
    counted.insert("all".to_owned(), json!(all));
    counted.into()
}

/// What is told of entries, and the nurses whose day they touch.
struct Happened {
    told: Vec<Told>,
    nurses: BTreeSet<StaffId>,
}

fn happened(snapshot: &dyn Snapshot, after: Seq, head: Seq, now: Timestamp) -> Result<Happened, Problem> {
    let mut happened = Happened { told: Vec::new(), nurses: BTreeSet::new() };
    if head <= after {
        return Ok(happened);
    }
    let entries: Vec<LogHead> = snapshot.activity(after, LIVE_ENTRIES_MAX + 1)?;
    if entries.len() > LIVE_ENTRIES_MAX {
        happened.told.push(Told::new("reload", Some(head), |_| Ok(json!({})))?);
        return Ok(happened);
    }
    let arrivals = arrivals::of(snapshot, entries)?;
    let agency = rules(snapshot)?;
    for arrival in &arrivals {
        happened.nurses.insert(arrival.staff);
        happened.nurses.extend(arrival.nurse);
        happened.told.push(Told::new("arrived", Some(arrival.seq), |language| {
            let local = Local::of(&agency, now, language.into());
            Ok(json!({ "scope": arrival.scope, "html": line(&local, arrival)? }))
        })?);
    }
    let kinds: BTreeSet<&str> = arrivals.iter().filter_map(|arrival| arrival.kind.map(Kind::code)).collect();
    let scopes: BTreeSet<String> = arrivals.iter().map(|arrival| arrival.scope.to_string()).collect();
    let records: BTreeSet<String> = arrivals.iter().map(|arrival| arrival.record.to_string()).collect();
    // Also where there is no entry: an assignment moves the order as well.
    let moved = json!({ "kinds": kinds, "scopes": scopes, "records": records });
    happened.told.push(Told::new("moved", Some(head), |_| Ok(moved.clone()))?);
    Ok(happened)
}

#[derive(Template)]
#[template(path = "today/arrived.html")]
struct Line<'a> {
    local: &'a Local,
    arrival: &'a Arrival,
}

fn line(local: &Local, arrival: &Arrival) -> Result<String, Problem> {
    written(&Line { local, arrival })
}

/// The rows of these nurses on the page of the day.
fn rows(
    snapshot: &dyn Snapshot,
    now: Timestamp,
    nurses: &BTreeSet<StaffId>,
    phones: &HashMap<StaffId, PhoneOf>,
    told: &mut Vec<Told>,
) -> Result<(), Problem> {
    let agency = rules(snapshot)?;
    let local = |language: Language| Local::of(&agency, now, language.into());
    for nurse in nurses {
        // Whoever wrote something in the office has no row.
        let Some(day) = today::Day::read(snapshot, &local(Language::English), *nurse)? else { continue };
        let mut one = Told::new("nurse", None, |language| {
            let local = local(language);
            let row = day.row(&local, &agency, phones.get(nurse).cloned());
            Ok(json!({ "nurse": nurse, "html": written(&today::RowPart { local: &local, row: &row })? }))
        })?;
        one.is_of_today = true;
        told.push(one);
    }
    Ok(())
}

fn written(template: &impl Template) -> Result<String, Problem> {
    template.render().map_err(|error| {
        tracing::error!("a part of a page cannot be written: {error}");
        Problem::internal()
    })
}
