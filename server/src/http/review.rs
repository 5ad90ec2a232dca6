//! What the office has to look at.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::record::Timestamp;
use serde::Serialize;

use super::cases::{Nurse, names, nurse};
use super::{Answer, Named, OfficeCaller, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::store::Seq;

/// Who saw it first.
#[derive(Serialize)]
pub struct Seen {
    by: Nurse,
    at: Timestamp,
}

/// `POST /v1/office/review/late/{seq}/seen`
pub async fn see_late_work(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(seq): Named<Seq>,
) -> Answer<Seen> {
    caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let late = app.store.see_late_work(caller.agency, seq, caller.act(app))?;
        let seen = late.and_then(|late| late.seen).ok_or_else(|| Problem::not_found("late work"))?;
        Ok(Json(Seen { by: nurse(seen.0, &names(&*caller.snapshot(app)?)?), at: seen.1 }))
    })
    .await
}
