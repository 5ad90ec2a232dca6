//! Who signs in to the office: names, passwords, second factors, one-time codes, and browsers' sessions.
//!
//! Codes, sessions and browsers are known by the SHA-256 of their secrets alone.

use std::fmt;

use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::{Act, Role, StaffMember, StoreError};
use crate::limits::SIGN_IN_NAME_CHARS_MAX;

/// The SHA-256 of a secret.
pub(super) type Hash = [u8; 32];

/// What a person types to say who she is: one person's on the whole server, in any case.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct SignInName(String);

/// The text cannot be a sign-in name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a sign-in name has at most {SIGN_IN_NAME_CHARS_MAX} letters (a to z), digits and any of . - _ @")]
pub struct NotASignInName;

impl SignInName {
    /// Reads a name as a person types it.
    pub fn parse(typed: &str) -> Result<Self, NotASignInName> {
        let name = typed.trim().to_ascii_lowercase();
        let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || ".-_@".contains(c);
        let is_short = !name.is_empty() && name.len() <= SIGN_IN_NAME_CHARS_MAX;
        if is_short && name.chars().all(is_of_a_name) { Ok(Self(name)) } else { Err(NotASignInName) }
    }

    /// The name in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignInName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An account with its secrets.
#[derive(Clone)]
pub struct Account {
    /// The agency.
    pub agency: AgencyId,
    /// Whose it is.
    pub member: StaffMember,
    /// What she signs in by.
    pub name: SignInName,
    /// argon2id as a PHC string; none until she has set one.
    pub password: Option<String>,
    /// The secret of her second factor, where she has one.
    pub second_factor: Option<Vec<u8>>,
    /// The secret of one that was begun and is not confirmed.
    pub second_factor_begun: Option<Vec<u8>>,
}

/// What is shown of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    /// Whose it is.
    pub staff: StaffId,
    /// What she signs in by.
    pub name: SignInName,
    /// Whether she has set a password.
    pub has_password: bool,
    /// Whether she has a second factor.
    pub has_second_factor: bool,
}

/// What becomes of a member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffChange {
    /// She does something else from now on.
    Role(Role),
    /// She leaves the agency.
    Leave,
    /// She left and works here again.
    Return,
}

/// Somebody tries to sign in, or to show once more that she may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Under a name, which may be nobody's.
    Name {
        /// As it was typed, in lower case.
        name: String,
        /// SHA-256 of the name.
        name_hash: Hash,
        /// The browser that it says it is.
        browser: Option<Hash>,
    },
    /// In a session.
    Session(Hash),
}

/// An attempt that is counted until it succeeds.
pub struct Begun {
    /// What it is counted under.
    pub counted_under: Hash,
    /// Whose account it is about; none where the name is nobody's.
    pub account: Option<Account>,
}

/// An attempt that failed.
#[derive(Debug, Clone, Copy)]
pub struct FailedAttempt {
    /// What it was counted under; none where a one-time code was wrong.
    pub counted_under: Option<Hash>,
    /// Whose account it was about.
    pub account: Option<(AgencyId, StaffId)>,
    /// Whether the address that it came from is locked out from now on.
    pub is_address_locked_out: bool,
}

/// A session that is about to begin.
#[derive(Debug, Clone, Copy)]
pub struct NewSession {
    /// SHA-256 of its id.
    pub hash: Hash,
    /// The browser it begins in.
    pub browser: Hash,
    /// The step of the second factor's code that was shown.
    pub second_factor_step: Option<u64>,
}

/// A browser's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The agency.
    pub agency: AgencyId,
    /// Whose it is, as she now stands.
    pub member: StaffMember,
    /// What she signs in by.
    pub name: SignInName,
    /// Whether she has a second factor.
    pub has_second_factor: bool,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last noted that it is in use.
    pub seen_at: Timestamp,
}

/// Keeps who signs in. What it changes, it puts into the audit log in the same transaction.
pub trait Accounts {
    /// Adds a member of staff, with an account where she has a sign-in name.
    fn hire(
        &self,
        agency: AgencyId,
        member: StaffMember,
        name: Option<SignInName>,
        act: Act,
    ) -> Result<(), StoreError>;

    /// Gives a member of staff another sign-in name, or her first, and with it an account.
    fn set_sign_in_name(
        &self,
        agency: AgencyId,
        staff: StaffId,
        name: SignInName,
        act: Act,
    ) -> Result<(), StoreError>;

    /// Changes a member of staff, and returns her as she then is; none where the agency would be left without an admin,
    /// and nothing is changed. Who leaves, or becomes a nurse, loses her sessions, password, second factor, codes and
    /// known browsers at once; who leaves also her assignments. Doing it again changes nothing.
    fn change_staff(
        &self,
        agency: AgencyId,
        staff: StaffId,
        change: StaffChange,
        act: Act,
    ) -> Result<Option<StaffMember>, StoreError>;

    /// An account.
    fn account(&self, agency: AgencyId, staff: StaffId) -> Result<Option<Account>, StoreError>;

    /// Every account of an agency.
    fn account_states(&self, agency: AgencyId) -> Result<Vec<AccountState>, StoreError>;

    /// Keeps a one-time code with which somebody of the office can set a password, in place of her last code.
    fn add_password_code(
        &self,
        agency: AgencyId,
        staff: StaffId,
        code: Hash,
        expires_at: Timestamp,
        act: Act,
    ) -> Result<(), StoreError>;

    /// Whose one-time code it is; none where it is unknown, used or expired, or its owner not of the office any more.
    fn code_holder(&self, code: Hash, now: Timestamp) -> Result<Option<Account>, StoreError>;

    /// Uses a one-time code up: sets the password, removes the second factor, forgives what failed, ends every session,
    /// forgets the known browsers, and begins a session. Says whether the code was good.
    fn redeem_password_code(
        &self,
        code: Hash,
        password: String,
        session: NewSession,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Sets another password where the account's is still the one that was checked, and ends every session but the one
    /// that `act` is done in. Says whether it was.
    fn change_password(
        &self,
        checked: Account,
        password: String,
        kept: Hash,
        act: Act,
    ) -> Result<bool, StoreError>;

    /// Keeps the secret of a second factor that is not confirmed yet.
    fn begin_second_factor(
        &self,
        agency: AgencyId,
        staff: StaffId,
        secret: Vec<u8>,
    ) -> Result<(), StoreError>;

    /// Makes the second factor with this secret hers, where it was begun and she has none. Says whether so.
    fn confirm_second_factor(
        &self,
        agency: AgencyId,
        staff: StaffId,
        secret: Vec<u8>,
        step: u64,
        act: Act,
    ) -> Result<bool, StoreError>;

    /// Removes the second factor, where the account's password is still the one that was checked. Says whether so.
    fn remove_second_factor(&self, checked: Account, act: Act) -> Result<bool, StoreError>;

    /// Counts an attempt before it is checked, so that no number of them at once gets past the limit. None where what
    /// it is counted under is locked out. Names are counted whether they are anybody's or not: neither what is answered
    /// nor the time that it takes tells which.
    fn begin_attempt(&self, attempt: Attempt, now: Timestamp) -> Result<Option<Begun>, StoreError>;

    /// Keeps that an attempt failed, and locks out what has failed too often. Failures under names that are nobody's
    /// are in no agency's audit log: anybody could fill it. That an address is locked out is, in the account's agency,
    /// or in the only one.
    fn fail_attempt(&self, failed: FailedAttempt, now: Timestamp) -> Result<(), StoreError>;

    /// Takes an attempt back that did not fail.
    fn forgive_attempt(&self, counted_under: Hash) -> Result<(), StoreError>;

    /// Begins a session, where the account is still as it was checked, its owner works in the office, and no code of
    /// this step or a later one was taken before. Forgives what failed. Says whether so.
    fn begin_session(
        &self,
        counted_under: Hash,
        checked: Account,
        session: NewSession,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The session with this hash, which may have ended by the clock.
    fn session(&self, hash: Hash) -> Result<Option<Session>, StoreError>;

    /// Keeps that a session is in use.
    fn note_session(&self, hash: Hash, now: Timestamp) -> Result<(), StoreError>;

    /// Ends a session.
    fn end_session(&self, hash: Hash, act: Act) -> Result<(), StoreError>;

    /// Ends every session of a member of staff, and says how many there were.
    fn end_sessions(&self, agency: AgencyId, staff: StaffId, act: Act) -> Result<usize, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i14_a_sign_in_name_is_read_in_any_case_up_to_its_limit() {
        assert_eq!(SignInName::parse(" Olu.Ade ").unwrap().as_str(), "olu.ade");
        assert!(SignInName::parse(&"x".repeat(SIGN_IN_NAME_CHARS_MAX)).is_ok());
        for typed in ["", " ", "olu ade", "ölu", "a:b", &"x".repeat(SIGN_IN_NAME_CHARS_MAX + 1)] {
            assert_eq!(SignInName::parse(typed), Err(NotASignInName), "{typed}");
        }
    }
}
