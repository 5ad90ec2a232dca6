//! What an admin does about a phone.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use doorstep_client_core::ids::DeviceId;

use super::acts::place;
use super::member::PhoneLine;
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::devices::{self, change_for};
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking};
use crate::office::frame::{Area, Asking, Frame, done, page};
use crate::office::gate::{Posted, said};
use crate::store::StaffMember;

#[derive(Template)]
#[template(path = "staff/wipe.html")]
struct Wipe {
    frame: Frame,
    owner: String,
    owner_href: String,
    phone: PhoneLine,
    wrong: Option<String>,
}

/// Locks a phone.
#[utoipa::path(
    post,
    path = "/office/devices/{device}/lock",
    params(("device" = crate::describe::Id, Path, description = "The phone")),
    security(("office" = ["manage"])),
    responses((status = 303, description = "Locked"))
)]
pub async fn lock(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(device): Named<DeviceId>,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    set_locked(app, caller, device, (true, "phone-locked")).await
}

/// Unlocks a phone.
#[utoipa::path(
    post,
    path = "/office/devices/{device}/unlock",
    params(("device" = crate::describe::Id, Path, description = "The phone")),
    security(("office" = ["manage"])),
    responses((status = 303, description = "Unlocked"))
)]
pub async fn unlock(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(device): Named<DeviceId>,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    set_locked(app, caller, device, (false, "phone-unlocked")).await
}

async fn set_locked(
    app: Arc<App>,
    caller: Permitted,
    device: DeviceId,
    (is_locked, what): (bool, &'static str),
) -> Result<Response, Problem> {
    blocking(app, move |app| {
        let changed = change_for(app, &caller, device, |app, agency, device, act| {
            Ok(app.store.set_device_locked(agency, device.id, is_locked, act)?)
        })?;
        Ok(done(&place(changed.staff), what).into_response())
    })
    .await
}

/// Where one confirms that a phone is to destroy what it holds: what would be lost.
#[utoipa::path(
    get,
    path = "/office/devices/{device}/wipe",
    params(("device" = crate::describe::Id, Path, description = "The phone")),
    security(("office" = ["manage"])),
    responses((status = 200, description = "The page"))
)]
pub async fn ask_wipe(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(device): Named<DeviceId>,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| wipe_page(app, &caller, device, asking, None)).await
}

/// Has a phone destroy what it holds, at its next contact.
#[utoipa::path(
    post,
    path = "/office/devices/{device}/wipe",
    params(("device" = crate::describe::Id, Path, description = "The phone")),
    security(("office" = ["manage"])),
    responses(
        (status = 303, description = "It was asked to"),
        (status = 409, description = "The page, with what the phone has reported since"),
    )
)]
pub async fn wipe(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(device): Named<DeviceId>,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    let unsent_count: u32 = form.parse("unsent_count")?;
    blocking(app, move |app| {
        let asked = change_for(app, &caller, device, |app, agency, device, act| {
            devices::ask_wipe(app, agency, device, unsent_count, act)
        });
        match asked {
            Ok(phone) => Ok(done(&place(phone.staff), "phone-wiping").into_response()),
            Err(problem) if problem.code() == "unsent_count_changed" => {
                let wrong = said(&problem, asking.words);
                let again = wipe_page(app, &caller, device, asking, Some(wrong))?;
                Ok((StatusCode::CONFLICT, again).into_response())
            }
            Err(problem) => Err(problem),
        }
    })
    .await
}

fn wipe_page(
    app: &App,
    caller: &Permitted,
    device: DeviceId,
    asking: Asking,
    wrong: Option<String>,
) -> Result<Html<String>, Problem> {
    let phone = devices::find(app, caller, device)?;
    let snapshot = &*caller.snapshot(app)?;
    let frame = Frame::new(app, caller, snapshot, asking, Area::Staff)?;
    let owner: Option<StaffMember> = snapshot.staff(phone.staff)?;
    page(&Wipe {
        owner: owner.map(|owner| owner.name).unwrap_or_default(),
        owner_href: place(phone.staff),
        phone: PhoneLine::of(phone, &frame.local),
        wrong,
        frame,
    })
}
