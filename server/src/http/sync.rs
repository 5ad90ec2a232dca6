//! The sync exchange over HTTP: the request's body whole, the answer frame by frame as it is made.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use doorstep_client_core::wire::{MEDIA_TYPE, SyncRequest, WireError};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

use super::body::{is_too_slow, too_slow};
use super::error::Body as Refusal;
use super::{DeviceCaller, Problem};
use crate::app::{App, Poke};
use crate::describe::Binary;
use crate::limits::{ANSWER_PARTS_WAITING_MAX, ANSWER_SILENCE_SECONDS_MAX};
use crate::store::DeviceHolder;
use crate::sync::{Caller, Exchange, SyncError};

type Part = Result<Bytes, std::io::Error>;

/// One sync exchange.
///
/// Both bodies are binary: CBOR with numbered fields inside one zstd stream; up a request, down frames. See
/// ARCHITECTURE.md and client-core's `wire`.
#[utoipa::path(
    post,
    path = "/v1/sync",
    request_body(content = Binary, content_type = MEDIA_TYPE),
    security(("device" = ["sync"])),
    responses(
        (status = 200, body = Binary, content_type = MEDIA_TYPE, description = "Frames"),
        DeviceCaller,
        (status = 400, body = Refusal, description = "the request is not one (malformed)"),
        (
            status = 409, body = Refusal,
            description = "the cursor is not one of this server's (unknown_cursor)"
        ),
        (status = 408, body = Refusal, description = "the body stood still for too long (too_slow)"),
        (status = 413, body = Refusal, description = "the request is past its limit (too_big)"),
        (status = 426, body = Refusal, description = "the protocol is not spoken here (protocol_unknown)"),
    )
)]
pub async fn exchange(
    State(app): State<Arc<App>>,
    DeviceCaller(holder): DeviceCaller,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_big", "the request's body is past its limit")
        }
        _ if is_too_slow(&refused) => too_slow(),
        _ => Problem::bad_request("the request's body did not arrive whole"),
    })?;
    let permit = Arc::clone(&app.exchanges).acquire_owned().await.map_err(|_| Problem::internal())?;
    let (begun, has_begun) = oneshot::channel();
    let (parts, answer) = mpsc::channel(ANSWER_PARTS_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        run(&app, &holder, &body, begun, &parts);
        drop(permit);
    });
    has_begun.await.map_err(|_| Problem::internal())??;
    let body = Body::from_stream(ReceiverStream::new(answer));
    Ok(([(CONTENT_TYPE, MEDIA_TYPE)], body).into_response())
}

fn run(
    app: &App,
    holder: &DeviceHolder,
    body: &[u8],
    begun: oneshot::Sender<Result<(), Problem>>,
    parts: &mpsc::Sender<Part>,
) {
    let caller = Caller { actor: holder.into(), device: holder.device.id };
    let exchange = SyncRequest::from_body(body)
        .map_err(SyncError::from)
        .and_then(|request| Exchange::begin(&*app.store, caller, request, app.environment.now()));
    let exchange = match exchange {
        Ok(exchange) => exchange,
        Err(error) => {
            // Whoever asked may have gone.
            let _ = begun.send(Err(error.into()));
            return;
        }
    };
    app.poke(Poke::records(holder.agency, exchange.changed_scopes(), Some(holder.device.id)));
    if begun.send(Ok(())).is_err() {
        return;
    }
    if let Err(error) = exchange.answer(|part| Handle::current().block_on(hand_over(parts, part.into()))) {
        tracing::error!("an answer was broken off: {error}");
        // The phone keeps what has arrived whole, and asks again.
        let _ = parts.blocking_send(Err(ErrorKind::ConnectionAborted.into()));
    }
}

/// Hands a part over to a phone that takes it in its time. One that does not is given up: it would keep others out.
pub(super) async fn hand_over(parts: &mpsc::Sender<Part>, part: Bytes) -> bool {
    let patience = Duration::from_secs(ANSWER_SILENCE_SECONDS_MAX);
    let sent = parts.send_timeout(Ok(part), patience).await;
    if let Err(SendTimeoutError::Timeout(_)) = sent {
        tracing::warn!("a phone does not take its answer and is given up");
    }
    sent.is_ok()
}

impl From<SyncError> for Problem {
    fn from(error: SyncError) -> Self {
        let (status, code) = match error {
            SyncError::Store(error) => return error.into(),
            SyncError::Wire(WireError::TooBig { .. }) => (StatusCode::PAYLOAD_TOO_LARGE, "too_big"),
            SyncError::Wire(WireError::Protocol(_)) => (StatusCode::UPGRADE_REQUIRED, "protocol_unknown"),
            SyncError::Wire(_) => (StatusCode::BAD_REQUEST, "malformed"),
            SyncError::UnknownCursor => (StatusCode::CONFLICT, "unknown_cursor"),
            SyncError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        };
        Self::new(status, code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn i14_a_part_waits_for_a_phone_up_to_the_limit_and_no_longer() {
        for (seconds, is_taken) in
            [(ANSWER_SILENCE_SECONDS_MAX - 1, true), (ANSWER_SILENCE_SECONDS_MAX + 1, false)]
        {
            let (parts, mut answer) = mpsc::channel(ANSWER_PARTS_WAITING_MAX);
            for _ in 0..ANSWER_PARTS_WAITING_MAX {
                assert!(hand_over(&parts, Bytes::new()).await, "there is room");
            }
            let phone = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                let taken = answer.recv().await.is_some();
                (taken, answer)
            });
            assert_eq!(hand_over(&parts, Bytes::new()).await, is_taken, "{seconds} s");
            assert!(phone.await.unwrap().0);
        }
    }
}
