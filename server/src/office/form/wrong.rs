//! What keeps a form from being saved, field by field, in words.

use doorstep_client_core::record::Problem;

use super::Context;
use crate::office::words::Words;

/// What is wrong with one field. Never quotes what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field's path, e.g. `interventions.k3.frequency`; empty for the form as a whole.
    pub path: String,
    /// What is wrong.
    pub why: Why,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Not a date, not even a month or a year.
    Date,
    /// Not a date and time.
    Time,
    /// A time that the clocks leave out that day.
    TimeSkipped,
    /// Not a number.
    Number,
    /// A unit without its number.
    NumberMissing,
    /// Not a whole number.
    Whole,
    /// None of the list's codes.
    Code,
    /// None of the records, people or items that can be referred to.
    Reference,
    /// Words of another thing than the code that was left beside them.
    CodeOfOtherWords,
    /// An answer that was given cannot be taken away, only changed.
    AnswerKept,
    /// The record of which the form was made cannot be read as its kind.
    Unreadable,
    /// More inputs than this.
    FieldsMax(usize),
    /// More new elements in one collection than this.
    NewElementsMax(usize),
    /// No file was chosen.
    FileMissing,
    /// The file has no bytes.
    FileEmpty,
    /// The file has more bytes than this.
    FileTooBig(u64),
    /// The files of the case, or of all cases, come to as much as they may.
    FileOverQuota,
    /// The file cannot be stored.
    FileNotStored,
    /// The file was right, and is to be chosen again: no browser keeps it in a form that is shown again.
    FileAgain,
    /// The same form has added another file before.
    FileAddedBefore,
    /// The record's own check, in the core's English words.
    Check(String),
}

impl Wrong {
    /// This, at this path.
    pub fn at(path: &str, why: Why) -> Self {
        Self { path: path.to_owned(), why }
    }
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Self {
        Self { path: problem.field, why: Why::Check(problem.message) }
    }
}

impl Why {
    /// What is wrong and what would be right.
    pub fn say(&self, words: &Words) -> String {
        match self {
            Self::Check(message) => say_check(message, words),
            Self::FieldsMax(max) | Self::NewElementsMax(max) => {
                words.with(&self.key(), "max", max.to_string()).into_owned()
            }
            Self::FileTooBig(max) => words.with(&self.key(), "max", mib(*max)).into_owned(),
            _ => words.say(&self.key()).into_owned(),
        }
    }

    /// Its key in the catalogue.
    pub fn key(&self) -> String {
        let name = match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::TimeSkipped => "time-skipped",
            Self::Number => "number",
            Self::NumberMissing => "number-missing",
            Self::Whole => "whole",
            Self::Code => "code",
            Self::Reference => "reference",
            Self::CodeOfOtherWords => "code-of-other-words",
            Self::AnswerKept => "answer-kept",
            Self::Unreadable => "unreadable",
            Self::FieldsMax(_) => "fields-max",
            Self::NewElementsMax(_) => "new-elements-max",
            Self::FileMissing => "file-missing",
            Self::FileEmpty => "file-empty",
            Self::FileTooBig(_) => "file-too-big",
            Self::FileOverQuota => "file-over-quota",
            Self::FileNotStored => "file-not-stored",
            Self::FileAgain => "file-again",
            Self::FileAddedBefore => "file-added-before",
            Self::Check(message) => return check_key(message).0,
        };
        format!("wrong-{name}")
    }
}

/// Whole MB of so many bytes, as pages tell limits.
pub(super) fn mib(bytes: u64) -> u64 {
    bytes >> 20
}

/// The key of a check's message in the catalogue, and the numbers that it names.
pub(super) fn check_key(message: &str) -> (String, Vec<String>) {
    let (mut said, mut numbers) = (Vec::new(), Vec::new());
    for word in message.split([' ', ',', ';', ':']).filter(|word| !word.is_empty()) {
        if word.parse::<f64>().is_ok_and(f64::is_finite) {
            numbers.push(word.to_owned());
            said.push("n".to_owned());
        } else {
            let letters = word.chars().filter(char::is_ascii_alphanumeric);
            said.push(letters.map(|c| c.to_ascii_lowercase()).collect());
        }
    }
    (format!("check-{}", said.join("-")), numbers)
}

fn say_check(message: &str, words: &Words) -> String {
    let (key, numbers) = check_key(message);
    if !words.has(&key) {
        return message.to_owned();
    }
    let names = ["a", "b"];
    let values = names.into_iter().zip(&numbers).map(|(name, number)| (name, number.as_str().into()));
    words.tell(&key, values).into_owned()
}

impl Context<'_> {
    /// What is wrong, in words.
    pub fn say_wrong(&self, wrong: &Wrong) -> String {
        wrong.why.say(self.words)
    }
}
