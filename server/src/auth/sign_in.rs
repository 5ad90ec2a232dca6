//! Signing in to the office: by name, password and, where there is one, a second factor; and setting a password with a
//! one-time code. What fails too often is locked out for a while: a name, in browsers that are strange to it, and an
//! address.

use std::net::IpAddr;
use std::sync::Arc;

use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::invitation::CannotDraw;
use super::passwords::{Busy, Passwords, Place};
use super::throttle::{Rule, Throttle};
use super::{OneTimeCode, PasswordFault, hash, new_secret, password_rules, totp};
use crate::config::PasswordCost;
use crate::limits::{
    ACCOUNT_LOCK_OUT_MINUTES, ADDRESS_FAILURES_PER_MINUTE_MAX, ADDRESS_LOCK_OUT_MINUTES,
    ADDRESSES_COUNTED_MAX, SIGN_IN_NAME_CHARS_MAX,
};
use crate::store::{Account, Act, Agent, Attempt, Begun, FailedAttempt, NewSession, Store, StoreError};

/// How long a code holds with which a password is set, in hours.
const CODE_HOURS: i64 = 24;

/// Why somebody is not let in, or what she asks for is not done.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name or the password is wrong; which one, nobody is told.
    #[error("the name or the password is wrong")]
    Wrong,
    /// The name and the password are right, and the account has a second factor.
    #[error("a code of the second factor is needed")]
    SecondFactorNeeded,
    /// The second factor's code is wrong, too old, or was used before.
    #[error("the code is wrong or was used before; wait for the next one")]
    SecondFactorWrong,
    /// The password of the session's owner is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// Too much has failed.
    #[error("too many attempts have failed; try again in {ACCOUNT_LOCK_OUT_MINUTES} minutes")]
    LockedOut,
    /// Too much has failed from the address.
    #[error("too many attempts have failed at this address; try again in {ADDRESS_LOCK_OUT_MINUTES} minutes")]
    AddressLockedOut,
    /// Too many sign in at once.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The one-time code is not one, or is used up or too old.
    #[error("the code is not valid: codes hold for {CODE_HOURS} hours and once; ask an admin for a new one")]
    BadCode,
    /// The new password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// There is a second factor already.
    #[error("there is a second factor already; remove it first")]
    HasSecondFactor,
    /// There is no second factor to confirm or to remove.
    #[error("there is no second factor to do this with; begin one first")]
    NoSecondFactor,
    /// There is no such session, or it has ended.
    #[error("you are not signed in, or no longer; sign in")]
    SignedOut,
    /// A second factor's link cannot be drawn.
    #[error(transparent)]
    CannotDraw(#[from] CannotDraw),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// From where somebody asks.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// What of the address stands for one caller.
    pub address: IpAddr,
    /// What the browser was given at an earlier sign-in.
    pub browser: Option<String>,
}

/// Somebody who has just signed in.
pub struct SignedIn {
    /// The session's id, which the browser sends from now on, and nobody else knows.
    pub session: String,
    /// What the browser is known by when it signs in again.
    pub browser: String,
}

/// Lets people sign in.
pub struct SignIns {
    pub(super) store: Arc<dyn Store>,
    pub(super) environment: Arc<dyn Environment>,
    passwords: Passwords,
    addresses: Throttle<IpAddr>,
}

impl SignIns {
    /// Over this store, with passwords at this cost.
    pub fn new(store: Arc<dyn Store>, environment: Arc<dyn Environment>, cost: PasswordCost) -> Self {
        let passwords = Passwords::new(cost, &*environment);
        let addresses = Throttle::new(Rule {
            failures_max: ADDRESS_FAILURES_PER_MINUTE_MAX,
            counted_minutes: 1,
            lock_out_minutes: ADDRESS_LOCK_OUT_MINUTES,
            keys_max: ADDRESSES_COUNTED_MAX,
        });
        Self { store, environment, passwords, addresses }
    }

    /// Begins a session for whoever has this name, password and, where the account has a second factor, its code.
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        code: Option<&str>,
        from: &Visitor,
    ) -> Result<SignedIn, SignInError> {
        let now = self.environment.now();
        let place = self.place(from, now)?;
        let begun = self.begin(named(name, from), from, now)?;
        let account = self.check(&place, &begun, password, from, now, SignInError::Wrong)?;
        let second_factor_step = match (&account.second_factor, code) {
            (None, _) => None,
            (Some(_), None) => {
                self.store.forgive_attempt(begun.counted_under)?;
                return Err(SignInError::SecondFactorNeeded);
            }
            (Some(secret), Some(code)) => match totp::step(secret, code, now) {
                Some(step) => Some(step),
                None => return Err(self.fail(Some(&begun), from, now, SignInError::SecondFactorWrong)?),
            },
        };
        let (signed_in, session) = self.new_session(from, second_factor_step);
        let is_begun = self.store.begin_session(begun.counted_under, account.clone(), session, now)?;
        match (is_begun, second_factor_step) {
            (true, _) => Ok(signed_in),
            // The code was used before, or the account was changed meanwhile.
            (false, Some(_)) => Err(self.fail(Some(&begun), from, now, SignInError::SecondFactorWrong)?),
            (false, None) => Err(self.fail(Some(&begun), from, now, SignInError::Wrong)?),
        }
    }

    /// Makes a one-time code with which somebody of the office sets a password, and says until when it holds.
    pub fn reset(
        &self,
        agency: AgencyId,
        staff: StaffId,
        by: Agent,
    ) -> Result<(OneTimeCode, Timestamp), SignInError> {
        let code = OneTimeCode::new(&mut self.environment.entropy());
        let at = self.environment.now();
        let expires_at = at.saturating_add_ms(CODE_HOURS * 3_600_000);
        self.store.add_password_code(agency, staff, code.hash(), expires_at, Act { by, at })?;
        Ok((code, expires_at))
    }

    /// Sets a password with a one-time code, and begins a session. A password that is not taken leaves the code good.
    pub fn set_password(
        &self,
        typed_code: &str,
        password: &str,
        from: &Visitor,
    ) -> Result<SignedIn, SignInError> {
        let now = self.environment.now();
        self.refuse_locked_out(from, now)?;
        let code = OneTimeCode::parse(typed_code).map(|code| code.hash());
        let holder = match code {
            Ok(code) => self.store.code_holder(code, now)?,
            Err(_) => None,
        };
        let (Ok(code), Some(holder)) = (code, holder) else {
            return Err(self.fail(None, from, now, SignInError::BadCode)?);
        };
        password_rules::check(password, [&holder.member.name, holder.name.as_str()])?;
        let kept = self.place(from, now)?.hash(password, &*self.environment);
        let (signed_in, session) = self.new_session(from, None);
        match self.store.redeem_password_code(code, kept, session, now)? {
            true => Ok(signed_in),
            false => Err(self.fail(None, from, now, SignInError::BadCode)?),
        }
    }

    /// How often argon2 has run.
    pub fn password_runs(&self) -> u64 {
        self.passwords.runs()
    }

    /// A place to check a password at, for an address that is not locked out: neither when it asks nor when its turn
    /// comes.
    pub(super) fn place(&self, from: &Visitor, now: Timestamp) -> Result<Place<'_>, SignInError> {
        self.refuse_locked_out(from, now)?;
        let place = self.passwords.place()?;
        self.refuse_locked_out(from, now)?;
        Ok(place)
    }

    fn refuse_locked_out(&self, from: &Visitor, now: Timestamp) -> Result<(), SignInError> {
        let is_allowed = self.addresses.allows(&from.address, now);
        if is_allowed { Ok(()) } else { Err(SignInError::AddressLockedOut) }
    }

    /// Counts an attempt that is about to be checked.
    pub(super) fn begin(
        &self,
        attempt: Attempt,
        from: &Visitor,
        now: Timestamp,
    ) -> Result<Begun, SignInError> {
        match self.store.begin_attempt(attempt, now)? {
            Some(begun) => Ok(begun),
            None => Err(self.fail(None, from, now, SignInError::LockedOut)?),
        }
    }

    /// Whose password it is; nobody's takes as long.
    pub(super) fn check<'a>(
        &self,
        place: &Place<'_>,
        begun: &'a Begun,
        password: &str,
        from: &Visitor,
        now: Timestamp,
        wrong: SignInError,
    ) -> Result<&'a Account, SignInError> {
        let kept = begun.account.as_ref().and_then(|account| account.password.as_deref());
        let is_right = place.check(kept, password);
        let is_of_office = |account: &Account| account.member.is_active && account.member.role.is_of_office();
        match &begun.account {
            Some(account) if is_right && is_of_office(account) => Ok(account),
            _ => Err(self.fail(Some(begun), from, now, wrong)?),
        }
    }

    /// Keeps that an attempt failed, and returns why.
    pub(super) fn fail(
        &self,
        begun: Option<&Begun>,
        from: &Visitor,
        now: Timestamp,
        why: SignInError,
    ) -> Result<SignInError, StoreError> {
        let is_address_locked_out = self.addresses.note_failure(from.address, now);
        let account = begun.and_then(|begun| begun.account.as_ref());
        let failed = FailedAttempt {
            counted_under: begun.map(|begun| begun.counted_under),
            account: account.map(|account| (account.agency, account.member.id)),
            is_address_locked_out,
        };
        if begun.is_some() || is_address_locked_out {
            self.store.fail_attempt(failed, now)?;
        }
        Ok(why)
    }

    fn new_session(&self, from: &Visitor, second_factor_step: Option<u64>) -> (SignedIn, NewSession) {
        let session = new_secret(&*self.environment);
        let shown = from.browser.as_ref().filter(|shown| is_secret(shown));
        let browser = shown.cloned().unwrap_or_else(|| new_secret(&*self.environment));
        let new = NewSession { hash: hash(&session), browser: hash(&browser), second_factor_step };
        (SignedIn { session, browser }, new)
    }
}

/// An attempt under a name as it was typed.
fn named(typed: &str, from: &Visitor) -> Attempt {
    let name: String =
        typed.trim().chars().take(SIGN_IN_NAME_CHARS_MAX + 1).collect::<String>().to_lowercase();
    let browser = from.browser.as_ref().filter(|shown| is_secret(shown));
    Attempt::Name { name_hash: hash(&name), browser: browser.map(|browser| hash(browser)), name }
}

/// Whether it can be a secret that was made here.
fn is_secret(shown: &str) -> bool {
    let decoded = data_encoding::BASE64URL_NOPAD.decode(shown.as_bytes());
    decoded.is_ok_and(|bytes| bytes.len() == 32)
}
