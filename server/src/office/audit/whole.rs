//! Whether the audit log is whole.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;

use super::{Asked, page_of};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::{OfficeCaller, Problem, blocking};
use crate::office::frame::Asking;
use crate::office::gate::Posted;
use crate::store::AuditHead;

/// Reads the whole log, and says whether entries were edited, removed or moved.
#[utoipa::path(
    post,
    path = "/office/audit/verify",
    security(("office" = ["manage"])),
    responses((status = 200, description = "The page, with what was found"))
)]
pub async fn verify(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    let noted: Option<AuditHead> = match form.line("noted") {
        "" => None,
        noted => Some(noted.parse().map_err(|_| Problem::bad_request("noted is not NUMBER:HASH"))?),
    };
    blocking(app, move |app| {
        let report = app.store.verify_audit(caller.agency, noted)?;
        page_of(app, &caller, asking, Asked::default(), None, Some(report))
    })
    .await
}
