//! What the phone takes over from its transport: how long it is asked to wait, and by what it believes the server.

use super::*;
use crate::transport::{Request, Response, Transport, TransportError};

/// A server that is asked too often, and wants this many seconds of peace.
struct Throttling(u32);

impl Transport for Throttling {
    fn exchange(&self, _: Request, _: &Cancel) -> Result<Response, TransportError> {
        let body = br#"{"code":"throttled","message":"too many requests"}"#;
        Ok(Response::new(429, body).with("retry-after", self.0.to_string()))
    }
}

/// A server that is believed by an agency's own roots.
struct Rooted(Server);

impl Transport for Rooted {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        self.0.exchange(request, cancel)
    }

    fn roots_pem(&self) -> Option<&str> {
        Some("the agency's root")
    }
}

#[test]
fn a_phone_that_asked_too_often_waits_for_as_long_as_the_server_asks() {
    let server = Server::default();
    let phone = Phone::new(&server);
    phone.case();
    let refused = phone.device.sync(&Throttling(90), &Cancel::new(), |_| ()).unwrap_err();
    assert!(refused.is_retryable() && refused.retry_after_s() == Some(90), "{refused}");
    let status = phone.sync_status().unwrap();
    assert!(status.retry_after_ms.unwrap() >= 90_000 && status.unsent_changes == 1);
    server.state().is_away = true;
    phone.sync_with(&server).unwrap_err();
    assert!(phone.sync_status().unwrap().retry_after_ms.unwrap() < 90_000, "what failed last counts");
    server.state().is_away = false;
    phone.sync_with(&server).unwrap();
    assert_eq!(phone.sync_status().unwrap().retry_after_ms, None);
}

#[test]
fn by_what_the_server_is_believed_is_remembered_with_the_enrolment() {
    let server = Rooted(Server::default());
    let phone = Phone::new(&server.0);
    assert_eq!(phone.enrolment().unwrap().unwrap().roots_pem, None);
    phone.device.enrol(&server, "https://example.org", "1234", "Ann's", "0.1", &Cancel::new()).unwrap();
    let phone = phone.reopened();
    assert_eq!(phone.enrolment().unwrap().unwrap().roots_pem.as_deref(), Some("the agency's root"));
    server.0.state().refusal = Some("device_wipe");
    server.0.state().wiped.1 = true;
    assert_eq!(phone.sync_with(&server.0).unwrap_err().kind(), ErrorKind::Wiped);
    let roots = phone.roots_of_server_to_tell_of_wipe();
    assert_eq!(roots.as_deref(), Some("the agency's root"), "the server has yet to be told");
}
