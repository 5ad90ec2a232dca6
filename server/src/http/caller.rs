//! Who asks: a phone or somebody in the office, by the bearer token.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use doorstep_client_core::ids::AgencyId;

use super::{Problem, blocking};
use crate::access::{Action, Actor, Relation, may};
use crate::app::App;
use crate::auth::{Audience, Bearer, TokenError, welcome};
use crate::store::{Act, Agent, AuditEvent, DeviceHolder, Snapshot, StaffMember, Standing};

/// An enrolled phone that is welcome: not locked, its session not ended, not to be wiped.
pub struct DeviceCaller(pub DeviceHolder);

impl FromRequestParts<Arc<App>> for DeviceCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let token = token(parts)?.to_owned();
        let (holder, has_ended) = blocking(Arc::clone(app), move |app| {
            let now = app.environment.now();
            let (bearer, ends_at) = app.keys.read(Audience::Device, &token, now)?;
            let Bearer::Device(agency, device) = bearer else { return Err(nobody()) };
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
        Ok(Self(holder))
    }
}

/// Somebody who works in the office.
pub struct OfficeCaller {
    /// The agency.
    pub agency: AgencyId,
    /// Who it is.
    pub member: StaffMember,
}

impl OfficeCaller {
    /// Refuses unless the caller may do this.
    pub fn require(&self, action: Action, to: Relation) -> Result<(), Problem> {
        if may(Actor::from(&self.member), action, to) {
            Ok(())
        } else {
            Err(Problem::forbidden("your role does not allow this"))
        }
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
        let token = token(parts)?.to_owned();
        blocking(Arc::clone(app), move |app| {
            let bearer = app.keys.verify(Audience::Office, &token, app.environment.now())?;
            let Bearer::Staff(agency, staff) = bearer else { return Err(nobody()) };
            let member = app.store.snapshot(agency)?.staff(staff)?.ok_or_else(nobody)?;
            Ok(Self { agency, member })
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

fn nobody() -> Problem {
    TokenError::Invalid.into()
}
