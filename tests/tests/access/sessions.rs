//! People who have signed in, of two agencies in which they have the same ids.

use std::net::{IpAddr, Ipv4Addr};

use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_server::auth::Visitor;
use doorstep_server::http::session::{CSRF_HEADER, SESSION_COOKIE};
use doorstep_server::store::{Act, Agent, SignInName};
use doorstep_tests::office::Office;

use crate::ground::{Ground, Side, Things, Who};
use crate::pages::{PAGES, PAGES_OF_SESSIONS};
use crate::routes::{OFFICE, OWN_ACCOUNT, Row};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "seven green kettles";

/// Somebody who has signed in.
struct SignedIn<'o> {
    office: &'o Office,
    id: String,
}

impl<'o> SignedIn<'o> {
    fn of(ground: &Ground<'o>, side: &Side, who: Who) -> Self {
        let (app, agency, staff) = (ground.office.app(), side.agency, who.staff());
        let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
        let name = SignInName::parse(&format!("{who:?}.{}", agency.to_string().replace('-', ""))).unwrap();
        app.store.set_sign_in_name(agency, staff, name, act).unwrap();
        let (code, _) = app.sign_ins.reset(agency, staff, Agent::Command).unwrap();
        let from = Visitor { address: IpAddr::V4(Ipv4Addr::LOCALHOST), browser: None };
        let signed_in = app.sign_ins.set_password(&code.to_string(), PASSWORD, &from).unwrap();
        Self { office: ground.office, id: signed_in.session }
    }

    fn cookie(&self) -> (&'static str, String) {
        ("cookie", format!("{SESSION_COOKIE}={}", self.id))
    }

    /// What her browser sends.
    fn headers(&self) -> [(&'static str, String); 2] {
        let live = self.office.app().sign_ins.session(&self.id).unwrap();
        [self.cookie(), (CSRF_HEADER_NAME, live.csrf_token().to_owned())]
    }

    fn is_signed_in(&self) -> bool {
        self.office.app().sign_ins.session(&self.id).is_ok()
    }
}

const CSRF_HEADER_NAME: &str = "x-csrf-token";

/// Holds that nothing of the other agency's is told or changed by this.
fn alone<T>(ground: &Ground<'_>, other: &Side, what: &str, act: impl FnOnce() -> (T, String)) -> T {
    let held = ground.holdings(other);
    let (done, text) = act();
    assert!(!other.marks().iter().any(|mark| text.contains(mark)), "{what}: {text}");
    assert!(ground.holdings(other) == held, "{what} changes the other agency");
    done
}

#[test]
fn a_session_is_let_in_where_a_token_of_its_owner_is_and_only_to_her_own_agency() {
    assert_eq!(CSRF_HEADER, CSRF_HEADER_NAME);
    let office = Office::start();
    for row in Row::all(OFFICE).into_iter().chain(Row::all(PAGES)) {
        let ground = Ground::new(&office);
        for (who, column) in [(Who::Office, 2), (Who::Admin, 3)] {
            let (side, other) = ground.pairs()[column % 2];
            let what = format!("{} by {who:?}, signed in to {}", row.name(), side.word);
            let signed_in = SignedIn::of(&ground, side, who);
            if row.method != "GET" {
                let bare = row.call_with(&ground, &[signed_in.cookie()], &side.shared);
                assert_eq!(bare.0, 403, "{what}, without her session's token: {}", bare.1);
            }
            let call = || row.call_with(&ground, &signed_in.headers(), &side.shared);
            assert_eq!(alone(&ground, other, &what, call), row.statuses[column], "{what}");
        }
    }
}

#[test]
fn what_somebody_does_about_her_account_leaves_that_of_the_same_id_in_the_other_agency() {
    let office = Office::start();
    for row in Row::all(OWN_ACCOUNT).into_iter().chain(Row::all(PAGES_OF_SESSIONS)) {
        let ground = Ground::new(&office);
        for (side, other) in ground.pairs() {
            let what = format!("{} in {}", row.name(), side.word);
            let hers = SignedIn::of(&ground, side, Who::Office);
            let theirs = SignedIn::of(&ground, other, Who::Office);
            let call = || row.call_with(&ground, &hers.headers(), &side.shared);
            assert_eq!(alone(&ground, other, &what, call), row.statuses[0], "{what}");
            assert!(theirs.is_signed_in(), "{what}");
            assert_eq!(
                hers.is_signed_in(),
                !row.path.contains("/end") && !row.path.contains("/sign-out"),
                "{what}"
            );
        }
    }
}

#[test]
fn what_an_admin_does_about_an_account_leaves_that_of_the_same_id_in_the_other_agency() {
    let office = Office::start();
    let rows = Row::all(OFFICE).into_iter();
    let rows: Vec<Row> = rows.filter(|row| row.path.starts_with("/v1/office/staff/{staff}/")).collect();
    for act in ["leave", "sign-out", "reset", "role", "return", "invite"] {
        let row = rows.iter().find(|row| row.path.ends_with(act)).unwrap();
        let ground = Ground::new(&office);
        let [side, other] = &ground.sides;
        let theirs = SignedIn::of(&ground, other, Who::Office);
        let hers = SignedIn::of(&ground, side, Who::Office);
        let things = Things { staff: Who::Office.staff(), ..side.shared.clone() };
        let admin = ground.office_token(side, Who::Admin);
        let call = || row.call(&ground, Some(&admin), &things);
        assert_eq!(alone(&ground, other, &row.name(), call), 200, "{}", row.name());
        assert!(theirs.is_signed_in(), "{}", row.name());
        assert_eq!(hers.is_signed_in(), !matches!(act, "leave" | "sign-out"), "{}", row.name());
    }
}
