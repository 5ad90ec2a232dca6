//! Access tokens: EdDSA JWTs, as small as they can be, because one travels with each exchange.

use data_encoding::BASE64URL_NOPAD;
use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::record::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};

use super::Keys;
use crate::limits::TOKEN_BYTES_MAX;

/// How long a phone's access token holds, in minutes.
const DEVICE_MINUTES: i64 = 15;
/// How long an office token holds, in hours.
const OFFICE_HOURS: i64 = 12;

/// For whom a token is meant. One that is meant for the one is refused by the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The sync exchange.
    Device,
    /// The office's API.
    Office,
}

impl Audience {
    const fn code(self) -> &'static str {
        match self {
            Self::Device => "d",
            Self::Office => "o",
        }
    }
}

/// Who bears a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer {
    /// A phone of this agency.
    Device(AgencyId, DeviceId),
    /// A member of this agency's staff.
    Staff(AgencyId, StaffId),
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was good once.
    #[error("the access token has expired")]
    Expired,
    /// It is not one of this server's, or meant for something else.
    #[error("the access token is not valid here")]
    Invalid,
}

/// `sub` is the agency's id and the bearer's: 32 bytes in base 64.
#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    /// Never set here; one that sets it is held to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    sub: String,
}

impl Keys {
    /// A token for this bearer, and the moment at which it ends.
    pub fn issue(&self, bearer: Bearer, now: Timestamp) -> Result<(String, Timestamp), TokenError> {
        let (audience, seconds, agency, id) = match bearer {
            Bearer::Device(agency, device) => {
                (Audience::Device, DEVICE_MINUTES * 60, agency, *device.as_bytes())
            }
            Bearer::Staff(agency, staff) => {
                (Audience::Office, OFFICE_HOURS * 3_600, agency, *staff.as_bytes())
            }
        };
        let sub = BASE64URL_NOPAD.encode(&[*agency.as_bytes(), id].concat());
        let ends_at = now.saturating_add_ms(seconds * 1_000);
        let claims = Claims { aud: audience.code().to_owned(), exp: ends_at.as_second(), nbf: None, sub };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = None;
        header.kid = Some(self.kid.clone());
        let token = jsonwebtoken::encode(&header, &claims, &self.signing).map_err(|_| TokenError::Invalid)?;
        Ok((token, ends_at))
    }

    /// Who bears this token, when it is one of ours, for this audience, and has not ended.
    pub fn verify(&self, audience: Audience, token: &str, now: Timestamp) -> Result<Bearer, TokenError> {
        let (bearer, ends_at) = self.read(audience, token, now)?;
        if ends_at <= now { Err(TokenError::Expired) } else { Ok(bearer) }
    }

    /// Who bears this token, when it is one of ours and for this audience, and when it ends or has ended.
    pub fn read(
        &self,
        audience: Audience,
        token: &str,
        now: Timestamp,
    ) -> Result<(Bearer, Timestamp), TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key = header.kid.and_then(|kid| self.verifying.get(&kid)).ok_or(TokenError::Invalid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience.code()]);
        validation.set_required_spec_claims(&["aud", "exp", "sub"]);
        // Checked below, against the clock that issued it.
        validation.validate_exp = false;
        let claims =
            jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(|_| TokenError::Invalid)?.claims;
        let ends_at = claims.exp.checked_mul(1_000).and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let ends_at = ends_at.ok_or(TokenError::Invalid)?;
        if claims.nbf.is_some_and(|begins_s| now.as_second() < begins_s) {
            return Err(TokenError::Invalid);
        }
        let sub = BASE64URL_NOPAD.decode(claims.sub.as_bytes()).map_err(|_| TokenError::Invalid)?;
        let (agency, id) = sub.split_at_checked(16).ok_or(TokenError::Invalid)?;
        let agency = AgencyId::try_from(agency).map_err(|_| TokenError::Invalid)?;
        let bearer = match audience {
            Audience::Device => DeviceId::try_from(id).map(|device| Bearer::Device(agency, device)),
            Audience::Office => StaffId::try_from(id).map(|staff| Bearer::Staff(agency, staff)),
        };
        Ok((bearer.map_err(|_| TokenError::Invalid)?, ends_at))
    }
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::environment::SystemEnvironment;
    use jsonwebtoken::EncodingKey;

    use super::*;
    use crate::store::SqliteStore;

    const DEVICE: Bearer = Bearer::Device(AgencyId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
    const STAFF: Bearer = Bearer::Staff(AgencyId::from_bytes([1; 16]), StaffId::from_bytes([3; 16]));

    fn now() -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000).unwrap()
    }

    fn keys() -> Keys {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
        Keys::load(&store, &SystemEnvironment).unwrap()
    }

    fn forge(header: serde_json::Value, claims: serde_json::Value, key: Option<&EncodingKey>) -> String {
        let part = |json: &serde_json::Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
        let message = format!("{}.{}", part(&header), part(&claims));
        let algorithm = if header["alg"] == "HS256" { Algorithm::HS256 } else { Algorithm::EdDSA };
        let signature = key.map_or(String::new(), |key| {
            jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap()
        });
        format!("{message}.{signature}")
    }

    fn good_claims() -> serde_json::Value {
        let sub = BASE64URL_NOPAD.encode(&[[1u8; 16], [2; 16]].concat());
        serde_json::json!({"aud": "d", "exp": now().as_second() + 60, "sub": sub})
    }

    #[test]
    fn a_token_says_who_bears_it_and_is_small() {
        let keys = keys();
        let (token, _) = keys.issue(DEVICE, now()).unwrap();
        assert!(token.len() < 250, "{} bytes", token.len());
        assert_eq!(keys.verify(Audience::Device, &token, now()), Ok(DEVICE));
        let (token, _) = keys.issue(STAFF, now()).unwrap();
        assert_eq!(keys.verify(Audience::Office, &token, now()), Ok(STAFF));
        let forged =
            forge(serde_json::json!({"alg": "EdDSA", "kid": keys.kid}), good_claims(), Some(&keys.signing));
        assert_eq!(
            keys.verify(Audience::Device, &forged, now()),
            Ok(DEVICE),
            "so the forgeries below are close"
        );
    }

    #[test]
    fn a_token_ends() {
        let keys = keys();
        let (token, ends_at) = keys.issue(DEVICE, now()).unwrap();
        assert_eq!(ends_at, now().saturating_add_ms(15 * 60_000));
        assert!(keys.verify(Audience::Device, &token, ends_at.saturating_add_ms(-1_000)).is_ok());
        assert_eq!(keys.verify(Audience::Device, &token, ends_at), Err(TokenError::Expired));
    }

    #[test]
    fn a_token_for_another_audience_is_refused() {
        let keys = keys();
        let (device, _) = keys.issue(DEVICE, now()).unwrap();
        let (office, _) = keys.issue(STAFF, now()).unwrap();
        assert_eq!(keys.verify(Audience::Office, &device, now()), Err(TokenError::Invalid));
        assert_eq!(keys.verify(Audience::Device, &office, now()), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_of_another_key_is_refused() {
        let (ours, theirs) = (keys(), keys());
        let (token, _) = theirs.issue(DEVICE, now()).unwrap();
        assert_eq!(ours.verify(Audience::Device, &token, now()), Err(TokenError::Invalid), "an unknown name");
        let header = serde_json::json!({"alg": "EdDSA", "kid": ours.kid});
        let renamed = forge(header, good_claims(), Some(&theirs.signing));
        assert_eq!(ours.verify(Audience::Device, &renamed, now()), Err(TokenError::Invalid), "our name");
        let nameless = forge(serde_json::json!({"alg": "EdDSA"}), good_claims(), Some(&ours.signing));
        assert_eq!(ours.verify(Audience::Device, &nameless, now()), Err(TokenError::Invalid), "no name");
    }

    #[test]
    fn another_algorithm_is_refused() {
        let keys = keys();
        let unsigned = forge(serde_json::json!({"alg": "none", "kid": keys.kid}), good_claims(), None);
        assert_eq!(keys.verify(Audience::Device, &unsigned, now()), Err(TokenError::Invalid));
        let public = keys.verifying[&keys.kid].try_get_as_bytes().unwrap();
        let header = serde_json::json!({"alg": "HS256", "kid": keys.kid});
        let hmac = forge(header, good_claims(), Some(&EncodingKey::from_secret(public)));
        assert_eq!(keys.verify(Audience::Device, &hmac, now()), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_without_a_claim_or_altered_is_refused() {
        let keys = keys();
        for missing in ["aud", "exp", "sub"] {
            let mut claims = good_claims();
            claims.as_object_mut().unwrap().remove(missing);
            let header = serde_json::json!({"alg": "EdDSA", "kid": keys.kid});
            let token = forge(header, claims, Some(&keys.signing));
            assert_eq!(keys.verify(Audience::Device, &token, now()), Err(TokenError::Invalid), "{missing}");
        }
        let (token, _) = keys.issue(DEVICE, now()).unwrap();
        for position in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(bytes).unwrap();
            assert!(keys.verify(Audience::Device, &altered, now()).is_err(), "at {position}");
        }
        assert!(keys.verify(Audience::Device, &"A".repeat(TOKEN_BYTES_MAX + 1), now()).is_err());
        assert!(keys.verify(Audience::Device, "", now()).is_err());
    }
}
