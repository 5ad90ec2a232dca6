//! Pieces of programs in a text for people.

/// A fenced piece of a program.
#[derive(Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The line of the text that it begins on, from 1.
    pub line: usize,
    /// The program's text.
    pub code: String,
}

/// The pieces in a language, in their order.
pub fn snippets(text: &str, language: &str) -> Vec<Snippet> {
    let mut found = Vec::new();
    let mut open: Option<Snippet> = None;
    for (number, line) in (1..).zip(text.lines()) {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(snippet), _) => snippet.code.extend([line, "\n"]),
            (None, Some(opened)) if opened == language => {
                open = Some(Snippet { line: number + 1, code: String::new() });
            }
            (None, _) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_what_stands_between_its_fences() {
        let text = "Words.\n```kotlin\nval a = 1\n```\n```python\na = 1\n```\n```kotlin\nval b = 2\nval c = 3\n```\n";
        let found = snippets(text, "kotlin");
        let expected = [(3, "val a = 1\n"), (9, "val b = 2\nval c = 3\n")];
        let expected = expected.map(|(line, code)| Snippet { line, code: code.to_owned() });
        assert_eq!(found, expected);
    }
}
