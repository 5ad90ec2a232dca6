//! What answers in the server's place: a hotel's Wi-Fi that wants to be signed in to, a proxy. It is a line that does not carry.

use super::files::{bytes, phone_with, sync};
use super::shelf::Shelf;
use super::*;
use crate::transport::{Method, Request, Response, Transport, TransportError};

const PAGE: &str = "<!doctype html><title>Welcome! Sign in to the Wi-Fi</title>";

/// What such things answer.
const ANSWERS: [fn() -> Response; 8] = [
    || page(302).with("location", "http://portal.example.org/"),
    || page(307).with("location", "http://portal.example.org/"),
    || page(200),
    || Response::new(200, PAGE),
    || page(401),
    || page(403),
    || page(407),
    || page(511),
];

fn page(status: u16) -> Response {
    Response::new(status, PAGE).with("content-type", "text/html; charset=utf-8")
}

/// A line on which one kind of request does not get to the server.
struct Portal<'a> {
    shelf: &'a Shelf,
    kept: (Method, &'static str),
    answer: fn() -> Response,
}

impl Transport for Portal<'_> {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        if request.method == self.kept.0 && request.path.contains(self.kept.1) {
            let answer = (self.answer)();
            let body: Box<dyn std::io::Read + Send> = match request.method {
                Method::Head => Box::new(std::io::empty()),
                _ => answer.body,
            };
            return Ok(Response { body, ..answer });
        }
        self.shelf.exchange(request, cancel)
    }
}

fn is_of_the_line(error: &Error) {
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Network, true), "{error}");
    assert!(error.to_string().contains("sign in to the Wi-Fi"), "{error}");
    assert_eq!(error.server_code(), None, "it is not the server that says so");
}

#[test]
fn a_portal_in_the_servers_place_refuses_nothing_and_what_waits_goes_once_it_is_passed() {
    for answer in ANSWERS {
        for kept in [(Method::Post, "/v1/sync"), (Method::Head, "/files/"), (Method::Patch, "/files/")] {
            let shelf = Shelf::default();
            let photo = bytes(300_000, 1);
            let (phone, _, id) = phone_with(&shelf, &photo);
            let line = Portal { shelf: &shelf, kept, answer };
            is_of_the_line(&phone.device.sync(&line, &Cancel::new(), |_| ()).unwrap_err());
            let status = phone.sync_status().unwrap();
            assert_eq!((status.unsent_files, status.refused_files.len()), (1, 0), "{kept:?}");
            assert!(status.last_error.unwrap().contains("Wi-Fi"));
            sync(&phone, &shelf).unwrap();
            assert_eq!(phone.file_state(id).unwrap(), FileState::Held, "{kept:?}");
            assert!(phone.sync_status().unwrap().is_all_sent);
        }
    }
}

#[test]
fn a_portals_page_is_not_taken_for_a_file_and_costs_nothing_of_what_has_come() {
    let shelf = Shelf::default();
    let film = bytes(2_000_000, 2);
    let (ann, _, id) = phone_with(&shelf, &film);
    sync(&ann, &shelf).unwrap();
    for answer in ANSWERS {
        let bea = Phone::new(&shelf.server);
        sync(&bea, &shelf).unwrap();
        shelf.state().cut_after_bytes = Some(700_000);
        bea.device.download(id, &shelf, &Cancel::new(), |_| ()).unwrap_err();
        let line = Portal { shelf: &shelf, kept: (Method::Get, "/files/"), answer };
        is_of_the_line(&bea.device.download(id, &line, &Cancel::new(), |_| ()).unwrap_err());
        let mut received = 0;
        bea.device.download(id, &shelf, &Cancel::new(), |so_far| received = so_far.received_bytes).unwrap();
        assert_eq!(received, 1_300_000);
        assert!(bea.file(id).unwrap() == film);
    }
}

#[test]
fn a_portal_neither_enrols_a_phone_nor_renews_its_token() {
    for answer in ANSWERS {
        let shelf = Shelf::default();
        let line = Portal { shelf: &shelf, kept: (Method::Post, "/v1/enrol"), answer };
        let folder = tempfile::tempdir().unwrap();
        let environment = Arc::new(Simulated::default());
        let device = Device::open(&folder.path().join("a.db"), key().as_ref(), environment).unwrap();
        let enrolled = device.enrol(&line, "https://example.org", "1234", "Ann's", "0.1", &Cancel::new());
        is_of_the_line(&enrolled.unwrap_err());
        let (phone, ..) = phone_with(&shelf, &bytes(1_000, 3));
        shelf.server.state().token = "the next".to_owned();
        let line = Portal { kept: (Method::Post, "/v1/token"), ..line };
        is_of_the_line(&phone.device.sync(&line, &Cancel::new(), |_| ()).unwrap_err());
        sync(&phone, &shelf).unwrap();
        assert!(phone.sync_status().unwrap().is_all_sent);
    }
}

#[test]
fn a_proxy_that_takes_less_than_a_phone_sends_or_whose_server_is_down_is_no_wifi() {
    for (status, kind) in [(413, ErrorKind::Refused), (502, ErrorKind::Server), (522, ErrorKind::Server)] {
        let shelf = Shelf::default();
        let (phone, ..) = phone_with(&shelf, &bytes(1_000, 4));
        let answer: fn() -> Response = match status {
            413 => || page(413),
            502 => || page(502),
            _ => || page(522),
        };
        let line = Portal { shelf: &shelf, kept: (Method::Post, "/v1/sync"), answer };
        let error = phone.device.sync(&line, &Cancel::new(), |_| ()).unwrap_err();
        assert_eq!(error.kind(), kind, "{status}: {error}");
    }
}
