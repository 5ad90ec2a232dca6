//! The server does what the API's description says, whatever it is sent: schemathesis makes requests out of the
//! description, good ones and bad ones, and compares the answers with it.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

use std::net::Ipv4Addr;
use std::process::Command;

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::attachment::Attachment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::wire::Push;
use doorstep_server::agency::{self, NewMember};
use doorstep_server::auth::{Bearer, Visitor};
use doorstep_server::store::{Act, Agent, Role, SignInName};
use doorstep_tests::office::Office;
use doorstep_tests::programs::find;
use doorstep_tests::rogue::{Rogue, creation, new_id, new_scope};
use doorstep_tests::tree::read;
use doorstep_tests::world::scratch;

const INSTALL: &str = "pip install schemathesis==4.32.5";
const SECONDS_MAX: u32 = 50;
const OPERATIONS_MIN: usize = 45;

/// The exchange's bodies and chunks of files are bytes, as they are.
const HOOKS: &str = r#"
import schemathesis

@schemathesis.serializer("application/vnd.doorstep.sync")
def as_they_are(context, value):
    return value if isinstance(value, bytes) else str(value).encode()

@schemathesis.serializer("application/offset+octet-stream")
def a_chunk(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
"#;

/// An admin's token, her browser's session, and what it sends with what changes something.
fn admin(office: &Office) -> [String; 3] {
    let (app, agency, now) = (office.app(), office.agency().id, SystemEnvironment.now());
    let sign_in_name = Some(SignInName::parse("ada").unwrap());
    let new = NewMember { name: "Ada Sample", role: Role::Admin, sign_in_name };
    let act = Act { by: Agent::Command, at: now };
    let member = agency::hire_by(&*app.store, &SystemEnvironment, agency, new, act).unwrap();
    let (code, _) = app.sign_ins.reset(agency, member.id, act.by).unwrap();
    let from = Visitor { address: Ipv4Addr::LOCALHOST.into(), browser: None };
    let session = app.sign_ins.set_password(&code.to_string(), "seven green kettles", &from).unwrap().session;
    let csrf_token = app.sign_ins.session(&session).unwrap().csrf_token().to_owned();
    [app.keys.issue(Bearer::Staff(agency, member.id), now).unwrap().0, session, csrf_token]
}

/// A nurse's phone that has opened a case, in which somebody else's work was set aside; and ids for the scan to name.
fn populate(office: &Office) -> (Rogue, [(&'static str, String); 7]) {
    let enrol = |name| Rogue::enrol(&office.url(), &office.invite(office.hire(name)));
    let (rogue, stranger) = (enrol("Ana Sample"), enrol("Bea Sample"));
    let (scope, record) = (new_scope(), new_id());
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let push = |by: &Rogue, record, changes| by.push(vec![Push { record, changes }]);
    assert_eq!(push(&rogue, record, creation(scope, record, patient, rogue.author())), ["merged"]);
    let walks = new_id();
    let task = Task { title: "Walks".to_owned(), ..Task::default() };
    assert_eq!(push(&stranger, walks, creation(scope, walks, task, stranger.author())), ["no_grant"]);
    let file = Attachment {
        sha256: "0f".repeat(32),
        media_type: "image/jpeg".to_owned(),
        size_bytes: Some(1_000),
        ..Attachment::default()
    };
    let sha256 = file.sha256.clone();
    let attachment = new_id();
    assert_eq!(push(&rogue, attachment, creation(scope, attachment, file, rogue.author())), ["merged"]);
    let aside = office.get("/v1/office/quarantine")[0]["id"].as_str().unwrap().to_owned();
    let entry = office.get("/v1/office/review")["entries"][0]["id"].as_str().unwrap().to_owned();
    let ids = [
        ("scope", scope.to_string()),
        ("record", record.to_string()),
        ("staff", stranger.enrolled.staff.to_string()),
        ("device", stranger.enrolled.device.to_string()),
        ("id", aside),
        ("entry", entry),
        ("sha256", sha256),
    ];
    (rogue, ids)
}

/// What the scan is told. Of the ids in a path, half are such that exist.
fn told(phone: &str, [office, session, csrf_token]: &[String; 3], ids: &[(&str, String)]) -> String {
    let mut told = format!(
        "seed = 7\n\
         max-time = {SECONDS_MAX}\n\
         continue-on-failure = true\n\
         warnings = false\n\
         hooks = \"hooks.py\"\n\
         [generation]\n\
         max-examples = 20\n\
         [checks]\n\
         # What a description cannot say, such as that a date must be one of the calendar, is refused.\n\
         positive_data_acceptance.enabled = false\n\
         [auth.openapi.device]\n\
         bearer = \"{phone}\"\n\
         [auth.openapi.office]\n\
         bearer = \"{office}\"\n\
         [auth.openapi.session]\n\
         api_key = \"{session}\"\n\
         [headers]\n\
         x-csrf-token = \"{csrf_token}\"\n\
         # The session has to last.\n\
         [[operations]]\n\
         include-path = [\"/v1/session/end\", \"/v1/session/end-everywhere\"]\n\
         headers = {{ x-csrf-token = \"another\" }}\n"
    );
    for (name, id) in ids {
        told += &format!("[dictionaries.{name}]\nvalues = [\"{id}\"]\n");
    }
    told += "[parameters]\n";
    for (name, _) in ids {
        told += &format!("\"path.{name}\" = {{ dictionary = \"{name}\", probability = 0.5 }}\n");
    }
    told
}

#[test]
fn what_runs_before_a_change_lands_installs_the_same() {
    let (_, version) = INSTALL.rsplit_once(' ').unwrap();
    assert!(read(".ci/run").contains(version), ".ci/run does not install {version}");
}

#[test]
fn whatever_is_sent_is_answered_as_the_description_says() {
    let test = "whatever_is_sent_is_answered_as_the_description_says";
    let Some(schemathesis) = find(test, "schemathesis", INSTALL) else { return };
    let (office, folder) = (Office::start(), scratch());
    let (rogue, ids) = populate(&office);
    let told = told(&rogue.enrolled.access_token, &admin(&office), &ids);
    std::fs::write(folder.path().join("schemathesis.toml"), told).unwrap();
    std::fs::write(folder.path().join("hooks.py"), HOOKS).unwrap();
    let mut scan = Command::new(schemathesis);
    scan.current_dir(folder.path()).args(["run", "--no-color", "--workers", "1"]);
    // Its answer does not end.
    scan.args(["--exclude-path", "/v1/events"]);
    let scan = scan.arg(format!("{}/v1/openapi.json", office.url())).output().unwrap();
    let said = String::from_utf8_lossy(&scan.stdout);
    assert!(scan.status.success(), "{said}\n{}", String::from_utf8_lossy(&scan.stderr));
    let count = |what: &str| {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(what)).unwrap();
        line.trim().split('/').next().unwrap().parse::<usize>().unwrap()
    };
    assert_eq!(count("Tested:"), count("Selected:"), "{said}");
    assert!(count("Tested:") >= OPERATIONS_MIN, "{said}");
}
