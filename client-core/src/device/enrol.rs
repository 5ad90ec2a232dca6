//! Whose phone it is.

use std::sync::PoisonError;

use super::{Device, Enrolment, Error, ErrorKind, lock, not_enrolled};
use crate::store::{SyncFacts, Tokens};
use crate::transport::{self, Cancel, EnrolRequest, Transport, TransportError};

impl Device {
    /// Whose phone this is; none before enrolment.
    pub fn enrolment(&self) -> Result<Option<Enrolment>, Error> {
        self.read_even_locked(|store| Ok(store.enrolment()?))
    }

    /// Enrols the phone by a one-time code from the office. A phone that is enrolled can be enrolled again for the
    /// same nurse, whose work it keeps; for another it has to be wiped first.
    pub fn enrol(
        &self,
        transport: &dyn Transport,
        server_url: &str,
        code: &str,
        device_name: &str,
        app_version: &str,
        cancel: &Cancel,
    ) -> Result<Enrolment, Error> {
        let request = EnrolRequest {
            code: code.trim().to_owned(),
            device_name: device_name.to_owned(),
            app_version: app_version.to_owned(),
            device_time: self.now(),
        };
        let answer = transport::enrol(transport, &request, cancel)?;
        let enrolment = Enrolment {
            server_url: server_url.to_owned(),
            agency: answer.agency,
            staff: answer.staff,
            device: answer.device,
            roots_pem: transport.roots_pem().map(str::to_owned),
        };
        let tokens = Tokens { access: answer.access_token, refresh: answer.refresh_token };
        let clock_ahead_s = Some(self.now().as_second() - answer.server_time.as_second());
        self.write_even_locked(|writer| {
            if let Some(before) = writer.enrolment()?
                && (before.agency, before.staff) != (enrolment.agency, enrolment.staff)
            {
                return Err(Error::new(
                    ErrorKind::EnrolledElsewhere,
                    "the phone is enrolled for somebody else; send what is unsent, then wipe it",
                ));
            }
            writer.set_enrolment(&enrolment)?;
            writer.set_tokens(&tokens)?;
            let facts = writer.sync_facts()?;
            writer.set_sync_facts(&SyncFacts { clock_ahead_s, ..facts })?;
            lock::open(writer, self.now())
        })?;
        Ok(enrolment)
    }

    pub(super) fn tokens(&self) -> Result<Tokens, Error> {
        self.read_even_locked(|store| store.tokens()?.ok_or_else(not_enrolled))
    }

    /// Calls the server with the access token at hand; with a new one if that has run out.
    pub(super) fn authorised<T>(
        &self,
        transport: &dyn Transport,
        cancel: &Cancel,
        call: impl Fn(&str) -> Result<T, TransportError>,
    ) -> Result<Result<T, TransportError>, Error> {
        let tokens = self.tokens()?;
        match call(&tokens.access) {
            Err(TransportError::Server { status: 401, .. }) => {
                let tokens = self.renew_tokens(&tokens, transport, cancel)?;
                Ok(call(&tokens.access))
            }
            answer => Ok(answer),
        }
    }

    /// Buys a new access token and keeps it, unless another call has done so meanwhile: a refresh token that is shown twice
    /// ends the session.
    fn renew_tokens(
        &self,
        used: &Tokens,
        transport: &dyn Transport,
        cancel: &Cancel,
    ) -> Result<Tokens, Error> {
        let _renewing = self.renewing_tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.tokens()?;
        if before.access != used.access {
            return Ok(before);
        }
        let answer = transport::refresh(transport, &before.refresh, cancel)?;
        let refresh = answer.refresh_token.unwrap_or(before.refresh);
        let tokens = Tokens { access: answer.access_token, refresh };
        self.write_even_locked(|writer| Ok(writer.set_tokens(&tokens)?))?;
        Ok(tokens)
    }
}
