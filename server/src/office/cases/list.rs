//! The list of cases: cut, sorted, in pages; searched as one types. What is looked for is posted: it stands in no address.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::filter::Filter;
use super::row::Row;
use super::{Nurse, nurses};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::{OfficeCaller, Permitted, Problem, Queried, blocking, names};
use crate::limits::CASE_SEARCH_CHARS_MAX;
use crate::office::frame::{Area, Asking, Frame, page, rules};
use crate::office::gate::Posted;
use crate::store::SearchWords;

/// Where the list is.
pub(super) const PATH: &str = "/office/cases";
/// The field that holds what is looked for.
const WORDS: &str = "words";

#[derive(Template)]
#[template(path = "cases/list.html")]
struct Page {
    frame: Frame,
    filter: Filter,
    nurses: Vec<Nurse>,
    rows: Vec<Row>,
    count: u64,
    /// The next page's address, where there is one.
    next: Option<Filter>,
    words: String,
    mistakes: Mistakes,
}

/// What kept something from being done: messages.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mistakes {
    /// With what is looked for.
    pub(super) words: Option<&'static str>,
    /// With what is to be assigned.
    pub(super) assign: Option<&'static str>,
}

/// The agency's cases.
#[utoipa::path(
    get,
    path = "/office/cases",
    params(
        ("nurse" = Option<String>, Query), ("status" = Option<String>, Query), ("attention" = Option<String>, Query),
        ("visits" = Option<String>, Query), ("order" = Option<String>, Query), ("after" = Option<String>, Query)
    ),
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Queried(fields): Queried<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    let filter = Filter::read(&fields)?;
    shown(app, caller, asking, filter, String::new(), Mistakes::default()).await
}

/// Cases by words. Without any, what is posted is a list that an address can say.
#[utoipa::path(
    post,
    path = "/office/cases",
    security(("office" = ["oversee"])),
    responses(
        (status = 200, description = "The page with what was found"),
        (status = 303, description = "To the list that has no words"),
        (status = 422, description = "The page, with what was wrong"),
    )
)]
pub async fn search(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    let filter = Filter::read(form.fields())?;
    let words = form.line(WORDS).to_owned();
    if words.is_empty() {
        return Ok(Redirect::to(&filter.path()).into_response());
    }
    shown(app, caller, asking, filter, words, Mistakes::default()).await
}

/// The page.
pub(super) async fn shown(
    app: Arc<App>,
    caller: Permitted,
    asking: Asking,
    filter: Filter,
    words: String,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let snapshot = &*caller.snapshot(app)?;
        let mut asking = asking;
        asking.path = filter.path();
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let (searched, mistakes) = match SearchWords::parse(&words) {
            Ok(searched) => (searched, mistakes),
            Err(_) => (SearchWords::default(), Mistakes { words: Some("cases-search-too-long"), ..mistakes }),
        };
        let found = snapshot.case_page(&filter.ask(searched, &frame.local, &rules(snapshot)?))?;
        let names = names(snapshot)?;
        let rows = found.rows.into_iter().map(|row| Row::of(row, &names, &frame.local)).collect();
        let is_mistaken = mistakes.words.is_some() || mistakes.assign.is_some();
        let status = if is_mistaken { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let page = page(&Page {
            nurses: nurses(snapshot)?,
            rows,
            count: found.count,
            next: found.next.map(|next| filter.from(Some(next))),
            frame,
            filter,
            words,
            mistakes,
        })?;
        Ok((status, page).into_response())
    })
    .await
}

impl Page {
    fn said(&self, message: &str) -> String {
        self.frame.words().with(message, "max", CASE_SEARCH_CHARS_MAX).into_owned()
    }

    fn counted(&self) -> String {
        self.frame.words().with("cases-count", "count", self.count).into_owned()
    }
}
