//! TLS of the server's own: what comes by it, what it refuses, and a certificate that changes while it runs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use doorstep_client_core::device::ErrorKind;
use doorstep_client_core::document::Header;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_client_core::transport::HttpTransport;
use doorstep_server::app::Poke;
use doorstep_server::auth::Bearer;
use doorstep_server::config::Config;
use doorstep_server::merge;
use doorstep_tests::certificates::Authority;
use doorstep_tests::office::Office;
use doorstep_tests::world::scratch;
use tempfile::TempDir;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::Phone;

struct Secured {
    office: Office,
    authority: Authority,
    folder: TempDir,
}

impl Secured {
    fn start() -> Self {
        let (folder, authority) = (scratch(), Authority::new("An agency's own root"));
        let config = Config { tls: Some(authority.write(folder.path())), ..Config::default() };
        let office = Office::start_as(config, Arc::new(SystemEnvironment));
        Self { office, authority, folder }
    }

    fn transport(&self, authority: &Authority) -> HttpTransport {
        HttpTransport::with_roots(&self.office.url(), authority.root_pem()).unwrap()
    }

    /// A case with so many tasks of a thousand words each.
    fn big_case(&self, nurse: StaffId, tasks: u16) {
        let scope = ScopeId::from_bytes([1; 16]);
        let header = |number: u16, kind| {
            let [high, low] = number.to_be_bytes();
            let mut id = [1; 16];
            (id[14], id[15]) = (high, low);
            Header { id: RecordId::from_bytes(id), scope, kind }
        };
        let patient = Patient { family: "Sample".into(), ..Patient::default() };
        let mut records: Vec<(Header, AnyRecord)> = vec![(header(0, Kind::Patient), patient.into())];
        records.extend((1..=tasks).map(|number| {
            let title: String =
                (0..150).map(|word| format!("{:x} ", u32::from(number) * 7_919 + word)).collect();
            (header(number, Kind::Task), Task { title, ..Task::default() }.into())
        }));
        let (store, now) = (&*self.office.app().store, SystemEnvironment.now());
        merge::create_all(store, self.office.agency().id, nurse, &records, now).unwrap();
        self.office.grant(scope, nurse);
    }

    /// The lines of a phone's stream of events.
    fn listen(&self, phone: &Phone) -> BufReader<ureq::BodyReader<'static>> {
        let device = phone.device.enrolment().unwrap().unwrap().device;
        let bearer = Bearer::Device(self.office.agency().id, device);
        let token = self.office.app().keys.issue(bearer, SystemEnvironment.now()).unwrap().0;
        let roots = [Certificate::from_pem(self.authority.root_pem().as_bytes()).unwrap()];
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots)).build();
        let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
        let call = agent.get(format!("{}/v1/events", self.office.url()));
        let answer = call.header("authorization", format!("Bearer {token}")).call().unwrap();
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
        BufReader::new(answer.into_body().into_reader())
    }

    fn poke(&self, staff: StaffId) {
        self.office.app().poke(Poke::assignments(self.office.agency().id, staff));
    }
}

/// Reads on to the next event.
fn next_event(events: &mut impl BufRead) -> String {
    let mut line = String::new();
    while !line.starts_with("event") {
        line.clear();
        assert_ne!(events.read_line(&mut line).unwrap(), 0, "the stream ended");
    }
    line
}

#[test]
fn a_phone_enrols_works_and_downloads_by_tls_with_its_agencys_own_root() {
    let server = Secured::start();
    let http = server.transport(&server.authority);
    let phone = Phone::enrol(&server.office, &http);
    let enrolled = phone.device.enrolment().unwrap().unwrap();
    assert_eq!(enrolled.roots_pem.as_deref(), Some(server.authority.root_pem()), "it is remembered");
    server.big_case(enrolled.staff, 1_000);
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    phone.device.open_case(&patient).unwrap();
    let report = phone.sync(&http).unwrap();
    assert!(report.merged == 1 && report.received > 1_000, "{report:?}");
    assert!(phone.device.sync_status().unwrap().is_all_sent);
    assert_eq!(phone.device.caseload().unwrap().len(), 2);
}

#[test]
fn a_server_that_proves_itself_by_another_root_is_not_spoken_to() {
    let server = Secured::start();
    let phone = Phone::enrol(&server.office, &server.transport(&server.authority));
    let stranger = server.transport(&Authority::new("Somebody else's"));
    let of_the_web = HttpTransport::new(&server.office.url()).unwrap();
    for transport in [stranger, of_the_web] {
        let refused = phone.sync(&transport).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Refused, "{refused}");
        assert!(refused.to_string().contains("not secure"), "{refused}");
    }
    let plain = HttpTransport::new(&server.office.url().replace("https", "http")).unwrap();
    assert!(phone.sync(&plain).is_err(), "there is nothing to be had without TLS");
}

#[test]
fn events_arrive_by_tls_and_a_server_that_stops_ends_their_stream() {
    let server = Secured::start();
    let phone = Phone::enrol(&server.office, &server.transport(&server.authority));
    let mut events = server.listen(&phone);
    server.poke(phone.device.enrolment().unwrap().unwrap().staff);
    assert_eq!(next_event(&mut events).trim_end(), "event: changed");
    drop(server);
    let mut rest = String::new();
    events.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("event"), "{rest}");
}

#[test]
fn a_new_certificate_is_taken_up_while_open_connections_go_on() {
    let server = Secured::start();
    let kept = server.transport(&server.authority);
    let phone = Phone::enrol(&server.office, &kept);
    let mut events = server.listen(&phone);
    let tls = Arc::clone(server.office.running().tls().unwrap());

    let next = Authority::new("The agency's next root");
    std::fs::write(next.write(server.folder.path()).key, "half a").unwrap();
    assert!(tls.look().unwrap_err().to_string().contains("`tls_key`"));
    phone.sync(&server.transport(&server.authority)).unwrap();

    next.write(server.folder.path());
    assert_eq!(tls.look(), Ok(true));
    phone.sync(&kept).unwrap();
    server.poke(phone.device.enrolment().unwrap().unwrap().staff);
    next_event(&mut events);
    phone.sync(&server.transport(&next)).unwrap();
    assert_eq!(phone.sync(&server.transport(&server.authority)).unwrap_err().kind(), ErrorKind::Refused);
}

/// The first words of a client that speaks this version, TLS 1.`minor`, at most.
fn hello(minor: u8) -> Vec<u8> {
    let mut body = vec![3, minor + 1];
    body.extend([7; 32]);
    // No session, the ciphers ECDHE with AES-128-GCM, no compression.
    body.extend([0, 0, 4, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0]);
    // Signatures by ECDSA and RSA with SHA-256, the curve P-256, points uncompressed.
    let extensions = [0, 13, 0, 6, 0, 4, 4, 3, 4, 1, 0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0];
    body.extend([0, 24]);
    body.extend(extensions);
    let long = u8::try_from(body.len()).unwrap();
    [&[0x16, 3, 1, 0, long + 4, 1, 0, 0, long], &body[..]].concat()
}

#[test]
fn less_than_tls_1_2_is_refused() {
    const HANDSHAKE: u8 = 0x16;
    const ALERT: [u8; 2] = [0x15, 3];
    const PROTOCOL_VERSION: u8 = 70;
    let server = Secured::start();
    let connect = || TcpStream::connect(server.office.running().address).unwrap();
    let mut connection = connect();
    connection.write_all(&hello(2)).unwrap();
    let mut begins = [0];
    connection.read_exact(&mut begins).unwrap();
    assert_eq!(begins, [HANDSHAKE], "1.2 is spoken");
    let mut connection = connect();
    connection.write_all(&hello(1)).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(&ALERT) && answer.ends_with(&[PROTOCOL_VERSION]), "{answer:?}");
}
