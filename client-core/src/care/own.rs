//! What a nurse should look at across all of her cases.

use std::collections::BTreeMap;

use super::alerts::{Alert, AlertKind, Severity, sorted};
use super::bookings::{Booking, DoubleBooking, double_bookings};
use super::licences::{Seeing, Unlicensed, unlicensed};
use super::{Now, credentials};
use crate::ids::{RecordId, ScopeId, StaffId};
use crate::record::AnyRecord;
use crate::record::patient::Patient;
use crate::record::staff::Staff;
use crate::record::words::minute;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A nurse's double bookings, the patients whom she sees without a licence, and her licences and certificates that run
/// out: out of her own `staff` record and of the patients, appointments and visits of her cases. The most urgent first.
pub fn alerts(
    nurse: StaffId,
    staff: Option<&Staff>,
    records: &[(ScopeId, RecordId, AnyRecord)],
    now: Now,
) -> Vec<Alert> {
    let valid = || records.iter().filter(|(.., record)| !record.is_entered_in_error());
    let patients: BTreeMap<ScopeId, &Patient> =
        valid().filter_map(|(scope, _, record)| Some((*scope, record.try_into().ok()?))).collect();
    let bookings = valid().filter_map(|(scope, id, record)| match record {
        AnyRecord::Appointment(appointment) => Booking::of(*id, *scope, appointment),
        _ => None,
    });
    let seeings = valid().filter_map(|(scope, id, record)| match record {
        AnyRecord::Appointment(appointment) => Seeing::to_come(*id, *scope, appointment),
        AnyRecord::Visit(visit) => Seeing::made(*id, *scope, visit),
        _ => None,
    });
    let doubled = double_bookings(bookings.filter(|booking| booking.nurse == nurse), now);
    let mut found: Vec<Alert> = doubled.iter().map(|pair| double_booking(pair, &patients, now)).collect();
    if let Some(staff) = staff {
        let states =
            patients.iter().map(|(scope, patient)| (*scope, patient.address.state.as_str())).collect();
        let hers = seeings.filter(|seeing| seeing.nurse == nurse);
        let without = unlicensed(hers, &[(nurse, staff)].into(), &states, now);
        found.extend(without.iter().map(unlicensed_visit));
        found.extend(credentials::expiring(staff, now).into_iter().map(|expiring| Alert {
            severity: expiring.severity,
            kind: AlertKind::CredentialExpiring,
            record: nurse.into(),
            message: format!("Your {}: {}", expiring.what(), expiring.when),
        }));
    }
    sorted(found)
}

/// How soon to look at a double booking: now, when it is within a day.
pub fn severity_of(pair: &DoubleBooking, now: Now) -> Severity {
    let is_soon = pair.second.start <= now.at().saturating_add_ms(DAY_MS);
    if is_soon { Severity::Urgent } else { Severity::Warning }
}

/// How soon to look at visits without a licence: now, when one is to come.
pub fn severity_of_unlicensed(found: &Unlicensed) -> Severity {
    if found.seeing.is_made { Severity::Warning } else { Severity::Urgent }
}

fn double_booking(pair: &DoubleBooking, patients: &BTreeMap<ScopeId, &Patient>, now: Now) -> Alert {
    let whom = patients.get(&pair.first.scope).map(|patient| patient.full_name()).unwrap_or_default();
    let (start, first) = (minute(pair.second.start), minute(pair.first.start));
    Alert {
        severity: severity_of(pair, now),
        kind: AlertKind::DoubleBooking,
        record: pair.second.record,
        message: format!("Appointment of {start} begins while that of {first} with {whom} lasts"),
    }
}

fn unlicensed_visit(found: &Unlicensed) -> Alert {
    let Unlicensed { seeing, count, state, .. } = found;
    let what = if seeing.is_made { "visit" } else { "appointment" };
    let others = match count {
        1 => String::new(),
        2 => ", and 1 other".to_owned(),
        many => format!(", and {} others", many - 1),
    };
    Alert {
        severity: severity_of_unlicensed(found),
        kind: AlertKind::UnlicensedVisit,
        record: seeing.record,
        message: format!("You have no licence in {state} for the {what} of {}{others}", minute(seeing.at)),
    }
}
