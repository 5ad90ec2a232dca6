//! How the phone speaks to the server: one blocking call, and what is said with it.

mod api;
mod cancel;
mod files;
#[cfg(feature = "http")]
mod http;
mod message;

pub use api::{EnrolAnswer, EnrolRequest, TokenAnswer, enrol, refresh, sync, wiped};
pub use cancel::Cancel;
pub use files::{FileName, Standing, fetch_file, file_standing, send_chunk};
#[cfg(feature = "http")]
pub use http::HttpTransport;
pub use message::{Method, Request, Response};

/// The media type of everything but the sync exchange.
pub(crate) const JSON: &str = "application/json";

/// Carries requests to the server and answers back. Blocking: an app calls it off its main thread.
pub trait Transport: Send + Sync {
    /// Sends a request and returns once the answer begins. A cancelled call, and reading from its answer, end
    /// soon with an error.
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError>;

    /// The roots in PEM by which alone the server is believed, where they are not those of the public web. A phone
    /// remembers them with its enrolment.
    fn roots_pem(&self) -> Option<&str> {
        None
    }
}

/// What went wrong between the phone and the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
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
    #[error("the connection to the server is not secure; check the server's address and the phone's clock")]
    Insecure,
    /// The server's address is not one.
    #[error("the server's address is not a web address: expected https://HOST or http://HOST:PORT")]
    BadAddress,
    /// What was given as roots holds none.
    #[error("there is no certificate in what the server is to be trusted by: expected PEM")]
    BadRoots,
    /// The app cancelled the call.
    #[error("cancelled")]
    Cancelled,
    /// The deadline of the call has passed.
    #[error("the time for it has run out; what was done stays")]
    DeadlinePassed,
    /// Something between the phone and the server answered in its place: a Wi-Fi that wants to be signed in to, a proxy.
    #[error(
        "something between the phone and the server answered in its place; sign in to the Wi-Fi if it asks for that, and check \
         the server's address"
    )]
    Intercepted,
    /// The answer is not what was asked for.
    #[error("the server's answer cannot be read")]
    NotUnderstood,
    /// The server refused or failed, and says why.
    #[error("the server answered: {message} ({code}, {status})")]
    Server {
        /// The HTTP status.
        status: u16,
        /// Seconds that it asks to wait before the next attempt.
        retry_after_s: Option<u32>,
        /// A short name for the reason.
        code: String,
        /// The reason in words.
        message: String,
    },
}
