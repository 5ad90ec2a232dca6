//! What is said to the server: enrolment, a new access token, the sync exchange.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::{Cancel, JSON, Request, Response, Transport, TransportError};
use crate::ids::{AgencyId, DeviceId, StaffId};
use crate::record::Timestamp;
use crate::wire::{self, code};

/// Bytes of a JSON answer that are read at most.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// Asks to enrol this phone by a one-time code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The code that the office made.
    pub code: String,
    /// What the office calls the phone.
    pub device_name: String,
    /// The app's version.
    pub app_version: String,
    /// The phone's clock.
    pub device_time: Timestamp,
}

/// Who the phone now is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// The agency.
    pub agency: AgencyId,
    /// The nurse whose phone it is.
    pub staff: StaffId,
    /// The phone.
    pub device: DeviceId,
    /// Sent with each exchange; short-lived.
    pub access_token: String,
    /// Buys a new access token.
    pub refresh_token: String,
    /// The server's clock.
    pub server_time: Timestamp,
}

#[derive(Serialize)]
struct TokenRequest<'a> {
    refresh_token: &'a str,
}

/// A new access token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAnswer {
    /// Sent with each exchange; short-lived.
    pub access_token: String,
    /// In place of the refresh token that was used, where the server rotates them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct ServerError {
    code: String,
    message: String,
}

/// `POST /v1/enrol`
pub fn enrol(
    transport: &dyn Transport,
    request: &EnrolRequest,
    cancel: &Cancel,
) -> Result<EnrolAnswer, TransportError> {
    call(transport, "/v1/enrol", request, cancel)
}

/// `POST /v1/token`
pub fn refresh(
    transport: &dyn Transport,
    refresh_token: &str,
    cancel: &Cancel,
) -> Result<TokenAnswer, TransportError> {
    call(transport, "/v1/token", &TokenRequest { refresh_token }, cancel)
}

/// `POST /v1/wiped`: the phone has destroyed what it held, as the office asked.
pub fn wiped(transport: &dyn Transport, refresh_token: &str, cancel: &Cancel) -> Result<(), TransportError> {
    call(transport, "/v1/wiped", &TokenRequest { refresh_token }, cancel).map(|_: serde_json::Value| ())
}

/// `POST /v1/sync`: returns the body of the answer, as it arrives.
pub fn sync(
    transport: &dyn Transport,
    access_token: &str,
    body: Vec<u8>,
    cancel: &Cancel,
) -> Result<Box<dyn Read + Send>, TransportError> {
    let request = Request::post("/v1/sync", wire::MEDIA_TYPE, body).with_bearer(access_token);
    Ok(accepted(transport.exchange(request, cancel)?, Some(wire::MEDIA_TYPE))?.body)
}

fn call<A: serde::de::DeserializeOwned>(
    transport: &dyn Transport,
    path: &'static str,
    asked: &impl Serialize,
    cancel: &Cancel,
) -> Result<A, TransportError> {
    let body = serde_json::to_vec(asked).map_err(|_| TransportError::NotUnderstood)?;
    let request = Request::post(path, JSON, body);
    let response = accepted(transport.exchange(request, cancel)?, Some(JSON))?;
    serde_json::from_slice(&read(response.body)?).map_err(|_| TransportError::NotUnderstood)
}

/// The answer, unless the server refused or failed, or it was not the server that answered: a success says nothing where it is
/// of another media type, a refusal where it has no code.
pub(super) fn accepted(response: Response, media_type: Option<&str>) -> Result<Response, TransportError> {
    let status = response.status;
    if (200..300).contains(&status) {
        let is_other = media_type.is_some_and(|expected| is_of_another_type(&response, expected));
        return if is_other { Err(TransportError::Intercepted) } else { Ok(response) };
    }
    let retry_after_s = response.retry_after_s();
    let told = response.header(code::HEADER).map(str::to_owned);
    let message = || "no reason was given".to_owned();
    let said: Option<ServerError> = serde_json::from_slice(&read(response.body)?).ok();
    let error = said.or_else(|| told.map(|code| ServerError { code, message: message() }));
    let error = match (error, status) {
        (Some(error), _) => error,
        // What stands before a server answers so, too, when the server is in trouble.
        (None, 408 | 413 | 414 | 429 | 431 | 500..=510 | 520..=530) => {
            ServerError { code: "unknown".to_owned(), message: message() }
        }
        (None, _) => return Err(TransportError::Intercepted),
    };
    Err(TransportError::Server { status, retry_after_s, code: error.code, message: error.message })
}

fn is_of_another_type(response: &Response, expected: &str) -> bool {
    let told = response.header("content-type").and_then(|told| told.split(';').next());
    told.is_none_or(|told| !told.trim().eq_ignore_ascii_case(expected))
}

fn read(body: Box<dyn Read + Send>) -> Result<Vec<u8>, TransportError> {
    let mut bytes = Vec::new();
    body.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes).map_err(|_| TransportError::Lost)?;
    Ok(bytes)
}
