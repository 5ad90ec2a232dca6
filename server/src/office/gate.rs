//! What stands before and after every page: a form is one of ours, and a refusal is a page too.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::assets::{ASSETS, Assets};
use super::frame::language_of;
use super::upload::show_token;
use super::words::Words;
use crate::http::{CSRF_HEADER, Problem, SCRIPT_HEADER, read_body};
use crate::limits::{ACCOUNT_LOCK_OUT_MINUTES, FORM_BYTES_MAX, FORM_FIELDS_MAX, PASSWORD_CHARS_MIN};

/// The field of a form that carries the session's token.
pub const CSRF_FIELD: &str = "csrf_token";
const FORM: &str = "application/x-www-form-urlencoded";
const UPLOAD: &str = "multipart/form-data";
const SITE_HEADER: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The fields of a form, in its order.
#[derive(Debug, Clone, Default)]
pub struct Posted(Arc<Vec<(String, String)>>);

impl Posted {
    /// The fields, in the form's order.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// What stands in a field; the first, where there are several of the name; none where it is not in the form.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// What stands in a field without the space around it; empty where it is not in the form.
    pub fn line(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default().trim()
    }

    /// What stands in a field as something that is read from text.
    pub fn parse<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.line(name).parse().map_err(|_| Problem::bad_request(format!("{name} is not what it must be")))
    }
}

impl From<Vec<(String, String)>> for Posted {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(Arc::new(fields))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Posted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(not_a_form)
    }
}

/// Whether an address is that of a page; the others are for programs.
fn is_page(path: &str) -> bool {
    matches!(path, "/" | "/office") || path.starts_with("/office/")
}

/// Reads the form of a request to a page, and answers refusals as pages.
pub async fn gate(request: Request, next: Next) -> Response {
    if !is_page(request.uri().path()) {
        return next.run(request).await;
    }
    let words: Words = language_of(request.headers()).into();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let is_script = request.headers().contains_key(SCRIPT_HEADER);
    let response = match read_form(request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let is_signed_out = problem.status() == StatusCode::UNAUTHORIZED;
    if is_signed_out && method == Method::GET && !is_script {
        let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        return Redirect::to(&format!("/office/sign-in?next={next}")).into_response();
    }
    let (mut head, _) = response.into_parts();
    head.headers.remove(CONTENT_TYPE);
    let page = ProblemPage::of(&problem, words, is_signed_out);
    let page = page.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR);
    let (status, headers) = (head.status, head.headers);
    (status, headers_without_length(headers), page).into_response()
}

fn headers_without_length(mut headers: axum::http::HeaderMap) -> axum::http::HeaderMap {
    headers.remove(axum::http::header::CONTENT_LENGTH);
    headers
}

/// Reads a form, and shows the session's token in it as the API wants it: in a header.
async fn read_form(request: Request) -> Result<Request, Problem> {
    if request.method().is_safe() {
        return Ok(request);
    }
    // Browsers say where a request comes from. No other site has anything to post here.
    let site = request.headers().get(SITE_HEADER).map(HeaderValue::as_bytes);
    let is_foreign = match site {
        Some(site) => site != b"same-origin",
        None => is_of_another_origin(request.headers()),
    };
    if is_foreign {
        return Err(Problem::forbidden("the form comes from another site; open this one and try again"));
    }
    if is_of(UPLOAD, request.headers().get(CONTENT_TYPE)) {
        return show_token(request).await;
    }
    if !is_of(FORM, request.headers().get(CONTENT_TYPE)) {
        return Ok(request);
    }
    let (mut head, body) = request.into_parts();
    let bytes = read_body(body, FORM_BYTES_MAX).await?;
    let fields: Vec<(String, String)> =
        form_urlencoded::parse(&bytes).take(FORM_FIELDS_MAX + 1).map(|(n, v)| (n.into(), v.into())).collect();
    if fields.len() > FORM_FIELDS_MAX {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the form has too many fields"));
    }
    let token = fields.iter().find(|(name, _)| name == CSRF_FIELD);
    if let Some(token) = token.and_then(|(_, token)| HeaderValue::from_str(token).ok()) {
        head.headers.entry(CSRF_HEADER).or_insert(token);
    }
    head.extensions.insert(Posted::from(fields));
    Ok(Request::from_parts(head, Body::empty()))
}

/// Whether a browser that does not say so otherwise names another site than this one as where the request comes from.
fn is_of_another_origin(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    headers.get(ORIGIN).is_some_and(|origin| {
        let origin = origin.as_bytes();
        let authority = [&b"https://"[..], b"http://"].iter().find_map(|scheme| origin.strip_prefix(*scheme));
        authority.is_none() || authority != host
    })
}

fn is_of(wanted: &str, media_type: Option<&HeaderValue>) -> bool {
    let media_type = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    media_type.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(wanted))
}

pub(super) fn not_a_form() -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_form", "send the form of the page")
}

/// That something was refused or failed, as a page.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    words: Words,
    assets: &'static Assets,
    status: u16,
    said: String,
    is_signed_out: bool,
}

impl ProblemPage {
    fn of(problem: &Problem, words: Words, is_signed_out: bool) -> Self {
        let status = problem.status().as_u16();
        Self { words, assets: &ASSETS, status, said: said(problem, words), is_signed_out }
    }
}

/// What is wrong, in a language: by the problem's code, or else by its status.
pub fn said(problem: &Problem, words: Words) -> String {
    let by_code = format!("problem-{}", problem.code().replace('_', "-"));
    let by_status = format!("problem-{}", problem.status().as_u16());
    let known = [by_code, by_status].into_iter().find(|message| words.has(message));
    let limits = [
        ("lock-out-minutes", ACCOUNT_LOCK_OUT_MINUTES.into()),
        ("password-chars", PASSWORD_CHARS_MIN.into()),
    ];
    words.tell(known.as_deref().unwrap_or("problem-other"), limits).into_owned()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::State;
    use axum::http::header::LOCATION;
    use axum::middleware::from_fn;
    use axum::routing::{get, post};
    use http_body_util::BodyExt;
    use tower_service::Service;

    use super::*;

    async fn answer(request: Request) -> (StatusCode, axum::http::HeaderMap, String) {
        let told = async |form: Posted| form.fields().len().to_string();
        let token = async |State(()): State<()>, request: Request| {
            let shown = request.headers().get(CSRF_HEADER).map(|token| token.to_str().unwrap().to_owned());
            shown.unwrap_or_default()
        };
        let refused = async || Problem::unauthorised("signed_out", "no");
        let routes: Router = Router::new()
            .route("/office/told", post(told))
            .route("/office/token", post(token))
            .route("/office/refused", get(refused).post(refused))
            .route("/v1/refused", get(refused))
            .layer(from_fn(gate))
            .with_state(());
        let mut routes = routes;
        let (head, body) = routes.call(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    fn form(path: &str, body: String) -> Request {
        Request::post(path).header(CONTENT_TYPE, FORM).body(Body::from(body)).unwrap()
    }

    #[tokio::test]
    async fn a_forms_token_is_shown_as_the_api_wants_it() {
        let (_, _, shown) = answer(form("/office/token", "a=b&csrf_token=abc-_1".to_owned())).await;
        assert_eq!(shown, "abc-_1");
        let (_, _, shown) = answer(form("/office/token", "a=b".to_owned())).await;
        assert_eq!(shown, "");
    }

    #[tokio::test]
    async fn what_another_site_sends_is_refused_before_it_is_read() {
        for (site, status) in [("same-origin", 200), ("cross-site", 403), ("same-site", 403), ("none", 403)] {
            let mut request = form("/office/told", "a=b".to_owned());
            request.headers_mut().insert(SITE_HEADER, HeaderValue::from_static(site));
            assert_eq!(answer(request).await.0, status, "{site}");
        }
    }

    #[tokio::test]
    async fn where_a_browser_does_not_say_whether_the_site_is_this_one_its_origin_has_to_be() {
        for (origin, status) in [
            ("https://office.example", 200),
            ("http://office.example", 200),
            ("https://evil.example", 403),
            ("https://office.example.evil.example", 403),
            ("null", 403),
        ] {
            let mut request = form("/office/told", "a=b".to_owned());
            request.headers_mut().insert(HOST, HeaderValue::from_static("office.example"));
            request.headers_mut().insert(ORIGIN, HeaderValue::from_static(origin));
            assert_eq!(answer(request).await.0, status, "{origin}");
        }
    }

    #[tokio::test]
    async fn i14_a_form_has_so_many_fields_and_bytes_and_no_more() {
        for (count, status) in [(FORM_FIELDS_MAX, 200), (FORM_FIELDS_MAX + 1, 413)] {
            assert_eq!(answer(form("/office/told", "a=&".repeat(count))).await.0, status, "{count} fields");
        }
        for (bytes, status) in [(FORM_BYTES_MAX, 200), (FORM_BYTES_MAX + 1, 413)] {
            assert_eq!(answer(form("/office/told", "a".repeat(bytes))).await.0, status, "{bytes} bytes");
        }
    }

    #[tokio::test]
    async fn who_has_not_signed_in_is_led_to_where_one_does_a_script_is_told_and_a_form_is_not_lost() {
        let ask = |path: &str| Request::get(path).body(Body::empty()).unwrap();
        let (status, headers, _) = answer(ask("/office/refused")).await;
        assert_eq!(
            (status.as_u16(), &headers[LOCATION]),
            (303, &"/office/sign-in?next=%2Foffice%2Frefused".parse().unwrap())
        );
        let mut by_script = ask("/office/refused");
        by_script.headers_mut().insert(SCRIPT_HEADER, HeaderValue::from_static("1"));
        assert_eq!(answer(by_script).await.0, 401);
        let (status, headers, page) = answer(form("/office/refused", "a=b".to_owned())).await;
        assert_eq!(
            (status.as_u16(), &headers[CONTENT_TYPE]),
            (401, &"text/html; charset=utf-8".parse().unwrap())
        );
        assert!(page.contains("What you typed is not lost"), "{page}");
        let (status, headers, _) = answer(ask("/v1/refused")).await;
        assert_eq!((status.as_u16(), &headers[CONTENT_TYPE]), (401, &"application/json".parse().unwrap()));
    }

    #[test]
    fn a_problem_is_told_by_its_code_or_else_by_its_status_in_both_languages() {
        for (language, wrong) in [
            ("en", "The name or the password is wrong."),
            ("es", "El nombre o la contraseña no son correctos."),
        ] {
            let words: Words = super::super::words::Language::of_code(language).unwrap().into();
            assert_eq!(said(&Problem::unauthorised("sign_in_failed", "-"), words), wrong);
            let locked = Problem::new(StatusCode::TOO_MANY_REQUESTS, "locked_out", "-");
            assert!(said(&locked, words).contains(&ACCOUNT_LOCK_OUT_MINUTES.to_string()));
            assert_eq!(said(&Problem::not_found("x"), words), words.say("problem-404"));
        }
    }
}
