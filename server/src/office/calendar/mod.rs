//! A nurse's calendar feed: `feed`, which calendars read; and here its address, which the office gives, renews and takes
//! away.

pub mod feed;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::{Html, Redirect};
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;

use super::frame::{Area, Asking, Frame, done, page};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::auth::new_calendar;
use crate::http::address::is_secure;
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking};
use crate::store::StaffMember;

#[derive(Template)]
#[template(path = "schedule/calendar.html")]
struct Page {
    frame: Frame,
    nurse: StaffMember,
    /// Since when there is an address.
    since: Option<Timestamp>,
    /// The address, just made: it is shown this once.
    address: Option<String>,
}

/// Whether a nurse's schedule can be read by a calendar, and since when.
#[utoipa::path(
    get,
    path = "/office/staff/{staff}/calendar",
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(staff): Named<StaffId>,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| page(&Page::of(app, &caller, asking, staff)?)).await
}

/// Gives a nurse's schedule a new address, in place of the one that it had, and shows it this once.
#[utoipa::path(
    post,
    path = "/office/staff/{staff}/calendar",
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page, with the address"))
)]
pub async fn renew(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    headers: HeaderMap,
    Named(staff): Named<StaffId>,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let secret = new_calendar(&*app.store, &*app.environment, caller.agency, staff, caller.act(app))?;
        let address = format!("{}/calendar/{secret}.ics", origin(app, &headers)?);
        page(&Page { address: Some(address), ..Page::of(app, &caller, asking, staff)? })
    })
    .await
}

/// Takes the address of a nurse's schedule away.
#[utoipa::path(
    post,
    path = "/office/staff/{staff}/calendar/revoke",
    security(("office" = ["oversee"])),
    responses((status = 303, description = "It is no more"))
)]
pub async fn revoke(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(staff): Named<StaffId>,
) -> Result<Redirect, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        caller.snapshot(app)?.staff(staff)?.ok_or_else(|| Problem::not_found("nurse"))?;
        app.store.revoke_calendar(caller.agency, staff, caller.act(app))?;
        Ok(done(&format!("/office/staff/{staff}/calendar"), "calendar-revoked"))
    })
    .await
}

impl Page {
    fn of(app: &App, caller: &Permitted, asking: Asking, staff: StaffId) -> Result<Self, Problem> {
        let snapshot = &*caller.snapshot(app)?;
        let nurse = snapshot.staff(staff)?.ok_or_else(|| Problem::not_found("nurse"))?;
        let calendars = app.store.calendars(caller.agency)?;
        Ok(Self {
            frame: Frame::new(app, caller, snapshot, asking, Area::Schedule)?,
            since: calendars.into_iter().find(|(owner, _)| *owner == staff).map(|(_, since)| since),
            address: None,
            nurse,
        })
    }
}

/// Where the browser found this server: the feed is found there too.
fn origin(app: &App, headers: &HeaderMap) -> Result<String, Problem> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.ok_or_else(|| Problem::bad_request("the request names no host"))?;
    let scheme = if is_secure(app.is_tls, headers, app.is_behind_proxy) { "https" } else { "http" };
    Ok(format!("{scheme}://{host}"))
}
