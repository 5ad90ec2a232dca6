//! A form as the templates draw it.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use super::conflict::Rivals;

/// A record as inputs. A page draws it by `{{ form }}` inside a `<form method="post">` of its own, which holds the
/// version that is on the screen and the button that saves.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "form/form.html")]
pub struct Form {
    /// What is wrong, for the list above the form.
    pub faults: Vec<Fault>,
    /// What stands above that list.
    pub faults_heading: String,
    /// Conflicts of which the form has no input.
    pub rivals: Vec<Rivals>,
    /// The inputs.
    pub parts: Vec<Part>,
    /// The lists of suggestions that inputs name.
    pub suggestions: Vec<Suggestions>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which field, and what is wrong with it.
    pub words: String,
    /// The DOM id of the field; empty where it is about the form as a whole.
    pub id: String,
}

/// A list of suggestions (`<datalist>`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestions {
    /// Its DOM id.
    pub id: String,
    /// What is suggested.
    pub values: Vec<String>,
}

/// An input, or several that belong together.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// One input.
    Input(Input),
    /// A structure, an element, a collection or a value of several inputs.
    Group(Group),
}

/// One input with its label.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "form/input.html")]
pub struct Input {
    /// The name that its value is posted under.
    pub name: String,
    /// Its DOM id.
    pub id: String,
    /// The path of what it holds.
    pub path: String,
    /// What it is for.
    pub label: String,
    /// How it is filled in.
    pub hint: Option<String>,
    /// What is wrong with it.
    pub wrong: Vec<String>,
    /// The values of its conflict.
    pub rivals: Option<Rivals>,
    /// What sort of input it is.
    pub widget: Widget,
}

/// What sort of input.
#[derive(Debug, Clone, PartialEq)]
pub enum Widget {
    /// One line.
    Line {
        /// What it holds.
        value: String,
        /// HTML's `type`.
        kind: &'static str,
        /// HTML's `inputmode`.
        mode: &'static str,
        /// The DOM id of its suggestions; empty for none.
        list: String,
    },
    /// Several lines.
    Lines {
        /// What it holds.
        value: String,
        /// How many are shown.
        rows: usize,
    },
    /// A checkbox.
    Flag {
        /// Whether it is set.
        is_set: bool,
    },
    /// One of several.
    Choice {
        /// What can be chosen.
        options: Vec<Offer>,
    },
    /// Any of several, and maybe new ones.
    Several {
        /// What can be chosen.
        options: Vec<Offer>,
        /// The input for others, by name, value and label.
        others: Option<(String, String, String)>,
    },
    /// A file.
    File {
        /// How many bytes it may have.
        bytes_max: u64,
        /// What is said of one that has more before it is sent.
        too_big: String,
    },
    /// What nobody types.
    Shown {
        /// What it holds.
        value: String,
    },
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is posted.
    pub value: String,
    /// What a person reads.
    pub label: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// Inputs that belong together.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "form/group.html")]
pub struct Group {
    /// Its name; what its inputs' names begin with.
    pub name: String,
    /// Its DOM id.
    pub id: String,
    /// The path of what it holds.
    pub path: String,
    /// What it is.
    pub legend: String,
    /// How it is filled in.
    pub hint: Option<String>,
    /// What is wrong with it as a whole.
    pub wrong: Vec<String>,
    /// The values of its conflict.
    pub rivals: Option<Rivals>,
    /// What it consists of.
    pub parts: Vec<Part>,
    /// Where it has a form of its own, if it is only named here.
    pub href: Option<String>,
    /// Whether it is open, if it is an empty element: those that nobody asked for are folded.
    pub is_open: bool,
    /// How it is drawn.
    pub sort: Sort,
    /// What the button says that asks for one more empty element; empty where there is none.
    pub more: String,
}

/// What a group is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The inputs of one value.
    Value,
    /// A structure.
    Structure,
    /// A collection.
    Collection,
    /// An element of one.
    Element,
    /// An element that has ended.
    Ended,
    /// An empty element.
    New,
}

impl Sort {
    /// The class that it is drawn with.
    pub fn class(self) -> &'static str {
        match self {
            Self::Value => "form-value",
            Self::Structure => "form-structure",
            Self::Collection => "form-collection",
            Self::Element => "form-element",
            Self::Ended => "form-element form-ended",
            Self::New => "form-element form-new",
        }
    }
}

impl Form {
    /// A form without inputs, for conflicts alone.
    pub fn empty() -> Self {
        Self {
            faults: Vec::new(),
            faults_heading: String::new(),
            rivals: Vec::new(),
            parts: Vec::new(),
            suggestions: Vec::new(),
        }
    }

    /// The part at a path, or the innermost one around it.
    pub(super) fn nearest(&mut self, path: &str) -> Option<&mut Part> {
        nearest(&mut self.parts, path)
    }

    /// The form of one part of the record alone: the field, structure, collection or element at this path. What the
    /// form leaves out stays as it is. `None` where there is nothing at this path.
    pub fn only(mut self, path: &str) -> Option<Self> {
        let part = self.nearest(path).filter(|part| part.path() == path)?.clone();
        Some(Self { parts: vec![part], ..self })
    }

    /// The form with each element of a collection of more than `elements_max` as a link to a form of its own, which is
    /// [`Form::only`] that element: a page stays small whatever an instrument asks.
    pub fn folded(mut self, elements_max: usize, href: impl Fn(&str) -> String) -> Self {
        for part in &mut self.parts {
            let Part::Group(collection) = part else { continue };
            let is_of_one =
                |part: &Part| matches!(part, Part::Group(Group { sort: Sort::Element | Sort::Ended, .. }));
            if collection.parts.iter().filter(|part| is_of_one(part)).count() <= elements_max {
                continue;
            }
            for element in &mut collection.parts {
                if let Part::Group(element) = element
                    && element.sort != Sort::New
                {
                    element.parts.clear();
                    element.href = Some(href(&element.path));
                }
            }
        }
        self
    }
}

fn nearest<'p>(parts: &'p mut [Part], path: &str) -> Option<&'p mut Part> {
    let index = parts.iter().rposition(|part| part.path() == path);
    let index = index.or_else(|| parts.iter().rposition(|part| part.is_around(path)))?;
    let is_inside = |part: &Part| matches!(part, Part::Group(group) if group.parts.iter().any(|part| part.is_around(path)));
    if !is_inside(&parts[index]) {
        return Some(&mut parts[index]);
    }
    let Part::Group(group) = &mut parts[index] else { return None };
    nearest(&mut group.parts, path)
}

impl Part {
    /// The path of what it holds.
    pub fn path(&self) -> &str {
        match self {
            Self::Input(input) => &input.path,
            Self::Group(group) => &group.path,
        }
    }

    fn is_around(&self, path: &str) -> bool {
        path.strip_prefix(self.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    pub(super) fn id(&self) -> &str {
        match self {
            Self::Input(input) => &input.id,
            Self::Group(group) => &group.id,
        }
    }

    pub(super) fn wrong(&mut self) -> &mut Vec<String> {
        match self {
            Self::Input(input) => &mut input.wrong,
            Self::Group(group) => &mut group.wrong,
        }
    }

    pub(super) fn rivals(&mut self) -> &mut Option<Rivals> {
        match self {
            Self::Input(input) => &mut input.rivals,
            Self::Group(group) => &mut group.rivals,
        }
    }
}

impl Input {
    /// The DOM ids of what describes it.
    fn described_by(&self) -> String {
        described_by(&self.id, self.hint.is_some(), !self.wrong.is_empty(), self.rivals.is_some())
    }
}

impl Group {
    fn described_by(&self) -> String {
        described_by(&self.id, self.hint.is_some(), !self.wrong.is_empty(), self.rivals.is_some())
    }
}

fn described_by(id: &str, has_hint: bool, is_wrong: bool, has_rivals: bool) -> String {
    let parts = [(has_hint, "hint"), (is_wrong, "wrong"), (has_rivals, "rivals")];
    let ids = parts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, part)| format!("{id}-{part}"));
    ids.collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(input) => fmt::Display::fmt(input, f),
            Self::Group(group) => fmt::Display::fmt(group, f),
        }
    }
}

impl HtmlSafe for Form {}
impl HtmlSafe for Part {}
impl HtmlSafe for Rivals {}
