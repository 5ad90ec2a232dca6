//! The production transport: HTTP/1.1, TLS by rustls, as few headers as there can be.

use std::io::{ErrorKind, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, http};

use super::{Cancel, Request, Response, Transport, TransportError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the connection may stay silent in the middle of an exchange.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the server may think before it begins to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// What a server has to prove who it is by.
struct Roots {
    pem: String,
    certificates: RootCerts,
}

/// Speaks HTTP to the server at one address.
pub struct HttpTransport {
    address: String,
    roots: Option<Roots>,
    agent: Arc<Mutex<Option<Agent>>>,
}

impl HttpTransport {
    /// A transport to the server at this address: `https://HOST` or, for trials, `http://HOST:PORT`.
    pub fn new(server_url: &str) -> Result<Self, TransportError> {
        let address = server_url.trim().trim_end_matches('/');
        let host = ["https://", "http://"].iter().find_map(|scheme| address.strip_prefix(scheme));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', ' ', '@', '?', '#']) => {
                Ok(Self { address: address.to_owned(), roots: None, agent: Arc::default() })
            }
            _ => Err(TransportError::BadAddress),
        }
    }

    /// The same, to a server that proves who it is by these roots alone: an agency's own, in PEM.
    pub fn with_roots(server_url: &str, pem: &str) -> Result<Self, TransportError> {
        let items: Vec<PemItem<'_>> =
            parse_pem(pem.as_bytes()).collect::<Result<_, _>>().map_err(|_| TransportError::BadRoots)?;
        let certificates: Vec<Certificate<'static>> = items
            .into_iter()
            .filter_map(|item| match item {
                PemItem::Certificate(certificate) => Some(certificate),
                _ => None,
            })
            .collect();
        if certificates.is_empty() {
            return Err(TransportError::BadRoots);
        }
        let roots = Roots { pem: pem.to_owned(), certificates: RootCerts::from(certificates) };
        Ok(Self { roots: Some(roots), ..Self::new(server_url)? })
    }

    /// The agent keeps a connection open between exchanges; a cancelled one is shut down and replaced. Says whether
    /// there was one already.
    fn agent(&self) -> (Agent, bool) {
        let mut kept = self.agent.lock().unwrap_or_else(PoisonError::into_inner);
        let was_kept = kept.is_some();
        (kept.get_or_insert_with(|| new_agent(self.roots.as_ref())).clone(), was_kept)
    }

    fn call(&self, request: &Request, agent: &Agent, cancel: &Cancel) -> Result<Response, TransportError> {
        let (shared, running) = (Arc::clone(&self.agent), agent.clone());
        cancel.on_cancel(move || {
            shared.lock().unwrap_or_else(PoisonError::into_inner).take();
            running.shutdown();
        });
        let mut call = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.address, request.path));
        for (name, value) in &request.headers {
            call = call.header(*name, value);
        }
        let sent = match request.method.has_body() {
            true => call.body(&request.body[..]).map(|call| agent.run(call)),
            false => call.body(()).map(|call| agent.run(call)),
        };
        let answer = sent
            .unwrap_or_else(|malformed| Err(malformed.into()))
            .map_err(|error| cancel.reason().unwrap_or_else(|| failure(&error)))?;
        let (parts, body) = answer.into_parts();
        // A header that is no text says nothing to a phone.
        let text = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        Ok(Response {
            status: parts.status.as_u16(),
            headers: parts.headers.iter().filter_map(text).collect(),
            body: Box::new(Body(body.into_reader())),
        })
    }
}

impl Transport for HttpTransport {
    /// A connection that was kept open may have been closed at the other end since: a request that is lost on such a
    /// one is sent again on a new one, which is harmless since every request may be repeated (I6).
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let (agent, was_kept) = self.agent();
        match self.call(&request, &agent, cancel) {
            Err(TransportError::Lost) if was_kept => {
                self.agent.lock().unwrap_or_else(PoisonError::into_inner).take();
                self.call(&request, &self.agent().0, cancel)
            }
            answer => answer,
        }
    }

    fn roots_pem(&self) -> Option<&str> {
        Some(&self.roots.as_ref()?.pem)
    }
}

/// An answer's body. What goes wrong while it arrives is the connection's fault, whatever ureq calls it.
struct Body(ureq::BodyReader<'static>);

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::Interrupted | ErrorKind::TimedOut => error,
            _ => std::io::Error::from(ErrorKind::ConnectionAborted),
        })
    }
}

fn new_agent(roots: Option<&Roots>) -> Agent {
    let tls = TlsConfig::builder();
    let tls = match roots {
        Some(roots) => tls.root_certs(roots.certificates.clone()),
        None => tls,
    };
    Agent::config_builder()
        .tls_config(tls.build())
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent("")
        .accept("")
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_recv_response(Some(ANSWER_TIMEOUT))
        .timeout_per_read(Some(SILENCE_TIMEOUT))
        .timeout_per_write(Some(SILENCE_TIMEOUT))
        .build()
        .into()
}

fn failure(error: &ureq::Error) -> TransportError {
    match error {
        ureq::Error::Timeout(_) => TransportError::TimedOut,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => TransportError::Insecure,
        ureq::Error::BadUri(_) => TransportError::BadAddress,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => TransportError::Unreachable,
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => TransportError::Unreachable,
        // What rustls does not believe.
        ureq::Error::Io(error) if error.kind() == ErrorKind::InvalidData => TransportError::Insecure,
        ureq::Error::Io(_) => TransportError::Lost,
        ureq::Error::Protocol(_) => TransportError::NotUnderstood,
        _ => TransportError::Lost,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::super::Method;
    use super::*;

    fn serve(work: impl FnOnce(TcpStream) + Send + 'static) -> HttpTransport {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || work(listener.accept().unwrap().0));
        HttpTransport::new(&address).unwrap()
    }

    fn request() -> Request {
        Request::post("/v1/sync", crate::wire::MEDIA_TYPE, b"body".to_vec()).with_bearer("token")
    }

    fn read_request(connection: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"body") {
            let mut byte = [0];
            connection.read_exact(&mut byte).unwrap();
            bytes.push(byte[0]);
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_request_carries_no_more_headers_than_it_needs() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let transport = serve(move |mut connection| {
            sender.send(read_request(&mut connection)).unwrap();
            connection.write_all(b"HTTP/1.1 418 No\r\ncontent-length: 2\r\n\r\nno").unwrap();
        });
        let mut response = transport.exchange(request(), &Cancel::new()).unwrap();
        let mut body = String::new();
        response.body.read_to_string(&mut body).unwrap();
        assert_eq!((response.status, body.as_str()), (418, "no"));
        let sent = receiver.recv().unwrap();
        let mut names: Vec<&str> =
            sent.lines().skip(1).filter_map(|line| line.split_once(": ").map(|(name, _)| name)).collect();
        names.sort_unstable();
        assert_eq!(names, ["authorization", "content-length", "content-type", "host"]);
    }

    #[test]
    fn what_has_a_body_is_sent_with_it_and_what_is_answered_in_headers_alone_is_read() {
        for (method, sent, answered) in [
            (Method::Head, "", "content-length: 9"),
            (Method::Get, "", "content-length: 0"),
            (Method::Patch, "body", "content-length: 0"),
        ] {
            let transport = serve(move |mut connection| {
                let mut head = Vec::new();
                while !head.ends_with(format!("\r\n\r\n{sent}").as_bytes()) {
                    let mut byte = [0];
                    connection.read_exact(&mut byte).unwrap();
                    head.push(byte[0]);
                }
                assert!(head.starts_with(format!("{} /v1/x HTTP/1.1", method.as_str()).as_bytes()));
                write!(connection, "HTTP/1.1 200 OK\r\nUpload-Offset: 7\r\n{answered}\r\n\r\n").unwrap();
            });
            let request = Request { body: sent.into(), ..Request::new(method, "/v1/x") };
            let mut answer = transport.exchange(request, &Cancel::new()).unwrap();
            assert_eq!((answer.status, answer.header("upload-offset")), (200, Some("7")));
            assert_eq!(answer.body.read_to_end(&mut Vec::new()).unwrap(), 0);
        }
    }

    #[test]
    fn how_long_the_server_asks_to_wait_comes_with_its_refusal() {
        for (header, wait_s) in [
            ("retry-after: 7\r\n", Some(7)),
            ("", None),
            ("retry-after: Fri, 27 Nov 2026 08:00:00 GMT\r\n", None),
            ("retry-after: -1\r\n", None),
        ] {
            let transport = serve(move |mut connection| {
                read_request(&mut connection);
                write!(connection, "HTTP/1.1 429 No\r\n{header}content-length: 0\r\n\r\n").unwrap();
            });
            let refused = super::super::sync(&transport, "token", b"body".to_vec(), &Cancel::new()).err();
            let Some(TransportError::Server { status: 429, retry_after_s, .. }) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!(retry_after_s, wait_s, "{header}");
        }
    }

    #[test]
    fn a_redirect_is_not_followed_and_is_nothing_that_the_server_says() {
        let transport = serve(|mut connection| {
            read_request(&mut connection);
            let redirect = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
            connection.write_all(redirect.as_bytes()).unwrap();
        });
        let answer = super::super::sync(&transport, "token", b"body".to_vec(), &Cancel::new()).err();
        assert_eq!(answer, Some(TransportError::Intercepted));
    }

    #[test]
    fn roots_are_certificates() {
        for pem in ["", "words", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            let refused = HttpTransport::with_roots("https://doorstep.example.org", pem).err();
            assert_eq!(refused, Some(TransportError::BadRoots), "{pem}");
        }
    }

    #[test]
    fn a_body_that_is_cut_is_a_lost_connection() {
        let transport = serve(|mut connection| {
            read_request(&mut connection);
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nno").unwrap();
        });
        let mut response = transport.exchange(request(), &Cancel::new()).unwrap();
        let cut = response.body.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::ConnectionAborted);
    }

    #[test]
    fn a_cancelled_call_ends_although_the_server_is_silent() {
        let cancel = Cancel::new();
        let (token, (keep, kept)) = (cancel.clone(), std::sync::mpsc::channel::<()>());
        let transport = serve(move |mut connection| {
            read_request(&mut connection);
            token.cancel();
            kept.recv().unwrap_err();
        });
        assert_eq!(transport.exchange(request(), &cancel).err(), Some(TransportError::Cancelled));
        drop(keep);
    }

    #[test]
    fn a_call_whose_deadline_passes_ends_and_says_that() {
        let cancel = Cancel::new();
        let (token, (keep, kept)) = (cancel.clone(), std::sync::mpsc::channel::<()>());
        let transport = serve(move |mut connection| {
            read_request(&mut connection);
            token.expire();
            kept.recv().unwrap_err();
        });
        assert_eq!(transport.exchange(request(), &cancel).err(), Some(TransportError::DeadlinePassed));
        drop(keep);
    }

    #[test]
    fn a_kept_connection_that_was_closed_at_the_other_end_is_replaced() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let transport = HttpTransport::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let server = std::thread::spawn(move || {
            for _ in 0..2 {
                let mut connection = listener.accept().unwrap().0;
                read_request(&mut connection);
                connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
            }
        });
        for _ in 0..2 {
            let mut response = transport.exchange(request(), &Cancel::new()).unwrap();
            response.body.read_to_end(&mut Vec::new()).unwrap();
        }
        server.join().unwrap();
    }

    #[test]
    fn an_address_is_a_scheme_and_a_host() {
        for address in ["https://doorstep.example.org/", "http://127.0.0.1:8080"] {
            assert!(HttpTransport::new(address).is_ok(), "{address}");
        }
        for address in ["", "doorstep.example.org", "ftp://x", "https://", "https://x/path", "https://u@x"] {
            assert!(HttpTransport::new(address).is_err(), "{address}");
        }
        let nobody = HttpTransport::new("http://127.0.0.1:1").unwrap();
        assert_eq!(nobody.exchange(request(), &Cancel::new()).err(), Some(TransportError::Unreachable));
    }
}
