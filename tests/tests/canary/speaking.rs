//! Who speaks with the server, and what they hear.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// A wire between phones and the server that keeps what phones send.
pub(super) struct Tap {
    pub(super) address: SocketAddr,
    sent: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    pub(super) fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, sent) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let kept = Arc::clone(&sent);
        thread::spawn(move || {
            while let Ok((phone, _)) = listener.accept() {
                let server = TcpStream::connect(server).unwrap();
                let (from_server, to_phone) = (server.try_clone().unwrap(), phone.try_clone().unwrap());
                let kept = Arc::clone(&kept);
                thread::spawn(move || carry(phone, server, |bytes| kept.lock().unwrap().extend(bytes)));
                thread::spawn(move || carry(from_server, to_phone, |_| ()));
            }
        });
        Self { address, sent }
    }

    /// The lines of the heads of every request, its address first.
    pub(super) fn heads(&self) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        let lines = sent.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
        lines
            .map(str::trim_end)
            .filter(|line| line.is_ascii() && !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The access token that a phone last sent.
    pub(super) fn token(&self) -> String {
        let heads = self.heads();
        let token = heads.iter().rev().find_map(|line| line.strip_prefix("authorization: Bearer "));
        token.expect("a phone has synced").to_owned()
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, mut keep: impl FnMut(&[u8])) {
    let mut buffer = [0; 1 << 14];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        keep(&buffer[..read]);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // The other side may have gone already.
    to.shutdown(std::net::Shutdown::Both).ok();
}

/// Somebody with a token who asks for things, and remembers what refusals said.
pub(super) struct Caller {
    pub(super) server: String,
    pub(super) token: String,
    pub(super) refusals: Vec<String>,
}

impl Caller {
    /// Asks for something that is granted.
    pub(super) fn ask(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.send(method, path, body.to_string().as_bytes());
        assert!(status < 300, "{method} {path}: {status} {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    /// Asks for something that is refused.
    pub(super) fn fail(&mut self, method: &str, path: &str, body: impl AsRef<[u8]>) {
        let (status, answer) = self.send(method, path, body.as_ref());
        assert!(status >= 400, "{method} {path}: {status} {answer}");
        self.refusals.push(answer);
    }

    pub(super) fn send(&self, method: &str, path: &str, body: &[u8]) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        let mut answer = match (method, body) {
            ("GET" | "DELETE", _) => agent.run(request.body(()).unwrap()),
            (_, body) => agent.run(request.body(body).unwrap()),
        }
        .unwrap();
        (answer.status().as_u16(), String::from_utf8_lossy(&answer.body_mut().read_to_vec().unwrap()).into())
    }
}
