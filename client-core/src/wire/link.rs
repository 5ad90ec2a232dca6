//! What the office's QR code says to a phone: where the server is, and the one-time code. No patient data.

use std::fmt;
use std::str::FromStr;

const BEGINS: &str = "doorstep://enrol?server=";
const CODE: &str = "&code=";
/// Characters of a server's address in a link.
const SERVER_CHARS: usize = 253 + "https://:65535".len();

/// A link that enrols a phone: `doorstep://enrol?server=https://HOST&code=AB12-CD34`.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentLink {
    server_url: String,
    code: String,
}

/// The text is not such a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an enrolment link: expected doorstep://enrol?server=https://HOST&code=AB12-CD34")]
pub struct NotALink;

impl EnrolmentLink {
    /// A link to the server at this address, `https://HOST` or, for trials, `http://HOST:PORT`.
    pub fn new(server_url: &str, code: &str) -> Result<Self, NotALink> {
        let server = server_url.trim().trim_end_matches('/');
        let host = ["https://", "http://"].iter().find_map(|scheme| server.strip_prefix(scheme));
        let is_of_host = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]_".contains(letter);
        let is_host = host.is_some_and(|host| !host.is_empty() && host.chars().all(is_of_host));
        let code = code.trim();
        let is_code = !code.is_empty()
            && code.len() <= 20
            && code.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        if is_host && is_code && server.len() <= SERVER_CHARS {
            Ok(Self { server_url: server.to_owned(), code: code.to_owned() })
        } else {
            Err(NotALink)
        }
    }

    /// The server's address.
    pub fn server_url(&self) -> &str {
        &self.server_url
    }

    /// The one-time code.
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl FromStr for EnrolmentLink {
    type Err = NotALink;

    fn from_str(text: &str) -> Result<Self, NotALink> {
        let said = text.trim().strip_prefix(BEGINS).ok_or(NotALink)?;
        let (server_url, code) = said.split_once(CODE).ok_or(NotALink)?;
        Self::new(server_url, code)
    }
}

impl fmt::Display for EnrolmentLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEGINS}{}{CODE}{}", self.server_url, self.code)
    }
}

/// The code is a secret while it holds.
impl fmt::Debug for EnrolmentLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnrolmentLink({}, ..)", self.server_url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_the_server_and_the_code_and_is_read_as_it_was_written() {
        for server in ["https://doorstep.example.org/", "http://127.0.0.1:8787", "http://[::1]:8787"] {
            let link = EnrolmentLink::new(server, "AB12-CD34").unwrap();
            assert_eq!(link.server_url(), server.trim_end_matches('/'));
            let read: EnrolmentLink = format!(" {link}\n").parse().unwrap();
            assert_eq!((&read, read.code()), (&link, "AB12-CD34"));
            assert!(!format!("{link:?}").contains("AB12"));
        }
    }

    #[test]
    fn what_is_not_a_link_is_refused() {
        for text in [
            "",
            "AB12-CD34",
            "https://doorstep.example.org",
            "doorstep://enrol?server=https://&code=AB12",
            "doorstep://enrol?server=ftp://x&code=AB12",
            "doorstep://enrol?server=https://x/path&code=AB12",
            "doorstep://enrol?server=https://u@x&code=AB12",
            "doorstep://enrol?server=https://x&code=",
            "doorstep://enrol?server=https://x&code=A B",
            "doorstep://enrol?server=https://x&code=AB12&more=1",
            "doorstep://enrol?server=https://x",
        ] {
            assert_eq!(text.parse::<EnrolmentLink>(), Err(NotALink), "{text}");
        }
        let long = format!("https://{}", "x".repeat(300));
        assert_eq!(EnrolmentLink::new(&long, "AB12"), Err(NotALink));
    }
}
