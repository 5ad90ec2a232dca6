//! Who asks: signing keys, access tokens, enrolment.
//!
//! A phone is enrolled by a one-time code from the office and gets two tokens: a refresh token, random and kept
//! here as its hash, which each use of it replaces, and an access token, signed and short-lived, which it sends with each exchange. Office staff
//! send a signed token of another audience, or sign in with a password and have a session in their browser.

mod calendar;
mod code;
mod enrolment;
mod invitation;
mod keys;
mod password_rules;
mod passwords;
mod session;
mod sign_in;
mod throttle;
mod token;
mod totp;

use data_encoding::BASE64URL_NOPAD;
use doorstep_client_core::environment::Environment;
use sha2::{Digest, Sha256};

pub use calendar::{calendar_of, new_calendar};
pub use code::OneTimeCode;
pub use enrolment::{Enrolled, EnrolmentError, Enrolments, Renewed, welcome};
pub use invitation::{CannotDraw, qr_svg};
pub use keys::{Jwk, KeyError, KeyState, Keys};
pub use password_rules::PasswordFault;
pub use passwords::{Busy, Passwords};
pub use session::{LiveSession, csrf_token};
pub use sign_in::{SignInError, SignIns, SignedIn, Visitor};
pub use token::{Audience, Bearer, TokenError};
pub use totp::Offer;

/// A secret as it is stored.
fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A new secret of 256 random bits, as text.
fn new_secret(environment: &dyn Environment) -> String {
    let mut secret = [0; 32];
    environment.fill_random(&mut secret);
    BASE64URL_NOPAD.encode(&secret)
}
