//! The whole URL map, one line per route. Path, method and description of a route stand at its handler.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use doorstep_client_core::limits::REQUEST_BYTES_MAX;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::app::App;
use crate::http::{
    NamedActions, Problem, accounts, activity, audit, cases, closed_by_default, closing, conflicts, devices,
    enrol, events, files, grants, health, invitations, keys, openapi, pace, quarantine, read_the_rest,
    records, request_log, review, safe_headers, second_factor, session, sign_in, staff, sync,
};
use crate::limits::{BODY_SILENCE_SECONDS_MAX, FILE_FORM_BYTES_MAX, JSON_BYTES_MAX, UPLOAD_BYTES_MAX};
use crate::office::{self, gate};

/// Longer than the largest request takes over the slowest line that is worked for: 4 MiB at 256 kbit/s.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);

/// Everything that the server answers to.
pub fn router(app: Arc<App>) -> Router {
    let (closed, description) =
        phones().merge(own_account()).merge(office_api()).merge(pages()).split_for_parts();
    let named = Arc::new(NamedActions::of(&description));
    let closed = closed.route_layer(from_fn_with_state(named, closed_by_default));
    let routes = Router::from(open())
        .merge(Router::from(open_pages()))
        .merge(closed)
        .fallback(async || Problem::not_found("page"))
        .method_not_allowed_fallback(async || Problem::method_not_allowed());
    guarded(routes.layer(from_fn(gate)).layer(from_fn_with_state(Arc::clone(&app), pace)))
        .layer(from_fn_with_state(Arc::clone(&app), safe_headers))
        .layer(from_fn(request_log))
        .with_state(app)
}

/// What describes the pages, for those who hold that each asks who may see it.
pub fn pages_document() -> OpenApi {
    open_pages().merge(pages()).into_openapi()
}

/// What describes the API.
pub fn document() -> OpenApi {
    let routes = OpenApiRouter::with_openapi(openapi::frame()).merge(open());
    openapi::complete(routes.merge(phones()).merge(own_account()).merge(office_api()).into_openapi())
}

/// For everybody.
fn open() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(health::show))
        .routes(routes!(openapi::show))
        .routes(routes!(keys::show))
        .routes(routes!(enrol::enrol))
        .routes(routes!(enrol::refresh))
        .routes(routes!(enrol::wiped))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::set_password))
}

/// The office's pages for everybody.
fn open_pages() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(office::sign_in::root))
        .routes(routes!(office::assets::show))
        .routes(routes!(office::sign_in::show, office::sign_in::sign_in))
        .routes(routes!(office::sign_in::password, office::sign_in::set_password))
        .routes(routes!(office::sign_in::choose_language))
        .routes(routes!(office::calendar::feed::show))
}

/// The office's pages for whoever has signed in.
fn pages() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(office::sign_in::sign_out))
        .routes(routes!(office::sign_in::alive))
        .routes(routes!(office::live::listen))
        .routes(routes!(office::today::show))
        .routes(routes!(office::review::show))
        .routes(routes!(office::review::see))
        .routes(routes!(office::review::see_late))
        .routes(routes!(office::review::late))
        .routes(routes!(office::review::aside))
        .routes(routes!(office::review::accept))
        .routes(routes!(office::review::discard))
        .routes(routes!(office::cases::list::show, office::cases::list::search))
        .routes(routes!(office::cases::assign::assign))
        .routes(routes!(office::cases::new::show, office::cases::new::open))
        .routes(
            routes!(office::import::pages::show, office::import::pages::preview)
                .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)),
        )
        .routes(routes!(office::import::pages::confirm))
        .routes(routes!(office::cases::team::show, office::cases::team::change))
        .routes(routes!(office::chart::summary::show))
        .routes(routes!(office::chart::kind::show))
        .routes(routes!(office::chart::file::show))
        .routes(routes!(office::chart::plan::show))
        .routes(routes!(office::chart::outcomes::show))
        .routes(routes!(office::chart::timeline::show))
        .routes(routes!(office::chart::as_of::show))
        .routes(routes!(office::directory::show))
        .routes(routes!(office::record::show::show))
        .routes(routes!(office::record::edit::show, office::record::edit::save))
        .routes(routes!(office::record::create::show, office::record::create::save))
        .routes(
            routes!(office::record::attach::show, office::record::attach::save)
                .layer(DefaultBodyLimit::max(FILE_FORM_BYTES_MAX)),
        )
        .routes(routes!(office::record::mistake::show, office::record::mistake::save))
        .routes(routes!(office::record::resolve::resolve))
        .routes(routes!(office::staff::list, office::staff::hire))
        .routes(routes!(office::staff::show))
        .routes(routes!(office::staff::set_role))
        .routes(routes!(office::staff::leave))
        .routes(routes!(office::staff::come_back))
        .routes(routes!(office::staff::reset))
        .routes(routes!(office::staff::sign_out))
        .routes(routes!(office::staff::invite))
        .routes(routes!(office::staff::lock))
        .routes(routes!(office::staff::unlock))
        .routes(routes!(office::staff::ask_wipe, office::staff::wipe))
        .routes(routes!(office::outcomes::show))
        .routes(routes!(office::outcomes::csv))
        .routes(routes!(office::audit::show, office::audit::find_case))
        .routes(routes!(office::audit::verify))
        .routes(routes!(office::audit::export))
        .routes(routes!(office::account::show))
        .routes(routes!(office::account::set_password))
        .routes(routes!(office::account::begin_second_factor))
        .routes(routes!(office::account::confirm_second_factor))
        .routes(routes!(office::account::remove_second_factor))
        .routes(routes!(office::account::sign_out_everywhere))
        .routes(routes!(office::schedule::show))
        .routes(routes!(office::calendar::show, office::calendar::renew))
        .routes(routes!(office::calendar::revoke))
        .routes(routes!(office::schedule::book::choose))
        .routes(routes!(office::schedule::book::show, office::schedule::book::book))
        .routes(routes!(office::schedule::appointment::show, office::schedule::appointment::move_to))
        .routes(routes!(office::schedule::appointment::cancel))
}

/// For enrolled phones.
fn phones() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(sync::exchange).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX)))
        .routes(routes!(events::listen))
        .routes(routes!(files::state, files::take, files::give))
}

/// For whoever has signed in.
fn own_account() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(session::show))
        .routes(routes!(session::end))
        .routes(routes!(session::end_everywhere))
        .routes(routes!(session::change_password))
        .routes(routes!(second_factor::begin))
        .routes(routes!(second_factor::confirm))
        .routes(routes!(second_factor::remove))
}

/// For the office.
fn office_api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default()
        .routes(routes!(cases::list))
        .routes(routes!(cases::chart))
        .routes(routes!(closing::close))
        .routes(routes!(closing::reopen))
        .routes(routes!(grants::begin))
        .routes(routes!(grants::end))
        .routes(routes!(records::create))
        .routes(routes!(records::show, records::edit))
        .routes(routes!(records::resolve))
        .routes(routes!(activity::list))
        .routes(routes!(audit::list))
        .routes(routes!(staff::list, accounts::hire))
        .routes(routes!(accounts::set_role))
        .routes(routes!(accounts::leave))
        .routes(routes!(accounts::come_back))
        .routes(routes!(accounts::reset))
        .routes(routes!(accounts::sign_out))
        .routes(routes!(invitations::make))
        .routes(routes!(devices::list))
        .routes(routes!(devices::lock))
        .routes(routes!(devices::unlock))
        .routes(routes!(devices::wipe))
        .routes(routes!(quarantine::list))
        .routes(routes!(quarantine::show))
        .routes(routes!(quarantine::accept))
        .routes(routes!(quarantine::discard))
        .routes(routes!(review::list))
        .routes(routes!(review::see))
        .routes(routes!(review::see_late_work))
        .routes(routes!(conflicts::list))
}

/// Limits on what is asked, and an answer where a handler breaks off.
fn guarded<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::custom(|_| Problem::internal().into_response()))
        .layer(from_fn(read_the_rest))
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(BODY_SILENCE_SECONDS_MAX)))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::{Body, Bytes};
    use axum::http::Request;
    use axum::routing::{get, post};
    use http_body_util::BodyExt;
    use tokio::sync::mpsc;
    use tokio_stream::wrappers::ReceiverStream;
    use tower_service::Service;

    use super::*;
    use crate::http::Asked;

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

    #[tokio::test]
    async fn an_answer_that_nobody_asked_access_for_does_not_get_out() {
        let routes = Router::new()
            .route("/told", get(async || "Ada Long, 12 Elm St"))
            .route("/refused", get(async || Problem::forbidden("no")));
        let named = Arc::new(NamedActions::of(&document()));
        let mut routes = routes.route_layer(from_fn_with_state(named, closed_by_default));
        for (path, status) in [("/told", 500), ("/refused", 403)] {
            let asked = Request::get(path).body(Body::empty()).unwrap();
            let answer = routes.call(asked).await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert!(!String::from_utf8_lossy(&body).contains("Ada"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn i14_a_body_may_stand_still_up_to_the_limit_and_is_refused_past_it() {
        for (seconds, status) in [(BODY_SILENCE_SECONDS_MAX - 1, 200), (BODY_SILENCE_SECONDS_MAX + 1, 408)] {
            let routes: Router = Router::new().route("/", post(async |_: Asked<serde_json::Value>| "read"));
            let (parts, body) = mpsc::channel::<Result<Bytes, Infallible>>(1);
            tokio::spawn(async move {
                for part in ["[1", ",2", ",3]"] {
                    // Whoever refuses the body reads no more of it.
                    let _ = parts.send(Ok(part.into())).await;
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                }
            });
            let request = Request::post("/").header("content-type", "application/json");
            let request = request.body(Body::from_stream(ReceiverStream::new(body))).unwrap();
            let answer = guarded(routes).call(request).await.unwrap();
            assert_eq!(answer.status(), status, "{seconds} s");
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains(if status == 200 { "read" } else { "too_slow" }), "{body}");
        }
    }
}
