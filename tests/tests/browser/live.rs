//! Pages that are open: what they are told, also after they lost the server.

use doorstep_client_core::document::Header;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::task::Task;
use doorstep_server::limits::{ARRIVED_ENTRIES_MAX, LIVE_ENTRIES_MAX, LIVE_STREAMS_MAX};
use doorstep_server::merge::{self, Save};
use doorstep_server::store::Snapshot;
use doorstep_tests::viewer::Viewer;

use super::*;

/// Somebody of the office writes a task: an entry of the agency's order.
fn write(office: &Office, scope: ScopeId, title: &str) {
    let (app, now) = (office.app(), SystemEnvironment.now());
    let id = RecordId::new(now, &mut (&SystemEnvironment as &dyn Environment).entropy());
    let task = Task { title: title.to_owned(), ..Task::default() };
    let save = Save::Create(Header { id, scope, kind: Kind::Task });
    let author = app.store.snapshot(office.agency().id).unwrap().all_staff().unwrap()[0].id;
    merge::save(&*app.store, office.agency().id, author, &save, &task.into(), now).unwrap();
    app.poke(doorstep_server::app::Poke::records(office.agency().id, &[scope], None));
}

fn snapshot(office: &Office) -> Box<dyn Snapshot> {
    office.app().store.snapshot(office.agency().id).unwrap()
}

#[test]
fn a_page_that_lost_the_server_says_so_and_catches_up_by_itself() {
    let (mut office, phone) = with_a_case();
    let Some(browser) = Browser::open("a page that lost the server", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.wait_until("the stream opens", "return !document.querySelector('[data-live-on]').hidden");
    office.stop();
    browser.wait_for_text("The server cannot be reached");
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    office.start_again();
    write(&office, scope, "Order dressings");
    browser.wait_until("it says so", "return document.querySelector('[data-notice=lost]').hidden");
    browser.wait_until(
        "it catches up",
        "return document.querySelector('.arrivals li').innerText.includes('Task')",
    );
}

#[test]
fn whoever_is_signed_out_elsewhere_is_told_on_the_page_that_is_open() {
    let (office, _) = with_a_case();
    let Some(browser) = Browser::open("whoever is signed out", Look::default()) else { return };
    sign_in(&browser, &office, Role::Office);
    browser.wait_until("the stream opens", "return !document.querySelector('[data-live-on]').hidden");
    let member =
        snapshot(&office).all_staff().unwrap().into_iter().find(|one| one.name == "Olu Sample").unwrap();
    let act = doorstep_server::store::Act {
        by: doorstep_server::store::Agent::Command,
        at: SystemEnvironment.now(),
    };
    office.app().store.end_sessions(office.agency().id, member.id, act).unwrap();
    let scope = ScopeId::from_bytes([0; 16]);
    // Something happens, so that it is looked whether she may still be told.
    office.app().poke(doorstep_server::app::Poke::records(office.agency().id, &[scope], None));
    browser.wait_for_text("You have been signed out");
}

#[test]
fn nothing_is_lost_and_nothing_told_twice_when_a_stream_breaks_off() {
    let (office, phone) = with_a_case();
    let session = office.session("Olu Sample", Role::Office, "olu.sample");
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let before = snapshot(&office).head().unwrap();
    let mut viewer = Viewer::open(&office.url(), &session, Some(before)).unwrap();
    let mut seqs = Vec::new();
    for round in 0..5 {
        write(&office, scope, &format!("Task {round}"));
        seqs.push(viewer.next_arrival().unwrap().seq.unwrap());
        // The connection breaks; while nobody listens, more happens.
        drop(viewer);
        write(&office, scope, &format!("Another task {round}"));
        viewer = Viewer::open(&office.url(), &session, seqs.last().copied()).unwrap();
        seqs.push(viewer.next_arrival().unwrap().seq.unwrap());
    }
    let expected: Vec<u64> = (before + 1..=snapshot(&office).head().unwrap()).collect();
    assert_eq!(seqs, expected);
}

#[test]
fn i14_a_stream_catches_up_with_so_many_entries_and_with_one_more_the_page_is_shown_anew() {
    let (office, phone) = with_a_case();
    let session = office.session("Olu Sample", Role::Office, "olu.sample");
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let before = snapshot(&office).head().unwrap();
    for number in 0..LIVE_ENTRIES_MAX {
        write(&office, scope, &format!("Task {number}"));
    }
    let mut viewer = Viewer::open(&office.url(), &session, Some(before)).unwrap();
    for _ in 0..LIVE_ENTRIES_MAX {
        assert_eq!(viewer.next_event().unwrap().name, "arrived");
    }
    write(&office, scope, "One more");
    let mut viewer = Viewer::open(&office.url(), &session, Some(before)).unwrap();
    assert_eq!(viewer.next_event().unwrap().name, "reload");
}

#[test]
fn i14_one_person_has_so_many_streams_and_with_one_more_her_oldest_ends() {
    let (office, phone) = with_a_case();
    let session = office.session("Olu Sample", Role::Office, "olu.sample");
    let head = snapshot(&office).head().unwrap();
    let open = || Viewer::open(&office.url(), &session, Some(head)).unwrap();
    let mut viewers: Vec<Viewer> = (0..LIVE_STREAMS_MAX).map(|_| open()).collect();
    viewers.push(open());
    let told = std::iter::from_fn(|| viewers[0].next_event());
    assert!(told.map(|event| event.name).all(|name| name == "counts"), "the oldest has ended");
    write(&office, phone.device.caseload().unwrap()[0].case.scope, "Order dressings");
    for viewer in &mut viewers[1..] {
        assert!(viewer.next_arrival().is_some(), "the others go on");
    }
}

#[test]
fn i14_the_page_of_the_day_shows_what_arrived_last_up_to_the_limit() {
    let (office, phone) = with_a_case();
    let scope = phone.device.caseload().unwrap()[0].case.scope;
    let shown = || {
        let page = ureq::get(format!("{}/office", office.url()))
            .header("authorization", format!("Bearer {}", office.token()))
            .call();
        page.unwrap().body_mut().read_to_string().unwrap().matches("<li data-seq=").count()
    };
    for number in snapshot(&office).latest_activity(ARRIVED_ENTRIES_MAX).unwrap().len()..ARRIVED_ENTRIES_MAX {
        write(&office, scope, &format!("Task {number}"));
    }
    assert_eq!(shown(), ARRIVED_ENTRIES_MAX);
    write(&office, scope, "One more");
    assert_eq!(shown(), ARRIVED_ENTRIES_MAX);
}
