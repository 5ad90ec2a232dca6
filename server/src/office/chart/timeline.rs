//! Everything of a case by time, the newest first: as it happened, or as it arrived here.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::care::timeline::timeline;
use doorstep_client_core::ids::ScopeId;
use serde::Deserialize;

use super::kind::{Pages, Paging};
use super::log::log_of;
use super::{Case, Header, Line, Tab};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::{Named, OfficeCaller, Problem, Queried, blocking};
use crate::limits::TIMELINE_ENTRIES_MAX;
use crate::office::arrivals::{self, Arrival};
use crate::office::frame::{Area, Asking, Frame, page};
use crate::store::{AuditEvent, Snapshot};

#[derive(Template)]
#[template(path = "chart/timeline.html")]
struct Page {
    frame: Frame,
    header: Header,
    order: Order,
    events: Vec<Event>,
    arrivals: Vec<Told>,
    pages: Pages,
}

/// A record at its time, with who wrote in it last.
struct Event {
    line: Line,
    when: Option<String>,
    who: String,
}

/// A change that arrived, and in what.
struct Told {
    arrival: Arrival,
    title: String,
}

/// By what a timeline is ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// When it happened or is to happen.
    #[default]
    Happened,
    /// When it arrived here.
    Arrived,
}

impl Order {
    fn code(self) -> &'static str {
        match self {
            Self::Happened => "happened",
            Self::Arrived => "arrived",
        }
    }
}

/// What of a timeline is asked for.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    order: Order,
    page: Option<usize>,
}

impl Page {
    fn page_of(&self, page: &usize) -> String {
        format!("{}?order={}&page={page}", self.frame.path, self.order.code())
    }

    fn orders(&self) -> [(&'static str, &'static str, bool); 2] {
        [(Order::Happened, "timeline-happened"), (Order::Arrived, "timeline-arrived")]
            .map(|(order, message)| (order.code(), message, order == self.order))
    }
}

/// Everything of a case by time.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/timeline",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("order" = Option<String>, Query, description = "happened or arrived"),
        ("page" = Option<usize>, Query, description = "Which page, from 1"),
    ),
    security(("office" = ["read"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
    Queried(wanted): Queried<Wanted>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Read, scope)?;
        let snapshot = &*caller.snapshot(app)?;
        caller.audit(app, AuditEvent::CaseRead { scope: scope.id })?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let case = Case::read(app, snapshot, scope.id, &frame.local)?;
        let paging = Paging::at(wanted.page);
        let (pages, events, arrivals) = match wanted.order {
            Order::Happened => {
                let (pages, events) = happened(snapshot, &case, &frame, paging)?;
                (pages, events, Vec::new())
            }
            Order::Arrived => {
                let (pages, arrivals) = arrived(snapshot, &case, paging)?;
                (pages, Vec::new(), arrivals)
            }
        };
        page(&Page {
            order: wanted.order,
            events,
            arrivals,
            pages,
            header: Header::of(snapshot, &scope, &case, &frame.local, Tab::Timeline)?,
            frame,
        })
    })
    .await
}

fn happened(
    snapshot: &dyn Snapshot,
    case: &Case,
    frame: &Frame,
    paging: Paging,
) -> Result<(Pages, Vec<Event>), Problem> {
    let names = crate::http::names(snapshot)?;
    let writers: std::collections::HashMap<_, _> =
        log_of(snapshot, case.scope)?.iter().map(|entry| (entry.head.record, entry.head.staff)).collect();
    let entries = timeline(case.chart());
    let (pages, range) = paging.of(entries.len(), TIMELINE_ENTRIES_MAX);
    let events = entries[range].iter().filter_map(|one| {
        let entry = case.entry(one.record)?;
        let who = writers.get(&one.record).and_then(|staff| names.get(staff).cloned());
        Some(Event {
            line: Line { at: None, ..Line::of(entry, case, &frame.local) },
            when: super::line::when(entry, &frame.local),
            who: who.unwrap_or_default(),
        })
    });
    Ok((pages, events.collect()))
}

fn arrived(snapshot: &dyn Snapshot, case: &Case, paging: Paging) -> Result<(Pages, Vec<Told>), Problem> {
    let mut heads: Vec<_> = log_of(snapshot, case.scope)?.into_iter().map(|entry| entry.head).collect();
    heads.reverse();
    let (pages, range) = paging.of(heads.len(), TIMELINE_ENTRIES_MAX);
    let arrivals = arrivals::of(snapshot, heads.drain(range).collect())?;
    let told = arrivals.into_iter().map(|arrival| Told {
        title: case.entry(arrival.record).map(|entry| entry.title.clone()).unwrap_or_default(),
        arrival,
    });
    Ok((pages, told.collect()))
}
