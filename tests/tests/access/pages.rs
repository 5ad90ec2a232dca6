//! The office's pages: who gets which, and what is answered to whoever has not signed in.

use std::collections::BTreeSet;

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_server::router;
use doorstep_tests::office::Office;

use crate::ground::{Ground, Things};
use crate::routes::Row;
use crate::sessions::PASSWORD;

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The pages, and what is answered there as in the table of the office's API.
pub(crate) const PAGES: &str = "\
                                                  nurse other office admin left elsewhere
GET    /office                                      403   403    200   200  403       200
GET    /office/cases                                403   403    200   200  403       200
POST   /office/cases                                403   403    200   200  403       200
GET    /office/import                               403   403    200   200  403       200
POST   /office/import                               403   403    200   200  403       200
POST   /office/import/confirm                       403   403    409   409  403       409
POST   /office/cases/assign                         403   403    303   303  403       404
GET    /office/cases/new                            403   403    200   200  403       200
POST   /office/cases/new                            403   403    303   303  403       303
GET    /office/cases/{scope}/team                   403   403    200   200  403       404
POST   /office/cases/{scope}/team                   403   403    303   303  403       404
GET    /office/cases/{scope}                        200   403    200   200  403       404
GET    /office/cases/{scope}/as-of                  200   403    200   200  403       404
GET    /office/cases/{scope}/new/{kind}             200   403    200   200  403       404
POST   /office/cases/{scope}/new/{kind}             303   403    303   303  403       404
GET    /office/cases/{scope}/new/attachment         200   403    200   200  403       404
POST   /office/cases/{scope}/new/attachment         303   403    303   303  403       404
GET    /office/cases/{scope}/files/{record}         200   403    200   200  403       404
GET    /office/cases/{scope}/outcomes               200   403    200   200  403       404
GET    /office/cases/{scope}/plan                   200   403    200   200  403       404
GET    /office/cases/{scope}/records/{kind}         200   403    200   200  403       404
GET    /office/cases/{scope}/timeline               200   403    200   200  403       404
GET    /office/directory                            200   200    200   200  403       200
GET    /office/records/{record}                     200   403    200   200  403       404
GET    /office/records/{record}/edit                200   403    200   200  403       404
POST   /office/records/{record}/edit                303   403    303   303  403       404
GET    /office/records/{record}/mistake             200   403    200   200  403       404
POST   /office/records/{record}/mistake             303   403    303   303  403       404
POST   /office/records/{record}/resolve             303   403    303   303  403       404
GET    /office/review                               403   403    200   200  403       200
GET    /office/review/late/{seq}                    403   403    200   200  403       404
POST   /office/review/late/{seq}/seen               403   403    303   303  403       404
GET    /office/review/quarantine/{id}               403   403    200   200  403       404
POST   /office/review/quarantine/{id}/accept        403   403    303   303  403       404
POST   /office/review/quarantine/{id}/discard       403   403    303   303  403       404
POST   /office/review/{entry}/seen                  403   403    303   303  403       404
GET    /office/audit                                403   403    403   200  403       200
POST   /office/audit                                403   403    403   200  403       200
POST   /office/audit/export                         403   403    403   200  403       200
POST   /office/audit/verify                         403   403    403   200  403       200
GET    /office/outcomes                             403   403    200   200  403       200
GET    /office/outcomes/{name}                      403   403    404   404  403       404
POST   /office/devices/{device}/lock                403   403    403   303  403       404
POST   /office/devices/{device}/unlock              403   403    403   303  403       404
GET    /office/devices/{device}/wipe                403   403    403   200  403       404
POST   /office/devices/{device}/wipe                403   403    403   303  403       404
GET    /office/staff                                403   403    200   200  403       200
POST   /office/staff                                403   403    403   303  403       303
GET    /office/staff/{staff}                        403   403    200   200  403       404
POST   /office/staff/{staff}/invite                 403   403    403   200  403       404
POST   /office/staff/{staff}/leave                  403   403    403   303  403       404
POST   /office/staff/{staff}/reset                  403   403    403   409  403       404
POST   /office/staff/{staff}/return                 403   403    403   303  403       404
POST   /office/staff/{staff}/role                   403   403    403   303  403       404
POST   /office/staff/{staff}/sign-out               403   403    403   303  403       404
GET    /office/appointments/{appointment}           403   403    200   200  403       404
POST   /office/appointments/{appointment}           403   403    303   303  403       404
POST   /office/appointments/{appointment}/cancel    403   403    303   303  403       404
GET    /office/schedule                             403   403    200   200  403       200
GET    /office/schedule/book                        403   403    200   200  403       200
POST   /office/schedule/book                        403   403    303   303  403       404
POST   /office/schedule/choose                      403   403    200   200  403       200
GET    /office/staff/{staff}/calendar               403   403    200   200  403       404
POST   /office/staff/{staff}/calendar               403   403    200   200  403       404
POST   /office/staff/{staff}/calendar/revoke        403   403    303   303  403       404
";

/// The pages that only a session opens, and what is answered there to somebody of the office who has signed in.
pub(crate) const PAGES_OF_SESSIONS: &str = "\
GET    /office/account                              200
POST   /office/account/password                     422
POST   /office/account/second-factor                200
POST   /office/account/second-factor/confirm        409
POST   /office/account/second-factor/remove         409
POST   /office/account/sign-out-everywhere          303
GET    /office/alive                                204
GET    /office/live                                 200
POST   /office/sign-out                             303
";

/// The pages that are open to everybody, and what is answered there to nobody who sends nothing.
const OPEN_PAGES: &str = "\
GET    /                                            303
GET    /calendar/{secret}                           404
GET    /office/assets/{name}                        404
POST   /office/language                             400
GET    /office/password                             200
POST   /office/password                             422
GET    /office/sign-in                              200
POST   /office/sign-in                              401
";

/// The media type of what is sent to a page.
pub(crate) fn media_type(row: &Row) -> &'static str {
    let has_file =
        matches!(&*row.name(), "POST /office/import" | "POST /office/cases/{scope}/new/attachment");
    if has_file { "multipart/form-data; boundary=edge" } else { FORM }
}

fn new_record() -> RecordId {
    RecordId::new(SystemEnvironment.now(), &mut (&SystemEnvironment as &dyn Environment).entropy())
}

/// What is sent to a page as its form.
pub(crate) fn form(row: &Row, things: &Things) -> Vec<u8> {
    if row.name() == "POST /office/import" {
        let head = "content-disposition: form-data; name=\"bundles\"; filename=\"a.json\"";
        return format!("--edge\r\n{head}\r\n\r\n[]\r\n--edge--\r\n").into_bytes();
    }
    if row.name() == "POST /office/cases/{scope}/new/attachment" {
        let head =
            "content-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\ncontent-type: text/plain";
        let record = "content-disposition: form-data; name=\"record\"";
        let id = new_record();
        return format!("--edge\r\n{record}\r\n\r\n{id}\r\n--edge\r\n{head}\r\n\r\na\r\n--edge--\r\n")
            .into_bytes();
    }
    let fields: Vec<(&str, String)> = match row.name().as_str() {
        "POST /office/cases" => vec![("words", "r".to_owned())],
        "POST /office/cases/assign" => {
            vec![("case", things.scope.to_string()), ("to", things.assignee.to_string())]
        }
        "POST /office/cases/new" => {
            let new = |byte: u8| ScopeId::from_bytes([byte; 16]).to_string();
            let name = ("family", "Newcomer".to_owned());
            vec![("new_scope", new(0x71)), ("new_patient", new(0x72)), name]
        }
        "POST /office/cases/{scope}/team" => {
            vec![("act", "assign".to_owned()), ("to", things.assignee.to_string())]
        }
        "POST /office/review/quarantine/{id}/discard" => vec![("reason", "written twice".to_owned())],
        "POST /office/review/{entry}/seen" => vec![("state", things.state.clone())],
        "POST /office/audit" => vec![("words", "Rosa".to_owned())],
        "POST /office/audit/export" => vec![("format", "csv".to_owned())],
        "POST /office/devices/{device}/wipe" => vec![("unsent_count", "0".to_owned())],
        "POST /office/staff" => vec![("name", "Cy New".to_owned()), ("role", "nurse".to_owned())],
        "POST /office/staff/{staff}/role" => vec![("role", "office".to_owned())],
        "POST /office/account/password" => {
            vec![("password", "seven".to_owned()), ("again", "eight".to_owned())]
        }
        "POST /office/account/second-factor/confirm" => vec![("code", "123456".to_owned())],
        "POST /office/account/second-factor/remove" => vec![("password", PASSWORD.to_owned())],
        "POST /office/password" => vec![("password", "seven".to_owned()), ("again", "eight".to_owned())],
        "POST /office/cases/{scope}/new/{kind}" => {
            vec![("record", new_record().to_string()), ("title", "Walks".to_owned())]
        }
        "POST /office/records/{record}/edit" => {
            vec![("seen", things.version.to_string()), ("preferred", "Rose".to_owned())]
        }
        "POST /office/records/{record}/mistake" => {
            vec![("seen", things.version.to_string()), ("reason", "duplicate".to_owned())]
        }
        "POST /office/records/{record}/resolve" => {
            vec![("seen", things.version.to_string()), ("pick", format!("{} preferred", things.picks[0]))]
        }
        "POST /office/schedule/book" => vec![
            ("case", things.scope.to_string()),
            ("record", RecordId::from_bytes([0x7f; 16]).to_string()),
            ("nurse", things.staff.to_string()),
            ("day", "2100-01-04".to_owned()),
            ("time", "08:30".to_owned()),
            ("minutes", "45".to_owned()),
        ],
        "POST /office/appointments/{appointment}" => vec![
            ("seen", things.appointment_version.to_string()),
            ("nurse", things.staff.to_string()),
            ("day", "2100-01-05".to_owned()),
            ("time", "08:30".to_owned()),
            ("minutes", "45".to_owned()),
        ],
        "POST /office/appointments/{appointment}/cancel" => {
            vec![("seen", things.appointment_version.to_string()), ("cancellation_reason", "away".to_owned())]
        }
        _ => Vec::new(),
    };
    let mut form = String::new();
    for (name, value) in fields {
        let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        form.push_str(&format!("{name}={value}&"));
    }
    form.into_bytes()
}

#[test]
fn every_page_has_a_row() {
    let document = serde_json::to_value(router::pages_document()).unwrap();
    let described = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let rows = [PAGES, PAGES_OF_SESSIONS, OPEN_PAGES].into_iter().flat_map(Row::all).map(|row| row.name());
    let (described, rows): (BTreeSet<String>, BTreeSet<String>) = (described.collect(), rows.collect());
    let differing: Vec<&String> = described.symmetric_difference(&rows).collect();
    assert!(differing.is_empty(), "say here who gets what: {differing:#?}");
}

#[test]
fn whoever_has_not_signed_in_is_led_to_where_one_does_and_changes_nothing() {
    let office = Office::start();
    let ground = Ground::new(&office);
    let held = ground.sides.each_ref().map(|side| ground.holdings(side));
    for row in Row::all(PAGES).into_iter().chain(Row::all(PAGES_OF_SESSIONS)) {
        let (status, text) = row.call(&ground, None, &ground.sides[0].shared);
        assert_eq!(status, if row.method == "GET" { 303 } else { 401 }, "{}: {text}", row.name());
        for side in &ground.sides {
            assert!(!side.marks().iter().any(|mark| text.contains(mark)), "{}: {text}", row.name());
        }
    }
    assert!(ground.sides.each_ref().map(|side| ground.holdings(side)) == held, "nothing has changed");
}

#[test]
fn the_pages_that_are_open_tell_of_nobody() {
    let office = Office::start();
    let ground = Ground::new(&office);
    for row in Row::all(OPEN_PAGES) {
        let (status, text) = row.call(&ground, None, &ground.sides[0].shared);
        assert_eq!(status, row.statuses[0], "{}: {text}", row.name());
        for side in &ground.sides {
            assert!(!side.marks().iter().any(|mark| text.contains(mark)), "{}: {text}", row.name());
        }
    }
}
