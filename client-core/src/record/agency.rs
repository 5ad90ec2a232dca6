//! `agency`: the agency and its rules. FHIR R4 `Organization`.

use super::words::listed;
use super::{Checks, Coding, Keyed, Record};

/// Days that a phone may stay offline before it locks, where the agency sets none.
pub const OFFLINE_LEASE_DAYS: i64 = 14;
/// Hours after a visit within which the nurse signs, where the agency sets none.
pub const SIGN_WITHIN_HOURS: i64 = 24;
/// Minutes after an appointment's start without a check-in when the visit counts as missed, where the agency
/// sets none.
pub const MISSED_AFTER_MINUTES: i64 = 120;

structure! {
    /// Bounds of a measurement outside of which the agency wants to be told.
    pub struct Threshold {
        /// What is measured: LOINC.
        pub code: Option<Coding>,
        /// UCUM code of the unit.
        pub unit: String,
        /// Below this, in `unit`; none: no bound.
        pub low: Option<f64>,
        /// Above this, in `unit`; none: no bound.
        pub high: Option<f64>,
        /// Whether it holds no more.
        pub ended: bool,
    }
}

structure! {
    /// What the agency asks of visits.
    pub struct VisitRules {
        /// Metres from the patient's home within which a check-in counts as there; none: not looked at.
        pub check_in_within_m: Option<i64>,
        /// Hours after a visit within which the nurse signs; none: [`SIGN_WITHIN_HOURS`].
        pub sign_within_hours: Option<i64>,
        /// Minutes after an appointment's start without a check-in when it counts as missed; none:
        /// [`MISSED_AFTER_MINUTES`].
        pub missed_after_minutes: Option<i64>,
        /// Whether the patient or a caregiver must sign.
        pub patient_signs: bool,
    }
}

structure! {
    /// The agency and its rules.
    pub struct Agency {
        /// What it is called.
        pub name: String,
        /// IANA time zone, e.g. `America/New_York`.
        pub time_zone: String,
        /// Bounds of measurements.
        pub thresholds: Keyed<Threshold>,
        /// Days that a phone may stay offline before it locks; none: [`OFFLINE_LEASE_DAYS`].
        pub offline_lease_days: Option<i64>,
        /// What it asks of visits.
        pub visit_rules: VisitRules,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Agency {
    /// Days that a phone may stay offline before it locks.
    pub fn offline_lease_days(&self) -> i64 {
        self.offline_lease_days.unwrap_or(OFFLINE_LEASE_DAYS)
    }
}

impl VisitRules {
    /// Hours after a visit within which the nurse signs.
    pub fn sign_within_hours(&self) -> i64 {
        self.sign_within_hours.unwrap_or(SIGN_WITHIN_HOURS)
    }

    /// Minutes after an appointment's start without a check-in when the visit counts as missed.
    pub fn missed_after_minutes(&self) -> i64 {
        self.missed_after_minutes.unwrap_or(MISSED_AFTER_MINUTES)
    }
}

impl Record for Agency {
    fn check(&self, checks: &mut Checks) {
        checks.required("name", &self.name);
        let is_zone = self.time_zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
        checks.require(is_zone, "time_zone", "must be an IANA time zone, e.g. America/New_York");
        checks.short("time_zone", &self.time_zone);
        checks.each("thresholds", &self.thresholds, |checks, threshold| {
            checks.coded("code", &threshold.code);
            checks.short("unit", &threshold.unit);
            checks.number("low", threshold.low, f64::MIN, f64::MAX);
            checks.number("high", threshold.high, f64::MIN, f64::MAX);
            checks.in_order("high", threshold.low, threshold.high);
        });
        checks.whole("offline_lease_days", self.offline_lease_days, 1, 90);
        checks.inside("visit_rules", |checks| {
            checks.whole("check_in_within_m", self.visit_rules.check_in_within_m, 10, 100_000);
            checks.whole("sign_within_hours", self.visit_rules.sign_within_hours, 1, 720);
            checks.whole("missed_after_minutes", self.visit_rules.missed_after_minutes, 5, 1_440);
        });
    }

    fn summary(&self) -> String {
        let lease = format!("phones may be offline for {} days", self.offline_lease_days());
        listed([&self.name, &self.time_zone, &lease])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
