//! What an answer leaves unread of its request. A refusal is often made before the body is looked at: a connection that
//! is closed on a phone that still sends tells it nothing, and it takes the refusal for a lost signal.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;

use crate::limits::{REST_BYTES_MAX, REST_SECONDS_MAX};

/// Reads what the handler left of the body, within bounds, and drops it, so that the caller gets the answer.
pub async fn read_the_rest(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let kept = Arc::new(Mutex::new(body));
    let lent = Body::new(Lent(Arc::clone(&kept)));
    let mut response = next.run(Request::from_parts(head, lent)).await;
    // A handler that reads on while it answers needs nobody to read for it.
    if let Some(rest) = Arc::into_inner(kept) {
        let rest = rest.into_inner().unwrap_or_else(PoisonError::into_inner);
        let reading = drop_all(rest);
        let read = tokio::time::timeout(Duration::from_secs(REST_SECONDS_MAX), reading).await;
        if !read.unwrap_or(false) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
    response
}

/// Whether the end was reached.
async fn drop_all(mut rest: Body) -> bool {
    let mut left = REST_BYTES_MAX;
    while let Some(frame) = rest.frame().await {
        let Ok(frame) = frame else { return false };
        let Some(fewer) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return false };
        left = fewer;
    }
    true
}

/// A body that is read by whoever handles the request, and stays here.
struct Lent(Arc<Mutex<Body>>);

impl Lent {
    fn with<T>(&self, work: impl FnOnce(&mut Body) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        self.with(|body| Pin::new(body).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.with(|body| body.size_hint())
    }
}
