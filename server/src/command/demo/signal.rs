//! A phone's signal: there or not, and sometimes gone in the middle of an exchange.

use std::io::{Error, ErrorKind, Read};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use doorstep_client_core::transport::{Cancel, HttpTransport, Request, Response, Transport, TransportError};

/// Real HTTP, as far as there is a signal.
pub(super) struct Signal {
    http: HttpTransport,
    is_there: AtomicBool,
    /// Bytes of the next answer after which the signal goes; none at `usize::MAX`.
    goes_after_bytes: AtomicUsize,
}

impl Signal {
    /// A signal to the server at this address.
    pub(super) fn to(url: &str) -> Result<Self, TransportError> {
        Ok(Self {
            http: HttpTransport::new(url)?,
            is_there: AtomicBool::new(true),
            goes_after_bytes: AtomicUsize::new(usize::MAX),
        })
    }

    /// Whether there is a signal from now on.
    pub(super) fn set(&self, is_there: bool) {
        self.is_there.store(is_there, Ordering::SeqCst);
    }

    /// Whether there is a signal.
    pub(super) fn is_there(&self) -> bool {
        self.is_there.load(Ordering::SeqCst)
    }

    /// The next answer stops after this many bytes.
    pub(super) fn goes_after(&self, bytes: usize) {
        self.goes_after_bytes.store(bytes, Ordering::SeqCst);
    }
}

impl Transport for Signal {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        if !self.is_there() {
            return Err(TransportError::Unreachable);
        }
        let left = self.goes_after_bytes.swap(usize::MAX, Ordering::SeqCst);
        let response = self.http.exchange(request, cancel)?;
        Ok(Response { body: Box::new(Fading { body: response.body, left }), ..response })
    }
}

/// An answer that stops after so many bytes.
struct Fading {
    body: Box<dyn Read + Send>,
    left: usize,
}

impl Read for Fading {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Err(Error::from(ErrorKind::ConnectionAborted));
        }
        let len = buffer.len().min(self.left);
        let read = self.body.read(&mut buffer[..len])?;
        if self.left != usize::MAX {
            self.left -= read;
        }
        Ok(read)
    }
}
