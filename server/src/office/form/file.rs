//! The input of a file, which stands in no record: its bytes are kept beside it.

use super::tree::{Fault, Form, Input, Part, Widget};
use super::wrong::mib;
use super::{Context, Why};

impl Form {
    /// The form with an input for a file of so many bytes at most at its end, and what is wrong with what was sent in it.
    pub fn with_file(
        mut self,
        name: &str,
        bytes_max: u64,
        wrong: Option<&Why>,
        context: &Context<'_>,
    ) -> Self {
        let label = context.say("form-file");
        let hint = context.tell("form-file-hint", [("max", mib(bytes_max).into())]);
        let id = format!("field-{name}");
        let wrong: Vec<String> = wrong.into_iter().map(|why| why.say(context.words)).collect();
        self.faults.extend(wrong.iter().map(|said| {
            let args = [("outer", label.as_str().into()), ("inner", said.as_str().into())];
            Fault { words: context.tell("form-inside", args), id: id.clone() }
        }));
        let too_big = Why::FileTooBig(bytes_max).say(context.words);
        self.parts.push(Part::Input(Input {
            name: name.to_owned(),
            path: name.to_owned(),
            hint: Some(hint),
            wrong,
            rivals: None,
            widget: Widget::File { bytes_max, too_big },
            label,
            id,
        }));
        self
    }
}
