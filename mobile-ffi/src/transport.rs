//! How requests travel: by the core's own HTTP, or by what the app brings along.

use std::future::Future;
use std::io::{self, Cursor, Read};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use doorstep_client_core::device::{Error, ErrorKind};
use doorstep_client_core::transport::{self, Cancel, HttpTransport, Request, Response, TransportError};
use futures::channel::oneshot;
use futures::executor::block_on;
use futures::future::{Either, select};

use crate::device::Open;
use crate::error::DoorstepError;

/// A header of a request or an answer.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpHeader {
    /// Its name; in lower case in requests, in either case in answers.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What is sent to the server. It holds a token and patient data: never log it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpRequest {
    /// `GET`, `HEAD`, `PATCH` or `POST`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The headers; `authorization` is among them where the request needs it.
    pub headers: Vec<HttpHeader>,
    /// The body; empty where the method has none.
    pub body: Vec<u8>,
}

/// What the server answers, whatever its status.
#[derive(Clone, uniffi::Record)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<HttpHeader>,
    /// The body, part by part; `whole_body` makes one of bytes that are there already.
    pub body: Arc<dyn Body>,
}

/// The body of an answer.
#[uniffi::export(with_foreign)]
#[async_trait::async_trait]
pub trait Body: Send + Sync {
    /// The next part; none at the end.
    async fn read(&self) -> Result<Option<Vec<u8>>, TransportFailure>;
}

/// Carries requests to the server and answers back, for an app that hands them to its platform: background sessions, a
/// company's proxy. Redirects are not followed; the content of answers is not to be decoded twice.
#[uniffi::export(with_foreign)]
#[async_trait::async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request and returns once the answer begins. It is cancelled with the call that it serves. In Python it runs on
    /// the event loop that `uniffi_set_event_loop` was given.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportFailure>;
}

/// Why a request of the app's transport has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum TransportFailure {
    /// No connection could be made.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The connection was lost.
    #[error("the connection to the server was lost")]
    Lost,
    /// The server did not answer in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server could not prove who it is.
    #[error("the connection to the server is not secure")]
    Insecure,
    /// The transport itself failed. Whatever else it throws is taken as this, without its words and its stack trace.
    #[error("the app's transport failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for TransportFailure {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// A body that has arrived whole.
#[uniffi::export]
pub fn whole_body(bytes: Vec<u8>) -> Arc<dyn Body> {
    Arc::new(Whole(Mutex::new(Some(bytes))))
}

struct Whole(Mutex<Option<Vec<u8>>>);

#[async_trait::async_trait]
impl Body for Whole {
    async fn read(&self) -> Result<Option<Vec<u8>>, TransportFailure> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).take())
    }
}

/// The way to a server, for one call.
pub(crate) struct Way {
    http: HttpTransport,
    foreign: Option<Foreign>,
    roots_pem: Option<String>,
}

struct Foreign {
    transport: Arc<dyn Transport>,
    server_url: String,
    /// Whether it failed in itself in the latest request.
    has_failed: Arc<AtomicBool>,
}

impl Open {
    /// The way to the server that the phone is enrolled with; what was wiped has still to tell its server so.
    pub(crate) fn way(&self) -> Result<Way, DoorstepError> {
        let (server_url, roots_pem) = match self.core.enrolment() {
            Ok(Some(enrolment)) => (enrolment.server_url, enrolment.roots_pem),
            Ok(None) => return Err(DoorstepError::not_enrolled()),
            Err(error) => {
                let server_url = self.core.server_to_tell_of_wipe().ok_or(error)?;
                (server_url, self.core.roots_of_server_to_tell_of_wipe())
            }
        };
        Way::to(&server_url, roots_pem, self.transport.clone())
    }
}

impl Way {
    /// To the server at this address, which is believed by these roots alone, where there are any.
    pub(crate) fn to(
        server_url: &str,
        roots_pem: Option<String>,
        foreign: Option<Arc<dyn Transport>>,
    ) -> Result<Self, DoorstepError> {
        let http = match &roots_pem {
            Some(pem) => HttpTransport::with_roots(server_url, pem),
            None => HttpTransport::new(server_url),
        };
        let http = http.map_err(Error::from)?;
        let foreign = foreign.map(|transport| Foreign {
            transport,
            server_url: server_url.trim().trim_end_matches('/').to_owned(),
            has_failed: Arc::default(),
        });
        Ok(Self { http, foreign, roots_pem })
    }

    /// What a call along this way came to. To the core, an app's transport that fails in itself is a line that was lost.
    pub(crate) fn explain<T>(&self, done: Result<T, Error>) -> Result<T, DoorstepError> {
        let has_failed =
            self.foreign.as_ref().is_some_and(|foreign| foreign.has_failed.load(Ordering::SeqCst));
        match done {
            Err(error) if has_failed && error.kind() == ErrorKind::Network => {
                Err(DoorstepError::callback("the transport"))
            }
            done => Ok(done?),
        }
    }
}

impl transport::Transport for Way {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        match &self.foreign {
            Some(foreign) => foreign.exchange(request, cancel),
            None => self.http.exchange(request, cancel),
        }
    }

    fn roots_pem(&self) -> Option<&str> {
        self.roots_pem.as_deref()
    }
}

impl Foreign {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        self.has_failed.store(false, Ordering::SeqCst);
        let header = |(name, value): (&str, String)| HttpHeader { name: name.to_owned(), value };
        let request = HttpRequest {
            method: request.method.as_str().to_owned(),
            url: format!("{}{}", self.server_url, request.path),
            headers: request.headers.into_iter().map(header).collect(),
            body: request.body,
        };
        let answer = wait(cancel, self.transport.exchange(request))?;
        let answer = answer.map_err(|failure| failed(failure, &self.has_failed))?;
        let header = |header: HttpHeader| (header.name.to_ascii_lowercase(), header.value);
        let body = ForeignBody {
            body: answer.body,
            part: Cursor::default(),
            cancel: cancel.clone(),
            has_failed: Arc::clone(&self.has_failed),
        };
        Ok(Response {
            status: answer.status,
            headers: answer.headers.into_iter().map(header).collect(),
            body: Box::new(body),
        })
    }
}

/// Waits for what the app does, unless the call is ended first: then the app's part is cancelled.
fn wait<T>(cancel: &Cancel, work: impl Future<Output = T>) -> Result<T, TransportError> {
    let (ended, end) = oneshot::channel();
    cancel.on_cancel(move || {
        ended.send(()).ok();
    });
    match block_on(select(pin!(work), end)) {
        Either::Left((done, _)) => Ok(done),
        Either::Right(_) => Err(cancel.reason().unwrap_or(TransportError::Cancelled)),
    }
}

fn failed(failure: TransportFailure, has_failed: &AtomicBool) -> TransportError {
    match failure {
        TransportFailure::Unreachable => TransportError::Unreachable,
        TransportFailure::Lost => TransportError::Lost,
        TransportFailure::TimedOut => TransportError::TimedOut,
        TransportFailure::Insecure => TransportError::Insecure,
        TransportFailure::Failed => {
            has_failed.store(true, Ordering::SeqCst);
            TransportError::Lost
        }
    }
}

/// The app's body as a stream of bytes.
struct ForeignBody {
    body: Arc<dyn Body>,
    part: Cursor<Vec<u8>>,
    cancel: Cancel,
    has_failed: Arc<AtomicBool>,
}

impl Read for ForeignBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.part.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let part = wait(&self.cancel, self.body.read()).map_err(|_| lost())?;
            let part = part.map_err(|failure| {
                failed(failure, &self.has_failed);
                lost()
            })?;
            match part {
                Some(part) => self.part = Cursor::new(part),
                None => return Ok(0),
            }
        }
    }
}

fn lost() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}
