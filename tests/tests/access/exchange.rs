//! The exchange of two agencies that hold the same ids: what a phone may ask for and push.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::sync::mpsc::channel;
use std::thread::spawn;

use doorstep_client_core::document::{Author, Document, StoreId, Version};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::wire::{
    Cursor, Frame, FrameBody, FrameReader, MEDIA_TYPE, Pending, Push, SyncRequest, Verdict,
};
use doorstep_server::http::files::CHUNK_MEDIA_TYPE;
use doorstep_server::store::FileHash;
use doorstep_tests::office::Office;
use doorstep_tests::rogue::creation;
use serde_json::json;

use crate::ground::{DIRECTORY, Ground, Side, Who, hash, task};

const STORE: StoreId = StoreId([9; 8]);

/// The frames of an exchange of this phone, or the status with which it is refused.
fn exchange(ground: &Ground<'_>, side: &Side, who: Who, request: &SyncRequest) -> Result<Vec<Frame>, u16> {
    let token = format!("Bearer {}", ground.phone_token(side, who));
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let call = agent.post(ground.office.url() + "/v1/sync").header("authorization", token);
    let answer = call.header("content-type", MEDIA_TYPE).send(request.to_body()).unwrap();
    match answer.status().as_u16() {
        200 => Ok(FrameReader::new(answer.into_body().into_reader()).unwrap().map(Result::unwrap).collect()),
        status => Err(status),
    }
}

fn request(cursor: Option<Cursor>) -> SyncRequest {
    SyncRequest::new(SystemEnvironment.now(), STORE, cursor.map(|cursor| cursor.to_bytes()))
}

/// The scopes and the records that an answer tells of.
fn told(frames: &[Frame]) -> (BTreeSet<ScopeId>, BTreeSet<RecordId>) {
    let (mut scopes, mut records) = (BTreeSet::new(), BTreeSet::new());
    for frame in frames {
        match &frame.body {
            FrameBody::Granted(granted) => scopes.extend(granted.iter().copied()),
            FrameBody::Revoked(revoked) => scopes.extend(revoked.iter().copied()),
            FrameBody::Documents(documents) => records.extend(documents.iter().map(|of| of.record)),
            FrameBody::Changes(changes) => records.extend(changes.iter().map(|of| of.record)),
            FrameBody::Versions(scope, versions) => {
                scopes.insert(*scope);
                records.extend(versions.iter().map(|of| of.record));
            }
            FrameBody::Done(done) => scopes.extend(done.digests.iter().map(|of| of.scope)),
            FrameBody::Reviewed(reviewed) => records.extend(reviewed.iter().map(|of| of.record)),
            FrameBody::Verdicts(_) => {}
        }
        let cursor = frame.cursor.as_deref().map(|cursor| Cursor::from_bytes(cursor).unwrap());
        scopes.extend(cursor.into_iter().flat_map(|cursor| cursor.pending).map(|pending| pending.scope));
    }
    (scopes, records)
}

fn last_cursor(frames: &[Frame]) -> Cursor {
    Cursor::from_bytes(frames.last().unwrap().cursor.as_deref().unwrap()).unwrap()
}

#[test]
fn a_phone_is_told_of_nothing_but_its_nurses_cases_whatever_it_asks_for() {
    let office = Office::start();
    let ground = Ground::new(&office);
    for (side, other) in ground.pairs() {
        let (shared, own, foreign) = (&side.shared, &side.own, &other.own);
        let asked = |cursor| SyncRequest {
            verify: true,
            list: vec![DIRECTORY, shared.scope, own.scope, foreign.scope],
            want: vec![shared.patient, own.patient, foreign.patient],
            ..request(cursor)
        };
        let held = ground.holdings(other);
        let first = exchange(&ground, side, Who::Nurse, &asked(None)).unwrap();
        let again = exchange(&ground, side, Who::Nurse, &asked(Some(last_cursor(&first)))).unwrap();
        for frames in [&first, &again] {
            let (scopes, records) = told(frames);
            assert_eq!(scopes, BTreeSet::from([DIRECTORY, shared.scope, own.scope]));
            assert!(records.contains(&shared.patient) && records.contains(&own.patient));
            assert!(!records.contains(&foreign.patient));
        }
        let stranger = exchange(&ground, side, Who::Other, &asked(None)).unwrap();
        assert_eq!(told(&stranger), (BTreeSet::from([DIRECTORY]), BTreeSet::new()), "a nurse of no case");
        let elsewhere = Cursor {
            pending: [shared.scope, foreign.scope].map(|scope| Pending { scope, after: None }).to_vec(),
            ..last_cursor(&stranger)
        };
        let stranger = exchange(&ground, side, Who::Other, &asked(Some(elsewhere))).unwrap();
        assert_eq!(told(&stranger), (BTreeSet::from([DIRECTORY]), BTreeSet::new()), "with a forged cursor");
        assert!(ground.holdings(other) == held);
    }
}

#[test]
fn the_other_agencys_cursor_brings_nothing_of_its() {
    let office = Office::start();
    let ground = Ground::new(&office);
    let [alder, birch] = &ground.sides;
    let cursor_of = |side| last_cursor(&exchange(&ground, side, Who::Nurse, &request(None)).unwrap());
    let (of_alder, of_birch) = (cursor_of(alder), cursor_of(birch));
    assert!(of_birch.seq > of_alder.seq, "the ground makes it so");
    assert_eq!(exchange(&ground, alder, Who::Nurse, &request(Some(of_birch))), Err(409), "past its head");
    let early = Cursor { seq: 0, ..of_alder };
    let (scopes, records) = told(&exchange(&ground, birch, Who::Nurse, &request(Some(early))).unwrap());
    assert!(!scopes.contains(&alder.own.scope) && !records.contains(&alder.own.patient));
    assert!(records.contains(&birch.own.patient));
}

#[test]
fn what_a_phone_pushes_reaches_its_own_agency_alone() {
    let office = Office::start();
    let ground = Ground::new(&office);
    for (side, other) in ground.pairs() {
        let by = Author { staff: Who::Nurse.staff(), store: STORE };
        let held = ground.holdings(other);
        let push = |who, record, changes| {
            let pushes = SyncRequest { pushes: vec![Push { record, changes }], ..request(None) };
            let frames = exchange(&ground, side, who, &pushes).unwrap();
            let Some(FrameBody::Verdicts(verdicts)) = frames.into_iter().map(|frame| frame.body).next()
            else {
                panic!("an answer begins with its verdicts");
            };
            match verdicts.into_iter().next().unwrap() {
                Verdict::Merged => "merged".to_owned(),
                Verdict::Quarantined(refused) => refused.code,
            }
        };
        let stored = office.app().store.snapshot(other.agency).unwrap().record(other.own.patient);
        let mut theirs = Document::load(&stored.unwrap().unwrap().document).unwrap();
        let new = |byte: u8| RecordId::from_bytes([byte; 16]);
        let walk = |record, scope, by| creation(scope, record, task("Walks"), by);
        let foreign = other.own.scope;

        assert_eq!(push(Who::Nurse, new(0x71), walk(new(0x71), foreign, by)), "no_grant");
        let stolen = theirs.changes_since(&Version::empty());
        assert_eq!(push(Who::Nurse, other.own.patient, stolen), "foreign_author");
        let patient = Patient { given: "Rosa".into(), family: side.word.into(), ..Patient::default() };
        let opened = creation(foreign, new(0x72), patient, by);
        assert_eq!(push(Who::Nurse, new(0x72), opened), "merged", "it is a case of her own agency's now");
        assert_eq!(push(Who::Nurse, new(0x73), walk(new(0x73), foreign, by)), "merged");
        assert_eq!(push(Who::Nurse, new(0x74), walk(new(0x74), side.shared.scope, by)), "merged");
        let stranger = Author { staff: Who::Other.staff(), store: STORE };
        let refused = walk(new(0x75), side.shared.scope, stranger);
        assert_eq!(push(Who::Other, new(0x75), refused), "no_grant");
        assert!(ground.holdings(other) == held, "as {}", side.word);
        let cases = office.app().store.snapshot(side.agency).unwrap().scope(foreign).unwrap();
        assert_eq!(cases.unwrap().title, format!("Rosa {}", side.word));
    }
}

#[test]
fn nobodys_phone_writes_into_the_directory() {
    let office = Office::start();
    let ground = Ground::new(&office);
    let side = &ground.sides[0];
    for who in [Who::Nurse, Who::Office] {
        let record = RecordId::from_bytes([0x76; 16]);
        let by = Author { staff: who.staff(), store: STORE };
        let changes = creation(DIRECTORY, record, task("Walks"), by);
        let pushes = SyncRequest { pushes: vec![Push { record, changes }], ..request(None) };
        let frames = exchange(&ground, side, who, &pushes).unwrap();
        let FrameBody::Verdicts(verdicts) = &frames[0].body else {
            panic!("an answer begins with its verdicts")
        };
        let Verdict::Quarantined(refused) = &verdicts[0] else { panic!("{who:?}: {verdicts:?}") };
        assert_eq!(refused.code, "directory_is_read_only", "{who:?}");
    }
}

#[test]
fn a_phone_gets_and_sends_the_files_of_its_nurses_cases_alone() {
    let office = Office::start();
    let ground = Ground::new(&office);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    for (side, other) in ground.pairs() {
        let ask = |who, method: &str, scope: ScopeId, file: FileHash| {
            let token = format!("Bearer {}", ground.phone_token(side, who));
            let uri = format!("{}/v1/cases/{scope}/files/{file}", ground.office.url());
            let call = ureq::http::Request::builder().method(method).uri(uri).header("authorization", token);
            let call = call.header("content-type", CHUNK_MEDIA_TYPE).header("upload-offset", 0);
            let body = if method == "PATCH" { other.own.unsent.clone() } else { Vec::new() };
            let call = call.header("upload-length", body.len()).body(body).unwrap();
            agent.run(call).unwrap().status().as_u16()
        };
        let (own, foreign) = (&side.own, &other.own);
        let unsent = hash(&foreign.unsent);
        let held = ground.holdings(other);
        for method in ["GET", "HEAD", "PATCH"] {
            assert_eq!(ask(Who::Nurse, method, foreign.scope, foreign.file), 403, "another agency's case");
            assert_eq!(ask(Who::Nurse, method, own.scope, foreign.file), 404, "another agency's file");
            assert_eq!(ask(Who::Nurse, method, own.scope, unsent), 404, "a file that no record names");
            assert_eq!(ask(Who::Nurse, method, side.shared.scope, own.file), 404, "another case's file");
            assert_eq!(ask(Who::Other, method, own.scope, own.file), 403, "no case of hers");
            assert_eq!(ask(Who::Nurse, method, DIRECTORY, own.file), 403, "no case");
        }
        assert_eq!(ask(Who::Nurse, "GET", own.scope, own.file), 200);
        assert!(ground.holdings(other) == held);
    }
}

#[test]
fn a_phone_hears_of_its_own_agencys_changes_alone() {
    let office = Office::start();
    let ground = Ground::new(&office);
    let [alder, birch] = &ground.sides;
    let call = ureq::get(office.url() + "/v1/events");
    let token = ground.phone_token(birch, Who::Nurse);
    let answer = call.header("authorization", format!("Bearer {token}")).call().unwrap();
    let (heard, hears) = channel();
    let listening = spawn(move || {
        let lines = BufReader::new(answer.into_body().into_reader()).lines().map_while(Result::ok);
        lines.filter(|line| line.starts_with("event:")).inspect(|_| heard.send(()).unwrap()).count()
    });
    let add_task = |side| {
        let new = json!({ "kind": "task", "scope": alder.shared.scope, "content": { "title": "Walks" } });
        let token = ground.office_token(side, Who::Admin);
        let call = ureq::post(office.url() + "/v1/office/records");
        call.header("authorization", format!("Bearer {token}")).send_json(new).unwrap();
    };
    for _ in 0..10 {
        add_task(alder);
    }
    add_task(birch);
    hears.recv().unwrap();
    drop(office);
    assert_eq!(listening.join().unwrap(), 1);
}
