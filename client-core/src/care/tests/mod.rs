//! What a nurse is told, and when.

mod alerts;
mod bookings;
mod licences;
mod objections;
mod order;
mod own;
mod score;
mod trends;

use super::*;
use crate::ids::{RecordId, ScopeId, StaffId};
use crate::record::appointment::{Appointment, AppointmentStatus};
use crate::record::observation::{Component, Observation};
use crate::record::visit::{Visit, VisitStatus};
use crate::record::vitals as table;
use crate::record::*;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// 2026-11-24, noon UTC.
fn now() -> Now {
    Now::new(at(0), 0)
}

/// So many seconds after [`now`].
fn at(seconds: i64) -> Timestamp {
    let noon: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    noon.saturating_add_ms(seconds * 1_000)
}

/// The day that is so many days after today.
fn day(days: i64) -> Option<Date> {
    Some(now().day_of(at(days * DAY)).into())
}

fn until(days: i64) -> Option<Period> {
    Some(Period { start: day(-90), end: day(days) })
}

fn point(seconds: i64) -> Option<CheckPoint> {
    Some(CheckPoint { at: at(seconds), position: None })
}

/// A chart's records, numbered from 1.
fn records<const N: usize>(records: [AnyRecord; N]) -> Vec<(RecordId, AnyRecord)> {
    (1..).map(id).zip(records).collect()
}

fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn measured(code: &str, value: f64, seconds: i64) -> AnyRecord {
    let vital = table::vital_of(code).unwrap();
    Observation {
        code: Some(vital.coding()),
        value: Some(Quantity::new(value, vital.unit)),
        performed_at: Some(at(seconds)),
        ..Observation::default()
    }
    .into()
}

fn appointment(seconds: i64, nurse: u8) -> Appointment {
    Appointment {
        start: Some(at(seconds)),
        end: Some(at(seconds + HOUR)),
        nurse: Some(StaffId::from_bytes([nurse; 16])),
        ..Appointment::default()
    }
}

fn finished(check_out: i64) -> Visit {
    Visit {
        status: VisitStatus::Finished,
        check_in: point(check_out - HOUR),
        check_out: point(check_out),
        ..Visit::default()
    }
}
