//! What keeps the phone shut, and that nothing is lost behind it.

use super::*;
use crate::record::agency::{Agency, OFFLINE_LEASE_DAYS};
use crate::wire::code;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// What becomes of everything that shows or changes a chart.
fn refusals(phone: &Phone, case: &Created) -> Vec<Option<ErrorKind>> {
    let (id, scope) = (case.header.id, case.header.scope);
    let form = patient("Kovács").into();
    // An open phone has no such case, no file of a patient, and nothing that was refused.
    let nowhere = ScopeId::from_bytes([9; 16]);
    let is_known = |error: &Error| error.kind() != ErrorKind::NotFound;
    let resolved = phone.resolve(id, &case.version, "family", "x").err().map(|error| error.kind());
    let results = [
        phone.caseload().err(),
        phone.today(0).err(),
        phone.chart(scope).err(),
        phone.timeline(scope).err(),
        phone.alerts(scope, 0).err(),
        phone.credential_alerts(0).err(),
        phone.directory().err(),
        phone.search("kov", None, 10).err(),
        phone.read(id).err(),
        phone.as_of(id, &case.version).err(),
        phone.version_at(id, phone.now()).err(),
        phone.history(id).err(),
        phone.conflicts().err(),
        phone.open_case(&patient("Szabó")).err(),
        phone.create(scope, &appointment(0, AppointmentStatus::Booked)).err(),
        phone.save(id, &case.version, &form).err(),
        phone.attach(nowhere, &files::attachment(), b"photo").err().filter(is_known),
        files::download(phone, id, &shelf::Shelf::default()).err().filter(is_known),
        phone.file(id).err().filter(is_known),
        phone.thumbnail(id).err().filter(is_known),
        phone.file_state(id).err().filter(is_known),
        phone.retry_refused(id).err().filter(is_known),
    ];
    let kinds = results.into_iter().map(|refused| refused.map(|error| error.kind()));
    kinds.chain([resolved.filter(|kind| *kind != ErrorKind::Outdated)]).collect()
}

fn is_shut(phone: &Phone, case: &Created, by: ErrorKind) -> bool {
    let refusals = refusals(phone, case);
    let is_shut = refusals.iter().all(|refused| *refused == Some(by));
    assert!(is_shut || refusals.iter().all(Option::is_none), "some and some not: {refusals:?}");
    is_shut
}

fn later(phone: &Phone, ms: u64) {
    phone.environment.later_ms.store(ms, Ordering::Relaxed);
}

#[test]
fn a_locked_phone_shows_and_takes_nothing_until_the_office_unlocks_it_and_loses_nothing() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let case = phone.case();
    server.state().refusal = Some(code::DEVICE_LOCKED);
    assert_eq!(phone.sync_with(&server).unwrap_err().kind(), ErrorKind::Locked);
    assert!(is_shut(&phone, &case, ErrorKind::Locked));
    let phone = phone.reopened();
    assert!(is_shut(&phone, &case, ErrorKind::Locked), "it stays shut");
    server.state().is_away = true;
    assert_eq!(phone.sync_with(&server).unwrap_err().kind(), ErrorKind::Network);
    assert!(is_shut(&phone, &case, ErrorKind::Locked), "until the office has spoken");
    let status = phone.sync_status().unwrap();
    assert_eq!((status.lock, status.unsent_changes), (Some(Lock::Office), 1));

    let mut state = server.state();
    (state.refusal, state.is_away) = (None, false);
    drop(state);
    phone.sync_with(&server).unwrap();
    assert_eq!(phone.sync_status().unwrap().unsent_changes, 0);
    assert!(!is_shut(&phone, &case, ErrorKind::Locked));
}

#[test]
fn a_phone_is_shut_past_its_lease_until_it_has_been_online() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let case = phone.case();
    let lease_ms = OFFLINE_LEASE_DAYS as u64 * DAY_MS;
    later(&phone, lease_ms);
    assert!(!is_shut(&phone, &case, ErrorKind::LeaseExpired));
    later(&phone, lease_ms + 1);
    assert!(is_shut(&phone, &case, ErrorKind::LeaseExpired));
    let status = phone.sync_status().unwrap();
    assert_eq!((status.lock, status.is_all_sent), (Some(Lock::Lease), false));

    server.state().is_away = true;
    assert!(phone.sync_with(&server).is_err());
    assert!(is_shut(&phone, &case, ErrorKind::LeaseExpired));
    server.state().is_away = false;
    phone.sync_with(&server).unwrap();
    assert!(phone.sync_status().unwrap().is_all_sent);
    assert!(!is_shut(&phone, &case, ErrorKind::LeaseExpired));
}

#[test]
fn turning_the_clock_back_opens_no_phone_whose_lease_is_over() {
    let phone = Phone::new(&Server::default());
    let case = phone.case();
    later(&phone, 15 * DAY_MS);
    assert!(phone.caseload().is_err(), "it has seen the day");
    let phone = phone.reopened();
    later(&phone, 0);
    assert!(is_shut(&phone, &case, ErrorKind::LeaseExpired));
}

#[test]
fn the_agency_sets_the_lease_with_the_next_exchange() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let case = phone.case();
    phone.sync_with(&server).unwrap();
    let agency = Agency { name: "Home".into(), offline_lease_days: Some(3), ..Agency::default() };
    let header = crate::document::Header {
        id: RecordId::from_bytes([5; 16]),
        scope: ScopeId::from_bytes([6; 16]),
        kind: Kind::Agency,
    };
    let office = crate::document::Author { staff: STAFF, store: crate::document::StoreId([9; 8]) };
    let mut document =
        crate::document::Document::create(header, &agency.into(), office, phone.now()).unwrap();
    server.state().documents.insert(header.id, document.save());
    server.state().epoch += 1;
    let _ = phone.sync_with(&server);
    phone.sync_with(&server).unwrap();
    later(&phone, 3 * DAY_MS);
    assert!(!is_shut(&phone, &case, ErrorKind::LeaseExpired));
    later(&phone, 3 * DAY_MS + 1);
    assert!(is_shut(&phone, &case, ErrorKind::LeaseExpired));
}

#[test]
fn a_phone_that_is_enrolled_anew_is_open() {
    let server = Server::default();
    let phone = Phone::new(&server);
    let case = phone.case();
    server.state().refusal = Some(code::DEVICE_LOCKED);
    assert!(phone.sync_with(&server).is_err());
    phone.enrol(&server, "https://example.org", "1234", "Ann's phone", "0.1", &Cancel::new()).unwrap();
    assert_eq!(phone.sync_status().unwrap().unsent_changes, 1, "nothing is lost");
    assert!(!is_shut(&phone, &case, ErrorKind::Locked));
}
