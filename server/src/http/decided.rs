//! Closed by default: a request is answered well only once `access` was asked about it, and for nothing but what the
//! description of its route names.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::Problem;
use crate::access::Action;

/// The actions that each route's description names.
pub struct NamedActions(HashMap<(String, String), Arc<[Action]>>);

impl NamedActions {
    /// Those of this description.
    pub fn of(description: &OpenApi) -> Self {
        let description = serde_json::to_value(description).unwrap_or_default();
        let mut named = HashMap::new();
        for (route, methods) in description["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                named.insert((method.to_uppercase(), route.clone()), actions(operation));
            }
        }
        Self(named)
    }

    fn at(&self, method: &Method, route: &str) -> Arc<[Action]> {
        // What answers GET answers HEAD.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.get(&(method.to_string(), route.to_owned())).cloned().unwrap_or_default()
    }
}

fn actions(operation: &Value) -> Arc<[Action]> {
    let requirements = operation["security"].as_array().into_iter().flatten();
    let scopes = requirements.filter_map(Value::as_object).flat_map(|requirement| requirement.values());
    let codes = scopes.filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    codes.filter_map(|code| Action::ALL.into_iter().find(|action| action.code() == code)).collect()
}

/// Whether `access` was asked about a request. Goes along with it.
#[derive(Clone)]
pub(super) struct Decided {
    was_asked: Arc<AtomicBool>,
    /// What the route's description names.
    named: Arc<[Action]>,
}

impl Decided {
    /// That of this request; none where its route is open to everybody, which asks nobody.
    pub(super) fn of(parts: &Parts) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!("a route that is open to everybody asks who calls");
            Problem::internal()
        })
    }

    /// Notes that `access` is asked whether the caller may do this. Fails where the description does not name it.
    pub(super) fn note(&self, action: Action) -> Result<(), Problem> {
        if !self.named.contains(&action) {
            tracing::error!(
                "a handler asks whether its caller may {}, and its description does not",
                action.code()
            );
            return Err(Problem::internal());
        }
        self.was_asked.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// Lets no answer out but refusals where the handler has not asked `access`: it forgot to.
pub async fn closed_by_default(
    State(named): State<Arc<NamedActions>>,
    route: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let decided = Decided { was_asked: Arc::default(), named: named.at(request.method(), route) };
    request.extensions_mut().insert(decided.clone());
    let response = next.run(request).await;
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    if is_refusal || decided.was_asked.load(Ordering::Relaxed) {
        return response;
    }
    tracing::error!(route, "a handler was about to answer without having asked whether it may");
    Problem::internal().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router;

    #[test]
    fn a_handler_may_ask_for_nothing_but_what_its_description_names() {
        let named = NamedActions::of(&router::document());
        let asks = |method, action| {
            let named = named.at(&method, "/v1/office/records/{record}");
            let decided = Decided { was_asked: Arc::default(), named };
            (decided.note(action), decided.was_asked.load(Ordering::Relaxed))
        };
        assert_eq!(asks(Method::GET, Action::Read), (Ok(()), true));
        assert_eq!(asks(Method::HEAD, Action::Read), (Ok(()), true));
        assert_eq!(asks(Method::GET, Action::Write), (Err(Problem::internal()), false));
        assert_eq!(asks(Method::PUT, Action::Write), (Ok(()), true));
        assert_eq!(asks(Method::PUT, Action::Read), (Err(Problem::internal()), false));
        assert_eq!(asks(Method::PATCH, Action::Read), (Err(Problem::internal()), false));
    }
}
