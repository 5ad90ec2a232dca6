//! What somebody who has signed in does about her own account: her session, password and second factor.

use doorstep_client_core::record::Timestamp;

use super::sign_in::{SignInError, SignIns, Visitor};
use super::totp::{self, Offer};
use super::{hash, password_rules};
use crate::limits::{SESSION_HOURS_MAX, SESSION_IDLE_MINUTES_MAX};
use crate::store::{Account, Act, Agent, Attempt, Session};

const MINUTE_MS: i64 = 60_000;
/// How often it is noted that a session is in use: a request must not cost a write.
const NOTED_EVERY_MS: i64 = MINUTE_MS;

/// A session that has not ended.
#[derive(Debug, Clone)]
pub struct LiveSession {
    /// Whose it is and since when.
    pub session: Session,
    /// When it ends, however much it is used.
    pub ends_at: Timestamp,
    hash: [u8; 32],
    csrf_hash: [u8; 32],
    csrf_token: String,
}

impl LiveSession {
    /// What has to come with each request of this session that changes something.
    pub fn csrf_token(&self) -> &str {
        &self.csrf_token
    }

    /// Whether this is it. Hashes are compared, so that the time tells nothing.
    pub fn is_csrf_token(&self, shown: &str) -> bool {
        hash(shown) == self.csrf_hash
    }

    fn act(&self, at: Timestamp) -> Act {
        Act { by: Agent::Staff(self.session.member.id), at }
    }
}

/// What has to come with each request that changes something, of the session with this id. Made from the id, which only
/// the browser has: whoever reads the database cannot make it.
pub fn csrf_token(id: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&hash(&format!("csrf {id}")))
}

impl SignIns {
    /// The session with this id, which this is a use of.
    pub fn session(&self, id: &str) -> Result<LiveSession, SignInError> {
        let live = self.glance(id)?;
        let now = self.environment.now();
        if idle_ms(&live.session, now) >= NOTED_EVERY_MS {
            self.store.note_session(live.hash, now)?;
        }
        Ok(live)
    }

    /// The same, where nobody asked for anything: a page looks whether there is something new.
    pub fn glance(&self, id: &str) -> Result<LiveSession, SignInError> {
        let (now, hash_of_id) = (self.environment.now(), hash(id));
        let session = self.store.session(hash_of_id)?.ok_or(SignInError::SignedOut)?;
        let ends_at = session.began_at.saturating_add_ms(SESSION_HOURS_MAX * 60 * MINUTE_MS);
        let is_idle = idle_ms(&session, now) >= SESSION_IDLE_MINUTES_MAX * MINUTE_MS;
        let is_of_office = session.member.is_active && session.member.role.is_of_office();
        if now >= ends_at || is_idle || !is_of_office {
            return Err(SignInError::SignedOut);
        }
        let csrf_token = csrf_token(id);
        Ok(LiveSession { session, ends_at, hash: hash_of_id, csrf_hash: hash(&csrf_token), csrf_token })
    }

    /// Ends a session.
    pub fn sign_out(&self, live: &LiveSession) -> Result<(), SignInError> {
        Ok(self.store.end_session(live.hash, live.act(self.environment.now()))?)
    }

    /// Ends every session of whoever asks.
    pub fn sign_out_everywhere(&self, live: &LiveSession) -> Result<usize, SignInError> {
        let Session { agency, member, .. } = &live.session;
        Ok(self.store.end_sessions(*agency, member.id, live.act(self.environment.now()))?)
    }

    /// Sets another password and ends every other session. Takes the current password.
    pub fn change_password(
        &self,
        live: &LiveSession,
        current: &str,
        password: &str,
        from: &Visitor,
    ) -> Result<(), SignInError> {
        let Session { member, name, .. } = &live.session;
        password_rules::check(password, [&member.name, name.as_str()])?;
        self.with_password(live, current, from, |account, place_hash, now| {
            let kept = place_hash(password);
            Ok(self.store.change_password(account, kept, live.hash, live.act(now))?)
        })
        .and_then(|is_changed| if is_changed { Ok(()) } else { Err(SignInError::WrongPassword) })
    }

    /// Begins a second factor: what the person's app needs. It counts once it is confirmed.
    pub fn begin_second_factor(&self, live: &LiveSession) -> Result<Offer, SignInError> {
        let Session { agency, member, name, has_second_factor, .. } = &live.session;
        if *has_second_factor {
            return Err(SignInError::HasSecondFactor);
        }
        let secret = totp::new_secret(&*self.environment);
        let offer = totp::offer(&secret, name.as_str())?;
        self.store.begin_second_factor(*agency, member.id, secret)?;
        Ok(offer)
    }

    /// What was begun and is not confirmed yet, once more.
    pub fn begun_second_factor(&self, live: &LiveSession) -> Result<Offer, SignInError> {
        let Session { agency, member, name, .. } = &live.session;
        let account = self.store.account(*agency, member.id)?.ok_or(SignInError::SignedOut)?;
        let secret = account.second_factor_begun.ok_or(SignInError::NoSecondFactor)?;
        Ok(totp::offer(&secret, name.as_str())?)
    }

    /// Confirms a second factor by a code of the person's app: from now on it is needed.
    pub fn confirm_second_factor(&self, live: &LiveSession, code: &str) -> Result<(), SignInError> {
        let (now, Session { agency, member, .. }) = (self.environment.now(), &live.session);
        let account = self.store.account(*agency, member.id)?.ok_or(SignInError::SignedOut)?;
        let secret = account.second_factor_begun.ok_or(SignInError::NoSecondFactor)?;
        let step = totp::step(&secret, code, now).ok_or(SignInError::SecondFactorWrong)?;
        let is_on = self.store.confirm_second_factor(*agency, member.id, secret, step, live.act(now))?;
        if is_on { Ok(()) } else { Err(SignInError::NoSecondFactor) }
    }

    /// Removes the second factor. Takes the password.
    pub fn remove_second_factor(
        &self,
        live: &LiveSession,
        password: &str,
        from: &Visitor,
    ) -> Result<(), SignInError> {
        self.with_password(live, password, from, |account, _, now| {
            Ok(self.store.remove_second_factor(account, live.act(now))?)
        })
        .and_then(|is_removed| if is_removed { Ok(()) } else { Err(SignInError::NoSecondFactor) })
    }

    /// Does what the session's owner must show her password for.
    fn with_password<T>(
        &self,
        live: &LiveSession,
        password: &str,
        from: &Visitor,
        work: impl FnOnce(Account, &dyn Fn(&str) -> String, Timestamp) -> Result<T, SignInError>,
    ) -> Result<T, SignInError> {
        let now = self.environment.now();
        let place = self.place(from, now)?;
        let begun = self.begin(Attempt::Session(live.hash), from, now)?;
        let account = self.check(&place, &begun, password, from, now, SignInError::WrongPassword)?;
        let done = work(account.clone(), &|new| place.hash(new, &*self.environment), now)?;
        self.store.forgive_attempt(begun.counted_under)?;
        Ok(done)
    }
}

fn idle_ms(session: &Session, now: Timestamp) -> i64 {
    now.as_millisecond().saturating_sub(session.seen_at.as_millisecond())
}
