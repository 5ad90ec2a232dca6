//! The files of attachments, from the phone to the server and back.

use std::sync::Mutex;

use super::shelf::{Fault, Shelf};
use super::*;
use crate::limits::FILE_CHUNK_BYTES_MAX;
use crate::record::attachment::{Attachment, AttachmentType};
use crate::transport::{Method, Request, Response, Transport, TransportError};

const CAPTION: &str = "Sacrum, day three";

pub(super) fn attachment() -> Attachment {
    Attachment {
        media_type: "image/jpeg".into(),
        attachment_type: AttachmentType::WoundPhotograph,
        caption: CAPTION.into(),
        ..Attachment::default()
    }
}

/// Bytes that differ from each other, and from those of another seed.
pub(super) fn bytes(len: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_le_bytes()
    })
    .flat_map(|word| [word[2], word[3]])
    .take(len)
    .collect()
}

pub(super) fn sync(phone: &Phone, shelf: &Shelf) -> Result<SyncReport, Error> {
    phone.device.sync(shelf, &Cancel::new(), |_| ())
}

pub(super) fn download(phone: &Phone, id: RecordId, shelf: &Shelf) -> Result<(), Error> {
    phone.device.download(id, shelf, &Cancel::new(), |_| ())
}

/// A phone with a case, and a file in it.
pub(super) fn phone_with(shelf: &Shelf, bytes: &[u8]) -> (Phone, ScopeId, RecordId) {
    let phone = Phone::new(&shelf.server);
    let scope = phone.case().header.scope;
    let id = phone.attach(scope, &attachment(), bytes).unwrap().header.id;
    (phone, scope, id)
}

fn held(shelf: &Shelf) -> Vec<Vec<u8>> {
    shelf.state().held.values().cloned().collect()
}

#[test]
fn i1_a_file_is_there_after_the_process_died_and_the_phone_says_that_it_is_only_here() {
    let shelf = Shelf::default();
    let photo = bytes(300_000, 1);
    let (phone, _, id) = phone_with(&shelf, &photo);
    let phone = phone.reopened();
    assert_eq!(phone.file(id).unwrap(), photo);
    assert_eq!(phone.file_state(id).unwrap(), FileState::OnlyHere { sent_bytes: 0 });
    let read: Attachment = phone.read(id).unwrap().record.try_into().unwrap();
    assert_eq!((read.size_bytes, read.sha256.len(), read.caption.as_str()), (Some(300_000), 64, CAPTION));
    let status = phone.sync_status().unwrap();
    assert_eq!((status.unsent_files, status.is_all_sent), (1, false));
}

#[test]
fn a_file_goes_after_the_records_and_another_phone_fetches_it() {
    let shelf = Shelf::default();
    let photo = bytes(2_500_000, 2);
    let (ann, _, id) = phone_with(&shelf, &photo);
    let told = Mutex::new(Vec::new());
    let report = ann.device.sync(&shelf, &Cancel::new(), |so_far| told.lock().unwrap().push(so_far)).unwrap();
    assert!(held(&shelf) == std::slice::from_ref(&photo));
    assert_eq!((report.files_sent, report.phase), (1, Phase::Files));
    assert!(report.sent_bytes > 2_500_000 && report.received_bytes > 0);
    let told = told.into_inner().unwrap();
    assert!(told.iter().filter(|so_far| so_far.phase == Phase::Files).count() > 3, "chunk by chunk");
    let first_chunk = shelf.state().requests.iter().position(|(method, ..)| *method == Method::Patch);
    let last_exchange = shelf.state().requests.iter().rposition(|(_, path, _)| path == "/v1/sync");
    assert!(first_chunk > last_exchange);
    assert!(ann.sync_status().unwrap().is_all_sent);
    assert_eq!(ann.file_state(id).unwrap(), FileState::Held);

    let bea = Phone::new(&shelf.server);
    sync(&bea, &shelf).unwrap();
    assert_eq!(bea.file_state(id).unwrap(), FileState::NotDownloaded);
    assert_eq!(bea.file(id).unwrap_err().kind(), ErrorKind::NotDownloaded);
    assert_eq!(bea.thumbnail(id).unwrap(), None);
    download(&bea, id, &shelf).unwrap();
    let before = shelf.state().requests.len();
    download(&bea, id, &shelf).unwrap();
    assert_eq!(shelf.state().requests.len(), before, "it is here");
    assert_eq!((bea.file(id).unwrap(), bea.file_state(id).unwrap()), (photo, FileState::Held));
    assert_eq!(bea.sync_status().unwrap().unsent_files, 0);
}

#[test]
fn a_file_of_30_mb_over_a_link_that_is_cut_ten_times_arrives_once_and_whole() {
    const CUTS: usize = 10;
    let shelf = Shelf::default();
    let film = bytes(30_000_000, 3);
    let (mut phone, _, _) = phone_with(&shelf, &film);
    let mut cuts = 0;
    for number in 0..CUTS {
        let fault = if number % 2 == 0 { Fault::ChunkLost } else { Fault::AnswerLost };
        shelf.state().faults = [Fault::None, Fault::None, fault].into();
        cuts += usize::from(sync(&phone, &shelf).is_err_and(|error| error.kind() == ErrorKind::Network));
        if number == 4 {
            phone = phone.reopened();
        }
    }
    assert_eq!(cuts, CUTS);
    sync(&phone, &shelf).unwrap();
    assert!(held(&shelf) == std::slice::from_ref(&film));
    let travelled = shelf.state().travelled_bytes;
    assert!(travelled > film.len(), "what was cut went again");
    assert!(travelled <= film.len() + CUTS * FILE_CHUNK_BYTES_MAX, "{travelled}");
    assert!(phone.sync_status().unwrap().is_all_sent);
}

#[test]
fn a_file_whose_record_the_server_refused_is_not_offered_and_stays() {
    let shelf = Shelf::default();
    let (phone, _, id) = phone_with(&shelf, &bytes(1_000, 4));
    shelf.server.state().refused.insert(id);
    sync(&phone, &shelf).unwrap();
    assert!(shelf.state().requests.iter().all(|(method, ..)| *method == Method::Post));
    let status = phone.sync_status().unwrap();
    assert_eq!((status.unsent_files, status.is_all_sent, status.refused.len()), (1, false, 1));
    shelf.server.state().refused.clear();
    phone.retry_refused(id).unwrap();
    sync(&phone, &shelf).unwrap();
    assert!(phone.sync_status().unwrap().is_all_sent);
}

/// A line on which the nurse writes on while a file is under way.
struct Meanwhile<'a> {
    shelf: &'a Shelf,
    write: &'a (dyn Fn() + Send + Sync),
}

impl Transport for Meanwhile<'_> {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let is_first_chunk = request.method == Method::Patch && request.header("upload-offset") == Some("0");
        let answer = self.shelf.exchange(request, cancel);
        if is_first_chunk {
            (self.write)();
        }
        answer
    }
}

#[test]
fn what_is_written_while_a_file_is_under_way_goes_before_its_next_chunk() {
    let shelf = Shelf::default();
    let (phone, scope, _) = phone_with(&shelf, &bytes(3_000_000, 5));
    let write = || drop(phone.create(scope, &appointment(0, AppointmentStatus::Booked)).unwrap());
    let line = Meanwhile { shelf: &shelf, write: &write };
    let report = phone.device.sync(&line, &Cancel::new(), |_| ()).unwrap();
    let methods: Vec<Method> = shelf.state().requests.iter().map(|(method, ..)| *method).collect();
    let chunk = methods.iter().position(|method| *method == Method::Patch).unwrap();
    assert_eq!(methods[chunk..chunk + 3], [Method::Patch, Method::Post, Method::Patch]);
    assert_eq!((report.merged, report.files_sent), (3, 1));
    assert!(phone.sync_status().unwrap().is_all_sent);
}

#[test]
fn a_call_that_is_cancelled_or_runs_out_of_time_in_a_file_keeps_what_was_sent() {
    for (end, kind) in [
        (Cancel::cancel as fn(&Cancel), ErrorKind::Cancelled),
        (Cancel::expire as fn(&Cancel), ErrorKind::DeadlinePassed),
    ] {
        let shelf = Shelf::default();
        let film = bytes(3_000_000, 6);
        let (phone, _, id) = phone_with(&shelf, &film);
        let cancel = Cancel::new();
        let ended = phone.device.sync(&shelf, &cancel, |so_far| {
            if so_far.phase == Phase::Files {
                end(&cancel);
            }
        });
        let ended = ended.unwrap_err();
        assert!((ended.kind(), ended.is_retryable()) == (kind, true), "{ended}");
        let sent_bytes = held(&shelf)[0].len() as u64;
        assert_eq!(phone.file_state(id).unwrap(), FileState::OnlyHere { sent_bytes });
        let status = phone.sync_status().unwrap();
        assert_eq!((status.unsent_files, status.last_failure), (1, None), "nothing has failed");
        sync(&phone, &shelf).unwrap();
        assert_eq!((held(&shelf), shelf.state().travelled_bytes), (vec![film.clone()], film.len()));
    }
}

#[test]
fn a_download_that_is_cut_goes_on_from_there_after_the_process_died() {
    let shelf = Shelf::default();
    let film = bytes(2_000_000, 7);
    let (ann, _, id) = phone_with(&shelf, &film);
    sync(&ann, &shelf).unwrap();
    let bea = Phone::new(&shelf.server);
    sync(&bea, &shelf).unwrap();
    shelf.state().cut_after_bytes = Some(700_000);
    assert_eq!(download(&bea, id, &shelf).unwrap_err().kind(), ErrorKind::Network);
    let bea = bea.reopened();
    assert_eq!(bea.file(id).unwrap_err().kind(), ErrorKind::NotDownloaded);
    let mut received = 0;
    bea.device.download(id, &shelf, &Cancel::new(), |so_far| received = so_far.received_bytes).unwrap();
    assert_eq!((received, bea.file(id).unwrap()), (1_300_000, film));
}

#[test]
fn a_download_is_cancelled_in_the_middle_and_ranges_may_go_unheeded() {
    let shelf = Shelf::default();
    let film = bytes(2_000_000, 8);
    let (ann, _, id) = phone_with(&shelf, &film);
    sync(&ann, &shelf).unwrap();
    let bea = Phone::new(&shelf.server);
    sync(&bea, &shelf).unwrap();
    let cancel = Cancel::new();
    let ended = bea.device.download(id, &shelf, &cancel, |_| cancel.expire()).unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::DeadlinePassed);
    shelf.state().ignores_ranges = true;
    download(&bea, id, &shelf).unwrap();
    assert_eq!(bea.file(id).unwrap(), film);
}

#[test]
fn a_token_that_runs_out_is_renewed_between_chunks_too() {
    let shelf = Shelf::default();
    let (phone, _, id) = phone_with(&shelf, &bytes(1_000_000, 9));
    let renew = || shelf.server.state().token = "the next".to_owned();
    let line = Meanwhile { shelf: &shelf, write: &renew };
    phone.device.sync(&line, &Cancel::new(), |_| ()).unwrap();
    assert_eq!(phone.file_state(id).unwrap(), FileState::Held);
}

#[test]
fn observers_are_told_when_a_file_has_been_sent_and_when_it_has_come() {
    let shelf = Shelf::default();
    let (ann, _, id) = phone_with(&shelf, &bytes(1_000, 10));
    let watch = |phone: &Phone| {
        let seen: Arc<Mutex<Vec<Change>>> = Arc::default();
        let kept = Arc::clone(&seen);
        phone.observe(move |changes| kept.lock().unwrap().extend(changes));
        seen
    };
    let is_last = |seen: &Mutex<Vec<Change>>| matches!(seen.lock().unwrap().last(), Some(Change::Record { record, .. }) if *record == id);
    let seen = watch(&ann);
    sync(&ann, &shelf).unwrap();
    assert!(is_last(&seen));
    let bea = Phone::new(&shelf.server);
    sync(&bea, &shelf).unwrap();
    let seen = watch(&bea);
    download(&bea, id, &shelf).unwrap();
    assert!(is_last(&seen));
}
