//! The tables against the records of the core.

use std::collections::BTreeSet;

use super::super::shape::{Ended, Shape, Structure};
use super::*;

/// Every structure, with the records' own in it, and a value of it with every field filled.
pub(super) fn every_structure() -> Vec<(&'static Structure, Value)> {
    let mut found = Vec::new();
    for &kind in Kind::ALL {
        collect(describe::of(kind), filled(kind), &mut found);
    }
    found
}

fn collect(structure: &'static Structure, value: Value, found: &mut Vec<(&'static Structure, Value)>) {
    for field in structure.fields {
        match field.shape {
            Shape::Structure(inner) => collect(inner, value[field.name].clone(), found),
            Shape::Keyed(inner) => collect(inner, value[field.name]["k1"].clone(), found),
            _ => {}
        }
    }
    found.push((structure, value));
}

#[test]
fn every_field_of_every_kind_is_described_and_none_that_there_is_not() {
    for &kind in Kind::ALL {
        let described: BTreeSet<&str> = describe::of(kind).fields.iter().map(|field| field.name).collect();
        assert_eq!(described, kind.fields().iter().copied().collect(), "{kind}");
    }
}

#[test]
fn the_filled_samples_hold_every_field_that_is_described_and_no_others() {
    for (structure, value) in every_structure() {
        let held: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        let described: BTreeSet<&str> = structure.fields.iter().map(|field| field.name).collect();
        assert_eq!(held, described, "{}", structure.name);
    }
}

#[test]
fn every_structure_of_the_core_is_described_field_by_field() {
    let source = |name: &str| {
        let path = format!("{}/../client-core/src/record/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let folder = format!("{}/../client-core/src/record", env!("CARGO_MANIFEST_DIR"));
    let files =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut core: Vec<BTreeSet<String>> = Vec::new();
    for file in files.filter(|file| file.ends_with(".rs") && file != "macros.rs") {
        for structure in source(&file).split("\nstructure! {").skip(1) {
            let (body, _) = structure.split_once("\n}\n").unwrap();
            let fields = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
            core.push(fields.map(|(name, _)| name.to_owned()).collect());
        }
    }
    assert!(core.len() > 30, "the structures have moved");
    let described: Vec<BTreeSet<String>> = every_structure()
        .into_iter()
        .map(|(structure, _)| structure.fields.iter().map(|field| field.name.to_owned()).collect())
        .collect();
    for fields in core {
        assert!(described.contains(&fields), "no table has these fields: {fields:?}");
    }
}

#[test]
fn every_code_list_of_the_core_has_a_list_here() {
    let folder = format!("{}/../client-core/src/record", env!("CARGO_MANIFEST_DIR"));
    let mut lists = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "rs") && !file.ends_with("macros.rs") {
            lists += std::fs::read_to_string(file).unwrap().matches("\ncodes! {").count();
        }
    }
    assert_eq!(codes::ALL.len(), lists);
    let names: BTreeSet<&str> = codes::ALL.iter().map(|list| list.name).collect();
    assert_eq!(names.len(), lists);
}

#[test]
fn titles_and_ends_name_fields_that_there_are() {
    for (structure, _) in every_structure() {
        let titles = structure.title.iter().flat_map(|alternatives| *alternatives).copied();
        let ended = match structure.ended {
            Ended::Never => None,
            Ended::Flag(field) | Ended::Code(field, _) => Some(field),
        };
        for name in titles.chain(ended) {
            assert!(structure.field(name).is_some(), "{} has no {name}", structure.name);
        }
    }
}

#[test]
fn every_part_of_every_field_has_an_input_or_is_shown() {
    let office = Office::new();
    for &kind in Kind::ALL {
        let record = filled(kind);
        let page = office.page(kind, &record);
        let mut missing = Vec::new();
        walk("", &record, &mut |path| {
            let is_posted = page.names().contains(path);
            let is_shown = page.html.contains(&format!("id=\"field-{path}\""));
            if !is_posted && !is_shown {
                missing.push(path.to_owned());
            }
        });
        assert!(missing.is_empty(), "{kind}: {missing:?}");
    }
}

/// Every value of a record by its name in a form; the members of a set are one.
fn walk(path: &str, value: &Value, see: &mut impl FnMut(&str)) {
    let is_members = value.as_object().is_some_and(|fields| fields.values().all(Value::is_boolean));
    match value {
        Value::Object(fields) if !is_members && !path.ends_with(".position") => {
            for (key, value) in fields {
                let key = key.replace('#', "~23").replace('/', "~2f");
                let key = if path == "answers" { key.replace('.', "~2e") } else { key };
                walk(&if path.is_empty() { key } else { format!("{path}.{key}") }, value, see);
            }
        }
        _ => see(path),
    }
}
