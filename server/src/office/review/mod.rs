//! Review: what waits for the office's look, the most urgent first, each with what settles it.
//!
//! - `line`: an entry of the queue in words. `written`: what somebody wrote that was set aside or arrived late.

mod line;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, Redirect};
use serde::Deserialize;

use super::frame::{Area, Asking, Frame, page};
use super::gate::Posted;
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::review::{audit_reads, see_for};
use crate::http::{Named, OfficeCaller, Problem, Queried, blocking};
use crate::limits::QUEUE_SECONDS_MAX;
use crate::review::{Position, ReviewKind};
use crate::store::Seq;
use line::{Detail, Line, Teller};

pub(crate) use written::{__path_accept, __path_aside, __path_discard, __path_late};
pub use written::{accept, aside, discard, late};

/// Which entries.
#[derive(Deserialize)]
pub struct Which {
    kind: Option<ReviewKind>,
    after: Option<String>,
    #[serde(default)]
    seen: bool,
}

#[derive(Template)]
#[template(path = "review/page.html")]
struct Page {
    frame: Frame,
    kind: Option<ReviewKind>,
    with_seen: bool,
    filters: Vec<Filter>,
    lines: Vec<Line>,
    /// The same entries with those that were seen, or without them.
    other_href: String,
    /// The first entries; none where these are they.
    first_href: Option<String>,
    next_href: Option<String>,
}

/// Entries of one kind, or all.
struct Filter {
    code: &'static str,
    message: String,
    count: usize,
    href: String,
    is_here: bool,
}

const HERE: &str = "/office/review";

/// The page's address with these entries.
fn href(kind: Option<ReviewKind>, with_seen: bool, after: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kind.map(|kind| ("kind", kind.code())));
    query.extend_pairs(with_seen.then_some(("seen", "true")));
    query.extend_pairs(after.map(|after| ("after", after)));
    match query.finish() {
        all if all.is_empty() => HERE.to_owned(),
        query => format!("{HERE}?{query}"),
    }
}

fn filters(counts: &BTreeMap<ReviewKind, usize>, here: Option<ReviewKind>, with_seen: bool) -> Vec<Filter> {
    let all = Filter {
        code: "all",
        message: "review-all".to_owned(),
        count: counts.values().sum(),
        href: href(None, with_seen, None),
        is_here: here.is_none(),
    };
    let of = counts.iter().map(|(kind, count)| Filter {
        code: kind.code(),
        message: line::kind_message(*kind),
        count: *count,
        href: href(Some(*kind), with_seen, None),
        is_here: here == Some(*kind),
    });
    std::iter::once(all).chain(of).collect()
}

/// What waits for the office.
#[utoipa::path(
    get,
    path = "/office/review",
    params(("kind" = Option<ReviewKind>, Query), ("after" = Option<String>, Query), ("seen" = Option<bool>, Query)),
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Queried(which): Queried<Which>,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let after: Option<Position> =
            which.after.as_deref().map(str::parse).transpose().map_err(|_| {
                Problem::bad_request("`after` is not a place in the queue; begin without one")
            })?;
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Review)?;
        let queue = app.queues.read(&*app.store, caller.agency, frame.local.now(), QUEUE_SECONDS_MAX)?;
        let found = queue.page(after.as_ref(), which.kind, which.seen);
        audit_reads(app, &caller, &found.entries)?;
        let lines = Teller::new(snapshot, &frame.local, &found.entries)?.lines(found.entries)?;
        let (kind, with_seen) = (which.kind, which.seen);
        let next = found.next.map(|next| next.to_string());
        page(&Page {
            filters: filters(&queue.counts(), kind, with_seen),
            other_href: href(kind, !with_seen, None),
            first_href: after.map(|_| href(kind, with_seen, None)),
            next_href: next.map(|next| href(kind, with_seen, Some(&next))),
            kind,
            with_seen,
            lines,
            frame,
        })
    })
    .await
}

/// Marks an entry as seen in the state in which it was shown.
#[utoipa::path(
    post,
    path = "/office/review/{entry}/seen",
    params(("entry" = String, Path, description = "The entry")),
    security(("office" = ["oversee"])),
    responses((status = 303, description = "Seen: back to the queue"))
)]
pub async fn see(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(entry): Named<String>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    let back = back(&form, "seen");
    blocking(app, move |app| see_for(app, &caller, &entry, form.line("state")).map(drop)).await?;
    Ok(back)
}

/// Marks late work as seen.
#[utoipa::path(
    post,
    path = "/office/review/late/{seq}/seen",
    params(("seq" = u64, Path, description = "Its place in the agency's order")),
    security(("office" = ["oversee"])),
    responses((status = 303, description = "Seen: back to the queue"))
)]
pub async fn see_late(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(seq): Named<Seq>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let late = app.store.see_late_work(caller.agency, seq, caller.act(app))?;
        late.map(drop).ok_or_else(|| Problem::not_found("late work"))
    })
    .await?;
    Ok(back(&form, "seen"))
}

/// The way back to the entries that were shown.
pub(super) fn back(form: &Posted, done: &str) -> Redirect {
    let kind = ReviewKind::ALL.into_iter().find(|kind| kind.code() == form.line("kind"));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kind.map(|kind| ("kind", kind.code()))).append_pair("done", done);
    Redirect::to(&format!("{HERE}?{}", query.finish()))
}
