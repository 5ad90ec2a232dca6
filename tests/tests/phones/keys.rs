//! Signing keys, as those outside see them.

use doorstep_server::auth::Keys;
use doorstep_server::store::SqliteStore;

use super::*;

#[test]
fn a_phone_goes_on_across_a_rotation_and_the_new_key_is_shown_to_everybody() {
    let office = Office::start();
    let phone = Phone::new(&office, &office.invite(office.hire("Ana Sample")));
    let shown = office.get("/.well-known/jwks.json")["keys"].clone();
    let made = office.app().keys.rotate(&SystemEnvironment).unwrap();
    phone.sync().unwrap();
    phone.line.expire();
    phone.sync().unwrap();
    let keys = office.get("/.well-known/jwks.json")["keys"].clone();
    let names: Vec<&Value> = keys.as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert_eq!(names, [&json!(made.kid), &shown[0]["kid"]]);
    assert!(keys[0].get("d").is_none(), "no private part");
}

#[test]
fn a_token_of_another_server_or_for_a_phone_of_another_agency_is_refused() {
    let office = Office::start();
    let phone = Phone::new(&office, &office.invite(office.hire("Ana Sample")));
    let app = office.app();
    let now = app.environment.now();
    let status = |token: String| {
        let media_type = doorstep_client_core::wire::MEDIA_TYPE;
        let request = Request::post("/v1/sync", media_type, Vec::new()).with_bearer(&token);
        phone.line.http.exchange(request, &Cancel::new()).unwrap().status
    };
    let own = Bearer::Device(office.agency().id, phone.id);
    assert_eq!(status(app.keys.issue(own, now).unwrap().0), 400, "it is let in, and its body is refused");
    let folder = scratch();
    let elsewhere = Arc::new(SqliteStore::open(folder.path(), &SystemEnvironment).unwrap());
    let elsewhere = Keys::load(elsewhere, &SystemEnvironment).unwrap();
    assert_eq!(status(elsewhere.issue(own, now).unwrap().0), 401);
    let other = agency::found(&*app.store, &SystemEnvironment, "Other").unwrap().id;
    assert_eq!(status(app.keys.issue(Bearer::Device(other, phone.id), now).unwrap().0), 401);
    let staff = Bearer::Staff(office.agency().id, office.hire("Bea Sample"));
    assert_eq!(status(app.keys.issue(staff, now).unwrap().0), 401, "an office token is none for phones");
}
