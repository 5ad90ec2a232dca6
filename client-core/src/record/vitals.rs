//! The vital signs that a nurse measures: LOINC codes with their UCUM units and bounds.
//!
//! Sources: codes and names from LOINC 2.78; units from UCUM 2.1, as the FHIR R4 profile "Observation Vital Signs"
//! requires them. *Plausible* bounds reject slips of the finger and are wider than anything survived. *Usual*
//! bounds are those of an adult at rest and raise an alert where the agency sets none of its own: NEWS2 (Royal
//! College of Physicians, 2017) at its scores 0 and 1 for pulse, breathing and temperature; 2017 ACC/AHA guideline
//! for blood pressure, crisis above 180/120, hypotension below 90/60; ADA Standards of Care for glucose, level 1
//! hypoglycaemia below 70 mg/dL; severe pain from 7 of 10. SpO2 below 92 % is the common call parameter of home
//! health orders.

use super::{Coding, code_system};

/// The blood pressure panel, whose components are [`SYSTOLIC`] and [`DIASTOLIC`].
pub const BLOOD_PRESSURE: &str = "85354-9";
/// The older code of the blood pressure panel, found in imported charts.
pub const BLOOD_PRESSURE_OLDER: &str = "55284-4";
/// Systolic blood pressure.
pub const SYSTOLIC: &str = "8480-6";
/// Diastolic blood pressure.
pub const DIASTOLIC: &str = "8462-4";
/// Heart rate.
pub const HEART_RATE: &str = "8867-4";
/// Respiratory rate.
pub const RESPIRATORY_RATE: &str = "9279-1";
/// Body temperature.
pub const TEMPERATURE: &str = "8310-5";
/// Oxygen saturation by pulse oximetry.
pub const OXYGEN_SATURATION: &str = "59408-5";
/// Body weight.
pub const WEIGHT: &str = "29463-7";
/// Body height.
pub const HEIGHT: &str = "8302-2";
/// Body mass index.
pub const BODY_MASS_INDEX: &str = "39156-5";
/// Glucose in blood.
pub const GLUCOSE: &str = "2339-0";
/// Pain, 0 to 10 as the patient says.
pub const PAIN: &str = "72514-3";

/// One vital sign in one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vital {
    /// LOINC code.
    pub code: &'static str,
    /// What a person reads.
    pub display: &'static str,
    /// UCUM code of the unit.
    pub unit: &'static str,
    /// Lowest and highest value, in `unit`, that can be true.
    pub plausible: (f64, f64),
    /// Below the first or above the second, in `unit`, a nurse wants to be told; infinite where there is no bound.
    pub usual: (f64, f64),
}

impl Vital {
    /// The vital sign as a coding.
    pub fn coding(&self) -> Coding {
        Coding::new(code_system::LOINC, self.code, self.display)
    }
}

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// Every vital sign. A code that is measured in several units stands once for each, the usual one first.
pub const VITALS: &[Vital] = &[
    vital(SYSTOLIC, "Systolic blood pressure", "mm[Hg]", (30.0, 350.0), (90.0, 180.0)),
    vital(DIASTOLIC, "Diastolic blood pressure", "mm[Hg]", (10.0, 250.0), (60.0, 120.0)),
    vital(HEART_RATE, "Heart rate", "/min", (10.0, 350.0), (50.0, 110.0)),
    vital(RESPIRATORY_RATE, "Respiratory rate", "/min", (2.0, 100.0), (9.0, 20.0)),
    vital(TEMPERATURE, "Body temperature", "Cel", (20.0, 46.0), (35.1, 39.0)),
    vital(TEMPERATURE, "Body temperature", "[degF]", (68.0, 114.8), (95.2, 102.2)),
    vital("8331-1", "Oral temperature", "Cel", (20.0, 46.0), (35.1, 39.0)),
    vital("8331-1", "Oral temperature", "[degF]", (68.0, 114.8), (95.2, 102.2)),
    vital(
        OXYGEN_SATURATION,
        "Oxygen saturation by pulse oximetry",
        "%",
        (10.0, 100.0),
        (92.0, f64::INFINITY),
    ),
    vital("2708-6", "Oxygen saturation in arterial blood", "%", (10.0, 100.0), (92.0, f64::INFINITY)),
    vital(WEIGHT, "Body weight", "kg", (0.2, 650.0), ANY),
    vital(WEIGHT, "Body weight", "[lb_av]", (0.44, 1433.0), ANY),
    vital(HEIGHT, "Body height", "cm", (15.0, 275.0), ANY),
    vital(HEIGHT, "Body height", "[in_i]", (6.0, 108.0), ANY),
    vital(BODY_MASS_INDEX, "Body mass index", "kg/m2", (5.0, 250.0), ANY),
    vital(GLUCOSE, "Glucose in blood", "mg/dL", (5.0, 2_000.0), (70.0, 250.0)),
    vital("15074-8", "Glucose in blood", "mmol/L", (0.3, 111.0), (3.9, 13.9)),
    vital(PAIN, "Pain severity, 0 to 10", "{score}", (0.0, 10.0), (f64::NEG_INFINITY, 6.9)),
];

/// The vital sign of a LOINC code in a UCUM unit.
pub fn vital_in(code: &str, unit: &str) -> Option<&'static Vital> {
    VITALS.iter().find(|vital| vital.code == code && vital.unit == unit)
}

/// The vital sign of a LOINC code in its usual unit.
pub fn vital_of(code: &str) -> Option<&'static Vital> {
    VITALS.iter().find(|vital| vital.code == code)
}

/// A UCUM unit as it is commonly written; annotations in braces and the unity say nothing.
pub fn unit_words(unit: &str) -> &str {
    match unit {
        "mm[Hg]" => "mmHg",
        "Cel" => "°C",
        "[degF]" => "°F",
        "[lb_av]" => "lb",
        "[in_i]" => "in",
        "kg/m2" => "kg/m²",
        "1" => "",
        annotation if annotation.starts_with('{') => "",
        other => other,
    }
}

const fn vital(
    code: &'static str,
    display: &'static str,
    unit: &'static str,
    plausible: (f64, f64),
    usual: (f64, f64),
) -> Vital {
    Vital { code, display, unit, plausible, usual }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_range_lies_within_the_plausible_one_and_no_code_stands_twice_in_a_unit() {
        for (index, vital) in VITALS.iter().enumerate() {
            let ((lowest, highest), (low, high)) = (vital.plausible, vital.usual);
            assert!(lowest < highest && low < high, "{}", vital.code);
            assert!((low.is_infinite() || low >= lowest) && (high.is_infinite() || high <= highest));
            assert_eq!(
                VITALS.iter().position(|other| (other.code, other.unit) == (vital.code, vital.unit)),
                Some(index)
            );
        }
    }

    #[test]
    fn every_code_ends_in_its_loinc_check_digit() {
        let codes = VITALS.iter().map(|vital| vital.code).chain([BLOOD_PRESSURE, BLOOD_PRESSURE_OLDER]);
        for code in codes {
            let (number, check) = code.split_once('-').unwrap();
            let sum: u32 = number
                .bytes()
                .rev()
                .enumerate()
                .map(|(place, digit)| {
                    let digit = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
                    digit / 10 + digit % 10
                })
                .sum();
            assert_eq!(((10 - sum % 10) % 10).to_string(), check, "{code}");
        }
    }
}
