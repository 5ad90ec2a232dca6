//! Who asks: signing keys, access tokens, enrolment.
//!
//! A phone is enrolled by a one-time code from the office and gets two tokens: a refresh token, random and kept
//! here as its hash, which each use of it replaces, and an access token, signed and short-lived, which it sends with each exchange. Office staff
//! send a signed token of another audience. Passwords and browser sessions are to stand beside these.

mod code;
mod enrolment;
mod invitation;
mod keys;
mod throttle;
mod token;

use sha2::{Digest, Sha256};

pub use code::OneTimeCode;
pub use enrolment::{Enrolled, EnrolmentError, Enrolments, Renewed, welcome};
pub use invitation::{CannotDraw, qr_svg};
pub use keys::{Jwk, KeyError, KeyState, Keys};
pub use throttle::Throttle;
pub use token::{Audience, Bearer, TokenError};

/// A secret as it is stored.
fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
