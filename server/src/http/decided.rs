//! Closed by default: a request is answered well only once `access` was asked about it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{MatchedPath, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Problem;

/// Whether `access` was asked about a request. Goes along with it.
#[derive(Clone, Default)]
pub(super) struct Decided(Arc<AtomicBool>);

impl Decided {
    /// That of this request; none where its route is open to everybody, which asks nobody.
    pub(super) fn of(parts: &Parts) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!("a route that is open to everybody asks who calls");
            Problem::internal()
        })
    }

    /// Notes that `access` was asked.
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Lets no answer out but refusals where the handler has not asked `access`: it forgot to.
pub async fn closed_by_default(route: Option<MatchedPath>, mut request: Request, next: Next) -> Response {
    let decided = Decided::default();
    request.extensions_mut().insert(decided.clone());
    let response = next.run(request).await;
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    if is_refusal || decided.0.load(Ordering::Relaxed) {
        return response;
    }
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    tracing::error!(route, "a handler was about to answer without having asked whether it may");
    Problem::internal().into_response()
}
