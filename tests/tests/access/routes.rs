//! Every route, asked by everybody who might.

use std::collections::BTreeSet;

use doorstep_client_core::document::StoreId;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::wire::{MEDIA_TYPE, SyncRequest};
use doorstep_server::http::files::CHUNK_MEDIA_TYPE;
use doorstep_server::router;
use doorstep_server::store::{Act, Agent};
use doorstep_tests::office::Office;
use doorstep_tests::rogue::Rogue;
use serde_json::json;

use crate::ground::{Ground, Side, Things, Who, hash, refresh_token};
use crate::pages::{self, PAGES};
use crate::sessions::PASSWORD;

/// The office's routes, and what is answered there to each of [`Who`] for what her agency has, and in the end to an
/// admin who asks for what only the other agency has.
pub(crate) const OFFICE: &str = "\
                                                  nurse other office admin left elsewhere
GET    /v1/office/activity                          403   403    200   200  403       200
GET    /v1/office/audit                             403   403    403   200  403       200
GET    /v1/office/cases                             403   403    200   200  403       200
GET    /v1/office/cases/{scope}                     200   403    200   200  403       404
POST   /v1/office/cases/{scope}/close               403   403    200   200  403       404
POST   /v1/office/cases/{scope}/grants              403   403    200   200  403       404
DELETE /v1/office/cases/{scope}/grants/{staff}      403   403    200   200  403       404
POST   /v1/office/cases/{scope}/reopen              403   403    200   200  403       404
GET    /v1/office/conflicts                         403   403    200   200  403       200
GET    /v1/office/devices                           403   403    200   200  403       200
POST   /v1/office/devices/{device}/lock             403   403    403   200  403       404
POST   /v1/office/devices/{device}/unlock           403   403    403   200  403       404
POST   /v1/office/devices/{device}/wipe             403   403    403   200  403       404
GET    /v1/office/quarantine                        403   403    200   200  403       200
GET    /v1/office/quarantine/{id}                   403   403    200   200  403       404
POST   /v1/office/quarantine/{id}/accept            403   403    200   200  403       404
POST   /v1/office/quarantine/{id}/discard           403   403    200   200  403       404
POST   /v1/office/records                           200   403    200   200  403       404
GET    /v1/office/records/{record}                  200   403    200   200  403       404
PUT    /v1/office/records/{record}                  200   403    200   200  403       404
POST   /v1/office/records/{record}/resolve          200   403    200   200  403       404
GET    /v1/office/review                            403   403    200   200  403       200
POST   /v1/office/review/{entry}/seen               403   403    200   200  403       404
POST   /v1/office/review/late/{seq}/seen            403   403    200   200  403       404
GET    /v1/office/staff                             403   403    200   200  403       200
POST   /v1/office/staff                             403   403    403   200  403       200
POST   /v1/office/staff/{staff}/invite              403   403    403   200  403       404
POST   /v1/office/staff/{staff}/leave               403   403    403   200  403       404
POST   /v1/office/staff/{staff}/reset               403   403    403   409  403       404
POST   /v1/office/staff/{staff}/return              403   403    403   200  403       404
POST   /v1/office/staff/{staff}/role                403   403    403   200  403       404
POST   /v1/office/staff/{staff}/sign-out            403   403    403   200  403       404
";

/// The phones' routes, and what is answered there to the phones of each of [`Who`] but the one who has left; the
/// admin's is locked. A phone of the office's may send to every case, as its records are taken, and find that a file is here;
/// it reads those of its own.
const PHONES: &str = "\
                                                  nurse other office admin
GET    /v1/cases/{scope}/files/{sha256}             200   403    403   403
HEAD   /v1/cases/{scope}/files/{sha256}             200   403    200   403
PATCH  /v1/cases/{scope}/files/{sha256}             204   403    409   403
GET    /v1/events                                   200   200    200   403
POST   /v1/sync                                     200   200    200   403
";

/// The routes that are about the caller's own account, and what is answered there to somebody of the office who has
/// signed in and has no second factor: no token opens them.
pub(crate) const OWN_ACCOUNT: &str = "\
GET    /v1/session                                  200
POST   /v1/session/end                              200
POST   /v1/session/end-everywhere                   200
POST   /v1/session/password                         200
POST   /v1/session/second-factor                    200
POST   /v1/session/second-factor/confirm            409
POST   /v1/session/second-factor/remove             409
";

/// The routes that are open to everybody.
const OPEN: &str = "\
GET    /.well-known/jwks.json
GET    /healthz
GET    /v1/openapi.json
POST   /v1/enrol
POST   /v1/password
POST   /v1/sign-in
POST   /v1/token
POST   /v1/wiped
";

/// A route and its statuses.
pub(crate) struct Row {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) statuses: Vec<u16>,
}

impl Row {
    pub(crate) fn all(table: &'static str) -> Vec<Self> {
        let rows = table.lines().filter(|line| line.starts_with(char::is_uppercase)).map(|line| {
            let mut words = line.split_whitespace();
            let (method, path) = (words.next().unwrap(), words.next().unwrap());
            Self { method, path, statuses: words.map(|status| status.parse().unwrap()).collect() }
        });
        rows.collect()
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it is one of the office's pages.
    pub(crate) fn is_page(&self) -> bool {
        self.path == "/" || self.path.starts_with("/office")
    }

    /// Whether an answer of this status may have changed something.
    pub(crate) fn may_change(&self, status: u16) -> bool {
        self.method != "GET" && status < 400
    }

    /// Calls the route with this token, naming these things: the status, and what was answered.
    pub(crate) fn call(&self, ground: &Ground<'_>, token: Option<&str>, things: &Things) -> (u16, String) {
        let token = token.map(|token| ("authorization", format!("Bearer {token}")));
        self.call_with(ground, token.as_slice(), things)
    }

    /// The same with these headers.
    pub(crate) fn call_with(
        &self,
        ground: &Ground<'_>,
        headers: &[(&str, String)],
        things: &Things,
    ) -> (u16, String) {
        let path = self
            .path
            .replace("{scope}", &things.scope.to_string())
            .replace("/files/{record}", &format!("/files/{}", things.attachment))
            .replace(
                "{sha256}",
                &if self.method == "PATCH" { hash(&things.unsent) } else { things.file }.to_string(),
            )
            .replace("{record}", &things.patient.to_string())
            .replace("{appointment}", &things.appointment.to_string())
            .replace("{staff}", &things.staff.to_string())
            .replace("{device}", &things.device.to_string())
            .replace("{kind}", "task")
            .replace("{id}", &things.aside)
            .replace("{entry}", &things.entry)
            .replace("{seq}", &things.late.to_string());
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent: ureq::Agent = config.build().into();
        let mut request = ureq::http::Request::builder().method(self.method).uri(ground.office.url() + &path);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if self.method == "PATCH" {
            request = request.header("upload-offset", 0).header("upload-length", things.unsent.len());
        }
        let (media_type, body) = if self.is_page() {
            (pages::media_type(self), pages::form(self, things))
        } else {
            self.body(things)
        };
        let request = request.header("content-type", media_type).body(body).unwrap();
        let mut answer = agent.run(request).unwrap();
        let status = answer.status().as_u16();
        if matches!(self.path, "/v1/events" | "/office/live") && status == 200 {
            return (status, String::new());
        }
        let answered = answer.body_mut().read_to_vec().unwrap();
        let answered = if media_type == MEDIA_TYPE && status == 200 {
            zstd::stream::decode_all(&answered[..]).unwrap()
        } else {
            answered
        };
        (status, String::from_utf8_lossy(&answered).into_owned())
    }

    fn body(&self, things: &Things) -> (&'static str, Vec<u8>) {
        let patient = json!({ "given": "Rosa", "family": "New", "preferred": "Rose" });
        let json = match self.name().as_str() {
            "POST /v1/sync" => {
                let request = SyncRequest::new(SystemEnvironment.now(), StoreId([7; 8]), None);
                return (MEDIA_TYPE, request.to_body());
            }
            "PATCH /v1/cases/{scope}/files/{sha256}" => return (CHUNK_MEDIA_TYPE, things.unsent.clone()),
            "POST /v1/office/cases/{scope}/close" => json!({ "reason": "goals_met" }),
            "POST /v1/office/cases/{scope}/grants" => json!({ "staff": things.assignee }),
            "POST /v1/office/records" => {
                json!({ "kind": "task", "scope": things.scope, "content": { "title": "Walks" } })
            }
            "PUT /v1/office/records/{record}" => json!({ "seen": things.version, "content": patient }),
            "POST /v1/office/records/{record}/resolve" => {
                json!({ "seen": things.version, "path": "preferred", "pick": things.picks[0] })
            }
            "POST /v1/office/devices/{device}/wipe" => json!({ "unsent_count": 0 }),
            "POST /v1/office/quarantine/{id}/discard" => json!({ "reason": "written twice" }),
            "POST /v1/office/review/{entry}/seen" => json!({ "state": things.state }),
            "POST /v1/session/password" => json!({ "current": PASSWORD, "password": "nine blue kettles" }),
            "POST /v1/session/second-factor/confirm" => json!({ "code": "123456" }),
            "POST /v1/session/second-factor/remove" => json!({ "password": PASSWORD }),
            "POST /v1/office/staff" => json!({ "name": "Cy New", "role": "nurse" }),
            "POST /v1/office/staff/{staff}/role" => json!({ "role": "office" }),
            // A nurse has no password.
            "POST /v1/office/staff/{staff}/reset" => json!({ "sign_in_name": "cy.new" }),
            "POST /v1/office/staff/{staff}/invite" => json!({ "server_url": "https://office.example" }),
            _ => return ("application/json", Vec::new()),
        };
        ("application/json", json.to_string().into_bytes())
    }
}

/// Calls as this member of a side, and holds that the answer is the one in the table, that nothing of the other side's is
/// in it or changed by it, and that who is refused has changed nothing.
pub(crate) fn ask(
    ground: &Ground<'_>,
    row: &Row,
    token: &str,
    (side, other): (&Side, &Side),
    status: u16,
    what: &str,
) {
    let (own, others) = (ground.holdings(side), ground.holdings(other));
    let (answered, text) = row.call(ground, Some(token), &side.shared);
    let what = format!("{} as {what} of {}", row.name(), side.word);
    assert_eq!(answered, status, "{what}: {text}");
    let of = |side: &Side| side.marks().iter().any(|mark| text.contains(mark));
    assert!(!of(other), "{what} is told of the other agency: {text}");
    assert!(ground.holdings(other) == others, "{what} changes the other agency");
    if status >= 400 {
        assert!(ground.holdings(side) == own, "{what} is refused and changes something");
    } else if !row.path.ends_with("/events") && row.method == "GET" && status == 200 {
        assert!(of(side), "{what} is told of its own agency: {text}");
    }
}

#[test]
fn every_route_has_a_row() {
    let document = serde_json::to_value(router::document()).unwrap();
    let described = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let rows = [OFFICE, PHONES, OWN_ACCOUNT, OPEN].into_iter().flat_map(Row::all).map(|row| row.name());
    let (described, rows): (BTreeSet<String>, BTreeSet<String>) = (described.collect(), rows.collect());
    let differing: Vec<&String> = described.symmetric_difference(&rows).collect();
    assert!(differing.is_empty(), "say here who gets what: {differing:#?}");
}

#[test]
fn the_office_gets_what_its_roles_may_and_only_its_own() {
    let office = Office::start();
    for row in Row::all(OFFICE).into_iter().chain(Row::all(PAGES)) {
        let mut ground = Ground::new(&office);
        for (who, &status) in Who::ALL.into_iter().zip(&row.statuses) {
            for (side, other) in ground.pairs() {
                let token = ground.office_token(side, who);
                ask(&ground, &row, &token, (side, other), status, &format!("{who:?}"));
            }
            if row.may_change(status) {
                ground = Ground::new(&office);
            }
        }
    }
}

#[test]
fn what_only_the_other_agency_has_is_not_there() {
    let office = Office::start();
    let ground = Ground::new(&office);
    let (mut asked, held) = (0, ground.sides.each_ref().map(|side| ground.holdings(side)));
    let all = Row::all(OFFICE).into_iter().chain(Row::all(PAGES));
    for row in all.filter(|row| row.statuses[5] >= 400 && row.statuses[5] != row.statuses[3]) {
        for (who, (side, other)) in
            Who::ALL.into_iter().flat_map(|who| ground.pairs().map(|pair| (who, pair)))
        {
            let token = ground.office_token(side, who);
            let (status, text) = row.call(&ground, Some(&token), &other.own);
            let what = format!("{} as {who:?} of {}: {text}", row.name(), side.word);
            let expected =
                if who == Who::Admin { status == row.statuses[5] } else { matches!(status, 403 | 404) };
            assert!(expected, "{status}: {what}");
            assert!(!text.contains(other.word), "{what}");
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
    assert!(ground.sides.each_ref().map(|side| ground.holdings(side)) == held, "nothing has changed");
}

#[test]
fn a_case_is_not_assigned_to_the_other_agencys_staff() {
    let office = Office::start();
    let ground = Ground::new(&office);
    for method in ["POST", "DELETE"] {
        let rows = Row::all(OFFICE).into_iter();
        let row = rows.filter(|row| row.method == method).find(|row| row.path.contains("/grants")).unwrap();
        for (side, other) in ground.pairs() {
            let (staff, assignee) = (other.own.staff, other.own.staff);
            let things = Things { staff, assignee, ..side.shared.clone() };
            let held = ground.holdings(side);
            let (status, text) = row.call(&ground, Some(&ground.office_token(side, Who::Admin)), &things);
            assert_eq!(status, 404, "{}: {text}", row.name());
            assert!(ground.holdings(side) == held);
        }
    }
}

#[test]
fn nobody_and_whoever_shows_another_kind_of_token_is_let_in_nowhere() {
    let office = Office::start();
    let ground = Ground::new(&office);
    let held = ground.sides.each_ref().map(|side| ground.holdings(side));
    let side = &ground.sides[0];
    let (person, phone) = (ground.office_token(side, Who::Admin), ground.phone_token(side, Who::Nurse));
    for row in Row::all(OWN_ACCOUNT) {
        for token in [None, Some("a.b.c"), Some(&*phone), Some(&*person)] {
            let (status, text) = row.call(&ground, token, &side.shared);
            assert!(status == 401 && text.contains("signed_out"), "{}: {status} {text}", row.name());
        }
    }
    for (table, other_kind) in [(OFFICE, phone), (PHONES, person)] {
        for row in Row::all(table) {
            for (token, code) in [
                (None, "token_missing"),
                (Some("a.b.c"), "token_invalid"),
                (Some(other_kind.as_str()), "token_invalid"),
            ] {
                let (status, text) = row.call(&ground, token, &side.shared);
                assert_eq!(status, 401, "{}: {text}", row.name());
                // The answer to a HEAD has no body.
                assert!(row.method == "HEAD" || text.contains(code), "{}: {text}", row.name());
            }
        }
    }
    assert!(ground.sides.each_ref().map(|side| ground.holdings(side)) == held, "nothing has changed");
}

#[test]
fn phones_get_their_own() {
    let office = Office::start();
    let ground = Ground::new(&office);
    for row in Row::all(PHONES) {
        for (who, &status) in Who::ALL.into_iter().zip(&row.statuses) {
            for (side, other) in ground.pairs() {
                let token = ground.phone_token(side, who);
                ask(&ground, &row, &token, (side, other), status, &format!("the phone of {who:?}"));
            }
        }
    }
}

#[test]
fn what_is_open_to_everybody_tells_of_nobody_and_a_phones_secrets_are_its_own_agencys() {
    let office = Office::start();
    for row in Row::all(OPEN) {
        let ground = Ground::new(&office);
        let held = ground.sides.each_ref().map(|side| ground.holdings(side));
        let (_, text) = row.call(&ground, None, &ground.sides[0].shared);
        for side in &ground.sides {
            assert!(!side.marks().iter().any(|mark| text.contains(mark)), "{}: {text}", row.name());
        }
        assert!(ground.sides.each_ref().map(|side| ground.holdings(side)) == held, "{}", row.name());
    }
    let ground = Ground::new(&office);
    let [alder, birch] = &ground.sides;
    let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
    office.app().store.ask_wipe(alder.agency, Who::Nurse.device(), act).unwrap();
    let held = ground.holdings(birch);
    let show = |path: &str, side: &Side| {
        let secret = json!({ "refresh_token": refresh_token(side.agency, Who::Nurse.device()) });
        office.post(path, &secret)
    };
    assert_eq!(show("/v1/token", alder).1["code"], "device_wipe");
    assert_eq!(show("/v1/wiped", birch).1["code"], "not_asked");
    assert_eq!(show("/v1/wiped", alder).0, 200);
    assert_eq!(show("/v1/token", birch).0, 200, "the other agency's phone of the same id is as it was");
    assert!(ground.holdings(birch) == held);
}

#[test]
fn who_enrols_is_of_the_agency_that_invited_her() {
    let office = Office::start();
    let ground = Ground::new(&office);
    for (side, other) in ground.pairs() {
        let staff = Who::Nurse.staff();
        let (code, _) = office.app().enrolments.invite(side.agency, staff, Agent::Command).unwrap();
        let held = ground.holdings(other);
        let rogue = Rogue::enrol(&office.url(), &code.to_string());
        assert_eq!(rogue.enrolled.agency, side.agency);
        assert!(ground.holdings(other) == held);
    }
}
