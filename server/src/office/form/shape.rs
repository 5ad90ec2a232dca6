//! What a field holds, and so how it is asked for and told.

use doorstep_client_core::record::Kind;

use super::codes::List;
use super::usual::Usual;

/// A record of a kind, or a structure in one: its fields in the order in which they are asked for.
#[derive(Debug)]
pub(super) struct Structure {
    /// Its name in the catalogue: a kind's code or a structure's name, with hyphens.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// The fields that say which one it is: of each part the first that is not empty.
    pub title: &'static [&'static [&'static str]],
    /// What ends it.
    pub ended: Ended,
}

/// What ends an element: nothing is deleted.
#[derive(Debug)]
pub(super) enum Ended {
    /// Nothing does.
    Never,
    /// This flag.
    Flag(&'static str),
    /// One of these codes in this field.
    Code(&'static str, &'static [&'static str]),
}

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name in the record.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether the catalogue has a hint for it.
    pub has_hint: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// One value that one input holds.
    Single(Single),
    /// One value that several inputs hold.
    Register(Register),
    /// A set of ids.
    Members(Members),
    /// A structure.
    Structure(&'static Structure),
    /// A collection of structures by id.
    Keyed(&'static Structure),
    /// The answers of an assessment, by question.
    Answers,
}

/// A value that one input holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Single {
    /// A line.
    Line,
    /// A line that is dialled.
    Dialled,
    /// A text of several lines.
    Text,
    /// Yes or no.
    Flag,
    /// One of a list's codes; its first where none was ever written.
    Code(&'static List),
    /// One of a list's codes, or none.
    CodeOrNone(&'static List),
    /// A date, as precise as it is known.
    Date,
    /// A point in time, shown and typed in the agency's zone.
    Instant,
    /// A number, or none.
    Number,
    /// A whole number, or none.
    Whole,
    /// A place in an order: a whole number, 0 where none was ever written.
    Place,
    /// A rating of the Omaha System on this scale (`knowledge`, `behavior` or `status`).
    Rating(&'static str),
    /// A record of one of these kinds; of any where there are none.
    Record(&'static [Kind]),
    /// A member of staff.
    Staff,
    /// An item of the same instrument, by its link id; empty for none.
    Item,
    /// A unit of measure: UCUM, shown and typed as it is commonly written.
    Unit,
    /// A code system, by its URI.
    System,
    /// An answer to a question.
    Answer,
    /// What nobody types: a line that is shown.
    FixedLine,
    /// What nobody types: how many bytes there are, shown as people say it.
    FixedBytes,
}

/// A value that several inputs hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Register {
    /// A coding; `code`, `display` and `system`. These are the usual ones.
    Coding(Usual),
    /// An amount; `value` and `unit`.
    Quantity,
    /// From one date to another; `start` and `end`.
    Period,
    /// When and where a visit began or ended; `at`, and a position that nobody types.
    CheckPoint,
}

/// What a set of ids is of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Members {
    /// Records of this kind.
    Records(Kind),
    /// Interventions of the chart's care plans.
    Interventions,
    /// Languages: BCP 47 tags.
    Languages,
    /// Words that the agency chooses.
    Words,
}

impl Structure {
    /// The field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Field {
    /// A field of this shape.
    pub(super) const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, has_hint: false }
    }

    /// The same field, for which the catalogue has a hint.
    pub(super) const fn hinted(self) -> Self {
        Self { has_hint: true, ..self }
    }
}

impl Register {
    /// The inputs that hold it, by name.
    pub(super) fn parts(self) -> &'static [(&'static str, Single)] {
        match self {
            Self::Coding(_) => {
                &[("display", Single::Line), ("code", Single::Line), ("system", Single::System)]
            }
            Self::Quantity => &[("value", Single::Number), ("unit", Single::Unit)],
            Self::Period => &[("start", Single::Date), ("end", Single::Date)],
            Self::CheckPoint => &[("at", Single::Instant)],
        }
    }

    /// Its name in the catalogue.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Coding(_) => "coding",
            Self::Quantity => "quantity",
            Self::Period => "period",
            Self::CheckPoint => "check-point",
        }
    }
}
