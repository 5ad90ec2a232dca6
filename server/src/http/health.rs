//! `/healthz`: whether the server answers and its store does.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, blocking};
use crate::app::App;

/// The server's state.
#[derive(Serialize, ToSchema)]
pub struct Health {
    status: &'static str,
    version: &'static str,
}

/// Whether the server and its store answer.
#[utoipa::path(
    get,
    path = "/healthz",
    security(()),
    responses(
        (status = 200, body = Health, description = "They do"),
    )
)]
pub async fn show(State(app): State<Arc<App>>) -> Answer<Health> {
    blocking(app, |app| Ok(app.store.agencies()?)).await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
