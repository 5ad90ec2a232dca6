//! Measurements out of bounds.

use std::collections::BTreeMap;

use super::alerts::{Alert, AlertKind, MEASUREMENT_NOTICE_DAYS, Severity};
use super::{Chart, Now};
use crate::ids::RecordId;
use crate::record::agency::Agency;
use crate::record::observation::{Observation, ObservationStatus};
use crate::record::vitals::vital_in;
use crate::record::{Coding, Quantity, Timestamp, code_system};

/// One amount that was measured.
pub(super) struct Measurement<'a> {
    pub(super) at: Timestamp,
    pub(super) record: RecordId,
    pub(super) code: &'a Coding,
    pub(super) amount: &'a Quantity,
}

/// Every amount that was measured, components included, in no order.
pub(super) fn measurements<'a>(chart: Chart<'a>) -> impl Iterator<Item = Measurement<'a>> {
    let valid = chart.all::<Observation>().filter(|(_, seen)| seen.status != ObservationStatus::Cancelled);
    valid.flat_map(|(record, seen)| {
        let at = seen.performed_at;
        let amounts = seen.amounts().filter(|(_, amount)| amount.value.is_finite());
        amounts.filter_map(move |(code, amount)| Some(Measurement { at: at?, record, code, amount }))
    })
}

/// The latest measurement of each sort, where it lies out of bounds.
pub(super) fn out_of_bounds(chart: Chart<'_>, agency: &Agency, now: Now) -> Vec<Alert> {
    let mut latest: BTreeMap<&str, Measurement<'_>> = BTreeMap::new();
    for found in measurements(chart).filter(|found| now.ms_since(found.at) >= 0) {
        match latest.get(found.code.code.as_str()) {
            Some(known) if (known.at, known.record) >= (found.at, found.record) => {}
            _ => _ = latest.insert(&found.code.code, found),
        }
    }
    let is_recent =
        |found: &Measurement<'_>| -now.days_until(now.day_of(found.at)) <= MEASUREMENT_NOTICE_DAYS;
    latest.into_values().filter(is_recent).filter_map(|found| alert(&found, agency)).collect()
}

fn alert(found: &Measurement<'_>, agency: &Agency) -> Option<Alert> {
    let Quantity { value, unit } = found.amount;
    let (low, high) = bounds(agency, found.code, unit)?;
    let crossed = match *value {
        value if value < low => format!("below {}", Quantity::new(low, unit)),
        value if value > high => format!("above {}", Quantity::new(high, unit)),
        _ => return None,
    };
    Some(Alert {
        severity: Severity::Urgent,
        kind: AlertKind::MeasurementOutOfBounds,
        record: found.record,
        message: format!("{} {}, {crossed}", found.code.words(), found.amount),
    })
}

/// The bounds of a measurement in a UCUM unit: the agency's, or the usual ones where it sets none. Infinite, where there is
/// no bound on that side.
pub fn bounds(agency: &Agency, code: &Coding, unit: &str) -> Option<(f64, f64)> {
    let set = agency.thresholds.values().find(|threshold| {
        let is_of = |of: &Coding| of.is(code_system::LOINC, &code.code);
        !threshold.ended && threshold.unit == unit && threshold.code.as_ref().is_some_and(is_of)
    });
    match set {
        Some(set) => Some((set.low.unwrap_or(f64::NEG_INFINITY), set.high.unwrap_or(f64::INFINITY))),
        None => vital_in(&code.code, unit).map(|vital| vital.usual),
    }
}
