//! Routes that cost are asked only so often from one address. Phones are counted by themselves besides, where it is
//! known which phone asks (`caller`).

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Problem;
use super::address::{CallerAddress, caller_network};
use crate::app::App;
use crate::rates::Cost;

/// Refuses a request from an address that asks too often, before anything is looked up for it.
pub async fn pace(
    State(app): State<Arc<App>>,
    CallerAddress(address): CallerAddress,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let cost = route.as_ref().and_then(|route| cost(route.as_str()));
    let counted = cost.map(|cost| app.rates.address(caller_network(address), cost));
    match counted {
        Some(Err(too_often)) => Problem::from(too_often).into_response(),
        _ => next.run(request).await,
    }
}

fn cost(route: &str) -> Option<Cost> {
    match route {
        "/v1/enrol" => Some(Cost::Enrolment),
        "/v1/token" | "/v1/wiped" => Some(Cost::Token),
        "/calendar/{secret}" => Some(Cost::Calendar),
        "/v1/sync" | "/v1/events" | "/v1/cases/{scope}/files/{sha256}" => Some(Cost::Exchange),
        _ => None,
    }
}
