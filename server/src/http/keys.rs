//! The public keys with which tokens of this server are verified.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Problem, blocking};
use crate::app::App;
use crate::auth::Jwk;

/// A key set, as RFC 7517 writes it.
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    keys: Vec<Jwk>,
}

/// The public keys.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    security(()),
    responses(
        (status = 200, body = KeySet, description = "The keys"),
    )
)]
pub async fn show(State(app): State<Arc<App>>) -> Answer<KeySet> {
    blocking(app, |app| {
        let keys = app.keys.public(app.environment.now()).map_err(|error| {
            tracing::error!("the public keys cannot be shown: {error}");
            Problem::internal()
        })?;
        Ok(Json(KeySet { keys }))
    })
    .await
}
