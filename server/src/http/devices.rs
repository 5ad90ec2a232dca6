//! The agency's phones.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use doorstep_client_core::ids::{AgencyId, DeviceId, StaffId};
use doorstep_client_core::limits::CLOCK_SKEW_SECONDS_MAX;
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cases::names;
use super::error::Body as Refusal;
use super::{Answer, Asked, Named, OfficeCaller, Permitted, Problem, blocking};
use crate::access::{Action, Relation};
use crate::app::{App, Poke};
use crate::describe;
use crate::store::{Act, EnrolledDevice, Seq, Standing};

/// A phone.
#[derive(Serialize, ToSchema)]
pub struct Phone {
    #[schema(value_type = describe::Id)]
    id: DeviceId,
    name: String,
    #[schema(value_type = describe::Id)]
    staff: StaffId,
    staff_name: String,
    app_version: String,
    #[schema(value_type = describe::Time)]
    enrolled_at: Timestamp,
    #[schema(value_type = Option<describe::Time>)]
    last_contact_at: Option<Timestamp>,
    unsent_count: u32,
    clock_skew_s: i64,
    is_clock_off: bool,
    #[schema(value_type = u64)]
    cursor_seq_max: Seq,
    is_locked: bool,
    standing: Standing,
    #[schema(value_type = Option<describe::Time>)]
    session_ended_at: Option<Timestamp>,
    #[schema(value_type = Option<describe::Time>)]
    wipe_asked_at: Option<Timestamp>,
    #[schema(value_type = Option<describe::Time>)]
    wiped_at: Option<Timestamp>,
}

/// The agency's phones, by the time of their enrolment.
#[utoipa::path(
    get,
    path = "/v1/office/devices",
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Vec<Phone>, description = "The phones"),
        OfficeCaller,
    )
)]
pub async fn list(State(app): State<Arc<App>>, caller: OfficeCaller) -> Answer<Vec<Phone>> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let names = names(&*snapshot)?;
        let phones = snapshot.devices()?.into_iter().map(|device| Phone::of(device, &names));
        Ok(Json(phones.collect()))
    })
    .await
}

/// Locks a phone: from its next contact on it shows nothing.
#[utoipa::path(
    post,
    path = "/v1/office/devices/{device}/lock",
    params(("device" = describe::Id, Path, description = "The phone")),
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Phone, description = "The phone"),
        OfficeCaller,
        Named<DeviceId>,
    )
)]
pub async fn lock(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(device): Named<DeviceId>,
) -> Answer<Phone> {
    change(app, caller, device, |app, agency, device, act| {
        Ok(app.store.set_device_locked(agency, device.id, true, act)?)
    })
    .await
}

/// Unlocks a phone.
#[utoipa::path(
    post,
    path = "/v1/office/devices/{device}/unlock",
    params(("device" = describe::Id, Path, description = "The phone")),
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Phone, description = "The phone"),
        OfficeCaller,
        Named<DeviceId>,
    )
)]
pub async fn unlock(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(device): Named<DeviceId>,
) -> Answer<Phone> {
    change(app, caller, device, |app, agency, device, act| {
        Ok(app.store.set_device_locked(agency, device.id, false, act)?)
    })
    .await
}

/// What whoever has a phone wiped knows of what is lost.
#[derive(Deserialize, ToSchema)]
pub struct WipeRequest {
    /// The count of unsent changes that the phone last reported, as it was shown.
    unsent_count: u32,
}

/// Has a phone destroy what it holds, at its next contact.
#[utoipa::path(
    post,
    path = "/v1/office/devices/{device}/wipe",
    params(("device" = describe::Id, Path, description = "The phone")),
    request_body = WipeRequest,
    security(("office" = ["manage"])),
    responses(
        (status = 200, body = Phone, description = "The phone"),
        OfficeCaller,
        Named<DeviceId>,
        Asked<WipeRequest>,
        (
            status = 409, body = Refusal,
            description = "the phone has reported another count since (unsent_count_changed)"
        ),
    )
)]
pub async fn wipe(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(device): Named<DeviceId>,
    Asked(asked): Asked<WipeRequest>,
) -> Answer<Phone> {
    let unsent_count = asked.unsent_count;
    change(app, caller, device, move |app, agency, device, act| {
        ask_wipe(app, agency, device, unsent_count, act)
    })
    .await
}

/// Asks a phone to destroy what it holds, where it still has as many unsent changes as whoever asks was shown.
pub(crate) fn ask_wipe(
    app: &App,
    agency: AgencyId,
    device: &EnrolledDevice,
    unsent_count: u32,
    act: Act,
) -> Result<(), Problem> {
    if device.unsent_count != unsent_count {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "unsent_count_changed",
            "the phone has reported another count of unsent changes since; look again",
        ));
    }
    Ok(app.store.ask_wipe(agency, device.id, act)?)
}

/// Changes how a phone stands, and tells it where it listens.
async fn change(
    app: Arc<App>,
    caller: OfficeCaller,
    device: DeviceId,
    change: impl FnOnce(&App, AgencyId, &EnrolledDevice, Act) -> Result<(), Problem> + Send + 'static,
) -> Answer<Phone> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    blocking(app, move |app| {
        let changed = change_for(app, &caller, device, change)?;
        let names = names(&*caller.snapshot(app)?)?;
        Ok(Json(Phone::of(changed, &names)))
    })
    .await
}

/// The same, and returns the phone as it then stands.
pub(crate) fn change_for(
    app: &App,
    caller: &Permitted,
    device: DeviceId,
    change: impl FnOnce(&App, AgencyId, &EnrolledDevice, Act) -> Result<(), Problem>,
) -> Result<EnrolledDevice, Problem> {
    change(app, caller.agency, &find(app, caller, device)?, caller.act(app))?;
    let changed = find(app, caller, device)?;
    app.poke(Poke::assignments(caller.agency, changed.staff));
    Ok(changed)
}

/// A phone of the caller's agency.
pub(crate) fn find(app: &App, caller: &Permitted, device: DeviceId) -> Result<EnrolledDevice, Problem> {
    let holder = caller.snapshot(app)?.holder(device)?;
    Ok(holder.ok_or_else(|| Problem::not_found("phone"))?.device)
}

impl Phone {
    fn of(device: EnrolledDevice, names: &HashMap<StaffId, String>) -> Self {
        Self {
            standing: device.standing(),
            id: device.id,
            name: device.name,
            staff: device.staff,
            staff_name: names.get(&device.staff).cloned().unwrap_or_default(),
            app_version: device.app_version,
            enrolled_at: device.enrolled_at,
            last_contact_at: device.last_contact_at,
            unsent_count: device.unsent_count,
            clock_skew_s: device.clock_skew_s,
            is_clock_off: device.clock_skew_s.abs() > CLOCK_SKEW_SECONDS_MAX,
            cursor_seq_max: device.cursor_seq_max,
            is_locked: device.is_locked,
            session_ended_at: device.session_ended_at,
            wipe_asked_at: device.wipe_asked_at,
            wiped_at: device.wiped_at,
        }
    }
}
