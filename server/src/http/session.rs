//! Sessions in browsers: the cookies that carry them, and what somebody does about her own.
//!
//! A request that changes something must bring the session's token in a header as well: another site can make a browser
//! send its cookies, but knows no token.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{ACCEPT, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::AppendHeaders;
use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Response};
use utoipa::{IntoResponses, ToSchema};

use super::address::{CallerAddress, caller_network};
use super::caller::not_allowed;
use super::decided::Decided;
use super::error::{Body as Refusal, refusals};
use super::{Answer, Asked, Permitted, Problem, blocking};
use crate::access::{Action, Actor, Relation, may};
use crate::app::App;
use crate::auth::{LiveSession, SignedIn, Visitor};
use crate::describe;
use crate::limits::SESSION_IDLE_MINUTES_MAX;
use crate::store::{Role, Session, SignInName};

/// The cookie that carries a session. Its prefix binds it to this host and to TLS.
pub const SESSION_COOKIE: &str = "__Host-doorstep";
/// The cookie by which a browser is known again when somebody signs in.
pub const BROWSER_COOKIE: &str = "__Host-doorstep-browser";
/// The header that carries the session's token.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// The header by which a page's script says that nobody has asked for what it fetches.
pub const SCRIPT_HEADER: HeaderName = HeaderName::from_static("x-doorstep-script");

/// What browsers keep to themselves: from scripts, from plain HTTP, from requests that other sites cause.
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";
/// Seconds for which a browser keeps by what it is known: half a year.
const BROWSER_SECONDS: u32 = 180 * 24 * 3_600;

/// Headers that set cookies.
pub type Cookies = AppendHeaders<Vec<(HeaderName, String)>>;

/// Somebody who has signed in, and may still.
pub struct SessionCaller(pub LiveSession);

impl FromRequestParts<Arc<App>> for SessionCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let decided = Decided::of(parts)?;
        let live = signed_in(parts, app).await?;
        decided.note(Action::Oversee)?;
        let Session { agency, member, .. } = &live.session;
        // Who sees nothing of the agency has nothing to sign in for.
        if !may(Actor::of(*agency, member), Action::Oversee, Relation::Agency.of(*agency)) {
            return Err(not_allowed());
        }
        Ok(Self(live))
    }
}

impl SessionCaller {
    /// The caller, who may see what concerns her agency.
    pub fn permitted(&self) -> Permitted {
        let Session { agency, member, .. } = &self.0.session;
        Permitted { agency: *agency, member: member.clone() }
    }
}

impl IntoResponses for SessionCaller {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals([
            (401, "there is no session, or it has ended (signed_out)"),
            (403, "the session's token is not shown (csrf_token_wrong)"),
        ])
    }
}

/// The session of a request, which must bring the session's token where it changes something.
pub(super) async fn signed_in(parts: &Parts, app: &Arc<App>) -> Result<LiveSession, Problem> {
    let signed_out = || Problem::unauthorised("signed_out", "you are not signed in; sign in");
    let id = session_id(&parts.headers).ok_or_else(signed_out)?;
    let is_stream = parts.headers.get(ACCEPT).is_some_and(|kind| kind == "text/event-stream");
    // So is a picture that stands in a page, which shows itself anew when something arrives.
    let is_picture = parts.headers.get("sec-fetch-dest").is_some_and(|what_for| what_for == "image");
    let is_of_script = is_stream || is_picture || parts.headers.contains_key(&SCRIPT_HEADER);
    let live = blocking(Arc::clone(app), move |app| {
        // What a page asks for by itself is nobody at work: it must not keep a session from ending.
        Ok(if is_of_script { app.sign_ins.glance(&id)? } else { app.sign_ins.session(&id)? })
    })
    .await?;
    let shown = parts.headers.get(&CSRF_HEADER).and_then(|token| token.to_str().ok());
    if parts.method.is_safe() || shown.is_some_and(|shown| live.is_csrf_token(shown)) {
        return Ok(live);
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "csrf_token_wrong",
        "send the session's csrf_token in the header x-csrf-token",
    ))
}

/// From where somebody asks.
pub struct Visiting(pub Visitor);

impl FromRequestParts<Arc<App>> for Visiting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Ok(CallerAddress(address)) = CallerAddress::from_request_parts(parts, app).await;
        let browser = cookie(&parts.headers, BROWSER_COOKIE);
        Ok(Self(Visitor { address: caller_network(address), browser }))
    }
}

/// The session's id that a browser sent.
pub fn session_id(headers: &HeaderMap) -> Option<String> {
    cookie(headers, SESSION_COOKIE)
}

/// What a browser sent in a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let sent = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = sent.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(sent, _)| *sent == name).map(|(_, value)| value.to_owned())
}

/// The cookies of a session that begins.
pub fn begun(signed_in: &SignedIn) -> Cookies {
    AppendHeaders(vec![
        (SET_COOKIE, format!("{SESSION_COOKIE}={}; {ATTRIBUTES}", signed_in.session)),
        (
            SET_COOKIE,
            format!("{BROWSER_COOKIE}={}; {ATTRIBUTES}; Max-Age={BROWSER_SECONDS}", signed_in.browser),
        ),
    ])
}

/// The cookie of a session that has ended.
pub fn ended() -> Cookies {
    AppendHeaders(vec![(SET_COOKIE, format!("{SESSION_COOKIE}=; {ATTRIBUTES}; Max-Age=0"))])
}

/// Who has signed in, and what her browser needs from now on.
#[derive(Serialize, ToSchema)]
pub struct SessionAnswer {
    #[schema(value_type = describe::Id)]
    agency: AgencyId,
    #[schema(value_type = describe::Id)]
    staff: StaffId,
    name: String,
    #[schema(value_type = String)]
    sign_in_name: SignInName,
    role: Role,
    has_second_factor: bool,
    /// To be sent in `x-csrf-token` with whatever changes something.
    csrf_token: String,
    /// When the session ends, however much it is used.
    #[schema(value_type = describe::Time)]
    ends_at: Timestamp,
    /// Minutes without a request after which it ends.
    idle_minutes_max: i64,
}

impl From<&LiveSession> for SessionAnswer {
    fn from(live: &LiveSession) -> Self {
        let session = &live.session;
        Self {
            agency: session.agency,
            staff: session.member.id,
            name: session.member.name.clone(),
            sign_in_name: session.name.clone(),
            role: session.member.role,
            has_second_factor: session.has_second_factor,
            csrf_token: live.csrf_token().to_owned(),
            ends_at: live.ends_at,
            idle_minutes_max: SESSION_IDLE_MINUTES_MAX,
        }
    }
}

/// That something was done.
#[derive(Serialize, ToSchema)]
pub struct Done {
    done: bool,
}

/// The one way to say so.
pub const DONE: Json<Done> = Json(Done { done: true });

/// Whose session it is, and until when.
#[utoipa::path(
    get,
    path = "/v1/session",
    security(("session" = ["oversee"])),
    responses(
        (status = 200, body = SessionAnswer, description = "The session"),
        SessionCaller,
    )
)]
pub async fn show(SessionCaller(live): SessionCaller) -> Json<SessionAnswer> {
    Json(SessionAnswer::from(&live))
}

/// Signs out.
#[utoipa::path(
    post,
    path = "/v1/session/end",
    security(("session" = ["oversee"])),
    responses(
        (status = 200, body = Done, description = "The session has ended"),
        SessionCaller,
    )
)]
pub async fn end(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
) -> Result<(Cookies, Json<Done>), Problem> {
    blocking(app, move |app| Ok(app.sign_ins.sign_out(&live)?)).await?;
    Ok((ended(), DONE))
}

/// Signs out in every browser.
#[utoipa::path(
    post,
    path = "/v1/session/end-everywhere",
    security(("session" = ["oversee"])),
    responses(
        (status = 200, body = Done, description = "Every session of hers has ended"),
        SessionCaller,
    )
)]
pub async fn end_everywhere(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
) -> Result<(Cookies, Json<Done>), Problem> {
    blocking(app, move |app| Ok(app.sign_ins.sign_out_everywhere(&live)?)).await?;
    Ok((ended(), DONE))
}

/// Another password, and the one until now.
#[derive(Deserialize, ToSchema)]
pub struct PasswordRequest {
    current: String,
    password: String,
}

/// Sets another password, and ends every other session.
#[utoipa::path(
    post,
    path = "/v1/session/password",
    request_body = PasswordRequest,
    security(("session" = ["oversee"])),
    responses(
        (status = 200, body = Done, description = "The password is another from now on"),
        SessionCaller,
        Asked<PasswordRequest>,
        (
            status = 403, body = Refusal,
            description = "the password until now is wrong (password_wrong), or the session's token (csrf_token_wrong)"
        ),
        (status = 429, body = Refusal, description = "too many passwords were wrong (locked_out, address_locked_out)"),
    )
)]
pub async fn change_password(
    State(app): State<Arc<App>>,
    SessionCaller(live): SessionCaller,
    Visiting(from): Visiting,
    Asked(asked): Asked<PasswordRequest>,
) -> Answer<Done> {
    blocking(app, move |app| {
        app.sign_ins.change_password(&live, &asked.current, &asked.password, &from)?;
        Ok(DONE)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; __Host-doorstep-browser=b".parse().unwrap());
        assert_eq!(session_id(&headers), None);
        headers.append(COOKIE, "x__Host-doorstep=no; __Host-doorstep=yes=".parse().unwrap());
        assert_eq!(session_id(&headers).as_deref(), Some("yes="));
        assert_eq!(cookie(&headers, BROWSER_COOKIE).as_deref(), Some("b"));
    }
}
