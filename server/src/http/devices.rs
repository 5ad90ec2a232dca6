//! The agency's phones.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_client_core::ids::{DeviceId, StaffId};
use doorstep_client_core::limits::CLOCK_SKEW_SECONDS_MAX;
use doorstep_client_core::record::Timestamp;
use serde::Serialize;

use super::cases::names;
use super::{Answer, OfficeCaller, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::store::{Seq, Standing};

/// A phone.
#[derive(Serialize)]
pub struct Phone {
    id: DeviceId,
    name: String,
    staff: StaffId,
    staff_name: String,
    app_version: String,
    enrolled_at: Timestamp,
    last_contact_at: Option<Timestamp>,
    unsent_count: u32,
    clock_skew_s: i64,
    is_clock_off: bool,
    cursor_seq_max: Seq,
    is_locked: bool,
    standing: Standing,
    session_ended_at: Option<Timestamp>,
    wipe_asked_at: Option<Timestamp>,
    wiped_at: Option<Timestamp>,
}

/// `GET /v1/office/devices`
pub async fn list(State(app): State<Arc<App>>, caller: OfficeCaller) -> Answer<Vec<Phone>> {
    caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = caller.snapshot(app)?;
        let names = names(&*snapshot)?;
        let phones = snapshot.devices()?.into_iter().map(|device| Phone {
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
        });
        Ok(Json(phones.collect()))
    })
    .await
}
