//! The core's records as apps see them: the values by hand, all else by `build/` out of how the core declares it.
//!
//! They are UniFFI's remote types: the core's own structures, described once more. What the description lacks or has too much
//! does not compile, and no copy of a record is made on the way.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use doorstep_client_core::document::Version;
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{
    Answer, CheckPoint, Coding, Date, ElementId, Members, Period, Quantity, Text, Timestamp,
};

use crate::error::DoorstepError;

uniffi::custom_type!(Timestamp, SystemTime, {
    remote,
    lower: |at| system_time(at),
    try_lift: |at| nearest_ms(at),
});
/// A date as precise as it is known: `1948`, `1948-03` or `1948-03-09` (FHIR's `date`).
type PartialDate = Date;
uniffi::custom_type!(Text, String, { remote, lower: |text| text.0, try_lift: |text| Ok(Text(text)) });
uniffi::custom_type!(ElementId, String, { remote, lower: |id| id.0, try_lift: |id| Ok(ElementId(id)) });
uniffi::custom_type!(Members, HashMap<String, bool>, {
    remote,
    lower: |members| members.0.into_iter().collect(),
    try_lift: |members| Ok(Members(members.into_iter().collect())),
});
macro_rules! read_from_text {
    ($($name:ident),+) => {$(
        uniffi::custom_type!($name, String, {
            remote,
            lower: |value| value.to_string(),
            try_lift: |text| Ok(text.parse().map_err(DoorstepError::invalid)?),
        });
    )+};
}
read_from_text!(AgencyId, DeviceId, PartialDate, RecordId, ScopeId, StaffId, Version);

fn system_time(at: Timestamp) -> SystemTime {
    let ms = at.as_millisecond();
    let away = Duration::from_millis(ms.unsigned_abs());
    if ms < 0 { SystemTime::UNIX_EPOCH - away } else { SystemTime::UNIX_EPOCH + away }
}

/// Some languages keep times as floats, in which a whole millisecond comes back as a little less or more.
fn nearest_ms(at: SystemTime) -> uniffi::Result<Timestamp> {
    let half = Duration::from_micros(500);
    let ms = match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from((since + half).as_millis()).map_err(DoorstepError::invalid)?,
        Err(before) => {
            -i64::try_from((before.duration() + half).as_millis()).map_err(DoorstepError::invalid)?
        }
    };
    Ok(Timestamp::from_millisecond(ms).map_err(DoorstepError::invalid)?)
}

include!(concat!(env!("OUT_DIR"), "/record.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    const MS: [i64; 11] = [
        0,
        1,
        -1,
        999,
        -999,
        -1_000,
        -1_999,
        1_764_300_000_123,
        -1_764_300_000_123,
        253_402_207_199_999,
        -377_705_023_201_000,
    ];

    #[test]
    fn times_cross_to_the_millisecond_before_1970_too() {
        for ms in MS {
            let at = Timestamp::from_millisecond(ms).unwrap();
            assert_eq!(nearest_ms(system_time(at)).unwrap(), at);
            if (-999..0).contains(&ms) {
                // UniFFI writes whole seconds with their sign: in the last second before 1970 there is none to carry it.
                continue;
            }
            let lowered = <Timestamp as uniffi::Lower<crate::UniFfiTag>>::lower(at);
            assert_eq!(<Timestamp as uniffi::Lift<crate::UniFfiTag>>::try_lift(lowered).unwrap(), at);
        }
    }

    #[test]
    fn a_time_that_was_kept_as_a_float_is_the_millisecond_that_it_was() {
        for ms in MS.into_iter().filter(|ms| ms.unsigned_abs() < 1 << 42) {
            let as_float = Duration::from_secs_f64(ms.unsigned_abs() as f64 / 1_000.0);
            for nearly in [
                as_float,
                as_float.saturating_sub(Duration::from_micros(1)),
                as_float + Duration::from_micros(1),
            ] {
                let at = match ms < 0 {
                    true => SystemTime::UNIX_EPOCH - nearly,
                    false => SystemTime::UNIX_EPOCH + nearly,
                };
                assert_eq!(nearest_ms(at).unwrap().as_millisecond(), ms);
            }
        }
    }

    #[test]
    fn a_time_past_all_years_is_an_error() {
        let past = SystemTime::UNIX_EPOCH + Duration::from_secs(400_000_000_000);
        assert!(nearest_ms(past).unwrap_err().downcast_ref::<DoorstepError>().is_some());
    }
}
