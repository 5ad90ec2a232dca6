//! Rules of the source that no compiler knows: who may name what, which module stands on which, and that every
//! invariant and every limit has its test.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

use doorstep_tests::tree::{Source, lines_naming, names, read, root, sources};

const CRATES: [&str; 4] = ["client-core", "server", "mobile-ffi", "tests"];

/// From the top down: a module stands on those below it. Those that share a line may name each other.
const LAYERS_OF_CLIENT_CORE: &[&[&str]] = &[
    &["device"],
    &["error"],
    &["transport"],
    &["sync"],
    &["store"],
    &["care"],
    &["environment"],
    &["wire"],
    &["document"],
    &["record", "ids"],
    &["limits"],
];
const LAYERS_OF_SERVER: &[&[&str]] = &[
    &["app", "router", "http", "office"],
    &["listener"],
    &["tls"],
    &["fhir"],
    &["sample"],
    &["agency"],
    &["review"],
    &["sync"],
    &["admission"],
    &["merge"],
    &["feed"],
    &["access"],
    &["auth"],
    &["rates"],
    &["audit"],
    &["files"],
    &["config"],
    &["store"],
    &["describe"],
    &["limits"],
];

/// Time, randomness and the operating system.
const OUTSIDE: [&str; 15] = [
    "std::time",
    "std::net",
    "std::fs",
    "std::thread",
    "std::process",
    "std::env",
    "std::io",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "getrandom",
    "rand",
    "rusqlite",
    "tokio",
    "ureq",
];

#[test]
fn the_top_level_holds_what_the_design_says_and_nothing_else() {
    let files = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "LICENSE",
        "clippy.toml",
        "deny.toml",
        "rustfmt.toml",
    ];
    // What running the commands here leaves is not part of the tree.
    let ignored = std::fs::read_to_string(root().join(".gitignore")).unwrap();
    let ignored: Vec<&str> = ignored.lines().map(|line| line.trim_start_matches('/')).collect();
    let found: Vec<String> = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.') && !ignored.contains(&name.as_str()))
        .collect();
    for name in &found {
        let is_known = files.contains(&name.as_str()) || CRATES.contains(&name.as_str());
        assert!(is_known, "{name} does not belong at the top: put it into the crate that it is about");
    }
    for name in files.iter().chain(&CRATES) {
        assert!(found.iter().any(|found| found == name), "{name} is missing");
    }
}

#[test]
fn only_the_document_module_names_automerge() {
    for source in sources(&["client-core", "server", "mobile-ffi"]) {
        if !source.path.starts_with("client-core/src/document/") {
            refuse(
                &source,
                &source.product(),
                &["automerge"],
                "a record's CRDT form is document/'s business",
            );
        }
    }
    for manifest in ["server/Cargo.toml", "mobile-ffi/Cargo.toml"] {
        assert!(
            !names(&read(manifest), "automerge"),
            "{manifest} names automerge: use client-core's document"
        );
    }
}

#[test]
fn only_mobile_ffi_names_uniffi() {
    for source in sources(&["client-core", "server", "tests"]) {
        refuse(&source, &source.code(), &["uniffi"], "bindings are mobile-ffi's business");
    }
    for manifest in ["client-core/Cargo.toml", "server/Cargo.toml", "tests/Cargo.toml"] {
        assert!(
            !names(&read(manifest), "uniffi"),
            "{manifest} names uniffi: bindings are mobile-ffi's business"
        );
    }
}

#[test]
fn no_module_imports_one_above_it() {
    for (folder, layers) in [("client-core/src", LAYERS_OF_CLIENT_CORE), ("server/src", LAYERS_OF_SERVER)] {
        let layer_of = |module: &str| layers.iter().position(|layer| layer.contains(&module));
        for source in sources(&[folder]) {
            if matches!(source.module(), "lib" | "main" | "command") {
                continue;
            }
            let own = layer_of(source.module());
            let own = own.unwrap_or_else(|| panic!("{} is of no layer: give its module one", source.path));
            for (line, code) in (1..).zip(source.product().lines()) {
                for module in imported(code) {
                    let below = layer_of(&module).unwrap_or_else(|| panic!("{module} is of no layer"));
                    let path = &source.path;
                    assert!(
                        below >= own,
                        "{path}:{line} names {module}, which stands above {}",
                        source.module()
                    );
                }
            }
        }
    }
}

/// The modules of its own crate that a line names.
fn imported(line: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for after in line.split("crate::").skip(1) {
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
        let parts: Vec<&str> = match after.strip_prefix('{') {
            Some(list) => list.split(',').map(str::trim).collect(),
            None => vec![after],
        };
        let first = |part: &&str| part.split(|letter| !is_letter(letter)).next().unwrap_or("").to_owned();
        modules.extend(parts.iter().map(first).filter(|name| name.starts_with(char::is_lowercase)));
    }
    modules
}

#[test]
fn below_transport_there_is_no_clock_runtime_thread_or_socket() {
    let outside = ["std::net", "std::thread", "SystemTime", "Instant", "tokio", "async", "rand", "ureq"];
    for source in sources(&["client-core/src"]) {
        if source.module() != "transport" {
            refuse(
                &source,
                &source.product(),
                &outside,
                "the core runs in a browser too: ask the environment",
            );
        }
        if !matches!(source.module(), "transport" | "environment") {
            let clock = ["Timestamp::now", "Zoned::now", "getrandom"];
            refuse(&source, &source.product(), &clock, "time and randomness come through the environment");
        }
    }
}

#[test]
fn i15_the_engine_takes_time_and_randomness_as_arguments_and_does_no_io() {
    let engine = sources(&["client-core/src/sync", "client-core/src/care"]);
    assert!(engine.len() > 10, "the engine has moved");
    for source in engine {
        let surroundings = ["Environment", "now()", "connection", "Transport", "Store::open"];
        refuse(&source, &source.product(), &OUTSIDE, "the engine is pure (I15): take it as an argument");
        refuse(
            &source,
            &source.product(),
            &surroundings,
            "the engine is pure (I15): take what it gives instead",
        );
    }
}

#[test]
fn every_invariant_has_a_test_named_after_it() {
    let tests: String = sources(&CRATES).iter().map(Source::tests).collect();
    for number in 1..=16 {
        let begins = tests.split("fn ").any(|name| name.starts_with(&format!("i{number}_")));
        assert!(
            begins,
            "I{number} has no test: one whose name begins with i{number}_ is to fail when it breaks"
        );
    }
}

#[test]
fn every_test_that_the_security_document_names_is_there() {
    let tests: String = sources(&CRATES).iter().map(Source::tests).collect();
    let document = read("SECURITY.md");
    let (_, table) = document.split_once("## 45 CFR 164.312").unwrap();
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).filter(|name| names_a_test(name)).collect();
    assert!(named.len() > 30, "the table has moved");
    for name in named {
        assert!(tests.contains(&format!("fn {name}()")), "SECURITY.md names {name}, which is no test");
    }
}

fn names_a_test(code: &str) -> bool {
    code.contains('_')
        && code.chars().all(|letter| letter.is_ascii_lowercase() || "_0123456789".contains(letter))
}

/// Limits that a test could reach only by waiting as long, or by filling what the system keeps between two sockets.
const LIMITS_OF_WAITING: [&str; 3] = ["ANSWER_PARTS_WAITING_MAX", "EVENT_SECONDS_MAX", "REST_SECONDS_MAX"];

#[test]
fn i14_every_limit_is_named_in_a_test() {
    let tests: String = sources(&CRATES).iter().map(Source::tests).collect();
    let mut untested = Vec::new();
    for path in ["client-core/src/limits.rs", "server/src/limits.rs"] {
        let text = read(path);
        let constants = text.lines().filter_map(|line| line.strip_prefix("pub const ")?.split(':').next());
        let limits = constants.filter(|name| name.ends_with("_MAX") || name.ends_with("_MIN"));
        untested.extend(limits.filter(|name| !names(&tests, name)).map(str::to_owned));
    }
    untested.retain(|name| !LIMITS_OF_WAITING.contains(&name.as_str()));
    assert!(untested.is_empty(), "test these at the limit and one past it, by their names: {untested:?}");
}

#[test]
fn nothing_is_left_to_do() {
    let marks = ["TO-DO", "FIX-ME", "XX-X"].map(|mark| mark.replace('-', ""));
    for source in sources(&CRATES) {
        for mark in &marks {
            let found = lines_naming(&source.text, mark);
            assert!(found.is_empty(), "{} says {mark}: do it, or open an issue: {found:?}", source.path);
        }
        let unfinished = ["todo!", "unimplemented!", "dbg!"];
        refuse(&source, &source.code(), &unfinished, "finish it before it lands");
    }
}

#[test]
fn nothing_unwraps_outside_of_tests() {
    for source in sources(&["client-core/src", "server/src", "mobile-ffi/src", "tests/src"]) {
        let why = "return an error, or say with `expect` why it cannot fail";
        refuse(&source, &source.product(), &[".unwrap()", ".unwrap_err()"], why);
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = read("Cargo.toml");
    let (_, dependencies) = manifest.split_once("[workspace.dependencies]\n").unwrap();
    let (dependencies, _) = dependencies.split_once("\n[").unwrap();
    let blocks = dependencies.split("\n\n").skip(1);
    for block in blocks {
        let is_reasoned = block.trim_start().starts_with('#');
        assert!(is_reasoned, "no reason stands above these dependencies:\n{block}");
    }
    let members = CRATES.map(|member| read(&format!("{member}/Cargo.toml")));
    for line in dependencies.lines().filter(|line| line.starts_with(char::is_alphabetic)) {
        let (name, _) = line.split_once(" = ").unwrap();
        let is_taken = members.iter().any(|manifest| names(manifest, name));
        assert!(is_taken, "no crate takes {name} from the workspace");
    }
    for member in CRATES {
        for line in read(&format!("{member}/Cargo.toml")).lines() {
            let version = line.split_once("version = \"").or_else(|| line.split_once(" = \""));
            let is_own =
                version.is_some_and(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
            assert!(!is_own, "{member} gives a version of its own, which belongs in the workspace: {line}");
        }
    }
}

#[test]
fn every_dependency_of_a_crate_is_used_in_it() {
    for member in CRATES {
        let code: String = sources(&[member]).into_iter().map(|source| source.text).collect();
        let manifest = read(&format!("{member}/Cargo.toml"));
        let sections = manifest.split("\n[").filter(|section| section.contains("dependencies]\n"));
        for line in sections.flat_map(|section| section.lines().skip(1)) {
            let name: String =
                line.chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
            let path = name.replace('-', "_") + "::";
            let is_used = name.is_empty() || code.contains(&path);
            assert!(is_used, "{member} depends on {name} and names it nowhere");
        }
    }
}

#[test]
fn no_file_is_longer_than_one_can_read() {
    const LINES_MAX: usize = 500;
    for source in sources(&CRATES) {
        let lines = source.text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines: it has more than one purpose", source.path);
    }
}

/// Fails where the code names one of these.
fn refuse(source: &Source, code: &str, forbidden: &[&str], instead: &str) {
    for name in forbidden {
        if let Some((line, code)) = lines_naming(code, name).first() {
            panic!("{}:{line} names {name}: {instead}\n{code}", source.path);
        }
    }
}
