//! What becomes of a call whose transport, the app's own, fails.

use std::sync::{Arc, Weak};

use doorstep_client_core::wire::MEDIA_TYPE;
use doorstep_mobile_ffi::device::Device;
use doorstep_mobile_ffi::error::DoorstepError;
use doorstep_mobile_ffi::sync::SyncOptions;
use doorstep_mobile_ffi::transport::{Body, HttpResponse, TransportFailure};
use futures::executor::block_on;

use crate::line::{Phone, answered};

fn synced(device: &Arc<Device>) -> Result<(), DoorstepError> {
    block_on(Arc::clone(device).sync(SyncOptions::default())).map(drop)
}

#[test]
fn what_the_transport_throws_is_a_callbacks_failure() {
    let phone = Phone::enrolled();
    phone.line.answer_by(|_| Err(TransportFailure::Failed));
    let answer = synced(&phone.device);
    assert!(matches!(answer, Err(DoorstepError::Callback { .. })), "{answer:?}");
}

struct Throws;

#[async_trait::async_trait]
impl Body for Throws {
    async fn read(&self) -> Result<Option<Vec<u8>>, TransportFailure> {
        Err(TransportFailure::Failed)
    }
}

#[test]
fn so_is_what_a_body_throws() {
    let phone = Phone::enrolled();
    phone
        .line
        .answer_by(|_| Ok(HttpResponse { body: Arc::new(Throws), ..answered(200, MEDIA_TYPE, Vec::new()) }));
    let answer = synced(&phone.device);
    assert!(matches!(answer, Err(DoorstepError::Callback { .. })), "{answer:?}");
}

/// The server asks for a wipe, and the transport throws when it is to be told that it is done.
#[test]
fn what_the_call_came_to_is_told_though_the_transport_threw_beside_it() {
    let phone = Phone::enrolled();
    phone.line.answer_by(|request| match request.url.ends_with("/v1/wiped") {
        true => Err(TransportFailure::Failed),
        false => Ok(answered(
            403,
            "application/json",
            br#"{"code": "device_wipe", "message": "wiped by the office"}"#.to_vec(),
        )),
    });
    let answer = synced(&phone.device);
    assert!(matches!(answer, Err(DoorstepError::Wiped { .. })), "{answer:?}");
}

#[test]
fn a_call_that_was_cancelled_is_that_though_the_transport_threw_then() {
    let phone = Phone::enrolled();
    let device: Weak<Device> = Arc::downgrade(&phone.device);
    phone.line.answer_by(move |_| {
        device.upgrade().unwrap().cancel_sync().unwrap();
        Err(TransportFailure::Failed)
    });
    let answer = synced(&phone.device);
    assert!(matches!(answer, Err(DoorstepError::Cancelled { .. })), "{answer:?}");
}
