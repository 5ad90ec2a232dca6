//! A field's conflict, beside its input: each value, its author and its time, with a button that picks it (I8).

use askama::Template;
use doorstep_client_core::document::Conflict;
use doorstep_client_core::record::Kind;

use super::posted::Posted;
use super::{Context, Form, label, moment, show};

/// The name of the buttons that pick a value.
const PICK: &str = "pick";

/// The values of a field in conflict.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "form/rivals.html")]
pub struct Rivals {
    /// The DOM id.
    pub id: String,
    /// What stands above them.
    pub heading: String,
    /// The values.
    pub values: Vec<Rival>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// What the button posts; [`picked`] reads it.
    pub pick: String,
    /// The value.
    pub words: String,
    /// Who wrote it, and when.
    pub written: String,
    /// Whether it is the one that is shown meanwhile.
    pub is_shown: bool,
    /// What the button says.
    pub button: String,
}

impl Form {
    /// The form with the record's conflicts, each at the input of its field.
    pub fn with_conflicts(
        mut self,
        kind: Kind,
        content: &serde_json::Value,
        conflicts: &[Conflict],
        context: &Context<'_>,
    ) -> Self {
        for conflict in conflicts {
            let mut rivals = rivals(kind, content, conflict, context);
            let part =
                self.nearest(&conflict.path).map(|part| (format!("{}-rivals", part.id()), part.rivals()));
            match part {
                Some((id, place @ None)) => {
                    rivals.id = id;
                    *place = Some(rivals);
                }
                _ => {
                    rivals.id = format!("rivals-{}", self.rivals.len());
                    self.rivals.push(rivals);
                }
            }
        }
        self
    }
}

/// The conflict's path and the value that was picked, if what was posted picks one.
pub fn picked(posted: &[(String, String)]) -> Option<(&str, &str)> {
    let posted = Posted::new(posted);
    let (value, path) = posted.last(PICK)?.split_once(' ')?;
    Some((path, value))
}

/// The values of a field in conflict, in words.
pub fn rivals(kind: Kind, content: &serde_json::Value, conflict: &Conflict, context: &Context<'_>) -> Rivals {
    let field = label(kind, &conflict.path, content, context);
    let values = conflict.values.iter().map(|value| {
        let by = value.by.and_then(|staff| context.name_of(&staff.to_string()).map(str::to_owned));
        let by = by.unwrap_or_else(|| context.say("somebody"));
        let at = moment(value.at, context);
        let words = match show(kind, &conflict.path, &value.value, context) {
            empty if empty.is_empty() => context.say("form-nothing"),
            words => words,
        };
        Rival {
            pick: format!("{} {}", value.id, conflict.path),
            written: context.tell("form-written", [("by", by.as_str().into()), ("at", at.as_str().into())]),
            is_shown: value.is_shown,
            button: context.tell("form-pick", [("value", words.as_str().into())]),
            words,
        }
    });
    Rivals {
        id: String::new(),
        heading: context.tell("form-rivals", [("field", field.as_str().into())]),
        values: values.collect(),
    }
}
