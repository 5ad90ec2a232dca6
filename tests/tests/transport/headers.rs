//! The headers of every answer, whether it is given or refused, by a handler or before one.

use std::sync::Arc;

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_server::auth::Bearer;
use doorstep_server::config::Config;
use doorstep_tests::office::Office;

use crate::ask;

const ALWAYS: [&str; 4] = [
    "content-security-policy: default-src 'none'; frame-ancestors 'none'; sandbox",
    "x-content-type-options: nosniff",
    "referrer-policy: no-referrer",
    "cache-control: no-store",
];
const TLS_ALONE: &str = "strict-transport-security: max-age=31536000";

fn behind_proxy() -> Office {
    Office::start_as(Config { is_behind_proxy: true, ..Config::default() }, Arc::new(SystemEnvironment))
}

#[test]
fn every_answer_says_to_keep_nothing_guess_nothing_load_nothing_and_show_it_in_no_frame() {
    let office = Office::start();
    let app = office.app();
    let nurse = Bearer::Staff(office.agency().id, office.hire("Ana Sample"));
    let nurse =
        format!("authorization: Bearer {}", app.keys.issue(nurse, SystemEnvironment.now()).unwrap().0);
    for (lines, status) in [
        (&["GET /healthz HTTP/1.1"][..], 200),
        (&["GET /.well-known/jwks.json HTTP/1.1"], 200),
        (&["GET /v1/office/cases HTTP/1.1"], 401),
        (&["GET /v1/office/cases HTTP/1.1", &nurse], 403),
        (&["GET /nowhere HTTP/1.1"], 404),
        (&["DELETE /healthz HTTP/1.1"], 405),
        (&["POST /v1/enrol HTTP/1.1", "content-length: 0"], 400),
    ] {
        let (said, head) = ask(office.running().address, lines);
        assert_eq!(said, status, "{lines:?}");
        for header in ALWAYS {
            assert!(head.contains(header), "{lines:?} lacks {header}:\n{head}");
        }
        assert!(!head.contains("\r\nserver:") && !head.contains("x-powered-by"), "{head}");
        assert!(!head.contains("strict-transport-security"), "nobody came by TLS:\n{head}");
    }
}

#[test]
fn who_came_by_the_tls_of_a_declared_proxy_is_to_come_by_tls_alone() {
    let office = behind_proxy();
    let address = office.running().address;
    assert!(ask(address, &["GET /healthz HTTP/1.1"]).1.contains(TLS_ALONE));
    assert!(ask(address, &["GET /healthz HTTP/1.1", "x-forwarded-proto: https"]).1.contains(TLS_ALONE));
    let plain = ask(address, &["GET /healthz HTTP/1.1", "x-forwarded-proto: http"]).1;
    assert!(!plain.contains(TLS_ALONE), "{plain}");
}
