//! What keeps a record from being saved, told field by field.

use std::fmt;

use crate::limits;

/// One thing that is wrong with one field. Never quotes what the field holds (I13).
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
}

impl Checks {
    /// Notes a problem unless the claim holds.
    pub fn require(&mut self, claim: bool, field: &str, message: &str) {
        if !claim {
            self.problems.push(Problem { field: field.to_owned(), message: message.to_owned() });
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

    fn at_most(&mut self, field: &str, count: usize, max: usize, of: &str) {
        self.require(count <= max, field, &format!("must have at most {max} {of}"));
    }

    /// What was found.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
