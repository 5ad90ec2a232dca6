//! What every answer tells whoever shows it: keep nothing, guess nothing, load nothing, show it in no frame.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::address::is_secure;
use crate::app::App;

/// What is no page loads nothing, and is not of this origin if a browser shows it: a file may be anything.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
/// A page loads what this server has, and runs no script that stands in it.
const POLICY_OF_PAGES: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);
/// A year, in which a browser comes by TLS alone.
const TLS_ALONE: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Puts the headers on an answer. What may be kept says so itself by its `Cache-Control`.
pub async fn safe_headers(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_secure = is_secure(app.is_tls, request.headers(), app.is_behind_proxy);
    let mut response = next.run(request).await;
    put(response.headers_mut(), is_secure);
    response
}

fn put(headers: &mut HeaderMap, is_secure: bool) {
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    headers.insert(CONTENT_SECURITY_POLICY, if is_page { POLICY_OF_PAGES } else { POLICY });
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if is_secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, TLS_ALONE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_load_what_this_server_has_and_no_script_that_stands_in_it() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        put(&mut headers, true);
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        put(&mut headers, true);
        assert!(headers[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none';"));
    }

    #[test]
    fn what_may_be_kept_says_so_itself() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
        put(&mut headers, false);
        assert_eq!(headers[CACHE_CONTROL], "max-age=60");
    }
}
