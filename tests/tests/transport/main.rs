//! What is on the way between phones and a server: TLS, the headers of answers, and how often anybody may ask.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod command;
mod headers;
mod rates;
mod tls;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use doorstep_client_core::device::{Device, Error, SyncReport};
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::transport::{Cancel, Transport};
use doorstep_tests::office::Office;
use doorstep_tests::world::{scratch, store_key};
use tempfile::TempDir;

/// A nurse's enrolled phone.
struct Phone {
    device: Device,
    _folder: TempDir,
}

impl Phone {
    fn enrol(office: &Office, transport: &dyn Transport) -> Self {
        let folder = scratch();
        let path = folder.path().join("phone");
        let device = Device::open(&path, Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
        let code = office.invite(office.hire("Ana Sample"));
        device.enrol(transport, &office.url(), &code, "phone", "1.0", &Cancel::new()).unwrap();
        Self { device, _folder: folder }
    }

    fn sync(&self, transport: &dyn Transport) -> Result<SyncReport, Error> {
        self.device.sync(transport, &Cancel::new(), |_| ())
    }
}

/// What a server answers to a request of these lines: its status, and its headers in lower case.
fn ask(address: SocketAddr, lines: &[&str]) -> (u16, String) {
    let mut connection = TcpStream::connect(address).unwrap();
    let head = format!("{}\r\nhost: x\r\nconnection: close\r\n\r\n", lines.join("\r\n"));
    connection.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let head = answer.split("\r\n\r\n").next().unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_lowercase())
}
