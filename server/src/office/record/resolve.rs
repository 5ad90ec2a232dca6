//! Picking one of the values of a conflict.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use doorstep_client_core::document::Version;
use doorstep_client_core::ids::RecordId;

use crate::app::App;
use crate::describe;
use crate::http::records::resolve_for;
use crate::http::{Named, OfficeCaller, Problem, blocking};
use crate::office::form::picked;
use crate::office::frame::done;
use crate::office::gate::Posted;
use crate::office::review;

/// Picks one of the values of a conflict, as of the version that was on the screen.
#[utoipa::path(
    post,
    path = "/office/records/{record}/resolve",
    params(("record" = describe::Id, Path, description = "The record")),
    security(("office" = ["write"])),
    responses((status = 303, description = "It is picked, or was settled before"))
)]
pub async fn resolve(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(record): Named<RecordId>,
    form: Posted,
) -> Result<Redirect, Problem> {
    blocking(app, move |app| {
        let seen: Version = form.parse("seen")?;
        let (path, pick) =
            picked(form.fields()).ok_or_else(|| Problem::bad_request("say which value is picked"))?;
        // Whoever comes from the review queue goes back to it.
        let back = |what| match form.line("from") {
            "review" => review::back(&form, what),
            _ => done(&format!("/office/records/{record}"), what),
        };
        match resolve_for(app, caller, record, (&seen, path, pick)) {
            Ok(_) => Ok(back("resolved")),
            // The page shows what came of it.
            Err(problem) if problem.code() == "no_such_conflict" => Ok(back("settled-before")),
            Err(problem) => Err(problem),
        }
    })
    .await
}
