//! What a refused or failed request is answered with, and how that is described.

use std::collections::BTreeMap;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use doorstep_client_core::wire::code;
use serde::Serialize;
use utoipa::openapi::{Content, Ref, RefOr, Response as Described, ResponseBuilder};

use crate::auth::{EnrolmentError, TokenError};
use crate::rates::TooOften;
use crate::store::StoreError;

/// Seconds after which a code that was refused because others were wrong may be tried again.
const THROTTLED_SECONDS: u64 = 60;

/// A refusal or a failure: a status, a short name for programs, and words for people. Never holds patient data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    wait_s: Option<u64>,
}

/// What is refused, and why.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(super) struct Body<'a> {
    /// A short name, for programs.
    code: &'a str,
    /// Words for people.
    message: &'a str,
}

impl Problem {
    /// A problem of this status, name and words.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), wait_s: None }
    }

    /// The request is not what it must be.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// Nobody is named, or not believably.
    pub fn unauthorised(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    /// The caller may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// There is no such thing here.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    /// The route does not take the method.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "this address does not take that method",
        )
    }

    /// Something that should not happen did; the log says more.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server failed; try again later")
    }

    /// The same, with how many seconds to wait before the next attempt.
    pub fn retry_after_s(self, wait_s: u64) -> Self {
        Self { wait_s: Some(wait_s), ..self }
    }

    /// Its short name, for programs.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = axum::Json(Body { code: self.code, message: &self.message });
        let mut response = (self.status, body).into_response();
        // What HEAD is answered has no body.
        response.headers_mut().insert(code::HEADER, HeaderValue::from_static(self.code));
        if let Some(wait_s) = self.wait_s {
            response.headers_mut().insert(RETRY_AFTER, wait_s.into());
        }
        // For whoever tells it in another way.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuch(what) => Self::not_found(what),
            StoreError::Exists(_) => Self::new(StatusCode::CONFLICT, "exists", error.to_string()),
            StoreError::CaseClosed => Self::new(StatusCode::CONFLICT, "case_closed", error.to_string()),
            StoreError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", error.to_string()),
            _ => {
                tracing::error!("the store failed: {error}");
                Self::internal()
            }
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let code = match error {
            TokenError::Expired => "token_expired",
            TokenError::Invalid => "token_invalid",
        };
        Self::unauthorised(code, error.to_string())
    }
}

impl From<TooOften> for Problem {
    fn from(too_often: TooOften) -> Self {
        let said = too_often.to_string();
        Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled", said).retry_after_s(too_often.wait_s)
    }
}

impl From<EnrolmentError> for Problem {
    fn from(error: EnrolmentError) -> Self {
        let wait_s = matches!(error, EnrolmentError::Throttled).then_some(THROTTLED_SECONDS);
        let (status, code) = match error {
            EnrolmentError::BadCode => (StatusCode::FORBIDDEN, "code_unknown"),
            EnrolmentError::Throttled => (StatusCode::TOO_MANY_REQUESTS, "throttled"),
            EnrolmentError::TooLong => (StatusCode::BAD_REQUEST, "bad_request"),
            EnrolmentError::BadRefreshToken => (StatusCode::FORBIDDEN, code::REFRESH_TOKEN_UNKNOWN),
            EnrolmentError::Locked => (StatusCode::FORBIDDEN, code::DEVICE_LOCKED),
            EnrolmentError::SessionEnded => (StatusCode::FORBIDDEN, code::SESSION_ENDED),
            EnrolmentError::Wipe => (StatusCode::FORBIDDEN, code::DEVICE_WIPE),
            EnrolmentError::Token(_) => {
                tracing::error!("a token could not be signed");
                return Self::internal();
            }
            EnrolmentError::Store(error) => return error.into(),
        };
        Self { wait_s, ..Self::new(status, code, error.to_string()) }
    }
}

/// Refusals by their statuses, each a `Problem`.
pub(super) fn refusals<const N: usize>(of: [(u16, &str); N]) -> BTreeMap<String, RefOr<Described>> {
    of.into_iter().map(|(status, words)| (status.to_string(), refusal(words).into())).collect()
}

/// A refusal, which is a `Problem`.
pub(super) fn refusal(words: &str) -> Described {
    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(words).content("application/json", problem).build()
}
