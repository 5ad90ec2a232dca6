//! What happens to a file when its case, its phone or its attachment changes while it is on its way.

use std::sync::Mutex;

use doorstep_client_core::device::{Device, ErrorKind, FileState, SyncReport};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::attachment::{Attachment, AttachmentType};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::{
    Cancel, HttpTransport, Method, Request, Response, Transport, TransportError,
};
use doorstep_server::limits::LATE_WORK_DAYS_MAX;
use doorstep_tests::office::Phone as Nurse;
use doorstep_tests::world::SeededEnvironment;

use super::*;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const FILM_BYTES: usize = 3_000_000;

/// A line on which something happens before the second chunk of a file, which is lost then, or goes on.
struct Interrupted<'a> {
    http: HttpTransport,
    happens: Mutex<Option<Box<dyn FnOnce() + Send + 'a>>>,
    is_cut: bool,
    chunk_bytes: Mutex<Vec<usize>>,
}

impl<'a> Interrupted<'a> {
    fn new(office: &Office, is_cut: bool, happens: impl FnOnce() + Send + 'a) -> Self {
        let http = HttpTransport::new(&office.url()).unwrap();
        let happens = Mutex::new(Some(Box::new(happens) as Box<_>));
        Self { http, happens, is_cut, chunk_bytes: Mutex::default() }
    }

    fn sync(&self, device: &Device) -> Result<SyncReport, doorstep_client_core::device::Error> {
        device.sync(self, &Cancel::new(), |_| ())
    }

    /// Bytes of the chunks that arrived.
    fn travelled_bytes(&self) -> usize {
        self.chunk_bytes.lock().unwrap().iter().sum()
    }
}

impl Transport for Interrupted<'_> {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        if request.method == Method::Patch {
            let is_second = self.chunk_bytes.lock().unwrap().len() == 1;
            if let Some(happens) = self.happens.lock().unwrap().take_if(|_| is_second) {
                happens();
                if self.is_cut {
                    return Err(TransportError::Lost);
                }
            }
            self.chunk_bytes.lock().unwrap().push(request.body.len());
        }
        self.http.exchange(request, cancel)
    }
}

/// What a nurse does to an attachment.
type Edit = fn(&mut Attachment);

fn attachment() -> Attachment {
    Attachment {
        media_type: "video/mp4".into(),
        attachment_type: AttachmentType::Other,
        ..Attachment::default()
    }
}

/// Two nurses, a case of the first's that both their phones know of, and a film in it that only hers has.
fn two_nurses(office: &Office) -> (Nurse, Nurse, ScopeId, RecordId) {
    let (ana, bea) = (office.phone("Ana Sample"), office.phone("Bea Sample"));
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let scope = ana.device.open_case(&patient).unwrap().header.scope;
    ana.sync();
    let id = ana.device.attach(scope, &attachment(), &bytes(FILM_BYTES)).unwrap().header.id;
    (ana, bea, scope, id)
}

/// The case goes from the one to the other.
fn hand_over(office: &Office, scope: ScopeId, from: &Nurse, to: &Nurse) {
    let act = Act { by: Agent::Command, at: office.app().environment.now() };
    office.app().store.revoke(office.agency().id, scope, from.nurse, act).unwrap();
    office.grant(scope, to.nurse);
}

fn nothing_is_left(nurse: &Nurse, id: RecordId) {
    assert!(nurse.device.caseload().unwrap().is_empty());
    assert_eq!(nurse.device.file(id).unwrap_err().kind(), ErrorKind::NotFound);
    let status = nurse.device.sync_status().unwrap();
    assert!(status.is_all_sent && status.unsent_files == 0, "{status:?}");
}

fn has_the_film(office: &Office, nurse: &Nurse, id: RecordId) {
    nurse.sync();
    let http = HttpTransport::new(&office.url()).unwrap();
    nurse.device.download(id, &http, &Cancel::new(), |_| ()).unwrap();
    assert!(nurse.device.file(id).unwrap() == bytes(FILM_BYTES));
    assert_eq!(audited(office, "file_arrived"), 1);
}

#[test]
fn i9_a_film_whose_case_goes_to_another_nurse_between_its_chunks_arrives_whole_and_leaves_the_phone() {
    for is_cut in [false, true] {
        let office = Office::start();
        let (ana, bea, scope, id) = two_nurses(&office);
        let line = Interrupted::new(&office, is_cut, || hand_over(&office, scope, &ana, &bea));
        let first = line.sync(&ana.device);
        assert_eq!(first.err().map(|error| error.kind()), is_cut.then_some(ErrorKind::Network));
        assert_eq!(ana.device.caseload().unwrap().len(), 1, "her phone has not been told");
        line.sync(&ana.device).unwrap();
        nothing_is_left(&ana, id);
        assert_eq!(line.travelled_bytes(), FILM_BYTES, "it went on where it stood");
        has_the_film(&office, &bea, id);
    }
}

#[test]
fn i9_a_film_whose_case_went_to_another_nurse_longer_ago_than_late_work_is_taken_leaves_the_phone_unsent() {
    for (extra_ms, is_taken) in [(0, true), (1, false)] {
        let environment = Arc::new(SeededEnvironment::new(7));
        let office = Office::start_as(Config::default(), environment.clone());
        let (ana, bea, scope, id) = two_nurses(&office);
        let line = Interrupted::new(&office, true, || hand_over(&office, scope, &ana, &bea));
        line.sync(&ana.device).unwrap_err();
        environment.advance_ms(LATE_WORK_DAYS_MAX * DAY_MS + extra_ms);
        line.sync(&ana.device).unwrap();
        nothing_is_left(&ana, id);
        assert_eq!(audited(&office, "file_arrived"), usize::from(is_taken));
    }
}

#[test]
fn a_film_whose_phone_is_locked_between_its_chunks_waits_in_it_and_goes_on_when_it_is_unlocked() {
    let office = Office::start();
    let (ana, bea, scope, id) = two_nurses(&office);
    let lock = |is_locked| {
        let device = ana.device.enrolment().unwrap().unwrap().device;
        let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
        office.app().store.set_device_locked(office.agency().id, device, is_locked, act).unwrap();
    };
    let line = Interrupted::new(&office, false, || lock(true));
    assert_eq!(line.sync(&ana.device).unwrap_err().kind(), ErrorKind::Locked);
    assert_eq!(ana.device.file(id).unwrap_err().kind(), ErrorKind::Locked);
    let before = line.travelled_bytes();
    assert_eq!(line.sync(&ana.device).unwrap_err().kind(), ErrorKind::Locked);
    assert_eq!((line.travelled_bytes(), ana.device.sync_status().unwrap().unsent_files), (before, 1));
    lock(false);
    line.sync(&ana.device).unwrap();
    assert_eq!(ana.device.file_state(id).unwrap(), FileState::Held);
    office.grant(scope, bea.nurse);
    has_the_film(&office, &bea, id);
}

#[test]
fn an_attachment_that_is_changed_before_its_file_was_sent_loses_no_byte_and_its_reason_is_told() {
    let changes: [(&str, Edit); 2] = [
        ("file_not_named", |attachment| attachment.sha256 = hash(b"another").to_string()),
        ("wrong_length", |attachment| attachment.size_bytes = Some(7)),
    ];
    for (code, change) in changes {
        let office = Office::start();
        let (ana, _, scope, id) = two_nurses(&office);
        let edit = |change: &dyn Fn(&mut Attachment)| {
            let read = ana.device.read(id).unwrap();
            let mut edited = Attachment::try_from(read.record).unwrap();
            change(&mut edited);
            ana.device.save(id, &read.version, &edited.into()).unwrap();
        };
        let right = Attachment::try_from(ana.device.read(id).unwrap().record).unwrap();
        edit(&change);
        let other = ana.device.attach(scope, &attachment(), b"a consent").unwrap().header.id;
        for _ in 0..2 {
            ana.sync();
            assert_eq!(ana.device.file_state(other).unwrap(), FileState::Held, "{code}");
            let status = ana.device.sync_status().unwrap();
            assert_eq!((status.unsent_files, status.is_all_sent), (1, false), "{code}");
            let reasons: Vec<&str> =
                status.refused_files.iter().map(|refused| refused.reason.as_str()).collect();
            assert!(matches!(reasons[..], [reason] if reason.contains(code)), "{code}: {reasons:?}");
        }
        edit(&|attachment| *attachment = right.clone());
        ana.sync();
        let status = ana.device.sync_status().unwrap();
        assert!(status.is_all_sent && status.refused_files.is_empty(), "{code}: {status:?}");
        assert_eq!(ana.device.file_state(id).unwrap(), FileState::Held, "{code}");
        assert!(ana.device.file(id).unwrap() == bytes(FILM_BYTES), "{code}");
    }
}
