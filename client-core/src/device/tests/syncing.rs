//! The phone and the server, through whatever comes between them.

use std::sync::Mutex;

use super::*;
use crate::document::Document;
use crate::store::Quarantined;
use crate::transport::{Request, Response, Transport, TransportError};

/// A server and two phones that hold the same case.
fn two_phones() -> (Server, Phone, Phone, RecordId) {
    let server = Server::default();
    let (ann, bob) = (Phone::new(&server), Phone::new(&server));
    let id = ann.case().header.id;
    ann.sync_with(&server).unwrap();
    bob.sync_with(&server).unwrap();
    (server, ann, bob, id)
}

fn rename(phone: &Phone, id: RecordId, preferred: &str) {
    let (seen, form) = phone.patient(id);
    phone.save(id, &seen, &Patient { preferred: preferred.into(), ..form }.into()).unwrap();
}

fn need_interpreter(phone: &Phone, id: RecordId) {
    let (seen, form) = phone.patient(id);
    phone.save(id, &seen, &Patient { needs_interpreter: true, ..form }.into()).unwrap();
}

#[test]
fn what_one_phone_wrote_another_reads_and_an_idle_exchange_is_one_request() {
    let (server, ann, bob, id) = two_phones();
    rename(&ann, id, "Ági");
    need_interpreter(&bob, id);
    for phone in [&ann, &bob, &ann] {
        phone.sync_with(&server).unwrap();
    }
    assert_eq!(ann.patient(id), bob.patient(id));
    assert_eq!((ann.patient(id).1.preferred.as_str(), ann.patient(id).1.needs_interpreter), ("Ági", true));
    assert!(ann.sync_status().unwrap().is_all_sent && bob.sync_status().unwrap().is_all_sent);
    let before = server.state().requests.len();
    let report = ann.sync_with(&server).unwrap();
    assert_eq!((report.exchanges, report.merged, report.received), (1, 0, 0));
    assert_eq!(server.state().requests.len(), before + 1);
    assert!(server.state().requests[before].pushes.is_empty());
}

#[test]
fn i3_work_stays_unsent_until_the_servers_verdict_and_says_since_when() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let id = phone.case().header.id;
    server.state().is_away = true;
    assert_eq!(phone.sync_with(&server).unwrap_err().kind(), ErrorKind::Network);
    let status = phone.sync_status().unwrap();
    assert_eq!((status.unsent_changes, status.is_all_sent, status.last_success), (1, false, None));
    assert_eq!(status.unsent_since, Some(phone.environment.now()));
    assert!(status.retry_after_ms.is_some() && status.last_error.is_some());
    server.state().is_away = false;
    server.state().cut_after_frames = Some(0);
    assert_eq!(phone.sync_with(&server).unwrap_err().kind(), ErrorKind::Network);
    assert!(server.state().documents.contains_key(&id));
    assert_eq!(phone.sync_status().unwrap().unsent_changes, 1);
    server.state().cut_after_frames = None;
    phone.sync_with(&server).unwrap();
    let status = phone.sync_status().unwrap();
    assert_eq!((status.unsent_changes, status.is_all_sent, status.unsent_since), (0, true, None));
    assert_eq!((status.last_error, status.retry_after_ms), (None, None));
}

/// A connection on which the nurse goes on writing while the first request is under way.
struct Meanwhile<'a, F> {
    server: &'a Server,
    write: F,
    has_written: Mutex<bool>,
}

impl<F: Fn() + Send + Sync> Transport for Meanwhile<'_, F> {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let answer = self.server.exchange(request, cancel);
        if !std::mem::replace(&mut *self.has_written.lock().unwrap(), true) {
            (self.write)();
        }
        answer
    }
}

#[test]
fn i3_what_is_written_while_a_request_is_under_way_stays_unsent_and_goes_with_the_next() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let id = phone.case().header.id;
    let write = || rename(&phone, id, "Ági");
    let meanwhile = Meanwhile { server: &server, write, has_written: Mutex::default() };
    let mut unsent = Vec::new();
    let report = phone
        .device
        .sync(&meanwhile, &Cancel::new(), |_| unsent.push(phone.sync_status().unwrap().unsent_changes))
        .unwrap();
    assert_eq!((unsent[0], unsent.last()), (1, Some(&0)), "after each frame: {unsent:?}");
    assert_eq!((report.exchanges, report.merged), (2, 2));
    assert_eq!(server.document(id).read().unwrap(), phone.patient(id).1.into());
}

#[test]
fn i3_what_is_written_after_the_verdict_and_before_the_end_goes_with_the_next_request() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let id = phone.case().header.id;
    let report = phone
        .device
        .sync(&server, &Cancel::new(), |progress| {
            if progress.frames == 1 && server.state().requests.len() == 1 {
                assert_eq!(phone.sync_status().unwrap().unsent_changes, 0);
                rename(&phone, id, "Ági");
                assert_eq!(phone.sync_status().unwrap().unsent_changes, 1);
            }
        })
        .unwrap();
    assert_eq!((report.exchanges, report.merged), (2, 2));
    assert_eq!(server.document(id).read().unwrap(), phone.patient(id).1.into());
}

#[test]
fn i4_a_cut_connection_costs_at_most_one_frame() {
    let server = Server::default();
    let (ann, bob) = (Phone::new(&server), Phone::new(&server));
    for _ in 0..5 {
        ann.case();
    }
    ann.sync_with(&server).unwrap();
    for cut in 1..6 {
        server.state().cut_after_frames = Some(cut);
        let cut_off = bob.sync_with(&server).unwrap_err();
        assert!(cut_off.is_retryable());
        assert_eq!(bob.caseload().unwrap().len(), cut - 1);
    }
    server.state().cut_after_frames = None;
    bob.sync_with(&server).unwrap();
    assert_eq!(bob.caseload().unwrap().len(), 5);
}

#[test]
fn i6_an_answer_that_comes_again_changes_nothing() {
    let (server, ann, bob, id) = two_phones();
    rename(&ann, id, "Ági");
    ann.sync_with(&server).unwrap();
    bob.sync_with(&server).unwrap();
    let replay = server.state().answered.clone();
    need_interpreter(&ann, id);
    ann.sync_with(&server).unwrap();
    bob.sync_with(&server).unwrap();
    let before = (bob.patient(id), bob.sync_status().unwrap(), bob.read(id).unwrap());
    server.state().replay = Some(replay);
    bob.sync_with(&server).unwrap();
    assert_eq!(before, (bob.patient(id), bob.sync_status().unwrap(), bob.read(id).unwrap()));
    bob.sync_with(&server).unwrap();
    assert_eq!(bob.patient(id), ann.patient(id));
}

#[test]
fn i7_a_new_epoch_is_offered_all_work_again_and_loses_none() {
    let (server, ann, _bob, id) = two_phones();
    rename(&ann, id, "Ági");
    let other = ann.case().header.id;
    ann.sync_with(&server).unwrap();
    {
        let mut state = server.state();
        state.documents.clear();
        state.epoch = 1;
    }
    let report = ann.sync_with(&server).unwrap();
    assert_eq!((report.exchanges, report.merged), (2, 2));
    assert!(ann.sync_status().unwrap().is_all_sent);
    for record in [id, other] {
        assert_eq!(server.document(record).version(), ann.read(record).unwrap().version);
    }
}

#[test]
fn i10_refused_work_is_set_aside_alone_until_it_changes_or_is_asked_for() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let (bad, good) = (phone.case().header.id, phone.case().header.id);
    server.state().refused.insert(bad);
    let report = phone.sync_with(&server).unwrap();
    assert_eq!((report.merged, report.refused), (1, 1));
    assert!(server.state().documents.contains_key(&good));
    let status = phone.sync_status().unwrap();
    assert_eq!((status.unsent_changes, status.is_all_sent), (0, false));
    assert_eq!((status.refused[0].record, status.refused[0].is_received), (bad, false));
    assert_eq!(phone.sync_with(&server).unwrap().refused, 0);

    rename(&phone, bad, "Ági");
    assert_eq!(phone.sync_with(&server).unwrap().refused, 1);
    server.state().refused.clear();
    assert_eq!(phone.sync_with(&server).unwrap().merged, 0);
    phone.retry_refused(bad).unwrap();
    assert_eq!(phone.sync_with(&server).unwrap().merged, 1);
    let status = phone.sync_status().unwrap();
    assert!(status.is_all_sent && status.refused.is_empty());
    assert_eq!(phone.retry_refused(bad).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn i10_a_received_change_that_does_not_fit_is_set_aside_and_the_record_fetched_whole() {
    let (server, ann, bob, id) = two_phones();
    rename(&ann, id, "Ági");
    ann.sync_with(&server).unwrap();
    need_interpreter(&ann, id);
    ann.sync_with(&server).unwrap();
    server.state().lose_log_entry(id, 1);
    bob.sync_with(&server).unwrap();
    assert_eq!(bob.patient(id), ann.patient(id));
    assert!(bob.sync_status().unwrap().refused.is_empty());
}

#[test]
fn i11_a_revoked_case_is_gone_but_unsent_work_is_sent_first() {
    let (server, ann, bob, id) = two_phones();
    let scope = ann.read(id).unwrap().header.scope;
    rename(&bob, id, "Ági");
    server.state().revoked.push(scope);
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = told.clone();
    bob.observe(move |changes| seen.lock().unwrap().extend_from_slice(changes));
    bob.sync_with(&server).unwrap();
    let AnyRecord::Patient(merged) = server.document(id).read().unwrap() else { panic!("not a patient") };
    assert_eq!(merged.preferred, "Ági");
    assert!(bob.caseload().unwrap().is_empty());
    assert!(bob.search("kovacs", None, 10).unwrap().is_empty());
    assert_eq!(bob.read(id).unwrap_err().kind(), ErrorKind::NotFound);
    assert!(told.lock().unwrap().contains(&Change::ScopeEnded(scope)));
}

#[test]
fn i11_work_written_while_its_case_is_revoked_is_hidden_sent_and_then_purged() {
    let (server, _ann, bob, id) = two_phones();
    let (seen, form) = bob.patient(id);
    let scope = bob.read(id).unwrap().header.scope;
    server.state().revoked.push(scope);
    server.state().cut_after_frames = Some(2);
    let edited = Patient { preferred: "Ági".into(), ..form };
    let cut = bob.device.sync(&server, &Cancel::new(), |progress| {
        if progress.frames == 1 {
            bob.save(id, &seen, &edited.clone().into()).unwrap();
        }
    });
    assert!(cut.is_err());
    assert!(bob.caseload().unwrap().is_empty());
    assert_eq!(bob.save(id, &seen, &edited.into()).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(bob.sync_status().unwrap().unsent_changes, 1);
    server.state().cut_after_frames = None;
    server.state().revoked.clear();
    assert_eq!(bob.sync_with(&server).unwrap().merged, 1);
    assert!(bob.read_store(|store| Ok(store.record(id)?)).unwrap().is_none());
    let AnyRecord::Patient(merged) = server.document(id).read().unwrap() else { panic!("not a patient") };
    assert_eq!(merged.preferred, "Ági");
}

#[test]
fn i12_a_clock_that_is_off_is_reported_at_the_limit_and_one_past_it() {
    let (server, ann, _, _) = two_phones();
    let limit = crate::limits::CLOCK_SKEW_SECONDS_MAX;
    assert_eq!(limit, 5 * 60);
    for (ahead_s, is_off) in [(limit, false), (limit + 1, true), (-limit, false), (-limit - 1, true)] {
        server.state().ahead_ms = ahead_s * 1_000;
        ann.sync_with(&server).unwrap();
        let status = ann.sync_status().unwrap();
        assert_eq!((status.clock_ahead_s, status.is_clock_off), (Some(-ahead_s), is_off));
    }
}

#[test]
fn a_digest_that_differs_is_repaired_either_way() {
    let (server, ann, bob, id) = two_phones();
    let scope = bob.read(id).unwrap().header.scope;
    let other = bob.create(scope, &appointment(0, AppointmentStatus::Booked)).unwrap().header.id;
    bob.sync_with(&server).unwrap();
    ann.sync_with(&server).unwrap();
    rename(&ann, id, "Ági");
    ann.sync_with(&server).unwrap();
    server.state().lose_log_entry(id, 0);
    server.state().documents.remove(&other);
    let mut repaired = 0;
    for _ in 0..=crate::sync::EXCHANGES_PER_VERIFICATION {
        repaired = repaired.max(bob.sync_with(&server).unwrap().exchanges);
    }
    assert!(repaired > 1);
    assert_eq!(bob.patient(id), ann.patient(id));
    assert_eq!(server.document(other).version(), bob.read(other).unwrap().version);
}

#[test]
fn an_access_token_that_has_run_out_is_bought_anew() {
    let (server, ann, _, id) = two_phones();
    server.state().token = "the next".to_owned();
    rename(&ann, id, "Ági");
    assert_eq!(ann.sync_with(&server).unwrap().merged, 1);
}

#[test]
fn an_answer_that_does_not_fit_the_request_is_an_error_and_acks_nothing() {
    let (server, ann, _, id) = two_phones();
    ann.sync_with(&server).unwrap();
    let without_verdicts = server.state().answered.clone();
    rename(&ann, id, "Ági");
    server.state().replay = Some(without_verdicts);
    assert_eq!(ann.sync_with(&server).unwrap_err().kind(), ErrorKind::Server);
    assert_eq!(ann.sync_status().unwrap().unsent_changes, 1);
    ann.sync_with(&server).unwrap();
    assert!(ann.sync_status().unwrap().is_all_sent);
}

#[test]
fn a_cancelled_sync_ends_and_is_no_failure() {
    let (server, ann, _, id) = two_phones();
    rename(&ann, id, "Ági");
    let cancel = Cancel::new();
    let cancelled = ann.device.sync(&server, &cancel, |_| cancel.cancel()).unwrap_err();
    assert_eq!(cancelled.kind(), ErrorKind::Cancelled);
    assert_eq!(ann.sync_status().unwrap().last_error, None);
    assert_eq!(ann.sync_status().unwrap().unsent_changes, 0);
}

#[test]
fn a_store_that_was_copied_goes_on_under_another_id_and_both_are_merged() {
    let (server, ann, _, id) = two_phones();
    let copy = tempfile::tempdir().unwrap();
    let Phone { device, environment, folder } = ann;
    drop(device);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    let phones = [folder, copy].map(|folder| {
        let path = folder.path().join("doorstep.db");
        let device = Device::open(&path, key().as_ref(), environment.clone()).unwrap();
        Phone { device, environment: environment.clone(), folder }
    });
    let stores = phones.each_ref().map(|phone| phone.with_store(|store| Ok(store.id())).unwrap());
    assert_ne!(stores[0], stores[1]);
    rename(&phones[0], id, "Ági");
    need_interpreter(&phones[1], id);
    for phone in [&phones[0], &phones[1], &phones[0]] {
        phone.sync_with(&server).unwrap();
    }
    assert_eq!(phones[0].patient(id), phones[1].patient(id));
    assert!(Document::load(&server.state().documents[&id]).is_ok());
}

#[test]
fn refused_work_that_only_this_phone_has_is_not_lost_by_offering_it_after_its_case_has_ended() {
    let (_, ann, ..) = two_phones();
    let record = RecordId::from_bytes([9; 16]);
    let refused = Quarantined {
        record,
        is_received: false,
        is_with_office: false,
        is_discarded: false,
        scope: Some(ScopeId::from_bytes([8; 16])),
        reason: "it was past the limit".to_owned(),
        at: ann.now(),
        changes: vec![1, 2, 3],
    };
    let kept = || ann.with_store(|store| Ok(store.reader().quarantined()?)).unwrap();
    ann.write_store(|writer| Ok(writer.set_aside(&refused)?)).unwrap();
    assert_eq!(ann.retry_refused(record).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(ann.dismiss_discarded(record).unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(kept(), [refused]);
}
