//! Enrolling a phone, and buying new access tokens for it.

use std::sync::Arc;

use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::throttle::{Rule, Throttle};
use super::{Bearer, Keys, OneTimeCode, TokenError};
use crate::limits::{DEVICE_NAME_CHARS_MAX, ENROLMENT_FAILURES_PER_MINUTE_MAX};
use crate::store::{Act, Agent, DeviceHolder, NewDevice, Standing, Store, StoreError};

/// How long a one-time code holds, in hours.
const CODE_HOURS: i64 = 24;

/// Why a phone is not enrolled, or gets no token.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// The code is not one, or is used up or too old.
    #[error("the code is not valid: codes hold for {CODE_HOURS} hours and for one phone; ask for a new one")]
    BadCode,
    /// Too many attempts have failed.
    #[error("too many codes were wrong; try again in a minute")]
    Throttled,
    /// The phone's name or the app's version is too long.
    #[error("the name and the version must have at most {DEVICE_NAME_CHARS_MAX} characters")]
    TooLong,
    /// The refresh token is not known.
    #[error("the refresh token is not valid; enrol the phone again")]
    BadRefreshToken,
    /// The phone is locked, or its nurse has left.
    #[error("the phone is locked by the office")]
    Locked,
    /// An old refresh token of the phone was used again.
    #[error("the phone's session has ended, because an old token of it was used again; enrol the phone anew")]
    SessionEnded,
    /// The office asked for the phone to be wiped.
    #[error("the office asked for this phone to be wiped")]
    Wipe,
    /// A token could not be signed.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A phone that has just been enrolled, with its secrets.
pub struct Enrolled {
    /// Whose it is.
    pub holder: DeviceHolder,
    /// Sent with each exchange.
    pub access_token: String,
    /// Buys a new access token.
    pub refresh_token: String,
}

/// The two tokens that a phone goes on with.
pub struct Renewed {
    /// Sent with each exchange.
    pub access_token: String,
    /// Buys the next two.
    pub refresh_token: String,
}

/// Refuses a phone that is not welcome, and says why.
pub fn welcome(standing: Standing) -> Result<(), EnrolmentError> {
    match standing {
        Standing::Welcome => Ok(()),
        Standing::Locked => Err(EnrolmentError::Locked),
        Standing::SessionEnded => Err(EnrolmentError::SessionEnded),
        Standing::Wiping | Standing::Wiped => Err(EnrolmentError::Wipe),
    }
}

/// Enrols phones.
pub struct Enrolments {
    store: Arc<dyn Store>,
    keys: Arc<Keys>,
    environment: Arc<dyn Environment>,
    throttle: Throttle<()>,
}

impl Enrolments {
    /// Over this store, with these keys.
    pub fn new(store: Arc<dyn Store>, keys: Arc<Keys>, environment: Arc<dyn Environment>) -> Self {
        // Everybody together: a server behind a proxy that is not declared does not know who asks. With 40 random bits
        // and 24 hours, thirty guesses a minute find one of a hundred open codes about once in 700 years.
        let throttle = Throttle::new(Rule {
            failures_max: ENROLMENT_FAILURES_PER_MINUTE_MAX,
            counted_minutes: 1,
            lock_out_minutes: 1,
            keys_max: 1,
        });
        Self { store, keys, environment, throttle }
    }

    /// Makes a one-time code for a member of staff, and says until when it holds.
    pub fn invite(
        &self,
        agency: AgencyId,
        staff: StaffId,
        by: Agent,
    ) -> Result<(OneTimeCode, Timestamp), EnrolmentError> {
        let code = OneTimeCode::new(&mut self.environment.entropy());
        let at = self.environment.now();
        let expires_at = at.saturating_add_ms(CODE_HOURS * 3_600_000);
        self.store.add_enrolment_code(agency, staff, code.hash(), expires_at, Act { by, at })?;
        Ok((code, expires_at))
    }

    /// Enrols a phone by its code.
    pub fn enrol(
        &self,
        typed_code: &str,
        device_name: &str,
        app_version: &str,
        device_time: Timestamp,
    ) -> Result<Enrolled, EnrolmentError> {
        let now = self.environment.now();
        if !self.throttle.allows(&(), now) {
            return Err(EnrolmentError::Throttled);
        }
        if [device_name, app_version].iter().any(|text| text.chars().count() > DEVICE_NAME_CHARS_MAX) {
            return Err(EnrolmentError::TooLong);
        }
        let refresh_token = self.new_secret();
        let device = NewDevice {
            id: DeviceId::new(now, &mut self.environment.entropy()),
            name: device_name.to_owned(),
            app_version: app_version.to_owned(),
            clock_skew_s: device_time.as_second() - now.as_second(),
            refresh_token_hash: super::hash(&refresh_token),
        };
        let holder = match OneTimeCode::parse(typed_code) {
            Ok(code) => self.store.enrol(code.hash(), device, now)?,
            Err(_) => None,
        };
        let Some(holder) = holder else {
            self.throttle.note_failure((), now);
            return Err(EnrolmentError::BadCode);
        };
        let access_token = self.access_token(&holder)?;
        Ok(Enrolled { holder, access_token, refresh_token })
    }

    /// New tokens for the phone with this refresh token, which stays good until the new one is first used.
    pub fn refresh(&self, refresh_token: &str) -> Result<Renewed, EnrolmentError> {
        let successor = self.new_secret();
        let shown = self
            .store
            .rotate_refresh_token(
                super::hash(refresh_token),
                super::hash(&successor),
                self.environment.now(),
            )?
            .ok_or(EnrolmentError::BadRefreshToken)?;
        if shown.is_reuse {
            tracing::warn!(device = %shown.holder.device.id, "an old refresh token was used again");
        }
        welcome(shown.holder.standing())?;
        Ok(Renewed { access_token: self.access_token(&shown.holder)?, refresh_token: successor })
    }

    /// Notes that the phone with this refresh token has destroyed what it held, because the office asked for it.
    pub fn note_wiped(&self, refresh_token: &str) -> Result<DeviceHolder, EnrolmentError> {
        let holder = self.store.note_wiped(super::hash(refresh_token), self.environment.now())?;
        holder.ok_or(EnrolmentError::BadRefreshToken)
    }

    fn new_secret(&self) -> String {
        super::new_secret(&*self.environment)
    }

    fn access_token(&self, holder: &DeviceHolder) -> Result<String, EnrolmentError> {
        let bearer = Bearer::Device(holder.agency, holder.device.id);
        Ok(self.keys.issue(bearer, self.environment.now())?.0)
    }
}
