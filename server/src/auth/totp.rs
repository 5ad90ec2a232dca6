//! Second factors: codes of six figures by the time, as authenticator apps show them (RFC 6238, SHA-1, 30 seconds).

use doorstep_client_core::environment::Environment;
use doorstep_client_core::record::Timestamp;
use totp_rs::{Builder, Secret, Totp};

use super::invitation::{CannotDraw, qr_svg};

/// Who the app says the code is for.
const ISSUER: &str = "Doorstep";

/// A secret that is handed to a person's app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The secret in base 32, to be typed.
    pub secret: String,
    /// The secret and what it is for, to be followed as a link.
    pub link: String,
    /// The link as a QR code.
    pub svg: String,
}

/// A new secret: 160 random bits.
pub(super) fn new_secret(environment: &dyn Environment) -> Vec<u8> {
    let mut secret = vec![0; 20];
    environment.fill_random(&mut secret);
    secret
}

/// The secret as it is handed over.
pub(super) fn offer(secret: &[u8], sign_in_name: &str) -> Result<Offer, CannotDraw> {
    let totp = codes(secret, sign_in_name);
    let link = totp.to_url().map_err(|_| CannotDraw)?;
    Ok(Offer { secret: totp.secret().to_base32(), svg: qr_svg(&link)?, link })
}

/// The step whose code this is, where it is that of now, of the one before or of the one after: clocks differ, and people
/// take time to type.
pub(super) fn step(secret: &[u8], typed: &str, now: Timestamp) -> Option<u64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let second = u64::try_from(now.as_second()).ok()?;
    codes(secret, "").check(&typed, second)
}

fn codes(secret: &[u8], sign_in_name: &str) -> Totp {
    let builder = Builder::new().with_secret(Secret::from(secret));
    builder.with_account_name(sign_in_name).with_issuer(Some(ISSUER)).build_noncompliant()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six of its eight figures.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            let at = Timestamp::from_millisecond(second * 1_000).unwrap();
            let expected = u64::try_from(second / 30).unwrap();
            assert_eq!(step(b"12345678901234567890", code, at), Some(expected), "{code}");
        }
    }

    #[test]
    fn a_code_holds_a_step_before_and_after_its_own_and_no_longer() {
        let at = |second: i64| Timestamp::from_millisecond(second * 1_000).unwrap();
        for (second, holds) in [(29, false), (30, true), (59, true), (119, true), (120, false)] {
            // The code of step 2: from second 60 to 89.
            let code = codes(b"12345678901234567890", "").generate(60).to_string();
            assert_eq!(step(b"12345678901234567890", &code, at(second)).is_some(), holds, "{second}");
        }
        for typed in ["", "28708", "2870820", "28708x", "287083"] {
            assert_eq!(step(b"12345678901234567890", typed, at(59)), None, "{typed}");
        }
        assert!(step(b"12345678901234567890", "287 082", at(59)).is_some(), "as apps show it");
    }

    #[test]
    fn an_offer_says_whose_and_what_and_can_be_drawn() {
        let Offer { secret, link, svg } = offer(&[7; 20], "olu.ade").unwrap();
        assert_eq!(link, format!("otpauth://totp/Doorstep:olu.ade?secret={secret}&issuer=Doorstep"));
        assert!(svg.starts_with("<svg") && !svg.contains("script"));
        offer(&[7; 20], &"x".repeat(crate::limits::SIGN_IN_NAME_CHARS_MAX)).unwrap();
    }
}
