use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

#[test]
fn every_language_has_every_message_once_and_all_can_be_read() {
    let names = |language| -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (file, text) in texts(language) {
            let resource = FluentResource::try_new((*text).to_owned());
            assert!(resource.is_ok(), "{}/{file}.ftl: {:?}", language.code(), resource.err().unwrap().1);
            for line in text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())) {
                let name = line.split('=').next().unwrap().trim().to_owned();
                assert!(names.insert(name.clone()), "{name} stands twice, at last in {file}.ftl");
            }
        }
        names
    };
    let english = names(Language::English);
    for language in Language::ALL {
        let own = names(language);
        let lacks: Vec<&String> = english.difference(&own).collect();
        let more: Vec<&String> = own.difference(&english).collect();
        assert!(lacks.is_empty() && more.is_empty(), "{}: lacks {lacks:?}, has {more:?}", language.code());
    }
}

#[test]
fn a_browser_is_spoken_to_in_the_language_that_it_likes_best() {
    for (accepted, language) in [
        ("", Language::English),
        ("fr, de;q=0.9", Language::English),
        ("es-MX,es;q=0.9,en;q=0.8", Language::Spanish),
        ("fr, en;q=0.4, es;q=0.7", Language::Spanish),
        ("en, es", Language::English),
        ("es;q=0, en;q=0.1", Language::English),
        ("es;q=x", Language::Spanish),
    ] {
        assert_eq!(Language::preferred(accepted), language, "{accepted}");
    }
}

#[test]
fn numbers_and_plurals_are_those_of_the_language() {
    let said = |language: Language, count: i64| {
        Words::from(language).with("today-arrived-minutes", "minutes", count).into_owned()
    };
    assert_eq!(said(Language::English, 1), "1 minute ago");
    assert_eq!(said(Language::English, 5), "5 minutes ago");
    assert_eq!(said(Language::Spanish, 1), "hace 1 minuto");
    assert_eq!(said(Language::Spanish, 5), "hace 5 minutos");
}

/// The files under a folder of the server's source.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push((path, text));
            }
        }
    }
    found
}

/// The text without what stands between these marks.
fn without(text: &str, begin: &str, end: &str) -> String {
    let mut parts = text.split(begin);
    let mut left = parts.next().unwrap().to_owned();
    for part in parts {
        left.push_str(part.split_once(end).map_or("", |(_, after)| after));
    }
    left
}

#[test]
fn a_template_holds_no_words_of_its_own() {
    for (path, text) in files("templates") {
        // What is live about a page stands in the tag of its body.
        let text = without(&text, "{% block live %}", "{% endblock %}");
        let bare = without(&without(&without(&text, "{#", "#}"), "{%", "%}"), "{{", "}}");
        for attribute in ["title", "alt", "placeholder", "aria-label", "value"] {
            for said in bare.split(&format!(" {attribute}=\"")).skip(1) {
                let said = said.split('"').next().unwrap();
                let is_code = attribute == "value" && !said.contains(' ');
                assert!(said.is_empty() || is_code, "{}: {attribute}={said:?}", path.display());
            }
        }
        let words = without(&without(&bare, "<!--", "-->"), "<", ">");
        let words = words.replace("&nbsp;", "").replace("&times;", "");
        let word =
            words.split_whitespace().find(|word| word.contains(char::is_alphabetic) && !word.contains("=\""));
        assert!(word.is_none(), "{} says {word:?}: say it in the catalogue", path.display());
    }
}

/// What stands between quotes in a text: messages' names among it, whole, or up to where they are completed.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('"').skip(1).map(|part| part.split('{').next().unwrap().to_owned()).collect()
}

#[test]
fn every_message_is_said_somewhere() {
    let sources: Vec<String> =
        files("templates").into_iter().chain(files("src")).map(|(_, text)| text).collect();
    let named: BTreeSet<String> = sources.iter().flat_map(|text| quoted(text)).collect();
    let mut unsaid = Vec::new();
    for (file, text) in texts(Language::English) {
        for line in text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            let name = line.split('=').next().unwrap().trim();
            let begun = |end: usize| named.contains(&name[..end]);
            if !named.contains(name) && !name.match_indices('-').any(|(at, _)| begun(at + 1)) {
                unsaid.push(format!("{file}.ftl: {name}"));
            }
        }
    }
    assert!(unsaid.is_empty(), "nobody says {unsaid:#?}");
}

#[test]
fn a_page_asks_for_no_message_that_there_is_not() {
    let words = Words::from(Language::English);
    for (path, text) in files("templates").into_iter().chain(files("src/office")) {
        for call in [".say(\"", ".with(\"", ".tell(\""] {
            for name in text.split(call).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                assert!(words.has(name), "{}: there is no message {name}", path.display());
            }
        }
    }
}
