use super::*;
use crate::limits::TEXT_CHARS_MAX;
use crate::record::visit::Visit;

/// A note on visits from one number on, of about so many characters.
fn note(from: usize, chars: usize) -> String {
    let mut note = String::new();
    let mut number = from;
    while note.len() < chars {
        note.push_str(&format!("Besuch {number}: Größe {} cm, trocken.\n", number * 7_919 % 1_000));
        number += 1;
    }
    note
}

fn visit(note: &str) -> Visit {
    Visit { note: note.into(), ..Visit::default() }
}

fn write(document: &mut Document, seen: &Version, by: Author, note: &str) {
    document.edit(seen, &visit(note).into(), by, at(200)).unwrap();
}

#[test]
fn a_text_says_what_was_written_however_long_it_is_and_however_much_of_it_is_new() {
    for chars in [0, 10, 400, 600, 3_000, 12_000, TEXT_CHARS_MAX] {
        let old = note(1, chars);
        let middle = old.char_indices().nth(old.chars().count() / 2).map_or(0, |(at, _)| at);
        for new in [
            String::new(),
            note(1_000_000, chars),
            format!("Heute: {old} – nichts Neues"),
            format!("{}ä{}", &old[..middle], &old[middle..]),
            old[middle..].to_owned(),
            old.replace("trocken", "gerötet"),
            old.chars().rev().collect(),
        ] {
            let mut document = create(visit(&old));
            let seen = document.version();
            write(&mut document, &seen, nurse(1), &new);
            assert_eq!(&*read::<Visit>(&document).note, new);
        }
    }
}

#[test]
fn words_changed_at_both_ends_of_a_long_text_merge_with_what_was_written_between_them() {
    for chars in [500, 6_000] {
        let old = note(1, chars);
        let lines: Vec<&str> = old.split_inclusive('\n').collect();
        let (first, rest) = lines.split_at(lines.len() / 2);
        let both_ends = |text: &str| format!("Zuerst: {}.", text.trim_end().trim_end_matches('.'));
        let between = format!("{}Sturz im Bad.\n{}", first.concat(), rest.concat());
        let mut a = create(visit(&old));
        let (mut b, seen) = (copy(&mut a), a.version());
        write(&mut a, &seen, nurse(1), &both_ends(&old));
        write(&mut b, &seen, nurse(2), &between);
        exchange(&mut a, &mut b);
        assert_eq!(&*read::<Visit>(&a).note, both_ends(&between));
    }
}
