//! `measure`: a measurement, with a unit that is never guessed where it matters.

use anyhow::{Context, anyhow, bail};
use clap::Args;
use doorstep_client_core::record::observation::{Component, Observation, ObservationCategory};
use doorstep_client_core::record::vitals::{self, Vital, unit_words, vital_of};
use doorstep_client_core::record::{AnyRecord, Coding, Keyed, Quantity, Text, code_system};
use serde_json::json;

use super::lists::{alerts_of, write_alerts};
use super::page::Page;
use super::phone::{Phone, explained};
use super::visit::running_in;

/// Short names of what a nurse measures, with the LOINC code of each.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("bp", vitals::BLOOD_PRESSURE),
    ("pulse", vitals::HEART_RATE),
    ("hr", vitals::HEART_RATE),
    ("breathing", vitals::RESPIRATORY_RATE),
    ("resp", vitals::RESPIRATORY_RATE),
    ("temp", vitals::TEMPERATURE),
    ("spo2", vitals::OXYGEN_SATURATION),
    ("weight", vitals::WEIGHT),
    ("height", vitals::HEIGHT),
    ("bmi", vitals::BODY_MASS_INDEX),
    ("glucose", vitals::GLUCOSE),
    ("pain", vitals::PAIN),
];
/// The blood glucose in moles: another code, because it is another property.
const GLUCOSE_MOLES: &str = "15074-8";

/// Record a measurement. It belongs to the visit that is going on in the case, where there is one.
///
/// Short names: bp 128/82, pulse, resp, temp, spo2, weight, height, bmi, glucose, pain (0 to 10); or a LOINC code.
/// The unit may be left out where only one makes sense: temp 98.6 is °F, temp 37 is °C; a weight needs kg or lb.
#[derive(Args)]
pub(super) struct Measure {
    case: String,
    /// A short name, or a LOINC code.
    what: String,
    /// A number; for blood pressure SYSTOLIC/DIASTOLIC; for a LOINC code also words.
    #[arg(allow_hyphen_values = true)]
    value: String,
    /// As people write it (mmHg, °F, F, C, lb, kg, mg/dL, mmol/L, %) or in UCUM.
    unit: Option<String>,
    /// How it was measured, e.g. "sitting, left arm".
    #[arg(long, default_value = "")]
    method: String,
    /// What else is to be known.
    #[arg(long, default_value = "")]
    note: String,
}

impl Measure {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let case = phone.case(&self.case)?;
        let scope = case.case.scope;
        let observation = Observation {
            performed_at: Some(phone.now()),
            performer: Some(phone.enrolment.staff),
            visit: running_in(phone, scope)?,
            method: self.method,
            note: Text(self.note),
            ..measured(&self.what, &self.value, self.unit.as_deref())?
        };
        let record = AnyRecord::from(observation);
        let summary = record.summary();
        let created = phone
            .device
            .create(scope, &record)
            .map_err(|error| explained("recording the measurement", &error))?;
        let id = created.header.id;
        let details = json!({ "id": id, "case": scope, "version": created.version });
        page.saved(phone, &format!("{}: {summary}.", case.case.patient_name), details)?;
        let alerts: Vec<_> =
            alerts_of(phone, scope)?.into_iter().filter(|alert| alert.record == id).collect();
        write_alerts(page, &alerts);
        Ok(())
    }
}

/// What was measured, and how much.
fn measured(what: &str, value: &str, unit: Option<&str>) -> anyhow::Result<Observation> {
    let short = what.to_lowercase();
    let named = SHORT_NAMES.iter().find(|(name, _)| *name == short).map(|(_, code)| *code);
    let code = match named {
        Some(code) => code,
        None if is_loinc(what) => what,
        None => {
            let names: Vec<&str> = SHORT_NAMES.iter().map(|(name, _)| *name).collect();
            bail!("{what:?} is neither a LOINC code nor one of {}", names.join(", "))
        }
    };
    if [vitals::BLOOD_PRESSURE, vitals::BLOOD_PRESSURE_OLDER].contains(&code) {
        return blood_pressure(value, unit);
    }
    let vital_signs = Some(ObservationCategory::VitalSigns);
    let unit = unit.map(ucum);
    let candidates = candidates(code);
    if let Some(first) = candidates.first() {
        let amount =
            number(value).with_context(|| format!("{value:?} is not a number; {} is one", first.display))?;
        let vital = chosen(&candidates, amount, unit.as_deref())?;
        let value = Some(Quantity::new(amount, vital.unit));
        return Ok(Observation {
            code: Some(vital.coding()),
            category: vital_signs,
            value,
            ..Observation::default()
        });
    }
    let code = Some(Coding::new(code_system::LOINC, code, ""));
    match (number(value), unit) {
        (Some(amount), Some(unit)) => {
            Ok(Observation { code, value: Some(Quantity::new(amount, &unit)), ..Observation::default() })
        }
        (Some(_), None) => bail!("{what} needs a unit, in UCUM: e.g. mg/dL, %, or 1 for none"),
        (None, _) => Ok(Observation { code, value_text: value.to_owned(), ..Observation::default() }),
    }
}

fn blood_pressure(value: &str, unit: Option<&str>) -> anyhow::Result<Observation> {
    if let Some(unit) = unit.filter(|unit| ucum(unit) != "mm[Hg]") {
        bail!("blood pressure is recorded in mmHg, not in {unit}");
    }
    let both = value.split_once('/').and_then(|(high, low)| Some((number(high)?, number(low)?)));
    let (systolic, diastolic) =
        both.with_context(|| format!("{value:?} is not a blood pressure; expected e.g. 128/82"))?;
    if systolic <= diastolic {
        bail!("the systolic pressure ({systolic}) must be above the diastolic one ({diastolic})");
    }
    let part = |code: &str, amount: f64| {
        let coding = vital_of(code).map(Vital::coding);
        Component { code: coding, value: Some(Quantity::new(amount, "mm[Hg]")), ..Component::default() }
    };
    let components = Keyed::from([
        ("systolic".into(), part(vitals::SYSTOLIC, systolic)),
        ("diastolic".into(), part(vitals::DIASTOLIC, diastolic)),
    ]);
    Ok(Observation {
        code: Some(Coding::new(code_system::LOINC, vitals::BLOOD_PRESSURE, "Blood pressure")),
        category: Some(ObservationCategory::VitalSigns),
        components,
        ..Observation::default()
    })
}

/// The units in which a code is measured.
fn candidates(code: &str) -> Vec<&'static Vital> {
    let is_same = |of: &str| of == code || (code == vitals::GLUCOSE && of == GLUCOSE_MOLES);
    vitals::VITALS.iter().filter(|vital| is_same(vital.code)).collect()
}

/// The one unit that is meant: the one that was said, or the only one in which the amount can be true.
fn chosen(candidates: &[&'static Vital], amount: f64, unit: Option<&str>) -> anyhow::Result<&'static Vital> {
    let units = || {
        let units: Vec<&str> = candidates.iter().map(|vital| unit_words(vital.unit)).collect();
        units.join(" or ")
    };
    if let Some(unit) = unit {
        let said = candidates.iter().find(|vital| vital.unit == unit).copied();
        return said.ok_or_else(|| anyhow!("{} is measured in {}", candidates[0].display, units()));
    }
    let fits = |vital: &&'static Vital| (vital.plausible.0..=vital.plausible.1).contains(&amount);
    let fitting: Vec<_> = candidates.iter().copied().filter(fits).collect();
    match (fitting.as_slice(), candidates) {
        ([vital], _) | ([], [vital]) => Ok(vital),
        ([], _) => bail!("{} {amount} is not possible, neither in {}", candidates[0].display, units()),
        _ => bail!("{} {amount} in which unit? Add {}", candidates[0].display, units()),
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A unit as people write it, in UCUM.
fn ucum(unit: &str) -> String {
    match unit.trim().to_lowercase().as_str() {
        "mmhg" | "mm[hg]" => "mm[Hg]",
        "c" | "°c" | "cel" | "celsius" => "Cel",
        "f" | "°f" | "[degf]" | "fahrenheit" => "[degF]",
        "lb" | "lbs" | "pound" | "pounds" | "[lb_av]" => "[lb_av]",
        "in" | "inch" | "inches" | "[in_i]" => "[in_i]",
        "kg" => "kg",
        "cm" => "cm",
        "bpm" | "/min" | "per minute" => "/min",
        "mg/dl" => "mg/dL",
        "mmol/l" => "mmol/L",
        "kg/m2" | "kg/m²" => "kg/m2",
        "%" => "%",
        "/10" | "{score}" | "points" => "{score}",
        _ => return unit.trim().to_owned(),
    }
    .to_owned()
}

/// Whether the text has a LOINC code's form and its last digit is the check digit of the others (Luhn, mod 10).
fn is_loinc(text: &str) -> bool {
    let Some((number, check)) = text.split_once('-') else { return false };
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(number) || !are_digits(check) || number.len() > 7 {
        return false;
    }
    let doubled = |(place, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    let sum: u32 = number.bytes().rev().enumerate().map(doubled).sum();
    ((10 - sum % 10) % 10).to_string() == check
}
