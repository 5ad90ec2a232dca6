//! What keeps a record from being saved, told field by field.

use std::fmt;

use super::patient::Phone;
use super::{CheckPoint, Coding, Date, Keyed, Members, Period, Position, Quantity};
use crate::limits;

/// One thing that is wrong with one field. Never quotes what the field holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The field's path, e.g. `interventions.k3.frequency`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Collects the problems of one record.
#[derive(Debug, Default)]
pub struct Checks {
    problems: Vec<Problem>,
    path: String,
}

impl Checks {
    /// Notes a problem unless the claim holds.
    pub fn require(&mut self, claim: bool, field: &str, message: &str) {
        if !claim {
            let field = format!("{}{field}", self.path);
            self.problems.push(Problem { field, message: message.to_owned() });
        }
    }

    /// Checks what stands inside a structure: its fields' paths begin with `field`.
    pub fn inside(&mut self, field: &str, check: impl FnOnce(&mut Self)) {
        let outer = self.path.len();
        self.path.push_str(field);
        self.path.push('.');
        check(self);
        self.path.truncate(outer);
    }

    /// A keyed collection must keep its limits, and so must each element of it.
    pub fn each<T>(&mut self, field: &str, elements: &Keyed<T>, mut check: impl FnMut(&mut Self, &T)) {
        self.collection(field, elements.len());
        for (id, element) in elements {
            if self.element_id(field, &id.0) {
                self.inside(&format!("{field}.{}", id.0), |checks| check(checks, element));
            }
        }
    }

    /// A short field must not be empty, and must keep [`limits::SHORT_TEXT_CHARS_MAX`].
    pub fn required(&mut self, field: &str, value: &str) {
        self.require(!value.trim().is_empty(), field, "must not be empty");
        self.short(field, value);
    }

    /// A short field must keep [`limits::SHORT_TEXT_CHARS_MAX`].
    pub fn short(&mut self, field: &str, value: &str) {
        self.at_most(field, value.chars().count(), limits::SHORT_TEXT_CHARS_MAX, "characters");
    }

    /// Short fields must keep [`limits::SHORT_TEXT_CHARS_MAX`].
    pub fn shorts(&mut self, fields: &[(&str, &str)]) {
        for (field, value) in fields {
            self.short(field, value);
        }
    }

    /// A text must keep [`limits::TEXT_CHARS_MAX`].
    pub fn text(&mut self, field: &str, value: &str) {
        self.at_most(field, value.chars().count(), limits::TEXT_CHARS_MAX, "characters");
    }

    /// A collection must keep [`limits::COLLECTION_ELEMENTS_MAX`].
    pub fn collection(&mut self, field: &str, len: usize) {
        self.at_most(field, len, limits::COLLECTION_ELEMENTS_MAX, "elements");
    }

    /// What comes later must not be before what comes earlier; either may be unknown.
    pub fn in_order<T: PartialOrd>(&mut self, field: &str, earlier: Option<T>, later: Option<T>) {
        if let (Some(earlier), Some(later)) = (earlier, later) {
            self.require(earlier <= later, field, "must not be before the start");
        }
    }

    /// A number must be finite and within these bounds, both included.
    pub fn within(&mut self, field: &str, value: f64, min: f64, max: f64) {
        self.require(
            value.is_finite() && (min..=max).contains(&value),
            field,
            &format!("must be a number from {min} to {max}"),
        );
    }

    /// A number, when there is one, must be finite and within these bounds, both included.
    pub fn number(&mut self, field: &str, value: Option<f64>, min: f64, max: f64) {
        if let Some(value) = value {
            self.within(field, value, min, max);
        }
    }

    /// A whole number, when there is one, must be within these bounds, both included.
    pub fn whole(&mut self, field: &str, value: Option<i64>, min: i64, max: i64) {
        if let Some(value) = value {
            let message = format!("must be a whole number from {min} to {max}");
            self.require((min..=max).contains(&value), field, &message);
        }
    }

    /// The later date must not be before the earlier one, as far as their precision tells.
    pub fn dates(&mut self, field: &str, earlier: Option<Date>, later: Option<Date>) {
        self.in_order(field, earlier.map(Date::first_day), later.map(Date::last_day));
    }

    /// A period must not end before it begins.
    pub fn period(&mut self, field: &str, period: Option<Period>) {
        let period = period.unwrap_or_default();
        self.dates(field, period.start, period.end);
    }

    /// A coding, when there is one, must say something and keep the limits of a short field.
    pub fn coding(&mut self, field: &str, coding: &Option<Coding>) {
        if let Some(Coding { system, code, display }) = coding {
            self.require(!(code.is_empty() && display.is_empty()), field, "needs a code or words");
            self.shorts(&[(field, system), (field, code), (field, display)]);
        }
    }

    /// A coding must be there, say something and keep the limits of a short field.
    pub fn coded(&mut self, field: &str, coding: &Option<Coding>) {
        self.require(coding.is_some(), field, "must be given");
        self.coding(field, coding);
    }

    /// A quantity, when there is one, must be a finite number with a short unit.
    pub fn quantity(&mut self, field: &str, quantity: &Option<Quantity>) {
        if let Some(Quantity { value, unit }) = quantity {
            self.require(value.is_finite(), field, "must be a number");
            self.short(field, unit);
        }
    }

    /// A set of ids must keep the limits of a collection.
    pub fn members(&mut self, field: &str, members: &Members) {
        self.collection(field, members.0.len());
        for id in members.0.keys() {
            self.element_id(field, id);
        }
    }

    /// Each telephone number must be given.
    pub fn phones(&mut self, field: &str, phones: &Keyed<Phone>) {
        self.each(field, phones, |checks, phone| {
            checks.required("number", &phone.number);
            checks.shorts(&[("purpose", phone.purpose.code()), ("note", &phone.note)]);
        });
    }

    /// The place of a check-in or check-out, where it is known, must be on Earth.
    pub fn check_point(&mut self, field: &str, point: Option<CheckPoint>) {
        let position = point.and_then(|point| point.position);
        if let Some(Position { latitude_deg, longitude_deg, accuracy_m }) = position {
            self.within(field, latitude_deg, -90.0, 90.0);
            self.within(field, longitude_deg, -180.0, 180.0);
            self.require(accuracy_m.is_finite() && accuracy_m >= 0.0, field, "needs an accuracy in metres");
        }
    }

    /// An element's id must keep [`limits::ELEMENT_ID_CHARS_MAX`]; says whether it does.
    pub fn element_id(&mut self, field: &str, id: &str) -> bool {
        let is_short = id.chars().count() <= limits::ELEMENT_ID_CHARS_MAX;
        let message = format!("must have ids of at most {} characters", limits::ELEMENT_ID_CHARS_MAX);
        self.require(is_short, field, &message);
        is_short
    }

    fn at_most(&mut self, field: &str, count: usize, max: usize, of: &str) {
        self.require(count <= max, field, &format!("must have at most {max} {of}"));
    }

    /// What was found.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
