//! A request and its answer, as HTTP has them.

use std::fmt;
use std::io::{Cursor, Read};

/// What is done with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Asks for what is there.
    Get,
    /// Asks for the headers alone.
    Head,
    /// Goes on writing.
    Patch,
    /// Hands something over.
    Post,
}

impl Method {
    /// Its name in HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Post => "POST",
        }
    }

    /// Whether a request with it has a body.
    pub fn has_body(self) -> bool {
        matches!(self, Self::Patch | Self::Post)
    }
}

/// What is sent to the server. Its debug form holds neither what it says nor its token.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done with the path.
    pub method: Method,
    /// The path below the server's address, e.g. `/v1/sync`.
    pub path: String,
    /// The headers, their names in lower case; `authorization` is among them where the request needs it.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty where the method has none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and without a body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// A `POST` of a body of this media type.
    pub fn post(path: impl Into<String>, media_type: &str, body: Vec<u8>) -> Self {
        Self { body, ..Self::new(Method::Post, path) }.with("content-type", media_type)
    }

    /// The same with one more header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with this access token, in place of the one it had.
    pub fn with_bearer(mut self, access_token: &str) -> Self {
        self.headers.retain(|(name, _)| *name != "authorization");
        self.with("authorization", format!("Bearer {access_token}"))
    }

    /// The access token.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(named, _)| *named == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// What the server answers.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as it arrives.
    pub body: Box<dyn Read + Send>,
}

impl Response {
    /// An answer without headers, whose body has arrived.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: Box::new(Cursor::new(body.into())) }
    }

    /// The same with one more header, its name in lower case.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(named, _)| named == name).map(|(_, value)| value.as_str())
    }

    /// Seconds that the server asks to wait before the next attempt (`Retry-After`).
    pub fn retry_after_s(&self) -> Option<u32> {
        self.header("retry-after")?.parse().ok()
    }
}
