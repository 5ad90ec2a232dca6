//! Who asks: a phone or somebody in the office, by the bearer token, in the office also by a browser's session; and
//! whether `access` allows it.
//!
//! Somebody in the office is at first only an [`OfficeCaller`], from whom a handler learns nothing. What it works
//! with, the agency before all, it has from [`Permitted`], which is only got by asking.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId};
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

use super::decided::Decided;
use super::error::refusals;
use super::session::{session_id, signed_in};
use super::{Problem, blocking};
use crate::access::{Action, Actor, Relation, Target, may};
use crate::app::App;
use crate::auth::{Audience, Bearer, TokenError, welcome};
use crate::store::{
    Act, Agent, AuditEvent, DeviceHolder, RecordStamp, Scope, Snapshot, StaffMember, Standing,
};

/// An enrolled phone that is welcome (not locked, its session not ended, not to be wiped), and whose nurse may sync.
pub struct DeviceCaller(pub DeviceHolder);

impl FromRequestParts<Arc<App>> for DeviceCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let (decided, token) = (Decided::of(parts)?, token(parts)?.to_owned());
        let (holder, has_ended) = blocking(Arc::clone(app), move |app| {
            let now = app.environment.now();
            let (bearer, ends_at) = app.keys.read(Audience::Device, &token, now)?;
            let Bearer::Device(agency, device) = bearer else { return Err(nobody()) };
            app.rates.device(device)?;
            let holder = app.store.snapshot(agency)?.holder(device)?.ok_or_else(nobody)?;
            Ok((holder, ends_at <= now))
        })
        .await?;
        let standing = holder.standing();
        // A phone that is to be wiped is told so whatever it shows.
        if has_ended && !matches!(standing, Standing::Wiping | Standing::Wiped) {
            return Err(TokenError::Expired.into());
        }
        welcome(standing)?;
        decided.note(Action::Sync)?;
        if !may(Actor::from(&holder), Action::Sync, Relation::OwnPhone.of(holder.agency)) {
            return Err(not_allowed());
        }
        Ok(Self(holder))
    }
}

impl IntoResponses for DeviceCaller {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals([
            (401, "there is no token, or it is not valid here (token_missing, token_invalid, token_expired)"),
            (403, "the phone is not welcome (device_locked, session_ended, device_wipe), or may not sync"),
            (429, "the phone, or the address that it asks from, asks too often (throttled)"),
        ])
    }
}

/// Somebody with a token for the office's API, or a session in her browser. Whether she may do what she asks for is
/// still to be asked.
pub struct OfficeCaller {
    agency: AgencyId,
    member: StaffMember,
    decided: Decided,
}

/// Somebody who is known to the office's API, and may do what she asks for.
pub struct Permitted {
    /// The agency.
    pub agency: AgencyId,
    /// Who it is.
    pub member: StaffMember,
}

impl OfficeCaller {
    /// Refuses unless the caller may do this in her agency.
    pub fn require(self, action: Action, to: Relation) -> Result<Permitted, Problem> {
        let to = to.of(self.agency);
        self.decide(action, to)
    }

    /// Refuses unless there is such a scope in the caller's agency, and she may do this in it.
    pub fn require_in(
        self,
        app: &App,
        action: Action,
        scope: ScopeId,
    ) -> Result<(Permitted, Scope), Problem> {
        let snapshot = app.store.snapshot(self.agency)?;
        let found = snapshot.scope(scope)?.ok_or_else(|| Problem::not_found("case"))?;
        let grants = snapshot.grants_of(self.member.id)?;
        let to = Relation::to_scope(scope, Some(found.kind), &grants).of(snapshot.agency_id());
        Ok((self.decide(action, to)?, found))
    }

    /// Refuses unless there is each of these scopes in the caller's agency, one at least, and she may do this in all of them.
    pub fn require_in_all(self, app: &App, action: Action, scopes: &[ScopeId]) -> Result<Permitted, Problem> {
        let nothing = || Problem::bad_request("no case is named");
        let (last, rest) = scopes.split_last().ok_or_else(nothing)?;
        for scope in rest {
            let same =
                Self { agency: self.agency, member: self.member.clone(), decided: self.decided.clone() };
            same.require_in(app, action, *scope)?;
        }
        Ok(self.require_in(app, action, *last)?.0)
    }

    /// Refuses unless there is such a record in the caller's agency, and she may do this in its scope.
    pub fn require_on(
        self,
        app: &App,
        action: Action,
        record: RecordId,
    ) -> Result<(Permitted, RecordStamp), Problem> {
        let stamp = app.store.snapshot(self.agency)?.stamp(record)?;
        let stamp = stamp.ok_or_else(|| Problem::not_found("record"))?;
        let (permitted, _) = self.require_in(app, action, stamp.scope)?;
        Ok((permitted, stamp))
    }

    fn decide(self, action: Action, to: Target) -> Result<Permitted, Problem> {
        self.decided.note(action)?;
        if may(Actor::of(self.agency, &self.member), action, to) {
            Ok(Permitted { agency: self.agency, member: self.member })
        } else {
            Err(not_allowed())
        }
    }
}

impl IntoResponses for OfficeCaller {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals([
            (
                401,
                "there is no token, or it is not valid here (token_missing, token_invalid, token_expired); or the \
                 session has ended (signed_out)",
            ),
            (
                403,
                "the caller's role does not allow this, or a session's token is not shown (csrf_token_wrong)",
            ),
        ])
    }
}

impl Permitted {
    /// The caller, as the table knows her.
    pub fn actor(&self) -> Actor {
        Actor::of(self.agency, &self.member)
    }

    /// Refuses unless she may do this as well.
    pub fn also(&self, action: Action, to: Relation) -> Result<(), Problem> {
        if may(self.actor(), action, to.of(self.agency)) { Ok(()) } else { Err(not_allowed()) }
    }

    /// The caller, now, as the audit log names who acts.
    pub fn act(&self, app: &App) -> Act {
        Act { by: Agent::Staff(self.member.id), at: app.environment.now() }
    }

    /// Puts what the caller does into the audit log, before it is answered.
    pub fn audit(&self, app: &App, event: AuditEvent) -> Result<(), Problem> {
        Ok(app.store.audit(self.agency, self.act(app), vec![event])?)
    }

    /// What the caller's agency holds now.
    pub fn snapshot(&self, app: &App) -> Result<Box<dyn Snapshot>, Problem> {
        Ok(app.store.snapshot(self.agency)?)
    }
}

impl FromRequestParts<Arc<App>> for OfficeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let decided = Decided::of(parts)?;
        if !parts.headers.contains_key(AUTHORIZATION) && session_id(&parts.headers).is_some() {
            let session = signed_in(parts, app).await?.session;
            return Ok(Self { agency: session.agency, member: session.member, decided });
        }
        let token = token(parts)?.to_owned();
        blocking(Arc::clone(app), move |app| {
            let bearer = app.keys.verify(Audience::Office, &token, app.environment.now())?;
            let Bearer::Staff(agency, staff) = bearer else { return Err(nobody()) };
            let member = app.store.snapshot(agency)?.staff(staff)?.ok_or_else(nobody)?;
            Ok(Self { agency, member, decided })
        })
        .await
    }
}

fn token(parts: &Parts) -> Result<&str, Problem> {
    parts
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(|| {
            Problem::unauthorised("token_missing", "send an access token: Authorization: Bearer …")
        })
}

pub(super) fn not_allowed() -> Problem {
    Problem::forbidden("your role does not allow this")
}

fn nobody() -> Problem {
    TokenError::Invalid.into()
}
