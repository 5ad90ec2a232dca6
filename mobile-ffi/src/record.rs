//! The core's records as apps see them.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{
    Answer, CheckPoint, Coding, Date, ElementId, Members, Period, Position, Quantity, Text, Timestamp,
};

use crate::error::DoorstepError;

uniffi::custom_type!(Timestamp, SystemTime, {
    remote,
    lower: |at| system_time(at),
    try_lift: |at| nearest_ms(at),
});
/// A date as precise as it is known: `1948`, `1948-03` or `1948-03-09` (FHIR's `date`).
type PartialDate = Date;
uniffi::custom_type!(PartialDate, String, { remote, lower: |date| date.to_string(), try_lift: |date| Ok(date.parse().map_err(DoorstepError::invalid)?) });
uniffi::custom_type!(Text, String, { remote, lower: |text| text.0, try_lift: |text| Ok(Text(text)) });
uniffi::custom_type!(ElementId, String, { remote, lower: |id| id.0, try_lift: |id| Ok(ElementId(id)) });
uniffi::custom_type!(Members, HashMap<String, bool>, {
    remote,
    lower: |members| members.0.into_iter().collect(),
    try_lift: |members| Ok(Members(members.into_iter().collect())),
});
macro_rules! ids {
    ($($name:ident),+) => {$(
        uniffi::custom_type!($name, String, { remote, lower: |id| id.to_string(), try_lift: |id| Ok(id.parse().map_err(DoorstepError::invalid)?) });
    )+};
}
ids!(AgencyId, DeviceId, RecordId, ScopeId, StaffId);
uniffi::custom_type!(Version, String, { remote, lower: |version| version.to_string(), try_lift: |version| Ok(version.parse().map_err(DoorstepError::invalid)?) });

/// A code from a code system, with the words it was shown as (FHIR's `Coding`).
#[uniffi::remote(Record)]
pub struct Coding {
    pub system: String,
    pub code: String,
    pub display: String,
}
#[uniffi::remote(Record)]
pub struct Quantity {
    pub value: f64,
    pub unit: String,
}
#[uniffi::remote(Record)]
pub struct Period {
    #[uniffi(default)]
    pub start: Option<Date>,
    #[uniffi(default)]
    pub end: Option<Date>,
}
#[uniffi::remote(Record)]
pub struct Position {
    pub latitude_deg: f64,
    pub longitude_deg: f64,
    pub accuracy_m: f64,
}
#[uniffi::remote(Record)]
pub struct CheckPoint {
    pub at: Timestamp,
    #[uniffi(default)]
    pub position: Option<Position>,
}
#[uniffi::remote(Enum)]
pub enum Answer {
    Boolean(bool),
    Integer(i64),
    Decimal(f64),
    Text(String),
}

fn system_time(at: Timestamp) -> SystemTime {
    let ms = at.as_millisecond();
    let away = Duration::from_millis(ms.unsigned_abs());
    if ms < 0 { SystemTime::UNIX_EPOCH - away } else { SystemTime::UNIX_EPOCH + away }
}

fn nearest_ms(at: SystemTime) -> uniffi::Result<Timestamp> {
    let half = Duration::from_micros(500);
    let ms = match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from((since + half).as_millis())?,
        Err(before) => -i64::try_from((before.duration() + half).as_millis())?,
    };
    Ok(Timestamp::from_millisecond(ms)?)
}

include!(concat!(env!("OUT_DIR"), "/record.rs"));

#[uniffi::export]
fn empty(kind: Kind) -> AnyRecord {
    kind.empty()
}
