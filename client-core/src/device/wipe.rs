//! The end of what a phone holds: a note that it begins, then the key, then the store's files.
//!
//! Whatever is cut between two of these, the next opening goes on from there, and from the key's destruction on nothing
//! can be read any more. Work that was not sent goes with it: a phone is wiped because it is in strange hands, and what
//! strange hands may have written is not wanted either.

use std::sync::PoisonError;

use super::{Device, Error, ErrorKind};
use crate::store::{Receipt, Wiping};
use crate::transport::{self, Cancel, Transport, TransportError};
use crate::wire::code;

impl Device {
    /// Destroys everything on the phone, work that was not sent included: the key first.
    pub fn wipe(&self) -> Result<(), Error> {
        self.destroy(None)
    }

    /// The server that is still to be told that the phone was wiped; [`sync`](Device::sync) tells it.
    pub fn server_to_tell_of_wipe(&self) -> Option<String> {
        Some(self.wiping.receipt()?.server_url)
    }

    /// The roots by which alone that server is believed, where they are not those of the public web.
    pub fn roots_of_server_to_tell_of_wipe(&self) -> Option<String> {
        self.wiping.receipt()?.roots_pem
    }

    /// Whether the store at `path` was wiped and a server is still to be told, or wiping was cut and is to go on. Such a
    /// one opens without a key.
    pub fn is_wiped(path: &std::path::Path) -> bool {
        Wiping::of(path).has_begun()
    }

    /// Goes on with a wipe that was cut.
    pub(super) fn go_on_wiping(&self) -> Result<(), Error> {
        self.destroy_key_and_files()?;
        if self.wiping.receipt().is_none() {
            self.wiping.end()?;
        }
        Ok(())
    }

    /// Does what the office asks for in its refusal, and says what has become of the phone.
    pub(super) fn heed(&self, error: Error, transport: &dyn Transport, cancel: &Cancel) -> Error {
        let heeded = match error.server_code() {
            Some(code::DEVICE_WIPE) => self.wipe_as_asked(transport, cancel),
            Some(code::DEVICE_LOCKED) => self.lock(),
            _ => Ok(()),
        };
        heeded.err().unwrap_or(error)
    }

    fn wipe_as_asked(&self, transport: &dyn Transport, cancel: &Cancel) -> Result<(), Error> {
        let receipt = self.with_store(|store| {
            let reader = store.reader();
            let (enrolment, tokens) = (reader.enrolment()?, reader.tokens()?);
            Ok(enrolment.zip(tokens).map(|(enrolment, tokens)| Receipt {
                server_url: enrolment.server_url,
                refresh_token: tokens.refresh,
                roots_pem: enrolment.roots_pem,
            }))
        });
        // A store that cannot be read is wiped all the same; nobody is told.
        self.destroy(receipt.ok().flatten())?;
        // Where the server does not hear of it, the next sync tells it again.
        self.tell_of_wipe(transport, cancel).ok();
        Ok(())
    }

    /// Tells the server that the phone was wiped; it goes on asking until it has heard.
    pub(super) fn tell_of_wipe(&self, transport: &dyn Transport, cancel: &Cancel) -> Result<(), Error> {
        let Some(receipt) = self.wiping.receipt() else { return Ok(()) };
        match transport::wiped(transport, &receipt.refresh_token, cancel) {
            // It does not know the phone, or asks for nothing: there is nobody to tell.
            Ok(()) | Err(TransportError::Server { status: 400..=407 | 409..=428, .. }) => {
                Ok(self.wiping.end()?)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn destroy(&self, receipt: Option<Receipt>) -> Result<(), Error> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let open = store.take().ok_or_else(super::wiped)?;
        let noted = self.wiping.begin(receipt.as_ref());
        drop(open);
        self.destroy_key_and_files()?;
        noted?;
        if receipt.is_none() {
            self.wiping.end()?;
        }
        Ok(())
    }

    /// The files go even where the key does not.
    fn destroy_key_and_files(&self) -> Result<(), Error> {
        let key = self.key_store.destroy();
        self.wiping.destroy_files()?;
        key.map_err(|failed| Error::new(ErrorKind::Storage, failed.to_string()))
    }
}
