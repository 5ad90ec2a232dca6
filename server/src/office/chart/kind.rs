//! The records of a kind, with what each says.

use std::collections::HashSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::Kind;
use serde::Deserialize;
use serde_json::Value as Json;

use super::coverage::{Authorised, authorised};
use super::file::{self, File};
use super::line::kind_message;
use super::{Case, FactList, Header, Line, Tab};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::{Named, OfficeCaller, Problem, Queried, blocking};
use crate::limits::CHART_RECORDS_MAX;
use crate::office::form::{self, Fact};
use crate::office::frame::{Area, Asking, Frame, page};
use crate::office::words::Words;
use crate::store::AuditEvent;

#[derive(Template)]
#[template(path = "chart/kind.html")]
struct Page {
    frame: Frame,
    header: Header,
    kind: Kind,
    records: Vec<Told>,
    authorised: Vec<Authorised>,
    pages: Pages,
}

/// A record with what it says.
struct Told {
    line: Line,
    facts: Vec<Fact>,
    /// What it names, if it is an attachment.
    file: Option<File>,
}

impl Page {
    fn heading(&self) -> String {
        self.frame.say(&kind_message(self.kind)).into_owned()
    }
}

/// Which page of a list is asked for, from 1.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Paging {
    page: Option<usize>,
}

/// A list in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// The page that is shown, from 1.
    pub page: usize,
    /// How many pages there are, one at least.
    pub pages: usize,
    /// Of how many things.
    pub count: usize,
}

impl Paging {
    /// This page; none: the first.
    pub fn at(page: Option<usize>) -> Self {
        Self { page }
    }

    /// The page of a list of so many things, and which of them it shows.
    pub fn of(self, count: usize, rows_max: usize) -> (Pages, std::ops::Range<usize>) {
        let pages = count.div_ceil(rows_max).max(1);
        let page = self.page.unwrap_or(1).clamp(1, pages);
        let from = (page - 1) * rows_max;
        (Pages { page, pages, count }, from..(from + rows_max).min(count))
    }
}

impl Pages {
    /// The page before.
    pub fn earlier(&self) -> Option<usize> {
        (self.page > 1).then(|| self.page - 1)
    }

    /// Which page of how many.
    pub fn words(&self, words: Words) -> String {
        let values = [("page", self.page.into()), ("pages", self.pages.into())];
        words.tell("list-page", values).into_owned()
    }

    /// The page after.
    pub fn later(&self) -> Option<usize> {
        (self.page < self.pages).then(|| self.page + 1)
    }
}

/// The records of a kind in a chart.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/records/{kind}",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("kind" = describe::KindOfRecord, Path, description = "The kind"),
        ("page" = Option<usize>, Query, description = "Which page, from 1"),
    ),
    security(("office" = ["read"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named((scope, kind)): Named<(ScopeId, Kind)>,
    Queried(paging): Queried<Paging>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Read, scope)?;
        let snapshot = &*caller.snapshot(app)?;
        caller.audit(app, AuditEvent::CaseRead { scope: scope.id })?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let case = Case::read(app, snapshot, scope.id, &frame.local)?;
        let entries = case.of_kind(kind);
        let (pages, range) = paging.of(entries.len(), CHART_RECORDS_MAX);
        let is_of_files = kind == Kind::Attachment;
        let here = if is_of_files { file::here(app, &caller, scope.id)? } else { HashSet::new() };
        let records = entries[range].iter().map(|entry| Told {
            line: Line::of(entry, &case, &frame.local),
            facts: told(kind, &entry.content, &case),
            file: is_of_files.then(|| File::of(scope.id, entry.stamp.record, &entry.content, &here)),
        });
        page(&Page {
            records: records.collect(),
            authorised: if kind == Kind::Coverage { authorised(&case, &frame.local) } else { Vec::new() },
            pages,
            header: Header::of(snapshot, &scope, &case, &frame.local, Tab::Other)?,
            kind,
            frame,
        })
    })
    .await
}

/// What a record says, without what names a file for programs: its own page shows that.
fn told(kind: Kind, content: &Json, case: &Case) -> Vec<Fact> {
    let mut facts = form::facts(kind, content, &case.around.context(content));
    facts.retain(|fact| kind != Kind::Attachment || fact.path != "sha256");
    facts
}

/// The first of a list, at most so many, and how many more there are.
pub(super) fn first<T>(mut all: Vec<T>, rows_max: usize) -> (Vec<T>, usize) {
    let more = all.len().saturating_sub(rows_max);
    all.truncate(rows_max);
    (all, more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{
        CHART_LINES_MAX, DIRECTORY_STAFF_MAX, HISTORY_CHANGES_MAX, OUTCOME_MEASURES_MAX, PLOT_POINTS_MAX,
        TIMELINE_ENTRIES_MAX,
    };

    #[test]
    fn i14_a_page_of_a_list_holds_so_many_and_the_next_one_more() {
        for rows_max in [
            CHART_RECORDS_MAX,
            DIRECTORY_STAFF_MAX,
            HISTORY_CHANGES_MAX,
            OUTCOME_MEASURES_MAX,
            TIMELINE_ENTRIES_MAX,
        ] {
            let (pages, range) = Paging::at(None).of(rows_max, rows_max);
            assert_eq!((pages.pages, range, pages.later()), (1, 0..rows_max, None));
            let (pages, range) = Paging::at(Some(2)).of(rows_max + 1, rows_max);
            assert_eq!((pages.pages, range, pages.earlier()), (2, rows_max..rows_max + 1, Some(1)));
        }
    }

    #[test]
    fn a_page_that_there_is_not_is_the_nearest_that_there_is() {
        for (asked, shown) in [(0, 1), (7, 3), (usize::MAX, 3)] {
            assert_eq!(Paging::at(Some(asked)).of(25, 10).0.page, shown);
        }
        assert_eq!(Paging::at(Some(3)).of(0, 10), (Pages { page: 1, pages: 1, count: 0 }, 0..0));
    }

    #[test]
    fn i14_a_list_is_cut_past_its_limit_and_says_how_many_more_there_are() {
        for rows_max in [CHART_LINES_MAX, PLOT_POINTS_MAX] {
            for (count, more) in [(rows_max, 0), (rows_max + 1, 1)] {
                let (shown, left) = first((0..count).collect(), rows_max);
                assert_eq!((shown.len(), left), (rows_max, more));
            }
        }
    }
}
