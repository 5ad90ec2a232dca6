//! What stands around a page, and how a page is asked for.

use std::borrow::Cow;
use std::convert::Infallible;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::response::Html;
use doorstep_client_core::record::agency::Agency;
use doorstep_client_core::record::{AnyRecord, Kind};

use super::assets::{ASSETS, Assets};
use super::local::Local;
use super::words::{Language, Words};
use crate::agency::itself;
use crate::app::App;
use crate::auth::csrf_token;
use crate::http::{Permitted, Problem, cookie, session_id};
use crate::store::{Role, Seq, Snapshot};

/// The cookie that says which language somebody chose.
pub const LANGUAGE_COOKIE: &str = "doorstep-language";
/// What says in an address that something was done: the name of a message in the catalogue, after `done-`.
const DONE: &str = "done";

/// How a page is asked for: in which language, from where, with which proof that a form is ours.
#[derive(Clone)]
pub struct Asking {
    /// The words of the page.
    pub words: Words,
    /// The page's path, without its query.
    pub path: String,
    /// What has to come with each form; empty where the caller has no session.
    pub csrf_token: String,
    done: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asking {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let done = form_urlencoded::parse(query).find(|(name, _)| name == DONE);
        Ok(Self {
            words: language_of(&parts.headers).into(),
            path: parts.uri.path().to_owned(),
            csrf_token: session_id(&parts.headers).map(|id| csrf_token(&id)).unwrap_or_default(),
            done: done.map(|(_, what)| what.into_owned()),
        })
    }
}

/// The language of whoever sends these headers: as chosen, or else as the browser prefers.
pub fn language_of(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(|code| Language::of_code(&code));
    chosen.unwrap_or_else(|| {
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Language::preferred(accepted.unwrap_or_default())
    })
}

/// The parts of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// What happens today.
    Today,
    /// All cases, and what belongs to one.
    Caseload,
    /// Who visits whom when.
    Schedule,
    /// What waits for somebody's look.
    Review,
    /// What came of it.
    Outcomes,
    /// Who works here, and with which phones.
    Staff,
    /// Who saw and changed what.
    Audit,
    /// The caller's own account.
    Account,
}

/// A line of the navigation.
pub struct Place {
    /// Where it leads.
    pub href: &'static str,
    /// What it is called: a message.
    pub name: &'static str,
    /// Whether the page is there.
    pub is_here: bool,
}

impl Area {
    const fn link(self) -> (&'static str, &'static str) {
        match self {
            Self::Today => ("/office", "nav-today"),
            Self::Caseload => ("/office/cases", "nav-caseload"),
            Self::Schedule => ("/office/schedule", "nav-schedule"),
            Self::Review => ("/office/review", "nav-review"),
            Self::Outcomes => ("/office/outcomes", "nav-outcomes"),
            Self::Staff => ("/office/staff", "nav-staff"),
            Self::Audit => ("/office/audit", "nav-audit"),
            Self::Account => ("/office/account", "nav-account"),
        }
    }
}

/// What stands around a page.
#[derive(Clone)]
pub struct Frame {
    /// Where and when, in which language.
    pub local: Local,
    /// What the agency is called.
    pub agency: String,
    /// Who looks.
    pub person: String,
    /// The last entry of the agency's order that the page can show: what is live goes on from there.
    pub head: Seq,
    /// What has to come with each form.
    pub csrf_token: String,
    /// The page's path.
    pub path: String,
    role: Role,
    area: Area,
    done: Option<Cow<'static, str>>,
}

impl Frame {
    /// The frame of a page for somebody who may see it, as of a snapshot.
    pub fn new(
        app: &App,
        caller: &Permitted,
        snapshot: &dyn Snapshot,
        asking: Asking,
        area: Area,
    ) -> Result<Self, Problem> {
        let agency = rules(snapshot)?;
        let done = asking.done.and_then(|what| asking.words.try_say(&format!("done-{what}")));
        Ok(Self {
            local: Local::of(&agency, app.environment.now(), asking.words),
            agency: if agency.name.is_empty() { snapshot.agency()?.name } else { agency.name },
            person: caller.member.name.clone(),
            head: snapshot.head()?,
            csrf_token: asking.csrf_token,
            path: asking.path,
            role: caller.member.role,
            area,
            done,
        })
    }

    /// A message.
    pub fn say(&self, message: &str) -> Cow<'static, str> {
        self.local.words.say(message)
    }

    /// The words.
    pub fn words(&self) -> Words {
        self.local.words
    }

    /// What was done, where the page follows an act.
    pub fn done(&self) -> Option<&str> {
        self.done.as_deref()
    }

    /// Whether she manages staff and phones.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// The browser window's title.
    pub fn title(&self, page: &str) -> Cow<'static, str> {
        let values = [("page", page.to_owned().into()), ("agency", self.agency.clone().into())];
        self.words().tell("page-title", values)
    }

    /// Where one can go.
    pub fn places(&self) -> Vec<Place> {
        let areas = [
            Area::Today,
            Area::Caseload,
            Area::Schedule,
            Area::Review,
            Area::Outcomes,
            Area::Staff,
            Area::Audit,
        ];
        let areas = areas.into_iter().filter(|area| *area != Area::Audit || self.is_admin());
        let place = |area: Area| {
            let (href, name) = area.link();
            Place { href, name, is_here: area == self.area }
        };
        areas.map(place).collect()
    }

    /// Whether the page is about the caller's own account.
    pub fn is_at_account(&self) -> bool {
        self.area == Area::Account
    }

    /// What the page loads.
    pub fn assets(&self) -> &'static Assets {
        &ASSETS
    }

    /// The languages to choose from.
    pub fn languages(&self) -> [Language; 2] {
        Language::ALL
    }
}

/// The agency's own record: its name, zone and rules.
pub fn rules(snapshot: &dyn Snapshot) -> Result<Agency, Problem> {
    let unreadable = || {
        tracing::error!("the agency's own record cannot be read");
        Problem::internal()
    };
    let Some(stored) = snapshot.record(itself(snapshot.agency_id()).into())? else {
        return Ok(Agency::default());
    };
    let view = serde_json::from_str(&stored.view).map_err(|_| unreadable())?;
    match Kind::Agency.from_json(view) {
        Ok(AnyRecord::Agency(agency)) => Ok(agency),
        _ => Err(unreadable()),
    }
}

/// A page, written out.
pub fn page(template: &impl Template) -> Result<Html<String>, Problem> {
    template.render().map(Html).map_err(|error| {
        tracing::error!("a page cannot be written: {error}");
        Problem::internal()
    })
}

/// The way back to a page after something was done there.
pub fn done(path: &str, what: &str) -> axum::response::Redirect {
    let joint = if path.contains('?') { '&' } else { '?' };
    axum::response::Redirect::to(&format!("{path}{joint}{DONE}={what}"))
}
