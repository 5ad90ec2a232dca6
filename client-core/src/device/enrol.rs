//! Whose phone it is.

use super::{Device, Enrolment, Error, ErrorKind, lock, not_enrolled};
use crate::store::{SyncFacts, Tokens};
use crate::transport::{self, Cancel, EnrolRequest, Transport};

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

    /// Buys a new access token and keeps it.
    pub(super) fn refresh_tokens(&self, transport: &dyn Transport, cancel: &Cancel) -> Result<Tokens, Error> {
        let before = self.tokens()?;
        let answer = transport::refresh(transport, &before.refresh, cancel)?;
        let refresh = answer.refresh_token.unwrap_or(before.refresh);
        let tokens = Tokens { access: answer.access_token, refresh };
        self.write_even_locked(|writer| Ok(writer.set_tokens(&tokens)?))?;
        Ok(tokens)
    }
}
