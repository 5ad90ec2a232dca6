//! The project's own source as text, for the rules that no compiler knows.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of Rust.
pub struct Source {
    /// Its path from the top of the repository.
    pub path: String,
    /// What it holds.
    pub text: String,
    is_test: bool,
}

impl Source {
    /// Its code, without comments and without what its strings hold.
    pub fn code(&self) -> String {
        code_of(&self.text)
    }

    /// Its code that is not for tests alone.
    pub fn product(&self) -> String {
        if self.is_test {
            return String::new();
        }
        let mut code = self.code();
        code.truncate(code.find(INLINE_TESTS).unwrap_or(code.len()));
        code
    }

    /// Its code that is for tests alone.
    pub fn tests(&self) -> String {
        let code = self.code();
        let start = if self.is_test { Some(0) } else { code.find(INLINE_TESTS) };
        start.map_or_else(String::new, |start| code[start..].to_owned())
    }

    /// The module below its crate's `src` that it belongs to.
    pub fn module(&self) -> &str {
        let below = self.path.split_once("/src/").map_or(self.path.as_str(), |(_, below)| below);
        let first = below.split('/').next().unwrap_or(below);
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

const INLINE_TESTS: &str = "#[cfg(test)]\nmod tests {";

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository").to_owned()
}

/// A file, by its path from the top of the repository.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path} cannot be read: {error}"))
}

/// Every file of Rust below these folders of the repository, by path.
pub fn sources(folders: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut found);
    }
    let declared: Vec<PathBuf> = found.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    let mut sources: Vec<Source> = found
        .into_iter()
        .map(|(path, text)| Source {
            is_test: path.components().any(|part| part.as_os_str() == "tests") && !is_shared(&path)
                || declared
                    .iter()
                    .any(|module| path.with_extension("") == *module || path.starts_with(module)),
            path: from_root(&path),
            text,
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// The lines of `code` that hold this path or name, whole, with their numbers.
pub fn lines_naming<'a>(code: &'a str, name: &str) -> Vec<(usize, &'a str)> {
    (1..).zip(code.lines()).filter(|(_, line)| names(line, name)).collect()
}

/// Whether a piece of code holds this path or name, whole.
pub fn names(code: &str, name: &str) -> bool {
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let ends_open = !name.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let begins_open = !name.starts_with(|first: char| first.is_alphanumeric() || first == '_');
        (begins_open || !is_part(before.chars().last())) && (ends_open || !is_part(after.chars().next()))
    })
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("source is text");
            found.push((path, text));
        }
    }
}

fn from_root(path: &Path) -> String {
    path.strip_prefix(root()).expect("it was found there").to_string_lossy().into_owned()
}

/// What the crate of cross-crate tests shares: tools, which are held to what products are held to.
fn is_shared(path: &Path) -> bool {
    path.starts_with(root().join("tests/src")) && !path.ends_with("tests.rs")
}

/// The modules that a file declares for tests alone, without their extension.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let stem = path.file_stem().expect("a file has a name");
    let folder = path.parent().expect("a file lies in a folder");
    let folder = match stem.to_str() {
        Some("mod" | "lib" | "main") => folder.to_owned(),
        _ => folder.join(stem),
    };
    let declared = text.split("#[cfg(test)]\nmod ").skip(1);
    declared.filter_map(|rest| Some(folder.join(rest.lines().next()?.strip_suffix(';')?))).collect()
}

/// Rust without its comments and without what its strings and characters hold, line by line.
fn code_of(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let next = |at: usize| letters.get(at).copied().unwrap_or('\0');
    let mut code = String::new();
    let mut at = 0;
    while at < letters.len() {
        let begin = at;
        match (next(at), next(at + 1)) {
            ('/', '/') => at = end_of_line(&letters, at),
            ('/', '*') => at = end_of_comment(&letters, at),
            ('"', _) => {
                at = end_of_string(&letters, at, hashes_of_raw(&code));
                code.push_str("\"\"");
            }
            ('\'', '\\') => at = end_of_string(&letters, at, None),
            ('\'', _) if next(at + 2) == '\'' => at += 3,
            (letter, _) => {
                code.push(letter);
                at += 1;
                continue;
            }
        }
        code.extend(letters[begin..at].iter().filter(|letter| **letter == '\n'));
    }
    code
}

fn end_of_line(letters: &[char], from: usize) -> usize {
    letters[from..].iter().position(|letter| *letter == '\n').map_or(letters.len(), |length| from + length)
}

fn end_of_comment(letters: &[char], from: usize) -> usize {
    let end = letters[from + 2..].windows(2).position(|pair| pair == ['*', '/']);
    end.map_or(letters.len(), |length| from + length + 4)
}

/// How many `#` a raw string begins with, if what was read last begins one.
fn hashes_of_raw(code: &str) -> Option<usize> {
    let before = code.trim_end_matches('#');
    before.ends_with('r').then(|| code.len() - before.len())
}

/// Past the end of the string or character that begins at `from` with its quote.
fn end_of_string(letters: &[char], from: usize, raw_hashes: Option<usize>) -> usize {
    let quote = letters[from];
    let mut at = from + 1;
    while at < letters.len() {
        match raw_hashes {
            None if letters[at] == '\\' => at += 1,
            None if letters[at] == quote => return at + 1,
            Some(hashes) if letters[at] == quote => {
                let closing = &letters[at + 1..letters.len().min(at + 1 + hashes)];
                if closing.len() == hashes && closing.iter().all(|letter| *letter == '#') {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    letters.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_what_is_neither_comment_nor_quoted() {
        let text = "let a = \"x // \\\"\n y\"; // z\nlet r = r#\"q \" q\"#; /* c */ let c = '\"'; let l: &'a str = b;";
        assert_eq!(code_of(text), "let a = \"\"\n; \nlet r = r#\"\"#;  let c = ; let l: &'a str = b;");
    }

    #[test]
    fn a_name_is_named_whole() {
        assert!(names("use automerge::ROOT;", "automerge") && names("x.unwrap()", ".unwrap()"));
        assert!(!names("use automerged::ROOT;", "automerge") && !names("Instants", "Instant"));
        assert!(names("std::time::Instant", "std::time"));
    }
}
