//! What the office has to look at.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::record::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::cases::{Nurse, names, nurse};
use super::{Answer, Named, OfficeCaller, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::describe;
use crate::store::Seq;

/// Who saw it first.
#[derive(Serialize, ToSchema)]
pub struct Seen {
    by: Nurse,
    #[schema(value_type = describe::Time)]
    at: Timestamp,
}

/// Marks late work as seen.
#[utoipa::path(
    post,
    path = "/v1/office/review/late/{seq}/seen",
    params(("seq" = u64, Path, description = "Its place in the agency's order")),
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Seen, description = "Who saw it first"),
        OfficeCaller,
        Named<Seq>,
    )
)]
pub async fn see_late_work(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(seq): Named<Seq>,
) -> Answer<Seen> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let late = app.store.see_late_work(caller.agency, seq, caller.act(app))?;
        let seen = late.and_then(|late| late.seen).ok_or_else(|| Problem::not_found("late work"))?;
        Ok(Json(Seen { by: nurse(seen.0, &names(&*caller.snapshot(app)?)?), at: seen.1 }))
    })
    .await
}
