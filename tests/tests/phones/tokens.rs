//! Refresh tokens rotate, and one that is used again ends the session.

use doorstep_server::store::Standing;

use super::*;

#[test]
fn a_lost_answer_with_new_tokens_locks_nobody_out() {
    let office = Office::start();
    let phone = Phone::new(&office, &office.invite(office.hire("Ana Sample")));
    phone.open_case().unwrap();
    for _ in 0..3 {
        phone.line.lose(Some("/v1/token"));
        phone.line.expire();
        assert_eq!(phone.sync(), Err(ErrorKind::Network));
        assert_eq!(phone.unsent(), 1);
    }
    phone.line.lose(None);
    for _ in 0..3 {
        phone.line.expire();
        phone.sync().unwrap();
    }
    assert_eq!(phone.unsent(), 0);
    let requests = phone.line.token_requests.lock().unwrap();
    assert_eq!(requests[2].body, requests[3].body, "the token at hand was shown again");
    assert_ne!(requests[3].body, requests[4].body, "each one that arrives is used in its place");
    assert_ne!(requests[4].body, requests[5].body);
    assert!(office.app().store.token_reuses(office.agency().id).unwrap().is_empty());
}

#[test]
fn a_request_for_tokens_that_arrives_twice_before_its_answer_is_used_harms_nobody() {
    let office = Office::start();
    let phone = Phone::new(&office, &office.invite(office.hire("Ana Sample")));
    phone.line.expire();
    phone.sync().unwrap();
    assert_eq!(phone.line.replay(0).unwrap(), 200);
    phone.line.expire();
    phone.sync().unwrap();
}

#[test]
fn a_token_that_is_used_again_ends_the_session_and_the_phone_keeps_its_work_until_it_is_enrolled_anew() {
    let office = Office::start();
    let nurse = office.hire("Ana Sample");
    let phone = Phone::new(&office, &office.invite(nurse));
    for _ in 0..2 {
        phone.line.expire();
        phone.sync().unwrap();
    }
    phone.open_case().unwrap();
    assert_eq!(phone.line.replay(0).unwrap(), 403, "somebody shows the first token");

    assert_eq!(phone.sync(), Err(ErrorKind::EnrolAgain), "its access token is no good any more, at once");
    assert_eq!(phone.unsent(), 1);
    assert_eq!(phone.device.caseload().unwrap().len(), 1, "and its charts stay");
    let store = &office.app().store;
    let told = store.token_reuses(office.agency().id).unwrap();
    assert_eq!((told.len(), told[0].device, told[0].staff), (1, phone.id, nurse));
    let listed = office.get("/v1/office/devices");
    assert_eq!(listed[0]["standing"], json!(Standing::SessionEnded));

    let code = office.invite(nurse);
    let again = phone.device.enrol(&phone.line, &office.url(), &code, "phone", "1.0", &Cancel::new());
    assert_ne!(again.unwrap().device, phone.id, "it is another phone to the office");
    phone.sync().unwrap();
    assert_eq!(phone.unsent(), 0);
    let holder = store.snapshot(office.agency().id).unwrap().holder(phone.id).unwrap().unwrap();
    assert_eq!(holder.standing(), Standing::SessionEnded, "the old one stays ended");
}
