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
/// Seconds for which the longest-lived token holds.
pub(super) const TOKEN_SECONDS_LONGEST: i64 = OFFICE_HOURS * 3_600;

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
        let ring = self.ring(now);
        header.kid = Some(ring.kid.clone());
        let token = jsonwebtoken::encode(&header, &claims, &ring.signing).map_err(|_| TokenError::Invalid)?;
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
        let kid = header.kid.ok_or(TokenError::Invalid)?;
        let mut ring = self.ring(now);
        if !ring.verifying.contains_key(&kid) {
            ring = self.ring_after(ring, now);
        }
        let verifying = ring.verifying.get(&kid).ok_or(TokenError::Invalid)?;
        if verifying.until.is_some_and(|until| until <= now) {
            return Err(TokenError::Invalid);
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience.code()]);
        validation.set_required_spec_claims(&["aud", "exp", "sub"]);
        // Checked below, against the clock that issued it.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &verifying.key, &validation)
            .map_err(|_| TokenError::Invalid)?
            .claims;
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
    use std::sync::Arc;

    use doorstep_client_core::environment::{Environment, SystemEnvironment};
    use jsonwebtoken::EncodingKey;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::*;
    use crate::store::{SqliteStore, Store};

    const DEVICE: Bearer = Bearer::Device(AgencyId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
    const STAFF: Bearer = Bearer::Staff(AgencyId::from_bytes([1; 16]), StaffId::from_bytes([3; 16]));

    fn now() -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000).unwrap()
    }

    /// Keys with the store that they are kept in.
    struct Kept {
        keys: Keys,
        store: Arc<dyn Store>,
        folder: TempDir,
    }

    impl std::ops::Deref for Kept {
        type Target = Keys;
        fn deref(&self) -> &Keys {
            &self.keys
        }
    }

    impl Kept {
        fn kid(&self) -> String {
            self.ring(now()).kid.clone()
        }

        fn sign(&self, header: Value, claims: Value) -> String {
            forge(header, claims, Some(&self.ring(now()).signing))
        }
    }

    /// A clock that stands.
    struct At(Timestamp);

    impl Environment for At {
        fn now(&self) -> Timestamp {
            self.0
        }
        fn fill_random(&self, bytes: &mut [u8]) {
            SystemEnvironment.fill_random(bytes);
        }
    }

    fn keys() -> Kept {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), &SystemEnvironment).unwrap());
        let keys = Keys::load(Arc::clone(&store), &At(now())).unwrap();
        Kept { keys, store, folder }
    }

    fn later(seconds: i64) -> Timestamp {
        now().saturating_add_ms(seconds * 1_000)
    }

    fn forge(header: Value, claims: Value, key: Option<&EncodingKey>) -> String {
        let part = |json: &Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
        let message = format!("{}.{}", part(&header), part(&claims));
        let algorithm = if header["alg"] == "HS256" { Algorithm::HS256 } else { Algorithm::EdDSA };
        let signature = key.map_or(String::new(), |key| {
            jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap()
        });
        format!("{message}.{signature}")
    }

    fn good_claims() -> Value {
        let sub = BASE64URL_NOPAD.encode(&[[1u8; 16], [2; 16]].concat());
        json!({"aud": "d", "exp": now().as_second() + 60, "sub": sub})
    }

    #[test]
    fn a_token_says_who_bears_it_and_is_small() {
        let keys = keys();
        let (token, _) = keys.issue(DEVICE, now()).unwrap();
        assert!(token.len() < 250, "{} bytes", token.len());
        assert_eq!(keys.verify(Audience::Device, &token, now()), Ok(DEVICE));
        let (token, _) = keys.issue(STAFF, now()).unwrap();
        assert_eq!(keys.verify(Audience::Office, &token, now()), Ok(STAFF));
        let forged = keys.sign(json!({"alg": "EdDSA", "kid": keys.kid()}), good_claims());
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
        let header = json!({"alg": "EdDSA", "kid": ours.kid()});
        let renamed = theirs.sign(header, good_claims());
        assert_eq!(ours.verify(Audience::Device, &renamed, now()), Err(TokenError::Invalid), "our name");
        let nameless = ours.sign(json!({"alg": "EdDSA"}), good_claims());
        assert_eq!(ours.verify(Audience::Device, &nameless, now()), Err(TokenError::Invalid), "no name");
    }

    #[test]
    fn another_algorithm_is_refused() {
        let keys = keys();
        let unsigned = forge(json!({"alg": "none", "kid": keys.kid()}), good_claims(), None);
        assert_eq!(keys.verify(Audience::Device, &unsigned, now()), Err(TokenError::Invalid));
        let ring = keys.ring(now());
        let public = ring.verifying[&ring.kid].key.try_get_as_bytes().unwrap();
        let header = json!({"alg": "HS256", "kid": keys.kid()});
        let hmac = forge(header, good_claims(), Some(&EncodingKey::from_secret(public)));
        assert_eq!(keys.verify(Audience::Device, &hmac, now()), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_without_a_claim_or_altered_is_refused() {
        let keys = keys();
        for missing in ["aud", "exp", "sub"] {
            let mut claims = good_claims();
            claims.as_object_mut().unwrap().remove(missing);
            let header = json!({"alg": "EdDSA", "kid": keys.kid()});
            let token = keys.sign(header, claims);
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
    #[test]
    fn a_header_that_says_rs256_is_refused_whoever_signed_it() {
        let keys = keys();
        for algorithm in ["RS256", "ES256", "HS512", "EdDSA ", "", "Ed25519"] {
            let token = keys.sign(json!({"alg": algorithm, "kid": keys.kid()}), good_claims());
            assert_eq!(keys.verify(Audience::Device, &token, now()), Err(TokenError::Invalid), "{algorithm}");
        }
    }

    #[test]
    fn a_token_before_its_time_or_with_times_that_cannot_be_is_refused() {
        let keys = keys();
        let verify = |claims: &[(&str, i64)]| {
            let mut changed = good_claims();
            claims.iter().for_each(|(name, value)| changed[*name] = json!(value));
            let token = keys.sign(json!({"alg": "EdDSA", "kid": keys.kid()}), changed);
            keys.verify(Audience::Device, &token, now())
        };
        assert_eq!(verify(&[("nbf", now().as_second())]), Ok(DEVICE));
        assert_eq!(verify(&[("nbf", now().as_second() + 1)]), Err(TokenError::Invalid));
        assert_eq!(verify(&[("exp", i64::MAX)]), Err(TokenError::Invalid));
        assert_eq!(verify(&[("exp", i64::MIN)]), Err(TokenError::Invalid));
        assert_eq!(verify(&[("exp", now().as_second())]), Err(TokenError::Expired));
    }

    #[test]
    fn a_token_is_refused_wherever_it_is_cut() {
        let keys = keys();
        let (token, _) = keys.issue(DEVICE, now()).unwrap();
        for end in 0..token.len() {
            assert_eq!(
                keys.verify(Audience::Device, &token[..end], now()),
                Err(TokenError::Invalid),
                "cut at {end}"
            );
        }
    }

    #[test]
    fn i14_a_token_is_looked_at_up_to_its_limit_and_not_one_byte_longer() {
        let keys = keys();
        let padded = |header: usize, claims: usize| {
            let header = json!({"alg": "EdDSA", "kid": keys.kid(), "x": "x".repeat(header)});
            let mut padded = good_claims();
            padded["x"] = json!("x".repeat(claims));
            keys.sign(header, padded)
        };
        let of_length = |bytes: usize| {
            let mut tokens = (0..3).flat_map(|header| (0..300).map(move |claims| (header, claims)));
            let (header, claims) =
                tokens.find(|(header, claims)| padded(*header, *claims).len() == bytes).unwrap();
            padded(header, claims)
        };
        assert_eq!(keys.verify(Audience::Device, &of_length(TOKEN_BYTES_MAX), now()), Ok(DEVICE));
        let longer = of_length(TOKEN_BYTES_MAX + 1);
        assert_eq!(keys.verify(Audience::Device, &longer, now()), Err(TokenError::Invalid));
    }

    #[test]
    fn a_new_key_signs_and_the_old_one_is_believed_until_its_last_token_has_run_out() {
        let keys = keys();
        let old_kid = keys.kid();
        let (old, _) = keys.issue(STAFF, now()).unwrap();
        let made = keys.rotate(&At(now())).unwrap();
        assert_eq!(keys.kid(), made.kid);
        let (new, _) = keys.issue(STAFF, now()).unwrap();
        for token in [&old, &new] {
            assert_eq!(keys.verify(Audience::Office, token, now()), Ok(STAFF));
        }
        let last_moment = TOKEN_SECONDS_LONGEST + 59;
        let late = json!({"aud": "o", "exp": i64::from(u32::MAX), "sub": BASE64URL_NOPAD.encode(&[[1u8; 16], [3; 16]].concat())});
        let header = json!({"alg": "EdDSA", "kid": old_kid});
        let stored = keys.store.signing_keys().unwrap();
        let old_key = EncodingKey::from_ed_der(&stored.iter().find(|key| key.kid == old_kid).unwrap().pkcs8);
        let late = forge(header, late, Some(&old_key));
        assert_eq!(keys.verify(Audience::Office, &late, later(last_moment)), Ok(STAFF));
        assert_eq!(keys.verify(Audience::Office, &late, later(last_moment + 1)), Err(TokenError::Invalid));

        assert_eq!(keys.public(later(last_moment)).unwrap().len(), 2);
        assert_eq!(keys.public(later(last_moment + 1)).unwrap().len(), 1);
        keys.rotate(&At(later(last_moment + 2))).unwrap();
        let kept: Vec<String> = keys.list().unwrap().into_iter().map(|key| key.kid).collect();
        assert!(kept.len() == 2 && !kept.contains(&old_kid), "what is believed no more is forgotten");
    }

    #[test]
    fn a_server_that_runs_takes_up_a_key_that_another_process_made() {
        let keys = keys();
        let store = SqliteStore::open(keys.folder.path(), &SystemEnvironment).unwrap();
        let other = Keys::load(Arc::new(store), &At(now())).unwrap();
        let made = other.rotate(&At(now())).unwrap();
        let (token, _) = other.issue(DEVICE, now()).unwrap();
        assert_eq!(
            keys.verify(Audience::Device, &token, now()),
            Err(TokenError::Invalid),
            "it has just looked"
        );
        assert_eq!(
            keys.verify(Audience::Device, &token, later(1)),
            Ok(DEVICE),
            "at an unknown name it looks"
        );
        other.rotate(&At(later(2))).unwrap();
        assert_eq!(keys.ring(later(2)).kid, made.kid);
        assert_ne!(keys.ring(later(11)).kid, made.kid, "and now and then");
    }

    #[test]
    fn only_the_public_part_of_a_key_is_shown_and_it_verifies() {
        let keys = keys();
        let shown = json!(keys.public(now()).unwrap());
        let fields: Vec<&String> = shown[0].as_object().unwrap().keys().collect();
        assert_eq!(fields, ["alg", "crv", "kid", "kty", "use", "x"]);
        assert_eq!((&shown[0]["kty"], &shown[0]["kid"]), (&json!("OKP"), &json!(keys.kid())));
        let public = jsonwebtoken::DecodingKey::from_ed_components(shown[0]["x"].as_str().unwrap()).unwrap();
        let (token, _) = keys.issue(DEVICE, now()).unwrap();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&["d"]);
        validation.validate_exp = false;
        assert!(jsonwebtoken::decode::<Claims>(&token, &public, &validation).is_ok());
    }
}
