//! A phone whose server answers badly.

use std::sync::Arc;

use doorstep_client_core::device::{Device, ErrorKind};
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::limits::FRAME_BYTES_MAX;
use doorstep_client_core::transport::{Cancel, HttpTransport, Request, Response, Transport, TransportError};
use doorstep_client_core::wire::{AnswerSize, Frame, FrameBody, FrameWriter, MEDIA_TYPE, Verdict};
use doorstep_tests::office::Office;
use doorstep_tests::world::{scratch, store_key};

use crate::patient;

/// A server that has one answer to everything.
struct Answer(Vec<u8>);

impl Transport for Answer {
    fn exchange(&self, _: Request, _: &Cancel) -> Result<Response, TransportError> {
        Ok(Response::new(200, self.0.clone()).with("content-type", MEDIA_TYPE))
    }
}

fn stream(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 1).unwrap()
}

fn frame_of(len: usize) -> Vec<u8> {
    let mut bytes = u32::try_from(len).unwrap().to_be_bytes().to_vec();
    bytes.resize(4 + len, 0xff);
    stream(&bytes)
}

fn verdicts(count: usize) -> Vec<u8> {
    let body = FrameBody::Verdicts(vec![Verdict::Merged; count]);
    FrameWriter::new(AnswerSize::Update).unwrap().finish(&Frame { body, cursor: None }).unwrap()
}

#[test]
fn a_bad_answer_is_an_error_and_costs_no_work() {
    let office = Office::start();
    let folder = scratch();
    let phone =
        Device::open(&folder.path().join("phone"), Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
    let http = HttpTransport::new(&office.url()).unwrap();
    let code = office.invite(office.hire("Ana Sample"));
    phone.enrol(&http, &office.url(), &code, "phone", "1.0", &Cancel::new()).unwrap();
    phone.open_case(&patient("Rosa")).unwrap();
    phone.open_case(&patient("Kim")).unwrap();

    for (what, answer) in [
        ("nothing", Vec::new()),
        ("no zstd", b"no zstd at all".to_vec()),
        ("an empty stream", stream(b"")),
        ("a frame at its limit that is none", frame_of(FRAME_BYTES_MAX)),
        ("a frame past its limit", frame_of(FRAME_BYTES_MAX + 1)),
        ("a frame of 4 GiB", stream(&[0xff; 8])),
        ("a verdict too few", verdicts(1)),
        ("a verdict too many", verdicts(3)),
    ] {
        let error = phone.sync(&Answer(answer), &Cancel::new(), |_| ()).unwrap_err();
        println!("{what}: {error:?}");
        let status = phone.sync_status().unwrap();
        assert_eq!(status.unsent_changes, 2, "{what}");
        assert!(status.last_error.is_some() && !status.is_all_sent, "{what}");
        assert!(matches!(error.kind(), ErrorKind::Server | ErrorKind::Network), "{what}");
    }
    phone.sync(&http, &Cancel::new(), |_| ()).unwrap();
    assert!(phone.sync_status().unwrap().is_all_sent);
}
