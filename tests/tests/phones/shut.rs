//! What the office does about a phone that is lost.

use doorstep_server::store::Standing;

use super::*;

/// How the office sees its one phone.
fn standing(office: &Office) -> Value {
    office.get("/v1/office/devices")[0]["standing"].clone()
}

#[test]
fn the_office_locks_a_phone_and_unlocks_it_and_what_was_unsent_arrives() {
    let office = Office::start();
    let admin = Admin::of(&office);
    let phone = Phone::new(&office, &office.invite(office.hire("Ana Sample")));
    phone.open_case().unwrap();
    let (status, _) = admin.post(&format!("/v1/office/devices/{}/lock", phone.id), &json!({}));
    assert_eq!((status, standing(&office)), (200, json!(Standing::Locked)));
    assert_eq!(phone.open_case().map(drop), Ok(()), "nothing happens before its next contact");
    assert_eq!(phone.sync(), Err(ErrorKind::Locked));
    assert_eq!(phone.open_case().map(drop), Err(ErrorKind::Locked));
    phone.line.expire();
    assert_eq!(phone.sync(), Err(ErrorKind::Locked), "nor does it get a token");

    admin.post(&format!("/v1/office/devices/{}/unlock", phone.id), &json!({}));
    phone.sync().unwrap();
    assert_eq!((phone.unsent(), phone.device.caseload().unwrap().len()), (0, 2));
}

#[test]
fn the_office_wipes_a_phone_once_it_was_shown_what_is_lost() {
    let office = Office::start();
    let admin = Admin::of(&office);
    let phone = Phone::new(&office, &office.invite(office.hire("Ana Sample")));
    phone.sync().unwrap();
    phone.open_case().unwrap();
    let wipe = format!("/v1/office/devices/{}/wipe", phone.id);
    let (status, refused) = admin.post(&wipe, &json!({ "unsent_count": 7 }));
    assert_eq!((status, &refused["code"]), (409, &json!("unsent_count_changed")));
    assert_eq!(standing(&office), json!(Standing::Welcome));
    assert_eq!(admin.post(&wipe, &json!({ "unsent_count": 0 })).0, 200);
    assert_eq!(standing(&office), json!(Standing::Wiping));

    assert_eq!(phone.sync(), Err(ErrorKind::Wiped));
    assert_eq!(phone.device.caseload().unwrap_err().kind(), ErrorKind::Wiped);
    assert_eq!(standing(&office), json!(Standing::Wiped));
    assert!(office.get("/v1/office/cases").as_array().unwrap().is_empty(), "nothing of it was taken");
}

#[test]
fn a_wipe_is_asked_for_at_each_contact_with_any_token_until_and_after_the_phone_confirms() {
    let office = Office::start();
    let admin = Admin::of(&office);
    let phone = Phone::new(&office, &office.invite(office.hire("Ana Sample")));
    for _ in 0..2 {
        phone.line.expire();
        phone.sync().unwrap();
    }
    admin.post(&format!("/v1/office/devices/{}/wipe", phone.id), &json!({ "unsent_count": 0 }));
    let app = office.app();
    let bearer = Bearer::Device(office.agency().id, phone.id);
    let long_ago = app.environment.now().saturating_add_ms(-24 * 3_600_000);
    let expired = app.keys.issue(bearer, long_ago).unwrap().0;
    let device_wipe = |asked: Request| {
        let mut answer = phone.line.http.exchange(asked, &Cancel::new()).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut answer.body, &mut text).unwrap();
        answer.status == 403 && text.contains("device_wipe")
    };
    let media_type = doorstep_client_core::wire::MEDIA_TYPE;
    let sync = || Request::post("/v1/sync", media_type, Vec::new()).with_bearer(&expired);
    let replaced = phone.line.token_requests.lock().unwrap()[0].clone();
    assert!(device_wipe(sync()), "an access token that has expired");
    assert!(device_wipe(replaced.clone()), "a refresh token that was replaced");

    phone.line.lose(Some("/v1/wiped"));
    assert_eq!(phone.sync(), Err(ErrorKind::Wiped));
    assert_eq!(standing(&office), json!(Standing::Wiped), "it was heard, although its answer was lost");
    assert!(phone.device.server_to_tell_of_wipe().is_some(), "which the phone does not know");
    phone.line.lose(None);
    assert_eq!(phone.sync(), Err(ErrorKind::Wiped));
    assert_eq!(phone.device.server_to_tell_of_wipe(), None);
    assert!(device_wipe(sync()) && device_wipe(replaced), "a copy of it is told the same");
}

#[test]
fn only_who_manages_phones_of_the_agency_locks_or_wipes_them() {
    let office = Office::start();
    let phone = Phone::new(&office, &office.invite(office.hire("Ana Sample")));
    let (app, agency) = (office.app(), office.agency().id);
    let hired = agency::hire(&*app.store, &SystemEnvironment, agency, "Olu Sample", Role::Office).unwrap();
    let token = app.keys.issue(Bearer::Staff(agency, hired.id), app.environment.now()).unwrap().0;
    let olu = Admin { url: office.url(), token };
    let other = agency::found(&*app.store, &SystemEnvironment, "Other").unwrap().id;
    let hired = agency::hire(&*app.store, &SystemEnvironment, other, "Eve Sample", Role::Admin).unwrap();
    let token = app.keys.issue(Bearer::Staff(other, hired.id), app.environment.now()).unwrap().0;
    let eve = Admin { url: office.url(), token };
    for action in ["lock", "unlock", "wipe"] {
        let path = format!("/v1/office/devices/{}/{action}", phone.id);
        assert_eq!(olu.post(&path, &json!({ "unsent_count": 0 })).0, 403, "{action}");
        assert_eq!(eve.post(&path, &json!({ "unsent_count": 0 })).0, 404, "{action}");
    }
    phone.sync().unwrap();
}
