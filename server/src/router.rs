//! The whole URL map, one line per route.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use doorstep_client_core::limits::REQUEST_BYTES_MAX;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::http::{
    Problem, activity, audit, cases, conflicts, devices, enrol, events, grants, health, invitations, keys,
    quarantine, read_the_rest, records, request_log, review, staff, sync,
};
use crate::limits::JSON_BYTES_MAX;

/// Longer than the largest request takes over the slowest line that is worked for: 4 MiB at 256 kbit/s.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);

/// Everything that the server answers to.
pub fn router(app: Arc<App>) -> Router {
    let routes = Router::new()
        .route("/healthz", get(health::show))
        .route("/.well-known/jwks.json", get(keys::show))
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/token", post(enrol::refresh))
        .route("/v1/wiped", post(enrol::wiped))
        .route("/v1/sync", post(sync::exchange).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX)))
        .route("/v1/events", get(events::listen))
        .route("/v1/office/cases", get(cases::list))
        .route("/v1/office/cases/{scope}", get(cases::chart))
        .route("/v1/office/cases/{scope}/grants", post(grants::begin))
        .route("/v1/office/cases/{scope}/grants/{staff}", delete(grants::end))
        .route("/v1/office/records", post(records::create))
        .route("/v1/office/records/{record}", get(records::show).put(records::edit))
        .route("/v1/office/records/{record}/resolve", post(records::resolve))
        .route("/v1/office/activity", get(activity::list))
        .route("/v1/office/audit", get(audit::list))
        .route("/v1/office/staff", get(staff::list))
        .route("/v1/office/staff/{staff}/invite", post(invitations::make))
        .route("/v1/office/devices", get(devices::list))
        .route("/v1/office/devices/{device}/lock", post(devices::lock))
        .route("/v1/office/devices/{device}/unlock", post(devices::unlock))
        .route("/v1/office/devices/{device}/wipe", post(devices::wipe))
        .route("/v1/office/quarantine", get(quarantine::list))
        .route("/v1/office/quarantine/{id}", get(quarantine::show))
        .route("/v1/office/quarantine/{id}/accept", post(quarantine::accept))
        .route("/v1/office/quarantine/{id}/discard", post(quarantine::discard))
        .route("/v1/office/review/late/{seq}/seen", post(review::see_late_work))
        .route("/v1/office/conflicts", get(conflicts::list))
        .fallback(async || Problem::not_found("page"))
        .method_not_allowed_fallback(async || Problem::method_not_allowed());
    guarded(routes).with_state(app)
}

/// Limits on what is asked, an answer where a handler breaks off, and a line in the log.
fn guarded<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::custom(|_| Problem::internal().into_response()))
        .layer(from_fn(read_the_rest))
        .layer(from_fn(request_log))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use tower_service::Service;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_breaks_off_is_answered_for_without_its_words() {
        let routes: Router = Router::new().route("/", get(async || -> () { panic!("Ada Long, 12 Elm St") }));
        let answer = guarded(routes).call(Request::new(Body::empty())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], "internal");
        assert!(!body.to_string().contains("Ada"));
    }
}
