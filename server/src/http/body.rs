//! What a request holds: its JSON body, the ids in its path, its query. What is wrong with one is answered without
//! quoting it.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tower_http::timeout::TimeoutError;
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

use super::Problem;
use super::error::refusals;

/// What a handler answers.
pub type Answer<T> = Result<Json<T>, Problem>;

/// The ids in a request's path.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(_) => Err(Problem::bad_request("the address holds something that is not an id")),
        }
    }
}

impl<T> IntoResponses for Named<T> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals([(400, "the request is not what it must be"), (404, "there is no such thing")])
    }
}

/// A request's query.
pub struct Queried<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Queried<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(queried)) => Ok(Self(queried)),
            Err(_) => Err(Problem::bad_request("a parameter of the address is not what it must be")),
        }
    }
}

impl<T> IntoResponses for Queried<T> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals([(400, "a parameter is not what it must be")])
    }
}

/// Whether a body did not arrive because it stood still for too long.
pub(super) fn is_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<TimeoutError>() || error.source().is_some_and(is_too_slow)
}

/// The refusal of such a body. Whoever sent it may try again.
pub(super) fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the request's body stood still for too long")
}

/// A body of so many bytes at most.
pub async fn read_body(body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, bytes_max).collect().await {
        Ok(read) => Ok(read.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) => Err(unread(&*error)),
    }
}

/// The refusal of a body that did not arrive whole.
pub fn unread(error: &(dyn std::error::Error + 'static)) -> Problem {
    if is_too_slow(error) { too_slow() } else { Problem::bad_request("the body cannot be read") }
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is too large")
}

/// A JSON body that was asked with.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(asked)) => Ok(Self(asked)),
            Err(JsonRejection::JsonDataError(_)) => {
                Err(Problem::bad_request("the body lacks a field, or has one of the wrong type"))
            }
            Err(JsonRejection::JsonSyntaxError(_)) => Err(Problem::bad_request("the body is not JSON")),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Problem::bad_request("the body must be of type application/json"))
            }
            Err(other) if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large()),
            Err(other) if is_too_slow(&other) => Err(too_slow()),
            Err(_) => Err(Problem::bad_request("the body cannot be read")),
        }
    }
}

impl<T> IntoResponses for Asked<T> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals([
            (400, "the request is not what it must be"),
            (408, "the body stood still for too long (too_slow)"),
            (413, "the body is too large"),
        ])
    }
}
