//! What a path of a record names, in words.

use doorstep_client_core::record::Kind;
use serde_json::Value as Json;

use super::shape::{Field, Members, Register, Shape, Structure};
use super::{Context, describe, show};

/// One step on the way from a record to what a path names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'p> {
    /// A field of a structure.
    Field(&'static Structure, &'static Field),
    /// An element of a collection.
    Element(&'static Structure, &'p str),
    /// A member of a set.
    Member(Members, &'p str),
    /// An answer of an assessment.
    Answer(&'p str),
    /// A part of a value.
    Part(Register, &'static str),
}

/// What a path such as `interventions.k3.frequency` names: “Intervention “Change the dressing”: How often”. `content` is
/// the record, of which elements are called what they are; a null where it is not at hand.
pub fn label(kind: Kind, path: &str, content: &Json, context: &Context<'_>) -> String {
    let Some(steps) = steps(describe::of(kind), path) else { return context.say("form-unknown-field") };
    // What stands around the step; of an element the name says which collection it is in.
    let (mut said, mut around) = (String::new(), String::new());
    let mut here = content;
    for step in steps {
        let (words, inside) = match step {
            Step::Field(structure, field) => {
                (context.say(&field_key(structure, field)), here.get(field.name))
            }
            Step::Element(structure, id) => {
                let element = here.get(id).unwrap_or(&Json::Null);
                said.clone_from(&around);
                (element_words(structure, element, context), Some(element))
            }
            Step::Member(of, id) => (quoted(&show::member(of, id, context), context), None),
            Step::Answer(link) => (quoted(&show::question(link, context), context), None),
            Step::Part(register, part) => (context.say(&part_key(register, part)), None),
        };
        around.clone_from(&said);
        said = match said.as_str() {
            "" => words,
            outer => context.tell("form-inside", [("outer", outer.into()), ("inner", words.as_str().into())]),
        };
        here = inside.unwrap_or(&Json::Null);
    }
    said
}

/// The steps of a path; nothing where it names nothing that this version knows. Ids may hold dots.
pub(super) fn steps<'p>(structure: &'static Structure, path: &'p str) -> Option<Vec<Step<'p>>> {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let field = structure.field(name)?;
    let mut found = vec![Step::Field(structure, field)];
    if let Some(rest) = rest {
        match field.shape {
            Shape::Single(_) => return None,
            Shape::Structure(inner) => found.extend(steps(inner, rest)?),
            Shape::Keyed(inner) => found.extend(element(inner, rest)),
            Shape::Members(of) => found.push(Step::Member(of, rest)),
            Shape::Answers => found.push(Step::Answer(rest)),
            Shape::Register(register) => {
                let (part, _) = register.parts().iter().find(|(part, _)| *part == rest)?;
                found.push(Step::Part(register, part));
            }
        }
    }
    Some(found)
}

/// The shortest id that leaves a path inside the element; all of it where none does.
fn element<'p>(structure: &'static Structure, path: &'p str) -> Vec<Step<'p>> {
    for (dot, _) in path.match_indices('.') {
        if let Some(inside) = steps(structure, &path[dot + 1..]) {
            return std::iter::once(Step::Element(structure, &path[..dot])).chain(inside).collect();
        }
    }
    vec![Step::Element(structure, path)]
}

/// What an element is called: “Telephone number “+1 508 555 0100””.
pub(super) fn element_words(structure: &Structure, element: &Json, context: &Context<'_>) -> String {
    let what = context.say(&format!("element-{}", structure.name));
    match show::title_of(structure, element, context).as_str() {
        "" => what,
        title => context.tell("form-element", [("what", what.as_str().into()), ("title", title.into())]),
    }
}

/// A field's key in the catalogue.
pub(super) fn field_key(structure: &Structure, field: &Field) -> String {
    format!("field-{}-{}", structure.name, field.name.replace('_', "-"))
}

/// A field's hint's key in the catalogue.
pub(super) fn hint_key(structure: &Structure, field: &Field) -> String {
    format!("hint-{}-{}", structure.name, field.name.replace('_', "-"))
}

/// The key of a part of a value in the catalogue.
pub(super) fn part_key(register: Register, part: &str) -> String {
    format!("part-{}-{part}", register.name())
}

fn quoted(words: &str, context: &Context<'_>) -> String {
    context.tell("form-quoted", [("words", words.into())])
}
