//! The API's own description.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};

use super::error::{self, refusal};
use super::session::SESSION_COOKIE;
use crate::describe::{Id, Time};
use crate::router;

/// What stands in the description beside the routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Doorstep",
        description = "Records for nurses who visit patients at home: the phones' sync exchange and the office's API. \
            What is refused is answered with a `Problem`. What a security requirement lists is what its caller must be \
            allowed to do."
    ),
    components(schemas(error::Body, Id, Time)),
    modifiers(&Bearers)
)]
struct Frame;

/// The description without any route.
pub fn frame() -> OpenApi {
    Frame::openapi()
}

/// Adds to each route what is the same for all of them.
pub fn complete(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ] {
            if let Some(operation) = operation {
                name(path, method, operation);
                let responses = &mut operation.responses.responses;
                let too_slow = ResponseBuilder::new().description("the request took too long").build();
                responses.entry("408".to_owned()).or_insert(too_slow.into());
                responses.insert("500".to_owned(), refusal("the server failed; its log says more").into());
                responses.insert("503".to_owned(), refusal("the server is busy; try again").into());
            }
        }
    }
    document
}

/// Names an operation by its method and path, and puts it under its noun.
fn name(path: &str, method: &str, operation: &mut Operation) {
    let is_sign = |letter: char| !letter.is_alphanumeric();
    let parts: Vec<&str> = path.split(is_sign).filter(|part| !part.is_empty() && *part != "v1").collect();
    let noun = parts.iter().find(|part| **part != "office").copied().unwrap_or_default();
    operation.operation_id = Some(format!("{method}_{}", parts.join("_")));
    operation.tags = Some(vec![noun.to_owned()]);
}

/// How callers show who they are.
struct Bearers;

impl Modify for Bearers {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, words) in [
            ("device", "A phone's access token, of `POST /v1/enrol` and `POST /v1/token`."),
            (
                "office",
                "A token for the office's API, of `doorstep staff token`. A browser's session is as good: see `session`.",
            ),
        ] {
            let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
            let scheme = SecurityScheme::Http(bearer.description(Some(words)).build());
            components.add_security_scheme(name, scheme);
        }
        let words = "A browser's session, of `POST /v1/sign-in`. What changes something needs its `csrf_token` in the \
                     header `x-csrf-token` as well.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(SESSION_COOKIE, words));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

static DOCUMENT: LazyLock<String> =
    LazyLock::new(|| router::document().to_json().expect("a description has no keys but strings"));

/// This description.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    security(()),
    responses((status = 200, body = serde_json::Value, description = "OpenAPI"))
)]
pub async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}
