//! Closed by default: a request is answered well only once `access` was asked about it, and for nothing but what the
//! description of its route names.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Problem;
use crate::access::Action;
use crate::router;

/// Whether `access` was asked about a request. Goes along with it.
#[derive(Clone)]
pub(super) struct Decided {
    was_asked: Arc<AtomicBool>,
    /// What the route's description names.
    named: &'static [Action],
}

impl Decided {
    fn new(named: &'static [Action]) -> Self {
        Self { was_asked: Arc::default(), named }
    }

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
pub async fn closed_by_default(route: Option<MatchedPath>, mut request: Request, next: Next) -> Response {
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let decided = Decided::new(named(request.method(), route));
    request.extensions_mut().insert(decided.clone());
    let response = next.run(request).await;
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    if is_refusal || decided.was_asked.load(Ordering::Relaxed) {
        return response;
    }
    tracing::error!(route, "a handler was about to answer without having asked whether it may");
    Problem::internal().into_response()
}

/// The actions that the description of a route names.
fn named(method: &Method, route: &str) -> &'static [Action] {
    static NAMED: LazyLock<HashMap<(String, String), Vec<Action>>> = LazyLock::new(|| {
        let document = serde_json::to_value(router::document()).unwrap_or_default();
        let mut named = HashMap::new();
        for (route, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                named.insert((method.to_uppercase(), route.clone()), actions(operation));
            }
        }
        named
    });
    // What answers GET answers HEAD.
    let method = if method == Method::HEAD { &Method::GET } else { method };
    NAMED.get(&(method.to_string(), route.to_owned())).map_or(&[], Vec::as_slice)
}

fn actions(operation: &Value) -> Vec<Action> {
    let requirements = operation["security"].as_array().into_iter().flatten();
    let scopes = requirements.filter_map(Value::as_object).flat_map(|requirement| requirement.values());
    let codes = scopes.filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    codes.filter_map(|code| Action::ALL.into_iter().find(|action| action.code() == code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_may_ask_for_nothing_but_what_its_description_names() {
        let route = "/v1/office/records/{record}";
        let decided = |method| Decided::new(named(&method, route));
        assert_eq!(decided(Method::GET).note(Action::Read), Ok(()));
        assert_eq!(decided(Method::HEAD).note(Action::Read), Ok(()));
        assert_eq!(decided(Method::GET).note(Action::Write), Err(Problem::internal()));
        assert_eq!(decided(Method::PUT).note(Action::Write), Ok(()));
        assert_eq!(decided(Method::PUT).note(Action::Read), Err(Problem::internal()));
        assert_eq!(decided(Method::PATCH).note(Action::Read), Err(Problem::internal()));
    }
}
